"""
Sample cases: twelve concluded cases with real files, and any number of generated ones.

People, units and numbers are invented.
"""

from __future__ import annotations

import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock

from egovarchive.archive import Archive
from egovarchive.exchange.case_json import load_case
from egovarchive.exchange.schedule_files import load_schedule
from egovarchive.records.arrangement import Arrangement
from egovarchive.records.case import Case
from egovarchive.records.deadlines import Level
from egovarchive.records.moment import CHINA
from egovarchive.records.schedule import RetentionSchedule
from egovarchive.signing.keys import KeySigner
from egovarchive.testing.samples.generated import cases

__all__ = [
    "FILES",
    "all_cases",
    "arrangement",
    "cases",
    "new_archive",
    "schedule",
    "signer",
]

FILES = Path(__file__).parent / "files"


def all_cases() -> list[Case]:
    """
    Return twelve concluded cases of different kinds, with real files.

    A licence granted, refused, corrected and resubmitted, joint handling, scanned
    paper, an on-site inspection with audio and video, called-in licences, …
    """
    return [load_case(path) for path in sorted(FILES.glob("*/case.json"))]


@lru_cache(maxsize=1)
def schedule() -> RetentionSchedule:
    """Return the retention schedule that the samples are filed by."""
    return load_schedule(FILES / "schedule.csv")


def arrangement() -> Arrangement:
    """Return how the agency of the samples files."""
    return Arrangement(
        fonds="J019",
        unit="某某市行政审批服务局",
        category="ZY·XK",
        schedule=schedule(),
        level=Level.CITY,
    )


def signer() -> KeySigner:
    """Return a signer with a test key, made anew in each process."""
    # A cache alone makes a key for each thread that asks before the first is made.
    with _making:
        return _signer()


_making = Lock()


@lru_cache(maxsize=1)
def _signer() -> KeySigner:
    made = datetime(2020, 1, 1, tzinfo=CHINA)
    return KeySigner.self_signed("某某局（测试密钥）", at=made, years=60)


def new_archive(path: str | os.PathLike[str]) -> Archive:
    """
    Return a new archive in the folder *path*, ready for the samples.

    It signs with `signer`, and trusts that key.
    """
    return Archive.create(path, arrangement=arrangement(), signer=signer())
