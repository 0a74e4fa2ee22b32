"""Places: which record each file of a received volume belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.dat93.finding import Finding, Kind
from egovarchive.exchange.dat93.layout import (
    DEPTHS,
    DIRECTORY,
    OTHER,
    STATEMENT,
    evidence_path,
    folder_of,
    history_path,
)
from egovarchive.records.archival_code import LOOKALIKES, ArchivalCode


@frozen(kw_only=True)
class Places:
    """
    Which record each file belongs to.

    Args:
        inside: The files in the folder of each record, by its code, in order.
        codes: The code of the record that each file is about, by path; also of files
            that are about it and stand elsewhere.
        findings: Records that the directory does not name, and files that belong
            nowhere.
    """

    inside: Mapping[ArchivalCode, tuple[str, ...]] = field(repr=False)
    codes: Mapping[str, str] = field(repr=False)
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, codes: Iterable[ArchivalCode], paths: Iterable[str]) -> Places:
        """Return where *paths* belong, if the directory names *codes*."""
        known = {folder_of(code): code for code in codes}
        about = {make(code): str(code) for code in known.values()
                 for make in (history_path, evidence_path)}  # fmt: skip
        inside: dict[ArchivalCode, list[str]] = {}
        belongs: dict[str, str] = {}
        unlisted: dict[str, str] = {}
        findings = []
        for path in paths:
            if path in about:
                belongs[path] = about[path]
            elif path in {STATEMENT, DIRECTORY} or path.startswith(f"{OTHER}/"):
                continue
            elif (folder := _folder(path, known)) is not None:
                inside.setdefault(known[folder], []).append(path)
                belongs[path] = str(known[folder])
            elif (folder := _folder(path, unlisted) or _coded(path)) is not None:
                belongs[path] = folder.rpartition("/")[2]
                unlisted[folder] = belongs[path]
            else:
                findings.append(_misplaced(path))
        findings += [_unlisted(folder, code) for folder, code in unlisted.items()]
        return cls(
            inside={code: tuple(found) for code, found in inside.items()},
            codes=belongs,
            findings=tuple(findings),
        )


def _heads(path: str) -> list[str]:
    """Return the folders of *path* that may be those of a record."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in DEPTHS if len(parts) > depth]


def _folder(path: str, known: Mapping[str, object]) -> str | None:
    return next((head for head in _heads(path) if head in known), None)


def _coded(path: str) -> str | None:
    """Return the folder of a record that *path* is in, going by its name."""
    for head in _heads(path):
        name = head.rpartition("/")[2]
        if name.translate(LOOKALIKES) != name:
            continue
        try:
            if folder_of(ArchivalCode.parse(name)) == head:
                return head
        except InvalidValueError:
            continue
    return None


def _misplaced(path: str) -> Finding:
    return Finding(
        kind=Kind.FILE_MISPLACED,
        place=path,
        en="it belongs to no record, and not to the volume",
        zh="不属于任何档案，也不属于本卷的说明材料",
        found=path,
    )


def _unlisted(folder: str, code: str) -> Finding:
    return Finding(
        kind=Kind.RECORD_UNLISTED,
        place=folder,
        en=f"{DIRECTORY} does not name it",
        zh=f"{DIRECTORY} 中没有该档案",
        found=code,
        code=code,
    )
