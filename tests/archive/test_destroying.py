"""Destruction: approved by two, seen by two others, and never by any other way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from archive.office import FONDS, new_archive
from archive.retention import (
    EXPIRED,
    METHOD,
    WITNESSES,
    Office,
    appraise,
    approve,
    approved_list,
    codes_of,
    hold,
    office,
    short_case,
    transfer,
)
from egovarchive import Archive
from egovarchive.checks.batch import Totals
from egovarchive.errors import (
    ApprovalMissingError,
    ClockError,
    EgovArchiveError,
    InvalidValueError,
    LegalHoldError,
    NotStoredError,
    NotTransferredError,
    RecordDestroyedError,
    SigningError,
    StateError,
    StorageError,
    TimestampUnavailableError,
)
from egovarchive.exchange.forms.destruction import DestructionListForm
from egovarchive.lifecycle.certificate import DestructionCertificate
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.hold import Scope
from egovarchive.lifecycle.state import State
from egovarchive.lifecycle.tombstone import Tombstone
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.outcome import Outcome
from egovarchive.storage.files import FileStorage
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.timestamps import Fault, TestAuthority


def execute(archive: Archive, list_id: str, **changes: Any) -> DestructionCertificate:
    given = {"witnesses": WITNESSES, "method": METHOD, **changes}
    return archive.destruction.execute(list_id, **given)


def packages(archive: Archive) -> list[str]:
    return list(archive.storage.keys("packages/"))


def states(archive: Archive, period: str = "D1") -> list[State]:
    catalog = archive.catalog
    return [catalog.standing(code).state for code in codes_of(archive, period)]


def refused(
    made: Office, list_id: str, kind: type[EgovArchiveError], **more: Any
) -> str:
    """Execute a list; it is refused, and not a byte is gone. Return what it says."""
    before = packages(made.archive)
    with pytest.raises(kind) as told:
        execute(made.archive, list_id, **more)
    assert packages(made.archive) == before
    assert State.DESTROYED not in states(made.archive)
    assert told.value.message("zh")
    return str(told.value)


def test_what_is_destroyed_is_gone_and_told_for_ever() -> None:
    made = office(long=1, stamped=True)
    made.archive.sealing.seal()
    kept = packages(made.archive)
    listed = approved_list(made)
    certificate = execute(made.archive, listed.id)
    assert [each.code for each in certificate.records] == list(listed.codes)
    assert certificate.struck == ()
    assert certificate.witnesses == WITNESSES
    assert [each.by for each in certificate.approvals] == ["孙八", "钱七"]
    assert made.archive.destruction.certificate(listed.id) == certificate
    assert DestructionCertificate.decode(certificate.encode()) == certificate
    assert states(made.archive) == [State.DESTROYED] * 3
    assert states(made.archive, "D30") == [State.HELD]
    (left,) = packages(made.archive)
    assert left in kept
    for code in listed.codes:
        assert made.archive.entry(code).title is None
        kinds = [event.kind for event in made.archive.catalog.events(code)]
        assert kinds == [
            EventKind.PROPOSED,
            EventKind.LISTED,
            EventKind.BEGUN,
            EventKind.DESTROYED,
        ]
    assert execute(made.archive, listed.id) == certificate


def test_what_stays_holds_no_personal_data() -> None:
    made = office(stamped=True)
    made.archive.sealing.seal()
    listed = approved_list(made)
    execute(made.archive, listed.id)
    folder = f"destructions/{FONDS}/{listed.id}/"
    for key in made.archive.storage.keys(""):
        if key.startswith((folder, "appraisals/", "journal/")):
            data = b"".join(made.archive.storage.get(key))
            for word in ("张三", "某公司", "申请表", "卫生许可1"):
                assert word.encode() not in data, key


def test_nobody_reads_what_was_destroyed(tmp_path: Any) -> None:
    made = office(long=1)
    listed = approved_list(made)
    execute(made.archive, listed.id)
    code, archive = listed.codes[0], made.archive
    for ask in (
        lambda: archive.package(code),
        lambda: archive.case(code),
        lambda: archive.open_document(code, "x"),
        lambda: archive.export(code, tmp_path / "x"),
        lambda: archive.verify(code),
        lambda: archive.deposit(short_case(1)),
    ):
        with pytest.raises(RecordDestroyedError):
            ask()
    assert archive.entry(code).code == code
    (report,) = archive.verify_all()
    assert report.passed
    assert len(list(archive.inspection.verify_some(1, seed=1))) == 1
    assert sum(1 for n in (1, 2) for _ in archive.inspection.verify_part(n, 2)) == 1
    archive.rebuild()
    assert states(archive) == [State.DESTROYED] * 3


def test_a_package_that_is_lost_is_still_a_finding() -> None:
    made = office(count=2, long=1)
    listed = approved_list(made)
    execute(made.archive, listed.id)
    (key,) = packages(made.archive)
    made.archive.storage.delete(key)
    (report,) = made.archive.verify_all()
    assert report.failures


def test_a_deletion_that_was_undone_is_a_stray() -> None:
    made = office()
    copies = {k: b"".join(made.archive.storage.get(k)) for k in packages(made.archive)}
    listed = approved_list(made)
    assert not list(made.archive.strays())
    execute(made.archive, listed.id)
    assert not list(made.archive.strays())
    key, data = copies.popitem()
    made.archive.storage.put(key, [data])
    assert list(made.archive.strays()) == [key]


def test_destroyed_records_are_not_counted_and_leave_no_gaps() -> None:
    made = office()
    listed = approved_list(made)
    first, middle, last = listed.codes
    made.archive.destruction.strike(listed.id, [first, last], by="周九", reason="续查")
    execute(made.archive, listed.id)
    report = made.archive.inspection.batch(
        declared=Totals(
            items=2, size=sum(made.archive.entry(c).size for c in (first, last))
        )
    )
    assert not report.failures
    found = {f.check: f.outcome for f in report.findings}
    assert found["integrity.total_items"] is Outcome.PASSED
    assert found["integrity.sequence"] is Outcome.PASSED
    assert str(middle) not in str(report.failures)


@pytest.mark.parametrize("by", ["周九", "周 九", "孙八", "孙\u3000八"])
def test_one_person_approves_once_and_not_the_own_list(by: str) -> None:
    made = office()
    made.clock.now = EXPIRED
    appraise(made.archive)
    listed = made.archive.destruction.list(by="周九")
    agree = made.archive.destruction.approve
    agree(listed.id, by="孙八", role="负责人", opinion="同意")
    with pytest.raises(ApprovalMissingError):
        agree(listed.id, by=by, role="分管领导", opinion="同意")
    assert "1 of 2" in refused(made, listed.id, ApprovalMissingError)


@pytest.mark.parametrize(
    "witnesses",
    [(), ("王五",), ("王五", "王 五"), ("王五", "孙八"), ("钱七", "赵六")],
)
def test_two_others_must_watch(witnesses: tuple[str, ...]) -> None:
    made = office()
    listed = approved_list(made)
    refused(made, listed.id, ApprovalMissingError, witnesses=witnesses)
    assert states(made.archive) == [State.LISTED] * 3
    with pytest.raises(InvalidValueError):
        execute(made.archive, listed.id, witnesses="王五")


def test_nothing_is_listed_that_was_not_appraised() -> None:
    made = office(long=1)
    made.clock.now = EXPIRED
    make = made.archive.destruction.list
    with pytest.raises(InvalidValueError, match="nothing to list"):
        make(by="周九")
    for code in (*codes_of(made.archive), *codes_of(made.archive, "D30")):
        with pytest.raises(StateError):
            make([code], by="周九")
        with pytest.raises(NotTransferredError):
            make([code], purge=True, by="周九")


def test_a_hold_between_approval_and_execution_stops_it() -> None:
    made = office()
    listed = approved_list(made)
    hold(made.archive, Scope(codes=[listed.codes[1]]))
    assert str(listed.codes[1]) in refused(made, listed.id, LegalHoldError)
    assert states(made.archive) == [State.LISTED] * 3
    status = made.archive.destruction.status(listed.id)
    assert status.held == {listed.codes[1]: ("法院函1",)}
    made.archive.destruction.strike(
        listed.id, [listed.codes[1]], by="周九", reason="冻结"
    )
    certificate = execute(made.archive, listed.id)
    assert certificate.struck == (listed.codes[1],)
    assert states(made.archive)[1] is State.PROPOSED
    assert made.archive.case(listed.codes[1]).number == "C-000002"
    with pytest.raises(LegalHoldError):
        made.archive.destruction.list([listed.codes[1]], by="周九")


class Interfering(MemoryStorage):
    """A storage that calls *act* before its package number *turn* is deleted."""

    turn = 0
    act: Any = None

    def delete(self, key: str) -> None:
        if key.startswith("packages/"):
            self.turn -= 1
            if self.turn == 0:
                self.act()
        super().delete(key)


@pytest.mark.parametrize("catalog", ["own", "shared"])
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_hold_in_the_middle_stops_the_rest(turn: int, catalog: str) -> None:
    storage = Interfering()
    made = office(storage=storage)
    listed = approved_list(made)
    # Another process, with a catalog of its own; or with the same file, which then
    # has the hold before who destroys has looked.
    other = new_archive(
        storage,
        made.archive.catalog if catalog == "shared" else None,
        arrangement=made.archive.arrangement,
        clock=made.clock,
    )

    def act() -> None:
        other.refresh()
        hold(other, Scope(everything=True))

    storage.turn, storage.act = turn, act
    left = listed.codes[turn:]
    if left:
        with pytest.raises(LegalHoldError) as told:
            execute(made.archive, listed.id)
        assert all(str(code) in str(told.value) for code in left)
    expected = [State.DESTROYED] * turn + [State.PROPOSED] * len(left)
    certificate = execute(made.archive, listed.id)
    assert states(made.archive) == expected
    assert len(packages(made.archive)) == len(left)
    assert certificate.struck == left
    assert len(certificate.records) == turn


@pytest.mark.parametrize("catalog", ["own", "shared"])
@pytest.mark.parametrize("why", ["by a person", "by another who executes it"])
def test_what_is_struck_off_in_the_middle_stays(why: str, catalog: str) -> None:
    """Also if the hold for which it was struck off is over by then."""
    storage = Interfering()
    made = office(storage=storage)
    listed = approved_list(made)
    left = listed.codes[1:]
    other = new_archive(
        storage,
        made.archive.catalog if catalog == "shared" else None,
        arrangement=made.archive.arrangement,
        clock=made.clock,
    )

    def act() -> None:
        other.refresh()
        if why == "by a person":
            other.destruction.strike(listed.id, left, by="周九", reason="续查")
            return
        hold(other, Scope(codes=left))
        with pytest.raises(LegalHoldError, match="struck off"):
            execute(other, listed.id)
        other.holds.release("法院函1", reason="结案", authority="某法院", by="周九")

    storage.turn, storage.act = 1, act
    certificate = execute(made.archive, listed.id)
    assert certificate.struck == left
    assert states(made.archive) == [State.DESTROYED] + [State.PROPOSED] * 2
    assert len(packages(made.archive)) == 2
    assert all(made.archive.verify(code).passed for code in left)


def test_what_has_begun_and_is_whole_can_be_struck_off() -> None:
    authority = TestAuthority(clock=lambda: EXPIRED)
    made = office(timestamper=authority, authorities=(authority.root,))
    listed = approved_list(made)
    storage = made.archive.storage
    broken = evolve(made.archive, storage=_Stuck(storage))
    with pytest.raises(StorageError):
        execute(broken, listed.id)
    made.archive.refresh()
    assert states(made.archive) == [State.DESTROYING] * 3
    with pytest.raises(RecordDestroyedError):
        made.archive.package(listed.codes[0])
    strike = made.archive.destruction.strike
    strike(listed.id, listed.codes[:1], by="周九", reason="续查")
    assert states(made.archive)[0] is State.PROPOSED
    storage.delete(made.archive.entry(listed.codes[1]).key)
    with pytest.raises(RecordDestroyedError):
        strike(listed.id, listed.codes[1:2], by="周九", reason="续查")
    certificate = execute(made.archive, listed.id)
    assert certificate.struck == listed.codes[:1]
    with pytest.raises(RecordDestroyedError):
        strike(listed.id, listed.codes[2:], by="周九", reason="续查")


class _Stuck:
    """A storage that deletes no package."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def delete(self, key: str) -> None:
        if not key.startswith("packages/"):
            self._inner.delete(key)


def test_what_is_still_there_after_its_deletion_is_not_called_destroyed() -> None:
    made = office(storage=MemoryStorage())
    listed = approved_list(made)
    broken = evolve(made.archive, storage=_Stuck(made.archive.storage))
    assert "still there" in refused(
        Office(broken, made.clock, None), listed.id, StorageError
    )


def test_copies_are_deleted_too() -> None:
    made = office()
    copy = MemoryStorage()
    for key in packages(made.archive)[1:]:
        copy.put(key, [b"".join(made.archive.storage.get(key))])
    listed = approved_list(made)
    with pytest.raises(InvalidValueError, match="own storage"):
        execute(made.archive, listed.id, copies=[made.archive.storage])
    certificate = execute(made.archive, listed.id, copies=[copy])
    assert certificate.copies == 1
    assert not list(copy.keys())
    assert not packages(made.archive)


def test_each_copy_counts_once(tmp_path: Path) -> None:
    """The certificate tells their number for ever."""
    own, other = FileStorage(tmp_path / "own"), FileStorage(tmp_path / "other")
    made = office(storage=own)
    listed = approved_list(made)
    for copies in ([FileStorage(tmp_path / "own")], [other, other]):
        with pytest.raises(InvalidValueError, match="own storage, or named twice"):
            execute(made.archive, listed.id, copies=copies)
    assert len(packages(made.archive)) == 3
    assert execute(made.archive, listed.id, copies=[other]).copies == 1


def test_words_that_are_kept_for_ever_hold_no_personal_number() -> None:
    made = office()
    made.clock.now = EXPIRED
    appraise(made.archive)
    destruction = made.archive.destruction
    listed, words = destruction.list(by="周九"), "身份证 110101199003070011"
    with pytest.raises(InvalidValueError, match="opinion"):
        destruction.approve(listed.id, by="孙八", role="负责人", opinion=words)
    with pytest.raises(InvalidValueError, match="reason"):
        destruction.strike(listed.id, listed.codes, by="周九", reason=words)
    approve(made.archive, listed.id)
    with pytest.raises(InvalidValueError, match="method"):
        destruction.execute(listed.id, witnesses=WITNESSES, method=words)
    assert len(packages(made.archive)) == 3


def test_what_began_goes_on_as_it_began() -> None:
    made = office()
    listed = approved_list(made)
    broken = evolve(made.archive, storage=_Stuck(made.archive.storage))
    with pytest.raises(StorageError):
        execute(broken, listed.id)
    made.archive.refresh()
    for wrong in (
        {"witnesses": ("王五", "吴十")},
        {"method": "粉碎"},
        {"copies": [MemoryStorage()]},
    ):
        refused(made, listed.id, InvalidValueError, **wrong)
    with pytest.raises(StateError, match="begun"):
        made.archive.destruction.approve(
            listed.id, by="郑一", role="局长", opinion="同意"
        )
    certificate = execute(made.archive, listed.id, witnesses=WITNESSES[::-1])
    assert certificate.witnesses == WITNESSES


def test_a_lost_or_damaged_package_is_not_destroyed() -> None:
    made = office()
    listed = approved_list(made)
    key = made.archive.entry(listed.codes[0]).key
    data = b"".join(made.archive.storage.get(key))
    made.archive.storage.delete(key)
    refused(made, listed.id, NotStoredError)
    made.archive.storage.put(key, [data[:-9] + b"damaged.."])
    refused(made, listed.id, EgovArchiveError)
    made.archive.storage.delete(key)
    made.archive.storage.put(key, [data])
    assert len(execute(made.archive, listed.id).records) == 3


def test_who_cannot_certify_does_not_destroy() -> None:
    made = office()
    listed = approved_list(made)
    mute = evolve(made.archive, signer=None)
    refused(Office(mute, made.clock, None), listed.id, SigningError)
    assert states(made.archive) == [State.LISTED] * 3


def test_a_clock_that_runs_ahead_destroys_nothing() -> None:
    ahead = office(stamped=True)
    listed = approved_list(ahead)
    for wrong in (timedelta(days=-300), timedelta(days=-2), timedelta(days=2)):
        at = ahead.clock.now + wrong
        authority = TestAuthority(clock=partial(_same, at))
        archive = evolve(
            ahead.archive,
            timestamper=authority,
            authorities=(authority.root,),
        )
        refused(Office(archive, ahead.clock, None), listed.id, ClockError)
    assert states(ahead.archive) == [State.LISTED] * 3


def _same(at: datetime) -> datetime:
    return at


def test_a_clock_that_was_set_back_decides_nothing() -> None:
    made = office()
    listed = approved_list(made)
    made.clock.now = EXPIRED - timedelta(days=20)
    refused(made, listed.id, ClockError)
    made.clock.now = EXPIRED - timedelta(days=365)
    refused(made, listed.id, EgovArchiveError)


def test_without_an_authority_that_answers_nothing_goes() -> None:
    made = office()
    listed = approved_list(made)
    faults = [Fault.LATE]
    authority = TestAuthority(clock=made.clock, faults=faults)
    stamped = evolve(made.archive, timestamper=authority, authorities=(authority.root,))
    refused(Office(stamped, made.clock, None), listed.id, TimestampUnavailableError)
    assert len(execute(stamped, listed.id).records) == 3


def test_own_copies_are_purged_once_custody_is_over() -> None:
    made = office(count=1, long=2)
    made.clock.now = EXPIRED
    first, second = codes_of(made.archive, "D30")
    custody = date(2026, 3, 31)
    transfer(made.archive, [first], custody)
    make = made.archive.destruction.list
    with pytest.raises(NotTransferredError, match="no verified receipt"):
        make([second], purge=True, by="周九")
    with pytest.raises(NotTransferredError, match="kept until"):
        make([first], purge=True, by="周九")
    made.clock.now = EXPIRED.replace(month=4)
    with pytest.raises(StateError, match="transferred"):
        make([first], by="周九")
    hold(made.archive, Scope(codes=[first]))
    with pytest.raises(LegalHoldError):
        make([first], purge=True, by="周九")
    made.archive.holds.release(
        number="法院函1", reason="结案", authority="某法院", by="周九"
    )
    listed = make(purge=True, by="周九")
    assert listed.codes == (first,)
    assert listed.records[0].grounds == "b" * 64
    approve(made.archive, listed.id)
    execute(made.archive, listed.id)
    assert states(made.archive, "D30") == [State.DESTROYED, State.HELD]


def test_a_struck_record_goes_back_to_where_it_stood() -> None:
    made = office()
    listed = approved_list(made)
    strike = made.archive.destruction.strike
    strike(listed.id, listed.codes, by="周九", reason="续查")
    assert states(made.archive) == [State.PROPOSED] * 3
    with pytest.raises(StateError):
        strike(listed.id, listed.codes[:1], by="周九", reason="续查")
    with pytest.raises(StateError, match="nothing is left"):
        execute(made.archive, listed.id)
    again = made.archive.destruction.list(by="周九")
    assert again.id != listed.id
    refused(made, again.id, ApprovalMissingError)


def test_a_list_that_was_altered_is_neither_approved_nor_executed() -> None:
    made = office()
    listed = approved_list(made)
    key = f"destructions/{FONDS}/{listed.id}/list.json"
    made.archive.storage.delete(key)
    made.archive.storage.put(key, [evolve(listed, listed_by="某人").encode()])
    refused(made, listed.id, StorageError)
    with pytest.raises(StorageError):
        made.archive.destruction.approve(
            listed.id, by="郑一", role="局长", opinion="同意"
        )
    with pytest.raises(StateError):
        made.archive.destruction.execute("0" * 64, witnesses=WITNESSES, method=METHOD)
    with pytest.raises(InvalidValueError):
        made.archive.destruction.status("../../journal")


def test_a_certificate_put_there_before_is_not_taken() -> None:
    made = office()
    listed = approved_list(made)
    key = f"destructions/{FONDS}/{listed.id}/certificate.json"
    made.archive.storage.put(key, [b"{}"])
    with pytest.raises(StorageError, match="altered"):
        execute(made.archive, listed.id)
    made.archive.storage.delete(key)
    certificate = execute(made.archive, listed.id)
    made.archive.storage.delete(key)
    made.archive.storage.put(key, [certificate.encode().replace(b"D1", b"D9")])
    with pytest.raises(StorageError, match="altered"):
        made.archive.destruction.certificate(listed.id)


@pytest.mark.parametrize("change", ["case_number", "manifest", "list"])
def test_tombstones_put_there_before_are_not_taken(change: str) -> None:
    made = office(count=1)
    listed = approved_list(made)
    entry = made.archive.entry(listed.codes[0])
    stone = Tombstone(
        entry=evolve(entry, case_number="C-9") if change == "case_number" else entry,
        standing=made.archive.standing(entry.code),
        list="0" * 64 if change == "list" else listed.id,
        manifest={"sha256": "0" * 64 if change == "manifest" else entry.package},
        signature=None if entry.signature is None else {"sha256": entry.signature},
        evidence=None,
    )
    key = f"destructions/{FONDS}/{listed.id}/tombstones.jsonl"
    made.archive.storage.put(key, [stone.encode()])
    assert "altered" in refused(made, listed.id, StorageError)
    made.archive.storage.delete(key)
    assert len(execute(made.archive, listed.id).records) == 1


def test_no_certificate_before_the_end() -> None:
    made = office()
    listed = approved_list(made)
    with pytest.raises(StateError, match="no certificate"):
        made.archive.destruction.certificate(listed.id)


def test_the_form_shows_what_the_list_is() -> None:
    made = office()
    listed = approved_list(made)
    form = made.archive.destruction.form(listed.id)
    assert isinstance(form, DestructionListForm)
    assert (len(form.rows), form.destroyed_on) == (3, None)
    assert form.rows[0].opinion == "销毁；已无查考价值"
    execute(made.archive, listed.id)
    done = made.archive.destruction.form(listed.id)
    assert done.destroyed_on == EXPIRED.date()
    assert done.witnesses == WITNESSES
    assert "电子档案销毁清册" in str(done.form().title)


def test_lists_are_told_in_their_order() -> None:
    made = office()
    made.clock.now = EXPIRED
    appraise(made.archive)
    first, *rest = codes_of(made.archive)
    one = made.archive.destruction.list([first], by="周九")
    two = made.archive.destruction.list([str(code) for code in rest], by="周九")
    found = list(made.archive.destruction.lists())
    assert [each.list.id for each in found] == [one.id, two.id]
    assert [len(each.waiting) for each in found] == [1, 2]
    assert found[0].row()["approved"] is False


def test_records_of_another_fonds_are_left_alone() -> None:
    made = office()
    made.clock.now = EXPIRED
    stranger = ArchivalCode.parse("J020-ZY·XK·2024·D1-0001")
    with pytest.raises(EgovArchiveError):
        made.archive.destruction.list([stranger], by="周九")
