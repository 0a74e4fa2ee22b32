"""
Algorithm policy 算法有效期: which algorithm is acceptable at which time.

A table, chosen by configuration. A message only says what it used; whether that was
good enough is judged here, at the moment that was proved. What the table does not name
is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from attrs import field, frozen

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.records import digest
from egovarchive.records.moment import a_date, date_in_china

from .algorithms import ALGORITHMS


@frozen
class Row:
    """
    One line of a policy.

    Args:
        algorithm: A name of `signing.algorithms`, or of a digest.
        source: Who says so.
        since: The first day on which it is acceptable; None: always was.
        until: The last one; None: no end is known.
        below_bits: Only for keys of fewer bits; None: for keys of any size.
    """

    algorithm: str
    source: str
    since: date | None = field(default=None, validator=a_date)
    until: date | None = field(default=None, validator=a_date)
    below_bits: int | None = None


def _rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(rows)


@frozen
class AlgorithmPolicy:
    """
    A dated table of algorithms. Days are those of China's calendar.

    Where several rows fit, all of them must allow it.

    Args:
        rows: The table.

    Raises:
        InvalidValueError: A row names an algorithm that is not known here.
    """

    rows: tuple[Row, ...] = field(converter=_rows)

    def __attrs_post_init__(self) -> None:
        for row in self.rows:
            if (
                row.algorithm not in ALGORITHMS
                and row.algorithm not in digest.ALGORITHMS
            ):
                raise InvalidValueError(
                    f"no algorithm has the name {row.algorithm!r}",
                    f"没有名为 {row.algorithm!r} 的算法",
                    place="rows",
                )

    def ends_on(self, algorithm: str, *, bits: int | None = None) -> date | None:
        """
        Return the last day on which *algorithm* is acceptable; None: no end is known.

        Args:
            algorithm: Its name.
            bits: The size of the key; None: of no key, or one of any size.

        Raises:
            InvalidValueError: The policy does not name it.
        """
        rows = self._rows_of(algorithm, bits)
        if not rows:
            raise InvalidValueError(
                f"the policy does not name {algorithm!r}",
                f"算法策略未列出 {algorithm!r}",
                place="algorithm",
            )
        return min((row.until for row in rows if row.until is not None), default=None)

    def check(self, algorithm: str, at: datetime, *, bits: int | None = None) -> None:
        """
        Return if *algorithm* is acceptable *at* that moment.

        Args:
            algorithm: Its name.
            at: The moment that was proved.
            bits: The size of the key; None: of no key, or one of any size.

        Raises:
            SignatureInvalidError: It is not, or the policy does not name it.
        """
        rows = self._rows_of(algorithm, bits)
        if not rows:
            raise SignatureInvalidError(
                f"the algorithm policy does not name {algorithm}",
                f"算法策略未列出 {algorithm}",
            )
        day = date_in_china(at)
        for row in rows:
            if (row.since is not None and day < row.since) or (
                row.until is not None and day > row.until
            ):
                size = "" if row.below_bits is None else f" below {row.below_bits} bits"
                size_zh = (
                    "" if row.below_bits is None else f"（不足 {row.below_bits} 位）"
                )
                raise SignatureInvalidError(
                    f"{algorithm}{size} is acceptable from {row.since or 'ever'} "
                    f"until {row.until or 'ever'}, not on {day} ({row.source})",
                    f"{algorithm}{size_zh}的有效期自 {row.since or '不限'} "
                    f"至 {row.until or '不限'}，不含 {day}（{row.source}）",
                )

    def _rows_of(self, algorithm: str, bits: int | None) -> list[Row]:
        return [
            row
            for row in self.rows
            if row.algorithm == algorithm
            and (row.below_bits is None or (bits is not None and bits < row.below_bits))
        ]


_FIPS_186_5 = "FIPS 186-5"
_SOURCES = {
    "rsa": _FIPS_186_5,
    "p256": _FIPS_186_5,
    "p384": _FIPS_186_5,
    "p521": _FIPS_186_5,
    "ed25519": _FIPS_186_5,
    "mldsa65": "FIPS 204",
    "sm2": "GB/T 32918—2016",
}
_RSA_3000 = date(2028, 12, 31)

# No end is published for most of what our tables have. MD5, SHA-1 and RSA below 2,048
# bits are in no table: they are refused at any time.
DEFAULT_POLICY: Final = AlgorithmPolicy(
    (
        *(
            Row(name, "GB/T 32905—2016" if name == "sm3" else "FIPS 180-4")
            for name in digest.ALGORITHMS
        ),
        *(Row(name, _SOURCES[each.kind]) for name, each in ALGORITHMS.items()),
        *(
            Row(
                name,
                "SOG-IS Agreed Cryptographic Mechanisms; ETSI TS 119 312",
                until=_RSA_3000,
                below_bits=3000,
            )
            for name, each in ALGORITHMS.items()
            if each.kind == "rsa"
        ),
    )
)
