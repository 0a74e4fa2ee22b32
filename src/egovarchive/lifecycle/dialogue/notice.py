"""Transfer notice 移交通知: what was sent, volume by volume."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import ClassVar, Final

from attrs import field, frozen

from egovarchive.errors import BatchError, InvalidValueError, Language
from egovarchive.records.digest import Digest
from egovarchive.records.moment import in_china
from egovarchive.records.text import Text

from . import wire
from .forms import Sha256, Whole, all_of
from .kind import MessageKind
from .transfer_list import TransferList

MAX_VOLUMES: Final = 10_000
_RULE: Final = "transfer notice"


def _by_algorithm(values: Iterable[Digest]) -> tuple[Digest, ...]:
    found = all_of(Digest, values, "digests")
    return tuple(sorted(found, key=lambda digest: digest.algorithm))


@frozen(kw_only=True)
class Volume:
    """
    One volume of a batch: a medium, or one file or stream if it goes online.

    Args:
        number: Its number, from 1 on.
        carrier: Number of the carrier 载体编号; None if it goes online 在线.
        digests: Digests of its primary manifest, one for each algorithm.
        size: Its size in bytes.
        count: How many records it holds.
    """

    number: int = field(validator=Whole(1))
    carrier: str | None = field(default=None, validator=Text(100, optional=True))
    digests: tuple[Digest, ...] = field(converter=_by_algorithm, repr=False)
    size: int = field(validator=Whole(1))
    count: int = field(validator=Whole(1))

    @digests.validator
    def _check(self, _: object, value: tuple[Digest, ...]) -> None:
        if not value or len({digest.algorithm for digest in value}) != len(value):
            raise InvalidValueError(
                "one digest at least, and one for each algorithm",
                "摘要至少一个，每种算法一个",
                rule=_RULE,
                place="digests",
            )

    def row(self) -> wire.Row:
        """Return it as JSON has it."""
        return {
            "number": self.number,
            "carrier": self.carrier,
            "digests": {digest.algorithm: digest.hex for digest in self.digests},
            "size": self.size,
            "count": self.count,
        }

    @classmethod
    def of_row(cls, value: object) -> Volume:
        """Return the volume that `row` was made of."""
        row = wire.members(value, ("number", "carrier", "digests", "size", "count"))
        return cls(
            number=row["number"],
            carrier=wire.take(row, "carrier", wire.text_or_none),
            digests=wire.take(row, "digests", _digests),
            size=row["size"],
            count=row["count"],
        )


def _digests(value: object) -> tuple[Digest, ...]:
    if not isinstance(value, dict):
        raise InvalidValueError("no object", "不是对象", rule=_RULE)
    return tuple(
        Digest(algorithm, wire.text_of(digest)) for algorithm, digest in value.items()
    )


_volumes = wire.each(Volume.of_row)


def _sorted(values: Iterable[Volume]) -> tuple[Volume, ...]:
    found = all_of(Volume, values, "volumes")
    return tuple(sorted(found, key=lambda volume: volume.number))


@frozen(kw_only=True)
class TransferNotice:
    """
    A transfer notice 移交通知: the batch is on its way.

    Args:
        batch: Id of the list that is sent.
        offered: Id of the list it was chosen from; None as in that list.
        volumes: What was sent, numbered from 1 on without a gap.
        form: SHA-256 of the handover form 移交与接收登记表, in hex.
        by: The official who sends.
        at: When.
    """

    kind: ClassVar[MessageKind] = MessageKind.NOTICE

    batch: str = field(validator=Sha256())
    offered: str | None = field(default=None, validator=Sha256(optional=True))
    volumes: tuple[Volume, ...] = field(converter=_sorted, repr=False)
    form: str = field(validator=Sha256(), repr=False)
    by: str = field(validator=Text(100))
    at: datetime = field(converter=in_china)

    @volumes.validator
    def _check(self, _: object, value: tuple[Volume, ...]) -> None:
        numbers = [volume.number for volume in value]
        if not 1 <= len(numbers) <= MAX_VOLUMES or numbers != list(
            range(1, len(numbers) + 1)
        ):
            raise InvalidValueError(
                f"1 to {MAX_VOLUMES} volumes, numbered from 1 on without a gap",
                f"应为 1 至 {MAX_VOLUMES} 卷，自 1 起连续编号",
                rule=_RULE,
                place="volumes",
            )

    @property
    def id(self) -> str:
        """SHA-256 of its JSON, in hex."""
        return sha256(self.encode()).hexdigest()

    @property
    def dialogue(self) -> str:
        """Id of the list as it was offered."""
        return self.batch if self.offered is None else self.offered

    @property
    def size(self) -> int:
        """Size of all volumes in bytes."""
        return sum(volume.size for volume in self.volumes)

    @property
    def count(self) -> int:
        """How many records they hold."""
        return sum(volume.count for volume in self.volumes)

    def check_against(self, listed: TransferList) -> None:
        """
        Check that this is about the batch *listed*.

        Raises:
            BatchError: It is about another batch, or its volumes do not hold as many
                records.
        """
        batch = listed.id
        if (self.batch, self.offered) != (batch, listed.offered):
            raise BatchError(
                f"a notice of the batch {self.batch}, not of {batch}",
                f"这是批次 {self.batch} 的移交通知，不是 {batch} 的",
            )
        if self.count != len(listed.records):
            raise BatchError(
                f"the volumes hold {self.count} records, "
                f"the list has {len(listed.records)}",
                f"各卷共 {self.count} 件，清单为 {len(listed.records)} 件",
            )

    def encode(self) -> bytes:
        """Return it as canonical JSON."""
        return wire.encode(
            self.kind.value,
            {
                "batch": self.batch,
                "offered": self.offered,
                "volumes": [volume.row() for volume in self.volumes],
                "form": self.form,
                "by": self.by,
                "at": self.at.isoformat(),
            },
        )

    @classmethod
    def decode(cls, data: bytes) -> TransferNotice:
        """Read what `encode` wrote; raise `InvalidValueError` at anything else."""
        return wire.decode(data, cls.kind.value, cls._of_row, cls.encode)

    @classmethod
    def _of_row(cls, value: object) -> TransferNotice:
        names = ("batch", "offered", "volumes", "form", "by", "at")
        row = wire.members(value, names)
        return cls(
            batch=row["batch"],
            offered=row["offered"],
            volumes=wire.take(row, "volumes", _volumes),
            form=row["form"],
            by=wire.take(row, "by", wire.text_of),
            at=wire.take(row, "at", wire.moment_of),
        )

    def message(self, lang: Language = "en") -> str:
        """Return what it says, in one line."""
        volumes, day = len(self.volumes), self.at.date()
        if lang == "zh":
            return (
                f"移交通知（{self.by}，{day}）：批次 {self.batch[:12]}，{volumes} 卷，"
                f"{self.count} 件，{self.size} 字节"
            )
        return (
            f"transfer notice by {self.by} on {day}: batch {self.batch[:12]}, "
            f"{volumes} volumes, {self.count} records, {self.size} bytes"
        )
