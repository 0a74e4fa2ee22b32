"""Incoming batch 待接收批次: what came, held against what its sender signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Final

from attrs import define, field
from typing_extensions import Self

from egovarchive.archive.transfer.incomer import Incomer
from egovarchive.errors import BatchError, InvalidValueError
from egovarchive.exchange.dat93 import Batch, Finding, Kind, read_many
from egovarchive.exchange.dat93.layout import TRANSFER_LIST
from egovarchive.exchange.dat93.statement import CARRIER
from egovarchive.lifecycle.dialogue.transfer_list import TransferList
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.signing import Verifier

_TOLD: Final = 5  # findings in one error
_OF_VOLUMES: Final = frozenset({""})


@define
class Incoming:
    """
    A batch as it came. Close it, or use it in ``with``.

    Args:
        batch: Its volumes.
        listed: The transfer list that each volume holds.
        id: The number of the batch.
    """

    batch: Batch = field(repr=False)
    listed: TransferList
    id: str = field(init=False)
    _closer: Mapping[str, tuple[Finding, ...]] | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self.id = self.listed.id

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

    @cached_property
    def records(self) -> Mapping[ArchivalCode, Incomer]:
        """What came of each record, by its code."""
        return {
            record.code: Incomer(volume, record)
            for volume in reversed(self.batch.volumes)
            for record in volume.records
        }

    @property
    def is_on_carriers(self) -> bool:
        """Whether it came on carriers 载体, as its statements say."""
        return any(CARRIER in volume.statement.texts for volume in self.batch.volumes)

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
        self._check_named()
        if not self._seems_whole():
            self.look_closer()
        wrong = list(self.of(""))
        if partial:
            wrong = [finding for finding in wrong if not _is_gap(finding)]
        if wrong:
            told, more = wrong[:_TOLD], len(wrong) - _TOLD
            en = "; ".join(finding.message("en") for finding in told)
            zh = "；".join(finding.message("zh") for finding in told)
            raise BatchError(
                f"the batch is not what was sent: {en}" + f"; {more} more" * (more > 0),
                f"批次与所移交的不符：{zh}" + f"；另有 {more} 处" * (more > 0),
            )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that was found not as it should be, as far as anybody looked closer."""
        found = () if self._closer is None else self._closer.values()
        return tuple(finding for some in found for finding in some)

    def of(self, code: str) -> tuple[Finding, ...]:
        """Return what was found of *code*, "" for what is no record's."""
        return () if self._closer is None else self._closer.get(code, ())

    def look_closer(self) -> None:
        """
        Read every byte of all volumes, so that `of` can tell what is wrong.

        As long as all fits, nobody needs that: each record is examined as it is
        copied, and is read only once.
        """
        if self._closer is None:
            found: dict[str, list[Finding]] = {}
            for finding in self._find():
                found.setdefault(finding.code, []).append(finding)
            self._closer = {code: tuple(some) for code, some in found.items()}

    def _check_named(self) -> None:
        """Look whether the volumes hold what the list names, and nothing else."""
        for volume in self.batch.volumes:
            if volume.statement.batch != self.id:
                raise BatchError(
                    f"volume {volume.statement.place.number} says that it is of batch "
                    f"{volume.statement.batch}; its list is {self.id}",
                    f"第 {volume.statement.place.number} 卷所写批次号为 "
                    f"{volume.statement.batch}，与移交清单 {self.id} 不符",
                )
        listed = {record.code for record in self.listed.records}
        strangers = [code for code in self.records if code not in listed]
        if strangers:
            told, count = "、".join(map(str, strangers[:_TOLD])), len(strangers)
            raise BatchError(
                f"{count} records that the transfer list does not name: {told}",
                f"有 {count} 件不在移交清单中：{told}",
            )

    def _seems_whole(self) -> bool:
        """Say whether nothing is wrong, as far as names and the volumes' own tell."""
        return not self.batch.findings and not any(
            volume.findings or any(volume.check(only=_OF_VOLUMES))
            for volume in self.batch.volumes
        )

    def _find(self) -> Iterator[Finding]:
        yield from self.batch.findings
        for volume in self.batch.volumes:
            yield from volume.findings
            yield from volume.check()


def _is_gap(finding: Finding) -> bool:
    """Say whether it tells that a volume did not come: then it found none."""
    return finding.kind is Kind.VOLUME and not finding.found


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
