"""
What looking into files costs: ``python -m benchmarks.checks [ROUNDS]``.

The sample cases are archived and verified with no tools, with those of the library, and
with all that are installed. Processor time of this process and of its workers.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from attrs import evolve

from egovarchive.formats.toolbox import Toolbox
from egovarchive.formats.tools import core_tools, installed_tools
from egovarchive.testing import samples

ROUNDS: Final = 5
TARGET: Final = 1.2
TOOLS: Final[dict[str, Callable[[], Toolbox | None]]] = {
    "none": lambda: None,
    "core": core_tools,
    "installed": installed_tools,
}


def spent() -> float:
    """Return the seconds of processor time, of this process and of ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def once(name: str) -> tuple[float, float]:
    """Return the milliseconds for each case: to archive it, and to verify it."""
    cases = samples.all_cases()
    tools = TOOLS[name]()
    with tempfile.TemporaryDirectory() as folder:
        archive = evolve(samples.new_archive(Path(folder) / "archive"), tools=tools)
        started = spent()
        done = [each.entry for each in archive.deposit_many(cases)]
        _end(tools)
        archived = spent()
        passed = [report.passed for report in archive.verify_all(tools=tools)]
        _end(tools)
        verified = spent()
        archive.close()
    if not all(done) or not all(passed):
        raise SystemExit(f"{name}: not all cases were archived, and passed")
    per_case = 1000 / len(cases)
    return (archived - started) * per_case, (verified - archived) * per_case


def _end(tools: Toolbox | None) -> None:
    if tools is not None:
        tools.close()  # only the time of children that ended is known


def main() -> int:
    """Print the table; return 1 if the core tools cost more than they should."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else ROUNDS
    for name in TOOLS:
        once(name)  # loads what is loaded once
    times = {name: [once(name) for _ in range(rounds)] for name in TOOLS}
    files = sum(
        len(each.files) for case in samples.all_cases() for each in case.documents
    )
    write = sys.stdout.write
    write(f"{len(samples.all_cases())} cases, {files} files, {rounds} rounds\n\n")
    write(
        "| tools | deposit, CPU ms a case | verify, CPU ms a case |\n|---|---:|---:|\n"
    )
    for name, rows in times.items():
        deposit, verify = (
            statistics.median(column) for column in zip(*rows, strict=True)
        )
        write(f"| {name} | {deposit:.1f} | {verify:.1f} |\n")
    ratio = statistics.median(
        core / none
        for (core, _), (none, _) in zip(times["core"], times["none"], strict=True)
    )
    write(f"\ndeposit with the core tools: {ratio:.2f} × without; target {TARGET}\n")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
