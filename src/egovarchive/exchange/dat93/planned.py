"""Planned volume: what one volume will hold, known before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from attrs import evolve, field, frozen

from egovarchive.errors import BatchError, DigestMismatchError
from egovarchive.exchange.dat93 import directory
from egovarchive.exchange.dat93.item import Item
from egovarchive.exchange.dat93.layout import DIRECTORY, STATEMENT, manifest_path
from egovarchive.exchange.dat93.outgoing import Outgoing, files_of, small
from egovarchive.exchange.dat93.statement import Description, VolumeNumber
from egovarchive.exchange.dat93.totals import Totals, ordered
from egovarchive.packages import Package, manifest
from egovarchive.packages.package import MAX_SIGNATURE, SIGNATURE_SUFFIX
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.digest import Digest, hexdigest


@frozen(kw_only=True)
class PlannedItem:
    """
    One record of a volume that is to be written.

    Args:
        item: The record.
        lines: What the checksum file of each algorithm says about its files.
        files: How many there are.
    """

    item: Item
    lines: Mapping[str, bytes] = field(repr=False)
    files: int

    @classmethod
    def of(cls, item: Item, files: tuple[Outgoing, ...]) -> PlannedItem:
        """Return *item*, whose files are *files*."""
        lines = {
            algorithm: manifest.encode((file.digests[algorithm], file.path)
                                       for file in files)
            for algorithm in files[0].digests
        }  # fmt: skip
        return cls(item=item, lines=lines, files=len(files))

    def outgoing(self, package: Package) -> tuple[Outgoing, ...]:
        """
        Return its files, those of *package* among them.

        Raises:
            DigestMismatchError: They are not those that were planned.
        """
        files = tuple(files_of(self.item, package, tuple(self.lines)))
        if PlannedItem.of(self.item, files).lines != self.lines:
            code = self.item.code
            raise DigestMismatchError(
                f"{code} was changed since the batch was planned",
                f"{code} 在移交批次编制之后发生变化",
            )
        return files


@frozen(kw_only=True)
class PlannedVolume:
    """
    A volume of a batch, to be written by `write_folder`, `write_file` or `stream`.

    Args:
        description: What the sender says about the batch.
        place: Which volume of the batch it is.
        items: Its records, by archival code.
        algorithms: Digests in its checksum files; the first is the primary one.
        content: What its records' files come to.
        about: Files about the batch that stand in each of its volumes, by path.
        medium_size: Bytes it may take at most as one file; None if it may take any.
        signature: Detached CMS over its primary checksum file, if it is signed.
    """

    description: Description
    place: VolumeNumber
    items: tuple[PlannedItem, ...] = field(repr=False)
    algorithms: tuple[str, ...]
    content: Totals = field(repr=False)
    about: Mapping[str, bytes] = field(factory=dict, repr=False)
    medium_size: int | None = None
    signature: bytes | None = field(default=None, repr=False)

    @property
    def codes(self) -> tuple[ArchivalCode, ...]:
        """The archival codes of its records, in order."""
        return tuple(planned.item.code for planned in self.items)

    @property
    def primary(self) -> str:
        """Algorithm of the primary checksum file, which lists the others."""
        return self.algorithms[0]

    @property
    def size(self) -> int:
        """Bytes of its files 移交数据量; the signature is not counted."""
        return self._totals.size

    @property
    def file_size(self) -> int:
        """Bytes of the volume as one file."""
        return self._totals.file_size

    @property
    def digest(self) -> Digest:
        """Its digest 数字摘要: that of the primary checksum file."""
        return Digest(self.primary, hexdigest(self.primary, self.manifest))

    @property
    def manifest(self) -> bytes:
        """The primary checksum file: what is signed."""
        return self.heads[manifest_path(self.primary)].data or b""

    @cached_property
    def heads(self) -> Mapping[str, Outgoing]:
        """The files that are no record's, by their paths, in the order they have."""
        rows = (
            directory.encode_row(planned.item, number)
            for number, planned in enumerate(self.items, start=1)
        )
        files = [
            small(DIRECTORY, directory.encode(rows), self.algorithms),
            small(STATEMENT, self._statement(), self.algorithms),
            *(small(path, data, self.algorithms) for path, data in self.about.items()),
        ]
        *others, primary = ordered(self.algorithms)
        heads = tuple(files)
        for algorithm in others:
            data = self._manifest(algorithm, heads)
            files.append(small(manifest_path(algorithm), data, self.algorithms))
        data = self._manifest(primary, files)
        files.append(small(manifest_path(primary), data, self.algorithms))
        if self.signature is not None:
            path = f"{manifest_path(primary)}{SIGNATURE_SUFFIX}"
            files.append(small(path, self.signature, self.algorithms))
        return {file.path: file for file in files}

    def sealed(self, signature: bytes) -> PlannedVolume:
        """
        Return this volume with *signature* over `manifest`.

        Raises:
            BatchError: It is empty or too large, or leaves no room on the medium.
        """
        if not 0 < len(signature) <= MAX_SIGNATURE:
            raise BatchError(
                f"a signature of {len(signature)} bytes",
                f"签名为 {len(signature)} 字节",
            )
        volume = evolve(self, signature=signature)
        if self.medium_size is not None and volume.file_size > self.medium_size:
            raise BatchError(
                f"with its signature the volume has {volume.file_size} bytes, more "
                f"than the medium's {self.medium_size}: plan with more signature room",
                f"加上签名后该卷为 {volume.file_size} 字节，超过载体容量 "
                f"{self.medium_size} 字节：编制时应为签名预留更多空间",
            )
        return volume

    def _statement(self) -> bytes:
        return statement_bytes(self.description, self.codes, self.place)

    def _manifest(
        self, algorithm: str, heads: tuple[Outgoing, ...] | list[Outgoing]
    ) -> bytes:
        lines = manifest.encode((head.digests[algorithm], head.path) for head in heads)
        return b"".join([*(item.lines[algorithm] for item in self.items), lines])

    @cached_property
    def _totals(self) -> Totals:
        paths = [DIRECTORY, STATEMENT, *self.about]
        heads = [(path, self.heads[path].size) for path in paths]
        return self.content.closed(heads, len(self.signature or b""))


def statement_bytes(
    description: Description, codes: tuple[ArchivalCode, ...], place: VolumeNumber
) -> bytes:
    """Return the file 说明文件.TXT of a volume that holds the records with *codes*."""
    said = description.statement(codes[0], codes[-1], len(codes), place)
    return said.encode()
