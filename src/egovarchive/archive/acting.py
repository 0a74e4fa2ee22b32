"""Acting: what is done to records once they are kept, under the rules of their life."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Final

from attrs import field, frozen

from egovarchive.archive.archiving import Archiving
from egovarchive.errors import AlreadyStoredError, StorageError
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.guards import Circumstances, check_allowed
from egovarchive.lifecycle.hold import Hold, holds_in
from egovarchive.lifecycle.standing import Standing
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import date_in_china, in_china

# Events of one commit, at most: some megabytes, far from what a segment may hold.
COMMIT: Final = 5_000
LARGEST: Final = 1 << 28  # bytes of an object that is read whole


@frozen
class Acting:
    """
    Does things to records, of which the journal tells.

    Args:
        archiving: The archive's backends and rules.
    """

    archiving: Archiving = field(repr=False)

    @property
    def fonds(self) -> str:
        """Whose records they are."""
        return self.archiving.arrangement.fonds

    def now(self) -> datetime:
        """Return the moment, to the second, in China."""
        return in_china(self.archiving.clock()).replace(microsecond=0)

    def today(self) -> date:
        """Return the legal date."""
        return date_in_china(self.archiving.clock())

    def entry(self, code: ArchivalCode) -> Entry:
        """Return the entry of *code*; see `Archive.entry`."""
        return self.archiving.catalog.entry(code)

    def standing(self, code: ArchivalCode) -> Standing:
        """Return where the record *code* stands; see `Archive.standing`."""
        return self.archiving.catalog.standing(code)

    def holds(self) -> Mapping[str, Hold]:
        """Return the holds in force, by number."""
        return holds_in(self.archiving.catalog.events_of_fonds(self.fonds))

    def circumstances(
        self, *, approved: bool = False, witnessed: bool = False
    ) -> Circumstances:
        """Return what guards may look at, as of now."""
        return Circumstances(
            on=self.today(),
            holds=tuple(self.holds().values()),
            approved=approved,
            witnessed=witnessed,
        )

    def check(
        self, kind: EventKind, codes: Iterable[ArchivalCode], around: Circumstances
    ) -> None:
        """Raise unless *kind* may happen to each of *codes*; see `check_allowed`."""
        for code in codes:
            check_allowed(kind, self.entry(code), self.standing(code), around)

    def decide(self, choose: Callable[[], Sequence[Event]]) -> Sequence[Event]:
        """Record what *choose* returns; see `Register.decide`."""
        return self.archiving.register.decide(choose)

    def decide_in_parts(
        self,
        codes: Iterable[ArchivalCode],
        choose: Callable[[Sequence[ArchivalCode]], Sequence[Event]],
    ) -> None:
        """
        Record what *choose* returns for some of *codes* at a time, until all are done.

        What was interrupted is gone on with by asking again: *choose* leaves out what
        has happened already.
        """
        for part in _parts(codes):
            self.decide(partial(choose, part))

    def keep(self, key: str, data: bytes) -> None:
        """
        Store *data* under *key*; the same bytes stored before are as good.

        Raises:
            StorageError: Other bytes are there, or it cannot be stored.
        """
        try:
            self.archiving.storage.put(key, (data,))
        except AlreadyStoredError:
            if self.kept(key) != data:
                raise StorageError(
                    f"{key} is taken by something else", f"{key} 已存有其他内容"
                ) from None

    def keep_first(self, key: str, data: bytes) -> bytes:
        """
        Store *data* under *key*, or leave what is there; return what is there then.

        Raises:
            StorageError: It cannot be stored, or what is there cannot be read.
        """
        try:
            self.archiving.storage.put(key, (data,))
        except AlreadyStoredError:
            return self.kept(key)
        return data

    def kept(self, key: str) -> bytes:
        """
        Return what is stored under *key*.

        Raises:
            NotStoredError: Nothing is.
            StorageError: It is larger than anything that is kept there.
        """
        data = b"".join(self.archiving.storage.get(key, 0, LARGEST + 1))
        if len(data) > LARGEST:
            raise StorageError(
                f"{key} is larger than {LARGEST} bytes", f"{key} 超过 {LARGEST} 字节"
            )
        return data


def _parts(codes: Iterable[ArchivalCode]) -> Iterator[Sequence[ArchivalCode]]:
    rest = iter(codes)
    while part := list(islice(rest, COMMIT)):
        yield part
