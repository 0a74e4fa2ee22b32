"""Process information 过程信息: the steps that a case must have gone through."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from egovarchive.checks.metadata.course import Activity, Condition, Course
from egovarchive.checks.metadata.fault import Fault
from egovarchive.checks.metadata.rules import CourseRule, broken, distinct, rules_of
from egovarchive.records.case import Decision
from egovarchive.records.outcome import Outcome


@frozen(kw_only=True)
class StageRules:
    """
    Which steps cases must have.

    Args:
        rules: The rules, each under a name of its own.
        source: Who laid them down.
    """

    rules: tuple[CourseRule, ...] = field(converter=rules_of, validator=distinct)
    source: str


def examine(course: Course, stages: StageRules) -> tuple[Fault, ...]:
    """
    Return the steps that *course* lacks; without any step, that alone.

    A case without a step told nothing of how it was handled: what rule it breaks
    would be a guess.
    """
    if course.acts:
        return tuple(broken(stages.rules, course))
    if not stages.rules:
        return ()
    return (
        Fault(
            Outcome.FAILED,
            "steps（过程信息）",
            f"no step at all is told ({stages.source})",
            f"没有任何过程信息（{stages.source}）",
            "1+",
            "0",
        ),
    )


RECEIPT: Final = Activity(
    en="receipt or application", zh="收件或申请", words="收件|接件|收案|申请|申报|提交"
)
ACCEPTANCE: Final = Activity(
    en="acceptance", zh="受理", words="(?<!不予)(?<!不)(?<!未)受理|立案|登记"
)
REFUSED_ACCEPTANCE: Final = Activity(
    en="refusal to accept",
    zh="不予受理",
    words="不予?受理|退件|退回|驳回",
)
CONCLUSION: Final = Activity(
    en="decision or conclusion",
    zh="决定或办结",
    words=(
        "决定|办结|完结|结束|终结|审批|批准|核准|核发|准予|不予|签发|颁证|发证|制证"
        "|出证|送达|办理完毕|归档"
    ),
)
ENDED_EARLY: Final = Activity(
    en="withdrawal or termination", zh="撤回或终止", words="撤回|撤销|撤件|终止|中止"
)

_PRACTICE: Final = "国办发〔2023〕26号（程序性材料）；行政许可法 第三十二条"

# No list of a case's stages is national. These ask for no more than a beginning and
# an end, in the words that approval systems use, and warn: a system that calls them
# otherwise needs its own words, or its own codes.
STAGE_RULES: Final = StageRules(
    rules=(
        CourseRule(
            name="stages.received",
            when=Condition(accepted=True),
            needs=(ACCEPTANCE, RECEIPT),
            source=_PRACTICE,
            outcome=Outcome.WARNED,
        ),
        CourseRule(
            name="stages.not_accepted",
            when=Condition(decisions=[Decision.NOT_ACCEPTED]),
            needs=(REFUSED_ACCEPTANCE,),
            source=_PRACTICE,
            outcome=Outcome.WARNED,
        ),
        CourseRule(
            name="stages.concluded",
            when=Condition(
                decisions=[Decision.GRANTED, Decision.REFUSED, Decision.COMPLETED]
            ),
            needs=(CONCLUSION,),
            source="国办发〔2023〕26号（程序性材料）；行政许可法 第三十八条",
            outcome=Outcome.WARNED,
        ),
        CourseRule(
            name="stages.withdrawn",
            when=Condition(decisions=[Decision.WITHDRAWN]),
            needs=(ENDED_EARLY, CONCLUSION),
            source="国办发〔2023〕26号（程序性材料）",
            outcome=Outcome.WARNED,
        ),
    ),
    source="own",
)
