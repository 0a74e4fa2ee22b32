"""Archive: the one room where values meet backends."""

from egovarchive.archive.archive import Archive
from egovarchive.archive.bulk import Deposit, Progress

__all__ = ["Archive", "Deposit", "Progress"]
