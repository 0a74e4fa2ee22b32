"""Stages and statutory completeness: what a case must show of its course."""

from __future__ import annotations

import time

import pytest
from attrs import evolve

from checks.metadata.told import (
    CORRECTED,
    GRANTED,
    NOT_ACCEPTED,
    REFUSED,
    WITHDRAWN,
    all_samples,
    course,
    outcomes,
    sample,
    values_of,
)
from egovarchive.checks.metadata import stages, statutory
from egovarchive.checks.metadata.course import (
    Act,
    Activity,
    Condition,
    Course,
    DocumentKind,
    Material,
    Opinion,
)
from egovarchive.checks.metadata.rules import CourseRule
from egovarchive.checks.metadata.stages import STAGE_RULES, StageRules
from egovarchive.checks.metadata.statutory import LICENSING_LAW, StatutoryRules
from egovarchive.errors import InvalidValueError
from egovarchive.packages.xml import Values
from egovarchive.records.case import Decision
from egovarchive.records.document import Role
from egovarchive.records.filing import Filing
from egovarchive.records.outcome import Outcome
from egovarchive.testing import samples

FAILED, WARNED, REVIEW = Outcome.FAILED, Outcome.WARNED, Outcome.NEEDS_REVIEW


def acts(*activities: str) -> tuple[Act, ...]:
    return tuple(Act("", each, "") for each in activities)


def letter(name: str, role: Role = Role.PROCEDURE, *files: str) -> Material:
    return Material(name, "", role.zh, files)


GOOD = Course(
    "准予",
    "行政许可",
    True,  # noqa: FBT003 - accepted
    acts("申请", "受理", "审查", "决定", "送达"),
    (
        letter("申请表", Role.APPLICATION),
        letter("受理通知书"),
        letter("许可证", Role.RESULT),
    ),
)


def staged(**changes: object) -> dict[str, Outcome]:
    return outcomes(stages.examine(evolve(GOOD, **changes), STAGE_RULES))  # type: ignore[arg-type]


def by_law(**changes: object) -> dict[str, Outcome]:
    return outcomes(statutory.examine(evolve(GOOD, **changes), LICENSING_LAW))  # type: ignore[arg-type]


def test_a_course_is_what_the_metadata_tells() -> None:
    told = course(CORRECTED)
    assert told.decision == "准予"
    assert told.accepted
    assert told.acts[1].activity == "补正告知"
    assert told.materials[1] == Material(
        "申请材料补正告知书", "002", "过程文件", ("补正告知书.pdf",)
    )
    assert Course.of(Values(), Values()) == Course("", "", False, (), ())  # noqa: FBT003


def test_the_samples_and_generated_cases_show_their_stages() -> None:
    for basic, process in all_samples():
        assert stages.examine(Course.of(basic, process), STAGE_RULES) == ()
    for case in samples.cases(20, size=1):
        both = values_of(Filing.of(case, samples.arrangement()))
        assert stages.examine(Course.of(*both), STAGE_RULES) == ()


def test_a_case_without_any_step_fails() -> None:
    assert staged(acts=()) == {"steps（过程信息）": FAILED}
    nothing_asked = StageRules(rules=(), source="own")
    assert stages.examine(evolve(GOOD, acts=()), nothing_asked) == ()


def test_an_accepted_case_was_received() -> None:
    assert staged() == {}
    assert staged(acts=acts("审查", "决定")) == {"stages.received": WARNED}
    assert staged(acts=acts("不予受理", "决定")) == {"stages.received": WARNED}
    assert staged(acts=acts("决定"), accepted=False) == {}


@pytest.mark.parametrize("decision", ["准予", "不予", "办结"])
def test_a_decided_case_was_concluded(decision: str) -> None:
    assert staged(decision=decision) == {}
    assert staged(decision=decision, acts=acts("受理", "审查")) == {
        "stages.concluded": WARNED
    }


def test_a_case_that_was_not_accepted_says_so() -> None:
    case = {"decision": "不予受理", "accepted": False}
    assert staged(**case, acts=acts("申请", "决定不予受理")) == {}
    assert staged(**case, acts=acts("申请", "初审")) == {"stages.not_accepted": WARNED}


def test_a_withdrawn_case_ended() -> None:
    assert staged(decision="撤回", acts=acts("受理", "申请撤回")) == {}
    assert staged(decision="撤回", acts=acts("受理")) == {"stages.withdrawn": WARNED}


def test_an_office_gives_its_own_codes() -> None:
    accepted = Activity(en="acceptance", zh="受理", codes=["2"])
    rule = CourseRule(name="own", when=Condition(), needs=[accepted], source="系统字典")
    rules = StageRules(rules=[rule], source="某局")
    good = evolve(GOOD, acts=(Act("2", "步骤二", ""),))
    assert stages.examine(good, rules) == ()
    bad = evolve(GOOD, acts=(Act("1", "受理", ""),))
    assert outcomes(stages.examine(bad, rules)) == {"own": FAILED}


def test_the_samples_show_what_the_law_asks_and_a_person_reads_a_refusal() -> None:
    found = {
        number: outcomes(statutory.examine(Course.of(*both), LICENSING_LAW))
        for number, both in enumerate(all_samples())
    }
    assert found[GRANTED] == {}
    assert found[REFUSED] == {"licensing.reasons": REVIEW}
    assert found[NOT_ACCEPTED] == found[WITHDRAWN] == {}
    assert all(FAILED not in each.values() for each in found.values())


def test_a_notice_of_correction_has_its_letter() -> None:
    asked = acts("申请", "补正告知", "补正", "受理", "决定", "送达")
    assert by_law(acts=asked) == {"licensing.correction": FAILED}
    # What the applicant corrected is not what the agency wrote.
    corrected = (*GOOD.materials, letter("申请书（补正后）", Role.APPLICATION))
    assert by_law(acts=asked, materials=corrected) == {"licensing.correction": FAILED}
    for notice in (
        letter("申请材料补正告知书"),
        letter("一次性告知单"),
        letter("附件", Role.PROCEDURE, "补正通知.pdf"),
    ):
        assert by_law(acts=asked, materials=(*GOOD.materials, notice)) == {}
    (fault,) = statutory.examine(evolve(GOOD, acts=asked), LICENSING_LAW)
    assert "行政许可法 第三十二条第一款第四项" in fault.en
    assert "补正告知书" in fault.zh


def test_an_acceptance_has_its_letter() -> None:
    assert by_law() == {}
    without = (GOOD.materials[0], GOOD.materials[2])
    assert by_law(materials=without) == {"licensing.acceptance": WARNED}
    assert by_law(materials=without, accepted=False) == {}
    wrong = (*without, letter("不予受理通知书"))
    assert by_law(materials=wrong) == {"licensing.acceptance": WARNED}


def test_what_is_not_accepted_has_its_letter() -> None:
    case = {"decision": "不予受理", "accepted": False}
    assert by_law(**case) == {"licensing.not_accepted": FAILED}
    assert by_law(**case, materials=(letter("不予受理通知书", Role.RESULT),)) == {}


def test_a_grant_has_its_result() -> None:
    assert by_law(materials=GOOD.materials[:2]) == {"licensing.grant": FAILED}


def test_a_refusal_has_its_letter_and_its_reasons() -> None:
    said = (*acts("受理"), Act("", "决定", "不符合第五条"))
    refusal = (letter("受理通知书"), letter("不予行政许可决定书", Role.RESULT))
    assert by_law(decision="不予", acts=said, materials=refusal) == {}
    assert by_law(decision="不予", acts=said) == {"licensing.refusal": FAILED}
    silent = (*acts("受理"), Act("", "决定", " "))
    assert by_law(decision="不予", acts=silent, materials=refusal) == {
        "licensing.reasons": REVIEW
    }


@pytest.mark.parametrize(
    ("activity", "rule", "good", "bad"),
    [
        ("延期审批", "licensing.extension", "延期告知书", "延误说明"),
        ("组织听证", "licensing.special_procedure", "听证通知书", "听证笔录"),
        ("专家评审", "licensing.special_procedure", "特殊程序告知书", "评审意见"),
    ],
)
def test_an_extension_and_a_special_procedure_are_told(
    activity: str, rule: str, good: str, bad: str
) -> None:
    done = (*GOOD.acts, *acts(activity))
    assert by_law(acts=done) == {rule: WARNED}
    assert by_law(acts=done, materials=(*GOOD.materials, letter(bad))) == {rule: WARNED}
    assert by_law(acts=done, materials=(*GOOD.materials, letter(good))) == {}


def test_a_grant_is_delivered() -> None:
    undelivered = acts("受理", "决定")
    assert by_law(acts=undelivered) == {"licensing.delivery": WARNED}
    receipt = (*GOOD.materials, letter("送达回证"))
    assert by_law(acts=undelivered, materials=receipt) == {}


def test_the_law_is_for_its_items() -> None:
    nothing = GOOD.materials[:1]
    assert FAILED in by_law(materials=nothing).values()
    assert by_law(materials=nothing, item_type="公共服务") == {}
    # Without a type, nobody can be sure that the law is for this item.
    unknown = by_law(materials=nothing, item_type="")
    assert unknown == {"licensing.acceptance": WARNED, "licensing.grant": WARNED}


def test_every_rule_names_its_article() -> None:
    for rule in LICENSING_LAW.rules:
        assert rule.source.startswith("行政许可法 第")
        assert rule.name.startswith("licensing.")


def test_rules_are_replaced() -> None:
    kind = DocumentKind(en="form 7", zh="七号表", codes=["B7"])
    [rule] = [each for each in LICENSING_LAW.rules if each.name == "licensing.grant"]
    own = StatutoryRules(law="某市规定", rules=[evolve(rule, needs=[kind])])
    assert outcomes(statutory.examine(GOOD, own)) == {"licensing.grant": FAILED}
    seven = Material("表", "B7", Role.APPLICATION.zh, ())
    assert statutory.examine(evolve(GOOD, materials=(seven,)), own) == ()


def test_two_rules_of_one_name_are_refused() -> None:
    rule = LICENSING_LAW.rules[0]
    with pytest.raises(InvalidValueError, match=r"two rules of one name: \['licensing"):
        StatutoryRules(law="x", rules=[rule, rule])
    with pytest.raises(InvalidValueError, match="rules: two rules"):
        StageRules(source="x", rules=[rule, rule])


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.NOT_PERFORMED])
def test_what_breaks_a_rule_did_not_pass(outcome: Outcome) -> None:
    with pytest.raises(InvalidValueError, match="outcome: what breaks a rule"):
        evolve(LICENSING_LAW.rules[0], outcome=outcome)


def test_words_are_a_regular_expression() -> None:
    for make in (Activity, DocumentKind):
        with pytest.raises(InvalidValueError, match="words: not a regular expression"):
            make(en="x", zh="某", words="(")


def test_what_has_neither_words_nor_codes_is_never_met() -> None:
    assert not Activity(en="x", zh="某").is_met_by(Act("", "受理", ""))
    assert not DocumentKind(en="x", zh="某").is_met_by(letter("受理通知书"))


def test_a_condition_asks_for_all_that_it_names() -> None:
    accepted = Activity(en="acceptance", zh="受理", words="受理")
    condition = Condition(
        decisions=[Decision.GRANTED], accepted=True, activities=[accepted]
    )
    assert condition.is_met_by(GOOD)
    assert not condition.is_met_by(evolve(GOOD, decision="不予"))
    assert not condition.is_met_by(evolve(GOOD, accepted=False))
    assert not condition.is_met_by(evolve(GOOD, acts=acts("审查")))
    assert Condition(accepted=False).is_met_by(evolve(GOOD, accepted=False))


def test_an_opinion_is_one_of_its_step() -> None:
    opinion = Opinion(activity=Activity(en="decision", zh="决定", words="决定"))
    assert "decision" in opinion.en
    assert "决定" in opinion.zh
    assert not list(opinion.in_course(GOOD))
    assert list(opinion.in_course(evolve(GOOD, acts=(Act("", "决定", "同意"),))))


def test_a_hostile_name_takes_no_longer_than_it_is_long() -> None:
    basic, process = sample(REFUSED)
    basic.groups["documents"][2].texts["name"] = "听证" * 500_000
    process.groups["steps"][0].texts["activity"] = "延长告知" * 250_000
    began = time.process_time()
    statutory.examine(Course.of(basic, process), LICENSING_LAW)
    stages.examine(Course.of(basic, process), STAGE_RULES)
    assert time.process_time() - began < 0.5
