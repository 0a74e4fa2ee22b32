"""Offer 移交申请 and the archives' reply 进馆意见: agreed before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import ClassVar, Final

from attrs import evolve, field, frozen

from egovarchive.errors import InvalidValueError, Language, ReceiptError
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.kind import Of
from egovarchive.records.moment import in_china
from egovarchive.records.text import Text

from . import wire
from .forms import MAX_RECORDS, Sha256, Words, all_of
from .kind import MessageKind
from .reason import BEFORE_SENDING, Reason
from .transfer_list import TransferList, order

_MOST_TOLD: Final = 5  # records that one error names


@frozen(kw_only=True)
class Offer:
    """
    An offer 移交申请: the list alone, before anything is sent.

    Args:
        listed: What is offered; itself chosen from no other list.
        by: The official who offers it.
        at: When.
        remark: What else is to be said; None: nothing. It must name no applicant.
    """

    kind: ClassVar[MessageKind] = MessageKind.OFFER

    listed: TransferList = field(validator=Of(TransferList))
    by: str = field(validator=Text(100))
    at: datetime = field(converter=in_china)
    remark: str | None = field(default=None, validator=Words(1000))

    @listed.validator
    def _check(self, _: object, value: TransferList) -> None:
        if value.offered is not None:
            raise InvalidValueError(
                f"this list was chosen from {value.offered}, and is not offered again",
                f"该清单出自清单 {value.offered}，不再另行申请",
                rule="offer",
                place="listed",
            )

    @property
    def id(self) -> str:
        """SHA-256 of its JSON, in hex."""
        return sha256(self.encode()).hexdigest()

    @property
    def dialogue(self) -> str:
        """Id of the list that is offered."""
        return self.listed.id

    def encode(self) -> bytes:
        """Return it as canonical JSON."""
        return wire.encode(
            self.kind.value,
            {
                "listed": self.listed.row(),
                "by": self.by,
                "at": self.at.isoformat(),
                "remark": self.remark,
            },
        )

    @classmethod
    def decode(cls, data: bytes) -> Offer:
        """Read what `encode` wrote; raise `InvalidValueError` at anything else."""
        return wire.decode(data, cls.kind.value, cls._of_row, cls.encode)

    @classmethod
    def _of_row(cls, value: object) -> Offer:
        row = wire.members(value, ("listed", "by", "at", "remark"))
        return cls(
            listed=wire.take(row, "listed", TransferList.of_row),
            by=wire.take(row, "by", wire.text_of),
            at=wire.take(row, "at", wire.moment_of),
            remark=wire.take(row, "remark", wire.text_or_none),
        )

    def message(self, lang: Language = "en") -> str:
        """Return what it says, in one line."""
        said = self.listed.message(lang)
        day = self.at.date()
        if lang == "zh":
            return f"移交申请（{self.by}，{day}）：{said}"
        return f"offer by {self.by} on {day}: {said}"


@frozen(kw_only=True)
class Opinion:
    """
    What the archives say of one record that is offered.

    Args:
        code: Its archival code.
        declined: Why it is not wanted; None: it is wanted.
    """

    code: ArchivalCode = field(validator=Of(ArchivalCode))
    declined: Reason | None = field(default=None, validator=Of(Reason, optional=True))

    @declined.validator
    def _check(self, _: object, value: Reason | None) -> None:
        if value is not None and value.ground not in BEFORE_SENDING:
            raise InvalidValueError(
                f"it cannot be known before it is sent: {value.ground.label('en')}",
                f"移交前无从得知：{value.ground.zh}",
                rule="reply to an offer",
                place="declined",
            )

    @property
    def wanted(self) -> bool:
        """Whether the record is to be sent."""
        return self.declined is None

    def row(self) -> wire.Row:
        """Return it as JSON has it."""
        declined = self.declined
        return {
            "code": str(self.code),
            "declined": None if declined is None else declined.row(),
        }

    @classmethod
    def of_row(cls, value: object) -> Opinion:
        """Return the opinion that `row` was made of."""
        row = wire.members(value, ("code", "declined"))
        return cls(
            code=wire.take(row, "code", wire.code_of),
            declined=wire.take(row, "declined", _reason),
        )


_reason = wire.optional(Reason.of_row)
_opinions = wire.each(Opinion.of_row)


def _sorted(values: Iterable[Opinion]) -> tuple[Opinion, ...]:
    found = all_of(Opinion, values, "opinions")
    return tuple(sorted(found, key=lambda opinion: order(opinion.code)))


@frozen(kw_only=True)
class OfferReply:
    """
    The reply 进馆意见 of the archives to an offer. That they want a part is normal.

    Args:
        offered: Id of the list that was offered.
        archives: Name of the archives.
        by: The official who replies.
        at: When.
        opinions: What is said of each record, sorted by code, none twice.
    """

    kind: ClassVar[MessageKind] = MessageKind.REPLY

    offered: str = field(validator=Sha256())
    archives: str = field(validator=Text(200))
    by: str = field(validator=Text(100))
    at: datetime = field(converter=in_china)
    opinions: tuple[Opinion, ...] = field(converter=_sorted, repr=False)

    @opinions.validator
    def _check(self, _: object, value: tuple[Opinion, ...]) -> None:
        codes = [opinion.code for opinion in value]
        if not 1 <= len(codes) <= MAX_RECORDS or len(set(codes)) != len(codes):
            raise InvalidValueError(
                f"1 to {MAX_RECORDS} records, and none twice",
                f"应为 1 至 {MAX_RECORDS} 件，且不得重复",
                rule="reply to an offer",
                place="opinions",
            )

    @property
    def id(self) -> str:
        """SHA-256 of its JSON, in hex."""
        return sha256(self.encode()).hexdigest()

    @property
    def dialogue(self) -> str:
        """Id of the list that was offered."""
        return self.offered

    @property
    def wanted(self) -> tuple[ArchivalCode, ...]:
        """The records that are to be sent."""
        return tuple(each.code for each in self.opinions if each.wanted)

    def accepted(self, listed: TransferList) -> TransferList | None:
        """
        Return the list of what is wanted of *listed*; None if that is nothing.

        If all is wanted, that is the list itself, and otherwise one that says which
        list it was chosen from.

        Raises:
            ReceiptError: The reply is to another list or by other archives, or does
                not say of each record whether it is wanted.
        """
        if self.offered != listed.id or self.archives != listed.recipient:
            raise ReceiptError(
                f"a reply of {self.archives} to the list {self.offered}, "
                f"not of {listed.recipient} to {listed.id}",
                f"{self.archives}对清单 {self.offered} 的意见，"
                f"不是{listed.recipient}对 {listed.id} 的意见",
            )
        codes = {record.code for record in listed.records}
        if amiss := codes ^ {opinion.code for opinion in self.opinions}:
            told = "、".join(map(str, sorted(amiss, key=order)[:_MOST_TOLD]))
            raise ReceiptError(
                "the reply does not speak of all records of the list, and no other: "
                f"{len(amiss)} ({told})",
                f"意见所列档案与清单不一致：{len(amiss)} 件（{told}）",
            )
        wanted = frozenset(self.wanted)
        if wanted == codes:
            return listed
        if not wanted:
            return None
        records = [record for record in listed.records if record.code in wanted]
        return evolve(listed, offered=listed.id, records=records)

    def encode(self) -> bytes:
        """Return it as canonical JSON."""
        return wire.encode(
            self.kind.value,
            {
                "offered": self.offered,
                "archives": self.archives,
                "by": self.by,
                "at": self.at.isoformat(),
                "opinions": [opinion.row() for opinion in self.opinions],
            },
        )

    @classmethod
    def decode(cls, data: bytes) -> OfferReply:
        """Read what `encode` wrote; raise `InvalidValueError` at anything else."""
        return wire.decode(data, cls.kind.value, cls._of_row, cls.encode)

    @classmethod
    def _of_row(cls, value: object) -> OfferReply:
        row = wire.members(value, ("offered", "archives", "by", "at", "opinions"))
        return cls(
            offered=row["offered"],
            archives=wire.take(row, "archives", wire.text_of),
            by=wire.take(row, "by", wire.text_of),
            at=wire.take(row, "at", wire.moment_of),
            opinions=wire.take(row, "opinions", _opinions),
        )

    def message(self, lang: Language = "en") -> str:
        """Return what it says, in one line."""
        wanted, all_ = len(self.wanted), len(self.opinions)
        if lang == "zh":
            return (
                f"进馆意见：{self.archives}（{self.by}，{self.at.date()}）"
                f"同意接收 {all_} 件中的 {wanted} 件"
            )
        return (
            f"reply of {self.archives} by {self.by} on {self.at.date()}: "
            f"{wanted} of {all_} records are wanted"
        )
