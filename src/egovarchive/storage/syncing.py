"""Syncing 落盘: bytes and names reach the disk before anyone is told so."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from egovarchive.storage.failures import failure

# Syncs wait for the disk, not for a core. From about eight at a time on, a
# file system's journal commits them together and more gain nothing.
SYNC_THREADS = 8

Named = tuple[str, int]


def start_writeback(fd: int) -> None:
    """Have the written pages of *fd* on their way to the disk, and do not wait."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)


def sync_all(targets: Sequence[Named]) -> None:
    """
    Sync every file or folder of *targets*, each a name and an open descriptor.

    Raises:
        StorageError: One could not be synced. Nothing may be believed of it any
            more: a second sync would succeed without the lost pages.
    """
    workers = min(SYNC_THREADS, len(targets))
    if workers <= 1:
        _sync(targets)
        return
    # Made for each group: it costs well under a sync, needs no closing, and a
    # process forked meanwhile inherits no pool whose threads it does not have.
    with ThreadPoolExecutor(workers, thread_name_prefix="egovarchive-sync") as pool:
        shares = [list(islice(targets, at, None, workers)) for at in range(workers)]
        for done in [pool.submit(_sync, share) for share in shares]:
            done.result()


def _sync(targets: Sequence[Named]) -> None:
    for name, fd in targets:
        try:
            os.fsync(fd)
        except OSError as error:  # noqa: PERF203 - a sync dwarfs it
            raise failure("store", name, error) from error
