"""Several authorities 多个时间戳服务机构, one in the place of another."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Lock

from egovarchive.errors import (
    InvalidValueError,
    TimestampError,
    TimestampRefusedError,
    TimestampUnavailableError,
)
from egovarchive.signing.deadline import Deadline

from . import Timestamper
from .imprint import Imprint

_TIMEOUT = 60.0


class Authorities:
    """
    A `Timestamper` that asks one authority after the other, until one gives.

    One that failed is asked last for a while. Threads may share one.

    Args:
        timestampers: Whom to ask, in this order.
        rest: Seconds for which one that failed is asked last.
        timeout: Seconds for a call that names no timeout.

    Raises:
        InvalidValueError: There is none, or a number is outside its range.
    """

    def __init__(
        self,
        timestampers: Sequence[Timestamper],
        *,
        rest: float = 300.0,
        timeout: float = _TIMEOUT,
    ) -> None:
        if not timestampers or rest < 0 or timeout <= 0:
            raise InvalidValueError(
                f"{len(timestampers)} authorities, a rest of {rest} seconds and a "
                f"time-out of {timeout} seconds cannot be worked with",
                f"{len(timestampers)} 个机构、停用 {rest} 秒、时限 {timeout} 秒，"
                "无法工作",
            )
        self._timestampers = tuple(timestampers)
        self._rest = rest
        self._timeout = timeout
        self._failed_at: dict[int, float] = {}
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"Authorities({list(self._timestampers)})"

    def stamp(
        self, digest: bytes, algorithm: str, *, timeout: float | None = None
    ) -> bytes:
        """
        Return a token over *digest*, DER, from the first authority that gives one.

        Each has an equal part of the time that is left when its turn comes.

        Args:
            digest: The digest of what is to be stamped.
            algorithm: How it was taken: a name of `records.digest.ALGORITHMS`.
            timeout: Seconds for all of it; None: the one that this was made with.

        Raises:
            TimestampUnavailableError: None gave, and at least one may do so later.
            TimestampRefusedError: All refuse.
            TimestampError: What they gave does not verify.
            InvalidValueError: *digest* is not one of *algorithm*.
        """
        Imprint(algorithm, digest)
        deadline = Deadline.after(self._timeout if timeout is None else timeout)
        errors: list[TimestampError] = []
        order = self._order()
        for place, number in enumerate(order):
            part = (deadline.left() or 0.0) / (len(order) - place)
            try:
                token = self._timestampers[number].stamp(
                    digest, algorithm, timeout=part
                )
            except TimestampError as error:
                errors.append(error)
                self._remember(number, failed=True)
            else:
                self._remember(number, failed=False)
                return token
        raise _summed(errors)

    def _order(self) -> list[int]:
        now = time.monotonic()
        with self._lock:
            resting = {
                number
                for number, since in self._failed_at.items()
                if now - since < self._rest
            }
        return sorted(range(len(self._timestampers)), key=lambda n: (n in resting, n))

    def _remember(self, number: int, *, failed: bool) -> None:
        with self._lock:
            if failed:
                self._failed_at[number] = time.monotonic()
            else:
                self._failed_at.pop(number, None)


def _summed(errors: Sequence[TimestampError]) -> TimestampError:
    """Return one error that says all, and as much hope as the best of them."""
    kinds = {type(error) for error in errors}
    kind: type[TimestampError] = TimestampError
    if TimestampUnavailableError in kinds:
        kind = TimestampUnavailableError
    elif kinds == {TimestampRefusedError}:
        kind = TimestampRefusedError
    if len(errors) == 1:
        return errors[0]
    return kind(
        "no authority gave a time-stamp: " + "; ".join(map(str, errors)),
        "没有机构签发时间戳：" + "；".join(error.message("zh") for error in errors),
    )
