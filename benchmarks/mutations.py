"""
Who catches what: ``python -m benchmarks.mutations [samples] [corpus] [mutations]``.

Three tables: the sample cases and what each check says of them; the corpus, and how
much of it each check passes and catches; the mutations of valid packages, and which
checks caught each. It is not timed: it is the table of what the tests assert.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from benchmarks.rounds import ROOT
from egovarchive.checks import Outcome, Stage, run
from egovarchive.checks.place import subject_at
from egovarchive.formats.tools import installed_tools
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023

_SHORT: Final = {Outcome.FAILED: "F", Outcome.WARNED: "W"}
_BAD: Final = frozenset(_SHORT)


def samples() -> int:
    """Print what each check says of the sample cases; return how many failures."""
    reports = _of_tests("acceptance.sample_reports")
    with installed_tools() as tools:
        found = [*reports.sample_reports(tools, Stage.ARCHIVING)]
    counts: Mapping[str, Counter[Outcome]] = reports.outcomes(found)
    print(f"## Sample cases: {len(found)}, by the worst that each check says\n")
    _table(
        ("Check", *(outcome.label("en") for outcome in Outcome)),
        ((check, *map(counts[check].__getitem__, Outcome)) for check in counts),
    )
    return sum(each[Outcome.FAILED] for each in counts.values())


def corpus() -> int:
    """Print how much of the corpus each check passes and catches; return the misses."""
    files = _of_tests("corpus.files")
    examples = _of_tests("corpus.checks").EXAMPLES
    once = _of_tests("acceptance.mutation").OnceTools
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: list[str] = []
    with installed_tools() as tools:
        for check, example in examples.items():
            looks = once.of(tools)
            valid = {
                each.outcome
                for each in example.valid(looks).findings
                if each.check == check
            }
            invalid = {
                each.outcome
                for each in example.invalid(looks).findings
                if each.check == check
            }
            right[check] += not valid & _BAD
            wrong[check] += bool(invalid & _BAD)
            if valid & _BAD or not invalid & _BAD:
                missed.append(check)
        for table in files.TABLES:
            missed += _files(table, tools, right, wrong)
    print(
        f"## Corpus: {sum(right.values())} cases right, {sum(wrong.values())} wrong\n"
    )
    print("Passed: right, and nothing fails (files: of all checks). Caught: wrong, and")
    print("the check fails, warns, or for one file beyond all limits leaves it open.\n")
    rows = [(check, right[check], wrong[check]) for check in examples]
    _table(("Check", "passed", "caught"), [*rows, ("any, of files", right["any"], "")])
    print(f"\nMissed: {len(missed)} {missed or ''}\n")
    return len(missed)


def _files(
    table: str, tools: Any, right: Counter[str], wrong: Counter[str]
) -> list[str]:
    """Count what came of the files of *table*; return those that were missed."""
    missed = []
    found: dict[str, dict[str, set[Outcome]]] = defaultdict(lambda: defaultdict(set))
    at = _of_tests("archive.office").TODAY
    with tempfile.TemporaryDirectory() as name:
        files = _of_tests("corpus.files").written(table, Path(name))
        with subject_at(name, profile=GBT42727_2023, at=at, tools=tools) as subject:
            for each in run(subject, Stage.ACCESSION).findings:
                found[each.object][each.check].add(each.outcome)
    for file in files:
        said = found[file.path]
        if not file.check:
            fine = all(Outcome.FAILED not in each for each in said.values())
            right["any"] += fine
        else:
            enough = _BAD | ({Outcome.NOT_PERFORMED} if file.open else set())
            fine = bool(said[file.check] & enough)
            wrong[file.check] += fine
        if not fine:
            missed.append(file.name)
    return missed


def mutations() -> int:
    """Print which checks caught each mutation; return how many were not as expected."""
    table = _of_tests("acceptance.mutations")
    victims = [victim.name for victim in _of_tests("acceptance.mutation").victims()]
    rows: dict[str, dict[str, Any]] = defaultdict(dict)
    bad = 0
    for caught in table.all_caught():
        rows[caught.mutation.name][caught.victim] = caught
        bad += bool(caught.missed or caught.unexpected)
    total = sum(map(len, rows.values()))
    print(
        f"## Mutations: {len(rows)}, {total} damaged packages, {bad} not as expected\n"
    )
    print("F failed, W warned; in brackets: what the same damage breaks besides.\n")
    _table(
        ("Mutation", *victims),
        (
            (name, *(_caught(row.get(victim)) for victim in victims))
            for name, row in rows.items()
        ),
    )
    return bad


def _caught(caught: Any) -> str:
    if caught is None:
        return "–"
    by = caught.mutation.by
    own = [_said(name, caught.outcomes) for name in sorted(by)]
    more = [_said(name, caught.outcomes) for name in sorted({*caught.outcomes} - by)]
    return " ".join([*own, *(f"({each})" for each in more)])


def _said(check: str, outcomes: Mapping[str, Outcome]) -> str:
    outcome = outcomes.get(check)
    return f"{check} {'MISSED' if outcome is None else _SHORT[outcome]}"


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    names = list(header)
    print(f"| {' | '.join(names)} |\n|{'---|' * len(names)}")
    for row in rows:
        print(f"| {' | '.join(str(each) if each else '' for each in row)} |")
    print()


def _of_tests(name: str) -> Any:
    tests = str(ROOT / "tests")
    if tests not in sys.path:
        sys.path.insert(0, tests)
    return import_module(name)


TABLES: Final = {"samples": samples, "corpus": corpus, "mutations": mutations}


def main() -> int:
    """Print the tables; return 1 if anything is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutations")
    parser.add_argument("tables", nargs="*", choices=[*TABLES, []], default=[])
    names = parser.parse_args().tables or list(TABLES)
    bad = sum(TABLES[name]() for name in names)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
