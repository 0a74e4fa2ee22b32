"""Executing 执行销毁: the steps of a destruction, each of which can be gone on with."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.destruction.appraising import refuse_held
from egovarchive.archive.destruction.burying import Burying
from egovarchive.archive.destruction.certifying import Certifying
from egovarchive.archive.destruction.destruction_files import LIST, DestructionFiles
from egovarchive.archive.destruction.shredding import Shredding
from egovarchive.archive.gone import is_there
from egovarchive.errors import InvalidValueError, StateError, StorageError
from egovarchive.lifecycle.agreement import Agreement
from egovarchive.lifecycle.certificate import DestructionCertificate
from egovarchive.lifecycle.destruction_list import DestructionList
from egovarchive.lifecycle.dialogue.forms import check_words
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.guards import check_allowed
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.text import check_text
from egovarchive.storage import Storage

_METHOD = 1000  # characters


@frozen
class Executing:
    """
    Destroys the records of one list.

    Args:
        files: Where the list is kept.
        witnesses: Who watches.
        method: How it is done.
        copies: Other storages with the same keys.
    """

    files: DestructionFiles
    witnesses: tuple[str, ...]
    method: str
    copies: tuple[Storage, ...] = field(repr=False)

    @property
    def _acting(self) -> Acting:
        return self.files.acting

    def run(self) -> DestructionCertificate:
        """Destroy, and return the certificate; see `Destroying.execute`."""
        acting, files = self._acting, self.files
        check_text(self.method, limit=_METHOD)
        check_words(self.method, "method")
        self._check_copies()
        acting.archiving.register.refresh()
        agreement, listed = agreement_of(files), files.list()
        if agreement.certificate is not None:
            return files.certificate(agreement.certificate)
        if agreement.begun_at is not None:
            agreement.check_same(self.witnesses, self.method, len(self.copies))
        certifying = Certifying(files)
        waiting = self._in(listed, State.LISTED)
        if waiting or self._in(listed, State.DESTROYING):
            self._check_may(agreement, waiting)
            certifying.prepare(listed.encode())
            self._begin(waiting)
        destroying = self._in(listed, State.DESTROYING)
        gone = self._in(listed, State.DESTROYED)
        if not destroying and not gone:
            raise StateError(
                f"all of list {listed.id} was struck off: nothing is left to destroy",
                f"销毁清册 {listed.id} 已全部移出，没有可销毁的档案",
            )
        tombstones = Burying(files).tombstones([*destroying, *gone])
        Shredding(files, self.copies, self.witnesses[0]).delete(destroying)
        self._look_again(listed)
        return certifying.certify(listed, agreement_of(files), tombstones)

    def _check_copies(self) -> None:
        # The certificate says how many others were looked into: each counts once.
        storages = [self._acting.archiving.storage, *self.copies]
        for number, copy in enumerate(self.copies, start=1):
            if copy in storages[:number]:
                raise InvalidValueError(
                    f"{copy!r} is the archive's own storage, or named twice",
                    f"{copy!r} 就是档案库自身的存储，或重复给出",
                    rule="copies of an archive",
                    place=f"copies[{number - 1}]",
                )
        # What a copy cannot say now, it could not when bytes are gone elsewhere.
        for copy in self.copies:
            is_there(copy, self.files.key(LIST))

    def _in(self, listed: DestructionList, state: State) -> tuple[ArchivalCode, ...]:
        """Return those that are on the list now, and stand in *state*."""
        found = []
        for code in listed.codes:
            standing = self._acting.standing(code)
            if standing.listed == self.files.list_id and standing.state is state:
                found.append(code)
        return tuple(found)

    def _check_may(self, agreement: Agreement, waiting: Sequence[ArchivalCode]) -> None:
        agreement.check_approved()
        agreement.check_witnesses(self.witnesses)
        refuse_held(map(self._acting.entry, waiting), self._acting.circumstances())
        self._begun(waiting)

    def _begin(self, waiting: Sequence[ArchivalCode]) -> None:
        self._acting.decide_in_parts(waiting, self._begun)

    def _begun(self, part: Sequence[ArchivalCode]) -> Sequence[Event]:
        """Return the events with which the destruction of *part* begins, allowed."""
        acting, list_id = self._acting, self.files.list_id
        agreement = agreement_of(self.files)
        agreement.check_witnesses(self.witnesses)
        around = acting.circumstances(approved=agreement.approved, witnessed=True)
        at, events = acting.now(), list[Event]()
        for code in part:
            standing = acting.standing(code)
            # Struck off meanwhile, or begun by who else executes the same list.
            if standing.listed != list_id or standing.state is not State.LISTED:
                continue
            check_allowed(EventKind.BEGUN, acting.entry(code), standing, around)
            events.append(
                Event(
                    kind=EventKind.BEGUN,
                    code=code,
                    at=at,
                    by=self.witnesses[0],
                    details={"list": list_id},
                )
            )
        if agreement.begun_at is not None:
            agreement.check_same(self.witnesses, self.method, len(self.copies))
            return events
        details = {
            "list": list_id,
            "method": self.method,
            "copies": str(len(self.copies)),
        }
        watched = [
            Event(
                kind=EventKind.DESTRUCTION_WITNESSED,
                code=None,
                at=at,
                by=name,
                details=details,
            )
            for name in self.witnesses
        ]
        return [*watched, *events] if events else events

    def _look_again(self, listed: DestructionList) -> None:
        """Look that nothing of what was destroyed is there, at the very end."""
        storages = (*self.copies, self._acting.archiving.storage)
        for code in self._in(listed, State.DESTROYED):
            key = self._acting.entry(code).key
            if any(is_there(storage, key) for storage in storages):
                raise StorageError(
                    f"{code} was destroyed, and {key} is there again",
                    f"{code} 已销毁，但 {key} 又出现",
                )


def agreement_of(files: DestructionFiles) -> Agreement:
    """
    Return who agreed to the list so far.

    Raises:
        StateError: The journal knows no such list.
    """
    acting = files.acting
    events = acting.archiving.catalog.events_of_fonds(acting.fonds)
    found = Agreement.of(files.list_id, events)
    if found is None:
        raise StateError(
            f"the journal knows no destruction list {files.list_id}",
            f"登记簿中没有销毁清册 {files.list_id}",
        )
    return found
