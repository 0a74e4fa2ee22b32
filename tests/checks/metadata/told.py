"""Metadata to look at: that of a good case, and what was done to it."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import date
from functools import cache

from egovarchive.checks.metadata.course import Course
from egovarchive.checks.metadata.fault import Fault
from egovarchive.packages import fields
from egovarchive.packages.xml import Values
from egovarchive.records.filing import Filing
from egovarchive.records.outcome import Outcome
from egovarchive.testing import samples

ON = date(2026, 11, 23)
GRANTED, REFUSED, CORRECTED, SCANNED, NOT_ACCEPTED, WITHDRAWN = 0, 1, 2, 4, 7, 8


def values_of(filing: Filing) -> tuple[Values, Values]:
    """Return the metadata of *filing*, as a package of it has it."""
    placed = {
        (i, j): (f"申报文件/{i:03}-{file.name}", 1 + i + j)
        for i, document in enumerate(filing.case.documents)
        for j, file in enumerate(document.files)
    }
    return fields.basic_values(filing, placed), fields.process_values(filing)


@cache
def _sample(number: int) -> tuple[Values, Values]:
    case = samples.all_cases()[number]
    return values_of(Filing.of(case, samples.arrangement()))


def sample(number: int = GRANTED) -> tuple[Values, Values]:
    """Return the metadata of a sample case, to be changed at will."""
    return copy.deepcopy(_sample(number))


def course(number: int = GRANTED) -> Course:
    return Course.of(*_sample(number))


def all_samples() -> list[tuple[Values, Values]]:
    return [sample(number) for number in range(len(samples.all_cases()))]


def at(values: Values, path: str) -> tuple[Values, str]:
    """Return the group and the name of the element at *path*: ``files[0].size``."""
    *groups, name = path.split(".")
    for group in groups:
        inner, _, number = group.rstrip("]").partition("[")
        values = values.groups[inner][int(number)]
    return values, name


def put(values: Values, path: str, text: str | None) -> None:
    """Let the element at *path* have *text*; without a text, take it away."""
    group, name = at(values, path)
    if text is None:
        group.texts.pop(name, None)
    else:
        group.texts[name] = text


def outcomes(faults: Iterable[Fault]) -> dict[str, Outcome]:
    """Return the worst that is said of each place; look that both languages say it."""
    told: dict[str, Outcome] = {}
    for fault in faults:
        assert fault.outcome is not Outcome.PASSED
        assert fault.en.isprintable()
        assert fault.zh.isprintable()
        assert fault.en != fault.zh
        assert any("\u4e00" <= each <= "\u9fff" for each in fault.zh)
        if told.get(fault.place) is not Outcome.FAILED:
            told[fault.place] = fault.outcome
    return told
