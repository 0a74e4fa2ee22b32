"""Attribute 电子属性: what metadata may declare of a file, and who knows better."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Final

from attrs import field, frozen

from egovarchive.checks import likeness
from egovarchive.checks.examined import Examined
from egovarchive.errors import EgovArchiveError
from egovarchive.formats import Tool
from egovarchive.formats.format import Kind
from egovarchive.records.term import Term

# Pictures of which a file holds one, and does not say so.
_ONE_PAGE: Final = frozenset({"bmp", "jpeg", "png"})
# What may say that it is to be shown turned.
_TURNED: Final = frozenset({"jpeg", "mov", "mp4", "tiff", "webp"})
_NUMBER_BEFORE: Final = 3  # digits, at least, before the name that a file came with


class Comparison(Term):
    """How near what is declared must come to what is found."""

    EXACT = "exact", "完全一致"
    EQUIVALENT = "equivalent", "等价"
    TOLERANT = "tolerant", "允许误差"
    INFORMATIVE = "informative", "仅供参考"


Told = tuple[tuple[str, ...], Tool | None]
"""What a file is, in each way in which that can be told, and who says so."""


@frozen
class Attribute:
    """
    One attribute that metadata may declare of a file.

    Args:
        value: Which of our values declares it; see the profile.
        en: Its name in English.
        zh: Its name in Chinese.
        comparison: How near it must come; what is only informative never fails.
        found: Returns what the file is, in each way in which that can be told, the
            usual one first, and who says so; nothing if nobody can tell.
        same: Says whether what is declared is what is found; None if the two
            cannot be compared.
        kinds: Formats of which kinds can have it; None for all.
        loose: Of which kinds it is only informative.
        group: The group of the document in which it is declared; empty for the
            file's own.
    """

    value: str
    en: str
    zh: str
    comparison: Comparison
    found: Callable[[Examined], Told]
    same: Callable[[str, tuple[str, ...]], bool | None]
    kinds: frozenset[Kind] | None = field(default=None, kw_only=True)
    loose: frozenset[Kind] = field(default=frozenset(), kw_only=True)
    group: str = field(default="", kw_only=True)

    def declared(self, file: Examined) -> str:
        """Return what the metadata says of *file*; empty if it says nothing."""
        if not self.group:
            texts = {} if file.declared is None else file.declared.texts
        else:
            groups = {} if file.document is None else file.document.groups
            texts = next((each.texts for each in groups.get(self.group, ())), {})
        return texts.get(self.value, "")

    def fits(self, kind: Kind) -> bool:
        """Say whether a file of *kind* can have it."""
        return self.kinds is None or kind in self.kinds

    def informs(self, kind: Kind | None) -> bool:
        """Say whether it is only informative, of files of *kind*."""
        return self.comparison is Comparison.INFORMATIVE or kind in self.loose


def _name(file: Examined) -> Told:
    # In a package of ours, a number stands before the name that the file came with.
    whole = unicodedata.normalize("NFC", file.source.name)
    number, dash, name = whole.partition("-")
    if dash and name and len(number) >= _NUMBER_BEFORE and number.isdecimal():
        return (name, whole), None
    return (whole,), None


def _size(file: Examined) -> Told:
    return (str(file.source.size),), None


def _format(file: Examined) -> Told:
    if file.format is None:
        return (), None
    puids = (each.puid for each in file.identifications if each.puid)
    return (file.format.id, *puids), file.identifications[0].tool


def _version(file: Examined) -> Told:
    known = [each for each in file.identifications if each.version or each.puid]
    told = (text for each in known for text in (each.version, each.puid) if text)
    return tuple(dict.fromkeys(told)), known[0].tool if known else None


def _pages(file: Examined) -> Told:
    if file.format is not None and file.format.id in _ONE_PAGE:
        return ("1",), file.identifications[0].tool
    return _fact("pages")(file)


def _side(name: str, other: str) -> Callable[[Examined], Told]:
    def found(file: Examined) -> Told:
        side, tool = _fact(name)(file)
        across, _ = _fact(other)(file)
        form, texts = file.format, {} if file.declared is None else file.declared.texts
        if form is not None and form.id in _TURNED and side and across:
            # Some programs tell the pixels as they lie, others as they are seen.
            turned = across[0], side[0]
            if (texts.get(name), texts.get(other)) == turned:
                return across, tool
        return side, tool

    return found


def _fact(name: str) -> Callable[[Examined], Told]:
    def found(file: Examined) -> Told:
        for tool, facts in file.facts:  # the first that tells it is believed
            value = (
                None if isinstance(facts, EgovArchiveError) else getattr(facts, name)
            )
            if isinstance(value, datetime):
                return (value.isoformat(),), tool
            if value is not None:
                return (str(value),), tool
        return (), None

    return found


_PAGED: Final = frozenset(
    {Kind.FIXED, Kind.OFFICE, Kind.TEXT, Kind.IMAGE, Kind.MESSAGE}
)
_SEEN: Final = frozenset(
    {Kind.FIXED, Kind.OFFICE, Kind.TEXT, Kind.IMAGE, Kind.MESSAGE, Kind.VIDEO}
)
_PLAYED: Final = frozenset({Kind.AUDIO, Kind.VIDEO, Kind.IMAGE})

ATTRIBUTES: Final = (
    Attribute(
        "name", "file name", "计算机文件名", Comparison.EXACT, _name, likeness.names
    ),
    Attribute("size", "size", "字节数", Comparison.EXACT, _size, likeness.numbers),
    Attribute(
        "format", "format", "格式", Comparison.EQUIVALENT, _format, likeness.formats
    ),
    Attribute(
        "format",
        "format version",
        "格式版本",
        Comparison.INFORMATIVE,
        _version,
        likeness.versions,
    ),
    Attribute(
        "pages",
        "pages",
        "页数",
        Comparison.EXACT,
        _pages,
        likeness.numbers,
        kinds=_PAGED,
        # How many they are, the program that shows it decides.
        loose=frozenset({Kind.OFFICE}),
    ),
    Attribute(
        "width",
        "width in pixels",
        "像素宽",
        Comparison.EXACT,
        _side("width", "height"),
        likeness.numbers,
        kinds=_SEEN,
    ),
    Attribute(
        "height",
        "height in pixels",
        "像素高",
        Comparison.EXACT,
        _side("height", "width"),
        likeness.numbers,
        kinds=_SEEN,
    ),
    Attribute(
        "seconds",
        "duration in seconds",
        "时长（秒）",
        Comparison.TOLERANT,
        _fact("seconds"),
        likeness.durations,
        kinds=_PLAYED,
    ),
    Attribute(
        "program",
        "creating program",
        "创建程序",
        Comparison.INFORMATIVE,
        _fact("application"),
        likeness.programs,
    ),
    Attribute(
        "created_at",
        "moment of creation",
        "形成时间",
        Comparison.INFORMATIVE,
        _fact("created"),
        likeness.moments,
    ),
    Attribute(
        "modified_at",
        "moment of the last change",
        "修改时间",
        Comparison.INFORMATIVE,
        _fact("modified"),
        likeness.moments,
    ),
    Attribute(
        "resolution",
        "scanning resolution",
        "扫描分辨率",
        Comparison.INFORMATIVE,
        _fact("resolution"),
        likeness.resolutions,
        group="digitised",
    ),
    Attribute(
        "colour_mode",
        "scanning colour mode",
        "扫描色彩模式",
        Comparison.INFORMATIVE,
        _fact("colour"),
        likeness.colours,
        group="digitised",
    ),
    Attribute(
        "compression",
        "image compression",
        "图像压缩方案",
        Comparison.INFORMATIVE,
        _fact("compression"),
        likeness.compressions,
        group="digitised",
    ),
)
