"""Workloads: the tables of contenders and targets."""

from __future__ import annotations

from typing import Final

from benchmarks.limits import Hashing, HashingAndWriting
from benchmarks.ours import Deposit, Verify
from benchmarks.peers import (
    BAGIT_CHECK,
    BAGIT_COPYING,
    BAGIT_IN_PLACE,
    BAGIT_UTILS,
    BAGIT_UTILS_CHECK,
    OCFL_PY,
    OCFL_PY_CHECK,
)
from benchmarks.workload import Row, Scale, Target, Workload

BOTH: Final = ("sm3", "sha256")
SHA: Final = ("sha256",)

HASH_BOTH: Final = "limit: hash, sm3+sha256"
HASH_SHA: Final = "limit: hash, sha256"
HASH_BOTH_2: Final = "limit: hash, sm3+sha256, 2 threads"
HASH_SHA_2: Final = "limit: hash, sha256, 2 threads"
WRITE_BOTH: Final = "limit: hash + write, sm3+sha256"
WRITE_SHA: Final = "limit: hash + write, sha256"
SYNC_EACH: Final = "limit: hash + write + fsync each, sha256"
SYNC_THREADS: Final = "limit: hash + write + fsync, 8 threads, sha256"
OURS_BOTH: Final = "egovarchive, sm3+sha256"
OURS_SHA: Final = "egovarchive, sha256"
OURS_BOTH_2: Final = "egovarchive, sm3+sha256, 2 processes"
OURS_SHA_2: Final = "egovarchive, sha256, 2 processes"
BAGIT: Final = "bagit-python in place, sha256"
BAGIT_COPY: Final = "bagit-python on a copy, sha256"
UTILS: Final = "bagit-utils, sha256"
OCFL: Final = "ocfl-py, sha256"

SMALL: Final = Scale(cases=400, files=5, size=50_000, rounds=5)
SMALL_QUICK: Final = Scale(cases=40, files=5, size=50_000, rounds=5)
LARGE: Final = Scale(cases=1, files=40, size=50_000_000, rounds=3)
LARGE_QUICK: Final = Scale(cases=1, files=40, size=5_000_000, rounds=3)

HASHING: Final = (
    Row(name=HASH_BOTH, contender=Hashing(BOTH), kind="limit"),
    Row(name=HASH_SHA, contender=Hashing(SHA), kind="limit"),
)
WRITING: Final = (
    Row(name=WRITE_BOTH, contender=HashingAndWriting(BOTH), kind="limit"),
    Row(name=WRITE_SHA, contender=HashingAndWriting(SHA), kind="limit"),
    Row(
        name=SYNC_EACH,
        contender=HashingAndWriting(SHA, "each"),
        limit=WRITE_SHA,
        kind="limit",
    ),
    Row(
        name=SYNC_THREADS,
        contender=HashingAndWriting(SHA, "threads"),
        limit=WRITE_SHA,
        kind="limit",
    ),
)
DEPOSIT: Final = (
    *HASHING,
    *WRITING,
    Row(name=OURS_BOTH, contender=Deposit(BOTH), limit=WRITE_BOTH, kind="ours"),
    Row(name=OURS_SHA, contender=Deposit(SHA), limit=WRITE_SHA, kind="ours"),
    Row(name=OURS_BOTH_2, contender=Deposit(BOTH, 2), limit=WRITE_BOTH, kind="ours"),
    Row(name=OURS_SHA_2, contender=Deposit(SHA, 2), limit=WRITE_SHA, kind="ours"),
    Row(name=BAGIT, contender=BAGIT_IN_PLACE, limit=WRITE_SHA),
    Row(name=BAGIT_COPY, contender=BAGIT_COPYING, limit=WRITE_SHA),
    Row(name=UTILS, contender=BAGIT_UTILS, limit=WRITE_SHA),
    Row(name=OCFL, contender=OCFL_PY, limit=WRITE_SHA),
)
VERIFY: Final = (
    *HASHING,
    Row(name=HASH_BOTH_2, contender=Hashing(BOTH, 2), limit=HASH_BOTH, kind="limit"),
    Row(name=HASH_SHA_2, contender=Hashing(SHA, 2), limit=HASH_SHA, kind="limit"),
    Row(name=OURS_BOTH, contender=Verify(BOTH), limit=HASH_BOTH, kind="ours"),
    Row(name=OURS_SHA, contender=Verify(SHA), limit=HASH_SHA, kind="ours"),
    Row(name=OURS_BOTH_2, contender=Verify(BOTH, 2), limit=HASH_BOTH, kind="ours"),
    Row(name=OURS_SHA_2, contender=Verify(SHA, 2), limit=HASH_SHA, kind="ours"),
    Row(name=BAGIT, contender=BAGIT_CHECK, limit=HASH_SHA),
    Row(name=UTILS, contender=BAGIT_UTILS_CHECK, limit=HASH_SHA),
    Row(name=OCFL, contender=OCFL_PY_CHECK, limit=HASH_SHA),
)


def _faster(row: str, *others: str) -> tuple[Target, ...]:
    return tuple(
        Target(
            text=f"{row}: time on the clock / {other}",
            row=row,
            measure="wall",
            most=1,
            against=other,
        )
        for other in others
    )


# 80 % of the limit's rate are 1.25 times its time.
_OF_HASHING: Final = (
    Target(
        text="both digests: CPU / hashing",
        row=OURS_BOTH,
        measure="cpu",
        most=1.25,
        against=HASH_BOTH,
    ),
    Target(
        text="sha256: CPU / hashing",
        row=OURS_SHA,
        measure="cpu",
        most=1.25,
        against=HASH_SHA,
    ),
    Target(
        text="both digests: time on the clock / hashing",
        row=OURS_BOTH,
        measure="wall",
        most=1.25,
        against=HASH_BOTH,
    ),
    Target(
        text="both digests, 2 processes: time on the clock / hashing",
        row=OURS_BOTH_2,
        measure="wall",
        most=1.25,
        against=HASH_BOTH,
    ),
)

WORKLOADS: Final = {
    "deposit": Workload(
        title="Deposit: cases of 5 files of 50 KB, Chinese names",
        rows=DEPOSIT,
        targets=(
            Target(
                text="both digests: CPU / (hash + write)",
                row=OURS_BOTH,
                measure="cpu",
                most=1.3,
                against=WRITE_BOTH,
            ),
            *_faster(OURS_SHA, BAGIT, BAGIT_COPY),
        ),
        full=SMALL,
        quick=SMALL_QUICK,
    ),
    "verify": Workload(
        title="Verify: the same cases, as each keeps them",
        rows=VERIFY,
        targets=(
            *_OF_HASHING,
            *_faster(OURS_SHA, BAGIT, UTILS, OCFL),
            *_faster(OURS_SHA_2, BAGIT, UTILS, OCFL),
        ),
        full=SMALL,
        quick=SMALL_QUICK,
    ),
    "deposit-large": Workload(
        title="Deposit: one case of 40 large files",
        rows=DEPOSIT,
        targets=(
            Target(
                text="both digests: CPU / (hash + write)",
                row=OURS_BOTH,
                measure="cpu",
                most=1.3,
                against=WRITE_BOTH,
            ),
            Target(
                text="both digests: peak memory",
                row=OURS_BOTH,
                measure="peak",
                most=100e6,
            ),
            Target(
                text="both digests: bytes read / those of hashing, which reads once",
                row=OURS_BOTH,
                measure="read",
                most=1.01,
                against=HASH_BOTH,
            ),
        ),
        full=LARGE,
        quick=LARGE_QUICK,
        unit="MB",
    ),
    "verify-large": Workload(
        title="Verify: the same case",
        rows=VERIFY,
        targets=(
            *_OF_HASHING,
            *_faster(OURS_SHA, BAGIT, UTILS, OCFL),
            Target(
                text="both digests: peak memory",
                row=OURS_BOTH,
                measure="peak",
                most=100e6,
            ),
        ),
        full=LARGE,
        quick=LARGE_QUICK,
        unit="MB",
    ),
}
