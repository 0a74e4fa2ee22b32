"""Volume 卷: one volume of a batch that came from outside."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Final

from attrs import field, frozen
from typing_extensions import Self

from egovarchive.exchange.dat93.check import differences
from egovarchive.exchange.dat93.checksums import Checksums
from egovarchive.exchange.dat93.directory import Row
from egovarchive.exchange.dat93.finding import Finding, Kind
from egovarchive.exchange.dat93.layout import manifest_path
from egovarchive.exchange.dat93.received import ReceivedRecord
from egovarchive.exchange.dat93.source import Source, whole
from egovarchive.exchange.dat93.statement import Statement
from egovarchive.packages.package import MAX_SIGNATURE, SIGNATURE_SUFFIX
from egovarchive.records.digest import Digest, hexdigest

_MAX_ABOUT: Final = 64 << 20  # bytes


@frozen(kw_only=True)
class Volume:
    """
    One volume of a batch, open to be read. Close it, or use it in ``with``.

    Args:
        statement: What its 说明文件.TXT says.
        rows: The rows of its 目录文件.XML that name a record.
        records: Its records, in the order of the rows; of two rows with one code, the
            first.
        findings: What is not as it should be, as far as names and texts tell.
        checksums: What its checksum files list.
    """

    statement: Statement
    rows: tuple[Row, ...] = field(repr=False)
    records: tuple[ReceivedRecord, ...] = field(repr=False)
    findings: tuple[Finding, ...]
    checksums: Checksums = field(repr=False)
    _codes: Mapping[str, str] = field(repr=False)
    _source: Source = field(repr=False)

    @property
    def count(self) -> int:
        """How many rows its directory has 移交电子档案数量."""
        return len(self.rows)

    @property
    def size(self) -> int:
        """Bytes of its files 移交数据量; the signature is not counted."""
        sizes = self._source.sizes
        return sum(sizes.values()) - sizes.get(self._signature_path, 0)

    @property
    def digest(self) -> Digest:
        """Its digest 数字摘要: that of the primary checksum file."""
        primary = self.checksums.primary
        return Digest(primary, hexdigest(primary, self.manifest))

    @property
    def manifest(self) -> bytes:
        """The primary checksum file: what is signed."""
        return self.checksums.data[self.checksums.primary]

    @property
    def signature(self) -> bytes | None:
        """
        Detached CMS over `manifest`, as it came; None if there is none.

        Raises:
            BatchError: It is too large.
            ContentError: It cannot be read.
        """
        path = self._signature_path
        if path not in self._source.sizes:
            return None
        return whole(self._source, path, MAX_SIGNATURE)

    def about(self, path: str) -> bytes | None:
        """
        Return the file about the batch at *path*; None if there is none.

        Raises:
            BatchError: It is too large.
            ContentError: It cannot be read.
        """
        there = path in self._source.sizes
        return whole(self._source, path, _MAX_ABOUT) if there else None

    def check(
        self,
        algorithms: Sequence[str] | None = None,
        *,
        only: Container[str] | None = None,
    ) -> Iterator[Finding]:
        """
        Read every file once, and yield what differs from the checksum files.

        Args:
            algorithms: Digests to take; by default all that the checksum files have.
            only: Archival codes whose files are read, "" for those of no record; by
                default all. A file that was moved from one to another is then not
                told as renamed.

        Raises:
            InvalidValueError: The checksum files have none of *algorithms*.
        """
        return differences(
            self._source,
            self.checksums,
            self._codes,
            self._signature_path,
            algorithms,
            only,
        )

    def against(
        self,
        *,
        count: int | None = None,
        size: int | None = None,
        digest: Digest | None = None,
    ) -> list[Finding]:
        """
        Return how it differs from what its form 移交与接收登记表 says.

        Args:
            count: How many records 移交电子档案数量; None if it does not say.
            size: Bytes 移交数据量.
            digest: Its digest 数字摘要; one of an algorithm that the volume's is not of
                is taken of the same file.
        """
        found: list[tuple[Kind, object, object]] = []
        if count is not None and count != self.count:
            found.append((Kind.COUNT, count, self.count))
        if size is not None and size != self.size:
            found.append((Kind.SIZE, size, self.size))
        if digest is not None:
            taken = hexdigest(digest.algorithm, self.manifest)
            if taken != digest.hex:
                found.append((Kind.DIGEST, digest, Digest(digest.algorithm, taken)))
        return [
            Finding(
                kind=kind,
                place="移交与接收登记表",
                en=f"the form says {expected}, the volume has {there}",
                zh=f"登记表为 {expected}，实为 {there}",
                expected=str(expected),
                found=str(there),
            )
            for kind, expected, there in found
        ]

    def close(self) -> None:
        """Let go of the file it is read from."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _signature_path(self) -> str:
        return f"{manifest_path(self.checksums.primary)}{SIGNATURE_SUFFIX}"
