"""Event kinds: what can happen to a record, or to a fonds, and what is told of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from egovarchive.records.term import Term

MAX_DETAIL: Final = 1000  # characters
MAX_SCOPE: Final = 1 << 20  # characters: a hold may name some ten thousand records
NONE: Final = "-"  # a detail that has no value


class EventKind(Term):
    """What can happen to a record, or to a fonds."""

    REVIEWED = "reviewed", "人工审核"

    OFFERED = "offered", "拟移交"
    SENT = "sent", "移交"
    WITHDRAWN = "withdrawn", "撤回移交"
    ACCEPTED = "accepted", "接收确认"
    REJECTED = "rejected", "退回"
    EXTENDED = "extended", "延期移交"
    RECEIVED = "received", "接收进馆"

    RETAINED = "retained", "鉴定续存"
    PROPOSED = "proposed", "鉴定拟销毁"
    LISTED = "listed", "列入销毁清册"
    STRUCK = "struck", "移出销毁清册"
    BEGUN = "destruction_begun", "开始销毁"
    DESTROYED = "destroyed", "销毁"

    HOLD_PLACED = "hold_placed", "设置冻结"
    HOLD_RELEASED = "hold_released", "解除冻结"
    TRANSFER_OPENED = "transfer_opened", "移交批次建立"
    TRANSFER_ACKNOWLEDGED = "transfer_acknowledged", "移交批次回执"
    BATCH_RECEIVED = "batch_received", "移交批次接收"
    APPRAISED = "appraised", "鉴定批准"
    DESTRUCTION_LISTED = "destruction_listed", "销毁清册编制"
    DESTRUCTION_APPROVED = "destruction_approved", "销毁清册批准"
    DESTRUCTION_WITNESSED = "destruction_witnessed", "监销"
    DESTRUCTION_CERTIFIED = "destruction_certified", "销毁证明"


# What happens to a fonds as a whole; a review may be of either.
OF_FONDS: Final = frozenset(
    {
        EventKind.REVIEWED,
        EventKind.HOLD_PLACED,
        EventKind.HOLD_RELEASED,
        EventKind.TRANSFER_OPENED,
        EventKind.TRANSFER_ACKNOWLEDGED,
        EventKind.BATCH_RECEIVED,
        EventKind.APPRAISED,
        EventKind.DESTRUCTION_LISTED,
        EventKind.DESTRUCTION_APPROVED,
        EventKind.DESTRUCTION_WITNESSED,
        EventKind.DESTRUCTION_CERTIFIED,
    }
)
OF_RECORD: Final = frozenset(EventKind) - OF_FONDS | {EventKind.REVIEWED}


@frozen
class Detail:
    """
    The form of one detail of an event.

    Args:
        form: All of it has this form.
        most: Characters, at most.
    """

    form: re.Pattern[str]
    most: int = MAX_DETAIL


_TEXT: Final = Detail(re.compile(".+"))
_NAME: Final = Detail(re.compile(".+"), 100)
_DIGEST: Final = Detail(re.compile("[0-9a-f]{64}"))
_COUNT: Final = Detail(re.compile("0|[1-9][0-9]{0,11}"))
_DAY: Final = Detail(re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"))
_DAY_OR_NONE: Final = Detail(re.compile(f"{NONE}|{_DAY.form.pattern}"))
_PERIOD: Final = Detail(re.compile("Y|D[1-9][0-9]?|长期|短期"))
_REVIEW: Final = Detail(re.compile("passed|warned|failed"))
_LIST_KIND: Final = Detail(re.compile("destroy|purge"))
_SCOPE: Final = Detail(re.compile(r"\{.+\}"), MAX_SCOPE)

# What belongs to an event of each kind. All of it must be there and nothing else: a
# journal is for ever, and so is whatever got into it.
DETAILS: Final[Mapping[EventKind, Mapping[str, Detail]]] = {
    EventKind.REVIEWED: {
        "check": _TEXT,
        # A digest: an object is a path, and applicants put their names into those.
        "finding": _DIGEST,
        "outcome": _REVIEW,
        "reason": _TEXT,
    },
    EventKind.OFFERED: {"batch": _DIGEST},
    EventKind.SENT: {"batch": _DIGEST},
    EventKind.WITHDRAWN: {"batch": _DIGEST, "reason": _TEXT},
    EventKind.ACCEPTED: {
        "batch": _DIGEST,
        "receipt": _DIGEST,
        "custody_ends_on": _DAY,
    },
    EventKind.REJECTED: {"batch": _DIGEST, "receipt": _DIGEST, "reason": _TEXT},
    EventKind.EXTENDED: {"until": _DAY, "authority": _TEXT, "approval": _TEXT},
    EventKind.RECEIVED: {
        "batch": _DIGEST,
        "sender": _TEXT,
        "period": _PERIOD,
        "retention_ends_on": _DAY_OR_NONE,
    },
    EventKind.RETAINED: {
        "appraisal": _DIGEST,
        "period": _PERIOD,
        "retention_ends_on": _DAY_OR_NONE,
        "transfer_due_on": _DAY_OR_NONE,
        "reason": _TEXT,
    },
    EventKind.PROPOSED: {"appraisal": _DIGEST, "reason": _TEXT},
    EventKind.LISTED: {"list": _DIGEST},
    EventKind.STRUCK: {"list": _DIGEST, "reason": _TEXT},
    EventKind.BEGUN: {"list": _DIGEST},
    EventKind.DESTROYED: {"list": _DIGEST},
    EventKind.HOLD_PLACED: {
        "hold": _NAME,
        "reason": _TEXT,
        "authority": _TEXT,
        "scope": _SCOPE,
    },
    EventKind.HOLD_RELEASED: {"hold": _NAME, "reason": _TEXT, "authority": _TEXT},
    EventKind.TRANSFER_OPENED: {
        "batch": _DIGEST,
        "recipient": _TEXT,
        "round": _COUNT,
        "records": _COUNT,
        "size": _COUNT,
    },
    EventKind.TRANSFER_ACKNOWLEDGED: {
        "batch": _DIGEST,
        "receipt": _DIGEST,
        "archives": _TEXT,
        "accepted": _COUNT,
        "rejected": _COUNT,
    },
    EventKind.BATCH_RECEIVED: {
        "batch": _DIGEST,
        "receipt": _DIGEST,
        "sender": _TEXT,
        "accepted": _COUNT,
        "rejected": _COUNT,
        "duplicate": _COUNT,
    },
    EventKind.APPRAISED: {
        "appraisal": _DIGEST,
        "retained": _COUNT,
        "proposed": _COUNT,
        "opinion": _TEXT,
    },
    EventKind.DESTRUCTION_LISTED: {
        "list": _DIGEST,
        "kind": _LIST_KIND,
        "records": _COUNT,
    },
    EventKind.DESTRUCTION_APPROVED: {
        "list": _DIGEST,
        "role": _NAME,
        "opinion": _TEXT,
    },
    EventKind.DESTRUCTION_WITNESSED: {
        "list": _DIGEST,
        "method": _TEXT,
        # Other storages that must not have it either.
        "copies": _COUNT,
    },
    EventKind.DESTRUCTION_CERTIFIED: {
        "list": _DIGEST,
        "certificate": _DIGEST,
        "records": _COUNT,
    },
}
