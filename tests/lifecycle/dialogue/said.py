"""One transfer, told from both sides: messages that fit each other."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Any

from egovarchive.lifecycle.dialogue.notice import TransferNotice, Volume
from egovarchive.lifecycle.dialogue.offer import Offer, OfferReply, Opinion
from egovarchive.lifecycle.dialogue.reason import Ground, Reason
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.received import (
    FileFate,
    Holding,
    ReceivedFile,
    ReceivedRecord,
    RecordFate,
)
from egovarchive.lifecycle.dialogue.transfer_list import ListedRecord, TransferList
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.digest import Digest
from egovarchive.records.retention import RetentionPeriod

AT = datetime(2026, 11, 23, 9, 30)
ARCHIVES = "某某市档案馆"


def sha(text: object) -> str:
    return sha256(str(text).encode()).hexdigest()


def code(item: int) -> ArchivalCode:
    return ArchivalCode.parse(f"J019-ZY·XK·2021·D30-{item:04}")


def listed(item: int, **changes: Any) -> ListedRecord:
    values: dict[str, Any] = {
        "code": code(item),
        "package": sha(f"package {item}"),
        "signature": None,
        "size": 1000 + item,
        "files": 2,
        "period": RetentionPeriod(30),
        "concluded_on": date(2021, 3, 4),
        "retention_ends_on": date(2051, 12, 31),
        "registered_at": datetime(2021, 3, 5, 8),
    }
    return ListedRecord(**{**values, **changes})


def transfer_list(*items: int, **changes: Any) -> TransferList:
    values: dict[str, Any] = {
        "fonds": "J019",
        "unit": "某某市行政审批服务局",
        "recipient": ARCHIVES,
        "records": [listed(item) for item in items or (1, 2, 3)],
    }
    return TransferList(**{**values, **changes})


def offer(**changes: Any) -> Offer:
    values: dict[str, Any] = {"listed": transfer_list(), "by": "李某", "at": AT}
    return Offer(**{**values, **changes})


DECLINED = Reason(ground=Ground.NOT_DUE)


def reply(**changes: Any) -> OfferReply:
    values: dict[str, Any] = {
        "offered": transfer_list().id,
        "archives": ARCHIVES,
        "by": "王某",
        "at": AT,
        "opinions": [
            Opinion(code=code(1)),
            Opinion(code=code(2), declined=DECLINED),
            Opinion(code=code(3)),
        ],
    }
    return OfferReply(**{**values, **changes})


def volume(number: int = 1, **changes: Any) -> Volume:
    values: dict[str, Any] = {
        "number": number,
        "carrier": None,
        "digests": [Digest("sm3", "cd" * 32), Digest("sha256", "ab" * 32)],
        "size": 5000,
        "count": 3,
    }
    return Volume(**{**values, **changes})


def notice(**changes: Any) -> TransferNotice:
    values: dict[str, Any] = {
        "batch": transfer_list().id,
        "volumes": [volume()],
        "form": sha("form"),
        "by": "李某",
        "at": AT,
    }
    return TransferNotice(**{**values, **changes})


def file(item: int, number: int, fate: FileFate = FileFate.ACCEPTED) -> ReceivedFile:
    return ReceivedFile(digest=sha((item, number)), size=100 * number, fate=fate)


def accepted(item: int, **changes: Any) -> ReceivedRecord:
    package = changes.get("package", sha(f"package {item}"))
    values: dict[str, Any] = {
        "code": code(item),
        "package": package,
        "fate": RecordFate.ACCEPTED,
        "held": Holding(code=code(item), package=package),
        "files": [file(item, 1), file(item, 2)],
    }
    return ReceivedRecord(**{**values, **changes})


def rejected(item: int, **changes: Any) -> ReceivedRecord:
    values: dict[str, Any] = {
        "fate": RecordFate.REJECTED,
        "held": None,
        "reason": Reason(ground=Ground.FILES_MISSING, en="one is", zh="缺一个"),
        "files": [
            file(item, 1, FileFate.REJECTED),
            file(item, 2, FileFate.MISSING),
            file(item, 3, FileFate.ADDED),
        ],
    }
    return accepted(item, **{**values, **changes})


def duplicate(item: int, **changes: Any) -> ReceivedRecord:
    values: dict[str, Any] = {
        "fate": RecordFate.DUPLICATE,
        "held": Holding(code=code(item + 100), package=sha(f"package {item}")),
        "files": [
            file(item, 1, FileFate.DUPLICATE),
            file(item, 2, FileFate.DUPLICATE),
        ],
    }
    return accepted(item, **{**values, **changes})


def receipt(*records: ReceivedRecord, **changes: Any) -> Receipt:
    values: dict[str, Any] = {
        "batch": transfer_list().id,
        "archives": ARCHIVES,
        "by": "王某",
        "at": AT,
        "records": records or (accepted(1), rejected(2), duplicate(3)),
    }
    return Receipt(**{**values, **changes})
