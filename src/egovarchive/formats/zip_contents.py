"""What the entries of a ZIP file hold: each is inflated to its end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import monotonic
from typing import Final

from egovarchive.errors import FormatError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings
from egovarchive.formats.limits import Limits
from egovarchive.formats.source import BytesSource, FileSource, Part, Source
from egovarchive.formats.zip_audit import LimitError, ZipFile
from egovarchive.formats.zip_entry import STORED, ZipEntry

_IN_MEMORY: Final = 32 << 20  # bytes of one child; above, it goes to disk


def open_zip(source: Source, limits: Limits, found: Findings) -> ZipFile | None:
    """
    Return the ZIP file *source*, its problems noted in *found*.

    None if it is none, or larger than the limits allow: then *found* says of
    completeness and readability what is to be said.
    """
    try:
        archive = ZipFile.open(source, limits)
    except LimitError as error:
        found.skipped(Aspect.COMPLETE, error)
        found.skipped(Aspect.READABLE, error)
        return None
    except FormatError as error:
        found.refused(Aspect.COMPLETE, error)
        found.refused(Aspect.READABLE, error)
        return None
    found.extend(archive.problems)
    return archive


def contents(
    archive: ZipFile, found: Findings, wanted: Callable[[ZipEntry], int]
) -> Iterator[tuple[ZipEntry, bytes]]:
    """
    Yield each entry with as many of its first bytes as are *wanted* of it.

    All of it was read by then. What cannot be is noted in *found*, and left out.
    """
    until = monotonic() + archive.limits.seconds
    for entry in archive.entries:
        most = wanted(entry)
        head: list[bytes] = []
        try:
            for chunk in archive.chunks(entry):
                if most > 0:
                    head.append(chunk[:most])
                    most -= len(chunk)
                if monotonic() > until:
                    found.not_performed(Aspect.READABLE, *_late(archive.limits))
                    return
        except FormatError as error:
            # An entry that is encrypted or too large may well be sound.
            if entry.is_encrypted or isinstance(error, LimitError):
                found.skipped(Aspect.READABLE, error)
            else:
                found.refused(Aspect.READABLE, error)
            continue
        yield entry, b"".join(head)


def _late(limits: Limits) -> tuple[str, str]:
    return (
        f"it takes longer than {limits.seconds:g} seconds",
        f"检测超过 {limits.seconds:g} 秒",
    )


def children(archive: ZipFile, entries: Iterable[ZipEntry]) -> Iterator[Source]:
    """
    Yield the file in each of *entries*; one lasts until the next is asked for.

    Raises:
        FormatError: After the last: one of them cannot be read, and was left out.
    """
    broken: FormatError | None = None
    for entry in entries:
        try:
            yield from _child(archive, entry)
        except FormatError as error:
            broken = broken or error
    if broken is not None:
        raise broken


def _child(archive: ZipFile, entry: ZipEntry) -> Iterator[Source]:
    name = entry.name.rsplit("/", 1)[-1]
    if entry.size <= _IN_MEMORY:
        yield BytesSource(name, archive.read(entry))
    elif entry.method == STORED:
        for _ in archive.chunks(entry):
            pass  # only to know that it is whole
        yield Part(name, archive.source, entry.data_offset, entry.size)
    else:
        with tempfile.NamedTemporaryFile(prefix="egovarchive-") as file:
            for chunk in archive.chunks(entry):
                file.write(chunk)
            file.flush()
            yield FileSource(Path(file.name), name, entry.size)
