"""A time-stamp of an authority whose certificate was taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ReasonFlags
from cryptography.x509.oid import ExtendedKeyUsageOID

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing.algorithms import ALGORITHMS
from egovarchive.signing.frozen_evidence import FrozenEvidence, collect
from egovarchive.signing.timestamps import VerifiedTimestamp
from egovarchive.signing.timestamps.info import TokenInfo
from egovarchive.signing.timestamps.token import verify_token
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.timestamp_authority import POLICY
from egovarchive.testing.timestamp_keys import AuthorityKey
from egovarchive.testing.timestamp_token import TokenParts
from signing.authority import issue
from signing.revoking import DAY, ROOT, crl, entry
from signing.timestamps.desk import AT, DIGEST, IMPRINT

STAMPS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
OWN = issue("时间戳机构", ROOT, number=50, extra=[(STAMPS, True)])


def sign(message: bytes) -> bytes:
    assert isinstance(OWN.key, ec.EllipticCurvePrivateKey)
    return OWN.key.sign(message, ec.ECDSA(hashes.SHA256()))


INFO = TokenInfo(policy=POLICY, imprint=IMPRINT, serial=7, gen_time=AT)
KEY = AuthorityKey(OWN.der, (ROOT.der,), ALGORITHMS["ecdsa-p256-sha256"], sign)
TOKEN = TokenParts.of(INFO, KEY).der
NOW = AT + 30 * DAY


def verified(*crls: bytes, at: datetime = NOW) -> VerifiedTimestamp:
    trust = TrustStore([ROOT.der], crls=crls, revocation="required")
    return verify_token(TOKEN, DIGEST, "sha256", trust=trust, at=at)


def list_of(at: datetime | None = None, reason: ReasonFlags | None = None) -> bytes:
    entries = [] if at is None else [entry(OWN, at, reason)]
    return crl(ROOT, *entries, made_at=NOW, next_at=NOW + DAY)


def test_one_that_was_not_is_good_and_says_by_what() -> None:
    found = verified(list_of())
    assert found.revocation.outcome == "good"
    assert FrozenEvidence.parse(collect(found)).crls == found.revocation.crls


def test_without_a_list_it_is_missed() -> None:
    with pytest.raises(SignatureInvalidError, match="nothing at hand"):
        verified()


@pytest.mark.parametrize("reason", [None, ReasonFlags.key_compromise])
def test_a_lost_key_may_have_stamped_with_any_date(reason: ReasonFlags | None) -> None:
    revoked = list_of(AT + DAY, reason)
    with pytest.raises(SignatureInvalidError, match="was revoked"):
        verified(revoked)
    # Unless something proves that the time-stamp was there before.
    assert verified(revoked, at=AT + timedelta(hours=1)).gen_time == AT


def test_one_that_stopped_in_good_order_stamped_well_before() -> None:
    superseded = ReasonFlags.superseded
    assert verified(list_of(AT + DAY, superseded)).gen_time == AT
    with pytest.raises(SignatureInvalidError, match="superseded"):
        verified(list_of(AT - DAY, superseded))
