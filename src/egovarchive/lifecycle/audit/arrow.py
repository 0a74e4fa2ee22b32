"""Arrow: rows of an audit as a stream that polars, duckdb and others read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any, Final

from egovarchive.lifecycle.audit.days import number_of
from egovarchive.lifecycle.audit.extra import extra
from egovarchive.lifecycle.audit.problem_row import ProblemRow

_BATCH: Final = 1 << 14  # rows
_TYPES: Final[Mapping[str, str]] = {
    "record": "int64",
    "year": "int16",
    "due_on": "date32",
    "days": "int32",
    "on_hold": "bool_",
}


def stream(rows: Iterable[ProblemRow], requested_schema: object = None) -> object:
    """
    Return a capsule with an Arrow stream of *rows*.

    Raises:
        ToolError: nanoarrow is not installed.
    """
    na = extra("nanoarrow", "arrow")
    types = {
        name: getattr(na, _TYPES.get(name, "string"))()
        for name in ProblemRow.__annotations__
    }
    schema = na.c_schema(na.struct(types))
    made = extra("nanoarrow.c_array_stream", "arrow").CArrayStream.from_c_arrays(
        list(_batches(na, schema, types, iter(rows))), schema
    )
    capsule: object = made.__arrow_c_stream__(requested_schema)
    return capsule


def _batches(
    na: Any, schema: object, types: Mapping[str, object], rows: Iterator[ProblemRow]
) -> Iterator[object]:
    while batch := list(islice(rows, _BATCH)):
        children = [
            na.c_array([_plain(row[name]) for row in batch], kind)  # type: ignore[literal-required]
            for name, kind in types.items()
        ]
        yield na.c_array_from_buffers(
            schema, len(batch), buffers=[None], children=children
        )


def _plain(value: object) -> object:
    return number_of(value) if isinstance(value, date) else value
