"""
No sequence of calls destroys what may not be destroyed.

A machine makes calls at random, good and bad ones. What is true of each record it
knows by itself: a package that is gone must have been free, ripe, approved, watched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from archive.office import FONDS
from archive.retention import (
    EXPIRED,
    METHOD,
    codes_of,
    hold,
    office,
    transfer,
)
from egovarchive.errors import EgovArchiveError
from egovarchive.lifecycle.appraisal import Opinion
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.hold import Scope
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.retention import RetentionPeriod

PERSONS = st.sampled_from(["甲", "乙", "丙", "丁", "甲 "])
PICKS = st.sets(st.integers(0, 3))
START = 2024  # periods count from the year after it


def ends_on(period: RetentionPeriod) -> date | None:
    return None if period.years is None else date(START + period.years, 12, 31)


class Destruction(RuleBasedStateMachine):
    """Calls in any order, of whoever."""

    @initialize()
    def begin(self) -> None:
        self.made = office(count=3, long=1)
        self.archive = self.made.archive
        self.codes = [*codes_of(self.archive), *codes_of(self.archive, "D30")]
        self.period = {code: code.series.retention for code in self.codes}
        self.to_transfer = {self.codes[3]}
        self.custody: dict[ArchivalCode, date] = {}
        self.holds: dict[str, set[ArchivalCode]] = {}
        self.lists: list[str] = []
        self.gone: set[ArchivalCode] = set()
        self.made.clock.now = EXPIRED

    def chosen(self, picks: set[int]) -> list[ArchivalCode]:
        return [self.codes[number] for number in sorted(picks)]

    def a_list(self, number: int) -> str:
        return self.lists[number % len(self.lists)] if self.lists else "0" * 64

    @rule(days=st.sampled_from([1, 30, 400, 1900, 11_000]))
    def wait(self, days: int) -> None:
        self.made.clock.now += timedelta(days=days)

    @rule(picks=PICKS, number=st.sampled_from(["一", "二"]))
    def place(self, picks: set[int], number: str) -> None:
        with suppress(EgovArchiveError):
            hold(self.archive, Scope(codes=self.chosen(picks)), number)
            self.holds[number] = set(self.chosen(picks))

    @rule(number=st.sampled_from(["一", "二", "三"]))
    def release(self, number: str) -> None:
        with suppress(EgovArchiveError):
            self.archive.holds.release(
                number=number, reason="结案", authority="某法院", by="甲"
            )
            self.holds.pop(number, None)

    @rule(picks=PICKS, by=PERSONS, word=st.sampled_from(["", "", "", "D10", "Y"]))
    def appraise(self, picks: set[int], by: str, word: str) -> None:
        period = RetentionPeriod.parse(word) if word else None
        with suppress(EgovArchiveError):
            due = self.archive.appraisal.due(codes=self.chosen(picks) or None)
            given = [
                Opinion(code=each.code, retain=period, reason="无", by="丁")
                for each in due.records
            ]
            self.archive.appraisal.approve(
                due, given, by=by, role="分管领导", opinion="同意"
            )
            for each in due.records if period is not None else ():
                assert period is not None
                self.period[each.code] = period
                if period.years is None and each.code not in self.custody:
                    self.to_transfer.add(each.code)

    @rule(pick=st.integers(0, 3), days=st.sampled_from([0, 1800]))
    def transfer(self, pick: int, days: int) -> None:
        code = self.codes[pick]
        until = self.made.clock.now.date() + timedelta(days=days)
        with suppress(EgovArchiveError):
            transfer(self.archive, [code], until)
            self.custody[code] = until

    @rule(picks=PICKS, purge=st.booleans(), by=PERSONS)
    def make_list(self, picks: set[int], by: str, *, purge: bool) -> None:
        with suppress(EgovArchiveError):
            made = self.archive.destruction.list(
                self.chosen(picks) or None, purge=purge, by=by
            )
            self.lists.append(made.id)

    @rule(number=st.integers(0, 3), persons=st.lists(PERSONS, min_size=1, max_size=3))
    def approve(self, number: int, persons: Sequence[str]) -> None:
        for by in persons:
            with suppress(EgovArchiveError):
                self.archive.destruction.approve(
                    self.a_list(number), by=by, role="局长", opinion="同意"
                )

    @rule(number=st.integers(0, 3), picks=PICKS)
    def strike(self, number: int, picks: set[int]) -> None:
        with suppress(EgovArchiveError):
            self.archive.destruction.strike(
                self.a_list(number), self.chosen(picks), by="甲", reason="续查"
            )

    @rule(
        number=st.integers(0, 3),
        witnesses=st.one_of(
            st.just(["戊", "己"]), st.lists(PERSONS, min_size=2, max_size=2)
        ),
    )
    def execute(self, number: int, witnesses: list[str]) -> None:
        with suppress(EgovArchiveError):
            self.archive.destruction.execute(
                self.a_list(number), witnesses=witnesses, method=METHOD
            )

    @rule(
        picks=PICKS,
        held=PICKS,
        purge=st.booleans(),
        left_out=st.sampled_from([0, 1, 2, 3, 4, 5, 5, 5, 5, 5]),
        held_before=st.integers(0, 9),
        custody=st.sampled_from([0, 1800]),
        second=st.sampled_from(["甲", "甲", "乙", "丙 "]),
    )
    def nearly_right(
        self,
        *,
        picks: set[int],
        held: set[int],
        left_out: int,
        held_before: int,
        custody: int,
        second: str,
        purge: bool,
    ) -> None:
        """Do all steps in their order, but one; and place a hold between two."""
        if purge:
            for pick in picks:
                self.transfer(pick, custody)
            self.wait(1)
        steps: list[Callable[[], None]] = [
            lambda: self.appraise(picks, "甲", ""),
            lambda: self.make_list(picks, "乙", purge=purge),
            lambda: self.approve(len(self.lists) - 1, ["丙"]),
            lambda: self.approve(len(self.lists) - 1, [second]),
            lambda: self.execute(len(self.lists) - 1, ["戊", "己"]),
        ]
        for number, step in enumerate(steps):
            if number == held_before:
                self.place(held, "三")
            if number != left_out:
                step()

    @rule()
    def rebuild(self) -> None:
        self.archive.rebuild()

    @invariant()
    def what_is_gone_was_free_ripe_approved_and_watched(self) -> None:
        kept = set(self.archive.storage.keys("packages/"))
        gone = {c for c in self.codes if self.archive.entry(c).key not in kept}
        assert gone >= self.gone
        for code in gone - self.gone:
            self.check_allowed(code)
        self.gone = gone

    def check_allowed(self, code: ArchivalCode) -> None:
        today = self.made.clock.now.date()
        assert not any(code in covered for covered in self.holds.values())
        if code in self.custody:
            assert self.custody[code] < today
        else:
            ends = ends_on(self.period[code])
            assert ends is not None
            assert ends < today
            assert code not in self.to_transfer
        events = list(self.archive.catalog.events_of_fonds(FONDS))
        listed = self.archive.standing(code).listed

        def persons(kind: EventKind) -> set[str]:
            return {
                event.by.strip()
                for event in events
                if event.kind is kind and event.details["list"] == listed
            }

        makers = persons(EventKind.DESTRUCTION_LISTED)
        approvers = persons(EventKind.DESTRUCTION_APPROVED)
        watchers = persons(EventKind.DESTRUCTION_WITNESSED)
        assert len(approvers - makers) >= 2
        assert len(watchers - approvers) >= 2


TestDestruction = Destruction.TestCase
TestDestruction.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None
)
