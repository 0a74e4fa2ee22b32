"""Format names 格式名称: what metadata calls formats, in whatever words."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from egovarchive.formats.format import Format, Kind
from egovarchive.formats.pronom import PUIDS
from egovarchive.formats.table import FORMATS

# What is said beside id, names, media type, extensions and kind; see `_plain`.
_ALIASES: Final[Mapping[str, str]] = {
    "pdf": "pdf/a pdf/x pdf/e pdf/ua acrobat application/vnd.pdf",
    "ofd": "ofd/a application/vnd.ofd",
    "doc": "word msword application/vnd.ms-word",
    "docx": "word",
    "xls": "excel msexcel application/excel",
    "xlsx": "excel",
    "ppt": "powerpoint application/powerpoint",
    "pptx": "powerpoint",
    "wps": "wps文字",
    "et": "wps表格",
    "dps": "wps演示",
    "rtf": "text/rtf",
    "html": "网页 application/xhtml+xml",
    "xml": "text/xml",
    "txt": "文本 text",
    "jpeg": "image/jpg image/pjpeg",
    "bmp": "image/x-ms-bmp 位图",
    "jp2": "image/jpeg2000",
    "wav": "audio/wave audio/vnd.wave",
    "mp3": "audio/mp3",
    "m4a": "audio/m4a",
    "mp4": "video/m4v",
    "avi": "video/avi",
    "mpg": "mpeg-1 mpeg-2",
    "zip": "application/x-zip-compressed",
    "rar": "application/x-rar-compressed",
    "gzip": "application/x-gzip",
}
_KINDS: Final[Mapping[Kind, str]] = {
    Kind.IMAGE: "图片 照片",
    Kind.AUDIO: "录音",
    Kind.VIDEO: "录像",
}
_PUID: Final = re.compile("(?:x-)?fmt/[0-9]{1,6}")
# What says only that it is a file of some kind, and versions.
_TAIL: Final = re.compile(
    "(?:文件|文档|格式|图片|图像|音频|视频|文本|file|format|document|image|audio|video"
    "|v?[0-9]+[a-z]?)$"
)
_MOST_TAILS: Final = 4
_LONGEST: Final = 100  # characters; no name is longer


def puid_in(text: str) -> str:
    """Return the PRONOM identifier that *text* is; empty if it is none."""
    found = _PUID.fullmatch(text.strip().lower())
    return found[0] if found else ""


def formats_called(text: str) -> frozenset[str]:
    """
    Return the ids of the formats that *text* may mean; empty if it is not known.

    An id, a name in English or Chinese, a media type, an extension, a PRONOM
    identifier or a kind of format; version and words such as 文件 count for nothing.

    >>> sorted(formats_called("PDF/A-1b")), sorted(formats_called(".jpg"))
    (['pdf'], ['jpeg'])
    >>> sorted(formats_called("Word 2019 文档")), sorted(formats_called("某种格式"))
    (['doc', 'docx'], [])
    """
    text = text[:_LONGEST].partition(";")[0]  # `text/plain; charset=utf-8`
    if puid := puid_in(text):
        return frozenset({PUIDS[puid]}) if puid in PUIDS else frozenset()
    name = _plain(text)
    for _ in range(_MOST_TAILS):
        if found := _table().get(name):
            return found
        name = _TAIL.sub("", name)
    return frozenset()


def _plain(text: str) -> str:
    """Return *text* without what writers of one name differ in."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # An experimental media type, such as `audio/x-wav`, became an ordinary one.
    return re.sub(r"[\W_]", "", folded.replace("/x-", "/"))


@cache
def _table() -> Mapping[str, frozenset[str]]:
    table: defaultdict[str, set[str]] = defaultdict(set)
    for form in FORMATS.values():
        for name in _names(form):
            table[_plain(name)].add(form.id)
    return {name: frozenset(ids) for name, ids in table.items()}


def _names(form: Format) -> Iterator[str]:
    yield from (form.id, form.en, form.zh, form.mime)
    yield from (form.kind.value, form.kind.zh, *_KINDS.get(form.kind, "").split())
    yield from form.extensions
    yield from _ALIASES.get(form.id, "").split()
