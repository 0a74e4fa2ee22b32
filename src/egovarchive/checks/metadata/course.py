"""Course 经过: how a case went, as its metadata tells it; and words to find in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

import attrs
from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.packages.xml import Values
from egovarchive.profiles.form import compiled
from egovarchive.records.case import Decision
from egovarchive.records.document import Role
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.text import Text

# More than any of our records holds: words are searched in these texts, and a search
# in a hostile one may take as long as its length squared.
_MOST: Final = 300


@frozen
class Act:
    """
    One step of the course, as texts; empty where nothing is said.

    Args:
        code: Code of the kind of step 环节编码.
        activity: What was done 业务行为.
        opinion: What was said 处理意见.
    """

    code: str
    activity: str
    opinion: str


@frozen
class Material:
    """
    One document of the case, as texts; empty where nothing is said.

    Args:
        name: Name of the material 材料名称.
        code: Its code 材料编号.
        role: What part it plays, in Chinese.
        files: Names of its files.
    """

    name: str
    code: str
    role: str
    files: tuple[str, ...]


@frozen
class Course:
    """
    How a case went.

    Texts are taken as they stand: that they are none of their list is for
    `scheme.examine` to say.

    Args:
        decision: How it ended 办理结果, in Chinese.
        item_type: Type of its service item 事项类型; empty if not stated.
        accepted: Whether there is a day of acceptance 受理日期.
        acts: Its steps, in order.
        materials: Its documents, in order.
    """

    decision: str
    item_type: str
    accepted: bool
    acts: tuple[Act, ...]
    materials: tuple[Material, ...]

    @classmethod
    def of(cls, basic: Values, process: Values) -> Course:
        """Return the course that *basic* and *process* metadata tell."""
        texts = basic.texts
        return cls(
            texts.get("decision", ""),
            texts.get("item_type", ""),
            bool(texts.get("accepted_on")),
            tuple(map(_act, process.groups.get("steps", ()))),
            tuple(map(_material, basic.groups.get("documents", ()))),
        )


def _act(step: Values) -> Act:
    text = step.texts.get
    return Act(
        text("code", ""), text("activity", "")[:_MOST], text("opinion", "")[:_MOST]
    )


def _material(document: Values) -> Material:
    text, files = document.texts.get, document.groups.get("files", ())
    return Material(
        text("name", "")[:_MOST],
        text("code", ""),
        text("role", ""),
        tuple(file.texts.get("name", "")[:_MOST] for file in files),
    )


def _pattern(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    try:
        compiled(value)
    except re.error as error:
        raise InvalidValueError(
            f"not a regular expression: {quoted(value)}: {error}",
            f"不是正则表达式：{quoted(value)}：{error}",
            rule="words that tell an activity or a document",
            place=attribute.name,
        ) from None


def _codes(value: Iterable[str]) -> frozenset[str]:
    return frozenset(value)


def _roles(value: Iterable[Role]) -> frozenset[Role]:
    return frozenset(value)


@frozen(kw_only=True)
class Activity:
    """
    A kind of step, and how it is recognised: by its code, or else by its words.

    Args:
        en: What it is called, in English.
        zh: The same in Chinese.
        words: Regular expression that is searched in what was done 业务行为; empty
            if only codes count.
        codes: Codes 环节编码 that the approval system gives it. No list of them is
            national: they are for each system to fill in.

    >>> accepted = Activity(en="acceptance", zh="受理", words="(?<!不予)受理")
    >>> [accepted.is_met_by(Act("", name, "")) for name in ("受理", "不予受理")]
    [True, False]
    """

    en: str = field(validator=Text(200))
    zh: str = field(validator=Text(200))
    words: str = field(default="", validator=_pattern)
    codes: frozenset[str] = field(default=frozenset(), converter=_codes)

    def is_met_by(self, act: Act) -> bool:
        """Return whether *act* is of this kind."""
        if act.code and act.code in self.codes:
            return True
        return bool(self.words and compiled(self.words).search(act.activity))

    def in_course(self, course: Course) -> Iterator[Act]:
        """Yield the acts of this kind in *course*."""
        return filter(self.is_met_by, course.acts)


@frozen(kw_only=True)
class DocumentKind:
    """
    A kind of document, and how it is recognised.

    Args:
        en: What it is called, in English.
        zh: The same in Chinese.
        words: Regular expression that is searched in the name of the document and of
            its files; empty if only codes count, or the role alone.
        codes: Codes 材料编号 that the item's list gives it.
        roles: The roles it may have; all, if none is given.
    """

    en: str = field(validator=Text(200))
    zh: str = field(validator=Text(200))
    words: str = field(default="", validator=_pattern)
    codes: frozenset[str] = field(default=frozenset(), converter=_codes)
    roles: frozenset[Role] = field(default=frozenset(), converter=_roles)

    def is_met_by(self, material: Material) -> bool:
        """Return whether *material* is of this kind."""
        if material.code and material.code in self.codes:
            return True
        if self.roles and all(role.zh != material.role for role in self.roles):
            return False
        if not self.words:
            return bool(self.roles)
        search = compiled(self.words).search
        return any(search(name) for name in chain([material.name], material.files))

    def in_course(self, course: Course) -> Iterator[Material]:
        """Yield the documents of this kind in *course*."""
        return filter(self.is_met_by, course.materials)


@frozen(kw_only=True)
class Opinion:
    """
    Something that was said in a step of one kind 处理意见.

    Args:
        activity: The kind of step.
    """

    activity: Activity

    @property
    def en(self) -> str:
        """What it is called, in English."""
        return f"an opinion in the step of {self.activity.en}"

    @property
    def zh(self) -> str:
        """The same in Chinese."""
        return f"“{self.activity.zh}”环节的处理意见"

    def in_course(self, course: Course) -> Iterator[Act]:
        """Yield the acts of that kind in which something was said."""
        return (act for act in self.activity.in_course(course) if act.opinion.strip())


def _decisions(value: Iterable[Decision]) -> frozenset[Decision]:
    return frozenset(value)


def _activities(value: Iterable[Activity]) -> tuple[Activity, ...]:
    return tuple(value)


@frozen(kw_only=True)
class Condition:
    """
    Which cases a rule is for: those that meet all that is given here.

    Args:
        decisions: How the case ended: one of these.
        item_types: Type of its service item: one of these. Where a case states no
            type, this is taken to be met, and what follows is a warning at most.
        accepted: Whether it was accepted.
        activities: A step of one of these kinds took place.

    >>> Condition().is_met_by(Course("准予", "", True, (), ()))
    True
    """

    decisions: frozenset[Decision] = field(default=frozenset(), converter=_decisions)
    item_types: frozenset[str] = field(default=frozenset(), converter=_codes)
    accepted: bool | None = None
    activities: tuple[Activity, ...] = field(default=(), converter=_activities)

    def is_met_by(self, course: Course) -> bool:
        """Return whether *course* is one that the rule is for."""
        return (
            (
                not self.decisions
                or any(each.zh == course.decision for each in self.decisions)
            )
            and (
                not self.item_types
                or not course.item_type
                or course.item_type in self.item_types
            )
            and (self.accepted is None or self.accepted == course.accepted)
            and (
                not self.activities
                or any(
                    any(True for _ in activity.in_course(course))
                    for activity in self.activities
                )
            )
        )

    def is_sure_of(self, course: Course) -> bool:
        """Return whether it is stated that *course* is of such an item type."""
        return not self.item_types or bool(course.item_type)
