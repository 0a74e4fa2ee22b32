"""
PRONOM identifiers by siegfried (extra ``pronom``, package ``pygfried``).

A second opinion with a public registry behind it. It knows neither OFD nor WPS.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol, TypedDict, cast

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import Identification
from egovarchive.formats.observation import Tool
from egovarchive.formats.source import Source, on_disk
from egovarchive.formats.table import FORMATS

_UNKNOWN: Final = "UNKNOWN"
_BY_NAME_ONLY: Final = "match on extension only"


def _puids() -> Mapping[str, str]:
    """Return our id of each PUID that was seen on real files of our formats."""
    rows = {
        "pdf": "fmt/14 fmt/15 fmt/16 fmt/17 fmt/18 fmt/19 fmt/20 fmt/276 fmt/1129"
        " fmt/95 fmt/354 fmt/476 fmt/477 fmt/478 fmt/479 fmt/480 fmt/481"
        " fmt/1910 fmt/1911 fmt/1912",
        "doc": "fmt/38 fmt/39 fmt/40 fmt/609",
        "docx": "fmt/412 fmt/523",
        "xls": "fmt/57 fmt/59 fmt/61",
        "xlsx": "fmt/214 fmt/445 fmt/1828",
        "ppt": "fmt/126",
        "pptx": "fmt/215",
        "odt": "fmt/136 fmt/290 fmt/291 fmt/1756",
        "rtf": "fmt/45 fmt/46 fmt/47 fmt/48 fmt/49 fmt/50 fmt/51 fmt/52 fmt/53 fmt/355",
        "ole": "fmt/111",
        "txt": "x-fmt/111",
        "xml": "fmt/101",
        "html": "fmt/96 fmt/100 fmt/102 fmt/471",
        "jpeg": "fmt/41 fmt/42 fmt/43 fmt/44 fmt/645 fmt/1507 x-fmt/390 x-fmt/391",
        "tiff": "fmt/353 fmt/1917",
        "png": "fmt/11 fmt/12 fmt/13",
        "gif": "fmt/3 fmt/4",
        "bmp": "fmt/115 fmt/116 fmt/117 fmt/118 fmt/119",
        "jp2": "x-fmt/392",
        "mp3": "fmt/134",
        "wav": "fmt/6 fmt/141 fmt/142 fmt/143 fmt/703 fmt/704 fmt/705 fmt/712",
        "flac": "fmt/279",
        "mp4": "fmt/199",
        "mov": "x-fmt/384",
        "avi": "fmt/5",
        "mpg": "x-fmt/385 x-fmt/386",
        "wmv": "fmt/131 fmt/133",
        "wma": "fmt/132",
        "zip": "x-fmt/263",
        "7z": "fmt/484",
        "rar": "fmt/411 fmt/613",
        "eml": "fmt/950",
    }
    return {puid: name for name, puids in rows.items() for puid in puids.split()}


PUIDS: Final[Mapping[str, str]] = MappingProxyType(_puids())
"""Our format's id, by PRONOM identifier. No other number stands for one of ours."""

# What holds another format is no other format: a reader of one sees the other.
_HELD: Final = {
    "zip": "ofd docx xlsx pptx odt ods odp",
    "ole": "doc xls ppt wps et dps",
    "doc": "wps",
    "xls": "et",
    "ppt": "dps",
    "txt": "html svg xml json eml script p7s rtf",
    "xml": "html svg",
    "mp4": "m4a",
    "wmv": "wma",
}


def disagree(one: Identification, other: Identification) -> bool:
    """
    Say whether two tools contradict each other.

    They do not where one knows no format, or names what holds the other's: ZIP for
    an OFD file, plain text for XML.
    """
    if one.format is None or other.format is None or one.format == other.format:
        return False
    first, second = one.format.id, other.format.id
    return not (second in _held(first) or first in _held(second))


def _held(name: str) -> list[str]:
    return _HELD.get(name, "").split()


class _Found(TypedDict):
    """A format, as siegfried reports it."""

    id: str
    format: str
    version: str
    warning: str


class _File(TypedDict):
    """A file, as siegfried reports it."""

    errors: str
    matches: Sequence[_Found]


class _Signatures(TypedDict):
    """Tables, as siegfried reports them."""

    name: str
    details: str


class _Report(TypedDict):
    """All that siegfried reports."""

    siegfried: str
    identifiers: Sequence[_Signatures]
    files: Sequence[_File]


class _Siegfried(Protocol):
    def identify(self, path: str, detailed: bool = False) -> object: ...  # noqa: FBT001, FBT002


class PronomIdentifier:
    """
    Tells the PRONOM identifier of files, by their content alone.

    It runs a Go program inside of Python: for hostile files, in a worker process.

    Raises:
        ToolError: On use: ``pygfried`` is not installed, or fails.
    """

    @cached_property
    def tool(self) -> Tool:
        """Siegfried, its version and that of its signatures."""
        with tempfile.NamedTemporaryFile(prefix="egovarchive-") as file:
            file.write(b"\0")
            file.flush()
            report = _report(Path(file.name))
        signatures = "; ".join(each["details"] for each in report["identifiers"])
        return Tool("siegfried", report["siegfried"], signatures)

    def identify(self, source: Source) -> Identification:
        """
        Return the PRONOM identifier of *source*, and our format if it has one.

        Raises:
            FormatError: It cannot be read.
            ToolError: ``pygfried`` is not installed, or fails.
        """
        tool = self.tool
        if not source.size:
            return Identification(tool=tool, note="empty")
        # Under another name, as siegfried looks at extensions; and it is safe in Go.
        with tempfile.TemporaryDirectory(prefix="egovarchive-") as folder:
            link = Path(folder, "file")
            try:
                with on_disk(source) as file:
                    link.symlink_to(file.path.resolve())
                    report = _report(link)
            except OSError as error:
                raise FormatError(
                    f"cannot be read: {error.strerror}", f"无法读取：{error.strerror}"
                ) from error
        (told,) = report["files"]
        if told["errors"]:
            raise FormatError(
                f"siegfried: {told['errors']}", f"siegfried：{told['errors']}"
            )
        matches = [
            match
            for match in told["matches"]
            if match["id"] != _UNKNOWN and match["warning"] != _BY_NAME_ONLY
        ]
        if not matches:
            return Identification(tool=tool)
        first, *others = matches
        names = [first["format"], *(f"or {match['id']}" for match in others)]
        return Identification(
            tool=tool,
            format=FORMATS.get(PUIDS.get(first["id"], "")),
            version=first["version"],
            puid=first["id"],
            note="; ".join(names),
        )


def _report(path: Path) -> _Report:
    try:
        siegfried = cast("_Siegfried", import_module("pygfried"))
    except ImportError as error:
        raise ToolError(
            "pygfried is not installed: pip install 'egovarchive[pronom]'",
            "未安装 pygfried：pip install 'egovarchive[pronom]'",
        ) from error
    try:
        return cast("_Report", siegfried.identify(str(path), detailed=True))
    # Its own error, from Go, is an OSError.
    except OSError as error:
        raise ToolError(f"siegfried: {error}", f"siegfried：{error}") from error
