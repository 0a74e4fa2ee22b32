"""Pictures decoded to the last pixel: JPEG by simplejpeg, the others by Pillow."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from time import monotonic
from typing import Final, TypeGuard

from attrs import frozen

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Observation, Tool
from egovarchive.formats.source import Source, open_source
from egovarchive.records.outcome import Outcome

# What Pillow calls our formats: no other reader of it gets to see a file.
READERS: Final = {
    "png": "PNG",
    "gif": "GIF",
    "bmp": "BMP",
    "tiff": "TIFF",
    "jp2": "JPEG2000",
    "webp": "WEBP",
}
_CMYK: Final = frozenset({"CMYK", "YCCK"})
_ENDED_EARLY: Final = ("premature end of jpeg file", "no image", "empty input")
_SPARE: Final = re.compile(r"(\d+) extraneous bytes before marker 0xd9")
_STDERR: Final = 2
_MOST_SAID: Final = 1 << 16  # bytes
_MOST_COMPLAINTS: Final = 3
_UNKNOWN: Final = ("unsupported", "not supported", "not implemented", "12-bit")


@frozen
class JpegValidator:
    """
    Decodes JPEG files; every error that a viewer would paint over is a finding.

    Needs the extra ``image``. JPEG of 12 bits, lossless or arithmetic, is *not
    performed*.
    """

    @property
    def tool(self) -> Tool:
        return Tool("simplejpeg", _version("simplejpeg"))

    @property
    def isolated(self) -> bool:
        return True

    def answers(self, format: Format) -> frozenset[Aspect]:
        found = {Aspect.READABLE, Aspect.COMPLETE} if format.id == "jpeg" else set()
        return frozenset(found)

    def validate(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Observation]:
        try:
            from simplejpeg import (  # type: ignore[import-untyped]  # noqa: PLC0415
                decode_jpeg,
                decode_jpeg_header,
            )
        except ImportError as error:
            raise _missing("simplejpeg") from error
        if source.size > limits.memory // 4:
            raise ToolError("it is too large to decode", "文件过大，未解码")
        data = source.read(0, source.size)
        try:
            height, width, space, _ = decode_jpeg_header(data, strict=False)
        except KeyError as error:
            # It knows the usual ways to sample colour only.
            raise ToolError(
                "its colours are sampled in an unusual way: not decoded",
                "色度采样方式特殊，未解码",
            ) from error
        except ValueError as error:
            reason = _said(error)
            if any(word in reason.lower() for word in _UNKNOWN):
                raise ToolError(f"it is of a kind not decoded: {reason}",
                    f"未支持解码的类型：{reason}") from error  # fmt: skip
            raise FormatError(
                f"it cannot be decoded: {reason}", f"无法解码：{reason}"
            ) from error
        if width * height > limits.pixels:
            raise _too_large(width, height)
        colours = "CMYK" if space in _CMYK else "GRAY"
        try:
            decode_jpeg(data, colorspace=colours, strict=True)
        except ValueError as error:
            yield from _jpeg_findings(_said(error), data)


def _jpeg_findings(reason: str, data: bytes) -> Iterator[Observation]:
    low = reason.lower()
    outcome = Outcome.FAILED
    if any(word in low for word in _UNKNOWN):
        outcome = Outcome.NOT_PERFORMED
    elif (spare := _SPARE.search(low)) and _is_padding(data, int(spare[1])):
        outcome = Outcome.WARNED
    en, zh = f"it does not decode cleanly: {reason}", f"解码异常：{reason}"
    yield Observation(Aspect.READABLE, outcome, en, zh)
    if any(word in low for word in _ENDED_EARLY):
        yield Observation(Aspect.COMPLETE, Outcome.FAILED, en, zh)
    elif outcome is Outcome.FAILED:
        yield Observation(Aspect.COMPLETE, Outcome.NOT_PERFORMED, en, zh)


def _is_padding(data: bytes, size: int) -> bool:
    """Say whether *size* bytes before the end marker are zeros, as cameras write."""
    end = data.rfind(b"\xff\xd9")
    return not data[max(0, end - size) : end].strip(b"\0")


@frozen
class PictureValidator:
    """
    Decodes every frame and page of PNG, GIF, BMP, TIFF, JPEG 2000 and WebP files.

    Needs the extra ``image``.
    """

    @property
    def tool(self) -> Tool:
        return Tool("Pillow", _version("pillow"))

    @property
    def isolated(self) -> bool:
        return True

    def answers(self, format: Format) -> frozenset[Aspect]:
        return frozenset({Aspect.READABLE} if format.id in READERS else ())

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Observation]:
        findings = Findings(limits.findings)
        with strict_pillow(limits) as warned:
            if format.id == "png":
                _attempt(lambda: _verify(source), findings)
            with _complaints() as said:
                _attempt(lambda: _load(source, format, limits, findings), findings)
        if said and not findings.has(Aspect.READABLE):
            reason = shown("; ".join(said[:_MOST_COMPLAINTS]))
            findings.failed(
                Aspect.READABLE,
                f"it decodes with errors: {reason}",
                f"解码有错误：{reason}",
            )
        for reason in dict.fromkeys(_said(each) for each in warned):
            # Of tags and texts that are odd it warns, and of pixels that are missing.
            lost = "truncated" in reason.lower()
            note = findings.failed if lost else findings.warned
            note(Aspect.READABLE, f"Pillow warns: {reason}", f"解码警告：{reason}")
        yield from findings


@contextmanager
def strict_pillow(limits: Limits) -> Iterator[list[Exception]]:
    """
    Make Pillow strict for a while: pixels are counted; yield what it warns of.

    Raises:
        ToolError: Pillow is not installed, or was told to paint over what is missing.
    """
    try:
        from PIL import Image, ImageFile  # noqa: PLC0415
    except ImportError as error:
        raise _missing("Pillow") from error
    if ImageFile.LOAD_TRUNCATED_IMAGES:
        raise ToolError(
            "Pillow was told to load truncated images: its answers mean nothing",
            "Pillow 被设置为容忍截断图像，检测结果无意义",
        )
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            heard: list[Exception] = []
            yield heard
        heard.extend(each.message for each in caught if _counts(each.message))
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _counts(warning: Warning | str) -> TypeGuard[Warning]:
    """Say whether *warning* is of the picture, and not of a library's future."""
    return isinstance(warning, UserWarning | RuntimeWarning)


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """
    Yield the lines that libraries write to standard error, once they are there.

    libtiff tells of damaged lines of a fax there, and nowhere else: Pillow shows the
    page as if it were whole.
    """
    said: list[str] = []
    try:
        before = os.dup(_STDERR)
    except OSError:
        # There is no standard error, and so nobody to complain to.
        yield said
        return
    if sys.stderr is not None:
        sys.stderr.flush()
    outlet, inlet = os.pipe()
    # What does not fit is lost: a library that waits for a reader would wait for ever.
    os.set_blocking(inlet, False)
    os.set_blocking(outlet, False)
    os.dup2(inlet, _STDERR)
    os.close(inlet)
    try:
        yield said
    finally:
        os.dup2(before, _STDERR)
        os.close(before)
        try:
            lines = os.read(outlet, _MOST_SAID).decode("utf-8", "replace").splitlines()
        except BlockingIOError:
            lines = []
        os.close(outlet)
        said.extend(dict.fromkeys(filter(None, lines)))


def _verify(source: Source) -> None:
    from PIL import Image  # noqa: PLC0415

    with open_source(source) as file, Image.open(file, formats=["PNG"]) as image:
        image.verify()


def _load(source: Source, format: Format, limits: Limits, findings: Findings) -> None:
    from PIL import Image  # noqa: PLC0415

    until = monotonic() + limits.seconds
    with (
        open_source(source) as file,
        Image.open(file, formats=[READERS[format.id]]) as image,
    ):
        for number in range(limits.pages):
            try:
                image.seek(number)
            except EOFError:
                return
            if monotonic() > until:
                break
            image.load()
    findings.not_performed(
        Aspect.READABLE,
        f"only its first {number} pages or frames were decoded",
        f"仅解码了前 {number} 页或帧",
    )


def _attempt(decode: Callable[[], None], findings: Findings) -> None:
    """Decode, and note why that was not possible."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    try:
        decode()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        findings.not_performed(
            Aspect.READABLE, "it has too many pixels to decode", "像素数超出解码上限"
        )
    except MemoryError as error:
        raise ToolError("it takes too much memory", "解码所需内存超限") from error
    except UnidentifiedImageError:
        findings.failed(Aspect.READABLE, "it cannot be opened", "无法打开")
    # What Pillow raises on damaged files is of any kind: a finding in each case.
    except Exception as error:  # noqa: BLE001
        reason = f"{type(error).__name__}: {_said(error)}"
        if isinstance(error, NotImplementedError):
            findings.not_performed(
                Aspect.READABLE, f"not decoded: {reason}", f"未能解码：{reason}"
            )
        else:
            findings.failed(
                Aspect.READABLE,
                f"it cannot be decoded: {reason}",
                f"无法解码：{reason}",
            )


def _said(error: Exception) -> str:
    return shown(" ".join(str(error).split())) or type(error).__name__


def _missing(name: str) -> ToolError:
    return ToolError(
        f"{name} is not installed: pip install 'egovarchive[image]'",
        f"未安装 {name}：pip install 'egovarchive[image]'",
    )


def _too_large(width: int, height: int) -> ToolError:
    return ToolError(
        f"{width} x {height} pixels are more than are decoded here",
        f"{width}×{height} 像素超出解码上限",
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
