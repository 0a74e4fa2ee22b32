"""Listing 编制销毁清册: what may be destroyed is put on a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.destruction.appraising import refuse_held
from egovarchive.archive.destruction.destruction_files import LIST, DestructionFiles
from egovarchive.errors import (
    InvalidValueError,
    LifecycleError,
    NotTransferredError,
    StateError,
)
from egovarchive.lifecycle.agreement import Agreement
from egovarchive.lifecycle.destruction_list import (
    DestructionList,
    ListedRecord,
    ListKind,
)
from egovarchive.lifecycle.dialogue.forms import MAX_RECORDS
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.guards import Circumstances, check_allowed
from egovarchive.records.archival_code import ArchivalCode


@frozen
class Listing:
    """
    Makes one list.

    Args:
        acting: Does things to records.
        kind: Why they are destroyed.
        by: Who makes the list.
    """

    acting: Acting = field(repr=False)
    kind: ListKind
    by: str

    def make(self, codes: Sequence[ArchivalCode] | None) -> DestructionList:
        """Make, keep and record the list of *codes*, or of all that may be listed."""
        acting = self.acting
        acting.archiving.register.refresh()
        around = acting.circumstances()
        if codes is None:
            entries = list(islice(self._ripe(around), MAX_RECORDS))
        else:
            entries = [acting.entry(code) for code in codes]
            refuse_held(entries, around)
            for entry in entries:
                self._check(entry, around)
        if not entries:
            raise InvalidValueError(
                "there is nothing to list now",
                "目前没有可列入销毁清册的档案",
                rule="a destruction list",
                place="codes",
            )
        made = DestructionList(
            fonds=acting.fonds,
            unit=acting.archiving.arrangement.unit,
            kind=self.kind,
            records=[self._record(entry) for entry in entries],
            listed_by=self.by,
            listed_at=acting.now(),
            after=acting.archiving.register.projection.head.number,
        )
        files = DestructionFiles(acting, made.id)
        files.put(LIST, made.encode())
        acting.decide_in_parts(made.codes, lambda part: self._events(made, part))
        return made

    def _ripe(self, around: Circumstances) -> Iterator[Entry]:
        found = self.acting.archiving.catalog.entries(state=self.kind.state)
        for entry in found:
            if entry.fonds != self.acting.fonds:
                continue
            try:
                self._check(entry, around)
            except LifecycleError:
                continue  # it may not be listed now, and nobody asked for it
            yield entry

    def _check(self, entry: Entry, around: Circumstances) -> None:
        standing = self.acting.standing(entry.code)
        if self.kind is ListKind.PURGE and not standing.transferred:
            raise NotTransferredError(
                f"{entry.code} has no verified receipt of the archives: its copy here "
                "is the only one",
                f"{entry.code} 没有经核验的接收回执，本单位所存即唯一一份",
            )
        if self.kind is ListKind.DESTROY and standing.transferred:
            raise StateError(
                f"{entry.code} was transferred: its copy is purged, not destroyed "
                "after appraisal",
                f"{entry.code} 已移交，其副本应作清除，不作期满销毁",
            )
        check_allowed(EventKind.LISTED, entry, standing, around)

    def _record(self, entry: Entry) -> ListedRecord:
        standing = self.acting.standing(entry.code)
        return ListedRecord(
            code=entry.code,
            package=entry.package,
            signature=entry.signature,
            size=entry.size,
            period=standing.period,
            ends_on=standing.retention_ends_on,
            grounds=self._grounds(entry.code),
        )

    def _grounds(self, code: ArchivalCode) -> str:
        wanted, name = (
            (EventKind.ACCEPTED, "receipt")
            if self.kind is ListKind.PURGE
            else (EventKind.PROPOSED, "appraisal")
        )
        last = ""
        for event in self.acting.archiving.catalog.events(code):
            if event.kind is wanted:
                last = event.details[name]
        return last

    def _events(
        self, made: DestructionList, part: Sequence[ArchivalCode]
    ) -> Sequence[Event]:
        acting, around = self.acting, self.acting.circumstances()
        events = []
        for code in part:
            self._check(acting.entry(code), around)
            events.append(
                Event(
                    kind=EventKind.LISTED,
                    code=code,
                    at=acting.now(),
                    by=self.by,
                    details={"list": made.id},
                )
            )
        known = acting.archiving.catalog.events_of_fonds(acting.fonds)
        if Agreement.of(made.id, known) is None:
            events.insert(0, made.event())
        return events
