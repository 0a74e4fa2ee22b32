"""Clock: the one place that asks what time it is."""

from __future__ import annotations

from datetime import datetime

from egovarchive.records.moment import CHINA


def now_in_china() -> datetime:
    """Return the present moment, in China Standard Time."""
    return datetime.now(CHINA)
