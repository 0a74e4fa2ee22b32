"""Statutory completeness: the documents and steps that the law asks of a case."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from egovarchive.checks.metadata.course import (
    Activity,
    Condition,
    Course,
    DocumentKind,
    Opinion,
)
from egovarchive.checks.metadata.fault import Fault
from egovarchive.checks.metadata.rules import CourseRule, broken, distinct, rules_of
from egovarchive.records.case import Decision
from egovarchive.records.document import Role
from egovarchive.records.outcome import Outcome


@frozen(kw_only=True)
class StatutoryRules:
    """
    What the law asks of cases, as far as metadata can show it.

    Documents are recognised by their names or codes, and steps by their words or
    codes. Where an office has others, it gives other kinds.

    Args:
        law: The law, with its version.
        rules: The rules, each under a name of its own, with its article.
    """

    law: str
    rules: tuple[CourseRule, ...] = field(converter=rules_of, validator=distinct)


def examine(course: Course, statutory: StatutoryRules) -> tuple[Fault, ...]:
    """Return what the law asks and *course* does not show."""
    return tuple(broken(statutory.rules, course))


_LAW: Final = "行政许可法"
_LICENSING: Final = frozenset({"行政许可"})
_LETTERS: Final = frozenset({Role.PROCEDURE, Role.RESULT})

CORRECTION: Final = Activity(
    en="notice of what to correct",
    zh="补正告知",
    words="补正(?:告知|通知)|补齐补正|(?:告知|通知|要求).{0,4}补[正齐]|一次性?告知",
)
EXTENSION: Final = Activity(en="extension", zh="延长期限", words="延期|延长.{0,6}限")
SPECIAL: Final = Activity(
    en="special procedure",
    zh="特别程序",
    words="特[别殊]程序|听证|招标|拍卖|检验|检测|检疫|鉴定|专家评审",
)
DELIVERY: Final = Activity(
    en="issue or delivery",
    zh="颁发或送达",
    words="送达|颁证|颁发|发证|领取|领证|取件|邮寄|寄送|出证|发放",
)
DECISION: Final = Activity(en="decision", zh="决定", words="决定|审批|审定|签发|不予")

_CORRECTION_LETTER: Final = DocumentKind(
    en="notice of what to correct",
    zh="补正告知书",
    words="补[正齐]|一次性?告知",
    roles=_LETTERS,
)
_ACCEPTANCE_LETTER: Final = DocumentKind(
    en="notice of acceptance",
    zh="受理凭证",
    words="(?<!不予)(?<!不)受理|收件|接收凭证",
    roles=_LETTERS,
)
_REFUSED_ACCEPTANCE_LETTER: Final = DocumentKind(
    en="notice that the application is not accepted",
    zh="不予受理通知书",
    words="不予?受理",
    roles=_LETTERS,
)
_RESULT: Final = DocumentKind(en="result document", zh="结果文件", roles=[Role.RESULT])
_REFUSAL: Final = DocumentKind(
    en="written refusal",
    zh="不予行政许可决定书",
    words="不予|不准予|不批准|不同意|不许可|驳回|否决",
    roles=[Role.RESULT],
)
_EXTENSION_LETTER: Final = DocumentKind(
    en="notice of the extension",
    zh="延期告知书",
    words="延期|延长",
    roles=_LETTERS,
)
_SPECIAL_LETTER: Final = DocumentKind(
    en="notice of the special procedure",
    zh="特别程序告知书",
    words=(
        "特[别殊]程序|所需时间"
        "|(?:听证|招标|拍卖|检验|检测|检疫|鉴定|评审).*(?:告知|通知)"
    ),
    roles=_LETTERS,
)
_DELIVERY_RECORD: Final = DocumentKind(
    en="record of delivery", zh="送达记录", words="送达|签收|领取|邮寄|回证"
)

# Words cannot settle what is in a document, only that one is there by name. What
# fails is what the law asks in writing without exception; the rest warns.
LICENSING_LAW: Final = StatutoryRules(
    law="中华人民共和国行政许可法（2019年修正）",
    rules=(
        CourseRule(
            name="licensing.correction",
            when=Condition(item_types=_LICENSING, activities=[CORRECTION]),
            needs=(_CORRECTION_LETTER,),
            source=f"{_LAW} 第三十二条第一款第四项",
        ),
        CourseRule(
            # What was accepted by passage of time has no letter.
            name="licensing.acceptance",
            when=Condition(item_types=_LICENSING, accepted=True),
            needs=(_ACCEPTANCE_LETTER,),
            source=f"{_LAW} 第三十二条第二款",
            outcome=Outcome.WARNED,
        ),
        CourseRule(
            name="licensing.not_accepted",
            when=Condition(item_types=_LICENSING, decisions=[Decision.NOT_ACCEPTED]),
            needs=(_REFUSED_ACCEPTANCE_LETTER,),
            source=f"{_LAW} 第三十二条第二款",
        ),
        CourseRule(
            name="licensing.grant",
            when=Condition(item_types=_LICENSING, decisions=[Decision.GRANTED]),
            needs=(_RESULT,),
            source=f"{_LAW} 第三十八条第一款",
        ),
        CourseRule(
            name="licensing.refusal",
            when=Condition(item_types=_LICENSING, decisions=[Decision.REFUSED]),
            needs=(_REFUSAL,),
            source=f"{_LAW} 第三十八条第二款",
        ),
        CourseRule(
            # They stand in the letter, which only a person can read for them.
            name="licensing.reasons",
            when=Condition(item_types=_LICENSING, decisions=[Decision.REFUSED]),
            needs=(Opinion(activity=DECISION),),
            source=f"{_LAW} 第三十八条第二款（说明理由）",
            outcome=Outcome.NEEDS_REVIEW,
        ),
        CourseRule(
            # The law asks to be told, and does not say: in writing.
            name="licensing.extension",
            when=Condition(item_types=_LICENSING, activities=[EXTENSION]),
            needs=(_EXTENSION_LETTER,),
            source=f"{_LAW} 第四十二条",
            outcome=Outcome.WARNED,
        ),
        CourseRule(
            name="licensing.delivery",
            when=Condition(item_types=_LICENSING, decisions=[Decision.GRANTED]),
            needs=(DELIVERY, _DELIVERY_RECORD),
            source=f"{_LAW} 第四十四条",
            outcome=Outcome.WARNED,
        ),
        CourseRule(
            name="licensing.special_procedure",
            when=Condition(item_types=_LICENSING, activities=[SPECIAL]),
            needs=(_SPECIAL_LETTER,),
            source=f"{_LAW} 第四十五条",
            outcome=Outcome.WARNED,
        ),
    ),
)
