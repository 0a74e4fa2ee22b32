"""Gone 已销毁: records whose bytes must not be there any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from attrs import define, field

from egovarchive.catalog import Catalog
from egovarchive.checks import Report
from egovarchive.errors import NotStoredError, RecordDestroyedError
from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.storage import Storage

_GOING = {EventKind.BEGUN: True, EventKind.DESTROYED: True, EventKind.STRUCK: False}


def check_kept(catalog: Catalog, entry: Entry) -> Entry:
    """
    Return *entry*, if its record is to be there.

    Raises:
        RecordDestroyedError: It was destroyed, or its destruction has begun.
    """
    standing = catalog.standing(entry.code)
    if not standing.gone:
        return entry
    done = standing.state is State.DESTROYED
    raise RecordDestroyedError(
        f"{entry.code} {'was' if done else 'is being'} destroyed, with list "
        f"{standing.listed}",
        f"{entry.code} {'已' if done else '正在'}销毁，销毁清册 {standing.listed}",
    )


@define
class Gone:
    """
    What a journal says is destroyed, or being destroyed, read once it is asked.

    Where all packages can be opened, as in most runs, the journal is not read another
    time.

    Args:
        segments: Returns the segments of the journal.
    """

    _segments: Callable[[], Iterable[tuple[Segment, Head]]]
    _read: frozenset[ArchivalCode] | None = field(default=None, init=False)

    def codes(self) -> frozenset[ArchivalCode]:
        """
        Return the codes of those records.

        Raises:
            JournalError: A segment is missing or altered.
        """
        if self._read is None:
            self._read = frozenset(self._all())
        return self._read

    def explains(self, report: Report) -> bool:
        """Say whether *report* finds only that a destroyed record is not there."""
        if report.passed or not report.failures:
            return False
        return ArchivalCode.parse(report.object) in self.codes()

    def _all(self) -> Iterator[ArchivalCode]:
        found: dict[ArchivalCode, bool] = {}
        for segment, _ in self._segments():
            for event in segment.events:
                if event.code is not None and event.kind in _GOING:
                    found[event.code] = _GOING[event.kind]
        return (code for code, gone in found.items() if gone)


def is_there(storage: Storage, key: str) -> bool:
    """Say whether anything is stored under *key*."""
    try:
        storage.get(key, 0, 1)
    except NotStoredError:
        return False
    return True
