"""Arrow: rows of an audit as a stream that polars, duckdb and others read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from egovarchive.lifecycle.audit.days import number_of
from egovarchive.lifecycle.audit.extra import extra
from egovarchive.lifecycle.audit.problem_row import NAMES, Batch

_TYPES: Final[Mapping[str, str]] = {
    "record": "int64",
    "year": "int16",
    "due_on": "date32",
    "days": "int32",
    "on_hold": "bool_",
}


def stream(batches: Iterable[Batch], requested_schema: object = None) -> object:
    """
    Return a capsule with an Arrow stream of *batches*. All are made at once.

    Raises:
        ToolError: nanoarrow is not installed.
    """
    na = extra("nanoarrow", "arrow")
    types = {name: getattr(na, _TYPES.get(name, "string"))() for name in NAMES}
    schema = na.c_schema(na.struct(types))
    made = extra("nanoarrow.c_array_stream", "arrow").CArrayStream.from_c_arrays(
        list(_arrays(na, schema, types, batches)), schema
    )
    capsule: object = made.__arrow_c_stream__(requested_schema)
    return capsule


def _arrays(
    na: Any, schema: object, types: Mapping[str, object], batches: Iterable[Batch]
) -> Iterator[object]:
    for batch in batches:
        children = [
            na.c_array(
                _numbered(batch[name]) if name == "due_on" else batch[name], kind
            )
            for name, kind in types.items()
        ]
        yield na.c_array_from_buffers(
            schema, len(batch["record"]), buffers=[None], children=children
        )


def _numbered(days: Sequence[date | None]) -> list[int | None]:
    return [None if day is None else number_of(day) for day in days]
