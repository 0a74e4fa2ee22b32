"""Companions 随移材料: what travels with the records of a batch, fixed once."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.errors import NotStoredError, StorageError
from egovarchive.lifecycle.dialogue.transfer_list import ListedRecord
from egovarchive.records.archival_code import ArchivalCode

PART: Final = 100  # records of one object


@frozen(kw_only=True)
class Companion:
    """
    What travels with one record.

    Args:
        code: The record.
        history: Journal lines about it 管理过程信息, up to its being sent.
        evidence: Its evidence record, if it was sealed then.
        remark: What the directory remarks on it.
    """

    code: ArchivalCode
    history: bytes = field(repr=False)
    evidence: bytes | None = field(repr=False)
    remark: str | None

    def row(self) -> dict[str, str | None]:
        """Return it as it is kept."""
        evidence = self.evidence
        encoded = None if evidence is None else base64.b64encode(evidence).decode()
        return {
            "code": str(self.code),
            "history": self.history.decode(),
            "evidence": encoded,
            "remark": self.remark,
        }

    @classmethod
    def of_row(cls, row: dict[str, str | None]) -> Companion:
        """Return what `row` was made of."""
        evidence = row["evidence"]
        return cls(
            code=ArchivalCode.parse(row["code"] or ""),
            history=(row["history"] or "").encode(),
            evidence=base64.b64decode(evidence) if evidence else None,
            remark=row["remark"],
        )


@frozen
class Companions:
    """
    Keeps what travels with a batch.

    A seal, a review or a hold between two attempts would otherwise make other volumes
    of the same batch.

    Args:
        acting: The archive that sends.
        key: Returns what an object of the batch is stored under, by its name.
        make: Returns what would travel with a record now.
    """

    acting: Acting = field(repr=False)
    key: Callable[[str], str]
    make: Callable[[ListedRecord], Companion]

    def of(self, records: Sequence[ListedRecord]) -> Iterator[Companion]:
        """
        Yield what travels with each of *records*: all of the batch, in its order.

        Raises:
            StorageError: It cannot be kept, or what was kept is broken.
        """
        for start in range(0, len(records), PART):
            yield from self._part(start // PART, records[start : start + PART])

    def _part(self, number: int, records: Sequence[ListedRecord]) -> list[Companion]:
        key = self.key(f"companions/{number:04}.json")
        try:
            data = self.acting.kept(key)
        except NotStoredError:
            rows = [self.make(record).row() for record in records]
            text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
            data = self.acting.keep_first(key, text.encode())
        try:
            found = [Companion.of_row(row) for row in json.loads(data)]
        except (ValueError, KeyError, TypeError):
            raise StorageError(
                f"{key} is not what was kept there", f"{key} 的内容已损坏"
            ) from None
        if [each.code for each in found] != [each.code for each in records]:
            raise StorageError(f"{key} is of other records", f"{key} 属于其他档案")
        return found
