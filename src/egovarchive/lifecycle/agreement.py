"""Agreement 批准与监销: who agreed to a destruction list, and who watches, so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from attrs import evolve, field, frozen

from egovarchive.errors import ApprovalMissingError, InvalidValueError, StateError
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.persons import check_distinct, person
from egovarchive.records.identifiers.quoting import quoted

# The house's own rule, stricter than what was read: sources name the leader in charge
# 分管领导 who approves 鉴定报告 and 销毁清册 (second-hand, from rules of offices).
APPROVALS: Final = 2
# 两人以上监销: second-hand, and the same in every source.
WITNESSES: Final = 2


@frozen(kw_only=True)
class ListApproval:
    """
    One person's approval of a destruction list.

    Args:
        by: Who.
        role: As what.
        opinion: What they say.
        at: When.
    """

    by: str
    role: str
    opinion: str
    at: datetime


@frozen(kw_only=True)
class Agreement:
    """
    Who agreed to a destruction list and who watches its execution 监销.

    It is what the journal says, and nothing else: `Agreement.of`.

    Args:
        list: The list's id.
        listed_by: Who made it.
        approvals: Who approved, in order.
        witnesses: Who watches, once it has begun.
        method: How it is done, once it has begun.
        copies: How many other storages must not have the records either.
        begun_at: When it began; None: it has not.
        certificate: SHA-256 of its certificate, in hex; None: there is none yet.
    """

    list: str
    listed_by: str
    approvals: tuple[ListApproval, ...] = ()
    witnesses: tuple[str, ...] = ()
    method: str = ""
    copies: int = 0
    begun_at: datetime | None = None
    certificate: str | None = field(default=None)

    @classmethod
    def of(cls, list_id: str, events: Iterable[Event]) -> Agreement | None:
        """Return what *events* of the fonds say of the list; None: they know none."""
        found: Agreement | None = None
        for event in events:
            if event.details.get("list") != list_id:
                continue
            if event.kind is EventKind.DESTRUCTION_LISTED:
                found = cls(list=list_id, listed_by=event.by)
            elif found is not None:
                found = found._after(event)
        return found

    def _after(self, event: Event) -> Agreement:
        details = event.details
        if event.kind is EventKind.DESTRUCTION_APPROVED:
            approval = ListApproval(
                by=event.by,
                role=details["role"],
                opinion=details["opinion"],
                at=event.at,
            )
            return evolve(self, approvals=(*self.approvals, approval))
        if event.kind is EventKind.DESTRUCTION_WITNESSED:
            return evolve(
                self,
                witnesses=(*self.witnesses, event.by),
                method=details["method"],
                copies=int(details["copies"]),
                begun_at=self.begun_at or event.at,
            )
        if event.kind is EventKind.DESTRUCTION_CERTIFIED:
            return evolve(self, certificate=details["certificate"])
        return self

    @property
    def approvers(self) -> tuple[str, ...]:
        """Those whose approval counts: distinct, and not who made the list."""
        seen = {person(self.listed_by)}
        found = []
        for approval in self.approvals:
            if person(approval.by) not in seen:
                seen.add(person(approval.by))
                found.append(approval.by)
        return tuple(found)

    @property
    def approved(self) -> bool:
        """Whether enough distinct persons have approved."""
        return len(self.approvers) >= APPROVALS

    def check_approver(self, by: str) -> None:
        """
        Raise unless *by* may approve now.

        Raises:
            ApprovalMissingError: They made the list, or have approved it already.
            StateError: Its execution has begun.
        """
        if self.begun_at is not None:
            raise StateError(
                f"the execution of list {self.list} has begun: it needs no approval",
                f"销毁清册 {self.list} 已开始执行，无须再批准",
            )
        check_distinct(
            by,
            [self.listed_by],
            "made the destruction list, and cannot approve it",
            "编制了该销毁清册，不能批准",
        )
        check_distinct(
            by,
            [approval.by for approval in self.approvals],
            "has approved already, and counts once",
            "已批准过，只计一次",
        )

    def check_approved(self) -> None:
        """Raise `ApprovalMissingError` unless enough distinct persons have approved."""
        if not self.approved:
            have = len(self.approvers)
            raise ApprovalMissingError(
                f"list {self.list} is approved by {have} of {APPROVALS} persons",
                f"销毁清册 {self.list} 须 {APPROVALS} 人批准，现有 {have} 人",
            )

    def check_witnesses(self, witnesses: Sequence[str]) -> None:
        """
        Raise unless *witnesses* may watch the execution.

        Raises:
            ApprovalMissingError: They are fewer than two, one person twice, or one of
                them approved the list.
        """
        if len(witnesses) < WITNESSES:
            raise ApprovalMissingError(
                f"{WITNESSES} witnesses are needed, not {len(witnesses)}",
                f"须有 {WITNESSES} 名监销人，现为 {len(witnesses)} 名",
            )
        for number, name in enumerate(witnesses):
            check_distinct(
                name,
                witnesses[:number],
                "cannot be two witnesses",
                "不能同时充当两名监销人",
            )
            check_distinct(
                name,
                [approval.by for approval in self.approvals],
                "approved the list, and cannot be a witness",
                "批准了该清册，不能监销",
            )

    def check_same(self, witnesses: Sequence[str], method: str, copies: int) -> None:
        """
        Raise unless what goes on is what began.

        Raises:
            InvalidValueError: Other witnesses, another method, or another number of
                copies than it began with.
        """
        theirs = {person(name) for name in self.witnesses}
        same = {person(name) for name in witnesses} == theirs
        if not same or method != self.method or copies != self.copies:
            names = "、".join(map(quoted, self.witnesses))
            raise InvalidValueError(
                f"it began with {names}, {quoted(self.method)} and {self.copies} "
                "copies: go on with these",
                f"该销毁以监销人 {names}、方式 {quoted(self.method)}、"
                f"{self.copies} 份副本开始，请以相同内容继续",
                rule="one execution of a destruction list",
                place="witnesses",
            )
