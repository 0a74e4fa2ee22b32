"""Accession 接收: a batch from elsewhere is examined, registered and signed for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.codes import code_of
from egovarchive.archive.reviews import event_of, reviews_in
from egovarchive.archive.transfer.along import Along, key_of
from egovarchive.archive.transfer.correspondence import (
    message_of,
    signature_once,
    signed,
)
from egovarchive.archive.transfer.handover import check_same, found_form
from egovarchive.archive.transfer.incoming import Incoming
from egovarchive.archive.transfer.reception import Reception, Receptions
from egovarchive.checks import Report, Review
from egovarchive.errors import (
    ArchiveError,
    BatchError,
    InvalidValueError,
    NotStoredError,
)
from egovarchive.exchange.forms.handover import HandoverForm, differences
from egovarchive.lifecycle.dialogue.kind import MessageKind
from egovarchive.lifecycle.dialogue.offer import Offer, OfferReply, Opinion
from egovarchive.lifecycle.dialogue.reason import Reason
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.received import RecordFate
from egovarchive.lifecycle.dialogue.signed_message import SignedMessage
from egovarchive.lifecycle.dialogue.transfer_list import TransferList
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.signing import Verifier

_NOTHING: Final[Mapping[ArchivalCode, Reason]] = MappingProxyType({})
_LIST: Final = "list.json"
_RECEIPT: Final = "receipt.json"


@frozen
class Accession:
    """
    The archives' side of a transfer; see `Archive.accession`.

    The archives open one archive for each fonds that they take, under the fonds'
    number. Its verifier says whose batches and packages are taken.
    """

    _acting: Acting = field(repr=False)

    def reply(
        self,
        offer: SignedMessage,
        *,
        archives: str,
        by: str,
        decline: Mapping[ArchivalCode, Reason] = _NOTHING,
    ) -> SignedMessage:
        """
        Return the signed reply 进馆意见 to *offer*: all is wanted but what is declined.

        Args:
            offer: As it came.
            archives: Name of these archives.
            by: Who replies.
            decline: Why a record is not wanted, by its code.

        Raises:
            SignatureInvalidError: The sender did not sign it.
            ReceiptError: It is no offer.
            BatchError: It is for other archives, or of another fonds.
        """
        listed = message_of(self._acting, offer, Offer, self._verifier).listed
        self._check_ours(listed.recipient, archives, listed.fonds)
        _check_listed(decline, listed, "decline")
        reply = OfferReply(
            offered=listed.id,
            archives=archives,
            by=by,
            at=self._acting.now(),
            opinions=[
                Opinion(code=record.code, declined=decline.get(record.code))
                for record in listed.records
            ],
        )
        return signed(self._acting, reply)

    def receive(  # noqa: PLR0913 - each with its name
        self,
        places: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        archives: str,
        by: str,
        reject: Mapping[ArchivalCode, Reason] = _NOTHING,
        partial: bool = False,
        reviews: Iterable[Review] = (),
        form: HandoverForm | None = None,
    ) -> Reception:
        """
        Take in the batch at *places*; return what became of it, with a signed receipt.

        Nothing is stored before it passed: volumes are read where they lie, each
        record is copied, the copy is compared with the transfer list that the sender
        signed and with the checksum files, its evidence record is verified if this
        archive has authorities to trust, and the four-property checks of accession are
        made. Its signature is judged at the moment that the evidence proves, or else
        at that of its registration by the sender. What passes is registered under its
        own code; what does not is rejected, and the receipt says why. The same batch
        received again gives the same receipt; one that was cut off is gone on with.

        By a policy that waits, a record of which a required check was not made, or
        waits for a person, is not taken yet, and there is no receipt: the reception
        says what waits. Receive the batch again, with what was decided.

        Args:
            places: The folder or file of each volume, in any order.
            archives: Name of these archives.
            by: Who receives.
            reject: Why a record is rejected whatever the checks say, by its code.
            partial: Whether the rest is taken if a volume is missing.
            reviews: What persons decided of findings of an earlier reception. Those
                of records that are taken, and of the batch, are recorded.
            form: The sender's handover form 移交与接收登记表. Where it says something
                else than was found, nothing is taken, unless the rest may be.

        Raises:
            ArchiveError: This archive was opened without anybody to trust.
            BatchError: It is no batch, not for these archives or this fonds, not what
                its sender signed, or a volume is missing. Nothing was registered.
            InvalidValueError: A record to reject is not in it.
            SignatureInvalidError: Its sender is not trusted. Nothing was registered.
            StorageError: It could not be stored: receive it again.
            NotStoredError, PackageError: What was taken from this batch before, and not
                signed for yet, is lost or damaged here. Nothing is signed.
        """
        acting = self._acting
        some = [places] if isinstance(places, (str, os.PathLike)) else places
        decided = {review.finding: review for review in reviews}
        with Incoming.open([Path(place) for place in some]) as incoming:
            incoming.check_signed(self._verifier, acting.now())
            listed, batch = incoming.listed, incoming.id
            self._check_ours(listed.recipient, archives, listed.fonds)
            found = None if form is None else found_form(form, incoming)
            differs = () if form is None or found is None else differences(form, found)
            known = self._receipt(batch)
            if known is not None:
                return Reception.known(known).beside(found, differs)
            _check_listed(reject, listed, "reject")
            incoming.check_whole(partial=partial)
            if not partial:
                check_same(differs)
            acting.keep(self._key(batch, _LIST), listed.encode())
            # Another process may have taken some of it, with this batch or another.
            acting.archiving.register.refresh()
            receptions = Receptions(acting, incoming, reject, decided)
            reception = receptions.receive(by)
        if reception.waiting or self._waits(reception.batch_report):
            return reception.beside(found, differs)
        self._record_reviews(receptions.decided)
        receipt = Receipt(
            batch=batch,
            offered=listed.offered,
            archives=archives,
            by=by,
            at=acting.now(),
            records=reception.records,
        )
        data = receipt.encode()
        message = self._keep(batch, data)
        if message.data != data:
            receipt = Receipt.decode(message.data)
        self._record(receipt, message.id, listed.unit)
        return reception.with_(receipt, message).beside(found, differs)

    def history(self, code: ArchivalCode | str) -> bytes:
        """
        Return the journal lines 管理过程信息 that came with the record *code*.

        They are JSON Lines, as its sender has them: its entry, then what happened.

        Raises:
            EntryNotFoundError: There is no such record.
            NotStoredError: It did not come with a batch.
        """
        return self._along(code_of(code)).history(code_of(code))

    def evidence(self, code: ArchivalCode | str) -> bytes | None:
        """
        Return the evidence record (RFC 4998) that came with *code*; None if none did.

        Raises:
            EntryNotFoundError: There is no such record.
            NotStoredError: It did not come with a batch.
        """
        return self._along(code_of(code)).evidence(code_of(code))

    def receipt(self, batch: str) -> SignedMessage:
        """
        Return the signed receipt 接收回执 that was given for *batch*.

        Raises:
            NotStoredError: None was given.
        """
        data = self._acting.kept(self._key(batch, _RECEIPT))
        signature = self._acting.kept(self._key(batch, f"{_RECEIPT}.p7s"))
        return SignedMessage(kind=MessageKind.RECEIPT, data=data, signature=signature)

    def _along(self, code: ArchivalCode) -> Along:
        batch = self._acting.standing(code).received
        if batch is None:
            raise NotStoredError.of(str(code))
        return Along(self._acting, batch, self._listed(batch))

    def _receipt(self, batch: str) -> SignedMessage | None:
        """Return the receipt of *batch*, its signature made if that was cut off."""
        try:
            data = self._acting.kept(self._key(batch, _RECEIPT))
        except NotStoredError:
            return None
        message = self._keep(batch, data)
        # The receipt names the archives; whose batch it was, the list tells.
        self._record(Receipt.decode(data), message.id, self._listed(batch).unit)
        return message

    def _listed(self, batch: str) -> TransferList:
        return TransferList.decode(self._acting.kept(self._key(batch, _LIST)))

    def _keep(self, batch: str, data: bytes) -> SignedMessage:
        """Return the one receipt of *batch*, signed: *data*, unless there is one."""
        key = self._key(batch, _RECEIPT)
        # Whoever else receives this batch may have been faster.
        data = self._acting.keep_first(key, data)
        signature = signature_once(self._acting, f"{key}.p7s", data)
        return SignedMessage(kind=MessageKind.RECEIPT, data=data, signature=signature)

    def _waits(self, report: Report | None) -> bool:
        """Say whether the policy has the batch wait for what *report* leaves open."""
        policy = self._acting.archiving.policy
        if report is None or not policy.wait:
            return False
        return any(finding.check in policy.required for finding in report.open_ends)

    def _record_reviews(self, reviews: Sequence[Review]) -> None:
        """Record what persons decided of the batch as a whole, once."""
        acting = self._acting

        def choose() -> Sequence[Event]:
            told = acting.archiving.catalog.events_of_fonds(acting.fonds)
            known = set(reviews_in(told))
            return [event_of(each, None) for each in reviews if each not in known]

        if reviews:
            acting.decide(choose)

    def _record(self, receipt: Receipt, digest: str, sender: str) -> None:
        acting, counts = self._acting, receipt.counts()

        def choose() -> Sequence[Event]:
            told = acting.archiving.catalog.events_of_fonds(acting.fonds)
            if any(
                event.kind is EventKind.BATCH_RECEIVED
                and event.details["batch"] == receipt.batch
                for event in told
            ):
                return ()
            details = {
                "batch": receipt.batch,
                "receipt": digest,
                "sender": sender,
                "accepted": str(counts[RecordFate.ACCEPTED]),
                "rejected": str(counts[RecordFate.REJECTED]),
                "duplicate": str(counts[RecordFate.DUPLICATE]),
            }
            return (
                Event(
                    kind=EventKind.BATCH_RECEIVED,
                    code=None,
                    at=acting.now(),
                    by=receipt.by,
                    details=details,
                ),
            )

        acting.decide(choose)

    @property
    def _verifier(self) -> Verifier:
        verifier = self._acting.archiving.verifier
        if verifier is None:
            raise ArchiveError(
                "this archive was opened without senders to trust",
                "该档案库未配置受信任的移交单位，不能接收",
            )
        return verifier

    def _check_ours(self, recipient: str, archives: str, fonds: str) -> None:
        if recipient != archives:
            raise BatchError(
                f"it is for {recipient!r}, not for {archives!r}",
                f"该批次移交给“{recipient}”，不是“{archives}”",
            )
        if fonds != self._acting.fonds:
            raise BatchError(
                f"it is of fonds {fonds}, this archive is of {self._acting.fonds}",
                f"该批次属于全宗 {fonds}，本档案库为全宗 {self._acting.fonds}",
            )

    def _key(self, batch: str, name: str) -> str:
        return key_of(self._acting, batch, name)


def _check_listed(
    codes: Iterable[ArchivalCode], listed: TransferList, place: str
) -> None:
    """Raise `InvalidValueError` if one of *codes* is not in *listed*."""
    strangers = set(codes) - {record.code for record in listed.records}
    if strangers:
        names = "、".join(sorted(map(str, strangers)))
        raise InvalidValueError(
            f"not in the list: {names}", f"清单中没有：{names}", place=place
        )
