"""What sealing answers: how far it is, what must be renewed, what is proved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from attrs import field, frozen

from egovarchive.errors import Language
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import in_china
from egovarchive.records.term import Term
from egovarchive.signing import RevocationEvidence, VerifiedSignature
from egovarchive.signing.timestamps import VerifiedTimestamp


@frozen(kw_only=True)
class SealingStatus:
    """
    How much of an archive is sealed.

    Args:
        sealed: How many seals have all that belongs to them.
        pending: The numbers of those that wait for a signature or a time-stamp. What
            they cover is not sealed.
        renewing: The numbers of those whose renewal of hashes waits for a time-stamp.
        unsealed: How many journal segments are behind the last seal.
        until: When the last segment was written that a whole seal covers; None: none.
    """

    sealed: int
    pending: tuple[int, ...]
    renewing: tuple[int, ...]
    unsealed: int
    until: datetime | None


class NeedKind(Term):
    """What must be done for a seal."""

    SEAL = "seal_what_is_new", "封存新增内容"
    COMPLETE = "complete", "补盖时间戳"
    TIMESTAMP = "timestamp_renewal", "时间戳续期"
    HASHES = "hash_renewal", "散列续期"


@frozen(kw_only=True)
class Need:
    """
    Why something must be done for a seal.

    Args:
        seal: Its number.
        kind: What must be done.
        ends_on: The last day on which its evidence holds without that; None: it does
            not hold yet.
        cause: What ends then: an authority, or an algorithm; empty if nothing does.
    """

    seal: int
    kind: NeedKind
    ends_on: date | None = None
    cause: str = ""

    def message(self, lang: Language = "en") -> str:
        """Return the reason, in the language *lang*."""
        if lang == "zh":
            if self.ends_on is None:
                return f"第 {self.seal} 号封存：{self.kind.zh}"
            return (
                f"第 {self.seal} 号封存：{self.cause} 有效期至 {self.ends_on}，"
                f"须在此前完成{self.kind.zh}"
            )
        what = self.kind.label("en")
        if self.ends_on is None:
            return f"seal {self.seal}: {what}"
        return f"seal {self.seal}: {self.cause} ends on {self.ends_on}; {what} is due"

    def __str__(self) -> str:
        return self.message()


_OUTCOMES: Final = {
    "good": ("not revoked", "未被撤销"),
    "unknown": ("not known whether revoked", "是否被撤销不详"),
    "exempt": ("trusted by hand: nobody could revoke it", "人工信任，无上级可撤销"),
}


@frozen(kw_only=True)
class Revocation:
    """
    What is known of whether a certificate that a proof rests on was taken back.

    Args:
        subject: Whose it is (RFC 4514).
        at: The moment at which that was judged.
        evidence: What is known, for all certificates of its path, and from what.
    """

    subject: str
    at: datetime
    evidence: RevocationEvidence = field(repr=False)

    @property
    def judged(self) -> bool:
        """Whether a list or reply says so, or nobody could revoke it."""
        return self.evidence.outcome != "unknown"

    def message(self, lang: Language = "en") -> str:
        """Return it in words, in the language *lang*."""
        en, zh = _OUTCOMES[self.evidence.outcome]
        at = in_china(self.at).isoformat(" ", "seconds")
        lists, replies = len(self.evidence.crls), len(self.evidence.ocsp)
        if lang == "zh":
            by = f"（撤销列表 {lists} 份，应答 {replies} 份）"
            return f"{self.subject}：{at} {zh}{by}"
        by = f" ({lists} revocation lists, {replies} replies)"
        return f"{self.subject}: at {at} {en}{by}"

    def __str__(self) -> str:
        return self.message()


@frozen(kw_only=True)
class Proof:
    """
    What the evidence of a record proves.

    Args:
        code: The record.
        seal: The number of the seal that covers it.
        existed_at: Its manifest and signature were there at this moment, at the
            latest.
        stamps: The time-stamps that prove it, oldest first.
        sealed_by: The seal's signature, judged at that moment.
        signed_by: The package's own, likewise; None: it has none.
        revocations: What is known of whether their certificates were taken back: of
            each signer then, and of each authority when the next time-stamp was
            given, of the last one now; where nothing is known of that, when it
            stamped.
        contents: The algorithms by which its files themselves were read again, and
            are proved by manifests that are as old as that.
    """

    code: ArchivalCode
    seal: int
    existed_at: datetime
    stamps: tuple[VerifiedTimestamp, ...] = field(repr=False)
    sealed_by: VerifiedSignature = field(repr=False)
    signed_by: VerifiedSignature | None = field(repr=False)
    revocations: tuple[Revocation, ...] = field(repr=False)
    contents: tuple[str, ...] = ()


@frozen(kw_only=True)
class Rehashed:
    """
    What a renewal of hashes could not read again.

    Those records keep the evidence that they have, which ends with its algorithm.

    Args:
        seal: The seal's number.
        left_out: How many records.
        codes: The archival codes of the first of them.
    """

    seal: int
    left_out: int
    codes: tuple[str, ...]
