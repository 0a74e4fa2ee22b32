"""Cached answer: what a tool said, as JSON and back, strictly."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from math import isfinite
from typing import Final, TypeAlias

from egovarchive.formats import (
    Aspect,
    Facts,
    Format,
    Identification,
    Observation,
    Scan,
    Tool,
    Verdict,
)
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome

CachedAnswer: TypeAlias = "tuple[Observation, ...] | Facts | Identification | Scan"

_Value: TypeAlias = "Mapping[str, object]"
# The type that each field of facts has; JSON knows no tuples and no moments.
_FACTS: Final[Mapping[str, tuple[type, ...]]] = {
    "pages": (int,),
    "width": (int,),
    "height": (int,),
    "resolution": (int, float),
    "colour": (str,),
    "compression": (str,),
    "seconds": (int, float),
    "codecs": (tuple,),
    "sample_rate": (int,),
    "application": (str,),
    "title": (str,),
    "created": (datetime,),
    "modified": (datetime,),
}


def lasts(answer: CachedAnswer) -> bool:
    """
    Say whether *answer* would be given again tomorrow.

    What was not done for want of time, memory or a scanner may be done then.
    """
    if isinstance(answer, Scan):
        return answer.verdict is not Verdict.NOT_SCANNED
    if isinstance(answer, tuple):
        return all(each.outcome is not Outcome.NOT_PERFORMED for each in answer)
    return True


def to_json(answer: CachedAnswer) -> str:
    """Return *answer* as JSON, ASCII only, on one line."""
    name = "observations" if isinstance(answer, tuple) else type(answer).__name__
    value: object
    if isinstance(answer, tuple):
        value = [_observation(each) for each in answer]
    elif isinstance(answer, Facts):
        value = {key: _plain(getattr(answer, key)) for key in _FACTS}
    elif isinstance(answer, Identification):
        value = {
            "tool": _tool(answer.tool),
            "format": answer.format and answer.format.id,
            "version": answer.version,
            "puid": answer.puid,
            "before": answer.before,
            "after": answer.after,
            "also": answer.also and answer.also.id,
            "note": answer.note,
        }
    else:
        value = {
            "tool": _tool(answer.tool),
            "verdict": answer.verdict.value,
            "signature": answer.signature,
            "en": answer.en,
            "zh": answer.zh,
            "data_at": _plain(answer.data_at),
        }
    return json.dumps({"kind": name.lower(), "value": value})


def from_json(text: str) -> CachedAnswer:
    """
    Return the answer that *text* is.

    Raises:
        ValueError: It is none that `to_json` has written.
    """
    try:
        found = _mapping(json.loads(text))
        return _KINDS[_text(found["kind"])](found["value"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"not an answer: {error}") from None


def _observation(value: Observation) -> dict[str, object]:
    return {
        "aspect": value.aspect.value,
        "outcome": value.outcome.value,
        "en": value.en,
        "zh": value.zh,
        "place": value.place,
    }


def _tool(value: Tool) -> dict[str, object]:
    return {"name": value.name, "version": value.version, "data": value.data}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _observations_of(value: object) -> tuple[Observation, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(_observation_of(_mapping(each)) for each in value)


def _observation_of(value: _Value) -> Observation:
    return Observation(
        Aspect(_text(value["aspect"])),
        Outcome(_text(value["outcome"])),
        _text(value["en"]),
        _text(value["zh"]),
        _text(value["place"]),
    )


def _facts_of(value: object) -> Facts:
    found = _mapping(value)
    return Facts(**{key: _fact_of(key, found[key]) for key in _FACTS})  # type: ignore[arg-type]


def _fact_of(key: str, value: object) -> object:
    kinds = _FACTS[key]
    if value is None:
        return None
    if kinds == (datetime,):
        return datetime.fromisoformat(_text(value))
    if kinds == (tuple,) and isinstance(value, list):
        return tuple(map(_text, value))
    if isinstance(value, kinds) and not isinstance(value, bool):
        if isinstance(value, float) and not isfinite(value):
            raise ValueError(f"{key} is {value}")
        return value
    raise TypeError(f"{key} is {value!r}")


def _identification_of(value: object) -> Identification:
    found = _mapping(value)
    return Identification(
        tool=_tool_of(found["tool"]),
        format=_format_of(found["format"]),
        version=_text(found["version"]),
        puid=_text(found["puid"]),
        before=_number(found["before"]),
        after=_number(found["after"]),
        also=_format_of(found["also"]),
        note=_text(found["note"]),
    )


def _scan_of(value: object) -> Scan:
    found = _mapping(value)
    at = found["data_at"]
    return Scan(
        tool=_tool_of(found["tool"]),
        verdict=Verdict(_text(found["verdict"])),
        signature=_text(found["signature"]),
        en=_text(found["en"]),
        zh=_text(found["zh"]),
        data_at=None if at is None else datetime.fromisoformat(_text(at)),
    )


def _tool_of(value: object) -> Tool:
    found = _mapping(value)
    return Tool(_text(found["name"]), _text(found["version"]), _text(found["data"]))


def _format_of(value: object) -> Format | None:
    return None if value is None else FORMATS[_text(value)]


def _mapping(value: object) -> _Value:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r}")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"not a number: {value!r}")
    return value


_KINDS: Final[Mapping[str, Callable[[object], CachedAnswer]]] = {
    "observations": _observations_of,
    "facts": _facts_of,
    "identification": _identification_of,
    "scan": _scan_of,
}
