"""
Signatures in PDF (ISO 32000-1, 12.8; GB/T 35275 and GB/T 38540 inside), verified.

All with our own code: RSA, ECDSA, SM2. What was added to a file after it was signed is
told, and a person has to look at it; with the extra ``pades`` a second opinion says
whether it is what a file gets in the ordinary course (`pades`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from attrs import evolve

from egovarchive.errors import SignatureInvalidError
from egovarchive.formats import Source
from egovarchive.records.outcome import Outcome
from egovarchive.seals.content import Content
from egovarchive.seals.message import is_message
from egovarchive.seals.messaging import message_proof
from egovarchive.seals.notes import Notes
from egovarchive.seals.opinion import HARMLESS, Opinion
from egovarchive.seals.pdf_ranges import PdfSignature, Unframed, signatures_in
from egovarchive.seals.proof import Proof
from egovarchive.seals.sealing import seal_proof
from egovarchive.seals.ses import is_ses
from egovarchive.seals.signer import Court
from egovarchive.seals.verdict import (
    Coverage,
    Integrity,
    Note,
    Revocation,
    SealKind,
    SealVerdict,
    Trust,
)
from egovarchive.seals.wrapping import unwrapped
from egovarchive.signing.timestamps.signed_info import SignedInfo
from egovarchive.signing.timestamps.token import verify_token

TIMESTAMP: Final = "ETSI.RFC3161"
# Not to be verified here: no CMS, or no digest worth the name.
_OLD: Final = frozenset({"adbe.x509.rsa_sha1"})
_STORE: Final = b"/DSS"  # where later revocation data lies (ISO 32000-2, 12.8.4.3)
_TAIL: Final = 4 << 20
_ADDED: Final = "bytes were added after it"


def pdf_verdicts(
    source: Source, court: Court, opinions: Iterable[Opinion] = ()
) -> tuple[SealVerdict, ...]:
    """
    Return a verdict on each signature in *source*, in the order of the file.

    Args:
        source: The document.
        court: Judges who signed.
        opinions: What another program says of the same signatures (`pades`).

    Raises:
        EgovArchiveError: It cannot be read.
    """
    heard = {each.start: each for each in opinions}
    found = list(signatures_in(source))
    whole = [each for each in found if isinstance(each, PdfSignature)]
    stamps = [
        _stamped(source, each, court) for each in whole if each.subfilter == TIMESTAMP
    ]
    verdicts = []
    for each in found:
        if isinstance(each, Unframed):
            verdicts.append(_unframed(each))
        elif each.subfilter == TIMESTAMP:
            verdicts.append(next(v for v in stamps if v.place == each.place))
        else:
            verdict = _verdict(source, each, whole, stamps, court)
            verdicts.append(_compared(verdict, heard.get(each.start)))
    return tuple(verdicts)


def _unframed(found: Unframed) -> SealVerdict:
    notes = Notes()
    notes.doubt_for(found.error, "it was not verified", "未能验证")
    return SealVerdict(
        kind=SealKind.PDF_SIGNATURE, place=found.place, notes=notes.told()
    )


def _verdict(
    source: Source,
    found: PdfSignature,
    others: Sequence[PdfSignature],
    stamps: Sequence[SealVerdict],
    court: Court,
) -> SealVerdict:
    notes = Notes()
    stamped_at, stamped_by = _proven(found, stamps)
    proof = Proof(
        claimed_at=found.claimed_at, stamped_at=stamped_at, stamped_by=stamped_by
    )
    content = Content(found.size, lambda: found.chunks(source))
    try:
        proof = _proof(found, content, court, notes, proof)
    except SignatureInvalidError as error:
        notes.doubt_for(error, "it was not verified", "未能验证")
    if proof.revocation is Revocation.NONE and _has_store(source, found):
        proof = evolve(proof, revocation=Revocation.PRESENT)
    return _told(SealKind.PDF_SIGNATURE, source, found, others, proof, notes)


def _proof(
    found: PdfSignature, content: Content, court: Court, notes: Notes, proof: Proof
) -> Proof:
    if found.subfilter in _OLD:
        raise SignatureInvalidError(
            f"signatures of the kind {found.subfilter} rest on SHA-1",
            f"{found.subfilter} 类型的签名基于 SHA-1",
        )
    # What is inside decides: vendors give signatures names of their own.
    structure = unwrapped(found.value, Notes())
    if is_message(structure):
        return message_proof(found.value, content, court, notes, proven=proof)
    if is_ses(structure):
        return seal_proof(found.value, content, court, notes)
    raise SignatureInvalidError(
        "its value is neither a CMS message nor a seal",
        "签名值既非 CMS 报文，也非电子签章数据",
    )


def _told(  # noqa: PLR0913, PLR0917 - all that makes a verdict
    kind: SealKind,
    source: Source,
    found: PdfSignature,
    others: Sequence[PdfSignature],
    proof: Proof,
    notes: Notes,
) -> SealVerdict:
    added = found.added(source)
    if not found.ends_whole(source):
        notes.doubt(
            "what it covers does not end as a PDF ends",
            "所签部分的结尾不是完整的 PDF 结尾",
        )
    if added:
        later = any(each.end > found.end for each in others)
        notes.doubt(
            ("a later signature and others: " if later else "") + f"{added} {_ADDED}",
            f"签名之后追加了 {added} 字节" + ("，其中包括后加的签名" if later else ""),
        )
    size = found.end if added else source.size
    coverage = Coverage(whole=not added, size=size, of=source.size)
    return proof.verdict(kind, found.place, coverage, notes)


def _compared(verdict: SealVerdict, opinion: Opinion | None) -> SealVerdict:
    """Return *verdict* with what *opinion* adds to it."""
    if opinion is None:
        return verdict
    notes = list(verdict.notes)
    if not opinion.valid and verdict.integrity is Integrity.WHOLE:
        notes.append(
            Note(
                Outcome.NEEDS_REVIEW,
                "pyHanko, asked for a second opinion, finds it invalid",
                "pyHanko 复核认为签名无效",
            )
        )
    if opinion.valid and verdict.coverage is not None and not verdict.coverage.whole:
        harmless = opinion.allowed and opinion.change in HARMLESS
        outcome = Outcome.WARNED if harmless else Outcome.NEEDS_REVIEW
        if not opinion.allowed:
            outcome = Outcome.FAILED
        notes = [
            evolve(note, outcome=Outcome.WARNED)
            if harmless and note.en.endswith(_ADDED)
            else note
            for note in notes
        ]
        notes.append(
            Note(
                outcome,
                f"pyHanko finds that what was added is {opinion.change.label('en')}"
                + ("" if opinion.allowed else ", which it does not allow"),
                f"pyHanko 复核：签名后追加的内容为{opinion.change.zh}"
                + ("" if opinion.allowed else "，超出签名允许的范围"),
            )
        )
    revocation = verdict.revocation
    if opinion.good is not None:
        revocation = Revocation.GOOD if opinion.good else Revocation.REVOKED
    if opinion.good is False:
        notes.append(
            Note(
                Outcome.FAILED,
                "a certificate was taken back, by revocation data in the file",
                "文件所附撤销数据表明证书已被撤销",
            )
        )
    return evolve(verdict, notes=tuple(notes), revocation=revocation)


def _proven(
    found: PdfSignature, stamps: Sequence[SealVerdict]
) -> tuple[datetime | None, str]:
    """Return when a time-stamp over all that *found* is proves that it was there."""
    earliest: tuple[datetime | None, str] = None, ""
    for stamp in stamps:
        if stamp.stamped_at is None or stamp.coverage is None:
            continue
        later = stamp.coverage.size > found.end
        if later and (earliest[0] is None or stamp.stamped_at < earliest[0]):
            earliest = stamp.stamped_at, stamp.stamped_by
    return earliest


def _stamped(source: Source, found: PdfSignature, court: Court) -> SealVerdict:
    """Return what the time-stamp of the whole document *found* proves."""
    notes = Notes()
    proof = Proof(form="RFC 3161")
    content = Content(found.size, lambda: found.chunks(source))
    try:
        token = unwrapped(found.value, notes)
        imprint = SignedInfo.parse(token).info.imprint
        digest = content.digest(imprint.algorithm)
        if digest != imprint.digest:
            proof = evolve(proof, integrity=Integrity.ALTERED)
        elif court.trust is None:
            notes.doubt(
                "nobody was named who is trusted to vouch for the authority",
                "未配置受信任证书，不能判断时间戳机构是否可信",
            )
        else:
            verified = verify_token(
                token, digest, imprint.algorithm, trust=court.trust, at=court.at
            )
            proof = evolve(
                proof,
                integrity=Integrity.WHOLE,
                signer=verified.authority,
                certificate=verified.certificate,
                algorithm=verified.signature_algorithm,
                stamped_at=verified.gen_time,
                stamped_by=verified.authority,
                trust=Trust.TRUSTED,
            )
    except SignatureInvalidError as error:
        notes.doubt_for(error, "it was not verified", "未能验证")
    return _told(SealKind.PDF_TIMESTAMP, source, found, (), proof, notes)


def _has_store(source: Source, found: PdfSignature) -> bool:
    """Return whether revocation data seems to have been added after *found*."""
    return _STORE in source.read(found.end, _TAIL)
