"""Transfer 移交: records go to the public archives, and stay here until a receipt."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.codes import code_of
from egovarchive.archive.reviews import reviews_in
from egovarchive.archive.transfer.acknowledging import Acknowledging
from egovarchive.archive.transfer.batch import Batches
from egovarchive.archive.transfer.correspondence import message_of, signed
from egovarchive.archive.transfer.outbox import Outbox, Sent
from egovarchive.errors import StateError
from egovarchive.lifecycle.dialogue.forms import MAX_RECORDS, check_words
from egovarchive.lifecycle.dialogue.offer import Offer, OfferReply
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.signed_message import SignedMessage
from egovarchive.lifecycle.dialogue.transfer_list import ListedRecord, TransferList
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.hold import Scope
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.signing import Verifier


@frozen
class Transferring:
    """
    The sender's side of a transfer; see `Archive.transfers`.

    Nothing here removes a record: only a verified receipt moves it on, and its copy
    is kept for years after that.
    """

    _acting: Acting = field(repr=False)

    def due(
        self, on: date | None = None, *, scope: Scope | None = None
    ) -> tuple[ArchivalCode, ...]:
        """
        Return the records held here that must be transferred by *on*, by date.

        Args:
            on: The day; None: today. No more come than one list may have.
            scope: Only those that it covers: of some items, or years; None: all.
        """
        acting = self._acting
        acting.archiving.register.refresh()
        day = acting.today() if on is None else on
        found = []
        for entry in acting.archiving.catalog.due(DeadlineKind.TRANSFER, day):
            ours = entry.fonds == acting.fonds
            wanted = scope is None or scope.covers(entry)
            if ours and wanted and self._state(entry.code) is State.HELD:
                found.append(entry.code)
            if len(found) == MAX_RECORDS:
                break
        return tuple(found)

    def list(
        self, codes: Iterable[ArchivalCode | str], *, recipient: str
    ) -> TransferList:
        """
        Return the transfer list 移交清单 of the records *codes*; nothing is done yet.

        The same records on their way already give the list that they are on.

        Args:
            codes: The records: those of `due`, or any. What is kept for less than 30
                years need not be transferred; whoever names it wants it to be.
            recipient: Name of the archives that they are for.

        Raises:
            EntryNotFoundError: One is not there.
            PackageError: One is damaged.
        """
        return self._batches.listed(map(code_of, codes), recipient)

    def offer(
        self, listed: TransferList, *, by: str, remark: str | None = None
    ) -> SignedMessage:
        """
        Offer 移交申请 *listed* to the archives, before anything is sent.

        Returns the signed message. Offered records wait for the reply.

        Raises:
            StateError: One is not held, or is on its way already.
            SigningError: It could not be signed. Nothing was recorded.
        """
        acting = self._acting
        message = signed(
            acting, Offer(listed=listed, by=by, at=acting.now(), remark=remark)
        )
        self._batches.keep(listed)
        self._open(listed, by)
        self._move(listed, EventKind.OFFERED, State.OFFERED, by)
        return message

    def agree(
        self, reply: SignedMessage, *, verifier: Verifier, by: str
    ) -> TransferList | None:
        """
        Take in the archives' *reply* 进馆意见 to an offer; return what they want.

        What they do not want is held here again. None: they want nothing of it.

        Args:
            reply: As it came.
            verifier: Decides whether the archives signed it.
            by: Who takes it in.

        Raises:
            SignatureInvalidError: They did not.
            ReceiptError: It replies to no offer of this archive, or not to all of it.
        """
        message = message_of(self._acting, reply, OfferReply, verifier)
        offered = self._known(message.offered)
        wanted = message.accepted(offered)
        codes = set() if wanted is None else {each.code for each in wanted.records}
        reasons = {
            opinion.code: opinion.declined.message("zh")
            for opinion in message.opinions
            if opinion.declined is not None
        }
        left = [each.code for each in offered.records if each.code not in codes]
        # What was sent already, a receipt decides on.
        self._withdraw(offered.id, left, by, reasons, {State.OFFERED})
        if wanted is not None:
            self._batches.keep(wanted)
        return wanted

    def send(  # noqa: PLR0913 - each with its name
        self,
        listed: TransferList,
        to: str | os.PathLike[str],
        *,
        by: str,
        medium: str | None = None,
        medium_size: int | None = None,
        environment: str,
        recheck: bool = True,
    ) -> Sent:
        """
        Write the batch of *listed* into the folder *to*; return what was written.

        Records are checked once more first. Then volumes are written in the layout of
        DA/T 93—2022, with the handover form 移交与接收登记表 and a signed notice
        beside them. Whatever cuts it off, calling it again goes on, and the same list
        is the same batch. It is recorded as sent when all of it is on the disk.

        Args:
            listed: What `list` or `agree` returned.
            to: A folder; made if it is absent.
            by: Who hands over.
            medium: Type of the carrier 载体类型、规格; None: online 在线, and each
                volume is one file.
            medium_size: Bytes of one carrier; None: one volume.
            environment: What one needs to read the records 软硬件环境.
            recheck: Whether records are checked before they are sent.

        Raises:
            ChecksFailedError: A record does not pass; or, by a policy that waits, a
                check was not made or waits for a person. Nothing was written.
            StateError: A record is not held, or is in another batch; or it was sent or
                appraised after *listed* was made.
            BatchError: A record does not fit a carrier; or *to* holds another batch.
            StorageError: It cannot be written.
            SigningError: It could not be signed.
        """
        acting = self._acting
        acting.archiving.register.refresh()
        own = {listed.id, listed.dialogue}
        for record in listed.records:
            self._check_sendable(record, listed.round, own)
        if recheck:
            self._recheck(listed)
        self._batches.keep(listed)
        self._open(listed, by)
        outbox = Outbox(acting, self._batches, listed, medium, environment)
        sent = outbox.write(Path(to), by, medium_size)
        self._move(listed, EventKind.SENT, State.SENT, by)
        return sent

    def withdraw(self, batch: str, *, by: str, reason: str) -> None:
        """
        Take *batch* back 撤回: its records are held here as before.

        What was handed over is with the archives all the same; their receipt cannot
        be acknowledged then. Send the records again, and have them say: duplicate.

        Raises:
            InvalidValueError: *reason* holds a personal number.
            ReceiptError: There is no such batch.
        """
        check_words(reason, "reason")
        listed = self._known(batch)
        codes = [record.code for record in listed.records]
        on_way = {State.OFFERED, State.SENT}
        self._withdraw(batch, codes, by, dict.fromkeys(codes, reason), on_way)

    def acknowledge(
        self, receipt: SignedMessage, *, verifier: Verifier, by: str
    ) -> Receipt:
        """
        Take in the archives' *receipt* 接收回执; return it once it is verified.

        It is held to the list that was sent, record by record and file by file. What
        they accepted, or have already, is transferred: its copy here is kept five
        years more. What they rejected is held here again. The same receipt twice
        changes nothing.

        Args:
            receipt: As it came.
            verifier: Decides whether the archives signed it: trust nobody else here.
            by: Who takes it in.

        Raises:
            SignatureInvalidError: They did not sign it. Nothing changed.
            ReceiptError: It is for another batch, names other records, packages or
                files, or another receipt was acknowledged for it. Nothing changed.
            StateError: The batch was not sent, or was withdrawn.
        """
        message = message_of(self._acting, receipt, Receipt, verifier)
        listed = self._known(message.batch)
        return Acknowledging(self._acting, self._batches, listed, by).take_in(
            message, receipt
        )

    def batch(self, batch: str) -> TransferList:
        """
        Return the list that was kept of *batch*.

        Raises:
            ReceiptError: There is no such batch.
        """
        return self._known(batch)

    def batches(self) -> tuple[str, ...]:
        """Return the ids of all batches that were opened, oldest first."""
        acting = self._acting
        events = acting.archiving.catalog.events_of_fonds(acting.fonds)
        found = [e for e in events if e.kind is EventKind.TRANSFER_OPENED]
        return tuple(dict.fromkeys(event.details["batch"] for event in found))

    @property
    def _batches(self) -> Batches:
        return Batches(self._acting)

    def _known(self, batch: str) -> TransferList:
        return Acknowledging.known(self._batches, batch)

    def _state(self, code: ArchivalCode) -> State:
        return self._acting.standing(code).state

    def _check_sendable(
        self, record: ListedRecord, round_: int, own: Collection[str]
    ) -> None:
        """Look whether *record* is held, or on its way in one of its *own* batches."""
        code = record.code
        standing = self._acting.standing(code)
        on_way = standing.state in {State.OFFERED, State.SENT}
        if standing.state is not State.HELD and not (on_way and standing.batch in own):
            raise StateError(
                f"{code} is {standing.state.label('en')}: it cannot be sent with this "
                "batch",
                f"{code} 处于“{standing.state.zh}”状态，不能随本批移交",
            )
        # What came back goes in another round, with the period that holds now.
        told = record.period, record.retention_ends_on
        sent = standing.state is State.HELD and standing.rounds >= round_
        if sent or told != (standing.period, standing.retention_ends_on):
            raise StateError(
                f"{code} was sent, or appraised, after round {round_} was listed: list "
                "it anew",
                f"{code} 在第 {round_} 次移交清单编制后已移交或鉴定，请重新编制清单",
            )

    def _recheck(self, listed: TransferList) -> None:
        archiving = self._acting.archiving
        examiner = archiving.examiner(archiving.tools)
        for record in listed.records:
            report = examiner.examine(self._acting.entry(record.code))
            if report.waiting:
                events = archiving.catalog.events(record.code)
                report = report.reviewed(reviews_in(events))
            report.raise_for_failures()
            if archiving.policy.wait:
                report.raise_for_missing()

    def _open(self, listed: TransferList, by: str) -> None:
        """Record that there is the batch *listed*, once."""
        batch = listed.id

        def choose() -> Sequence[Event]:
            if batch in self.batches():
                return ()
            return (
                Event(
                    kind=EventKind.TRANSFER_OPENED,
                    code=None,
                    at=self._acting.now(),
                    by=by,
                    details={
                        "batch": batch,
                        "recipient": listed.recipient,
                        "round": str(listed.round),
                        "records": str(len(listed.records)),
                        "size": str(listed.size),
                    },
                ),
            )

        self._acting.decide(choose)

    def _move(self, listed: TransferList, kind: EventKind, to: State, by: str) -> None:
        """Record that *kind* happened to all of *listed*; pass over those it did."""
        batch, acting = listed.id, self._acting

        def choose(codes: Sequence[ArchivalCode]) -> Sequence[Event]:
            standings = {code: acting.standing(code) for code in codes}
            waiting = [
                code
                for code, standing in standings.items()
                if (standing.state, standing.batch) != (to, batch)
            ]
            around = acting.circumstances()
            acting.check(kind, waiting, around)
            at = acting.now()
            return [
                Event(kind=kind, code=code, at=at, by=by, details={"batch": batch})
                for code in waiting
            ]

        acting.decide_in_parts([each.code for each in listed.records], choose)

    def _withdraw(
        self,
        batch: str,
        codes: Sequence[ArchivalCode],
        by: str,
        reasons: dict[ArchivalCode, str],
        states: Collection[State],
    ) -> None:
        """Record that those of *codes* that are in one of *states* are held again."""
        acting = self._acting

        def choose(some: Sequence[ArchivalCode]) -> Sequence[Event]:
            at = acting.now()
            return [
                Event(
                    kind=EventKind.WITHDRAWN,
                    code=code,
                    at=at,
                    by=by,
                    details={"batch": batch, "reason": reasons[code]},
                )
                for code in some
                if (standing := acting.standing(code)).state in states
                and standing.batch == batch
            ]

        acting.decide_in_parts(codes, choose)
