"""
Making detached signatures 制作分离式电子签名: CMS SignedData (RFC 5652) as CAdES-B-B.

`sign_messages` does it all. Where the key is elsewhere (a USB key at a desk, a night
batch), a `Form` prepares what is to be signed and embeds the raw signature when it
comes; between the two nothing but bytes needs to be kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from attrs import field, frozen

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    SignatureInvalidError,
    SigningError,
)

from . import Dialect, Signer, SignRequest, der
from .algorithms import ALGORITHMS, SM2_IN_GBT35275, Algorithm, digest_of
from .certificates import Certificate
from .path import aware, check_signs_records
from .signed_data import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    TAG_0,
    TYPES,
    issuer_serial,
)
from .sm2 import DEFAULT_ID

_VERSION_1 = der.integer(1)
_MESSAGE_DIGEST = der.oid(MESSAGE_DIGEST)
_SIGNING_TIME = der.oid(SIGNING_TIME)


@frozen
class Form:
    """
    Everything of a signer's messages that does not change from one to the next.

    Args:
        certificate: The signer's.
        algorithm: How the key signs.
        dialect: How the signature is written down.
    """

    certificate: Certificate
    algorithm: Algorithm
    dialect: Dialect
    _fixed_attributes: tuple[bytes, ...] = field(repr=False)
    _before_signer: bytes = field(repr=False)
    _before_attributes: bytes = field(repr=False)

    @classmethod
    def of(
        cls,
        certificate: bytes,
        chain: Sequence[bytes],
        algorithms: Sequence[str],
        dialect: Dialect = "cades",
    ) -> Form:
        """
        Return the form for a key.

        Args:
            certificate: The signer's, DER.
            chain: The certificates above it, DER; they are put into each message.
            algorithms: What the key can sign with, best first.
            dialect: How the signature is to be written down.

        Raises:
            AlgorithmUnsupportedError: The key is weak, not for *dialect*, or there is
                no algorithm that both it and this library can use.
            SigningError: A certificate is malformed, or the signer's is not for
                signing, so that nobody would accept what is signed.
        """
        try:
            own = Certificate.parse(certificate)
            check_signs_records(own)
            for above in chain:
                Certificate.parse(above)
        except SignatureInvalidError as error:
            raise SigningError(*error.args) from error
        usable = own.public_key.algorithms()
        algorithm = next((ALGORITHMS[n] for n in algorithms if n in usable), None)
        if algorithm is None:
            raise AlgorithmUnsupportedError(
                f"the signer offers {list(algorithms)}, "
                f"its certificate's key may sign with {list(usable)}",
                f"签名者提供 {list(algorithms)}，而其证书的密钥可用 {list(usable)}",
            )
        if dialect == "gbt35275" and algorithm.kind != "sm2":
            raise AlgorithmUnsupportedError(
                f"a message of GB/T 35275 is signed by SM2, not {algorithm.name}",
                f"GB/T 35275 报文应以 SM2 签名，而不是 {algorithm.name}",
            )
        digest = algorithm.digest_identifier
        content_type = der.oid(TYPES[dialect][1])
        return cls(
            own,
            algorithm,
            dialect,
            (
                _attribute(der.oid(CONTENT_TYPE), content_type),
                _attribute(
                    der.oid(SIGNING_CERTIFICATE_V2),
                    der.sequence(der.sequence(_binding(own, algorithm))),
                ),
            ),
            b"".join(
                (
                    _VERSION_1,
                    der.set_of(digest),
                    der.sequence(content_type),
                    der.set_of(certificate, *chain, tag=TAG_0),
                )
            ),
            _VERSION_1 + der.sequence(own.issuer, own.serial) + digest,
        )

    def prepare(self, message: bytes, *, at: datetime) -> bytes:
        """
        Return what the key has to sign, so that *message* is signed.

        Args:
            message: The exact bytes that the signature will be over.
            at: The time of signing to claim.

        Raises:
            SigningError: The certificate is not valid at that moment.
            InvalidValueError: *at* has no time zone.
        """
        own = self.certificate
        if not own.not_before <= aware(at) <= own.not_after:
            raise SigningError(
                f"the certificate of {own.subject_text!r} is valid from "
                f"{own.not_before.isoformat()} to {own.not_after.isoformat()}, "
                f"not at {at.isoformat()}",
                f"{own.subject_text!r} 的证书有效期为 {own.not_before.isoformat()} "
                f"至 {own.not_after.isoformat()}，不含 {at.isoformat()}",
            )
        digest = self.algorithm.digest_of(message)
        return der.set_of(
            *self._fixed_attributes,
            _attribute(_MESSAGE_DIGEST, der.octets(digest)),
            _attribute(_SIGNING_TIME, der.time(at)),
        )

    def embed(
        self,
        prepared: bytes,
        signature: bytes,
        *,
        check: bool = True,
        signer_id: bytes = DEFAULT_ID,
    ) -> bytes:
        """
        Return the detached signature, DER.

        Args:
            prepared: What `prepare` returned.
            signature: The key's raw signature over it.
            check: Verify it first. Devices have been seen to sign something else.
            signer_id: Whose an SM2 signature has to be; other keys have none.

        Raises:
            SigningError: It is not this key's signature over *prepared*.
        """
        if check:
            try:
                self.certificate.public_key.verify(
                    self.algorithm, signature, prepared, signer_id=signer_id
                )
            except SignatureInvalidError as error:
                raise SigningError(
                    "the signer returned a wrong signature: it does not fit the "
                    f"certificate of {self.certificate.subject_text!r}",
                    "签名者返回了错误的签名："
                    f"与 {self.certificate.subject_text!r} 的证书不符",
                ) from error
        signer = der.sequence(
            self._before_attributes,
            # RFC 5652, 5.4: signed as a SET, sent as [0].
            bytes((TAG_0,)) + prepared[1:],
            (
                SM2_IN_GBT35275
                if self.dialect == "gbt35275"
                else self.algorithm.identifier
            ),
            der.octets(signature),
        )
        body = der.sequence(self._before_signer, der.set_of(signer))
        return der.sequence(der.oid(TYPES[self.dialect][0]), der.write(TAG_0, body))


# A form costs more than a signature; a process has few signers.
_form = lru_cache(maxsize=16)(Form.of)


def sign_messages(  # noqa: PLR0913
    signer: Signer,
    messages: Sequence[bytes],
    *,
    at: datetime,
    timeout: float | None = None,
    check: bool = True,
    dialect: Dialect = "cades",
    signer_id: bytes = DEFAULT_ID,
) -> list[bytes]:
    """
    Return a detached signature, DER, for each of *messages*, in their order.

    The signer is asked once for all of them. A request's id is the SHA-256 of what
    is to be signed: the same call made again asks for the same.

    Args:
        signer: Whose key signs.
        messages: The exact bytes to sign.
        at: The time of signing to claim.
        timeout: Seconds that the signer may take for all; None: no limit.
        check: Verify what the signer returns.
        dialect: How the signatures are to be written down.
        signer_id: Whose the signatures of an SM2 key have to be; the signer is set
            up with the same one. Other kinds of key have none.

    Raises:
        AlgorithmUnsupportedError: The key is weak, of an unknown kind, or not for
            *dialect*.
        SigningError: Not all were signed, or the signer returned something else
            than its signatures.
        InvalidValueError: *at* has no time zone.
    """
    form = _form(
        signer.certificate, tuple(signer.chain), tuple(signer.algorithms), dialect
    )
    prepared = [form.prepare(message, at=at) for message in messages]
    if not prepared:
        return []
    requests = [
        SignRequest(
            id=hashlib.sha256(each).hexdigest(),
            algorithm=form.algorithm.name,
            message=each,
        )
        for each in prepared
    ]
    signatures = signer.sign_many(requests, timeout=timeout)
    if len(signatures) != len(requests):
        raise SigningError(
            f"the signer returned {len(signatures)} signatures for {len(requests)}",
            f"签名者对 {len(requests)} 个请求返回了 {len(signatures)} 个签名",
        )
    return [
        form.embed(each, signature, check=check, signer_id=signer_id)
        for each, signature in zip(prepared, signatures, strict=True)
    ]


def _attribute(identifier: bytes, value: bytes) -> bytes:
    return der.sequence(identifier, der.set_of(value))


def _binding(own: Certificate, algorithm: Algorithm) -> bytes:
    """Return the ESSCertIDv2 of *own*, DER (RFC 5035, 4)."""
    if algorithm.digest == "sm3":
        # What rests on the national algorithms should not rest on others too.
        value = algorithm.digest_identifier + der.octets(digest_of("sm3", own.der))
    else:
        # SHA-256 is the default, and a default is left out.
        value = der.octets(own.sha256)
    return der.sequence(value, issuer_serial(own))
