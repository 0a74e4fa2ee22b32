"""The contract of a `Timestamper`, as tests to subclass, and a test authority."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.records.digest import ALGORITHMS, hexdigest
from egovarchive.signing.timestamps import Timestamper, VerifiedTimestamp
from egovarchive.signing.timestamps.token import verify_token
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.timestamp_authority import TestAuthority
from egovarchive.testing.timestamp_faults import Fault

__all__ = ["Fault", "TestAuthority", "TimestamperContract"]

DIGEST = hashlib.sha256(b"content").digest()


class TimestamperContract:
    """
    What every time-stamper must do.

    ::

        class TestMyAuthority(TimestamperContract):
            @pytest.fixture
            def timestamper(self):
                return HttpTimestamper("https://…", trust=…, clock=…)

            @pytest.fixture
            def trust(self):
                return TrustStore([...])
    """

    @pytest.fixture
    def timestamper(self) -> Timestamper:
        """Return the time-stamper under test."""
        raise NotImplementedError

    @pytest.fixture
    def trust(self) -> TrustStore:
        """Return who trusts its authority."""
        raise NotImplementedError

    @pytest.fixture
    def now(self) -> datetime:
        """Return a moment at which what is stamped in a test is there."""
        raise NotImplementedError

    def test_what_it_gives_verifies(
        self, timestamper: Timestamper, trust: TrustStore, now: datetime
    ) -> None:
        verified = _stamped(timestamper, DIGEST, "sha256", trust, now)
        assert verified.digest == DIGEST
        assert verified.algorithm == "sha256"
        assert abs(verified.gen_time - now) < timedelta(hours=1)
        assert verified.path[0] == verified.certificate
        assert verified.path[-1] in trust.anchors

    @pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
    def test_archives_take_both_of_these(
        self,
        timestamper: Timestamper,
        trust: TrustStore,
        now: datetime,
        algorithm: str,
    ) -> None:
        digest = bytes.fromhex(hexdigest(algorithm, b"content"))
        verified = _stamped(timestamper, digest, algorithm, trust, now)
        assert (verified.algorithm, verified.digest) == (algorithm, digest)

    def test_another_digest_does_not_verify(
        self, timestamper: Timestamper, trust: TrustStore, now: datetime
    ) -> None:
        token = timestamper.stamp(DIGEST, "sha256")
        other = hashlib.sha256(b"Content").digest()
        at = now + timedelta(hours=1)
        with pytest.raises(SignatureInvalidError):
            verify_token(token, other, "sha256", trust=trust, at=at)
        with pytest.raises(SignatureInvalidError):
            verify_token(token, DIGEST, "sm3", trust=trust, at=at)

    def test_two_tokens_are_two(
        self, timestamper: Timestamper, trust: TrustStore, now: datetime
    ) -> None:
        first, second = (
            _stamped(timestamper, DIGEST, "sha256", trust, now) for _ in range(2)
        )
        assert first.serial != second.serial
        assert first.gen_time - (first.accuracy or timedelta()) <= second.gen_time + (
            second.accuracy or timedelta()
        )

    def test_time_enough_is_no_hindrance(
        self, timestamper: Timestamper, trust: TrustStore, now: datetime
    ) -> None:
        token = timestamper.stamp(DIGEST, "sha256", timeout=60)
        at = now + timedelta(hours=1)
        verify_token(token, DIGEST, "sha256", trust=trust, at=at)

    @pytest.mark.parametrize("algorithm", ["md5", "sha1", "SHA256", ""])
    def test_an_unknown_algorithm_is_refused(
        self, timestamper: Timestamper, algorithm: str
    ) -> None:
        with pytest.raises(InvalidValueError):
            timestamper.stamp(DIGEST, algorithm)

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    @pytest.mark.parametrize("size", [0, 20, 31, 33, 65])
    def test_a_digest_of_another_size_is_refused(
        self, timestamper: Timestamper, algorithm: str, size: int
    ) -> None:
        with pytest.raises(InvalidValueError):
            timestamper.stamp(bytes(size), algorithm)

    def test_its_repr_is_short(self, timestamper: Timestamper) -> None:
        assert "PRIVATE" not in repr(timestamper)
        assert len(repr(timestamper)) < 500


def _stamped(
    timestamper: Timestamper,
    digest: bytes,
    algorithm: str,
    trust: TrustStore,
    now: datetime,
) -> VerifiedTimestamp:
    token = timestamper.stamp(digest, algorithm)
    at = now + timedelta(hours=1)
    return verify_token(token, digest, algorithm, trust=trust, at=at)
