"""What a device or a service signs instead of the message: its digest 待签摘要."""

from __future__ import annotations

from egovarchive.errors import AlgorithmUnsupportedError

from . import der
from .algorithms import ALGORITHMS, Algorithm
from .certificates import Certificate
from .sm2 import DEFAULT_ID, PublicPoint

# These take the message itself, in a way that no digest can stand for.
_WHOLE = frozenset({"ed25519", "mldsa65"})


def takes_digest(name: str) -> bool:
    """Return whether the algorithm *name* signs a digest that is taken beforehand."""
    algorithm = ALGORITHMS.get(name)
    return algorithm is not None and algorithm.kind not in _WHOLE


def prehash(certificate: Certificate, name: str, message: bytes) -> bytes:
    """
    Return the digest of *message* that the key of *certificate* signs.

    With SM2 that is e = SM3(Z ‖ M), where Z binds the key and the signer id
    ``1234567812345678`` (GB/T 32918.2—2016, 5.5; GM/T 0009—2012, 7).

    Raises:
        AlgorithmUnsupportedError: The algorithm takes no digest.
        SignatureInvalidError: It is SM2, and the key is not.
    """
    algorithm = _of_digests(name)
    if algorithm.kind == "sm2":
        point = PublicPoint.read(certificate.key_info)
        return point.digest(message, signer_id=DEFAULT_ID)
    return algorithm.digest_of(message)


def digest_info(name: str, digest: bytes) -> bytes:
    """
    Return *digest* as RSA signs it (PKCS #1 v1.5): a DigestInfo, DER (RFC 8017, 9.2).

    Raises:
        AlgorithmUnsupportedError: The algorithm takes no digest.
    """
    # RFC 8017, appendix B.1: here NULL is required, unlike in CMS.
    dotted = der.read(_of_digests(name).digest_identifier).take_oid()
    identifier = der.algorithm_identifier(dotted, null=True)
    return der.sequence(identifier, der.octets(digest))


def _of_digests(name: str) -> Algorithm:
    if not takes_digest(name):
        raise AlgorithmUnsupportedError(
            f"{name!r} does not sign a digest", f"{name!r} 不对摘要签名"
        )
    return ALGORITHMS[name]
