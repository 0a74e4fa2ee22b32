"""
A power cut, simulated: the file system forgets what it was not made to write.

Needs root, loop devices and ext4, and is asked for with EGOVARCHIVE_POWER_CUT=1. It
does not show a drive that lies about its own cache.
"""

from __future__ import annotations

import fcntl
import os
import random
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from egovarchive.storage.files import FileStorage
from storage.writers import WRITE, body, start

pytestmark = pytest.mark.skipif(
    os.environ.get("EGOVARCHIVE_POWER_CUT") != "1",
    reason="a simulated power cut mounts a disk: ask with EGOVARCHIVE_POWER_CUT=1",
)

# linux/fs.h and ext4.h: forget everything that is not in the journal on the disk.
SHUTDOWN = 0x8004587D
WITHOUT_FLUSHING_THE_LOG = 2


class Disk:
    """An ext4 disk in a file, that can lose its power."""

    def __init__(self, folder: Path) -> None:
        self._image = folder / "disk.img"
        self.root = folder / "disk"
        self.root.mkdir()
        with self._image.open("wb") as image:
            image.truncate(256 << 20)
        self._run("mkfs.ext4", "-q", "-F", str(self._image))

    def start(self) -> None:
        self._run("mount", "-o", "loop", str(self._image), str(self.root))

    def cut_power(self) -> None:
        # Never the disk that the tests themselves run from.
        assert self.root.is_mount()
        assert self.root.stat().st_dev != self.root.parent.stat().st_dev
        fd = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING_THE_LOG))
        finally:
            os.close(fd)

    def stop(self) -> None:
        self._run("umount", str(self.root))

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"{' '.join(command)}: {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path)
    disk.start()
    yield disk
    if disk.root.is_mount():
        disk.stop()


def test_what_was_not_synced_is_lost(disk: Disk) -> None:
    """Without this, the next test would show nothing."""
    (disk.root / "synced").write_bytes(b"x")
    os.sync()
    for n in range(100):
        (disk.root / f"{n}").write_bytes(b"x" * 5000)
    disk.cut_power()
    disk.stop()
    disk.start()
    assert {path.name for path in disk.root.iterdir()} == {"synced", "lost+found"}


def test_what_was_acknowledged_is_there_and_nothing_is_half(disk: Disk) -> None:
    chance = random.Random(20261123)  # noqa: S311 - moments, not secrets
    acknowledged: list[str] = []
    for turn in range(6):
        with start(WRITE, disk.root / "store", str(turn)) as writer:
            assert writer.stdout is not None
            acknowledged.append(writer.stdout.readline().rstrip())
            time.sleep(chance.uniform(0, 0.2))
            disk.cut_power()
            writer.kill()
            acknowledged += writer.stdout.read().split()
        disk.stop()
        disk.start()
        storage = FileStorage(disk.root / "store")
        keys = list(storage.keys())
        assert set(acknowledged) <= set(keys)
        for key in keys:
            assert b"".join(storage.get(key)) == body(key)
        storage.sweep_staging()
        assert list((storage.root / ".staging").iterdir()) == []
    assert len(acknowledged) >= 6 * 16
