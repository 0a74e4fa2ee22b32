"""
What looking into files costs: ``python -m benchmarks.checks [ROUNDS]``.

The sample cases are archived and verified with no tools, with those of the library, and
with all that are installed; so are they with PDF files in place of Word and Excel, as
offices archive that convert what they get. Processor time of this process and of its
workers. Then what the core tools take for a file of each format.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Final

from attrs import evolve

from egovarchive.formats import BytesSource, Format
from egovarchive.formats.kept import Kept, Room
from egovarchive.formats.toolbox import Toolbox
from egovarchive.formats.tools import core_tools, installed_tools
from egovarchive.records.case import Case
from egovarchive.records.document import File
from egovarchive.testing import samples

ROUNDS: Final = 5
TARGET: Final = 1.2
TOOLS: Final[dict[str, Callable[[], Toolbox | None]]] = {
    "none": lambda: None,
    "core": core_tools,
    "installed": installed_tools,
}
DRAFTS: Final = (".docx", ".xlsx")
TIMES: Final = 7  # that each file is looked at; the fastest counts


def as_pdf(case: Case) -> Case:
    """Return *case* with a PDF of its own in place of each Word and Excel file."""
    files = [file for document in case.documents for file in document.files]
    pdf = next(file for file in files if file.name.endswith(".pdf"))
    documents = [
        evolve(
            document,
            files=[
                File(f"{file.name}.pdf", pdf.content)
                if file.name.endswith(DRAFTS)
                else file
                for file in document.files
            ],
        )
        for document in case.documents
    ]
    return evolve(case, documents=documents)


def spent() -> float:
    """Return the seconds of processor time, of this process and of ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def once(name: str, cases: Sequence[Case]) -> tuple[float, float]:
    """Return the milliseconds for each of *cases*: to archive it, and to verify it."""
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


def ratio_of(title: str, cases: Sequence[Case], rounds: int) -> float:
    """Print the table of *cases*; return what the core tools cost, in times without."""
    for name in TOOLS:
        once(name, cases)  # loads what is loaded once
    times = {name: [once(name, cases) for _ in range(rounds)] for name in TOOLS}
    files = sum(len(each.files) for case in cases for each in case.documents)
    write = sys.stdout.write
    write(f"{title}: {len(cases)} cases, {files} files, {rounds} rounds\n\n")
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
    write(f"\ndeposit with the core tools: {ratio:.2f} × without\n\n")
    return ratio


def by_format(cases: Sequence[Case]) -> None:
    """Print what the core tools take for the files of *cases*, by format."""
    tools = core_tools()
    rows: defaultdict[str, list[tuple[int, float, float, float]]] = defaultdict(list)
    for file in (f for case in cases for each in case.documents for f in each.files):
        source = BytesSource(file.name, b"".join(file.content.chunks()))
        if (form := tools.identify(source)[0].format) is not None:
            rows[form.id].append((source.size, *looked_at(tools, source, form)))
    write = sys.stdout.write
    write("| format | files | KB a file | identify, µs | validate, µs | facts, µs |\n")
    write("|---|---:|---:|---:|---:|---:|\n")
    for name, found in sorted(rows.items(), key=lambda row: -sum(map(sum, row[1]))):
        size, *times = (statistics.mean(column) for column in zip(*found, strict=True))
        cells = " | ".join(f"{each * 1e6:.0f}" for each in times)
        write(f"| {name} | {len(found)} | {size / 1000:.0f} | {cells} |\n")


def looked_at(
    tools: Toolbox, source: BytesSource, form: Format
) -> tuple[float, float, float]:
    """Return the seconds to identify *source*, to validate it, to read its facts."""
    best = [float("inf")] * 3
    for _ in range(TIMES):
        kept = Kept(source, Room())
        moments = [process_time()]
        tools.identify(kept)
        moments.append(process_time())
        tools.validate(kept, form)
        moments.append(process_time())
        list(tools.facts(kept, form))
        moments.append(process_time())
        spans = (later - earlier for earlier, later in pairwise(moments))
        best = [min(pair) for pair in zip(best, spans, strict=True)]
    return best[0], best[1], best[2]


def main() -> int:
    """Print the tables; return 1 if the core tools cost more than they should."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else ROUNDS
    cases = samples.all_cases()
    ratio = ratio_of("all", cases, rounds)
    ratio_of("as PDF", [as_pdf(case) for case in cases], rounds)
    by_format(cases)
    sys.stdout.write(f"\nfrom {ratio:.2f} × to the target of {TARGET}\n")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
