"""What tools say of a file, in short, for tests."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import egovarchive.testing.samples
from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import (
    DEFAULT_LIMITS,
    Aspect,
    BytesSource,
    Facts,
    Limits,
    Observation,
    PropertyReader,
    Validator,
)
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome

SAMPLES = Path(egovarchive.testing.samples.__file__).parent / "files"


def observed(
    tool: Validator, data: bytes, name: str, limits: Limits = DEFAULT_LIMITS
) -> list[Observation]:
    """Return what *tool* observes of *data*, a file of the format called *name*."""
    return list(tool.validate(BytesSource("file", data), FORMATS[name], limits))


def outcomes(
    tool: Validator, data: bytes, name: str, limits: Limits = DEFAULT_LIMITS
) -> dict[Aspect, Outcome]:
    """Return the worst that *tool* says of each aspect; nothing of what has passed."""
    order = (Outcome.FAILED, Outcome.NEEDS_REVIEW, Outcome.WARNED)
    try:
        said = observed(tool, data, name, limits)
    except FormatError:
        return {Aspect.READABLE: Outcome.FAILED}
    except ToolError:
        return dict.fromkeys(tool.answers(FORMATS[name]), Outcome.NOT_PERFORMED)
    found: dict[Aspect, Outcome] = {}
    for outcome in (Outcome.NOT_PERFORMED, *reversed(order)):
        found |= {each.aspect: outcome for each in said if each.outcome is outcome}
    return found


def facts(tool: PropertyReader, data: bytes, name: str) -> Facts:
    """Return what *tool* reads from *data*, a file of the format called *name*."""
    return tool.read(BytesSource("file", data), FORMATS[name], DEFAULT_LIMITS)


def fails(tool: Validator, data: bytes, name: str) -> bool:
    """Say whether *tool* finds anything certainly wrong."""
    return Outcome.FAILED in outcomes(tool, data, name).values()


def mutated(data: bytes, count: int) -> Iterator[bytes]:
    """Yield *count* copies of *data* with bytes changed, lost, doubled and cut off."""
    chance = random.Random(len(data))  # noqa: S311 - the same damage each time
    for _ in range(count):
        copy = bytearray(data[: 1 << 14])
        for _ in range(chance.randrange(1, 8)):
            # Structure stands near the start more often than elsewhere.
            reach = chance.choice((64, 1024, len(copy)))
            place = chance.randrange(min(reach, len(copy)))
            match chance.randrange(5):
                case 0:
                    copy[place] = chance.randrange(256)
                case 1:
                    copy[place : place + 4] = chance.choice(
                        (
                            b"\xff\xff\xff\xff",
                            bytes(4),
                            b"\0\0\0\1",
                            b"\x7f\xff\xff\xff",
                        )
                    )
                case 2:
                    del copy[place : place + chance.randrange(1, 9)]
                case 3:
                    copy[place:place] = copy[place : place + chance.randrange(1, 64)]
                case _:
                    copy[place] ^= 1 << chance.randrange(8)
            copy = copy or bytearray(1)
        yield bytes(copy)
