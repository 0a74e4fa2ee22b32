"""Location: where in its package a reference (GB/T 33190 ST_Loc) leads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from egovarchive.records.term import Term

# With a drive, or a scheme: never a path of the package, unless it has such a name.
_ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\")


class Fault(Term):
    """Why a reference leads nowhere."""

    EMPTY = "empty", "为空"
    MISSING = "missing", "不存在"
    OUTSIDE = "outside", "越出文件包"
    EXTERNAL = "external", "指向文件包之外"


class Oddity(Term):
    """How a reference leads somewhere only if it is read kindly."""

    BACKSLASH = "with_a_backslash", "使用反斜杠"
    FOLDER = "from_another_folder", "相对的目录不正确"
    CASE = "in_another_letter_case", "大小写不一致"


@frozen
class Location:
    """
    Where a reference leads.

    Args:
        name: The entry of the package; empty if it leads nowhere.
        fault: Why it leads nowhere.
        oddities: What had to be overlooked.
    """

    name: str = ""
    fault: Fault | None = None
    oddities: tuple[Oddity, ...] = ()


def folded(name: str) -> str:
    """Return *name* without what sets letter cases and Unicode forms apart."""
    return unicodedata.normalize("NFC", name).casefold()


def joined(folder: str, path: str) -> str | None:
    """
    Return *path*, with slashes, as seen from *folder*; None if it leaves the package.

    >>> joined("Doc_0/Pages", "../Res/a.png"), joined("Doc_0", "/OFD.xml")
    ('Doc_0/Res/a.png', 'OFD.xml')
    >>> joined("Doc_0", "../../etc/passwd") is None
    True
    """
    parts: list[str] = []
    for part in (path if path.startswith("/") else f"{folder}/{path}").split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def locate(
    text: str,
    folders: Sequence[str],
    names: Mapping[str, object],
    kindred: Mapping[str, str],
) -> Location:
    """
    Return where the reference *text* leads.

    Real files write paths with backslashes, in the wrong letter case, or from the
    package's root instead of their own folder. These are found, and said to be odd; a
    path that leaves the package is not followed, wherever it may lead.

    Args:
        text: As the XML has it.
        folders: The one it is relative to; then others that are tried for want of it.
        names: All entries of the package.
        kindred: The name of an entry by its `folded` name.
    """
    path = text.strip()
    if not path:
        return Location(fault=Fault.EMPTY)
    oddities = []
    if "\\" in path:
        oddities.append(Oddity.BACKSLASH)
    slashed = path.replace("\\", "/")
    strict = joined(folders[0], slashed)
    if _ELSEWHERE.match(path) and (strict is None or strict not in names):
        return Location(fault=Fault.EXTERNAL)
    if strict is None:
        return Location(fault=Fault.OUTSIDE)
    tries = [strict]
    if not slashed.startswith("/"):
        others = (joined(folder, slashed) for folder in folders[1:])
        tries += [other for other in others if other is not None and other != strict]
    exact = ((found if found in names else "") for found in tries)
    alike = (kindred.get(folded(found), "") for found in tries)
    for spelling, candidates in (([], exact), ([Oddity.CASE], alike)):
        for number, name in enumerate(candidates):
            if name:
                oddities += [Oddity.FOLDER] * bool(number) + spelling
                return Location(name, oddities=tuple(oddities))
    return Location(fault=Fault.MISSING)
