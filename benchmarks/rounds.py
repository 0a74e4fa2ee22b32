"""Rounds: contenders take turns, so that what disturbs one disturbs all alike."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

from attrs import evolve, frozen

from benchmarks.sources import Group
from benchmarks.turn import Turn
from benchmarks.workload import Outcome, Scale, Workload

ROOT: Final = Path(__file__).resolve().parents[1]
WARMING: Final = Scale(cases=2, files=5, size=50_000, rounds=1)


@frozen
class Worker:
    """The process of one contender."""

    process: subprocess.Popen[str]
    complaints: IO[str]

    def turn(self, group: Group, folder: Path) -> Turn | str:
        """Return what a turn took, or why it took none."""
        order = {
            "group": {
                "folder": str(group.folder),
                "cases": group.cases,
                "files": group.files,
                "size": group.size,
                "seed": group.seed,
            },
            "folder": str(folder),
        }
        assert self.process.stdin is not None  # noqa: S101 - they were asked for
        assert self.process.stdout is not None  # noqa: S101
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            self.complaints.seek(0)
            *_, last = ["no reason given", *self.complaints.read().splitlines()]
            return f"failed: {last}"
        answer = json.loads(line)
        if "absent" in answer:
            return f"not run: {answer['absent']} is not installed"
        if "failed" in answer:
            return f"failed: {answer['failed']}"
        return Turn(**answer)


@contextmanager
def worker(workload: str, row: str) -> Iterator[Worker]:
    """Start the process of the contender *row*; end it when the block ends."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as complaints,
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", workload, row],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        yield Worker(process, complaints)
        assert process.stdin is not None  # noqa: S101 - it was asked for
        process.stdin.close()


def run(
    name: str, workload: Workload, scale: Scale, folder: Path
) -> Mapping[str, Outcome]:
    """Return what the turns of each row took, or why it has none."""
    rows = [row.name for row in workload.rows]
    outcomes: dict[str, Outcome] = {row: [] for row in rows}
    with ExitStack() as stack:
        workers = {row: stack.enter_context(worker(name, row)) for row in rows}
        # The first turn loads what is loaded where it is used; it does not count.
        for number in range(-1, scale.rounds):
            group = _group(folder, number, WARMING if number < 0 else scale)
            for row in rows:
                outcome = outcomes[row]
                if isinstance(outcome, str):
                    continue
                _tell(f"{name}: round {number + 1} of {scale.rounds}: {row}")
                turn = workers[row].turn(group, folder / "turn")
                if isinstance(turn, str):
                    outcomes[row] = turn
                elif number >= 0:
                    outcome.append(turn)
    _tell("")
    return outcomes


def _group(folder: Path, number: int, scale: Scale) -> Group:
    """Return the cases of a round. One large case is the same in all rounds."""
    if number > 0 and scale.cases == 1:
        number = 0
    group = Group(
        folder / f"sources{number}",
        scale.cases,
        scale.files,
        scale.size,
        seed=number + 1,
    )
    if not group.folder.exists():
        group.write()
    return group


def _tell(text: str) -> None:
    """Show *text* where a person is watching."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def scaled(scale: Scale, rounds: int | None) -> Scale:
    """Return *scale* with as many cases in all, in so many *rounds*."""
    if rounds is None:
        return scale
    if scale.cases == 1:
        return evolve(scale, rounds=rounds)
    return evolve(
        scale, rounds=rounds, cases=max(1, scale.cases * scale.rounds // rounds)
    )
