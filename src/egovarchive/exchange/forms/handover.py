"""Handover form 电子档案移交与接收登记表: what both sides sign for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import attrs
from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.forms.form import Form
from egovarchive.exchange.forms.words import DECIMAL_GB, Words
from egovarchive.records.digest import Digest
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.kind import Of
from egovarchive.records.moment import a_date
from egovarchive.records.term import Term
from egovarchive.records.text import Text

ONLINE: Final = "在线"
MOST_CARRIERS: Final = 10_000
_MOST: Final = 10**18 - 1  # as strict JSON has it


class Inspected(Term):
    """
    What both sides inspect.

    The form says 准确性, accuracy: that the content and scope handed over are right,
    and the data the same before and after. It is not the 真实性, authenticity, of the
    four-property checks.
    """

    ACCURACY = "accuracy", "准确性检验"
    INTEGRITY = "integrity", "完整性检验"
    USABILITY = "usability", "可用性检验"
    SECURITY = "security", "安全性检验"
    CARRIER = "carrier", "载体外观检验"


def _a_count(_: object, attribute: attrs.Attribute[Any], value: int | None) -> None:
    Of(int, optional=attribute.default is None)(_, attribute, value)
    if value is not None and not 0 <= value <= _MOST:
        raise InvalidValueError(
            f"{value} is no count from 0 to {_MOST}",
            f"{value} 不是 0 至 {_MOST} 的数",
            rule="counts on a form",
            place=attribute.name,
        )


_RESULT: Final = Text(500, optional=True, lines=True)
_NAME: Final = Text(100, optional=True)


@frozen(kw_only=True)
class Inspections:
    """
    What one side found, in its own words: a result, or how it was inspected.

    What is left out was not inspected, and is printed so: nothing passes by being
    empty.

    Args:
        accuracy: 准确性检验.
        integrity: 完整性检验.
        usability: 可用性检验.
        security: 安全性检验.
        carrier: 载体外观检验; printed as not applicable if there is no carrier.
    """

    accuracy: str | None = field(default=None, validator=_RESULT)
    integrity: str | None = field(default=None, validator=_RESULT)
    usability: str | None = field(default=None, validator=_RESULT)
    security: str | None = field(default=None, validator=_RESULT)
    carrier: str | None = field(default=None, validator=_RESULT)

    def of(self, inspected: Inspected) -> str | None:
        """Return what was found of *inspected*; None if it was not inspected."""
        found: str | None = getattr(self, inspected.value)
        return found


@frozen(kw_only=True)
class Side:
    """
    One of the two units.

    Args:
        unit: 单位.
        inspections: What it found; None while it has yet to inspect: then room is
            left on paper.
        filled_by: 填表人.
        reviewed_by: 审核人.
        on: The day that it signs.
    """

    unit: str = field(validator=Text(200))
    inspections: Inspections | None = field(
        default=None, validator=Of(Inspections, optional=True)
    )
    filled_by: str | None = field(default=None, validator=_NAME)
    reviewed_by: str | None = field(default=None, validator=_NAME)
    on: date | None = field(default=None, validator=a_date)


@frozen(kw_only=True)
class CarrierDigest:
    """
    One row of 电子档案数字摘要.

    Args:
        number: 载体（包）编号.
        content: 内容说明.
        digest: 数字摘要, with its algorithm. MD5 and SHA-1, which old copies of the
            form name, are refused.
        size: 实际容量, in bytes.
    """

    number: str = field(validator=Text(200))
    content: str = field(validator=Text(500))
    digest: Digest = field(validator=Of(Digest))
    size: int = field(validator=_a_count)


def _digests(value: Iterable[CarrierDigest]) -> tuple[CarrierDigest, ...]:
    return tuple(value)


@frozen(kw_only=True)
class HandoverForm:
    """
    Handover form 电子档案移交与接收登记表.

    Args:
        name: 交接工作名称: who hands over, which years or which batch.
        content: 内容描述: scope, years, categories. It is kept for ever: no titles
            and no applicants.
        files: 案卷 in it; None if its records are kept by item.
        items: 件 in it.
        size: 移交数据量, in bytes.
        carrier: 移交载体类型、规格; `ONLINE` if there is none.
        carriers: 载体起止顺序号, if there are any.
        sender: 移交单位.
        recipient: 接收单位.
        digests: 数字摘要 of each carrier or package.
    """

    name: str = field(validator=Text(200))
    content: str = field(validator=Text(2000, lines=True))
    files: int | None = field(default=None, validator=_a_count)
    items: int = field(validator=_a_count)
    size: int = field(validator=_a_count)
    carrier: str = field(validator=Text(200))
    carriers: str | None = field(default=None, validator=Text(200, optional=True))
    sender: Side = field(validator=Of(Side))
    recipient: Side = field(validator=Of(Side))
    digests: tuple[CarrierDigest, ...] = field(
        default=(),
        converter=_digests,
        validator=attrs.validators.deep_iterable(Of(CarrierDigest)),
    )

    @digests.validator
    def _check_digests(self, _: object, value: tuple[CarrierDigest, ...]) -> None:
        if len(value) > MOST_CARRIERS:
            raise InvalidValueError(
                f"more than {MOST_CARRIERS} carriers",
                f"载体超过 {MOST_CARRIERS} 个",
                rule="carriers on a form",
                place="digests",
            )
        seen: set[str] = set()
        for each in value:
            if each.number in seen:
                raise InvalidValueError(
                    f"the carrier {quoted(each.number)} stands there twice",
                    f"载体编号 {quoted(each.number)} 重复",
                    rule="carriers on a form",
                    place="digests",
                )
            seen.add(each.number)

    @property
    def is_online(self) -> bool:
        """Whether there is no carrier."""
        return self.carrier == ONLINE

    def form(self, *, gigabyte: int = DECIMAL_GB) -> Form:
        """
        Return it as it is printed, with the digests on a page of their own.

        Args:
            gigabyte: Bytes of one GB; see `in_gigabytes`. The form says which it is.
        """
        from egovarchive.exchange.forms.handover_print import (  # noqa: PLC0415
            printed,
        )

        return printed(self, gigabyte)


@frozen
class Difference:
    """
    Where two handover forms differ.

    Args:
        place: The field, as in the JSON form: ``digests['2'].size``.
        label: What the form calls it.
        declared: What is declared; empty if nothing is.
        found: What was found; empty if nothing was.
    """

    place: str
    label: Words
    declared: str
    found: str


_COMPARED: Final = {
    "name": Words("交接工作名称", "name of the handover"),
    "content": Words("内容描述", "content"),
    "files": Words("案卷数", "number of files"),
    "items": Words("件数", "number of items"),
    "size": Words("移交数据量（字节）", "volume (bytes)"),
    "carrier": Words("移交载体类型、规格", "type of carrier"),
    "carriers": Words("载体起止顺序号", "numbers of carriers"),
}
_OF_CARRIER: Final = {
    "content": Words("内容说明", "content of a carrier"),
    "digest": Words("数字摘要", "digest"),
    "size": Words("实际容量（字节）", "size (bytes)"),
}


def differences(declared: HandoverForm, found: HandoverForm) -> tuple[Difference, ...]:
    """
    Return where *found*, by who receives, differs from *declared*, by who hands over.

    Carriers are matched by their numbers. What each side inspected, and who signed,
    is its own and is not compared; which units they are is.
    """
    different = list(_compared("", _COMPARED, declared, found))
    for name, label in (
        ("sender", Words("移交单位", "sender")),
        ("recipient", Words("接收单位", "recipient")),
    ):
        units = getattr(declared, name).unit, getattr(found, name).unit
        if units[0] != units[1]:
            different.append(Difference(f"{name}.unit", label, *units))
    wanted = {each.number: each for each in declared.digests}
    there = {each.number: each for each in found.digests}
    for number in dict.fromkeys((*wanted, *there)):
        place = f"digests[{quoted(number)}]"
        one, other = wanted.get(number), there.get(number)
        if one is None or other is None:
            label = Words("载体编号", "number of a carrier")
            texts = number if one else "", number if other else ""
            different.append(Difference(place, label, *texts))
        else:
            different += _compared(f"{place}.", _OF_CARRIER, one, other)
    return tuple(different)


def _compared(
    place: str, labels: dict[str, Words], declared: object, found: object
) -> list[Difference]:
    return [
        Difference(f"{place}{name}", label, _shown(one), _shown(other))
        for name, label in labels.items()
        if (one := getattr(declared, name)) != (other := getattr(found, name))
    ]


def _shown(value: object) -> str:
    return "" if value is None else str(value)
