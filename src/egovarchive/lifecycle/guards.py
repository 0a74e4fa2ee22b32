"""Guards: what must be true besides its state, for something to happen to a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from attrs import field, frozen

from egovarchive.errors import (
    ApprovalMissingError,
    LegalHoldError,
    NotTransferredError,
    RetentionNotExpiredError,
    StateError,
)
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.hold import Hold
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import Guard, transition


@frozen(kw_only=True)
class Circumstances:
    """
    What a guard may look at besides the record.

    Args:
        on: The day in China on which something is to happen.
        holds: The holds in force in its fonds.
        approved: Whether the destruction list that it is on is approved as it must be.
        witnessed: Whether its destruction is witnessed as it must be.
    """

    on: date
    holds: tuple[Hold, ...] = field(repr=False)
    approved: bool = False
    witnessed: bool = False

    def holds_of(self, entry: Entry) -> tuple[Hold, ...]:
        """Return the holds that cover *entry*."""
        return tuple(hold for hold in self.holds if hold.scope.covers(entry))


def check_allowed(
    kind: EventKind, entry: Entry, standing: Standing, circumstances: Circumstances
) -> None:
    """
    Raise unless *kind* may happen to the record of *entry* now.

    Raises:
        StateError: Not in its state.
        LegalHoldError, RetentionNotExpiredError, NotTransferredError,
        ApprovalMissingError: A guard forbids it.
    """
    for guard in transition(entry.code, standing.state, kind).guards:
        _GUARDS[guard](entry, standing, circumstances)


def _no_hold(entry: Entry, _: Standing, circumstances: Circumstances) -> None:
    if found := circumstances.holds_of(entry):
        numbers = "、".join(hold.number for hold in found)
        raise LegalHoldError(
            f"{entry.code} is on hold: {numbers}", f"{entry.code} 已被冻结：{numbers}"
        )


def _to_be_transferred(entry: Entry, standing: Standing, _: Circumstances) -> None:
    if standing.transfer_due_on is None:
        raise StateError(
            f"{entry.code} need not be transferred: there is nothing to extend",
            f"{entry.code} 无须移交，无从延期",
        )


def _expired(entry: Entry, standing: Standing, circumstances: Circumstances) -> None:
    ends, period = standing.retention_ends_on, standing.period
    if ends is None:
        raise RetentionNotExpiredError(
            f"{entry.code} is kept {period}: that has no end",
            f"{entry.code} 的保管期限为{period.title}，没有期满之日",
        )
    # Its last day is a day of keeping: appraisal begins the day after.
    if circumstances.on <= ends:
        raise RetentionNotExpiredError(
            f"{entry.code} is kept until {ends}; today is {circumstances.on}",
            f"{entry.code} 应保管至 {ends}，今天是 {circumstances.on}",
        )


def _ripe(entry: Entry, standing: Standing, circumstances: Circumstances) -> None:
    custody = standing.custody_ends_on
    if custody is not None:
        if circumstances.on <= custody:
            raise NotTransferredError(
                f"{entry.code} was transferred, and its copy is kept until {custody}",
                f"{entry.code} 已移交，原单位应保存至 {custody}",
            )
        return
    _expired(entry, standing, circumstances)
    if standing.transfer_due_on is not None:
        raise NotTransferredError(
            f"{entry.code} must be transferred to the archives, and was not",
            f"{entry.code} 应向档案馆移交而尚未移交",
        )


def _approved(entry: Entry, _: Standing, circumstances: Circumstances) -> None:
    if not circumstances.approved:
        raise ApprovalMissingError(
            f"the list that {entry.code} is on is not approved by enough persons",
            f"{entry.code} 所在销毁清册尚未经足够人员批准",
        )


def _witnessed(entry: Entry, _: Standing, circumstances: Circumstances) -> None:
    if not circumstances.witnessed:
        raise ApprovalMissingError(
            f"the destruction of {entry.code} is not witnessed by two persons",
            f"{entry.code} 的销毁无两人监销",
        )


_GUARDS: Final[Mapping[Guard, Callable[[Entry, Standing, Circumstances], None]]] = {
    Guard.NO_HOLD: _no_hold,
    Guard.TO_BE_TRANSFERRED: _to_be_transferred,
    Guard.EXPIRED: _expired,
    Guard.RIPE: _ripe,
    Guard.APPROVED: _approved,
    Guard.WITNESSED: _witnessed,
}
