"""Each check passes what is good, and fails what it is there to find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import evolve

from archive.office import ITEM, signer
from checks.subjects import (
    AT,
    BASIC,
    PROCESS,
    SERIES,
    data_of,
    doctored,
    expected_of,
    fresh,
    of,
    opened,
    ran,
    replaced,
    sealed,
    signature_of,
    stored,
    subject,
)
from corpus.forge import entries_of, listed, manifest_of, zipped
from egovarchive.checks import (
    CHECKS,
    Check,
    Finding,
    Outcome,
    Policy,
    Property,
    Report,
    Stage,
    run,
)
from egovarchive.checks.check import Said, Subject
from egovarchive.checks.run import unreadable
from egovarchive.errors import PackageError
from egovarchive.packages.manifest import encode
from egovarchive.records.digest import hexdigest
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import ScheduleRule

FIRST, SECOND = "申报文件/001-申请表.txt", "申报文件/002-执照.txt"


def failed(report: Report, check: str, *words: str, also: str = "") -> None:
    """Check that *check* failed and said *words*; and no other, but *also*."""
    assert not report.passed
    failures = {finding.check for finding in report.failures}
    assert failures == {check} | ({also} if also else set()), str(report)
    said = " ".join(
        f"{finding.object} {finding.en} {finding.zh}"
        for finding in of(report, check)
        if finding.outcome is Outcome.FAILED
    )
    for word in words:
        assert word in said


def passes(found: list[Finding]) -> bool:
    return all(finding.outcome is Outcome.PASSED for finding in found)


class TestAGoodPackage:
    @pytest.mark.parametrize("stage", Stage)
    @pytest.mark.parametrize("package", [fresh, stored])
    def test_passes_every_check_of_every_stage(
        self, package: Callable[[], Any], stage: Stage
    ) -> None:
        expected = None
        if stage is Stage.PRESERVATION:
            given = package()
            data = data_of(given)
            expected = expected_of(opened(data))
            report = ran(opened(data), stage, expected=expected)
            assert report.object == str(expected.code)
        else:
            given = package()
            report = ran(given, stage)
            assert report.object == given.id
        assert report.passed, str(report)
        assert report.at == AT
        report.raise_for_failures()
        names = [check.name for check in CHECKS if stage in check.stages]
        assert list(dict.fromkeys(f.check for f in report.findings)) == names

    def test_that_was_formed_just_now_is_not_read_again(self) -> None:
        package = fresh()
        found = of(ran(package), "integrity.members")
        assert {FIRST, SECOND, BASIC, PROCESS} <= {f.object for f in found}
        assert all("read when packed" in finding.en for finding in found)
        now = of(ran(stored()), "integrity.members")
        assert [f.object for f in now] == [f.object for f in found]
        assert all("read now" in finding.en for finding in now)


class TestSignature:
    CHECK = "authenticity.signature"

    def test_is_missing(self) -> None:
        unsigned = opened(zipped(listed(entries_of(stored()), signature=None)))
        failed(ran(unsigned), self.CHECK, "not signed", "未签名")

    def test_is_by_a_stranger(self) -> None:
        strange = doctored({}, signer=signer("陌生人"))
        failed(ran(strange), self.CHECK, "陌生人")

    def test_is_over_something_else(self) -> None:
        other = zipped(listed(entries_of(stored()), signature=stored().signature))
        assert passes(of(ran(opened(other)), self.CHECK)), "the same members"
        entries = entries_of(doctored({FIRST: b"other"}))
        other = zipped(listed(entries, signature=stored().signature))
        report = ran(opened(other))
        assert of(report, self.CHECK)[0].outcome is Outcome.FAILED

    def test_is_no_signature(self) -> None:
        entries = listed(entries_of(stored()), signature=b"signature")
        failed(ran(opened(zipped(entries))), self.CHECK)

    def test_cannot_be_judged_without_trust(self) -> None:
        report = ran(stored(), verifier=None)
        [finding] = of(report, self.CHECK)
        assert finding.outcome is Outcome.NOT_PERFORMED
        assert not report.passed
        assert finding in report.open_ends
        assert report.missing == (self.CHECK,)
        report.raise_for_failures()


class TestArchivalCode:
    CHECK = "authenticity.archival_code"

    def test_is_of_another_series_than_the_schedule_says(self) -> None:
        other = evolve(SERIES, retention=RetentionPeriod(10))
        report = ran(stored(), series=other)
        failed(report, self.CHECK, str(SERIES), str(other), "应为")

    def test_is_looked_at_alone_where_the_archive_says_nothing(self) -> None:
        report = ran(stored(), series=None)
        assert of(report, self.CHECK)[0].object == str(SERIES)
        assert report.passed


class TestMetadataTypes:
    CHECK = "authenticity.metadata_types"

    @pytest.mark.parametrize(
        ("old", "new", "word"),
        [
            (">2026-11-20<", ">2026-02-30<", "2026-02-30"),
            (">2026-11-01<", ">1.11.2026<", "1.11.2026"),
            (">准予<", ">也许<", "也许"),
            (">申请材料<", ">杂项<", "杂项"),
        ],
    )
    def test_are_wrong(self, old: str, new: str, word: str) -> None:
        report = ran(doctored({BASIC: replaced(old, new)}))
        assert not passes(of(report, self.CHECK))
        assert any(word in finding.en for finding in of(report, self.CHECK))


class TestLinks:
    CHECK = "authenticity.links"

    def test_do_not_lead_to_a_file(self) -> None:
        for path in ("申报文件/003-另.txt", "结果文件/001-另.txt", "另.exe", "a/b"):
            report = ran(doctored({path: b"smuggled"}))
            words = (path, "no metadata describes it", "没有元数据")
            said = [f for f in report.failures if f.check == self.CHECK]
            assert len(said) == 1
            for word in words:
                assert word in said[0].message() + said[0].message("zh")
            assert report.failures[-1].check == "security.extra_files"
            assert report.failures[-1].object == path

    def test_lead_nowhere(self) -> None:
        report = ran(doctored({SECOND: None}))
        assert "described, but not there" in of(report, self.CHECK)[0].en
        assert of(report, self.CHECK)[0].object == SECOND
        assert not report.passed

    def test_lead_to_metadata(self) -> None:
        report = ran(doctored({BASIC: replaced(FIRST, BASIC), FIRST: None}))
        assert of(report, self.CHECK)[0].object == BASIC
        assert "not there" in of(report, self.CHECK)[0].en

    def test_lead_to_one_file_twice(self) -> None:
        size = re.compile(rb">6</computer_file_size>")

        def twice(data: bytes) -> bytes:
            other = data.replace(SECOND.encode(), FIRST.encode(), 1)
            return size.sub(b">5</computer_file_size>", other)

        report = ran(doctored({BASIC: twice}))
        said = [(f.object, f.en) for f in of(report, self.CHECK)]
        assert (FIRST, "described twice") in said
        assert (SECOND, "no metadata describes it") in said

    def test_lead_to_a_file_of_another_size(self) -> None:
        report = ran(doctored({FIRST: b"longer than before"}))
        failed(report, self.CHECK, FIRST, "5 bytes, found 18")


class TestRegisteredPackage:
    CHECK = "authenticity.package"

    @pytest.mark.parametrize(
        "changes", [{"package": "0" * 64}, {"size": 1}, {"signature": "0" * 64}]
    )
    def test_is_another(self, changes: dict[str, Any]) -> None:
        data = data_of(fresh())
        expected = expected_of(opened(data), **changes)
        report = ran(opened(data), Stage.PRESERVATION, expected=expected)
        [value] = changes.values()
        failed(report, self.CHECK, f"registered {value}", f"登记为 {value}")

    def test_lost_its_signature(self) -> None:
        data = data_of(fresh())
        expected = expected_of(opened(data))
        unsigned = opened(zipped(listed(entries_of(opened(data)), signature=None)))
        report = ran(unsigned, Stage.PRESERVATION, expected=expected)
        assert not passes(of(report, self.CHECK))
        assert not passes(of(report, "authenticity.signature"))

    def test_is_unknown(self) -> None:
        report = ran(stored(), Stage.PRESERVATION)
        [finding] = of(report, self.CHECK)
        assert finding.outcome is Outcome.NOT_PERFORMED
        assert not report.passed


class TestMembers:
    CHECK = "integrity.members"

    def altered(self, old: bytes, new: bytes) -> Report:
        data = data_of(fresh())
        assert data.count(old) == 1
        return ran(opened(data.replace(old, new)))

    def test_have_other_bytes(self) -> None:
        report = self.altered(b"second", b"sec0nd")
        failed(report, self.CHECK, SECOND, "the manifest says", "清单为")
        ok = [f.object for f in of(report, self.CHECK) if f.outcome is Outcome.PASSED]
        assert FIRST in ok, "the others are told to be good"

    def test_are_other_than_only_the_second_manifest_says(self) -> None:
        """The primary one vouches for the second, not for what that says."""
        *members, _ = listed(entries_of(stored()), signature=None)
        second = members[-1]
        assert second.path == b"manifest-sha256.txt"
        good = opened(data_of(fresh())).member(SECOND).digests["sha256"]
        wrong = second.data.replace(good.encode(), b"0" * 64)
        members[-1] = evolve(second, data=wrong)
        lines = [(hexdigest("sm3", m.data), m.path.decode()) for m in members]
        primary = manifest_of("sm3", encode(lines))
        members += [primary, signature_of(primary, signer())]
        report = ran(opened(zipped(members)))
        failed(report, self.CHECK, SECOND, f"sha256: the manifest says {'0' * 64}")

    def test_have_a_header_of_their_own(self) -> None:
        old, new = ("申报文件/002".encode(), "申报文件/003".encode())
        report = ran(opened(data_of(fresh()).replace(old, new, 1)))
        failed(report, self.CHECK, SECOND, "its header differs", "文件头")

    def test_have_another_sum_in_the_container(self) -> None:
        entries = sealed(entries_of(stored()), signer())
        lying = [
            evolve(entry, crc=7) if entry.path == SECOND.encode() else entry
            for entry in entries
        ]
        report = ran(opened(zipped(lying)))
        failed(report, self.CHECK, SECOND, "the container says 00000007", "CRC-32")


class TestRequiredElements:
    CHECK = "integrity.required"

    @pytest.mark.parametrize(
        ("tag", "title"),
        [
            ("title", "题名"),
            ("project_id", "办件编号"),
            ("computer_file_size", "计算机文件大小"),
        ],
    )
    @pytest.mark.parametrize("blank", [True, False])
    def test_are_missing_or_blank(self, tag: str, title: str, blank: int) -> None:
        def without(data: bytes) -> bytes:
            element = f"<{tag}> </{tag}>" if blank else ""
            form = f"<{tag} [^>]*>[^<]*</{tag}>".encode()
            return re.sub(form, element.encode(), data, count=1)

        report = ran(doctored({BASIC: without}))
        [finding] = [f for f in of(report, self.CHECK) if f.outcome is Outcome.FAILED]
        assert finding.object.startswith(f"{BASIC}: ")
        assert finding.object.endswith(f"（{title}）")
        assert "必填项" in finding.zh
        assert not report.passed

    def test_are_named_up_to_a_hundred(self) -> None:
        def many(data: bytes) -> bytes:
            at = data.rindex(b"</base_info>")
            return data[:at] + b"<document></document>" * 5000 + data[at:]

        report = ran(doctored({BASIC: many}))
        found = [f for f in of(report, self.CHECK) if f.outcome is Outcome.FAILED]
        assert len(found) == 101
        assert "more faults" in found[-1].en


class TestMaterials:
    CHECK = "integrity.materials"

    def rule(self, *required: str) -> ScheduleRule:
        return ScheduleRule(
            item_code=ITEM, period=RetentionPeriod(30), required=required
        )

    def test_are_there_by_name_or_code(self) -> None:
        report = ran(stored(), rule=self.rule("申请表", "M-02"))
        assert report.passed
        assert "all 2 required" in of(report, self.CHECK)[0].en

    def test_are_missing(self) -> None:
        report = ran(stored(), rule=self.rule("申请表", "承诺书", "M-03"))
        failed(report, self.CHECK, "承诺书", "M-03")

    def test_are_not_looked_for_without_a_schedule(self) -> None:
        report = ran(stored(), rule=None)
        assert of(report, self.CHECK)[0].outcome is Outcome.NOT_PERFORMED
        assert not report.complete
        demanding = Policy(required={self.CHECK})
        assert not ran(stored(), rule=None, policy=demanding).passed


class TestReadability:
    CHECK = "usability.metadata"

    @pytest.mark.parametrize("path", [BASIC, PROCESS])
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"not XML",
            b'<!DOCTYPE x [<!ENTITY a "b">]><base_info>&a;</base_info>',
            b"<base_info>" * 100_000,
        ],
        ids=["empty", "text", "entity", "deep"],
    )
    def test_is_not_given(self, path: str, data: bytes) -> None:
        report = ran(doctored({path: data}))
        assert not passes(of(report, self.CHECK))
        assert path in of(report, self.CHECK)[-1].en
        assert passes(of(report, "authenticity.signature"))

    @pytest.mark.parametrize("path", [BASIC, PROCESS])
    def test_is_not_given_by_another_document(self, path: str) -> None:
        report = ran(doctored({path: b"<other/>"}))
        failed(report, self.CHECK, path, "other")
        assert "authenticity.metadata_types" in report.missing

    @pytest.mark.parametrize("path", [BASIC, PROCESS])
    def test_is_not_given_without_metadata(self, path: str) -> None:
        report = ran(doctored({path: None}))
        assert not passes(of(report, self.CHECK))
        assert path in of(report, self.CHECK)[-1].en


class TestARun:
    def checks(self, *results: Said, error: Exception | None = None) -> Report:
        def look(_: Subject) -> Iterator[Said]:
            yield from results
            if error is not None:
                raise error

        check = Check(
            name="security.own", title="Own", zh="自定", run=look, rule="our own"
        )
        assert check.property is Property.SECURITY
        return run(subject(stored()), Stage.ACCESSION, [check])

    def test_has_a_finding_for_a_check_that_cannot_read(self) -> None:
        error = PackageError("broken at 7", "7 处损坏")
        report = self.checks(Said(Outcome.PASSED, "a", "so", "如此"), error=error)
        assert [f.outcome for f in report.findings] == [Outcome.PASSED, Outcome.FAILED]
        assert report.findings[1].zh == "7 处损坏"
        assert not report.passed

    def test_passes_on_what_is_no_fault_of_the_package(self) -> None:
        with pytest.raises(ZeroDivisionError):
            self.checks(error=ZeroDivisionError())

    def test_does_not_take_silence_for_consent(self) -> None:
        report = self.checks()
        [finding] = report.findings
        assert finding.outcome is Outcome.NOT_PERFORMED
        assert not report.complete

    def test_of_no_checks_is_no_pass(self) -> None:
        report = run(subject(stored()), Stage.ARCHIVING, [])
        assert report.findings == ()
        assert not report.passed

    def test_makes_the_checks_of_its_stage_alone(self) -> None:
        check = evolve(CHECKS[0], stages=frozenset({Stage.ACCESSION}))
        assert run(subject(stored()), Stage.ACCESSION, [check]).passed
        assert run(subject(stored()), Stage.ARCHIVING, [check]).findings == ()

    def test_of_a_package_that_cannot_be_opened_is_a_failure(self) -> None:
        expected = expected_of(fresh())
        error = PackageError("not a package: gone", "不是归档信息包：丢失")
        report = unreadable(expected, "packages/x.zip", error, at=AT)
        assert not report.passed
        assert report.object == str(expected.code)
        [finding] = report.failures
        assert finding.object == "packages/x.zip"
        assert finding.message("zh").endswith("不是归档信息包：丢失")
        assert finding.property is Property.INTEGRITY
