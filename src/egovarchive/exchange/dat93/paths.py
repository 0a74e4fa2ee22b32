"""Paths in a volume that came from outside: safe on every file system, or refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from egovarchive.errors import BatchError, InvalidValueError
from egovarchive.packages.read import MAX_DEPTH as PACKAGE_DEPTH
from egovarchive.packages.read import MAX_NAME_BYTES
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.text import check_name, fold

MAX_DEPTH: Final = PACKAGE_DEPTH + 6  # a package's own, below a record's folder


def check_depth(path: str) -> None:
    """Raise `BatchError` if *path* has more names than a volume may have."""
    if path.count("/") >= MAX_DEPTH:
        raise _unsafe(
            path,
            f"has more than {MAX_DEPTH} names",
            f"超过 {MAX_DEPTH} 层",
        )


def check_paths(paths: Iterable[str]) -> None:
    """
    Raise `BatchError` unless all of *paths* may stand beside each other.

    Refused are those that are absolute or lead out of their folder, hold what some
    file system cannot, are not in Unicode form NFC, stand there twice, or differ
    only where some file system sees no difference.
    """
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for path in paths:
        check_depth(path)
        try:
            names = [check_name(n, limit=MAX_NAME_BYTES) for n in path.split("/")]
        except InvalidValueError as error:
            en, zh = error.args
            raise _unsafe(path, f"is not safe: {en}", f"不安全：{zh}") from None
        if "/".join(names) != path:
            raise _unsafe(path, "is not in Unicode form NFC", "不是 Unicode NFC 形式")
        folded = fold(path)
        if folded in seen:
            raise _collision(path, seen[folded])
        seen[folded] = path
        _check_folders(path, folded, folders)
    for folded, path in folders.items():
        if folded in seen:
            raise _collision(f"{path}/", seen[folded])


def _check_folders(path: str, folded: str, folders: dict[str, str]) -> None:
    """Note the folders of *path*; raise if one is written in two ways."""
    while "/" in path:
        path, folded = path.rpartition("/")[0], folded.rpartition("/")[0]
        other = folders.setdefault(folded, path)
        if other != path:
            raise _collision(path, other)


def _unsafe(path: str, en: str, zh: str) -> BatchError:
    return BatchError(f"the path {quoted(path)} {en}", f"路径 {quoted(path)} {zh}")


def _collision(path: str, other: str) -> BatchError:
    return BatchError(
        f"{quoted(path)} and {quoted(other)} cannot both be there in some file systems",
        f"{quoted(path)} 与 {quoted(other)} 在部分文件系统中不能并存",
    )
