"""A file storage among several processes, some of which die."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from egovarchive.storage.files import FileStorage
from storage.writers import WRITE, body, start

CONTEND = """
won = []
sys.stdin.readline()
for number in range(40):
    try:
        storage.put(f"journal/{number}", [name.encode()])
    except AlreadyStoredError:
        pass
    else:
        won.append(number)
print(*won)
"""

STAGE = """
file = storage.stage()
file.write(b"x")
os.write(1, b"staged\\n")
sys.stdin.readline()
"""

SWEEP = """
print(storage.sweep_staging())
"""

FORK = """
file = storage.stage()
file.write(b"kept")
child = os.fork()
if not child:
    file.close()
    os._exit(0)
os.waitpid(child, 0)
storage.put("a", file)
"""

FORK_AND_STAY = """
file = storage.stage()
file.write(b"kept")
child = os.fork()
if not child:
    os.close(1)
    sys.stdin.readline()
    os._exit(0)
storage.put("a", file)
os.link(storage.root / "a", storage.root / ".staging" / "left")
print("stored", flush=True)
os.waitpid(child, 0)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_whoever_is_killed_leaves_whole_objects_and_all_acknowledged(
    root: Path,
) -> None:
    chance = random.Random(20261123)  # noqa: S311 - moments, not secrets
    acknowledged: list[str] = []
    for turn in range(20):
        with start(WRITE, root, str(turn)) as writer:
            assert writer.stdout is not None
            acknowledged.append(writer.stdout.readline().rstrip())
            time.sleep(chance.uniform(0, 0.03))
            writer.kill()
            acknowledged += writer.stdout.read().split()
    storage = FileStorage(root)
    keys = list(storage.keys())
    assert len(acknowledged) >= 20 * 16
    assert set(acknowledged) <= set(keys)
    for key in keys:
        assert b"".join(storage.get(key)) == body(key)
    left = len(list((root / ".staging").iterdir()))
    assert storage.sweep_staging() == left
    assert list((root / ".staging").iterdir()) == []
    assert list(storage.keys()) == keys
    for key in keys:
        assert b"".join(storage.get(key)) == body(key)


def test_processes_that_race_for_a_key_have_one_winner(root: Path) -> None:
    racers = [start(CONTEND, root, f"racer-{n}") for n in range(4)]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    won = {
        f"racer-{n}": [int(number) for number in racer.communicate()[0].split()]
        for n, racer in enumerate(racers)
    }
    assert sorted(number for numbers in won.values() for number in numbers) == list(
        range(40)
    )
    storage = FileStorage(root)
    for name, numbers in won.items():
        for number in numbers:
            assert b"".join(storage.get(f"journal/{number}")) == name.encode()


@pytest.fixture
def stager(root: Path) -> Iterator[subprocess.Popen[str]]:
    with start(STAGE, root, "") as stager:
        assert stager.stdout is not None
        assert stager.stdout.readline() == "staged\n"
        yield stager
        stager.kill()


def test_a_sweep_spares_the_living_and_takes_after_the_dead(
    root: Path, stager: subprocess.Popen[str]
) -> None:
    with start(SWEEP, root, "") as sweeper:
        assert sweeper.communicate()[0] == "0\n"
    stager.kill()
    stager.wait()
    with start(SWEEP, root, "") as sweeper:
        assert sweeper.communicate()[0] == "1\n"


def test_a_forked_process_cannot_end_a_staged_file(root: Path) -> None:
    with start(FORK, root, "") as parent:
        parent.communicate()
        assert parent.returncode == 0
    assert b"".join(FileStorage(root).get("a")) == b"kept"


def test_a_forked_process_that_stays_keeps_nobody_waiting(root: Path) -> None:
    with start(FORK_AND_STAY, root, "") as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "stored\n"
        # The other name makes the reader ask for the lock.
        assert b"".join(FileStorage(root).get("a")) == b"kept"
        parent.communicate("end\n")
