"""Attrs values as JSON objects, read strictly: all errors at once, with places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from types import NoneType
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

import attrs
from attrs import field, frozen
from cattrs import BaseConverter

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.invalid_file import Findings
from egovarchive.exchange.json_scalars import (
    date_of,
    misfit,
    moment_of,
    number_of,
    term_of,
    text_of,
    unknown,
    whole_number_of,
)
from egovarchive.exchange.strict_json import step
from egovarchive.records.term import Term

T = TypeVar("T", bound=attrs.AttrsInstance)
Members = Mapping[str, object]
Structure = Callable[[object, Any], Any]


@frozen
class Source:
    """
    Where a field is read from, if not from a member of its own name.

    Args:
        names: Names of the members.
        read: Takes the members of the object; gives the field's value.
    """

    names: tuple[str, ...]
    read: Callable[[Members], object]


def new_converter() -> BaseConverter:
    """Return a converter that knows texts, numbers, dates, moments and terms."""
    converter = BaseConverter(detailed_validation=False)
    for cls, read in (
        (str, text_of),
        (int, whole_number_of),
        (float, number_of),
        (date, date_of),
        (datetime, moment_of),
    ):
        converter.register_structure_hook(cls, _hook(read))
    converter.register_structure_hook(Term, lambda value, cls: term_of(cls, value))
    converter.register_structure_hook_factory(
        _is_array, lambda cls: _array_hook(get_args(cls)[0], converter.structure)
    )
    converter.register_structure_hook_factory(
        attrs.has, lambda cls: ObjectReader(cls, converter.structure)
    )
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(Term, _word)
    converter.register_unstructure_hook_func(
        attrs.has, lambda value: members_of(value, converter)
    )
    return converter


def members_of(
    value: attrs.AttrsInstance, converter: BaseConverter, *, without: str = ""
) -> dict[str, object]:
    """Return *value* as an object: its fields in order, what is absent left out."""
    return {
        _key(attribute): converter.unstructure(inner)
        for attribute in attrs.fields(type(value))
        if attribute.name != without
        and (inner := getattr(value, attribute.name)) is not None
        and inner != ()
    }


def text_hook(read: Callable[[str], object]) -> Structure:
    """Return a structure hook that applies *read* to a text."""

    def hook(value: object, _: object) -> object:
        with _without_place():
            return read(text_of(value))

    return hook


@frozen(eq=False)
class ObjectReader(Generic[T]):
    """
    A structure hook that reads an object into an attrs value.

    All errors of its fields are found, also those of converters and validators,
    which the value itself would raise one at a time. A rule across fields is
    applied once each field is right.

    Args:
        cls: Class of the value.
        structure: Reads a field as its type.
        types: Types of fields, by name, where JSON has another than the value.
        sources: Fields, by name, that are read from other members.
    """

    cls: type[T]
    structure: Structure
    types: Mapping[str, Any] = field(factory=dict)
    sources: Mapping[str, Source] = field(factory=dict)

    def __call__(self, value: object, _: object) -> T:
        if not isinstance(value, dict):
            raise misfit(value, "an object", "对象")
        findings = Findings()
        self._look_for_strangers(value, findings)
        given: dict[str, object] = {}
        for attribute in attrs.fields(self.cls):
            with findings.at(""):
                given.update(self._read(attribute, value))
        self._try(value, given, findings)
        findings.settle()
        return self.cls(**given)

    def _look_for_strangers(self, members: Members, findings: Findings) -> None:
        known: list[str] = []
        for attribute in attrs.fields(self.cls):
            source = self.sources.get(attribute.name)
            known.extend(source.names if source else (_key(attribute),))
        for name in members:
            if name not in known and not findings.full:
                findings.add(unknown(name, known).within(step(name).removeprefix(".")))

    def _read(
        self, attribute: attrs.Attribute[Any], members: Members
    ) -> Iterator[tuple[str, object]]:
        """Yield the field's key and value, or nothing if it is absent and may be."""
        key = _key(attribute)
        if source := self.sources.get(attribute.name):
            yield key, source.read(members)
        elif key in members:
            kind = self.types.get(attribute.name) or _types(self.cls)[attribute.name]
            try:
                yield key, self.structure(members[key], kind)
            except InvalidValueError as error:
                raise error.within(key) from None
        elif attribute.default is attrs.NOTHING:
            raise InvalidValueError(
                "it is missing", "缺少该项", rule="required field", place=key
            )

    def _try(self, members: Members, given: Members, findings: Findings) -> None:
        """Add what converters and validators have against the values *given*."""
        # A validator may look at its instance, to name it. This one is as far as
        # the fields could be read, and is dropped.
        draft = object.__new__(self.cls)
        attributes = attrs.fields(self.cls)
        for attribute in attributes:
            key = _key(attribute)
            object.__setattr__(draft, attribute.name, given.get(key, members.get(key)))
        for attribute in attributes:
            if _key(attribute) in given:
                with findings.at(_key(attribute)):
                    _convert(draft, attribute)
                    _validate(draft, attribute)


def _convert(draft: object, attribute: attrs.Attribute[Any]) -> None:
    if callable(convert := attribute.converter):
        with _without_place():
            fit = convert(getattr(draft, attribute.name))
        object.__setattr__(draft, attribute.name, fit)


def _validate(draft: object, attribute: attrs.Attribute[Any]) -> None:
    if attribute.validator is None:
        return
    value = getattr(draft, attribute.name)
    if isinstance(value, tuple):
        # Which of several values it is, each of them alone tells.
        findings = Findings()
        for i, one in enumerate(value):
            with findings.at(f"[{i}]"), _without_place():
                attribute.validator(draft, attribute, (one,))
            if findings.full:
                break
        findings.settle()
    with _without_place():
        attribute.validator(draft, attribute, value)


@contextmanager
def _without_place() -> Iterator[None]:
    # What stands within a field's text has no place of its own in JSON, and the
    # field's own name is written by whoever reads it.
    try:
        yield
    except InvalidValueError as error:
        raise InvalidValueError(*error.args, rule=error.rule) from None


@cache
def _types(cls: type[Any]) -> dict[str, Any]:
    """Return the types of the fields of *cls*, without None: JSON leaves it out."""
    hints = get_type_hints(cls)
    return {
        name: next(kind for kind in get_args(hint) if kind is not NoneType)
        if NoneType in get_args(hint)
        else hint
        for name, hint in hints.items()
    }


def _key(attribute: attrs.Attribute[Any]) -> str:
    """Return the name of the field in JSON: a private one has no underscore there."""
    return attribute.alias or attribute.name


def _is_array(cls: Any) -> bool:
    return get_origin(cls) is tuple


def _word(term: Term) -> str:
    return str(term.value)


def _hook(read: Callable[[object], object]) -> Structure:
    return lambda value, _: read(value)


def _array_hook(cls: Any, structure: Structure) -> Structure:
    def read(value: object, _: object) -> tuple[object, ...]:
        if not isinstance(value, list):
            raise misfit(value, "an array", "数组")
        findings = Findings()
        found = []
        for i, one in enumerate(value):
            with findings.at(f"[{i}]"):
                found.append(structure(one, cls))
            if findings.full:
                break
        findings.settle()
        return tuple(found)

    return read
