"""Batches for tests: records of an archive, written as volumes, and damaged."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from archive.office import archive_in, case, document
from egovarchive import Archive
from egovarchive.exchange.dat93 import (
    Description,
    Finding,
    Item,
    PlannedVolume,
    plan,
    write_folder,
)
from egovarchive.exchange.dat93.layout import MANIFESTS, folder_of
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.digest import hexdigest
from egovarchive.records.document import File


def description(**changes: Any) -> Description:
    values: dict[str, Any] = {
        "batch": "J019-2031-01",
        "unit": "某某市行政审批服务局",
        "content": "2026 年度行政许可办件",
        "environment": "Debian 12；egovarchive",
    }
    return Description(**{**values, **changes})


def item(archive: Archive, entry: Entry, **changes: Any) -> Item:
    values: dict[str, Any] = {
        "code": entry.code,
        "open": partial(archive.package, entry.code),
        "title": entry.title or "某公司公共场所卫生许可",
        "responsible": "某某市行政审批服务局",
        "date": entry.concluded_on,
        "period": entry.retention,
        "history": f'{{"code":"{entry.code}"}}\n'.encode(),
        "evidence": b"\x30\x03\x02\x01\x01",
    }
    return Item(**{**values, **changes})


def items(archive: Archive) -> list[Item]:
    return [item(archive, entry) for entry in archive.entries()]


def small_archive(folder: Path, count: int = 3, size: int = 500) -> Archive:
    """Return an archive of *count* cases of two small files each."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = archive_in(folder)
    for number in range(1, count + 1):
        files = [
            File(name, (f"{name} {number} " * size)[:size].encode())
            for name in ("申请表.txt", "说明.txt")
        ]
        archive.deposit(case(number, documents=[document(*files)]))
    return archive


def one_volume(archive: Archive, **changes: Any) -> PlannedVolume:
    (volume,) = plan(items(archive), description(), **changes)
    return volume


def written(folder: Path, count: int = 3) -> tuple[PlannedVolume, Path]:
    """Return a volume of *count* records and the folder it was written into."""
    volume = one_volume(small_archive(folder / "archive", count))
    return volume, write_folder(volume, folder / "batch")


def record_folder(root: Path, volume: PlannedVolume, number: int = 0) -> Path:
    return root / folder_of(volume.codes[number])


def tree(root: Path) -> dict[str, bytes]:
    """Return the bytes of each file below *root*, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def resealed(root: Path) -> None:
    """Write the checksum files anew, as who tampers with a batch would."""
    files = tree(root)
    paths = [path for path in files if path not in MANIFESTS]
    algorithms = [a for p, a in MANIFESTS.items() if p in files]
    for algorithm in reversed(algorithms):
        name = next(path for path, a in MANIFESTS.items() if a == algorithm)
        lines = [
            f"{hexdigest(algorithm, (root / path).read_bytes())}  {path}\n"
            for path in paths
        ]
        (root / name).write_text("".join(lines), encoding="utf-8")
        paths.append(name)


def kinds(findings: Iterable[Finding]) -> list[str]:
    return sorted(finding.kind.value for finding in findings)
