"""Until when an algorithm is accepted 算法有效期: dated, and said from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from attrs import field, frozen

from egovarchive.errors import EvidenceError
from egovarchive.records.moment import date_in_china


def _days(value: Mapping[str, date]) -> dict[str, date]:
    return dict(value)


@frozen
class AlgorithmEnds:
    """
    The last day of each algorithm that is known to end.

    An algorithm that is not named here has no known end. Whether one is strong enough
    to be read at all is fixed elsewhere: only those of `records.digest.ALGORITHMS` and
    `signing.algorithms` are.

    Args:
        days: By name: ``"sha256"``, ``"ecdsa-p256-sha256"``.
    """

    days: Mapping[str, date] = field(factory=dict, converter=_days)

    def end_of(self, algorithm: str) -> date | None:
        """Return the last day of *algorithm*, or None if it has no known end."""
        return self.days.get(algorithm)

    def check(self, algorithm: str, at: datetime) -> None:
        """
        Return if *algorithm* was accepted *at* that moment.

        Raises:
            EvidenceError: It was not.
        """
        end = self.end_of(algorithm)
        if end is not None and date_in_china(at) > end:
            raise EvidenceError(
                f"{algorithm} is accepted until {end}, and had to hold at "
                f"{at.isoformat()}: the evidence was not renewed in time",
                f"{algorithm} 的有效期至 {end}，而证据须在 {at.isoformat()} "
                "仍然有效：未及时续期",
            )


# No end is published of what our tables have. Whoever knows of one says so.
NO_ENDS: Final = AlgorithmEnds()
