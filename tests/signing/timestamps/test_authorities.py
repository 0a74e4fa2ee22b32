"""Several authorities: the first that gives is enough, and failures are remembered."""

from __future__ import annotations

import time

import pytest
from attrs import define, field

from egovarchive.errors import (
    InvalidValueError,
    TimestampError,
    TimestampRefusedError,
    TimestampUnavailableError,
)
from egovarchive.signing.timestamps.authorities import Authorities
from signing.timestamps.desk import DIGEST

DOWN = TimestampUnavailableError("down", "停机")
NO = TimestampRefusedError("no", "不行")
BAD = TimestampError("bad", "错误")


@define
class Fake:
    """Gives its name, or raises what it was told to; may take some time first."""

    name: bytes
    error: Exception | None = None
    takes: float = 0.0
    asked: list[float | None] = field(factory=list)

    def stamp(
        self, digest: bytes, algorithm: str, *, timeout: float | None = None
    ) -> bytes:
        assert (digest, algorithm) == (DIGEST, "sha256")
        self.asked.append(timeout)
        time.sleep(min(self.takes, timeout or 0.0))
        if self.error is not None:
            raise self.error
        return self.name


def test_the_first_is_asked_first() -> None:
    first, second = Fake(b"1"), Fake(b"2")
    assert Authorities([first, second]).stamp(DIGEST, "sha256") == b"1"
    assert not second.asked


@pytest.mark.parametrize("error", [DOWN, NO, BAD])
def test_the_second_is_there_for_any_failure(error: Exception) -> None:
    both = Authorities([Fake(b"1", error), Fake(b"2")])
    assert both.stamp(DIGEST, "sha256") == b"2"


def test_one_that_failed_is_asked_last_for_a_while() -> None:
    first, second = Fake(b"1", DOWN), Fake(b"2")
    both = Authorities([first, second], rest=60.0)
    both.stamp(DIGEST, "sha256")
    first.error = None
    assert both.stamp(DIGEST, "sha256") == b"2"
    assert len(first.asked) == 1
    # If all others fail, it is asked all the same.
    second.error = DOWN
    assert both.stamp(DIGEST, "sha256") == b"1"
    # And what it gave clears its name.
    assert both.stamp(DIGEST, "sha256") == b"1"


def test_a_while_ends() -> None:
    first, second = Fake(b"1", DOWN), Fake(b"2")
    both = Authorities([first, second], rest=0.0)
    both.stamp(DIGEST, "sha256")
    first.error = None
    assert both.stamp(DIGEST, "sha256") == b"1"


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ([NO, NO], TimestampRefusedError),
        ([NO, DOWN], TimestampUnavailableError),
        ([BAD, DOWN], TimestampUnavailableError),
        ([NO, BAD], TimestampError),
        ([DOWN], TimestampUnavailableError),
    ],
)
def test_the_best_hope_is_told(
    errors: list[Exception], kind: type[TimestampError]
) -> None:
    all_failing = Authorities([Fake(b"", error) for error in errors])
    with pytest.raises(kind) as caught:
        all_failing.stamp(DIGEST, "sha256")
    assert type(caught.value) is kind
    for error in errors:
        assert str(error) in str(caught.value)


def test_what_is_no_failure_of_an_authority_is_raised() -> None:
    broken = Authorities([Fake(b"1", RuntimeError("a bug")), Fake(b"2")])
    with pytest.raises(RuntimeError, match="a bug"):
        broken.stamp(DIGEST, "sha256")


def test_a_slow_one_leaves_time_for_the_next() -> None:
    slow, second = Fake(b"1", DOWN, takes=9.0), Fake(b"2")
    both = Authorities([slow, second])
    began = time.monotonic()
    assert both.stamp(DIGEST, "sha256", timeout=0.4) == b"2"
    assert 0.1 < time.monotonic() - began < 2
    assert slow.asked == [pytest.approx(0.2, abs=0.05)]
    assert second.asked == [pytest.approx(0.2, abs=0.1)]


def test_nonsense_is_refused_before_anyone_is_asked() -> None:
    first = Fake(b"1")
    for digest, algorithm in ((DIGEST, "md5"), (DIGEST[1:], "sha256")):
        with pytest.raises(InvalidValueError):
            Authorities([first]).stamp(digest, algorithm)
    assert not first.asked
    with pytest.raises(InvalidValueError):
        Authorities([])
    with pytest.raises(InvalidValueError):
        Authorities([first], rest=-1.0)
    with pytest.raises(InvalidValueError):
        Authorities([first], timeout=0.0)
