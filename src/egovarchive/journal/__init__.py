"""Journal 登记簿: what was registered, in order; catalogs are made from it."""

from egovarchive.journal.journal import Journal
from egovarchive.journal.segment import Head, Segment

__all__ = ["Head", "Journal", "Segment"]
