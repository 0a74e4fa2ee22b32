"""Import time: how long a fresh interpreter waits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from statistics import median
from typing import Final

from benchmarks.rounds import ROOT
from benchmarks.tables import table
from benchmarks.turn import Turn
from benchmarks.workload import Outcome, Target, figure

LIMIT: Final = "import attrs, lxml.etree"
OURS: Final = "import egovarchive"
STATEMENTS: Final = (
    LIMIT,
    OURS,
    # Names at the top are loaded when they are asked for: this asks for all.
    "from egovarchive import *",
    "import bagit",
    "import bagit_utils",
    "import ocfl",
)
TARGETS: Final = (
    Target(
        text=f"{OURS}: CPU / {LIMIT}", row=OURS, measure="cpu", most=1.3, against=LIMIT
    ),
    Target(
        text=f"{OURS}: time on the clock / {LIMIT}",
        row=OURS,
        measure="wall",
        most=1.3,
        against=LIMIT,
    ),
)
_PROGRAM: Final = """
from time import perf_counter, process_time
wall, cpu = perf_counter(), process_time()
{}
print(perf_counter() - wall, process_time() - cpu)
"""


def run(rounds: int) -> Mapping[str, Outcome]:
    """Return what each of `STATEMENTS` took, *rounds* times, by turns."""
    outcomes: dict[str, Outcome] = {}
    for statement in STATEMENTS:
        module = statement.split()[1].strip(",")
        there = find_spec(module) is not None
        outcomes[statement] = [] if there else f"not run: {module} is not installed"
    for number in range(-1, rounds):  # the first one compiles, and does not count
        for statement, turns in outcomes.items():
            if not isinstance(turns, str):
                turn = _turn(statement)
                turns.extend([turn] if number >= 0 else [])
    return outcomes


def _turn(statement: str) -> Turn:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(statement)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    wall, cpu = map(float, done.stdout.split())
    return Turn(wall=wall, cpu=cpu, read=0, peak=0)


def show(outcomes: Mapping[str, Outcome]) -> str:
    """Return the table, and what became of the targets."""
    lines = []
    for statement, turns in outcomes.items():
        if isinstance(turns, str):
            lines.append((statement, *["-"] * 5))
            continue
        ratios = [figure(outcomes, statement, each, LIMIT) for each in ("cpu", "wall")]
        lines.append(
            (
                statement,
                f"{median(turn.wall for turn in turns) * 1e3:.1f}",
                f"{min(turn.wall for turn in turns) * 1e3:.1f}",
                f"{median(turn.cpu for turn in turns) * 1e3:.1f}",
                *(f"{ratio:.2f}" for ratio in ratios),
            )
        )
    absent = [
        f"  {name}: {why}" for name, why in outcomes.items() if isinstance(why, str)
    ]
    header = ("", "ms", "best", "CPU ms", "CPU/limit", "time/limit")
    return "\n".join(
        [
            "## Import, in a fresh interpreter",
            "",
            table(header, lines),
            *absent,
            "",
            "Targets",
            *(target.line(outcomes) for target in TARGETS),
            "",
        ]
    )
