"""
Sealing 签章: what a signature with a seal proves (GB/T 38540—2020).

The document has the digest that was signed; the signature is the signer's; the signer
is one of those the seal belongs to; the seal is its maker's, and in its time. Then who
they are is asked of `signer`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import evolve

from egovarchive.errors import SignatureInvalidError
from egovarchive.seals.content import Content
from egovarchive.seals.notes import Notes
from egovarchive.seals.proof import Proof
from egovarchive.seals.ses import Seal, SealSignature, read_seal, read_signature
from egovarchive.seals.signed_value import algorithm_of, check_signed
from egovarchive.seals.signer import Court
from egovarchive.seals.verdict import Integrity
from egovarchive.signing import der
from egovarchive.signing.algorithms import Algorithm, digest_of
from egovarchive.signing.certificates import Certificate

_MAKER = ("maker of the seal", "制章者")


def seal_proof(source: bytes, content: Content, court: Court, notes: Notes) -> Proof:
    """
    Return what the signature with a seal *source* proves of *content*.

    Raises:
        SignatureInvalidError: It is none; nothing is proved.
    """
    return _Sealing(read_signature(source, notes), content, court, notes).proof()


def check_same_seal(listed: bytes, signature: bytes, notes: Notes) -> None:
    """Note it if *listed*, Seal.esl, is not the seal in *signature*."""
    aside = Notes()
    try:
        shown = read_seal(listed, aside)
        used = read_signature(signature, aside).seal
    except SignatureInvalidError as error:
        notes.doubt_for(
            error,
            "the seal beside the signature cannot be compared with the one in it",
            "无法比对 Seal.esl 与签章中的印章",
        )
        return
    if shown.der != used.der:
        notes.failed(
            "the seal beside the signature is not the one that was signed with",
            "Seal.esl 与签章中的印章不一致",
        )


class _Sealing:
    """One look at one signature with a seal."""

    def __init__(
        self, signature: SealSignature, content: Content, court: Court, notes: Notes
    ) -> None:
        self._signature = signature
        self._content = content
        self._court = court
        self._notes = notes

    def proof(self) -> Proof:
        signature, seal, notes = self._signature, self._signature.seal, self._notes
        certificate = _certificate(
            signature.signer, notes, ("signer's certificate", "签章者证书")
        )
        maker = _certificate(
            seal.maker, notes, ("seal maker's certificate", "制章者证书")
        )
        integrity, algorithm = Integrity.UNKNOWN, ""
        if certificate is not None:
            integrity, algorithm = self._integrity(certificate)
        stamped_at, stamped_by = self._court.stamp(
            signature.timestamp, signature.signature, notes
        )
        moment = stamped_at or signature.claimed_at
        self._court.look_at_claim(signature.claimed_at, notes)
        self._look_at_seal(maker)
        self._look_at_times(moment)
        proof = Proof(
            form=signature.form,
            integrity=integrity,
            certificate=signature.signer if certificate is not None else b"",
            algorithm=algorithm,
            claimed_at=signature.claimed_at,
            stamped_at=stamped_at,
            stamped_by=stamped_by,
            seal_name=seal.name,
            seal_number=seal.number,
            seal_maker="" if maker is None else maker.subject_text,
        )
        return self._judged(proof, certificate, maker, stamped_at)

    def _judged(
        self,
        proof: Proof,
        certificate: Certificate | None,
        maker: Certificate | None,
        stamped_at: datetime | None,
    ) -> Proof:
        """Return *proof* with what the court says of those who had a hand in it."""
        claimed, notes = self._signature.claimed_at, self._notes
        if maker is not None:
            self._court.judge(
                maker, (), claimed=claimed, stamped=stamped_at, notes=notes, role=_MAKER
            )
        if certificate is None:
            return proof
        trust, anchor = self._court.judge(
            certificate, (), claimed=claimed, stamped=stamped_at, notes=notes
        )
        return evolve(
            proof, signer=certificate.subject_text, trust=trust, anchor=anchor
        )

    def _integrity(self, certificate: Certificate) -> tuple[Integrity, str]:
        """Return whether the content is what was signed, and by which algorithm."""
        signature, notes = self._signature, self._notes
        algorithm = _accepted(signature.algorithm, certificate, notes)
        if algorithm is None:
            return Integrity.UNKNOWN, ""
        try:
            check_signed(
                certificate, algorithm, signature.signature, signature.signed, notes
            )
        except SignatureInvalidError as error:
            notes.failed_for(
                error, "the signature is not the signer's", "签名值验证失败"
            )
            return Integrity.UNKNOWN, algorithm.name
        found = self._content.digest(algorithm.digest)
        if found != signature.digest:
            notes.failed(
                f"what was signed has the digest {signature.digest.hex()[:128]}, what "
                f"is there has {found.hex()}",
                f"签章的原文杂凑值为 {signature.digest.hex()[:128]}，"
                f"实为 {found.hex()}，原文已被改动",
            )
            return Integrity.ALTERED, algorithm.name
        return Integrity.WHOLE, algorithm.name

    def _look_at_seal(self, maker: Certificate | None) -> None:
        seal, notes = self._signature.seal, self._notes
        if not _belongs(seal, self._signature.signer):
            notes.failed(
                "the seal does not belong to the signer",
                "签章者证书不在印章的签章者证书列表中",
            )
        if maker is None:
            return
        algorithm = _accepted(seal.algorithm, maker, notes)
        if algorithm is None:
            return
        # What is signed beside the information differs between versions and vendors:
        # either way it is the maker's word for this seal.
        both = der.sequence(seal.information, der.octets(seal.maker), seal.identifier)
        if not _any_signed(
            (both, seal.information),
            lambda signed: check_signed(
                maker, algorithm, seal.signature, signed, notes
            ),
        ):
            notes.failed(
                "the seal is not the work of the maker it names: its signature "
                "does not verify",
                "印章签名值验证失败，印章不是所示制章者制作",
            )

    def _look_at_times(self, moment: datetime) -> None:
        seal, notes = self._signature.seal, self._notes
        if not seal.valid_from <= moment <= seal.valid_until:
            notes.failed(
                f"the seal may be used from {seal.valid_from.isoformat()} to "
                f"{seal.valid_until.isoformat()}, not at {moment.isoformat()}",
                f"印章有效期为 {seal.valid_from.isoformat()} 至 "
                f"{seal.valid_until.isoformat()}，不含 {moment.isoformat()}",
            )


def _certificate(
    source: bytes, notes: Notes, what: tuple[str, str]
) -> Certificate | None:
    en, zh = what
    try:
        certificate = Certificate.parse(source)
        _ = certificate.public_key
    except SignatureInvalidError as error:
        notes.doubt_for(error, f"the {en} cannot be used", f"{zh}不可用")
        return None
    return certificate


def _accepted(
    identifier: bytes, certificate: Certificate, notes: Notes
) -> Algorithm | None:
    try:
        return algorithm_of(identifier, certificate)
    except SignatureInvalidError as error:
        notes.doubt_for(error, "it cannot be verified", "无法验证")
        return None


def _any_signed(candidates: tuple[bytes, ...], check: Callable[[bytes], None]) -> bool:
    for candidate in candidates:
        try:
            check(candidate)
        except SignatureInvalidError:
            continue
        return True
    return False


def _belongs(seal: Seal, certificate: bytes) -> bool:
    if not seal.by_digest:
        return certificate in seal.signers
    return any(
        digest_of(algorithm, certificate) in seal.signers
        for algorithm in ("sm3", "sha256")
    )
