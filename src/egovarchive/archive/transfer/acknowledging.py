"""Acknowledging 确认回执: a verified receipt moves records on, file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.clock import MOST_OFF
from egovarchive.archive.stored import open_part
from egovarchive.archive.transfer.batch import Batches
from egovarchive.errors import InvalidValueError, ReceiptError, StateError
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.received import (
    FileFate,
    ReceivedRecord,
    RecordFate,
)
from egovarchive.lifecycle.dialogue.signed_message import SignedMessage
from egovarchive.lifecycle.dialogue.transfer_list import TransferList
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.state import State
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import custody_end
from egovarchive.records.digest import hasher


@frozen
class Acknowledging:
    """
    Takes in a receipt.

    Args:
        acting: The archive that sent.
        batches: Its batches.
        listed: What was sent.
        by: Who takes it in.
    """

    acting: Acting = field(repr=False)
    batches: Batches
    listed: TransferList
    by: str
    # Reckoned once: it is asked for with every record.
    _batch: str = field(init=False)

    @_batch.default
    def _id(self) -> str:
        return self.listed.id

    @staticmethod
    def known(batches: Batches, batch: str) -> TransferList:
        """Return the list kept of *batch*, or raise `ReceiptError`."""
        try:
            found = batches.kept(batch)
        except InvalidValueError as error:
            raise ReceiptError(error.message("en"), error.message("zh")) from None
        if found is None:
            raise ReceiptError(
                f"there is no batch {batch} in this archive",
                f"本档案库没有批次 {batch}",
            )
        return found

    def take_in(self, receipt: Receipt, message: SignedMessage) -> Receipt:
        """Move the records on as *receipt* says, whose *message* was verified."""
        # Another process may have sent it.
        self.acting.archiving.register.refresh()
        receipt.check_against(self.listed)
        self._check_dated(receipt)
        digest = message.id
        self._check_first(digest)
        if self._earlier() is None:
            self._check_sent(receipt)
        fates = {record.code: record for record in receipt.records}
        for record in receipt.records:
            self._check_files(record)
        batch = self._batch
        self.acting.keep(self.batches.key(batch, f"{digest}.json"), message.data)
        # The same receipt may come with another signature, as good as the first.
        self.acting.keep_first(
            self.batches.key(batch, f"{digest}.json.p7s"), message.signature
        )
        on = max(receipt.at.date(), self.acting.today())
        self.acting.decide(lambda: self._opening(receipt, digest))
        self.acting.decide_in_parts(
            list(fates),
            lambda codes: [
                event
                for code in codes
                if (event := self._event(fates[code], digest, on)) is not None
            ],
        )
        return receipt

    def _earlier(self) -> str | None:
        """Return the digest of the receipt that was acknowledged before, if any."""
        acting = self.acting
        for event in acting.archiving.catalog.events_of_fonds(acting.fonds):
            told = event.details.get("batch") == self._batch
            if told and event.kind is EventKind.TRANSFER_ACKNOWLEDGED:
                return event.details["receipt"]
        return None

    def _check_dated(self, receipt: Receipt) -> None:
        # Custody is not counted from a day that is to come.
        now = self.acting.now()
        if receipt.at - now > MOST_OFF:
            raise ReceiptError(
                f"the receipt is of {receipt.at.isoformat()}, and now is "
                f"{now.isoformat()}",
                f"回执时间为 {receipt.at.isoformat()}，晚于当前时间 {now.isoformat()}",
            )

    def _check_first(self, digest: str) -> None:
        earlier = self._earlier()
        if earlier is not None and earlier != digest:
            raise ReceiptError(
                f"receipt {earlier} was acknowledged for this batch, not {digest}",
                f"本批次已确认回执 {earlier}，不是 {digest}",
            )

    def _check_sent(self, receipt: Receipt) -> None:
        for record in receipt.records:
            standing = self.acting.standing(record.code)
            if (standing.state, standing.batch) != (State.SENT, self._batch):
                raise StateError(
                    f"{record.code} is {standing.state.label('en')}, not sent with "
                    "this batch",
                    f"{record.code} 处于“{standing.state.zh}”状态，未随本批移交",
                )

    def _opening(self, receipt: Receipt, digest: str) -> Sequence[Event]:
        """Return the event of the batch as a whole; none if it stands there."""
        self._check_first(digest)
        if self._earlier() is not None:
            return ()
        self._check_sent(receipt)
        counts = receipt.counts()
        taken = counts[RecordFate.ACCEPTED] + counts[RecordFate.DUPLICATE]
        return (
            Event(
                kind=EventKind.TRANSFER_ACKNOWLEDGED,
                code=None,
                at=self.acting.now(),
                by=self.by,
                details={
                    "batch": self._batch,
                    "receipt": digest,
                    "archives": receipt.archives,
                    "accepted": str(taken),
                    "rejected": str(counts[RecordFate.REJECTED]),
                },
            ),
        )

    def _event(self, record: ReceivedRecord, digest: str, on: date) -> Event | None:
        """Return what the receipt says of *record*; None if that was recorded."""
        standing = self.acting.standing(record.code)
        if (standing.state, standing.batch) != (State.SENT, self._batch):
            return None
        details = {"batch": self._batch, "receipt": digest}
        taken = record.fate is not RecordFate.REJECTED
        if taken:
            ends = custody_end(on).on
            assert ends is not None  # noqa: S101 - it always has a date
            details["custody_ends_on"] = ends.isoformat()
        else:
            reason = record.reason
            details["reason"] = "-" if reason is None else reason.message("zh")
        return Event(
            kind=EventKind.ACCEPTED if taken else EventKind.REJECTED,
            code=record.code,
            at=self.acting.now(),
            by=self.by,
            details=details,
        )

    def _check_files(self, record: ReceivedRecord) -> None:
        """Raise `ReceiptError` unless what was taken is what lies here."""
        if record.fate is RecordFate.REJECTED:
            return
        if not record.is_held:
            raise _other(record.code, "package", "归档信息包")
        if record.fate is RecordFate.DUPLICATE:
            return
        archiving = self.acting.archiving
        entry = self.acting.entry(record.code)
        package = open_part(archiving.storage, entry, archiving.profile)
        try:
            expected = Counter(file_digests(package))
        finally:
            package.close()
        told = Counter(
            (file.digest, file.size)
            for file in record.files
            if file.fate is FileFate.ACCEPTED
        )
        if told != expected:
            raise _other(record.code, "files", "文件")


def file_digests(package: Package) -> list[tuple[str, int]]:
    """Return SHA-256, in hex, and size of each file of *package* when unpacked."""
    found = []
    for member in package.members:
        digest = member.digests.get("sha256")
        if digest is None:
            taken = hasher("sha256")
            for chunk in package.chunks(member):
                taken.update(chunk)
            digest = taken.hexdigest()
        found.append((digest, member.size))
    found += [
        (sha256(data).hexdigest(), len(data))
        for data in (package.manifest, package.signature)
        if data is not None
    ]
    return found


def _other(code: ArchivalCode, en: str, zh: str) -> ReceiptError:
    return ReceiptError(
        f"{code}: the receipt tells of another {en} than lies here",
        f"{code}：回执所列{zh}与本库不符",
    )
