"""Metadata against the table of its profile: what is there, how long, how written."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from attrs import frozen

from egovarchive.checks.metadata.characters import plain, special
from egovarchive.checks.metadata.fault import MOST, Fault, Faults
from egovarchive.packages.xml import Values
from egovarchive.profiles import Element, Group
from egovarchive.profiles.form import Form, FormBy, compiled
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome

Test = Callable[[str], object]  # what it returns is true if the text is fine
_NAMED: Final = 40  # characters of a text that a fault repeats, where it is too long


@frozen
class Examined:
    """
    What a table has against metadata, by the item of the standard's list.

    Args:
        required: Elements and groups that are missing or empty 必填.
        lengths: Texts that are too long 长度.
        forms: Texts not written as they must be, groups that repeat 类型、格式.
        value_lists: Texts not in a closed list 值域.
        ranges: Numbers out of their range 合理性.
        characters: Special characters 特殊字符.
    """

    required: tuple[Fault, ...] = ()
    lengths: tuple[Fault, ...] = ()
    forms: tuple[Fault, ...] = ()
    value_lists: tuple[Fault, ...] = ()
    ranges: tuple[Fault, ...] = ()
    characters: tuple[Fault, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything was found."""
        return self != _FINE


_FINE: Final = Examined()


def examine(values: Values, scheme: Group, *, most: int = MOST) -> Examined:
    """
    Return what the table *scheme* has against *values*, in one walk over them.

    Elements that the scheme does not know are not looked at.

    Args:
        values: Basic or process metadata, as texts.
        scheme: Its table.
        most: Faults of each kind that are named; the rest is counted.
    """
    walk = _Walk(most)
    plan = _planned(scheme)
    walk.group(values, plan, "")
    if not plain(walk.texts):
        walk.characters_of(values, plan, "")
    return walk.examined()


@frozen
class _Line:
    """One element, ready to be looked at."""

    value: str
    label: str
    required: bool
    length: int
    test: Test
    element: Element


@frozen
class _Plan:
    """A group, ready to be looked at."""

    value: str
    label: str
    lines: tuple[_Line, ...]
    by_another: tuple[tuple[_Line, FormBy], ...]
    groups: tuple[_Plan, ...]
    least: int
    most: int | None


_UNBOUNDED: Final = 1 << 62


@lru_cache(maxsize=64)
def _planned(scheme: Group) -> _Plan:
    lines = tuple(
        _Line(
            each.value,
            f"{each.value}（{each.title}）",
            each.required,
            each.length or _UNBOUNDED,
            _test_of(each),
            each,
        )
        for each in scheme.parts
        if isinstance(each, Element)
    )
    return _Plan(
        scheme.value,
        f"{scheme.value}（{scheme.title}）",
        lines,
        tuple(
            (line, line.element.form)
            for line in lines
            if isinstance(line.element.form, FormBy)
        ),
        tuple(_planned(part) for part in scheme.parts if isinstance(part, Group)),
        scheme.least,
        scheme.most,
    )


def _test_of(element: Element) -> Test:
    """Return what is true of a text that is fine, its length apart."""
    form, values = element.form, frozenset(element.values)
    if values:
        return values.__contains__
    if isinstance(form, FormBy) or form.free:
        return _has_ink
    if element.least is not None or element.most is not None:
        return lambda text: form.fits(text) and _in_range(element, int(text))
    return compiled(form.pattern).fullmatch if form.read is None else form.fits


def _has_ink(text: str) -> bool:
    return not text.isspace()


def _in_range(element: Element, number: int) -> bool:
    least, most = element.least, element.most
    return (least is None or number >= least) and (most is None or number <= most)


class _Walk:
    """Looks at groups, and collects what is wrong; when all is fine, makes nothing."""

    def __init__(self, most: int) -> None:
        self.texts: list[str] = []
        self._found = {name: Faults(most) for name in Examined.__annotations__}

    def examined(self) -> Examined:
        return Examined(**{name: found.all() for name, found in self._found.items()})

    def group(self, values: Values, plan: _Plan, place: str) -> None:
        texts = values.texts
        self.texts.extend(texts.values())
        for line in plan.lines:
            text = texts.get(line.value)
            if not text:
                if line.required:
                    self._missing(f"{place}{line.label}", "element")
            elif len(text) > line.length or not line.test(text):
                self._unfit(text, line, f"{place}{line.label}")
        if plan.by_another:
            self._by_another(texts, plan, place)
        for inner in plan.groups:
            found = values.groups.get(inner.value, ())
            count = len(found)
            if count < inner.least or (inner.most is not None and count > inner.most):
                self._miscounted(count, inner, place)
            for number, each in enumerate(found):
                self.group(each, inner, f"{place}{inner.value}[{number}].")

    def _by_another(self, texts: dict[str, str], plan: _Plan, place: str) -> None:
        for line, by in plan.by_another:
            text = texts.get(line.value)
            if text and len(text) <= line.length:
                form = dict(by.forms).get(texts.get(by.value, ""))
                if form is not None and not form.fits(text):
                    self._misformed(text, form, f"{place}{line.label}")

    def characters_of(self, values: Values, plan: _Plan, place: str) -> None:
        texts = values.texts
        for line in plan.lines:
            text = texts.get(line.value)
            if text and not plain((text,)):
                self._special(text, line, place)
        for inner in plan.groups:
            for number, each in enumerate(values.groups.get(inner.value, ())):
                self.characters_of(each, inner, f"{place}{inner.value}[{number}].")

    def _add(self, kind: str, outcome: Outcome, place: str, *words: str) -> None:
        self._found[kind].add(Fault(outcome, place, *words))

    def _missing(self, place: str, what: str) -> None:
        en = f"a required {what} is missing or empty"
        self._add("required", Outcome.FAILED, place, en, "必填项缺失或为空")

    def _unfit(self, text: str, line: _Line, place: str) -> None:
        element = line.element
        form, values = element.form, element.values
        if text.isspace():
            self._blank(line, place)
            return
        if len(text) > line.length:
            # Nothing else: to read a text without end takes without end.
            self._too_long(text, line, place)
        elif values and text not in values:
            shown, known = quoted(text), "、".join(values)
            self._add(
                "value_lists",
                Outcome.FAILED,
                place,
                f"{shown} is none of {known}",
                f"{shown} 不在值域内，应为：{known}",
                known,
                shown,
            )
        elif isinstance(form, Form) and not form.fits(text):
            self._misformed(text, form, place)
        elif (
            isinstance(form, Form) and form.number and not _in_range(element, int(text))
        ):
            self._out_of_range(text, element, place)

    def _blank(self, line: _Line, place: str) -> None:
        if line.required:
            self._missing(place, "element")
            return
        en, zh = "only spaces: leave it out", "只有空白字符，应省略该项"
        self._add("forms", Outcome.FAILED, place, en, zh)

    def _too_long(self, text: str, line: _Line, place: str) -> None:
        shown = quoted(text[:_NAMED])
        self._add(
            "lengths",
            Outcome.FAILED,
            place,
            f"{shown}… has {len(text)} characters, more than {line.length}",
            f"{shown}… 有 {len(text)} 个字符，超过 {line.length} 个",
            str(line.length),
            str(len(text)),
        )

    def _out_of_range(self, text: str, element: Element, place: str) -> None:
        least = "" if element.least is None else element.least
        most = "" if element.most is None else element.most
        expected = f"{least}–{most}"
        self._add(
            "ranges",
            Outcome.FAILED,
            place,
            f"{text} is out of the range {expected}",
            f"{text} 超出取值范围 {expected}",
            expected,
            text,
        )

    def _misformed(self, text: str, form: Form, place: str) -> None:
        shown = form.shown(text)
        self._add(
            "forms",
            Outcome.FAILED,
            place,
            f"{shown} is not {form.en}",
            f"{shown} 格式不符，应为{form.zh}",
            form.en,
            shown,
        )

    def _miscounted(self, count: int, plan: _Plan, place: str) -> None:
        if not count:
            self._missing(f"{place}{plan.label}", "group")
            return
        kind = "required" if count < plan.least else "forms"
        expected = (
            f"{plan.least}+" if plan.most is None else f"{plan.least}–{plan.most}"
        )
        self._add(
            kind,
            Outcome.FAILED,
            f"{place}{plan.label}",
            f"it stands {count} times, expected {expected}",
            f"出现 {count} 次，应为 {expected} 次",
            expected,
            str(count),
        )

    def _special(self, text: str, line: _Line, place: str) -> None:
        form = line.element.form
        lines = isinstance(form, Form) and form.lines
        for character, kind in special(text, lines=lines):
            code = f"U+{ord(character):04X}"
            at = text.index(character) + 1
            self._add(
                "characters",
                kind.outcome,
                f"{place}{line.label}",
                f"character {at} is {code}, {kind.en}",
                f"第 {at} 个字符为 {code}，{kind.zh}",
                "",
                code,
            )
