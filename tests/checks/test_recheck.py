"""An inspector who checks again gets the same answer, or is told what differs."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from checks.subjects import BASIC, data_of, doctored, fresh, opened, stored, subject
from egovarchive.checks import Stage, run
from egovarchive.checks.recheck import differences, recheck
from egovarchive.checks.report_json import decode_report, encode_report


def test_the_same_package_gives_the_same_answer() -> None:
    report = run(subject(stored()), Stage.ARCHIVING)
    again = recheck(decode_report(encode_report(report)), subject(stored()))
    assert again.same
    assert again.differences == ()
    assert again.after.findings == report.findings


def test_a_package_formed_just_now_and_the_stored_one_do_not_differ() -> None:
    package = fresh()
    report = run(subject(package), Stage.ARCHIVING)
    assert recheck(report, subject(opened(data_of(package)))).same


def test_another_package_is_told_by_its_id_alone() -> None:
    report = run(subject(stored()), Stage.ARCHIVING)
    other = doctored({BASIC: lambda data: data.replace(b"C-000001", b"C-000009")})
    again = recheck(report, subject(other))
    assert not again.same


def test_what_differs_is_named_with_what_it_was() -> None:
    data = data_of(fresh())
    report = run(subject(opened(data)), Stage.ARCHIVING)
    altered = opened(data.replace(b"second", b"sec0nd"))
    again = recheck(report, subject(altered), operator="省档案馆")
    assert not again.same
    [difference] = again.differences
    assert difference.check == "integrity.members"
    assert difference.was is not None
    assert difference.now is not None
    assert "now failed" in difference.message()
    assert "现为 未通过" in difference.message("zh")
    assert again.after.operator == "省档案馆"


def test_what_could_not_be_checked_before_is_a_difference() -> None:
    before = evolve(subject(stored()), verifier=None)
    report = run(before, Stage.ARCHIVING)
    again = recheck(report, subject(stored()))
    assert [each.check for each in again.differences] == ["authenticity.signature"]


def test_another_time_alone_is_none() -> None:
    report = run(subject(stored()), Stage.ARCHIVING)
    later = subject(stored())
    later = evolve(later, on=later.at + timedelta(days=400))
    assert recheck(report, later).same


def test_one_bad_part_more_of_the_same_file_is_a_difference() -> None:
    report = run(subject(stored()), Stage.ARCHIVING)
    again = [*report.findings, report.findings[0]]
    [come] = differences(report.findings, again)
    assert (come.was, come.now) == (None, report.findings[0])
    [gone] = differences(again, report.findings)
    assert (gone.was, gone.now) == (report.findings[0], None)
