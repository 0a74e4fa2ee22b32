"""Read a volume of a batch as it came, from a folder or one file, as hostile input."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from egovarchive.errors import BatchError, ContentError
from egovarchive.exchange.dat93 import directory, statement
from egovarchive.exchange.dat93.checksums import Checksums
from egovarchive.exchange.dat93.directory import Row
from egovarchive.exchange.dat93.finding import Finding, Kind
from egovarchive.exchange.dat93.folder_source import FolderSource
from egovarchive.exchange.dat93.layout import DIRECTORY, STATEMENT, folder_of
from egovarchive.exchange.dat93.places import Places
from egovarchive.exchange.dat93.received import ListedFile, ReceivedRecord
from egovarchive.exchange.dat93.source import Source, whole
from egovarchive.exchange.dat93.statement import Statement
from egovarchive.exchange.dat93.volume import Volume
from egovarchive.exchange.dat93.zip_source import ZipSource
from egovarchive.records.archival_code import ArchivalCode


def read(place: Path) -> Volume:
    """
    Return the volume in the folder, or in the one file, at *place*.

    Names, texts and checksum files are read; the documents are not: see
    `Volume.check`. Nothing is unpacked, and no link is followed.

    Raises:
        BatchError: It is no volume, or not one that can be read safely.
    """
    with ExitStack() as stack:
        source = _opened(place)
        stack.callback(source.close)
        try:
            volume = _volume(source)
        except ContentError as error:
            raise BatchError(*error.args) from error
        stack.pop_all()
    return volume


def _opened(place: Path) -> Source:
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BatchError(
            f"{place} cannot be read: {reason}", f"{place} 无法读取：{reason}"
        ) from error
    with ExitStack() as stack:
        stack.callback(os.close, descriptor)
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            return FolderSource.open(place)
        if not stat.S_ISREG(mode):
            raise BatchError(
                f"{place} is neither a folder nor a file",
                f"{place} 既不是文件夹也不是文件",
            )
        source = ZipSource.open(descriptor, place)
        stack.pop_all()
        return source


def _volume(source: Source) -> Volume:
    said, findings = statement.read_statement(
        whole(source, STATEMENT, statement.MAX_SIZE)
    )
    rows, broken = directory.read_directory(
        whole(source, DIRECTORY, directory.MAX_SIZE)
    )
    checksums = Checksums.of(source)
    findings += broken
    findings += checksums.findings()
    findings += _differences(said, rows)

    first: dict[ArchivalCode, Row] = {}
    for row in rows:
        if first.setdefault(row.code, row) is not row:
            findings.append(_twice(row, first[row.code]))
    places = Places.of(first, {**source.sizes, **checksums.digests})
    findings += places.findings
    records = []
    for code, row in first.items():
        files = _files(places.inside.get(code, ()), folder_of(code), source, checksums)
        if all(file.size is None for file in files):
            findings.append(_nothing(row))
        records.append(ReceivedRecord(row=row, files=files, source=source))
    return Volume(
        statement=said,
        rows=tuple(rows),
        records=tuple(records),
        findings=tuple(findings),
        checksums=checksums,
        codes=places.codes,
        source=source,
    )


def _files(
    paths: Iterable[str], folder: str, source: Source, checksums: Checksums
) -> tuple[ListedFile, ...]:
    return tuple(
        ListedFile(
            path=path[len(folder) + 1 :],
            size=source.sizes.get(path),
            digests=checksums.digests.get(path, {}),
        )
        for path in paths
    )


def _differences(said: Statement, rows: list[Row]) -> Iterator[Finding]:
    if said.count is not None and said.count != len(rows):
        yield Finding(
            kind=Kind.COUNT,
            place=STATEMENT,
            en=f"{said.count} records are stated, {DIRECTORY} has {len(rows)}",
            zh=f"档案数量为 {said.count}，{DIRECTORY} 有 {len(rows)} 条",
            expected=str(said.count),
            found=str(len(rows)),
        )
    if said.range is None or not rows:
        return
    found = (str(rows[0].code), str(rows[-1].code))
    if said.range != found:
        yield Finding(
            kind=Kind.RANGE,
            place=STATEMENT,
            en=f"{DIRECTORY} goes from {found[0]} to {found[1]}",
            zh=f"{DIRECTORY} 为 {found[0]} 至 {found[1]}",
            expected=" 至 ".join(said.range)[:200],
            found=" 至 ".join(found),
        )


def _twice(row: Row, other: Row) -> Finding:
    return Finding(
        kind=Kind.RECORD_TWICE,
        place=f"{DIRECTORY} row {row.number} 档号",
        en=f"{row.code} stands in row {other.number} already",
        zh=f"{row.code} 已见于第 {other.number} 条",
        found=str(row.code),
        code=str(other.code),
    )


def _nothing(row: Row) -> Finding:
    return Finding(
        kind=Kind.RECORD_MISSING,
        place=f"{DIRECTORY} row {row.number}",
        en=f"{folder_of(row.code)} is not there",
        zh=f"缺少 {folder_of(row.code)}",
        expected=folder_of(row.code),
        code=str(row.code),
    )
