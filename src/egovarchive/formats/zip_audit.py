"""
ZIP files read strictly (PKWARE APPNOTE 6.3.10): what each tool may see differently.

Common libraries read what they can, and each reads something else: that is how one
archive shows an inspector one document and an archive another. This one reads the
directory and every header, and says where they differ.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import field, frozen

from egovarchive.errors import FormatError
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.kept import Kept
from egovarchive.formats.limits import DEFAULT_LIMITS, Limits
from egovarchive.formats.observation import Observation
from egovarchive.formats.source import Source
from egovarchive.formats.zip_directory import LimitError, find_end, read_directory
from egovarchive.formats.zip_entry import (
    DEFLATED,
    STORED,
    ZipEntry,
    audit_entries,
    growth,
    method_name,
    too_large,
)
from egovarchive.formats.zip_layout import FAULTS, Fault, Layout
from egovarchive.formats.zip_names import RawName, audit_names, read_names

__all__ = ["LimitError", "ZipEntry", "ZipFile"]

_PIECE: Final = 64 << 10  # bytes
_CHUNK: Final = 1 << 20  # bytes


@frozen(kw_only=True)
class ZipFile:
    """
    A ZIP file.

    Args:
        source: Its bytes.
        limits: How much work it may make.
        entries: In the directory's order.
        total: Bytes that all entries together declare to be.
        problems: What is wrong with it; that each entry can be read is not looked at.
    """

    source: Source
    limits: Limits
    entries: tuple[ZipEntry, ...] = field(repr=False)
    total: int
    problems: tuple[Observation, ...] = field(repr=False)
    _by_name: Mapping[str, ZipEntry] = field(repr=False)
    _faults: Mapping[ZipEntry, Fault] = field(repr=False)

    @classmethod
    def open(
        cls,
        source: Source,
        limits: Limits = DEFAULT_LIMITS,
        *,
        name_encoding: str | None = None,
    ) -> ZipFile:
        """
        Return the ZIP file *source*.

        Args:
            source: Its bytes.
            limits: How much work it may make.
            name_encoding: What names are in that do not say it; None to find out.

        Raises:
            FormatError: It is no ZIP file, or its directory cannot be read.
            LimitError: It has more entries than the limits allow.
            InvalidValueError: *name_encoding* is not the name of an encoding.
        """
        if isinstance(source, Kept):
            return source.once(
                (cls, limits, name_encoding),
                lambda kept: cls.open(kept, limits, name_encoding=name_encoding),
            )
        found = Findings(limits.findings)
        end = find_end(source, found)
        headers = read_directory(source, end, limits, found)
        names = read_names(
            [RawName(each.name, each.flags, each.extra) for each in headers],
            name_encoding,
        )
        audit_names(names, found)
        layout = Layout(source, end, found)
        entries = [
            layout.entry(header, name.text, name.by)
            for header, name in zip(headers, names, strict=True)
        ]
        faults = layout.faults()
        audit_entries(entries, limits, found)
        by_name: dict[str, ZipEntry] = {}
        for entry in entries:
            by_name.setdefault(entry.name, entry)
        return cls(
            source=source,
            limits=limits,
            entries=tuple(entries),
            total=sum(entry.size for entry in entries),
            problems=tuple(found),
            by_name=by_name,
            faults=faults,
        )

    def entry(self, name: str) -> ZipEntry | None:
        """Return the entry called *name*, the first of several; None if none is."""
        return self._by_name.get(name)

    def read(self, entry: ZipEntry, most: int | None = None) -> bytes:
        """
        Return the content of *entry*.

        Args:
            entry: One of this file.
            most: Bytes it may have; None for as many as the limits allow.

        Raises:
            FormatError: It cannot be read to its end, or its checksum is wrong.
            LimitError: It is larger than *most* or the limits allow.
        """
        if most is not None and entry.size > most:
            raise LimitError(
                f"{shown(entry.name)} has {entry.size} bytes, at most {most} are read",
                f"{shown(entry.name)} 有 {entry.size} 字节，最多读取 {most} 字节",
            )
        return b"".join(self.chunks(entry))

    def chunks(self, entry: ZipEntry) -> Iterator[bytes]:
        """
        Yield the content of *entry*, 1 MiB at most at a time.

        Never more bytes than it declares. Its checksum is compared at the end.

        Raises:
            FormatError: It cannot be read to its end, or its checksum is wrong.
            LimitError: It is larger, or grows more, than the limits allow.
        """
        self._check(entry)
        if (whole := self._whole(entry)) is not None:
            yield whole
            return
        crc = size = 0
        for chunk in self._inflated(entry):
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
            if size > entry.size:
                raise _broken(
                    entry,
                    f"it is larger than the {entry.size} bytes it declares",
                    f"解压后超过声明的 {entry.size} 字节",
                )
            yield chunk
        if size != entry.size:
            raise _broken(
                entry,
                f"it should have {entry.size} bytes, but has {size}",
                f"应为 {entry.size} 字节，实为 {size} 字节",
            )
        if crc != entry.crc:
            raise _broken(
                entry,
                f"its CRC-32 should be {entry.crc:08x}, but is {crc:08x}",
                f"CRC-32 应为 {entry.crc:08x}，实为 {crc:08x}",
            )

    def _whole(self, entry: ZipEntry) -> bytes | None:
        """Return a small entry in which nothing is wrong; None for all others."""
        if entry.compressed_size > _PIECE or not 0 < entry.size <= _CHUNK:
            return None
        data = self.source.read(entry.data_offset, entry.compressed_size)
        if len(data) == entry.compressed_size and entry.method == DEFLATED:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                # With one byte more, so that the end of what is whole is seen.
                data = inflater.decompress(data, entry.size + 1)
            except zlib.error:
                return None
            if not inflater.eof or inflater.unused_data or inflater.unconsumed_tail:
                return None
        fits = len(data) == entry.size and zlib.crc32(data) == entry.crc
        return data if fits else None

    def _check(self, entry: ZipEntry) -> None:
        """Raise if nothing of *entry* is to be read."""
        if entry.is_encrypted:
            raise _broken(entry, "it is encrypted", "已加密")
        if self._faults and (fault := self._faults.get(entry)):
            raise _broken(entry, *FAULTS[fault])
        if entry.method not in {STORED, DEFLATED}:
            name = method_name(entry)
            raise LimitError(
                f"{shown(entry.name)}: compression method {name} is not read here",
                f"{shown(entry.name)}：不支持压缩方法 {name}",
            )
        if self.total > self.limits.inflated:
            raise LimitError(*too_large(self.total, self.limits))
        if (times := growth(entry)) > self.limits.ratio:
            raise LimitError(
                f"{shown(entry.name)} grows {times} times,"
                f" at most {self.limits.ratio} are allowed",
                f"{shown(entry.name)} 解压膨胀 {times} 倍，"
                f"最多允许 {self.limits.ratio} 倍",
            )

    def _packed(self, entry: ZipEntry) -> Iterator[bytes]:
        at, stop = entry.data_offset, entry.data_offset + entry.compressed_size
        while at < stop:
            piece = self.source.read(at, min(_PIECE, stop - at))
            if not piece:
                raise _broken(entry, "its data are cut off", "数据被截断")
            yield piece
            at += len(piece)

    def _inflated(self, entry: ZipEntry) -> Iterator[bytes]:
        if entry.method == STORED:
            yield from self._packed(entry)
            return
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        for piece in self._packed(entry):
            yield from _inflate(inflater, piece, entry)
            if inflater.eof and (inflater.unused_data or inflater.unconsumed_tail):
                raise _broken(
                    entry,
                    "bytes follow the end of its compressed data",
                    "压缩数据结束后另有字节",
                )
        # The last piece may have been taken in with output still to come.
        yield from _inflate(inflater, b"", entry)
        if not inflater.eof:
            raise _broken(entry, "its compressed data are cut off", "压缩数据不完整")


def _inflate(
    inflater: zlib._Decompress, piece: bytes, entry: ZipEntry
) -> Iterator[bytes]:
    try:
        while not inflater.eof:
            chunk = inflater.decompress(piece, _CHUNK)
            piece = inflater.unconsumed_tail
            if chunk:
                yield chunk
            elif not piece:
                return
    except zlib.error as error:
        raise _broken(
            entry, f"it cannot be inflated: {error}", f"无法解压：{error}"
        ) from error


def _broken(entry: ZipEntry, en: str, zh: str) -> FormatError:
    return FormatError(f"{shown(entry.name)}: {en}", f"{shown(entry.name)}：{zh}")
