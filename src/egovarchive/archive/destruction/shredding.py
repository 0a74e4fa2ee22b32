"""Shredding 清除: packages are deleted everywhere, and looked for again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Final

from attrs import field, frozen

from egovarchive.archive.destruction.appraising import held_error
from egovarchive.archive.destruction.burying import is_whole
from egovarchive.archive.destruction.destruction_files import DestructionFiles
from egovarchive.archive.gone import is_there
from egovarchive.errors import LegalHoldError, NotStoredError, StorageError
from egovarchive.journal import Head
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.storage import Storage

PART: Final = 500  # records that are deleted before that is recorded
_STOPPED: Final = "冻结 hold"


@frozen
class Shredding:
    """
    Deletes the packages of one list, whose destruction has begun.

    Args:
        files: Where the list is kept.
        copies: Other storages with the same keys.
        by: Who is named in the journal.
    """

    files: DestructionFiles
    copies: Sequence[Storage] = field(repr=False)
    by: str

    def delete(self, codes: Sequence[ArchivalCode]) -> None:
        """
        Delete the packages of *codes*, see that they are gone, and record it.

        Each that is being destroyed and has gone already counts as done. Between two
        deletions the journal is looked at: what was struck off meanwhile stays; a hold
        that was placed stops the rest, and what it covers and is still whole goes back
        to where it stood.

        Raises:
            LegalHoldError: Such a hold; names the records that went back.
            StorageError: One could not be deleted, or is still there. Try again.
        """
        seen = self._head()
        self._stop_if_held(codes)
        rest = iter(codes)
        while part := list(islice(rest, PART)):
            for code in part:
                # Not whether the catalog is behind: another process may share it, and
                # have put a hold into it a moment ago.
                if (head := self._head()) != seen:
                    self._stop_if_held(codes)
                    seen = head
                # A person, or who else executes the list, may have struck it off.
                if _destroying(self.files, code):
                    self._forget(self.files.acting.entry(code))
            self._record_gone(part)

    def _forget(self, entry: Entry) -> None:
        # The archive's own comes last: as long as it is there, the record is whole.
        storages = (*self.copies, self.files.acting.archiving.storage)
        for storage in storages:
            with suppress(NotStoredError):
                storage.delete(entry.key)
        for storage in storages:
            if is_there(storage, entry.key):
                raise StorageError(
                    f"{entry.key} was deleted, and is still there in {storage!r}",
                    f"{entry.key} 删除后仍存在于 {storage!r}",
                )

    def _record_gone(self, codes: Sequence[ArchivalCode]) -> None:
        acting, files = self.files.acting, self.files

        def choose() -> Sequence[Event]:
            return [
                self._event(EventKind.DESTROYED, code, acting.now())
                for code in codes
                if _destroying(files, code)
            ]

        acting.decide(choose)

    def _event(
        self, kind: EventKind, code: ArchivalCode, at: datetime, **more: str
    ) -> Event:
        details = {"list": self.files.list_id, **more}
        return Event(kind=kind, code=code, at=at, by=self.by, details=details)

    def _head(self) -> Head:
        """Return the last segment of the journal, up to which the catalog is."""
        register = self.files.acting.archiving.register
        projection = register.projection
        if next(projection.journal.after(projection.head), None) is not None:
            register.refresh()
        return projection.head

    def _stop_if_held(self, codes: Sequence[ArchivalCode]) -> None:
        acting = self.files.acting
        held: dict[ArchivalCode, tuple[str, ...]] = {}

        def choose(part: Sequence[ArchivalCode]) -> Sequence[Event]:
            around, at = acting.circumstances(), acting.now()
            events = []
            for code in part:
                # It may be asked again, and a hold released meanwhile.
                held.pop(code, None)
                holds = around.holds_of(acting.entry(code))
                if not holds or not _destroying(self.files, code):
                    continue
                # What was deleted before the hold came is told as it is.
                if is_whole(self.files, code):
                    held[code] = tuple(hold.number for hold in holds)
                    reason = f"{_STOPPED} {held[code][0]}"
                    struck = self._event(EventKind.STRUCK, code, at, reason=reason)
                    events.append(struck)
                else:
                    events.append(self._event(EventKind.DESTROYED, code, at))
            return events

        acting.decide_in_parts(list(self._left(codes)), choose)
        if held:
            numbers = sorted({number for each in held.values() for number in each})
            raise _stopped([str(code) for code in held], numbers)

    def _left(self, codes: Sequence[ArchivalCode]) -> Iterator[ArchivalCode]:
        return (code for code in codes if _destroying(self.files, code))


def _destroying(files: DestructionFiles, code: ArchivalCode) -> bool:
    standing = files.acting.standing(code)
    return standing.state is State.DESTROYING and standing.listed == files.list_id


def _stopped(codes: Sequence[str], numbers: Sequence[str]) -> LegalHoldError:
    error = held_error(codes, numbers)
    return LegalHoldError(
        f"stopped: {error.message('en')}; they are whole, and struck off the list",
        f"已停止：{error.message('zh')}；其内容完整，已移出销毁清册",
    )
