"""Received record 接收结果: the fate of one record of a batch, and of its files."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.kind import Of
from egovarchive.records.term import Term

from . import wire
from .forms import Sha256, Whole, all_of
from .reason import Reason

_RULE = "receipt"


class RecordFate(Term):
    """What became of a record."""

    ACCEPTED = "accepted", "接收"
    REJECTED = "rejected", "拒收"
    DUPLICATE = "duplicate", "重复"


class FileFate(Term):
    """What became of a file."""

    ACCEPTED = "accepted", "接收"
    REJECTED = "rejected", "拒收"
    DUPLICATE = "duplicate", "重复"
    MISSING = "missing", "缺失"
    ADDED = "added", "多余"


_record_fate = wire.term_of(RecordFate)
_file_fate = wire.term_of(FileFate)


@frozen(kw_only=True)
class ReceivedFile:
    """
    The fate of one file. It is named by its digest, never by its name.

    Args:
        digest: SHA-256 of its bytes, in hex; of a missing one, as it should be.
        size: Its size in bytes.
        fate: What became of it.
    """

    digest: str = field(validator=Sha256())
    size: int = field(validator=Whole(0))
    fate: FileFate = field(validator=Of(FileFate))

    def row(self) -> wire.Row:
        """Return it as JSON has it."""
        return {"digest": self.digest, "size": self.size, "fate": self.fate.value}

    @classmethod
    def of_row(cls, value: object) -> ReceivedFile:
        """Return the file that `row` was made of."""
        row = wire.members(value, ("digest", "size", "fate"))
        return cls(
            digest=row["digest"],
            size=row["size"],
            fate=wire.take(row, "fate", _file_fate),
        )


@frozen(kw_only=True)
class Holding:
    """
    Where the archives keep a record.

    Args:
        code: Archival code that it is kept under there.
        package: SHA-256 of the primary manifest of the package kept, in hex.
    """

    code: ArchivalCode = field(validator=Of(ArchivalCode))
    package: str = field(validator=Sha256())

    def row(self) -> wire.Row:
        """Return it as JSON has it."""
        return {"code": str(self.code), "package": self.package}

    @classmethod
    def of_row(cls, value: object) -> Holding:
        """Return the holding that `row` was made of."""
        row = wire.members(value, ("code", "package"))
        return cls(code=wire.take(row, "code", wire.code_of), package=row["package"])


_files = wire.each(ReceivedFile.of_row)
_holding = wire.optional(Holding.of_row)
_reason = wire.optional(Reason.of_row)
_RECORD = ("code", "package", "fate", "held", "reason", "files")


def _sorted(values: Iterable[ReceivedFile]) -> tuple[ReceivedFile, ...]:
    found = all_of(ReceivedFile, values, "files")
    return tuple(
        sorted(found, key=lambda file: (file.digest, file.size, file.fate.value))
    )


@frozen(kw_only=True)
class ReceivedRecord:
    """
    The fate of one record of a batch.

    Args:
        code: Archival code, as in the transfer list.
        package: SHA-256 of the primary manifest, in hex, as in the transfer list.
        fate: What became of it.
        held: Where it is kept, if it was accepted or is a duplicate.
        reason: Why it was rejected; None if it was not.
        files: The fate of each of its files, sorted by digest. Files with the same
            bytes are listed as often as they occur. Empty if none came.
    """

    code: ArchivalCode = field(validator=Of(ArchivalCode))
    package: str = field(validator=Sha256())
    fate: RecordFate = field(validator=Of(RecordFate))
    held: Holding | None = field(default=None, validator=Of(Holding, optional=True))
    reason: Reason | None = field(default=None, validator=Of(Reason, optional=True))
    files: tuple[ReceivedFile, ...] = field(converter=_sorted, repr=False)

    @held.validator
    def _check_held(self, _: object, value: Holding | None) -> None:
        if (value is None) is not (self.fate is RecordFate.REJECTED):
            raise _wrong(
                "a record is kept somewhere unless it was rejected",
                "接收或重复的档案应注明保存处，拒收的不注明",
                "held",
            )
        if (
            self.fate is RecordFate.ACCEPTED
            and value is not None
            and value.package != self.package
        ):
            raise _wrong(
                "what was accepted is not the package that was sent",
                "所接收的不是所移交的归档信息包",
                "held.package",
            )

    @reason.validator
    def _check_reason(self, _: object, value: Reason | None) -> None:
        if (value is not None) is not (self.fate is RecordFate.REJECTED):
            raise _wrong(
                "a reason is given if a record was rejected, and only then",
                "拒收的应注明理由，其余不注明",
                "reason",
            )

    @files.validator
    def _check_files(self, _: object, value: tuple[ReceivedFile, ...]) -> None:
        for number, (one, next_) in enumerate(pairwise(value), 1):
            if one.digest == next_.digest and one.size != next_.size:
                raise _wrong(
                    "one digest has two sizes",
                    "同一摘要有两种大小",
                    f"files[{number}].size",
                )

    @property
    def is_held(self) -> bool:
        """Whether the archives keep the very package that was sent."""
        return self.held is not None and self.held.package == self.package

    def row(self) -> wire.Row:
        """Return it as JSON has it."""
        return {
            "code": str(self.code),
            "package": self.package,
            "fate": self.fate.value,
            "held": None if self.held is None else self.held.row(),
            "reason": None if self.reason is None else self.reason.row(),
            "files": [file.row() for file in self.files],
        }

    @classmethod
    def of_row(cls, value: object) -> ReceivedRecord:
        """Return the record that `row` was made of."""
        row = wire.members(value, _RECORD)
        return cls(
            code=wire.take(row, "code", wire.code_of),
            package=row["package"],
            fate=wire.take(row, "fate", _record_fate),
            held=wire.take(row, "held", _holding),
            reason=wire.take(row, "reason", _reason),
            files=wire.take(row, "files", _files),
        )


def _wrong(en: str, zh: str, place: str) -> InvalidValueError:
    return InvalidValueError(en, zh, rule=_RULE, place=place)
