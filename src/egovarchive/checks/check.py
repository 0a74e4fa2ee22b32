"""Check: one item of the standard's list, and all that it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from attrs import field, frozen

from egovarchive.checks.report import Property, Stage
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.outcome import Outcome
from egovarchive.records.schedule import ScheduleRule
from egovarchive.records.series import Series
from egovarchive.signing import Verifier

# What a check yields: outcome, object, and the reason in English and Chinese.
Result = tuple[Outcome, str, str, str]


@frozen(kw_only=True)
class Expected:
    """
    What the archive has registered of a package.

    Args:
        code: Its archival code.
        package: Its id.
        size: Its size in bytes.
        signature: SHA-256 of its signature, in hex; None if it has none.
    """

    code: ArchivalCode
    package: str
    size: int
    signature: str | None


@frozen(kw_only=True)
class Subject:
    """
    All that a check may look at. Checks read this and nothing else.

    Args:
        package: The package.
        at: The moment at which its signature is judged.
        verifier: Decides on signatures; None if no trust was configured.
        series: The series it should be filed in, if the archive says so.
        rule: What the schedule says of its service item, if known.
        expected: What was registered of it; None before it is registered.
    """

    package: Package
    at: datetime
    verifier: Verifier | None = None
    series: Series | None = None
    rule: ScheduleRule | None = None
    expected: Expected | None = None


@frozen(kw_only=True)
class Check:
    """
    One item of the standard's list.

    Args:
        name: Our own, stable name: the property, a dot, what is looked at.
            Printed codes such as GD-1-1 are a profile's affair.
        title: What it looks at, in English.
        zh: Its name in DA/T 70—2018, as implementations of it have it.
        run: Yields what it found. Pure: it reads nothing but its subject.
        stages: When it is made.
    """

    name: str
    title: str
    zh: str
    run: Callable[[Subject], Iterator[Result]] = field(repr=False)
    stages: frozenset[Stage] = frozenset(Stage)

    @property
    def property(self) -> Property:
        """Which of the four properties it serves."""
        return Property(self.name.partition(".")[0])
