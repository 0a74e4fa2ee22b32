"""Batch 移交批次: the records of a transfer list, with all that travels with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.sealing.leaves import documents_of
from egovarchive.archive.stored import open_part, open_whole
from egovarchive.archive.transfer.companions import Companion, Companions
from egovarchive.errors import EntryNotFoundError, NotStoredError
from egovarchive.evidence.seal import SealState
from egovarchive.evidence.seals import Seals
from egovarchive.exchange.dat93.item import Item
from egovarchive.journal.event_line import encode_event
from egovarchive.journal.line import encode_row
from egovarchive.lifecycle.dialogue.transfer_list import ListedRecord, TransferList
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.lifecycle.hold import Hold
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import State
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.document import Classification

if TYPE_CHECKING:
    from egovarchive.archive.sealing.prover import Prover

LIST: Final = "list.json"
_LEVELS: Final = tuple(Classification)


@frozen
class Batches:
    """
    Makes transfer lists of an archive's records, and fetches what they list.

    Args:
        acting: The archive, and its rules.
    """

    acting: Acting = field(repr=False)

    def key(self, batch: str, name: str) -> str:
        """Return what the object *name* of *batch* is stored under."""
        return f"transfers/{self.acting.fonds}/{batch}/{name}"

    def kept(self, batch: str) -> TransferList | None:
        """Return the list that was kept of *batch*; None: there is none."""
        try:
            return TransferList.decode(self.acting.kept(self.key(batch, LIST)))
        except NotStoredError:
            return None

    def keep(self, listed: TransferList) -> None:
        """Keep *listed*, to which a receipt will be held."""
        self.acting.keep(self.key(listed.id, LIST), listed.encode())

    def listed(self, codes: Iterable[ArchivalCode], recipient: str) -> TransferList:
        """
        Return the list of the records *codes*, to be sent to *recipient*.

        Those that are on their way in one batch give that batch once more.
        """
        records, standings = [], []
        for code in dict.fromkeys(codes):
            entry, standing = self.acting.entry(code), self.acting.standing(code)
            standings.append(standing)
            records.append(self._record(entry, standing))
        under_way = self._under_way(standings)
        arrangement = self.acting.archiving.arrangement
        made = TransferList(
            fonds=self.acting.fonds,
            unit=arrangement.unit,
            recipient=recipient,
            round=1 + max((standing.rounds for standing in standings), default=0),
            records=records,
        )
        if under_way is not None and _same_records(under_way, made):
            return under_way
        return made

    def _under_way(self, standings: Iterable[Standing]) -> TransferList | None:
        on_way = {State.OFFERED, State.SENT}
        batches = {s.batch if s.state in on_way else None for s in standings}
        batch = batches.pop() if len(batches) == 1 else None
        return None if batch is None else self.kept(batch)

    def _record(self, entry: Entry, standing: Standing) -> ListedRecord:
        package = self._open(entry)
        try:
            files = file_count(package)
        finally:
            package.close()
        return ListedRecord(
            code=entry.code,
            package=entry.package,
            signature=entry.signature,
            size=entry.size,
            files=files,
            period=standing.period,
            concluded_on=entry.concluded_on,
            retention_ends_on=standing.retention_ends_on,
            registered_at=entry.registered_at,
        )

    def items(self, listed: TransferList) -> Iterator[Item]:
        """
        Yield the records of *listed*, as a batch is made of them.

        What travels with them is kept before the first comes, and stays as it is.

        Raises:
            EntryNotFoundError: One is not there, or another package.
            PackageError: One is damaged.
        """
        batch = listed.id
        before = {batch, listed.dialogue}
        companions = Companions(
            self.acting,
            lambda name: self.key(batch, name),
            lambda record: self._companion(record, before),
        )
        for record, companion in zip(
            listed.records, companions.of(listed.records), strict=True
        ):
            yield self._item(self._entry(record), record, companion)

    def _entry(self, record: ListedRecord) -> Entry:
        entry = self.acting.entry(record.code)
        if entry.package != record.package:
            raise EntryNotFoundError.of(str(record.code))
        return entry

    def _item(self, entry: Entry, record: ListedRecord, companion: Companion) -> Item:
        archiving = self.acting.archiving
        package = open_whole(archiving.storage, entry, archiving.profile)
        try:
            case = package.filing().case
        finally:
            package.close()
        pages = [file.pages for each in case.documents for file in each.files]
        return Item(
            code=entry.code,
            # A small one is read at once, and not file by file.
            open=partial(open_whole, archiving.storage, entry, archiving.profile),
            title=case.title,
            responsible=archiving.arrangement.unit,
            date=entry.concluded_on,
            period=record.period,
            classification=max(
                (document.classification for document in case.documents),
                key=_LEVELS.index,
            ),
            pages=None if None in pages else sum(filter(None, pages)),
            remark=companion.remark,
            history=companion.history,
            evidence=companion.evidence,
        )

    def _companion(self, record: ListedRecord, batches: set[str]) -> Companion:
        entry = self._entry(record)
        return Companion(
            code=entry.code,
            history=self._history(entry, batches),
            evidence=self._evidence(entry),
            remark=self._remark(entry, record),
        )

    def _open(self, entry: Entry) -> Package:
        archiving = self.acting.archiving
        return open_part(archiving.storage, entry, archiving.profile)

    def _remark(self, entry: Entry, record: ListedRecord) -> str | None:
        remarks = []
        if record.period != entry.retention:
            # 档案法实施条例 第二十四条: what is kept longer is marked so.
            remarks.append(
                f"经鉴定保管期限由{entry.retention.title}改为{record.period.title}"
            )
        holds = [hold.number for hold in self._holds if hold.scope.covers(entry)]
        if holds:
            remarks.append(f"冻结中：{'、'.join(holds)}")
        return "；".join(remarks)[:500] or None

    def _history(self, entry: Entry, batches: set[str]) -> bytes:
        """Return what the journal tells of *entry*, up to its being sent."""
        lines = [encode_row(entry.row())]
        for event in self.acting.archiving.catalog.events(entry.code):
            # What tells of this batch would make another one of it, sent once more.
            if _batch_of(event) in batches:
                break
            lines.append(encode_event(event))
        return "".join(f"{line}\n" for line in lines).encode()

    def _evidence(self, entry: Entry) -> bytes | None:
        """Return the evidence record of *entry*; None if it is not sealed yet."""
        if not self._prover.seals.names():
            return None
        package = self._open(entry)
        try:
            documents = documents_of(package, entry.row())
        finally:
            package.close()
        seal = self._prover.find(entry, documents)
        if seal is None or seal.state is not SealState.SEALED:
            return None
        return self._prover.record(entry.code).encode()

    @cached_property
    def _holds(self) -> tuple[Hold, ...]:
        return tuple(self.acting.holds().values())

    @cached_property
    def _prover(self) -> Prover:
        from egovarchive.archive.sealing.prover import Prover  # noqa: PLC0415 - heavy

        archiving = self.acting.archiving
        return Prover(archiving, Seals(archiving.storage, self.acting.fonds))


def file_count(package: Package) -> int:
    """Return how many files *package* has when it is unpacked."""
    return len(package.members) + 1 + (package.signature is not None)


def _batch_of(event: Event) -> str | None:
    return event.details.get("batch")


def _same_records(one: TransferList, other: TransferList) -> bool:
    return one.records == other.records and one.recipient == other.recipient
