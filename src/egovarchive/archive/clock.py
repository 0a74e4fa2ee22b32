"""Clock: the one place that asks what time it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from egovarchive.records.moment import CHINA

# Clocks of two systems differ; by more than this, one of them is wrong.
MOST_OFF: Final = timedelta(days=1)


def now_in_china() -> datetime:
    """Return the present moment, in China Standard Time."""
    return datetime.now(CHINA)
