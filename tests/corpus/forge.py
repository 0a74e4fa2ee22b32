"""Forge ZIP files: any field of any member may lie."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from egovarchive.packages import Package
from egovarchive.packages.manifest import algorithm_of, encode, manifest_path
from egovarchive.records.digest import hexdigest


@frozen(kw_only=True)
class Entry:
    """
    One member, and what the container says of it.

    Args:
        path: Its name.
        data: Its bytes as they are stored.
        local: What only its own header says, by field.
        central: What only the directory says, by field.
        before: Bytes between the member before and this one.
    """

    path: bytes
    data: bytes
    made_by: int = 3 << 8 | 20
    version: int = 20
    flags: int = 1 << 11
    method: int = 0
    time: int = 0
    date: int = 0x21
    crc: int | None = None
    size: int | None = None
    stored_size: int | None = None
    extra: bytes = b""
    comment: bytes = b""
    disk: int = 0
    internal: int = 0
    mode: int = 0o100444 << 16
    offset: int | None = None
    local: dict[str, object] | None = None
    central: dict[str, object] | None = None
    before: bytes = b""

    def header(self) -> bytes:
        """Return what stands before its bytes."""
        it = evolve(self, **(self.local or {}))  # type: ignore[arg-type]
        return (
            struct.pack(
                "<4s5H3I2H",
                b"PK\3\4",
                it.version,
                it.flags,
                it.method,
                it.time,
                it.date,
                *it._measures(),
                len(it.path),
                len(it.extra),
            )
            + it.path
            + it.extra
        )

    def listing(self, offset: int) -> bytes:
        """Return its entry in the directory."""
        it = evolve(self, **(self.central or {}))  # type: ignore[arg-type]
        return (
            struct.pack(
                "<4s6H3I5H2I",
                b"PK\1\2",
                it.made_by,
                it.version,
                it.flags,
                it.method,
                it.time,
                it.date,
                *it._measures(),
                len(it.path),
                len(it.extra),
                len(it.comment),
                it.disk,
                it.internal,
                it.mode,
                offset if it.offset is None else it.offset,
            )
            + it.path
            + it.extra
            + it.comment
        )

    def _measures(self) -> tuple[int, int, int]:
        size = len(self.data) if self.size is None else self.size
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        return crc, size if self.stored_size is None else self.stored_size, size


def zipped(
    entries: Iterable[Entry], *, comment: bytes = b"", before_directory: bytes = b""
) -> bytes:
    """Return the ZIP file of *entries*."""
    body, listings = b"", []
    count = 0
    for entry in entries:
        body += entry.before
        listings.append(entry.listing(len(body)))
        body += entry.header() + entry.data
        count += 1
    body += before_directory
    directory = b"".join(listings)
    end = struct.pack(
        "<4s4H2IH",
        b"PK\5\6",
        0,
        0,
        count,
        count,
        len(directory),
        len(body),
        len(comment),
    )
    return body + directory + end + comment


def entries_of(package: Package) -> list[Entry]:
    """Return the members of *package*, without manifests and signature."""
    return [
        Entry(path=member.path.encode(), data=package.read(member))
        for member in package.members
        if algorithm_of(member.path) is None
    ]


def listed(
    entries: Sequence[Entry], *, signature: bytes | None = b"signature"
) -> list[Entry]:
    """Return *entries* with manifests that list just them, and a signature."""

    def lines(algorithm: str, of: Iterable[Entry]) -> bytes:
        return encode(
            (hexdigest(algorithm, entry.data), entry.path.decode("utf-8", "replace"))
            for entry in of
        )

    sha256 = manifest_of("sha256", lines("sha256", entries))
    sm3 = manifest_of("sm3", lines("sm3", [*entries, sha256]))
    sealed = [*entries, sha256, sm3]
    if signature is not None:
        sealed.append(Entry(path=sm3.path + b".p7s", data=signature))
    return sealed


def manifest_of(algorithm: str, data: bytes) -> Entry:
    """Return the manifest of *algorithm* that says *data*."""
    return Entry(path=manifest_path(algorithm).encode(), data=data)
