"""Destruction status: how far a destruction list is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from egovarchive.archive.destruction.destruction_files import DestructionFiles
from egovarchive.archive.destruction.executing import agreement_of
from egovarchive.lifecycle.agreement import Agreement
from egovarchive.lifecycle.destruction_list import DestructionList
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode


@frozen(kw_only=True)
class DestructionStatus:
    """
    How far a destruction list is.

    Args:
        list: The list.
        agreement: Who agreed, who watches, and whether it is certified.
        waiting: What is on it, and not begun.
        destroying: What has begun, and may be gone.
        destroyed: What is gone.
        struck: What was struck off.
        held: What is waiting or begun and on hold, with the numbers of the holds.
        destroyed_at: When the last of it was seen to be gone; None: none was.
    """

    list: DestructionList
    agreement: Agreement
    waiting: tuple[ArchivalCode, ...] = field(repr=False)
    destroying: tuple[ArchivalCode, ...] = field(repr=False)
    destroyed: tuple[ArchivalCode, ...] = field(repr=False)
    struck: tuple[ArchivalCode, ...] = field(repr=False)
    held: Mapping[ArchivalCode, tuple[str, ...]] = field(repr=False)
    destroyed_at: datetime | None

    @property
    def certified(self) -> bool:
        """Whether it is done, and certified."""
        return self.agreement.certificate is not None

    def row(self) -> dict[str, object]:
        """Return it as plain texts and numbers."""
        made, agreement = self.list, self.agreement
        return {
            "list": made.id,
            "kind": made.kind.value,
            "listed_by": made.listed_by,
            "listed_at": made.listed_at.isoformat(),
            "records": len(made.records),
            "waiting": len(self.waiting),
            "destroying": len(self.destroying),
            "destroyed": len(self.destroyed),
            "struck": len(self.struck),
            "held": {str(code): list(holds) for code, holds in self.held.items()},
            "approved_by": list(agreement.approvers),
            "approved": agreement.approved,
            "witnesses": list(agreement.witnesses),
            "certificate": agreement.certificate,
        }


def status_of(files: DestructionFiles) -> DestructionStatus:
    """Return how far the list of *files* is, as the catalog has it."""
    agreement = agreement_of(files)
    acting, made = files.acting, files.list()
    around = acting.circumstances()
    found: dict[State | None, list[ArchivalCode]] = {}
    held = {}
    for code in made.codes:
        standing = acting.standing(code)
        state = standing.state if standing.listed == made.id else None
        found.setdefault(state, []).append(code)
        holds = around.holds_of(acting.entry(code))
        if holds and state in {State.LISTED, State.DESTROYING}:
            held[code] = tuple(hold.number for hold in holds)
    destroyed = tuple(found.get(State.DESTROYED, ()))
    moments = [
        event.at
        for code in destroyed
        for event in acting.archiving.catalog.events(code)
        if event.kind is EventKind.DESTROYED
    ]
    return DestructionStatus(
        list=made,
        agreement=agreement,
        waiting=tuple(found.get(State.LISTED, ())),
        destroying=tuple(found.get(State.DESTROYING, ())),
        destroyed=destroyed,
        struck=tuple(found.get(None, ())),
        held=held,
        destroyed_at=max(moments, default=None),
    )
