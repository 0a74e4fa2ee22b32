"""A report as JSON, XML and a page: all of it is there, and nothing runs."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from hashlib import sha256
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from checks.subjects import BASIC, doctored, ran, stored
from egovarchive.checks import Finding, Outcome, Report, Review, Stage
from egovarchive.checks.report_html import report_html
from egovarchive.checks.report_json import decode_report, encode_report
from egovarchive.checks.report_xml import report_xml
from egovarchive.errors import InvalidValueError
from egovarchive.records.moment import CHINA

AT = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
findings = st.builds(
    Finding,
    check=st.sampled_from(["integrity.members", "security.malware", "our.own"]),
    outcome=st.sampled_from(Outcome),
    object=texts,
    en=texts,
    zh=texts,
    expected=texts,
    found=texts,
    tool=texts,
    digest=texts,
).filter(lambda finding: finding.check != "our.own")
reports = st.builds(
    Report,
    stage=st.sampled_from(Stage),
    object=texts,
    at=st.just(AT),
    findings=st.lists(findings, max_size=8).map(tuple),
    required=st.frozensets(st.sampled_from(["integrity.members", "x.y"])),
    package=texts,
    profile=texts,
    policy=texts,
    operator=texts,
    library=texts,
)


def bad() -> Report:
    return ran(doctored({BASIC: lambda data: data.replace(b"2026", b"2O26")}))


class TestJson:
    @given(reports)
    def test_reads_back_as_the_same_report(self, report: Report) -> None:
        data = encode_report(report)
        assert decode_report(data) == report
        assert encode_report(decode_report(data)) == data

    def test_tells_of_each_check_what_it_goes_by(self) -> None:
        rows = json.loads(encode_report(ran(stored())))
        assert rows["passed"] is True
        assert rows["complete"] is False
        assert rows["checks"]["authenticity.signature"]["code"] == "GD-1-1"
        assert "code" not in rows["checks"]["authenticity.content_attributes"]
        for row in rows["checks"].values():
            assert row["title"]
            assert row["zh"]
            assert row["rule"]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b'"passed": true', b'"passed": false'),
            (b'"complete": false', b'"complete": true'),
            (b'"report": 1', b'"report": 2'),
            (b'"stage": "archiving"', b'"stage": "never"'),
            (b'"outcome": "passed"', b'"outcome": "fine"'),
            (b"{", b"["),
        ],
    )
    def test_that_was_altered_is_refused(self, old: bytes, new: bytes) -> None:
        data = encode_report(ran(stored()))
        assert old in data
        with pytest.raises(InvalidValueError, match="not a report"):
            decode_report(data.replace(old, new, 1))

    @given(st.binary(max_size=200))
    def test_of_anything_else_is_refused(self, data: bytes) -> None:
        with pytest.raises(InvalidValueError):
            decode_report(data)


class TestXml:
    @given(reports)
    def test_has_every_finding(self, report: Report) -> None:
        root = etree.fromstring(report_xml(report))
        assert len(root.findall("check/finding")) == len(report.findings)
        assert root.get("passed") == str(report.passed).lower()

    def test_names_code_and_rule(self) -> None:
        root = etree.fromstring(report_xml(ran(stored())))
        check = root.find("check[@name='authenticity.signature']")
        assert check is not None
        assert check.get("code") == "GD-1-1"
        assert check.get("required") == "true"


class TestPage:
    @given(reports)
    def test_runs_nothing_and_loads_nothing(self, report: Report) -> None:
        page = html.document_fromstring(report_html(report))
        for tag in ("script", "link", "img", "iframe", "object", "embed", "a", "form"):
            assert not page.findall(f".//{tag}"), tag
        assert not page.xpath("//@onclick | //@onload | //@src | //@href")

    def test_escapes_what_files_say(self) -> None:
        evil = '<script>alert("1")</script>\u202egnp.exe'
        report = ran(stored())
        finding = evolve(report.findings[0], object=evil, zh=evil, en=evil)
        text = report_html(evolve(report, findings=(finding,), object=evil))
        assert "<script" not in text
        assert "\u202e" not in text
        assert "\\u202egnp.exe" in text

    def test_names_every_file_that_is_bad(self) -> None:
        failures = tuple(
            Finding(
                check="integrity.members",
                outcome=Outcome.FAILED,
                object=f"申报文件/{number}.pdf",
                en="altered",
                zh="已被改动",
            )
            for number in range(300)
        )
        report = evolve(ran(stored()), findings=failures)
        text = report_html(report)
        assert all(finding.object in text for finding in failures)
        assert "未通过：300 项" in text

    def test_says_once_what_is_the_same_of_many_and_names_each_once(self) -> None:
        failures = tuple(
            Finding(
                check="integrity.content",
                outcome=Outcome.FAILED,
                object=f"<{number}>.pdf",
                en="cut off",
                zh="文件不完整",
                digest=f"sha256:{number:064x}",
            )
            for number in range(300)
        )
        text = report_html(evolve(ran(stored()), findings=failures))
        assert text.count("文件不完整") == 1
        assert all(text.count(f"&lt;{number}&gt;.pdf") == 1 for number in range(300))
        assert all(finding.digest in text for finding in failures)
        assert "300 项，见“问题与待办”" in text

    def test_names_the_basis_of_each_check(self) -> None:
        text = report_html(ran(stored()))
        assert "依据 basis: 规范规定的目录 · the folders of the profile" in text

    def test_counts_what_passed_in_long_lists(self) -> None:
        fine = tuple(
            Finding(
                check="integrity.members",
                outcome=Outcome.PASSED,
                object=f"申报文件/{number}.pdf",
                en="fine",
                zh="完好",
            )
            for number in range(300)
        )
        text = report_html(evolve(ran(stored()), findings=fine))
        assert "另有 295 项通过" in text
        assert len(text) < 20_000

    def test_says_in_words_that_what_was_not_done_is_no_pass(self) -> None:
        report = ran(stored())
        assert report.passed
        assert not report.complete
        text = report_html(report)
        assert "不计为通过" in text
        assert "未检测" in text

    def test_of_a_bad_package_says_so_first(self) -> None:
        report = bad()
        assert not report.passed
        text = report_html(report)
        assert text.index("未通过") < text.index("汇总")

    def test_of_nothing_is_no_pass(self) -> None:
        empty = Report(stage=Stage.ARCHIVING, object="x", at=AT, findings=())
        assert "未作任何检测" in report_html(empty)

    def test_of_what_nobody_looked_at_is_no_pass_whatever_is_required(self) -> None:
        idle = Finding(
            "security.malware", Outcome.NOT_PERFORMED, "x", "no scanner", "无扫描工具"
        )
        report = Report(stage=Stage.ARCHIVING, object="x", at=AT, findings=(idle,))
        assert not report.required
        assert not report.passed
        assert "全部通过" not in report_html(report)


def test_a_report_made_where_another_time_is_kept_can_be_read_back() -> None:
    report = evolve(ran(stored()), at=AT.astimezone(timezone.utc))
    assert decode_report(encode_report(report)) == report
    assert "2026-11-23 09:30:00+08:00" in report_html(report)


class TestReview:
    def report(self) -> Report:
        waiting = Finding(
            check="usability.scan_quality",
            outcome=Outcome.NEEDS_REVIEW,
            object="申报文件/001-页.tif",
            en="page 2 may be blank",
            zh="第 2 页可能为空白页",
        )
        return evolve(
            ran(stored()),
            findings=(waiting,),
            required=frozenset({"usability.scan_quality"}),
        )

    def review(self, outcome: Outcome = Outcome.PASSED) -> Review:
        [waiting] = self.report().waiting
        return waiting.review(outcome, by="档案员 07", reason="背面本为空白", at=AT)

    def test_takes_the_place_of_what_waited_for_it(self) -> None:
        report = self.report()
        assert report.waiting
        assert not report.passed
        done = report.reviewed([self.review()])
        assert done.passed
        assert done.complete
        assert "档案员 07" in done.findings[0].zh
        assert "背面本为空白" in done.findings[0].en

    def test_may_be_a_failure(self) -> None:
        assert self.report().reviewed([self.review(Outcome.FAILED)]).failures

    def test_cannot_overrule_a_tool(self) -> None:
        report = self.report()
        failed = evolve(report.findings[0], outcome=Outcome.FAILED)
        report = evolve(report, findings=(failed,))
        assert report.reviewed([self.review()]) == report

    @pytest.mark.parametrize(
        "change",
        [
            {"object": "申报文件/002-页.tif"},
            {"en": "page 3 may be blank"},
            {"check": "usability.readable"},
            {"digest": f"sha256:{'0' * 64}"},
            {"expected": "1"},
            {"found": "1"},
        ],
    )
    def test_holds_for_what_was_said_and_for_nothing_else(
        self, change: dict[str, Any]
    ) -> None:
        report = self.report()
        other = evolve(report.findings[0], **change)
        both = evolve(report, findings=(other, *report.findings, other))
        reviewed = both.reviewed([self.review()])
        assert reviewed.findings[0] is other
        assert reviewed.findings[1].outcome is Outcome.PASSED
        assert reviewed.findings[2] is other

    @pytest.mark.parametrize(
        "change", [{"zh": "第二页疑似空白"}, {"tool": "another 2.0"}]
    )
    def test_holds_for_the_same_by_another_tool(self, change: dict[str, Any]) -> None:
        report = self.report()
        other = evolve(report.findings[0], **change)
        again = evolve(report, findings=(other,)).reviewed([self.review()])
        assert again.complete

    def test_is_kept_under_a_digest_that_anybody_can_take(self) -> None:
        [waiting] = self.report().waiting
        said = (
            '["usability.scan_quality","申报文件/001-页.tif","","","",'
            '"page 2 may be blank"]'
        )
        assert waiting.id == sha256(said.encode()).hexdigest()
        assert evolve(waiting, object="\ud800").id != waiting.id

    def test_of_several_the_last_counts(self) -> None:
        reviews = [self.review(Outcome.FAILED), self.review(Outcome.WARNED)]
        [finding] = self.report().reviewed(reviews).findings
        assert finding.outcome is Outcome.WARNED

    @pytest.mark.parametrize("outcome", [Outcome.NOT_PERFORMED, Outcome.NEEDS_REVIEW])
    def test_decides(self, outcome: Outcome) -> None:
        with pytest.raises(InvalidValueError, match="cannot be"):
            self.review(outcome)
