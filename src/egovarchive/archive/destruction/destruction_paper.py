"""Destruction list on paper 销毁清册: what the printable form shows of a list."""

from __future__ import annotations

from egovarchive.archive.acting import Acting
from egovarchive.archive.destruction.destruction_status import DestructionStatus
from egovarchive.errors import StateError
from egovarchive.exchange.forms import destruction as paper
from egovarchive.exchange.forms.listed import Approval, Listed
from egovarchive.lifecycle.destruction_list import ListedRecord, ListKind
from egovarchive.lifecycle.event import EventKind
from egovarchive.records.digest import Digest
from egovarchive.records.moment import date_in_china

_NUMBER = 16  # digits of the id that stand for it on paper
_MOST = 500  # characters of an opinion


def form_of(status: DestructionStatus, acting: Acting) -> paper.DestructionListForm:
    """
    Return the form of the list of *status*, without what was struck off.

    Raises:
        StateError: All of it was struck off.
    """
    made, agreement = status.list, status.agreement
    struck = set(status.struck)
    records = [record for record in made.records if record.code not in struck]
    if not records:
        raise StateError(
            f"all of list {made.id} was struck off: there is nothing to print",
            f"销毁清册 {made.id} 已全部移出，没有可打印的内容",
        )
    gone = status.destroyed_at if status.certified else None
    return paper.DestructionListForm(
        unit=made.unit,
        number=made.id[:_NUMBER],
        digest=Digest("sha256", made.id),
        kind=paper.ListKind(made.kind.value),
        proposed_on=date_in_china(made.listed_at),
        rows=[
            paper.DestructionRow(
                Listed(record.code, period=record.period, ends_on=record.ends_on),
                opinion=_opinion(record, made.kind, acting),
            )
            for record in records
        ],
        approvals=[
            Approval(
                each.role, each.by, date_in_china(each.at), opinion=each.opinion[:_MOST]
            )
            for each in agreement.approvals
        ],
        witnesses=agreement.witnesses,
        method=(agreement.method or None) and agreement.method[:_MOST],
        destroyed_on=None if gone is None else date_in_china(gone),
    )


def _opinion(record: ListedRecord, kind: ListKind, acting: Acting) -> str:
    """Return why *record* is destroyed, in the words of who appraised it."""
    if kind is ListKind.PURGE:
        return f"已移交，接收回执 {record.grounds[:_NUMBER]}"
    events = acting.archiving.catalog.events(record.code)
    reasons = [
        event.details["reason"]
        for event in events
        if event.kind is EventKind.PROPOSED
        and event.details["appraisal"] == record.grounds
    ]
    return "；".join(["销毁", *reasons[-1:]])[:_MOST]
