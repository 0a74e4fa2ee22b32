"""Which algorithm is acceptable when is said by a table, and by nothing else."""

from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta, timezone

import pytest

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.records import digest
from egovarchive.records.moment import CHINA
from egovarchive.signing.algorithm_policy import DEFAULT_POLICY, AlgorithmPolicy, Row
from egovarchive.signing.algorithms import ALGORITHMS
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.trust import TrustStore
from signing.authority import AT, family, issue, signer_of

LAST = date(2028, 12, 31)
POLICY = AlgorithmPolicy(
    [
        Row("sm2-sm3", "a rule", since=date(2012, 3, 21), until=date(2050, 1, 1)),
        Row("rsa-pkcs1-sha256", "a rule", until=date(2040, 1, 1)),
        Row("rsa-pkcs1-sha256", "another", until=LAST, below_bits=3000),
    ]
)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=CHINA)


def test_all_that_can_be_verified_is_in_the_default_table() -> None:
    for name in (*ALGORITHMS, *digest.ALGORITHMS):
        DEFAULT_POLICY.check(name, AT, bits=3072)
        assert DEFAULT_POLICY.ends_on(name) is None
    assert all(row.source for row in DEFAULT_POLICY.rows)


def test_small_rsa_keys_end_first() -> None:
    name = "rsa-pkcs1-sha256"
    assert DEFAULT_POLICY.ends_on(name, bits=2048) == LAST
    assert DEFAULT_POLICY.ends_on(name, bits=3072) is None
    DEFAULT_POLICY.check(name, noon(LAST), bits=2048)
    with pytest.raises(SignatureInvalidError, match=r"below 3000 bits .* 2028-12-31"):
        DEFAULT_POLICY.check(name, noon(LAST) + timedelta(days=1), bits=2048)
    DEFAULT_POLICY.check(name, noon(LAST) + timedelta(days=1), bits=3072)


def test_days_are_those_of_china() -> None:
    last_second = datetime(2028, 12, 31, 15, 59, 59, tzinfo=timezone.utc)
    DEFAULT_POLICY.check("rsa-pkcs1-sha256", last_second, bits=2048)
    with pytest.raises(SignatureInvalidError):
        DEFAULT_POLICY.check(
            "rsa-pkcs1-sha256", last_second + timedelta(seconds=1), bits=2048
        )


def test_before_its_first_day_it_is_refused() -> None:
    with pytest.raises(SignatureInvalidError, match="from 2012-03-21") as caught:
        POLICY.check("sm2-sm3", noon(date(2012, 3, 20)))
    assert "有效期自 2012-03-21" in caught.value.message("zh")
    POLICY.check("sm2-sm3", noon(date(2012, 3, 21)))


def test_of_several_rows_the_strictest_counts() -> None:
    assert POLICY.ends_on("rsa-pkcs1-sha256") == date(2040, 1, 1)
    assert POLICY.ends_on("rsa-pkcs1-sha256", bits=2048) == LAST
    with pytest.raises(SignatureInvalidError, match="2040-01-01"):
        POLICY.check("rsa-pkcs1-sha256", noon(date(2040, 1, 2)), bits=4096)


def test_what_is_not_named_is_refused() -> None:
    with pytest.raises(SignatureInvalidError, match="does not name"):
        POLICY.check("ed25519", AT)
    with pytest.raises(InvalidValueError, match="does not name"):
        POLICY.ends_on("ed25519")


def test_a_row_for_what_is_not_known_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="'md5'"):
        AlgorithmPolicy([Row("md5", "nobody")])


class TestInATrustStore:
    """Configuration chooses; the message never does."""

    root, middle, leaf = family("rsa2048")

    def test_old_keys_hold_for_old_signatures_alone(self) -> None:
        leaf = issue("机关", self.root, kind="p256", number=40)
        [signature] = sign_messages(signer_of(leaf), [b"x"], at=AT)
        store = TrustStore([self.root.der])
        assert store.verify(signature, b"x", at=AT).signer
        with pytest.raises(SignatureInvalidError, match="below 3000 bits"):
            store.verify(signature, b"x", at=noon(LAST) + timedelta(days=1))

    def test_the_policy_given_decides(self) -> None:
        root, middle, leaf = family()
        [signature] = sign_messages(signer_of(leaf, middle), [b"x"], at=AT)
        for until, good in ((AT.date(), True), (AT.date() - timedelta(days=1), False)):
            policy = AlgorithmPolicy([Row("ecdsa-p256-sha256", "a rule", until=until)])
            store = TrustStore([root.der], policy=policy)
            store = pickle.loads(pickle.dumps(store))  # noqa: S301
            if good:
                store.verify(signature, b"x", at=AT)
                continue
            with pytest.raises(SignatureInvalidError, match="a rule"):
                store.verify(signature, b"x", at=AT)
