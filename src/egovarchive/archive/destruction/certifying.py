"""Certifying 出具证明: what was destroyed is stated, signed and time-stamped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from attrs import evolve, frozen

from egovarchive.archive.clock import MOST_OFF
from egovarchive.archive.destruction.destruction_files import (
    CERTIFICATE,
    LIST_SIGNATURE,
    LIST_TOKEN,
    SIGNATURE,
    TOKEN,
    TOMBSTONES,
    DestructionFiles,
)
from egovarchive.errors import ClockError, InvalidValueError, SigningError, StateError
from egovarchive.lifecycle.agreement import Agreement
from egovarchive.lifecycle.certificate import DestroyedRecord, DestructionCertificate
from egovarchive.lifecycle.destruction_list import DestructionList
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.state import State
from egovarchive.lifecycle.tombstone import Tombstone
from egovarchive.records.archival_code import ArchivalCode


@frozen
class Certifying:
    """
    States what became of one list.

    Args:
        files: Where the list is kept.
    """

    files: DestructionFiles

    def prepare(self, data: bytes) -> None:
        """
        Sign and time-stamp the list *data*, before anything happens to its records.

        So whoever destroys can also certify, and the clock is right.

        Raises:
            SigningError: The archive has no signer, or it cannot sign.
            SignatureInvalidError: Its signature is not good here, or the time-stamp.
            TimestampError: The authority gives no time-stamp.
            ClockError: The clock and the authority's are more than a day apart.
        """
        self.files.put(LIST_SIGNATURE, self._sign(data))
        token = self._stamp(data, compare=True)
        if token is not None:
            self.files.put(LIST_TOKEN, token)

    def certify(
        self,
        listed: DestructionList,
        agreement: Agreement,
        tombstones: Mapping[str, Tombstone],
    ) -> DestructionCertificate:
        """
        Return the certificate of *listed*, kept, signed, time-stamped and recorded.

        Raises:
            StateError: Nothing of it was destroyed.
            SigningError, TimestampError: As for `prepare`; try again.
            StorageError: What is kept as its certificate says something else.
        """
        fresh = self._certificate(listed, agreement, tombstones)
        data = self.files.put(CERTIFICATE, fresh.encode())
        certificate = self._same(data, fresh)
        # The signature that is kept first is the one that is stamped.
        signature = self.files.get(SIGNATURE)
        if signature is None:
            signature = self.files.put(SIGNATURE, self._sign(data))
        self._verify(signature, data)
        if self.files.get(TOKEN) is None:
            token = self._stamp(signature)
            if token is not None:
                self.files.put(TOKEN, token)
        self._record(certificate, agreement)
        return certificate

    def _certificate(
        self,
        listed: DestructionList,
        agreement: Agreement,
        tombstones: Mapping[str, Tombstone],
    ) -> DestructionCertificate:
        acting = self.files.acting
        records, struck = [], []
        for record in listed.records:
            gone_at = self._destroyed_at(record.code)
            if gone_at is None:
                struck.append(record.code)
                continue
            records.append(
                DestroyedRecord(
                    code=record.code,
                    package=record.package,
                    signature=record.signature,
                    size=record.size,
                    destroyed_at=gone_at,
                    tombstone=tombstones[str(record.code)].id,
                )
            )
        if not records or agreement.begun_at is None:
            raise StateError(
                f"nothing of list {listed.id} was destroyed: there is nothing to "
                "certify",
                f"销毁清册 {listed.id} 中没有已销毁的档案，无从出具证明",
            )
        head = acting.archiving.register.projection.head
        return DestructionCertificate(
            fonds=listed.fonds,
            unit=listed.unit,
            kind=listed.kind,
            list=listed.id,
            listed_by=listed.listed_by,
            listed_at=listed.listed_at,
            approvals=agreement.approvals,
            witnesses=agreement.witnesses,
            method=agreement.method,
            copies=agreement.copies,
            begun_at=agreement.begun_at,
            issued_at=acting.now(),
            records=records,
            struck=struck,
            tombstones=sha256(self.files.get(TOMBSTONES) or b"").hexdigest(),
            journal={"number": str(head.number), **head.digests},
        )

    def _destroyed_at(self, code: ArchivalCode) -> datetime | None:
        acting = self.files.acting
        standing = acting.standing(code)
        if standing.listed != self.files.list_id:
            return None
        if standing.state is not State.DESTROYED:
            raise StateError(
                f"{code} is {standing.state.label('en')}: nothing is certified before "
                "all is done",
                f"{code} 处于“{standing.state.zh}”状态，全部完成前不出具证明",
            )
        return next(
            event.at
            for event in acting.archiving.catalog.events(code)
            if event.kind is EventKind.DESTROYED
        )

    def _same(
        self, data: bytes, fresh: DestructionCertificate
    ) -> DestructionCertificate:
        """Return the certificate kept as *data*, if it says what *fresh* says."""
        try:
            kept = DestructionCertificate.decode(data)
        except InvalidValueError as error:
            raise self.files.altered(CERTIFICATE) from error
        # One that was interrupted was issued before, behind another segment.
        if evolve(fresh, issued_at=kept.issued_at, journal=kept.journal) != kept:
            raise self.files.altered(CERTIFICATE)
        return kept

    def _record(
        self, certificate: DestructionCertificate, agreement: Agreement
    ) -> None:
        acting, number = self.files.acting, certificate.id
        by = agreement.witnesses[0]

        def choose() -> tuple[Event, ...]:
            events = acting.archiving.catalog.events_of_fonds(acting.fonds)
            known = Agreement.of(self.files.list_id, events)
            if known is not None and known.certificate == number:
                return ()
            return (certificate.event(acting.now(), by),)

        acting.decide(choose)

    def _sign(self, data: bytes) -> bytes:
        from egovarchive.signing import cms  # noqa: PLC0415 - loads cryptography

        archiving = self.files.acting.archiving
        if archiving.signer is None:
            raise SigningError(
                "this archive was opened without a signer: nothing can be certified",
                "该档案库未配置签名者，不能出具证明",
            )
        (signature,) = cms.sign_messages(archiving.signer, [data], at=archiving.clock())
        self._verify(signature, data)
        return signature

    def _verify(self, signature: bytes, data: bytes) -> None:
        archiving = self.files.acting.archiving
        if archiving.verifier is not None:
            archiving.verifier.verify(signature, data, at=archiving.clock())

    def _stamp(self, data: bytes, *, compare: bool = False) -> bytes | None:
        """Return a token over *data*; None if the archive knows no authority."""
        from egovarchive.signing.timestamps.signed_info import (  # noqa: PLC0415
            SignedInfo,
        )
        from egovarchive.signing.timestamps.token import verify_token  # noqa: PLC0415
        from egovarchive.signing.trust import TrustStore  # noqa: PLC0415

        archiving = self.files.acting.archiving
        if archiving.timestamper is None:
            return None
        digest = sha256(data).digest()
        token = archiving.timestamper.stamp(digest, "sha256")
        now = archiving.clock()
        told = SignedInfo.parse(token).info.gen_time
        # A clock that runs ahead would let retention end too early.
        if compare and abs(now - told) > MOST_OFF:
            raise ClockError(
                f"the clock says {now.isoformat()}, the time-stamp authority "
                f"{told.isoformat()}: nothing is destroyed by a clock that is wrong",
                f"系统时钟为 {now.isoformat()}，时间戳服务机构为 {told.isoformat()}："
                "时钟有误，不得销毁",
            )
        if archiving.authorities:
            trust = TrustStore(archiving.authorities)
            verify_token(token, digest, "sha256", trust=trust, at=max(now, told))
        return token
