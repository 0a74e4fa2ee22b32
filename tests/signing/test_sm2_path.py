"""Paths of SM2 certificates, and of others beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from egovarchive.errors import AlgorithmUnsupportedError, SignatureInvalidError
from egovarchive.signing import der
from egovarchive.signing.algorithms import ALGORITHMS
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.path import find_path
from egovarchive.signing.sm2 import DEFAULT_ID
from egovarchive.signing.trust import TrustStore
from signing.authority import AT, NOT_AFTER, issue
from signing.sm2_authority import Sm2Issued, issue_sm2, sm2_family, sm2_key

ROOT, MIDDLE, LEAF = sm2_family()


def path_of(leaf: Sm2Issued, *pool: Sm2Issued, root: Sm2Issued = ROOT) -> int:
    found = find_path(
        Certificate.parse(leaf.der),
        [Certificate.parse(each.der) for each in pool],
        [Certificate.parse(root.der)],
        at=AT,
    )
    return len(found.certificates)


def test_a_path_is_found() -> None:
    assert path_of(LEAF, MIDDLE) == 3
    leaf = issue_sm2("机关", ROOT, number=4)
    assert path_of(leaf) == 2
    assert path_of(leaf, root=leaf) == 1


def test_a_signature_algorithm_spelt_short_is_read() -> None:
    short = der.algorithm_identifier("1.2.156.10197.501")
    assert path_of(issue_sm2("机关", ROOT, number=4, algorithm=short)) == 2


@pytest.mark.parametrize(
    "dotted",
    ["1.2.840.10045.4.3.2", "1.2.156.10197.1.301.1", "1.2.156.10197.1.503"],
)
def test_a_certificate_that_names_another_algorithm_is_refused(dotted: str) -> None:
    leaf = issue_sm2("机关", ROOT, number=4, algorithm=der.algorithm_identifier(dotted))
    with pytest.raises(SignatureInvalidError, match="key of kind 'sm2'"):
        path_of(leaf)


def test_a_certificate_signed_with_another_id_is_refused() -> None:
    leaf = issue_sm2("机关", ROOT, number=4, signer_id=b"")
    with pytest.raises(SignatureInvalidError, match="does not fit"):
        path_of(leaf)


def test_one_signed_by_another_key_is_refused() -> None:
    other = issue_sm2("国密根证书", number=5, ca=True)
    leaf = issue_sm2("机关", other, number=4, without=())
    with pytest.raises(SignatureInvalidError, match=r"does not fit|another key"):
        path_of(leaf)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"bits": ["key_encipherment"]}, "keyUsage"),
        ({"not_after": AT - timedelta(days=1)}, "valid from"),
        ({"not_before": AT + timedelta(days=1), "not_after": NOT_AFTER}, "valid from"),
    ],
    ids=["encryption certificate", "expired", "not yet valid"],
)
def test_one_that_may_not_sign_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(SignatureInvalidError, match=why):
        path_of(issue_sm2("机关", ROOT, number=4, **changes))


def test_an_issuer_of_another_kind_may_stand_above() -> None:
    """As while an authority changes over; each signature fits its own key."""
    root = issue("根证书", number=1, ca=True)
    mould = issue("机关", root, number=4)
    body = der.read(der.read(mould.der).take(der.SEQUENCE).raw)
    parts = [body.take().raw for _ in range(6)]
    body.take()
    ecdsa = ALGORITHMS["ecdsa-p256-sha256"]
    signed = der.sequence(*parts, sm2_key(4).info, body.take().raw)
    key = KeySigner.from_pem(root.key_pem, issue("x", number=1).pem)
    raw = key._key.sign(ecdsa.name, signed, signer_id=DEFAULT_ID)
    bits = der.write(der.BIT_STRING, b"\x00", raw)
    leaf = der.sequence(signed, ecdsa.identifier, bits)
    signer = KeySigner(sm2_key(4), [leaf])
    [made] = sign_messages(signer, [b"x"], at=AT)
    verified = TrustStore([root.der]).verify(made, b"x", at=AT)
    assert verified.path == (leaf, root.der)


def test_ml_dsa_signs_and_verifies_too() -> None:
    try:
        signer = KeySigner.self_signed("某市", at=AT, algorithm="ml-dsa-65")
    except AlgorithmUnsupportedError as error:
        pytest.skip(str(error))
    [made] = sign_messages(signer, [b"x"], at=AT)
    verified = TrustStore([signer.certificate]).verify(made, b"x", at=AT)
    assert verified.algorithm == "ml-dsa-65"
