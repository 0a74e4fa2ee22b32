"""Journal 登记簿: what was registered, in order; the truth that catalogs are made from."""

from egovarchive.journal.journal import Journal
from egovarchive.journal.segment import Head, Segment

__all__ = ["Head", "Journal", "Segment"]
