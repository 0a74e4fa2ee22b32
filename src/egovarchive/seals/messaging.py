"""What a CMS or GB/T 35275 message in a document proves of the content."""

from __future__ import annotations

import base64
import binascii

from attrs import evolve

from egovarchive.errors import SignatureInvalidError
from egovarchive.seals.content import Content
from egovarchive.seals.message import (
    SignedMessage,
    digest_of_content,
    read_message,
)
from egovarchive.seals.notes import Notes
from egovarchive.seals.proof import Proof
from egovarchive.seals.signed_value import check_signed
from egovarchive.seals.signer import Court
from egovarchive.seals.verdict import Integrity, Revocation
from egovarchive.signing.algorithms import (
    Algorithm,
    digest_named,
    message_algorithm_named,
)
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.signed_attributes import check_no_attributes

_DIGEST_SIZES = {20: "sha1", 32: "sm3"}


def message_proof(
    source: bytes, content: Content, court: Court, notes: Notes, *, proven: Proof
) -> Proof:
    """
    Return what the message *source* proves of *content*.

    Args:
        source: The message.
        content: What it should be over.
        court: Judges the signer.
        notes: Takes what is to be said.
        proven: What is proved otherwise, such as the time by a later time-stamp.

    Raises:
        SignatureInvalidError: It is none; nothing is proved.
    """
    message = read_message(source, notes)
    proof = evolve(
        proven,
        form=message.form,
        claimed_at=message.claimed_at or proven.claimed_at,
        revocation=(
            Revocation.PRESENT if message.has_revocation else proven.revocation
        ),
    )
    stamped_at, stamped_by = court.stamp(message.timestamp, message.signature, notes)
    if stamped_at is not None:
        proof = evolve(proof, stamped_at=stamped_at, stamped_by=stamped_by)
    court.look_at_claim(proof.claimed_at, notes)
    pool = _pool(message, notes)
    signer = message.signer_of(pool)
    integrity, algorithm = _integrity(message, signer, content, court, notes)
    trust, anchor = court.judge(
        signer,
        pool,
        claimed=proof.claimed_at,
        stamped=proof.stamped_at,
        notes=notes,
    )
    return evolve(
        proof,
        integrity=integrity,
        algorithm=algorithm,
        signer=signer.subject_text,
        certificate=signer.der,
        trust=trust,
        anchor=anchor,
    )


def _pool(message: SignedMessage, notes: Notes) -> tuple[Certificate, ...]:
    pool = []
    for each in message.certificates:
        try:
            pool.append(Certificate.parse(each))
        except SignatureInvalidError as error:  # noqa: PERF203 - each has its own
            notes.odd(
                f"a certificate inside cannot be read: {error.message('en')}",
                f"所附证书无法解析：{error.message('zh')}",
            )
    return tuple(pool)


def _integrity(
    message: SignedMessage,
    signer: Certificate,
    content: Content,
    court: Court,
    notes: Notes,
) -> tuple[Integrity, str]:
    """Return whether the content is what was signed, and by which algorithm."""
    try:
        digest = digest_named(message.digest)
        algorithm = message_algorithm_named(
            message.algorithm, signer.public_key.kind, digest
        )
    except SignatureInvalidError as error:
        notes.doubt_for(error, "it cannot be verified", "无法验证")
        return Integrity.UNKNOWN, ""
    if message.attributes is None:
        plain = _plain(message, signer, content, algorithm, court, notes)
        return plain, algorithm.name
    try:
        message.check_binding(signer)
        check_signed(signer, algorithm, message.signature, message.attributes, notes)
    except SignatureInvalidError as error:
        notes.failed_for(error, "the signature is not the signer's", "签名值验证失败")
        return Integrity.UNKNOWN, algorithm.name
    if message.content is None:
        found = content.digest(digest)
    else:
        if not _stands_for(message.content, content, notes):
            return Integrity.ALTERED, algorithm.name
        found = digest_of_content(digest, message.content)
        # Some sign the document's digest as an attribute, and put it inside as well.
        if message.message_digest == content.digest(digest):
            found = content.digest(digest)
    if found != message.message_digest:
        notes.failed(
            f"what was signed has the digest {(message.message_digest or b'').hex()}, "
            f"what is there has {found.hex()}",
            f"被签名内容的摘要为 {(message.message_digest or b'').hex()}，"
            f"实为 {found.hex()}，内容已被改动",
        )
        return Integrity.ALTERED, algorithm.name
    return Integrity.WHOLE, algorithm.name


def _plain(  # noqa: PLR0913, PLR0917 - all that there is to compare
    message: SignedMessage,
    signer: Certificate,
    content: Content,
    algorithm: Algorithm,
    court: Court,
    notes: Notes,
) -> Integrity:
    """Return whether *content* was signed, in a message without attributes."""
    notes.odd(
        "it has no signed attributes: neither its time nor the signer's certificate "
        "is signed",
        "没有签名属性，签名时间和签名者证书未受签名保护",
    )
    if not court.plain:
        return Integrity.UNKNOWN
    signed = message.content
    if signed is None:
        signed = content.whole()
    elif not _stands_for(signed, content, notes):
        return Integrity.ALTERED
    try:
        check_no_attributes(signed)
        check_signed(signer, algorithm, message.signature, signed, notes)
    except SignatureInvalidError as error:
        notes.failed_for(
            error,
            "it is not the signer's signature over what is there",
            "签名值与现有内容不符",
        )
        return Integrity.UNKNOWN
    return Integrity.WHOLE


def _stands_for(inside: bytes, content: Content, notes: Notes) -> bool:
    """Return whether *inside* is *content*, or a digest of it."""
    digest = _as_digest(inside)
    if digest is not None:
        name = _DIGEST_SIZES[len(digest)]
        if content.digest(name) == digest:
            if name == "sha1":
                notes.doubt(
                    "what was signed is a SHA-1 digest, too weak to rest on",
                    "被签名的是 SHA-1 摘要，强度不足",
                )
            return True
        if name == "sm3" and content.digest("sha256") == digest:
            return True
    if len(inside) == content.size and inside == content.whole():
        return True
    notes.failed("what was signed is not what is there", "被签名的内容与现有内容不一致")
    return False


def _as_digest(inside: bytes) -> bytes | None:
    """Return the digest that *inside* is, in bytes or in base64; None if it is none."""
    if len(inside) in _DIGEST_SIZES:
        return inside
    try:
        decoded = base64.b64decode(inside[:100], validate=True)
    except binascii.Error:
        return None
    return decoded if len(decoded) in _DIGEST_SIZES else None
