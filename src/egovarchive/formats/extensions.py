"""
Extensions: whether a file's name ends as its content would have it.

The content decides what a file is; its name is only held against it. Formats that
share an extension in practice are named in tables, all others are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from egovarchive.formats import Identification
from egovarchive.formats.format import Format
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome


class Judgement(NamedTuple):
    """What is to be said of an extension; both texts are empty if it is right."""

    outcome: Outcome
    en: str
    zh: str


SIBLINGS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        extension: frozenset(formats.split())
        for extension, formats in {
            # Word opens and saves all of these under its old name.
            "doc": "docx rtf html xml ole",
            "docx": "doc wps ole",
            "dot": "docx rtf",
            "xls": "xlsx html xml ole txt",
            "xlsx": "xls et ole",
            "ppt": "pptx ole",
            "pptx": "ppt dps ole",
            # Kingsoft's own names stand for Microsoft's formats; `.wps` is that of
            # Microsoft Works, too, a compound file of another kind.
            "wps": "rtf ole",
            "et": "ole",
            "dps": "ole",
            # What is common with media: one container, several names.
            "mp4": "mov",
            "m4v": "mov",
            "m4a": "mov",
            "mov": "mp4",
            "3gp": "mov m4a",
            "3g2": "mov m4a",
            "asf": "wma",
            "wmv": "wma",
            "wma": "wmv",
            "mp3": "aac",
            "mkv": "mpg",
            "dat": "mpg",
            # What holds text of some kind, but less than its name says.
            "xml": "txt html svg",
            "html": "xml txt",
            "htm": "xml txt",
            "json": "txt",
            "txt": "json xml html eml script",
            "log": "json xml html",
            "csv": "json",
            "jsonl": "txt json",
            "eml": "txt",
            "pem": "p7s",
            "tgz": "tar",
        }.items()
    }
)
"""Formats that a file with the extension may have, though it is not usual."""

# What a system runs by its name, whatever is in it.
_RUN: Final = re.compile(
    "bat|cmd|com|cpl|exe|hta|jar|jse?|lnk|msi|pif|ps1|reg|scr|vb[es]|ws[fh]"
)


def _known() -> Mapping[str, str]:
    """Return each extension of the table, with the formats it is usual for."""
    found: dict[str, list[str]] = {}
    for form in FORMATS.values():
        for extension in form.extensions:
            found.setdefault(extension, []).append(form.id)
    return {extension: ", ".join(ids) for extension, ids in found.items()}


_KNOWN: Final = _known()
# Older programs, or other ones, gave these to files that nothing here tells apart.
_OLDER: Final = re.compile(
    "do[ct]|wp[st]|xl[st]|ett?|pp[ts]|dp[st]|wmf|dwg|mpg|vob|com|dll|sys"
)
_LONGEST: Final = 8  # characters that are still an extension, not a part of a title


def extension_of(name: str) -> str:
    """Return how *name* ends, lower case, without the dot; empty if it has none."""
    stem, dot, end = name.rpartition(".")
    if not dot or not stem or not end.isascii() or not end.isalnum():
        return ""
    return end.lower() if len(end) <= _LONGEST else ""


def judge(found: Identification, name: str) -> Judgement:
    """
    Return whether *name* ends as files of the format *found* do.

    Passed: usual. Warned: another name that such files bear in practice, or one that
    says nothing. Failed: the extension of another format, or of a program. Not
    performed: neither the format is known nor the extension.
    """
    extension, form = extension_of(name), found.format
    if form is None:
        return _of_nothing_known(extension)
    if extension in form.extensions:
        return Judgement(Outcome.PASSED, "", "")
    outcome, en, zh = _objection(extension, form)
    usual = " ".join(f".{each}" for each in form.extensions)
    return Judgement(
        outcome,
        f"{form.en}: expected {usual or 'no known extension'}, found {en}",
        f"{form.zh}：扩展名应为{usual or '未知扩展名'}，实为{zh}",
    )


def _of_nothing_known(extension: str) -> Judgement:
    """Return what is to be said of *extension* where the content tells no format."""
    if _RUN.fullmatch(extension):
        return Judgement(
            Outcome.FAILED,
            f"of no known format, but .{extension}, which makes it a program",
            f"格式未知，扩展名 .{extension} 会使其被当作程序执行",
        )
    if extension not in _KNOWN:
        return Judgement(
            Outcome.NOT_PERFORMED,
            "its format is not known, its extension is held against nothing",
            "格式未知，扩展名无从比对",
        )
    expected = _KNOWN[extension]
    return Judgement(
        Outcome.WARNED if _OLDER.fullmatch(extension) else Outcome.FAILED,
        f"expected {expected} in a file named .{extension}, found no known format",
        f"扩展名为 .{extension}，应为 {expected}，实为未知格式",
    )


def _objection(extension: str, form: Format) -> tuple[Outcome, str, str]:
    """Return what is to be said against *extension*, which is not usual for *form*."""
    if not extension:
        return Outcome.WARNED, "none", "无扩展名"
    name = f".{extension}"
    if form.id in SIBLINGS.get(extension, ()):
        return Outcome.WARNED, f"{name}, which is not usual", f"{name}，不常见"
    if _RUN.fullmatch(extension):
        return (
            Outcome.FAILED,
            f"{name}, which makes it a program",
            f"{name}，会被当作程序执行",
        )
    if extension in _KNOWN:
        others = _KNOWN[extension]
        return Outcome.FAILED, f"{name} ({others})", f"{name}（{others}）"
    return Outcome.WARNED, f"{name}, which says nothing", f"{name}，含义不明"
