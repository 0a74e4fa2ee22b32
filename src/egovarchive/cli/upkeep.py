"""`export` and `rebuild`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from egovarchive.archive import Archive
from egovarchive.cli.opening import archive_path, code_of, open_archive
from egovarchive.cli.problems import FINE
from egovarchive.cli.screen import Screen
from egovarchive.errors import CatalogError


def export(args: Namespace, screen: Screen) -> int:
    """Unpack the record that *args* name; return the exit code."""
    code = code_of(args.code)
    archive = open_archive(args)
    folder = archive.export(code, args.folder)
    code = archive.entry(code).code
    if screen.as_json:
        screen.value({"code": str(code), "folder": str(folder)})
    else:
        screen.line(
            screen.say(
                f"Unpacked {code} into {folder}.", f"已将 {code} 解包到 {folder}。"
            )
        )
    return FINE


def rebuild(args: Namespace, screen: Screen) -> int:
    """Make the catalog of the archive that *args* name anew; return the exit code."""
    path = archive_path(args)
    with screen.progress("rebuilding the catalog", "正在重建目录"):
        aside = None
        try:
            archive = Archive.open(path)
        except CatalogError as error:
            # A catalog that cannot be opened is just what is to be made anew. It is
            # kept: should the journal have been cut, it knows what is missing.
            screen.problem(error)
            aside = _set_aside(path)
            archive = Archive.open(path)
        count = archive.rebuild()
    if screen.as_json:
        screen.value(
            {
                "archive": str(path),
                "entries": count,
                "set_aside": None if aside is None else str(aside),
            }
        )
        return FINE
    if aside is not None:
        screen.line(
            screen.say(
                f"The old catalog was set aside: {aside}.", f"原目录已另存为 {aside}。"
            )
        )
    screen.line(
        screen.say(
            f"The catalog was made anew. Entries: {count}.",
            f"目录已重建：{count} 个条目。",
        )
    )
    return FINE


def _set_aside(path: Path) -> Path:
    """Rename the catalog of the archive at *path*; return its new path."""
    from egovarchive.archive.folder import CATALOG  # noqa: PLC0415 - loads SQLite

    aside = path / f"{CATALOG}.old"
    # SQLite keeps two files beside its own, which belong to it.
    for suffix in ("-wal", "-shm", ""):
        old = path / f"{CATALOG}{suffix}"
        if old.exists():
            old.replace(path / f"{CATALOG}.old{suffix}")
    return aside
