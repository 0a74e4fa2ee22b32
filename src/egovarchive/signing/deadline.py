"""A moment by which something must be done, on a clock that nobody sets."""

from __future__ import annotations

import time

from attrs import frozen

from egovarchive.errors import SignerUnavailableError


@frozen
class Deadline:
    """A moment of the monotonic clock, or never."""

    _at: float | None

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """Return the deadline *seconds* from now; None is never."""
        return cls(None if seconds is None else time.monotonic() + seconds)

    def left(self) -> float | None:
        """Return the seconds left, 0 when it is over; None if it never is."""
        return None if self._at is None else max(0.0, self._at - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether it has passed."""
        return self._at is not None and time.monotonic() >= self._at

    def check_begun(self) -> None:
        """
        Return if there is time to begin.

        Raises:
            SignerUnavailableError: There is none left.
        """
        if self.over:
            raise SignerUnavailableError(
                "no time is left to sign in", "已无时间可用于签名"
            )
