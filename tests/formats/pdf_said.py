"""What the tools say of a PDF, by aspect."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import egovarchive.testing
from egovarchive.errors import FormatError
from egovarchive.formats import (
    DEFAULT_LIMITS,
    Aspect,
    BytesSource,
    Limits,
    Observation,
    Validator,
)
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome

PDF = FORMATS["pdf"]
SAMPLES = sorted(
    (Path(egovarchive.testing.__file__).parent / "samples" / "files").rglob("*.pdf")
)


def said(
    validator: Validator, data: bytes, limits: Limits = DEFAULT_LIMITS
) -> list[Observation]:
    """Return all that *validator* says of *data*; an error is a failure to read."""
    try:
        return list(validator.validate(BytesSource("a.pdf", data), PDF, limits))
    except FormatError as error:
        return [
            Observation(
                Aspect.READABLE,
                Outcome.FAILED,
                error.message("en"),
                error.message("zh"),
            )
        ]


def outcomes(found: list[Observation]) -> Mapping[Aspect, set[Outcome]]:
    """Return the outcomes of each aspect that *found* speaks of."""
    every: dict[Aspect, set[Outcome]] = {}
    for one in found:
        every.setdefault(one.aspect, set()).add(one.outcome)
    return every


def objections(found: list[Observation]) -> set[Aspect]:
    """Return the aspects that fail, or that are warned of."""
    return {
        one.aspect for one in found if one.outcome in {Outcome.FAILED, Outcome.WARNED}
    }
