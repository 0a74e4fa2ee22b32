"""Stream: a volume as one uncompressed ZIP, byte by byte, or as a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from egovarchive.errors import BatchError
from egovarchive.exchange.dat93.outgoing import Outgoing
from egovarchive.exchange.dat93.planned import PlannedVolume
from egovarchive.packages import Package, container
from egovarchive.packages.container import Stored
from egovarchive.storage.failures import failure
from egovarchive.storage.syncing import sync_all


def stream(volume: PlannedVolume, start: int = 0) -> Iterator[bytes]:
    """
    Yield *volume* as one file, from byte *start* on.

    The same volume gives the same bytes: who was cut off after so many asks for the
    rest. Every byte is checked while it is copied. What lies before *start* is not
    read again, except for the file it falls into.

    Raises:
        BatchError: The volume ends before *start*.
        DigestMismatchError: A record was changed since the batch was planned, or lies
            damaged in storage.
    """
    if not 0 <= start <= volume.file_size:
        raise BatchError(
            f"byte {start} of a volume of {volume.file_size}",
            f"起始字节 {start} 不在 {volume.file_size} 字节的卷内",
        )
    at = 0
    for chunk, size in _pieces(volume, start):
        if at >= start:
            yield chunk
        elif at + size > start:
            yield chunk[start - at :]
        at += size


def write_file(volume: PlannedVolume, path: Path) -> Path:
    """
    Write *volume* as one file to *path*; return *path*.

    It appears whole and on the disk, or not at all. What is there already is compared
    with it byte by byte, and stays.

    Raises:
        BatchError: Something is there that is not this volume.
        DigestMismatchError: See `stream`.
        StorageError: It cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        if path.exists():
            _check_same(volume, path)
            return path
        with unfinished.open("wb") as file:
            for chunk in stream(volume):
                file.write(chunk)
            file.flush()
            sync_all([(path.name, file.fileno())])
        # Media have file systems without hard links.
        unfinished.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise failure("write to", str(path), error) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return path


def _check_same(volume: PlannedVolume, path: Path) -> None:
    with path.open("rb") as file:
        same = all(file.read(len(chunk)) == chunk for chunk in stream(volume))
        if not same or file.read(1):
            raise BatchError(
                f"{path} is there, and is not this volume",
                f"{path} 已存在，且不是本卷",
            )


def sync_folder(folder: Path) -> None:
    """Force the names in *folder* to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync_all([(str(folder), descriptor)])
    finally:
        os.close(descriptor)


def _pieces(volume: PlannedVolume, start: int) -> Iterator[tuple[bytes, int]]:
    """Yield pieces and their sizes; of files that end before *start*, no bytes."""
    listed: list[Stored] = []
    for planned in volume.items:
        package = planned.item.open()
        try:
            for file in planned.outgoing(package):
                yield from _file(file, package, listed, start)
        finally:
            package.close()
    for file in volume.heads.values():
        yield from _file(file, None, listed, start)
    tail = container.directory(listed)
    yield tail, len(tail)


def _file(
    file: Outgoing, package: Package | None, listed: list[Stored], start: int
) -> Iterator[tuple[bytes, int]]:
    offset = listed[-1].end if listed else 0
    stored = Stored(file.path, file.size, file.crc, offset)
    listed.append(stored)
    if stored.end <= start:
        yield b"", stored.end - offset
        return
    head = container.header(file.path, file.size, file.crc)
    yield head, len(head)
    if file.data is not None:
        yield file.data, file.size
    elif package is not None:
        for chunk in file.chunks(package):
            yield chunk, len(chunk)
