"""Scope of archiving 归档范围: which materials a case has, may have, must not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs
from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.case import Decision
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.kind import Of, strings
from egovarchive.records.text import Text

NAMES: Final = attrs.validators.deep_iterable(Text(200))


@frozen(kw_only=True)
class Scope:
    """
    The scope of archiving, as it is for one case.

    Args:
        required: Names or codes of the materials that must be there 必备材料.
        optional: Those that may be there 可选材料. Where any is named, the scope ends
            there: what is neither required nor optional is warned of.
        excluded: Those that are not archived 不归档材料.

    Raises:
        InvalidValueError: A material is within the scope and excluded from it.
    """

    required: tuple[str, ...] = field(default=(), converter=strings, validator=NAMES)
    optional: tuple[str, ...] = field(default=(), converter=strings, validator=NAMES)
    excluded: tuple[str, ...] = field(default=(), converter=strings, validator=NAMES)

    def __attrs_post_init__(self) -> None:
        both = sorted({*self.required, *self.optional} & {*self.excluded})
        if both:
            names = "、".join(map(quoted, both))
            raise InvalidValueError(
                f"within the scope and excluded from it: {names}",
                f"既在归档范围内又列为不归档材料：{names}",
                rule="scope of archiving",
                place="excluded",
            )


@frozen(kw_only=True)
class When:
    """
    Which cases something is for 适用条件.

    Args:
        decision: How the case ended 办理结果.
    """

    decision: Decision = field(validator=Of(Decision))

    def is_met_by(self, decision: Decision | None) -> bool:
        """Return whether a case that ended with *decision* is one of them."""
        return self.decision is decision


@frozen(kw_only=True)
class ConditionalMaterials:
    """
    What a schedule says of the materials of some cases of an item 条件材料.

    Args:
        when: Which cases.
        required: Materials that these must have too.
        optional: Materials that these may have too.
        excluded: Materials of these that are not archived.

    >>> refusal = ConditionalMaterials(
    ...     when=When(decision=Decision.REFUSED), required=["不予行政许可决定书"]
    ... )
    """

    when: When = field(validator=Of(When))
    required: tuple[str, ...] = field(default=(), converter=strings, validator=NAMES)
    optional: tuple[str, ...] = field(default=(), converter=strings, validator=NAMES)
    excluded: tuple[str, ...] = field(default=(), converter=strings, validator=NAMES)

    def __attrs_post_init__(self) -> None:
        if not (self.required or self.optional or self.excluded):
            raise InvalidValueError(
                f"no material is named for {self.when.decision.value}",
                f"“{self.when.decision.zh}”未列任何材料",
                rule="scope of archiving",
            )


def in_order(value: Iterable[ConditionalMaterials]) -> tuple[ConditionalMaterials, ...]:
    """
    Return *value* in the order of decisions, so that what says the same is the same.

    Raises:
        InvalidValueError: One of them is nothing of the kind, or two are for the
            same cases.
    """
    seen: dict[Decision, ConditionalMaterials] = {}
    for each in value:
        if not isinstance(each, ConditionalMaterials):
            raise InvalidValueError(
                f"{each!r} is no ConditionalMaterials",
                f"{each!r} 不是 ConditionalMaterials",
                rule="type of the field",
            )
        decision = each.when.decision
        if seen.setdefault(decision, each) is not each:
            raise InvalidValueError(
                f"{decision.value} has its materials already",
                f"“{decision.zh}”的材料已有规定",
                rule="one condition, one list",
            )
    return tuple(seen[decision] for decision in Decision if decision in seen)


def joined(
    base: Scope, conditional: Iterable[ConditionalMaterials], decision: Decision | None
) -> Scope:
    """
    Return *base* with those of *conditional* that are for *decision*.

    Raises:
        InvalidValueError: A material is then within the scope and excluded from it.
    """
    met = [each for each in conditional if each.when.is_met_by(decision)]
    if not met:
        return base
    return Scope(
        required=_once(base.required, (each.required for each in met)),
        optional=_once(base.optional, (each.optional for each in met)),
        excluded=_once(base.excluded, (each.excluded for each in met)),
    )


def _once(first: Iterable[str], more: Iterable[Iterable[str]]) -> Iterator[str]:
    yield from dict.fromkeys([*first, *(name for names in more for name in names)])
