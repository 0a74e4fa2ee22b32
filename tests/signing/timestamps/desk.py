"""What the tests of time-stamps share: a fixed clock, an authority, a token."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone

from egovarchive.signing.timestamps import VerifiedTimestamp
from egovarchive.signing.timestamps.imprint import Imprint
from egovarchive.signing.timestamps.request import TimestampRequest
from egovarchive.signing.timestamps.token import verify_token
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.timestamps import Fault, TestAuthority

AT = datetime(2026, 11, 23, 8, 30, 5, 250_000, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
DIGEST = hashlib.sha256("归档信息包".encode()).digest()
IMPRINT = Imprint("sha256", DIGEST)
NONCE = 0x1234_5678_9ABC_DEF0
REQUEST = TimestampRequest(imprint=IMPRINT, nonce=NONCE)

AUTHORITY = TestAuthority(clock=lambda: AT)
TRUST = AUTHORITY.trust


def token_with(fault: Fault | None = None) -> bytes:
    """Return a token by `AUTHORITY` that answers `REQUEST`, with one thing wrong."""
    return AUTHORITY.token(REQUEST, fault)


def verified(
    token: bytes,
    *,
    at: datetime = AT,
    nonce: int | None = NONCE,
    trust: TrustStore = TRUST,
    policies: set[str] | None = None,
    leeway: timedelta = timedelta(),
) -> VerifiedTimestamp:
    """Return what *token* over `DIGEST` says."""
    return verify_token(
        token,
        DIGEST,
        "sha256",
        trust=trust,
        at=at,
        nonce=nonce,
        policies=policies,
        leeway=leeway,
    )
