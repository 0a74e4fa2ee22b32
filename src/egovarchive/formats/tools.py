"""Tools: the toolboxes that this library fills."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from attrs import frozen

from egovarchive.errors import ToolError
from egovarchive.formats import (
    DEFAULT_LIMITS,
    Format,
    Limits,
    Observation,
    Source,
    Tool,
    Validator,
)
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.toolbox import Toolbox

# Where each tool is: loaded when a toolbox is filled, not before.
CORE_WALKS: Final = (
    "aac:AacWalk",
    "amr:AmrWalk",
    "asf:AsfWalk",
    "bmp:BmpWalk",
    "emf:EmfWalk",
    "flac:FlacWalk",
    "flv:FlvWalk",
    "gif:GifWalk",
    "gzip_members:GzipWalk",
    "isobmff:IsobmffWalk",
    "jp2:Jp2Walk",
    "jpeg:JpegWalk",
    "matroska:MatroskaWalk",
    "mp3:Mp3Walk",
    "mpeg:MpegWalk",
    "ogg:OggWalk",
    "png:PngWalk",
    "rar:RarWalk",
    "riff:RiffWalk",
    "seven_zip:SevenZipWalk",
    "tar:TarWalk",
    "tiff:TiffWalk",
    "wmf:WmfWalk",
)
CORE_VALIDATORS: Final = (
    "mail:MailValidator",
    "markup:MarkupValidator",
    "odf:OdfValidator",
    "ofd.validator:OfdValidator",
    "office_compound:CompoundValidator",
    "ooxml:OoxmlValidator",
    "pdf:PdfValidator",
    "rtf:RtfValidator",
    "text:TextValidator",
    "zip_files:ZipValidator",
)
CORE_READERS: Final = (
    "compound_files:CompoundReader",
    "mail:MailReader",
    "office_facts:OdfReader",
    "office_facts:OoxmlReader",
    "ofd.properties:OfdReader",
    "rtf:RtfReader",
)
CORE_OPENERS: Final = (
    "compound_files:CompoundOpener",
    "mail:MailOpener",
    "odf:OdfOpener",
    "ofd.opener:OfdOpener",
    "ooxml:OoxmlOpener",
    "rtf:RtfOpener",
    "zip_files:ZipOpener",
)
# What else there is, by what it needs: modules of an extra, or a program.
EXTRAS: Final = (
    ("pdf", ("pikepdf", "simplejpeg")),
    ("image", ("PIL", "numpy", "simplejpeg")),
    ("pronom", ("pygfried",)),
    ("render", ("pypdfium2",)),
)
PROGRAMS: Final = ("ffmpeg", "verapdf")
PICTURES: Final = (
    ("images:JpegValidator", "image"),
    ("images:PictureValidator", "image"),
)
VALIDATORS: Final = (
    ("pdf_reader:PikepdfValidator", "pdf"),
    *PICTURES,
    ("ffmpeg:FfmpegValidator", "ffmpeg"),
    ("verapdf:VeraPdfValidator", "verapdf"),
)
READERS: Final = (
    ("pdf_reader:PikepdfReader", "pdf"),
    ("ffmpeg:FfprobeReader", "ffmpeg"),
)
OPENERS: Final = (("pdf_reader:PikepdfOpener", "pdf"),)
IDENTIFIERS: Final = (("pronom:PronomIdentifier", "pronom"),)
RENDERERS: Final = (("pdf_render:PdfiumRenderer", "render"),)


@frozen
class Absent:
    """
    The place of a validator whose extra or program is not there.

    What it would have answered was not performed, and how to have it is said.
    """

    name: str
    needs: str
    _real: Validator

    @property
    def tool(self) -> Tool:
        return Tool(self.name, "")

    @property
    def isolated(self) -> bool:
        return False

    def answers(self, format: Format) -> frozenset[Aspect]:
        return self._real.answers(format)

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterable[Observation]:
        if self.needs in PROGRAMS:
            raise ToolError(
                f"the program {self.needs} is not installed",
                f"未安装程序 {self.needs}",
            )
        raise ToolError(
            f"not installed: pip install 'egovarchive[{self.needs}]'",
            f"未安装：pip install 'egovarchive[{self.needs}]'",
        )


def core_tools(limits: Limits = DEFAULT_LIMITS) -> Toolbox:
    """
    Return the tools that need nothing but this library.

    They run in this process, and read what files are made of; whether each page and
    picture can be shown takes the others: see `installed_tools`.

    Args:
        limits: How much work a file may make.
    """
    walks = tuple(_made(CORE_WALKS))
    return Toolbox(
        identifiers=tuple(_made(["identify:CoreIdentifier"])),
        validators=(*walks, *_made(CORE_VALIDATORS)),
        readers=(*walks, *_made(CORE_READERS)),
        openers=tuple(_made(CORE_OPENERS)),
        limits=limits,
    )


def installed_tools(
    limits: Limits = DEFAULT_LIMITS, *, processes: int | None = None
) -> Toolbox:
    """
    Return the core tools and all others whose extra or program is installed.

    What runs code of others on a file runs in processes of their own, which `close`
    ends: use it in ``with``. What is not installed is told as *not performed*, with
    what to install.

    Args:
        limits: How much work a file may make.
        processes: Most processes for them; by default as many as there are cores.
    """
    from egovarchive.formats.ofd.validator import OfdValidator  # noqa: PLC0415
    from egovarchive.formats.worker import Worker  # noqa: PLC0415 - when needed

    core = core_tools(limits)
    own = [each for each in core.validators if not isinstance(each, OfdValidator)]
    more = list(_or_absent(VALIDATORS))
    pictures = tuple(_present(PICTURES))
    return Toolbox(
        identifiers=(*core.identifiers, *_present(IDENTIFIERS)),
        # Pictures in OFD files are decoded by what decodes pictures.
        validators=(*own, OfdValidator(pictures), *more),
        readers=(*core.readers, *_present(READERS)),
        openers=(*core.openers, *_present(OPENERS)),
        renderers=tuple(_present(RENDERERS)),
        limits=limits,
        worker=Worker(limits, count=processes or os.cpu_count() or 1),
    )


def _made(places: Iterable[str]) -> Iterator[Any]:
    for place in places:
        yield _class_at(place)()


def _present(rows: Iterable[tuple[str, str]]) -> Iterator[Any]:
    yield from _made(place for place, needs in rows if _is_there(needs))


def _or_absent(rows: Iterable[tuple[str, str]]) -> Iterator[Validator]:
    for place, needs in rows:
        real = _class_at(place)()
        yield real if _is_there(needs) else Absent(_name(place), needs, real)


def _class_at(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(f"egovarchive.formats.{module}"), name)


def _name(place: str) -> str:
    return place.partition(":")[0].replace("_", "-")


def _is_there(needs: str) -> bool:
    if needs in PROGRAMS:
        return shutil.which(needs) is not None
    return all(find_spec(module) is not None for module in dict(EXTRAS)[needs])
