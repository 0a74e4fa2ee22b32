"""Incoming batch 待接收批次: what came, held against what its sender signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final

from attrs import define, field
from typing_extensions import Self

from egovarchive.errors import BatchError, InvalidValueError
from egovarchive.exchange.dat93 import Batch, Finding, Kind, ReceivedRecord, read_many
from egovarchive.exchange.dat93.layout import TRANSFER_LIST
from egovarchive.lifecycle.dialogue.transfer_list import TransferList
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.signing import Verifier

_TOLD: Final = 5  # findings in one error
# What a receipt can say of a record, so that the others may be taken.
_OF_RECORDS: Final = frozenset(Kind) - {Kind.VOLUME}


@define
class Incoming:
    """
    A batch as it came. Close it, or use it in ``with``.

    Args:
        batch: Its volumes.
        listed: The transfer list that each volume holds.
    """

    batch: Batch = field(repr=False)
    listed: TransferList
    _findings: tuple[Finding, ...] | None = field(default=None, init=False)

    @classmethod
    def open(cls, places: Sequence[Path]) -> Incoming:
        """
        Return the batch at *places*.

        Raises:
            BatchError: It cannot be read, or its volumes hold no transfer list, or
                not the same.
        """
        if not places:
            raise BatchError("no volume is named", "未指明任何一卷")
        batch = read_many(places)
        try:
            return cls(batch, _list_of(batch))
        except BaseException:
            batch.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.batch.close()

    @property
    def records(self) -> Mapping[ArchivalCode, ReceivedRecord]:
        """What came of each record, by its code."""
        return {
            record.code: record
            for volume in reversed(self.batch.volumes)
            for record in volume.records
        }

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that is not as it should be. Every byte is read for it, once."""
        if self._findings is None:
            self._findings = tuple(self._find())
        return self._findings

    def check_signed(self, verifier: Verifier, at: datetime) -> None:
        """
        Look whether each volume is what its sender signed.

        Raises:
            BatchError: One is not signed.
            SignatureInvalidError: A signature is not good at the moment *at*, or of
                nobody who is trusted.
        """
        for volume in self.batch.volumes:
            number = volume.statement.place.number
            signature = volume.signature
            if signature is None:
                raise BatchError(
                    f"volume {number} is not signed", f"第 {number} 卷没有签名"
                )
            verifier.verify(signature, volume.manifest, at=at)

    def check_whole(self, *, partial: bool) -> None:
        """
        Look whether all volumes came, and what is no record's is as it was signed.

        What is wrong with a record is not told here: the others may be taken.

        Args:
            partial: Whether volumes may be missing.

        Raises:
            BatchError: They did not, or it is not.
        """
        wrong = [finding for finding in self.findings if not finding.code]
        if partial:
            wrong = [finding for finding in wrong if finding.kind in _OF_RECORDS]
        if wrong:
            told, more = wrong[:_TOLD], len(wrong) - _TOLD
            en = "; ".join(finding.message("en") for finding in told)
            zh = "；".join(finding.message("zh") for finding in told)
            raise BatchError(
                f"the batch is not what was sent: {en}" + f"; {more} more" * (more > 0),
                f"批次与所移交的不符：{zh}" + f"；另有 {more} 处" * (more > 0),
            )

    def by_code(self) -> Mapping[str, tuple[Finding, ...]]:
        """Return what is not as it should be with each record, by its code."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.code, []).append(finding)
        return {code: tuple(some) for code, some in found.items()}

    def _find(self) -> Iterator[Finding]:
        yield from self.batch.findings
        for volume in self.batch.volumes:
            yield from volume.findings
            yield from volume.check()


def _list_of(batch: Batch) -> TransferList:
    kept: bytes | None = None
    for volume in batch.volumes:
        number = volume.statement.place.number
        data = volume.about(TRANSFER_LIST)
        if data is None:
            raise BatchError(
                f"volume {number} holds no transfer list: {TRANSFER_LIST}",
                f"第 {number} 卷没有移交清单 {TRANSFER_LIST}",
            )
        if kept is not None and data != kept:
            raise BatchError(
                f"volume {number} holds another transfer list than the first",
                f"第 {number} 卷的移交清单与首卷不同",
            )
        kept = data
    try:
        return TransferList.decode(kept or b"")
    except InvalidValueError as error:
        raise BatchError(
            f"{TRANSFER_LIST}: {error.message()}",
            f"{TRANSFER_LIST}：{error.message('zh')}",
        ) from None
