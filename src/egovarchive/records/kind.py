"""Kind: that a field holds a value of its type, where no type checker looked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from egovarchive.errors import InvalidValueError


class Of:
    """An attrs validator: the value is of the class *kind*, or None if *optional*."""

    __slots__ = ("kind", "optional")

    def __init__(self, kind: type, *, optional: bool = False) -> None:
        self.kind = kind
        self.optional = optional

    def __call__(
        self, _: object, attribute: attrs.Attribute[Any], value: object
    ) -> None:
        if isinstance(value, self.kind) and type(value) is not bool:
            return
        if value is None and self.optional:
            return
        name = self.kind.__name__
        raise InvalidValueError(
            f"{value!r} is no {name}",
            f"{value!r} 不是 {name}",
            rule="type of the field",
            place=attribute.name,
        )


def strings(value: Iterable[str]) -> tuple[str, ...]:
    """Return the texts of *value*; one text is not taken for many of one letter."""
    if isinstance(value, str):
        raise InvalidValueError(
            f"one text, where several are expected: {value!r}",
            f"应为多个文本，却只有一个：{value!r}",
            rule="type of the field",
        )
    return tuple(value)
