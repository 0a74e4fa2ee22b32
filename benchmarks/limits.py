"""Limits: the least that must be done to the same bytes, as barely as Python can."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from benchmarks.contender import Act
from benchmarks.ours import overhead
from benchmarks.sources import CHUNK, Group
from egovarchive.records.digest import hasher

SYNC_THREADS: Final = 8
OPEN_FILES: Final = 64  # whose sync is waited for together
# Bytes written at once. Whole aligned mebibytes cost Linux 6.18 five times as much:
# it then takes its memory in pieces so large that it has to make room for them.
PIECE: Final = 1 << 18


@frozen
class Hashing:
    """
    Read each file once into one buffer, and take its digests. Keeps nothing.

    Args:
        algorithms: The digests.
        threads: How many share the cases.
    """

    algorithms: tuple[str, ...]
    threads: int = 1
    needs: str = "hashlib"

    def ready(self, group: Group, folder: Path) -> Act:  # noqa: ARG002 - writes nothing
        paths = group.paths()
        shares = [
            list(islice(paths, at, None, self.threads)) for at in range(self.threads)
        ]
        return partial(self._run, [share for share in shares if share])

    def _run(self, shares: Sequence[Sequence[Sequence[Path]]]) -> None:
        if len(shares) == 1:
            self._hash(shares[0])
            return
        with ThreadPoolExecutor(len(shares)) as pool:
            list(pool.map(self._hash, shares))

    def _hash(self, cases: Sequence[Sequence[Path]]) -> None:
        buffer = memoryview(bytearray(CHUNK))
        for paths in cases:
            for path in paths:
                hashers = _hashers(self.algorithms)
                fd = os.open(path, os.O_RDONLY)
                while size := os.readv(fd, [buffer]):
                    for each in hashers:
                        each.update(buffer[:size])
                os.close(fd)
                for each in hashers:
                    each.hexdigest()


@frozen
class HashingAndWriting:
    """
    The same, and write one file for each case, as large as its package is.

    Args:
        algorithms: The digests.
        sync: ``"none"``, ``"each"``: after each file; ``"threads"``: 8 at a time.
    """

    algorithms: tuple[str, ...]
    sync: str = "none"
    needs: str = "hashlib"

    def ready(self, group: Group, folder: Path) -> Act:
        rest = bytes(overhead(group, self.algorithms))
        return partial(self._run, group.paths(), folder, rest)

    def _run(self, cases: Sequence[Sequence[Path]], folder: Path, rest: bytes) -> None:
        with ThreadPoolExecutor(SYNC_THREADS) as pool:
            waiting: list[Future[None]] = []
            for number, paths in enumerate(cases):
                target = folder / f"{number:06}.zip"
                fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
                self._copy(paths, fd, rest)
                if self.sync == "threads":
                    waiting.append(pool.submit(_sync_and_close, fd))
                    if len(waiting) == OPEN_FILES:
                        _wait(waiting)
                else:
                    if self.sync == "each":
                        os.fsync(fd)
                    os.close(fd)
            _wait(waiting)

    def _copy(self, paths: Sequence[Path], target: int, rest: bytes) -> None:
        # A small case comes together in the buffer, and is written with one call.
        buffer = memoryview(bytearray(PIECE))
        filled = 0
        for path in paths:
            hashers = _hashers(self.algorithms)
            fd = os.open(path, os.O_RDONLY)
            while size := os.readv(fd, [buffer[filled:]]):
                for each in hashers:
                    each.update(buffer[filled : filled + size])
                filled += size
                if filled == PIECE:
                    os.write(target, buffer)
                    filled = 0
            os.close(fd)
            for each in hashers:
                each.hexdigest()
        os.writev(target, [buffer[:filled], rest])


def _hashers(algorithms: Sequence[str]) -> list[Any]:
    """Return hashers that take any buffer, as all of these do."""
    return [hasher(algorithm) for algorithm in algorithms]


def _sync_and_close(fd: int) -> None:
    os.fsync(fd)
    os.close(fd)


def _wait(waiting: list[Future[None]]) -> None:
    for each in waiting:
        each.result()
    waiting.clear()
