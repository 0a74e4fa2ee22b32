"""Disagreement 不符之处: where a receipt does not fit the list of its batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from attrs import frozen

from egovarchive.errors import Language
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.term import Term

from .received import FileFate, ReceivedRecord, RecordFate
from .transfer_list import ListedRecord, TransferList


class Discord(Term):
    """What can be amiss between a receipt and a list."""

    OTHER_BATCH = "other_batch", "批次不符"
    OTHER_ARCHIVES = "other_archives", "不是清单所列的接收单位"
    UNKNOWN_RECORD = "not_in_the_list", "清单中没有该件"
    LEFT_OUT = "left_out", "回执中缺少该件"
    TWICE = "listed_twice", "该件重复列出"
    OTHER_PACKAGE = "other_package", "归档信息包摘要不符"
    NOT_ALL_FILES = "accepted_without_all_of_its_files", "接收的档案有文件未接收"


@frozen
class Disagreement:
    """
    One point in which a receipt does not fit a list.

    Args:
        discord: What is amiss.
        code: Which record; None if it is the receipt as a whole.
    """

    discord: Discord
    code: ArchivalCode | None = None

    def message(self, lang: Language = "en") -> str:
        """Return it in words."""
        label = self.discord.label(lang)
        if self.code is None:
            return label
        return f"{self.code}：{label}" if lang == "zh" else f"{self.code}: {label}"


class Received(Protocol):
    """What is looked at of a receipt."""

    @property
    def batch(self) -> str: ...
    @property
    def offered(self) -> str | None: ...
    @property
    def archives(self) -> str: ...
    @property
    def records(self) -> Sequence[ReceivedRecord]: ...


def disagreements(receipt: Received, listed: TransferList) -> tuple[Disagreement, ...]:
    """Return each point in which *receipt* does not fit *listed*, in order."""
    return tuple(_found(receipt, listed))


def _found(receipt: Received, listed: TransferList) -> Iterator[Disagreement]:
    if (receipt.batch, receipt.offered) != (listed.id, listed.offered):
        yield Disagreement(Discord.OTHER_BATCH)
    # Two archives may get the same batch: only one of them was to have it.
    if receipt.archives != listed.recipient:
        yield Disagreement(Discord.OTHER_ARCHIVES)
    left = {record.code: record for record in listed.records}
    seen: set[ArchivalCode] = set()
    for received in receipt.records:
        code = received.code
        record = left.pop(code, None)
        if record is not None:
            yield from _of_record(received, record)
        elif code in seen:
            yield Disagreement(Discord.TWICE, code)
        else:
            yield Disagreement(Discord.UNKNOWN_RECORD, code)
        seen.add(code)
    for code in left:
        yield Disagreement(Discord.LEFT_OUT, code)


def _of_record(
    received: ReceivedRecord, listed: ListedRecord
) -> Iterator[Disagreement]:
    if received.package != listed.package:
        yield Disagreement(Discord.OTHER_PACKAGE, received.code)
    if received.fate is RecordFate.ACCEPTED and (
        len(received.files) != listed.files
        or any(file.fate is not FileFate.ACCEPTED for file in received.files)
    ):
        yield Disagreement(Discord.NOT_ALL_FILES, received.code)
