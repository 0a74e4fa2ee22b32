"""Time of all metadata checks of one case: ``python -m benchmarks.metadata_checks``."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from egovarchive.checks.metadata import plausible, scheme, scope, stages, statutory
from egovarchive.checks.metadata.course import Course
from egovarchive.checks.metadata.fault import Fault
from egovarchive.checks.metadata.stages import STAGE_RULES
from egovarchive.checks.metadata.statutory import LICENSING_LAW
from egovarchive.packages import build
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023 as PROFILE
from egovarchive.records.filing import Filing
from egovarchive.records.moment import date_in_china
from egovarchive.testing import samples

ROUNDS, TURNS = 15, 100
LIMIT = 1_000.0  # microseconds


def main() -> int:
    """Print a table; return 1 if all checks together take more than `LIMIT`."""
    case = samples.all_cases()[0]
    files = sum(len(document.files) for document in case.documents)
    basic, process = build(Filing.of(case, samples.arrangement()), PROFILE).metadata()
    rule = samples.schedule().rule_for(case.item.code)
    on = date_in_china(case.steps[-1].at)
    course = Course.of(basic, process)

    def by_table() -> object:
        scheme.examine(basic, PROFILE.basic)
        return scheme.examine(process, PROFILE.process)

    def on_course() -> tuple[Fault, ...]:
        course = Course.of(basic, process)
        return (
            *stages.examine(course, STAGE_RULES),
            *statutory.examine(course, LICENSING_LAW),
            *scope.examine(course, rule),
        )

    def everything() -> None:
        by_table()
        plausible.examine(basic, process, on=on)
        on_course()

    print(f"Metadata checks of a case of {files} files, µs (median, best)\n")
    print("| Check | Median | Best |\n|---|---:|---:|")
    median = 0.0
    for name, act in (
        ("table: six checks, two documents", by_table),
        ("plausibility", lambda: plausible.examine(basic, process, on=on)),
        ("stages", lambda: stages.examine(course, STAGE_RULES)),
        ("statutory", lambda: statutory.examine(course, LICENSING_LAW)),
        ("scope", lambda: scope.examine(course, rule)),
        ("all", everything),
    ):
        median, best = _time_of(act)
        print(f"| {name} | {median:.0f} | {best:.0f} |")
    verdict = "met" if median < LIMIT else "missed"
    print(f"\nTarget: all of them under {LIMIT:.0f} µs: {verdict}")
    return 0 if median < LIMIT else 1


def _time_of(act: Callable[[], object]) -> tuple[float, float]:
    """Return the median and the best time of one call, in microseconds."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(TURNS):
            act()
        rounds.append((time.perf_counter() - began) / TURNS * 1e6)
    return statistics.median(rounds), min(rounds)


if __name__ == "__main__":
    sys.exit(main())
