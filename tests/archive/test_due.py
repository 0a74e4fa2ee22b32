"""What is due comes by day, page by page, and as it stands now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.later import TODAY, archive_of, bring, long_ones, record, short_ones
from archive.office import arrangement, clock, new_archive
from egovarchive.archive import Archive
from egovarchive.archive.agenda.duties import KINDS, OF_RECORDS
from egovarchive.archive.agenda.work_list import WorkList
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.errors import EvidenceError, InvalidValueError
from egovarchive.lifecycle.duty import Duty, Urgency
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.hold import Scope
from egovarchive.lifecycle.state import State
from egovarchive.records.deadlines import DeadlineKind, Level
from egovarchive.testing.catalog_journal import FIRST, JournalWriter, series_of
from egovarchive.testing.lives import life
from egovarchive.testing.timestamps import TestAuthority

TRANSFER, END = DeadlineKind.TRANSFER, DeadlineKind.RETENTION_END


@pytest.fixture
def archive() -> Archive:
    return archive_of(level=Level.COUNTY)


def hold(archive: Archive, number: str = "H-1", **scope: Any) -> None:
    archive.holds.place(
        number=number,
        reason="诉讼",
        authority="某区人民法院",
        scope=Scope(**scope),
        by="王五",
    )


def told(duties: Iterator[Duty]) -> list[tuple[str, str, str]]:
    return [(str(d.on), d.kind.value, str(d.entry and d.entry.code)) for d in duties]


def test_duties_come_by_day_across_kinds(archive: Archive) -> None:
    one, two, three = (str(entry.code) for entry in long_ones(archive))
    short, other = (str(entry.code) for entry in short_ones(archive))
    assert told(archive.due(TODAY)) == [
        ("2031-03-06", "transfer", one),
        ("2031-03-07", "transfer", two),
        ("2031-03-08", "transfer", three),
        ("2036-03-06", "statutory_transfer", one),
        ("2036-03-07", "statutory_transfer", two),
        ("2036-03-08", "statutory_transfer", three),
        ("2036-12-31", "retention_end", short),
        ("2036-12-31", "retention_end", other),
    ]
    assert {duty.urgency for duty in archive.due(TODAY)} == {Urgency.OVERDUE}
    assert {duty.unit for duty in archive.due(TODAY)} == {"某市行政审批服务局"}


def test_nothing_is_due_before_its_day(archive: Archive) -> None:
    first = date(2031, 3, 6)
    assert list(archive.due(first - timedelta(1))) == []
    (duty,) = archive.due(first)
    assert duty.urgency is Urgency.NOW
    (ahead,) = archive.due(first - timedelta(40), within=40)
    assert (ahead.on, ahead.urgency) == (first, Urgency.SOON)
    assert len(list(archive.due(date(2026, 11, 23), within=9_999_999))) == 11


def test_kinds_are_asked_for(archive: Archive) -> None:
    found = list(archive.due(TODAY, kinds=[END, TRANSFER]))
    assert {duty.kind for duty in found} == {END, TRANSFER}
    assert list(archive.due(TODAY, kinds=[])) == []
    with pytest.raises(InvalidValueError, match="archive_online is no duty") as refused:
        archive.due(TODAY, kinds=[DeadlineKind.ARCHIVE_ONLINE])
    assert "在线归档" in refused.value.message("zh")
    with pytest.raises(InvalidValueError, match="'transfer' is no duty"):
        archive.due(TODAY, kinds=["transfer"])  # type: ignore[list-item]


@pytest.mark.parametrize("name", ["within", "limit"])
def test_a_negative_number_is_refused(archive: Archive, name: str) -> None:
    with pytest.raises(InvalidValueError, match="-1"):
        archive.due(TODAY, **{name: -1})  # type: ignore[arg-type]


def test_a_moment_is_no_day(archive: Archive) -> None:
    for ask in (archive.due, archive.work_list):
        with pytest.raises(InvalidValueError, match="not a date") as refused:
            ask(clock())
        assert "不是日期" in refused.value.message("zh")
        with pytest.raises(InvalidValueError, match="'2040-01-10' is not a date"):
            ask("2040-01-10")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="negative"):
        archive.work_list(TODAY, within=-1)


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_pages_make_the_whole(archive: Archive, size: int) -> None:
    every, pages = list(archive.due(TODAY)), []
    after: Duty | None = None
    while page := list(archive.due(TODAY, limit=size, after=after)):
        assert len(page) <= size
        pages += page
        after = page[-1]
    assert pages == every
    assert list(archive.due(TODAY, limit=0)) == []


def test_who_works_off_a_page_sees_the_next(archive: Archive) -> None:
    seen = []
    after: Duty | None = None
    while page := list(archive.due(TODAY, kinds=[TRANSFER], limit=1, after=after)):
        [after] = page
        assert after.entry is not None
        seen.append(after.entry.code)
        bring(archive, after.entry, State.TRANSFERRED)
    assert seen == [entry.code for entry in long_ones(archive)]
    assert list(archive.due(TODAY, kinds=[TRANSFER])) == []


def test_what_was_transferred_is_due_no_more_but_its_copy_is(archive: Archive) -> None:
    entry = long_ones(archive)[0]
    bring(archive, entry, State.TRANSFERRED)
    (duty,) = (d for d in archive.due(TODAY) if d.entry == entry)
    assert duty.kind is DeadlineKind.CUSTODY_END
    assert duty.state is State.TRANSFERRED
    assert duty.urgency is Urgency.NOW, "nobody demands that a copy is destroyed"


def test_what_is_on_its_way_is_still_due(archive: Archive) -> None:
    entry = long_ones(archive)[0]
    bring(archive, entry, State.SENT)
    duty = next(archive.due(TODAY, kinds=[TRANSFER]))
    assert (duty.entry, duty.state) == (entry, State.SENT)


@pytest.mark.parametrize("state", [State.PROPOSED, State.LISTED, State.DESTROYING])
def test_what_was_decided_is_not_to_be_appraised_again(
    archive: Archive, state: State
) -> None:
    first, second = short_ones(archive)
    bring(archive, first, state)
    assert [d.entry for d in archive.due(TODAY, kinds=[END])] == [second]
    (line,) = (x for x in archive.work_list(TODAY).lines if x.kind is END)
    assert line.count == 1


def test_an_extension_is_explained_by_its_consent(archive: Archive) -> None:
    code = long_ones(archive)[0].code
    archive.extend(
        code,
        until=date(2042, 6, 30),
        authority="某市档案局",
        approval="某档函〔2040〕3号",
        by="王五",
    )
    (duty,) = (
        d
        for d in archive.due(TODAY, kinds=[TRANSFER], within=1_000)
        if d.entry is not None and d.entry.code == code
    )
    assert duty.on == date(2042, 6, 30)
    assert duty.urgency is Urgency.LATER
    assert "某档函〔2040〕3号" in duty.explain("zh")
    assert "Extended with consent" in duty.explain()


def test_holds_are_named(archive: Archive) -> None:
    entry = short_ones(archive)[0]
    hold(archive, "H-1", codes=[entry.code])
    hold(archive, "H-2", everything=True)
    by_code = {d.entry.code: d.holds for d in archive.due(TODAY) if d.entry}
    assert by_code[entry.code] == ("H-1", "H-2")
    assert by_code[long_ones(archive)[0].code] == ("H-2",)
    archive.holds.release("H-2", reason="结案", authority="某法院", by="王五")
    assert [d.holds for d in archive.due(TODAY) if d.holds] == [("H-1",)]


def test_other_fonds_are_not_our_duty(archive: Archive) -> None:
    other = archive_of(
        2, 1, catalog=archive.catalog, arrangement=arrangement(fonds="J020")
    )
    assert {d.entry.fonds for d in other.due(TODAY) if d.entry} == {"J020"}
    assert {d.entry.fonds for d in archive.due(TODAY) if d.entry} == {"J019"}
    assert sum(line.count for line in other.work_list(TODAY).lines) == 3


def test_a_work_list_counts_what_is_due(archive: Archive) -> None:
    hold(archive, codes=[short_ones(archive)[0].code])
    found = archive.work_list(date(2031, 3, 7), within=2_200)
    told = [(x.kind.value, x.urgency.value, x.count, x.on_hold) for x in found.lines]
    assert told == [
        ("transfer", "overdue", 1, 0),
        ("transfer", "now", 2, 0),
        ("statutory_transfer", "later", 3, 0),
        ("retention_end", "later", 2, 1),
    ]
    assert [*found.first] == [*archive.due(date(2031, 3, 7), within=2_200)]
    assert found.holds == ("H-1",)
    assert found.until == date(2031, 3, 7) + timedelta(2_200)


def test_a_work_list_says_what_waits_for_others(archive: Archive) -> None:
    one, two, three = long_ones(archive)
    bring(archive, one, State.SENT)
    bring(archive, two, State.OFFERED)
    short, other = short_ones(archive)
    bring(archive, short, State.PROPOSED)
    bring(archive, other, State.DESTROYING)
    bring(archive, three, State.LISTED, transferred=True)
    # It happened on 23 November 2026.
    soon = {w.state for w in archive.work_list(date(2026, 11, 24)).waiting}
    assert soon == {State.PROPOSED, State.LISTED, State.DESTROYING}
    found = archive.work_list(date(2026, 12, 23)).waiting
    assert [(w.state, w.count, w.days) for w in found] == [
        (state, 1, 30)
        for state in (
            State.OFFERED,
            State.SENT,
            State.PROPOSED,
            State.LISTED,
            State.DESTROYING,
        )
    ]
    assert found[1].of == archive.catalog.standing(one.code).batch
    assert found[2].of == archive.catalog.standing(short.code).appraisal
    assert found[3].of == archive.catalog.standing(three.code).listed
    assert len(archive.work_list(date(2026, 11, 30), patience=7).waiting) == 5
    # Before it happened, nothing waited.
    assert archive.work_list(date(2026, 11, 22)).waiting == ()
    text = archive.work_list(date(2026, 12, 23)).message("zh")
    assert "已移交待接收" in text
    assert "30 天" in text


def test_records_that_wait_together_are_counted_together(archive: Archive) -> None:
    for entry in long_ones(archive):
        bring(archive, entry, State.SENT)
    (waiting,) = archive.work_list(TODAY).waiting
    assert waiting.count == 3
    told = f"sent {waiting.of[:12]}: waiting since 2026-11-23, 4796 days; records: 3"
    assert told in archive.work_list(TODAY).message()


def test_a_work_list_speaks_both_languages(archive: Archive) -> None:
    hold(archive, everything=True)
    found = archive.work_list(TODAY)
    english, chinese = found.message(), found.message("zh")
    assert str(found) == english
    assert "transfer, overdue, 某市行政审批服务局: 3, on hold 3" in english
    assert "移交　已逾期　某市行政审批服务局　3，其中冻结 3" in chinese
    assert "Holds in force: H-1" in english
    assert "现行冻结：H-1" in chinese
    nothing = new_archive(clock=clock).work_list(TODAY)
    assert "Nothing is due, and nothing waits." in nothing.message()
    assert "没有到期或待办事项。" in nothing.message("zh")


def test_rows_are_plain(archive: Archive) -> None:
    bring(archive, long_ones(archive)[0], State.SENT)
    rows = list(archive.work_list(TODAY).rows())
    assert rows[0] == {
        "what": "transfer",
        "urgency": "overdue",
        "since": None,
        "unit": "某市行政审批服务局",
        "office": None,
        "count": 3,
        "on_hold": 0,
    }
    assert rows[-1]["what"] == "sent"
    assert rows[-1]["since"] == "2026-11-23"


def test_a_page_of_it_is_escaped() -> None:
    bad = archive_of(arrangement=arrangement(unit="<script>alert(1)</script>"))
    bring(bad, long_ones(bad)[0], State.SENT)
    hold(bad, "<b>H</b>", everything=True)
    page = bad.work_list(TODAY)._repr_html_()
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page
    for word in ("移交 transfer", "已逾期 overdue", "&lt;b&gt;H", "2031-03-07"):
        assert word in page
    for entry in bad.entries():
        assert entry.title
        assert entry.title not in page


class TestEvidence:
    """Only who has authorities to trust can say when evidence ends."""

    def test_without_authorities_it_is_not_performed(self, archive: Archive) -> None:
        found = archive.work_list(TODAY)
        assert not found.seals
        assert "not performed" in found.message()
        assert "未检测" in found.message("zh")
        assert "not performed" in found._repr_html_()
        with pytest.raises(EvidenceError, match="nobody can say") as refused:
            archive.due(TODAY, kinds=[DeadlineKind.EVIDENCE_RENEWAL])
        assert "无从得知" in refused.value.message("zh")

    @pytest.fixture
    def sealed(self) -> Archive:
        authority = TestAuthority(clock=clock)
        archive = archive_of(1, 1, clock=clock)
        return evolve(archive, timestamper=authority, authorities=(authority.root,))

    def test_what_is_not_sealed_is_a_duty_of_now(self, sealed: Archive) -> None:
        (duty,) = sealed.due(clock().date())
        assert (duty.kind, duty.on) == (DeadlineKind.EVIDENCE_RENEWAL, None)
        assert (duty.seal, duty.entry) == (1, None)
        assert duty.urgency is Urgency.NOW
        assert duty.subject() == "seal 1"
        assert duty.subject("zh") == "第 1 号封存"
        assert duty.row()["seal"] == 1
        assert list(sealed.due(clock().date(), after=duty)) == []

    def test_a_renewal_is_due_when_its_time_stamp_ends(self, sealed: Archive) -> None:
        sealed.sealing.seal()
        today = clock().date()
        assert list(sealed.due(today)) == []
        needs = sealed.sealing.duties(today, months=12 * 40)
        assert needs
        ends = needs[0].ends_on
        assert ends is not None
        found = list(sealed.due(ends, within=0))
        (duty,) = (d for d in found if d.seal is not None)
        assert duty.on == ends
        assert needs[0].message("zh") in duty.explain("zh")
        days = [d.on or date.min for d in sealed.due(today, within=99_999)]
        assert days == sorted(days)
        late = sealed.work_list(ends + timedelta(1))
        assert late.seals
        assert ("evidence_renewal", "overdue") in {
            (line.kind.value, line.urgency.value) for line in late.lines
        }
        assert "not performed" not in late.message()

    def test_pages_go_through_seals_too(self, sealed: Archive) -> None:
        sealed.sealing.seal()
        today = clock().date()
        every, pages = list(sealed.due(today, within=99_999)), []
        assert {duty.kind for duty in every} >= {TRANSFER, END}
        after: Duty | None = None
        while page := list(sealed.due(today, within=99_999, limit=1, after=after)):
            pages += page
            after = page[-1]
        assert pages == every


_lives = st.lists(st.lists(st.integers(0, 23), max_size=8), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lives=_lives, on=st.integers(-3, 6), within=st.sampled_from([0, 1, 3, 40, 400]))
def test_due_and_work_list_follow_what_happened(
    lives: list[list[int]], on: int, within: int
) -> None:
    archive = new_archive(catalog=MemoryCatalog(), clock=clock)
    writer = JournalWriter()
    rows = [
        writer.row(series_of(n), transfer=n % 3, statutory=n, end=(n + 1) % 4)
        for n, _ in enumerate(lives)
    ]
    entries = [Entry.of_row(row) for row in rows]
    archive.catalog.apply(*writer.write(*rows))
    for entry, turns in zip(entries, lives, strict=True):
        archive.catalog.apply(*writer.write(events=life(entry, turns)))
    day = FIRST + timedelta(on)
    until = day + timedelta(within)
    expected = []
    for number, entry in enumerate(entries):
        standing = archive.catalog.standing(entry.code)
        for kind in OF_RECORDS:
            due = standing.due_on(kind)
            decided = standing.state in {
                State.PROPOSED,
                State.LISTED,
                State.DESTROYING,
            } and kind in {END, DeadlineKind.CUSTODY_END}
            if due is not None and due <= until and not decided:
                expected.append((due, KINDS.index(kind), number))
    found = list(archive.due(day, within=within))
    numbers = {entry.code: number for number, entry in enumerate(entries)}
    assert [
        (d.on, KINDS.index(d.kind), numbers[d.entry.code]) for d in found if d.entry
    ] == sorted(expected)
    pages: list[Duty] = []
    while page := list(
        archive.due(day, within=within, limit=2, after=pages[-1] if pages else None)
    ):
        pages += page
    assert pages == found
    work = archive.work_list(day, within=within)
    _check_counts(work, found)
    for duty in found:
        assert duty.explain("zh")


def _check_counts(work: WorkList, found: list[Duty]) -> None:
    groups: dict[tuple[DeadlineKind, Urgency, str | None], int] = {}
    for duty in found:
        group = duty.kind, duty.urgency, duty.office
        groups[group] = groups.get(group, 0) + 1
    assert {(w.kind, w.urgency, w.office): w.count for w in work.lines} == groups


def test_nothing_happens_to_who_asks(archive: Archive) -> None:
    before = archive.head
    list(archive.due(TODAY))
    archive.work_list(TODAY)
    record(archive, ())
    assert archive.head == before
