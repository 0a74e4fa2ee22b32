"""
No sequence of calls destroys what must be kept: the life of records, by chance.

The rules are told once more here, from the law and not from the library, and every
package that goes from storage is held to them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

from attrs import define, evolve, field
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from archive.exchange_office import ARCHIVES, ENVIRONMENT, Clock, Exchange, new_exchange
from archive.office import case, signer
from egovarchive import Archive
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.errors import EgovArchiveError, SignatureInvalidError
from egovarchive.lifecycle.appraisal import Opinion
from egovarchive.lifecycle.dialogue.reason import Ground, Reason
from egovarchive.lifecycle.dialogue.signed_message import SignedMessage
from egovarchive.lifecycle.hold import Scope
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.item import ServiceItem
from egovarchive.records.retention import PERMANENT, RetentionPeriod
from egovarchive.records.schedule import ScheduleRule
from egovarchive.signing import cms

ITEMS: Final = {
    "0100190001": PERMANENT,
    "0100190002": RetentionPeriod(30),
    "0100190003": RetentionPeriod(10),
    "0100190004": RetentionPeriod(1),
}
# Long enough ago for 30 years to be over, and for ten.
PAST: Final = (date(1994, 2, 28), date(2012, 7, 1))
LAST_YEAR: Final = 2036
PEOPLE: Final = ("甲", "乙", "丙", "丁", "戊")
people = st.sampled_from(PEOPLE)


@define
class Kept:
    """What the law says of one record; nothing of it comes from the library."""

    code: ArchivalCode
    key: str
    item: str
    concluded: date
    period: RetentionPeriod
    accepted: date | None = None
    gone: bool = False

    @property
    def must_go(self) -> bool:
        """Whether it must be transferred to the archives."""
        return self.period.years is None or self.period.years >= 30

    def may_go(self, on: date) -> bool:
        """Say whether its time has come, holds and persons left aside."""
        if self.accepted is not None:
            custody = _years_later(self.accepted, 5)
            return on > custody
        years = self.period.years
        return (
            years is not None
            and on > date(self.concluded.year + years, 12, 31)
            and not self.must_go
        )


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@define
class Listed:
    """What the law says of one destruction list."""

    id: str
    by: str
    codes: set[ArchivalCode]
    approvers: set[str] = field(factory=set)


class Life(RuleBasedStateMachine):
    """An agency that does everything that the library lets it do, and tries more."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.numbers = count(1)
        self.records: dict[ArchivalCode, Kept] = {}
        self.holds: dict[str, Scope] = {}
        self.lists: dict[str, Listed] = {}
        self.opened: list[Archive] = []
        # Who tries to destroy at this moment, and what: None, nobody.
        self.executing: tuple[Listed, tuple[str, ...]] | None = None
        self.last = ""

    def teardown(self) -> None:
        for archive in self.opened:
            archive.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @initialize(on_disk=st.booleans())
    def open(self, *, on_disk: bool) -> None:
        rules = [ScheduleRule(item_code=i, period=p) for i, p in ITEMS.items()]
        self.both: Exchange = new_exchange(self.folder, on_disk=on_disk, rules=rules)
        self.clock: Clock = self.both.clock
        self.archive = self.both.sender
        # Another process, with a catalog of its own, which knows what it has seen.
        self.colleague = evolve(self.archive, catalog=MemoryCatalog())
        self.observer = evolve(self.archive, catalog=MemoryCatalog())
        self.opened += [self.both.sender, self.both.archives]
        for item in ITEMS:
            self.deposit(item, PAST[0])

    @property
    def today(self) -> date:
        return self.clock.now.date()

    def held(self, code: ArchivalCode) -> bool:
        """Say whether a hold in force covers *code*, by its own reading of scopes."""
        record = self.records[code]
        return any(
            scope.everything
            or (
                (not scope.codes or code in scope.codes)
                and (not scope.item_codes or record.item in scope.item_codes)
                and (not scope.years or record.concluded.year in scope.years)
            )
            for scope in self.holds.values()
        )

    @rule(item=st.sampled_from(sorted(ITEMS)), past=st.sampled_from([None, *PAST]))
    def deposit(self, item: str, past: date | None) -> None:
        concluded = past or self.today
        for _ in range(2):
            entry = self.archive.deposit(
                case(
                    next(self.numbers),
                    item=ServiceItem(code=item, name="事项"),
                    accepted_on=None,
                    concluded_on=concluded,
                )
            )
            self.records[entry.code] = Kept(
                entry.code, entry.key, item, concluded, ITEMS[item]
            )

    @rule()
    def take_turns(self) -> None:
        self.archive, self.colleague = self.colleague, self.archive

    @rule(days=st.sampled_from([1, 30, 365, 731, 1900, 4000]))
    def wait(self, days: int) -> None:
        # Python's calendar, and certificates of tests, end some day.
        if self.today.year < LAST_YEAR:
            self.clock.now += timedelta(days=days)

    @rule(
        which=st.sampled_from(["code", "item", "year", "everything"]),
        data=st.data(),
        by=people,
    )
    @precondition(lambda self: self.records)
    def hold(self, which: str, data: st.DataObject, by: str) -> None:
        record = data.draw(st.sampled_from(sorted(self.records.values(), key=_order)))
        scope = {
            "code": Scope(codes=[record.code]),
            "item": Scope(item_codes=[record.item]),
            "year": Scope(years=[record.concluded.year]),
            "everything": Scope(everything=True),
        }[which]
        number = f"H-{next(self.numbers)}"
        self.archive.holds.place(
            number=number, reason="诉讼", authority="某法院", scope=scope, by=by
        )
        self.holds[number] = scope

    @rule(data=st.data(), by=people)
    @precondition(lambda self: self.holds)
    def release(self, data: st.DataObject, by: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.holds)))
        self.archive.holds.release(number, reason="结案", authority="某法院", by=by)
        del self.holds[number]

    @rule(data=st.data(), accept=st.sampled_from(["all", "some", "none", "forged"]))
    @precondition(lambda self: self.records)
    def transfer(self, data: st.DataObject, accept: str) -> None:
        codes = data.draw(_some(self.records))
        transfers = self.archive.transfers
        try:
            sent = transfers.send(
                transfers.list(codes, recipient=ARCHIVES),
                self.folder / f"out-{next(self.numbers)}",
                by="移交人",
                environment=ENVIRONMENT,
            )
        except EgovArchiveError:
            return
        if accept == "none":
            return
        rejected = codes[:1] if accept == "some" else []
        reception = self.both.archives.accession.receive(
            sent.volumes,
            archives=ARCHIVES,
            by="接收人",
            reject={code: Reason(ground=Ground.NOT_READY) for code in rejected},
        )
        assert reception.receipt is not None
        assert reception.message is not None
        if accept == "forged":
            [signature] = cms.sign_messages(
                signer("路人测试"), [reception.message.data], at=self.clock()
            )
            forged = SignedMessage.of(reception.receipt, signature)
            try:
                self.acknowledge(forged)
            except SignatureInvalidError:
                return
            raise AssertionError("a stranger's receipt was taken")
        self.acknowledge(reception.message)
        for record in reception.records:
            if record.is_held:
                self.records[record.code].accepted = self.today

    def acknowledge(self, message: SignedMessage) -> None:
        self.archive.transfers.acknowledge(
            message, verifier=self.both.their_trust, by="移交人"
        )

    @rule(data=st.data(), keep=st.sampled_from([None, 3, 30]), by=people, leader=people)
    @precondition(lambda self: self.records)
    def appraise(
        self, data: st.DataObject, keep: int | None, by: str, leader: str
    ) -> None:
        appraisal = self.archive.appraisal
        chosen = data.draw(st.none() | _some(self.records))
        try:
            listed = appraisal.due(codes=chosen)
            opinions = [
                Opinion(
                    code=record.code,
                    retain=None if keep is None else self.longer(record.code, keep),
                    reason="无继续保存价值",
                    by=by,
                )
                for record in listed.records
            ]
            appraisal.approve(listed, opinions, by=leader, role="领导", opinion="同意")
        except EgovArchiveError:
            return
        for opinion in opinions:
            if opinion.retain is not None:
                self.records[opinion.code].period = opinion.retain

    def longer(self, code: ArchivalCode, keep: int) -> RetentionPeriod:
        """Return a period from the beginning that ends *keep* years from now."""
        begun = self.records[code].concluded.year
        return RetentionPeriod(min(99, self.today.year - begun + keep))

    @rule(data=st.data(), purge=st.booleans(), by=people)
    @precondition(lambda self: self.records)
    def list(self, data: st.DataObject, *, purge: bool, by: str) -> None:
        chosen = data.draw(st.none() | _some(self.records))
        try:
            made = self.archive.destruction.list(chosen, purge=purge, by=by)
        except EgovArchiveError:
            return
        codes = {record.code for record in made.records}
        self.lists.setdefault(made.id, Listed(made.id, by, codes))

    @rule(data=st.data(), by=people)
    @precondition(lambda self: self.lists)
    def approve(self, data: st.DataObject, by: str) -> None:
        listed = self.lists[data.draw(st.sampled_from(sorted(self.lists)))]
        try:
            self.archive.destruction.approve(
                listed.id, by=by, role="领导", opinion="同意"
            )
        except EgovArchiveError:
            return
        listed.approvers.add(by)

    @rule(data=st.data(), by=people)
    @precondition(lambda self: self.lists)
    def strike(self, data: st.DataObject, by: str) -> None:
        listed = self.lists[data.draw(st.sampled_from(sorted(self.lists)))]
        codes = data.draw(_some(self.records))
        try:
            self.archive.destruction.strike(listed.id, codes, by=by, reason="有误")
        except EgovArchiveError:
            return
        listed.codes -= set(codes)

    @rule(data=st.data(), one=people, other=people, back=st.booleans())
    @precondition(lambda self: self.lists)
    def execute(self, data: st.DataObject, *, one: str, other: str, back: bool) -> None:
        listed = self.lists[data.draw(st.sampled_from(sorted(self.lists)))]
        now: datetime = self.clock.now
        if back:
            self.clock.now -= timedelta(days=400)
        self.executing = (listed, (one, other))
        try:
            self.archive.destruction.execute(
                listed.id, witnesses=(one, other), method="删除"
            )
        except EgovArchiveError:
            pass
        finally:
            self.clock.now = now

    @rule(
        data=st.data(),
        order=st.permutations(PEOPLE),
        purge=st.booleans(),
        hold_before=st.sampled_from([None, None, None, 0, 1, 2, 3]),
    )
    @precondition(lambda self: self.records)
    def dispose(
        self,
        data: st.DataObject,
        *,
        order: Sequence[str],
        purge: bool,
        hold_before: int | None,
    ) -> None:
        """Do all that destruction takes, in order; maybe with a hold in between."""
        lister, first, second, one, other = order
        chosen = data.draw(st.none() | _some(self.records))
        steps: list[Callable[[], None]] = [
            lambda: self.appraise_some(chosen, first, second),
            lambda: self.list_all(lister, purge=purge),
            lambda: self.approve_last(first, second),
            lambda: self.execute_last((one, other)),
        ]
        for number, step in enumerate(steps):
            if number == hold_before:
                self.hold("code", data, first)
            step()

    @rule(data=st.data(), order=st.permutations(PEOPLE), days=st.sampled_from([0, 1]))
    @precondition(lambda self: self.records and self.today.year < LAST_YEAR)
    def give_away(
        self, data: st.DataObject, *, order: Sequence[str], days: int
    ) -> None:
        """Transfer, wait for the end of custody, or the day after, and purge."""
        self.transfer(data, "all")
        custody = _years_later(self.today, 5)
        self.clock.now += custody - self.today + timedelta(days=days)
        self.dispose(data, order=order, purge=True, hold_before=None)

    def appraise_some(
        self, chosen: Iterable[ArchivalCode] | None, by: str, leader: str
    ) -> None:
        appraisal = self.archive.appraisal
        with suppress(EgovArchiveError):
            listed = appraisal.due(codes=chosen)
            opinions = [
                Opinion(code=record.code, retain=None, reason="无继续保存价值", by=by)
                for record in listed.records
            ]
            appraisal.approve(listed, opinions, by=leader, role="领导", opinion="同意")

    def list_all(self, by: str, *, purge: bool) -> None:
        with suppress(EgovArchiveError):
            made = self.archive.destruction.list(purge=purge, by=by)
            codes = {record.code for record in made.records}
            self.lists.setdefault(made.id, Listed(made.id, by, codes))
            self.last = made.id

    def approve_last(self, *persons: str) -> None:
        for by in persons if self.last else ():
            with suppress(EgovArchiveError):
                self.archive.destruction.approve(
                    self.last, by=by, role="领导", opinion="同意"
                )
                self.lists[self.last].approvers.add(by)

    def execute_last(self, witnesses: tuple[str, ...]) -> None:
        if self.last:
            self.executing = (self.lists[self.last], witnesses)
            with suppress(EgovArchiveError):
                self.archive.destruction.execute(
                    self.last, witnesses=witnesses, method="删除"
                )

    @invariant()
    def nothing_is_gone_that_must_be_kept(self) -> None:
        if not self.records:
            return
        there = set(self.archive.storage.keys("packages/"))
        for record in self.records.values():
            if record.key in there or record.gone:
                assert not (record.gone and record.key in there)
                continue
            record.gone = True
            event("purged" if record.accepted else "destroyed")
            assert self.executing is not None, f"{record.code} vanished by itself"
            listed, witnesses = self.executing
            assert record.code in listed.codes
            assert not self.held(record.code), f"{record.code} was on hold"
            assert record.may_go(self.today), f"{record} had to be kept"
            assert len(listed.approvers - {listed.by}) >= 2
            assert len(set(witnesses) - listed.approvers) >= 2
            self.observer.refresh()
            assert self.observer.standing(record.code).state is State.DESTROYED
        self.executing = None

    @invariant()
    def whatever_is_not_destroyed_can_be_read(self) -> None:
        self.observer.refresh()
        for record in self.records.values():
            if not record.gone:
                assert self.observer.package(record.code).id
            else:
                try:
                    self.observer.package(record.code)
                except EgovArchiveError:
                    continue
                raise AssertionError(f"{record.code} is gone, and can be had")


def _order(record: Kept) -> str:
    return str(record.code)


def _some(
    records: dict[ArchivalCode, Kept] | dict[ArchivalCode, None],
) -> st.SearchStrategy[list[ArchivalCode]]:
    return st.lists(
        st.sampled_from(sorted(records, key=str)), min_size=1, max_size=4, unique=True
    )


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=int(os.environ.get("EGOVARCHIVE_LIVES", "15")),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.reuse, Phase.generate],
)
