"""OCSP responders 在线证书状态响应者: whom an issuer made so (RFC 6960, 4.2.2.2)."""

from __future__ import annotations

from attrs import evolve

from egovarchive.errors import SignatureInvalidError

from . import certificates as x509
from .algorithms import algorithm_named
from .certificates import Certificate
from .extensions import Extension
from .path import check_form

OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
# Says that nobody asks whether the responder itself was revoked.
NO_CHECK = "1.3.6.1.5.5.7.48.1.5"


def check_delegated(responder: Certificate, issuer: Certificate) -> None:
    """
    Return if *issuer* itself made *responder* a certificate to answer for it.

    Raises:
        SignatureInvalidError: It did not, or the certificate may not be used.
    """
    usage = responder.key_usage
    if (
        responder.issuer != issuer.subject
        or OCSP_SIGNING not in (responder.purposes or ())
        or (usage is not None and x509.DIGITAL_SIGNATURE not in usage)
    ):
        raise SignatureInvalidError(
            f"{issuer.subject_text!r} did not make {responder.subject_text!r} "
            "its OCSP responder",
            f"{issuer.subject_text!r} 未授权 {responder.subject_text!r} 应答证书状态",
        )
    extensions = dict(responder.extensions)
    if (unasked := extensions.get(NO_CHECK)) is not None:
        # It is understood here, critical or not.
        extensions[NO_CHECK] = Extension(critical=False, value=unasked.value)
    check_form(evolve(responder, purposes=None, extensions=extensions))
    key = issuer.public_key
    key.verify(
        algorithm_named(responder.signature_algorithm, key.kind),
        responder.signature,
        responder.signed,
    )
