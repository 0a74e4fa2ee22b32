"""
Worker: the process in which one contender lives. Reads orders, writes answers.

An order is a line of JSON on standard input: the group and the folder of a turn. An
answer is a line of JSON on standard output: what it took, or why it failed.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from attrs import asdict

from benchmarks.sources import Group, warm
from benchmarks.turn import timed
from benchmarks.workloads import WORKLOADS


def main(workload: str, name: str) -> None:
    """Take turns until standard input ends."""
    # What a contender prints is not an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    row = next(row for row in WORKLOADS[workload].rows if row.name == name)
    for line in sys.stdin:
        order = json.loads(line)
        folder = Path(order["folder"])
        group = Group(folder=Path(order["group"].pop("folder")), **order["group"])
        answer: dict[str, object]
        if find_spec(row.contender.needs) is None:
            answer = {"absent": row.contender.needs}
        else:
            folder.mkdir(parents=True)
            try:
                act = row.contender.ready(group, folder)
                warm(group.folder)
                warm(folder)
                answer = asdict(timed(act))
            except Exception as error:  # noqa: BLE001 - it goes into the table
                answer = {"failed": f"{type(error).__name__}: {error}"}
            shutil.rmtree(folder)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
