"""Receipt 接收回执: what became of every record and every file of a batch."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import ClassVar, Final

from attrs import field, frozen

from egovarchive.errors import InvalidValueError, Language, ReceiptError
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.moment import in_china
from egovarchive.records.text import Text

from . import wire
from .disagreement import Disagreement, disagreements
from .forms import MAX_FILES, MAX_RECORDS, Sha256, all_of, check_whole
from .kind import MessageKind
from .received import FileFate, ReceivedRecord, RecordFate
from .transfer_list import TransferList, order

MOST_TOLD: Final = 20  # disagreements that one error tells
_RULE: Final = "receipt"
_NAMES: Final = ("batch", "offered", "archives", "by", "at", "records", "totals")

_records = wire.each(ReceivedRecord.of_row)


def _sorted(values: Iterable[ReceivedRecord]) -> tuple[ReceivedRecord, ...]:
    found = all_of(ReceivedRecord, values, "records")
    return tuple(sorted(found, key=_key))


def _order(record: ReceivedRecord) -> tuple[str, int]:
    return order(record.code)


def _key(record: ReceivedRecord) -> tuple[str, int, str, str]:
    return *order(record.code), record.package, record.fate.value


@frozen(kw_only=True)
class Receipt:
    """
    A receipt 接收回执 of the archives. That a part is accepted is normal.

    Only its form is checked here. That it fits what was sent, `check_against` says.

    Args:
        batch: Id of the list that was received.
        offered: Id of the list it was chosen from; None as in that list.
        archives: Name of the archives.
        by: The official who received it.
        at: When.
        records: The fate of each record, sorted by code.
    """

    kind: ClassVar[MessageKind] = MessageKind.RECEIPT

    batch: str = field(validator=Sha256())
    offered: str | None = field(default=None, validator=Sha256(optional=True))
    archives: str = field(validator=Text(200))
    by: str = field(validator=Text(100))
    at: datetime = field(converter=in_china)
    records: tuple[ReceivedRecord, ...] = field(converter=_sorted, repr=False)

    @records.validator
    def _check(self, _: object, value: tuple[ReceivedRecord, ...]) -> None:
        files = sum(len(record.files) for record in value)
        if not 1 <= len(value) <= MAX_RECORDS or files > MAX_FILES:
            raise _wrong(
                f"{len(value)} records with {files} files, where 1 to {MAX_RECORDS} "
                f"with {MAX_FILES} may be",
                f"{len(value)} 件、{files} 个文件，应为 1 至 {MAX_RECORDS} 件、"
                f"不超过 {MAX_FILES} 个文件",
                "records",
            )
        try:
            check_whole(self.size)
        except InvalidValueError as error:
            raise error.within("records") from None

    @property
    def id(self) -> str:
        """
        SHA-256 of its JSON, in hex.

        It is reckoned anew each time: keep it, if you need it often.
        """
        return sha256(self.encode()).hexdigest()

    @property
    def dialogue(self) -> str:
        """Id of the list as it was offered."""
        return self.batch if self.offered is None else self.offered

    @property
    def size(self) -> int:
        """Size in bytes of all files that came: those that are missing left out."""
        return sum(
            file.size
            for record in self.records
            for file in record.files
            if file.fate is not FileFate.MISSING
        )

    def counts(self) -> dict[RecordFate, int]:
        """Return how many records had each fate."""
        found = Counter(record.fate for record in self.records)
        return {fate: found[fate] for fate in RecordFate}

    def file_counts(self) -> dict[FileFate, int]:
        """Return how many files had each fate."""
        found = Counter(file.fate for record in self.records for file in record.files)
        return {fate: found[fate] for fate in FileFate}

    def of_record(self, code: ArchivalCode) -> ReceivedRecord:
        """
        Return what became of the record *code*.

        Raises:
            ReceiptError: The receipt does not say, or says it twice.
        """
        wanted = order(code)
        first = bisect_left(self.records, wanted, key=_order)
        after = bisect_right(self.records, wanted, key=_order)
        if after - first != 1:
            shown = quoted(str(code))
            raise ReceiptError(
                f"the receipt lists {shown} {after - first} times",
                f"回执列出 {shown} 共 {after - first} 次",
            )
        return self.records[first]

    def disagreements(self, listed: TransferList) -> tuple[Disagreement, ...]:
        """Return each point in which this is no receipt for the batch *listed*."""
        return disagreements(self, listed)

    def check_against(self, listed: TransferList) -> None:
        """
        Check that this is a receipt for the batch *listed*, for all of it.

        It says nothing of who signed it: see `SignedMessage.verify`.

        Raises:
            ReceiptError: It is not. Names each disagreement, up to twenty.
        """
        found = self.disagreements(listed)
        if not found:
            return
        told, more = found[:MOST_TOLD], len(found) - MOST_TOLD
        en = "; ".join(each.message("en") for each in told)
        zh = "；".join(each.message("zh") for each in told)
        raise ReceiptError(
            f"not a receipt for this batch: {en}" + f"; {more} more" * (more > 0),
            f"不是该批次的回执：{zh}" + f"；另有 {more} 处" * (more > 0),
        )

    def encode(self) -> bytes:
        """Return it as canonical JSON: the same bytes for the same receipt, always."""
        return wire.encode(
            self.kind.value,
            {
                "batch": self.batch,
                "offered": self.offered,
                "archives": self.archives,
                "by": self.by,
                "at": self.at.isoformat(),
                "records": [record.row() for record in self.records],
                "totals": self._totals(),
            },
        )

    @classmethod
    def decode(cls, data: bytes) -> Receipt:
        """Read what `encode` wrote; raise `InvalidValueError` at anything else."""
        return wire.decode(data, cls.kind.value, cls._of_row, cls.encode)

    @classmethod
    def _of_row(cls, value: object) -> Receipt:
        row = wire.members(value, _NAMES)
        made = cls(
            batch=row["batch"],
            offered=row["offered"],
            archives=wire.take(row, "archives", wire.text_of),
            by=wire.take(row, "by", wire.text_of),
            at=wire.take(row, "at", wire.moment_of),
            records=wire.take(row, "records", _records),
        )
        if row["totals"] != made._totals():
            raise _wrong("they are not those of the records", "与各件不符", "totals")
        return made

    def message(self, lang: Language = "en") -> str:
        """Return what it says, in one line."""
        joint = "，" if lang == "zh" else ", "
        day, batch = self.at.date(), self.batch[:12]
        if lang == "zh":
            fates = [f"{fate.zh} {n} 件" for fate, n in self.counts().items() if n]
            return (
                f"接收回执：{self.archives}（{self.by}，{day}），批次 {batch}："
                f"{joint.join(fates)}"
            )
        fates = [f"{n} {fate.label(lang)}" for fate, n in self.counts().items() if n]
        return (
            f"receipt of {self.archives} by {self.by} on {day} for the batch {batch}: "
            f"{joint.join(fates)}"
        )

    def _totals(self) -> dict[str, object]:
        return {
            "records": {fate.value: n for fate, n in self.counts().items()},
            "files": {fate.value: n for fate, n in self.file_counts().items()},
            "size": self.size,
        }


def _wrong(en: str, zh: str, place: str) -> InvalidValueError:
    return InvalidValueError(en, zh, rule=_RULE, place=place)
