"""Images and other media that lie in an OFD package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import Validator
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import shown
from egovarchive.formats.format import Format
from egovarchive.formats.observation import Observation
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import Link, OfdPart
from egovarchive.formats.source import BytesSource
from egovarchive.formats.table import FORMATS
from egovarchive.formats.zip_audit import LimitError
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome

# What an image may be, by its first bytes (GB/T 42133—2022, 6.2.6e)…
ALLOWED: Final = frozenset({"bmp", "jpeg", "png", "jbig2", "jp2", "tiff"})
_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"\x97JB2\r\n\x1a\n", "jbig2"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    # …and what some are that may not.
    (b"GIF8", "gif"),
)
# How a MultiMedia's Format calls them.
_CALLED: Final = {
    "png": "png", "jpg": "jpeg", "jpeg": "jpeg", "bmp": "bmp", "tif": "tiff",
    "tiff": "tiff", "jp2": "jp2", "jpeg2000": "jp2", "jb2": "jbig2", "jbig2": "jbig2",
    "gbig2": "jbig2", "gif": "gif",
}  # fmt: skip


def image_kind(head: bytes) -> str:
    """
    Return what an image that begins with *head* is; empty if it is none.

    >>> image_kind(bytes.fromhex("89504e470d0a1a0a")), image_kind(b"<html>")
    ('png', '')
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return ""


def image_called(format: str) -> str:
    """
    Return what a MultiMedia's Format calls an image; empty if that is not known.

    >>> image_called("JPG"), image_called(".gbig2"), image_called("?")
    ('jpeg', 'jbig2', '')
    """
    return _CALLED.get(format.lower().lstrip("."), "")


def media(part: OfdPart) -> Iterator[tuple[Link, str, str]]:
    """Yield each medium of *part*: its link, its Type in lower case, its Format."""
    for link in part.linked("MediaFile"):
        above = link.element.getparent()
        if above is not None:
            kind = str(above.get("Type", "")).strip().lower()
            yield link, kind, str(above.get("Format", "")).strip()


def media_findings(
    part: OfdPart, package: OfdPackage, validators: Sequence[Validator]
) -> Iterator[Observation]:
    """
    Yield what is to be said of the media of *part*, of resources.

    Args:
        part: The resources.
        package: Where they lie.
        validators: What looks at images.
    """
    for link, kind, format in media(part):
        if not link.location.name:
            continue
        if kind == "image":
            yield from _image(link.location.name, format, package, validators)
        else:
            yield Observation(
                Aspect.EMBEDDED,
                Outcome.WARNED,
                f"expected no sound or film, found {quoted(kind)}",
                f"应无音视频，实有 {quoted(kind)}",
                shown(link.location.name),
            )


def _image(
    name: str, format: str, package: OfdPackage, validators: Sequence[Validator]
) -> Iterator[Observation]:
    head = package.head(name)[:16]
    found = image_kind(head)
    said = image_called(format)
    if not found and said != "jbig2":
        yield Observation(
            Aspect.READABLE,
            Outcome.FAILED,
            f"expected an image, found a file that begins with {_hex(head)}",
            f"应为图像，实际文件开头为 {_hex(head)}",
            shown(name),
        )
        return
    kind = found or said
    if kind not in ALLOWED:
        allowed = sorted(ALLOWED)
        yield Observation(
            Aspect.CONFORMANT,
            Outcome.WARNED,
            f"an image should be one of {', '.join(allowed)}, but is {kind}",
            f"图像应为 {'、'.join(allowed)} 之一，实为 {kind}",
            shown(name),
        )
    if said and kind != said:
        yield Observation(
            Aspect.CONFORMANT,
            Outcome.WARNED,
            f"the image should be {said} by its Format, but is {kind}",
            f"按 Format 图像应为 {said}，实为 {kind}",
            shown(name),
        )
    yield from _looked_at(name, kind, package, validators)


def _hex(head: bytes) -> str:
    return head.hex(" ") or "-"


def _looked_at(
    name: str, kind: str, package: OfdPackage, validators: Sequence[Validator]
) -> Iterator[Observation]:
    """Yield what *validators* say of the image *name*, as findings of the package."""
    format = FORMATS.get(kind)
    able = [each for each in validators if format and each.answers(format)]
    if not format or not any(Aspect.READABLE in each.answers(format) for each in able):
        yield Observation(
            Aspect.READABLE,
            Outcome.NOT_PERFORMED,
            f"no tool was given that decodes a {kind} image",
            f"未提供可解码 {kind} 图像的工具",
            shown(name),
        )
    if not format or not able:
        return
    try:
        data = package.read(name)
    except LimitError as error:
        yield _told(error, Outcome.NOT_PERFORMED, name)
        return
    except FormatError:
        return  # said where all files of the package are read
    image = BytesSource(name.rpartition("/")[2], data)
    for validator in able:
        yield from _by(validator, image, format, name, package)


def _by(
    validator: Validator,
    image: BytesSource,
    format: Format,
    name: str,
    package: OfdPackage,
) -> Iterator[Observation]:
    try:
        said = list(validator.validate(image, format, package.remaining()))
    except LimitError as error:
        yield _told(error, Outcome.NOT_PERFORMED, name)
        return
    except FormatError as error:
        yield _told(error, Outcome.FAILED, name)
        return
    except ToolError as error:
        yield _told(error, Outcome.NOT_PERFORMED, name)
        return
    for found in said:
        # What follows an image within a package is shown by nobody, and harms none.
        mild = found.aspect is Aspect.BOUNDED and found.outcome is Outcome.FAILED
        yield Observation(
            found.aspect,
            Outcome.WARNED if mild else found.outcome,
            found.en,
            found.zh,
            f"{shown(name)} {found.place}".strip(),
        )


def _told(error: FormatError | ToolError, outcome: Outcome, name: str) -> Observation:
    en, zh = error.message("en"), error.message("zh")
    return Observation(Aspect.READABLE, outcome, en, zh, shown(name))
