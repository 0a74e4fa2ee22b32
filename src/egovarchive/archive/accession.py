"""Accession 接收: a batch from elsewhere is examined, registered and signed for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.correspondence import message_of, signature_once, signed
from egovarchive.archive.incoming import Incoming
from egovarchive.archive.reception import Reception, Receptions
from egovarchive.errors import (
    ArchiveError,
    BatchError,
    InvalidValueError,
    NotStoredError,
)
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
_TOLD: Final = 5  # findings in one error


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
        strangers = set(decline) - {record.code for record in listed.records}
        if strangers:
            names = "、".join(sorted(map(str, strangers)))
            raise InvalidValueError(
                f"not in the offer: {names}", f"申请中没有：{names}", place="decline"
            )
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

    def receive(
        self,
        places: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        archives: str,
        by: str,
        reject: Mapping[ArchivalCode, Reason] = _NOTHING,
        partial: bool = False,
    ) -> Reception:
        """
        Take in the batch at *places*; return what became of it, with a signed receipt.

        Nothing is stored before it passed: volumes are read where they lie, each
        record is copied, its digests are compared with the transfer list that the
        sender signed, and the four-property checks of accession are made of the copy.
        What passes is registered under its own code; what does not is rejected, and
        the receipt says why. The same batch received again gives the same receipt;
        one that was cut off is gone on with.

        Args:
            places: The folder or file of each volume, in any order.
            archives: Name of these archives.
            by: Who receives.
            reject: Why a record is rejected whatever the checks say, by its code.
            partial: Whether the rest is taken if a volume is missing.

        Raises:
            ArchiveError: This archive was opened without anybody to trust.
            BatchError: It is no batch, not for these archives or this fonds, not what
                its sender signed, or a volume is missing. Nothing was registered.
            SignatureInvalidError: Its sender is not trusted. Nothing was registered.
            StorageError: It could not be stored: receive it again.
        """
        acting = self._acting
        some = [places] if isinstance(places, (str, os.PathLike)) else places
        with Incoming.open([Path(place) for place in some]) as incoming:
            incoming.check_signed(self._verifier, acting.now())
            listed = incoming.listed
            self._check_ours(listed.recipient, archives, listed.fonds)
            receptions = Receptions(acting, incoming)
            known = self._receipt(listed.id)
            if known is not None:
                return receptions.known(known)
            incoming.check_whole(partial=partial)
            receptions.keep_about()
            reception = receptions.receive(reject)
        receipt = Receipt(
            batch=listed.id,
            offered=listed.offered,
            archives=archives,
            by=by,
            at=acting.now(),
            records=reception.records,
        )
        message = self._keep(receipt)
        self._record(receipt, listed.unit, message.id)
        return reception.with_(receipt, message)

    def receipt(self, batch: str) -> SignedMessage:
        """
        Return the signed receipt 接收回执 that was given for *batch*.

        Raises:
            NotStoredError: None was given.
        """
        data = self._acting.kept(self._key(batch, "receipt.json"))
        signature = self._acting.kept(self._key(batch, "receipt.json.p7s"))
        return SignedMessage(kind=MessageKind.RECEIPT, data=data, signature=signature)

    def _receipt(self, batch: str) -> SignedMessage | None:
        """Return the receipt of *batch*, its signature made if that was cut off."""
        try:
            data = self._acting.kept(self._key(batch, "receipt.json"))
        except NotStoredError:
            return None
        receipt = Receipt.decode(data)
        message = self._keep(receipt)
        # `Receipt` knows the archives; whose batch it was, the list tells.
        self._record(receipt, self._sender(batch), message.id)
        return message

    def _sender(self, batch: str) -> str:
        return TransferList.decode(
            self._acting.kept(self._key(batch, "list.json"))
        ).unit

    def _keep(self, receipt: Receipt) -> SignedMessage:
        data = receipt.encode()
        self._acting.keep(self._key(receipt.batch, "receipt.json"), data)
        signature = signature_once(
            self._acting, self._key(receipt.batch, "receipt.json.p7s"), data
        )
        return SignedMessage(kind=MessageKind.RECEIPT, data=data, signature=signature)

    def _record(self, receipt: Receipt, sender: str, digest: str) -> None:
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
        return f"receptions/{self._acting.fonds}/{batch}/{name}"
