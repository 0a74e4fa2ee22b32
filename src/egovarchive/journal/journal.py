"""Journal 登记簿 of a fonds: numbered segments, each naming the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from egovarchive.errors import JournalError, NotStoredError
from egovarchive.journal.segment import (
    CHAIN,
    MAX_SIZE,
    Head,
    Segment,
    head_of,
    written_at,
)
from egovarchive.records.digest import digests
from egovarchive.storage import Storage

ROOT = "journal"
_NAME = re.compile(r"([0-9]{12})\.jsonl")


@frozen
class Journal:
    """
    The journal of one fonds.

    To append is to commit. Who appends puts the next segment if it is absent; of two
    that race, one finds it taken, reads it, and tries the number after. That needs no
    lock, and holds for threads, processes and machines alike.
    """

    storage: Storage
    fonds: str

    def key(self, number: int) -> str:
        """Return what segment *number* is stored under."""
        return f"{ROOT}/{self.fonds}/{number:012}.jsonl"

    def append(self, segment: Segment) -> Head:
        """
        Commit *segment*; return the head it has become. Durable on return.

        Raises:
            AlreadyStoredError: Somebody else has committed that number.
            JournalError: It could not be read again. Nothing is committed.
        """
        data = segment.encode()
        # What stands in a journal stands there for ever, and must not stop replays.
        Segment.decode(data, segment.previous)
        self.storage.put(self.key(segment.number), (data,))
        return head_of(segment, data)

    def head_if_kept(self, segment: Segment) -> Head | None:
        """Return the head that *segment* is if it stands in the journal, else None."""
        data = segment.encode()
        return head_of(segment, data) if self._read(segment.number) == data else None

    def after(self, head: Head) -> Iterator[tuple[Segment, Head]]:
        """
        Yield the segments that follow *head*, each with the head it is.

        Raises:
            JournalError: One of them is broken, or does not follow the one before.
        """
        while (data := self._read(head.number + 1)) is not None:
            segment = Segment.decode(data, head)
            head = head_of(segment, data)
            yield segment, head

    def written_at(self, head: Head) -> datetime | None:
        """
        Return when the segment that is *head* was written; None before the first.

        Raises:
            JournalError: It is missing or altered.
        """
        if head.number == 0:
            return None
        data = self._read(head.number)
        if data is None or dict(head.digests) != digests(data, CHAIN):
            raise JournalError(
                f"{self.key(head.number)} is missing, or was altered",
                f"登记簿 {self.key(head.number)} 缺失或被改动",
            )
        return written_at(data)

    def holds(self, head: Head) -> bool:
        """Say whether *head* is a segment of this journal, or before its first."""
        if head.number == 0:
            return True
        data = self._read(head.number)
        return data is not None and dict(head.digests) == digests(data, CHAIN)

    def check_complete(self, last: int) -> None:
        """
        Look whether any segment stands beyond *last*, after a gap.

        Those that follow *last* without a gap may have been written meanwhile.

        Raises:
            JournalError: One does: segments between are missing. Or something lies
                there that is no segment.
        """
        folder = f"{ROOT}/{self.fonds}/"
        final = last
        for key in self.storage.keys(folder):
            name = _NAME.fullmatch(key[len(folder) :])
            if name is None:
                raise JournalError(
                    f"{key} lies in the journal, and is no segment",
                    f"登记簿中的 {key} 不是登记段",
                )
            final = max(final, int(name[1]))
        for number in range(last + 1, final):
            if self._read(number) is None:
                raise JournalError(
                    f"{self.key(number)} is missing, but {self.key(final)} is there",
                    f"登记簿缺少 {self.key(number)}，但存在 {self.key(final)}",
                )

    def _read(self, number: int) -> bytes | None:
        try:
            chunks = self.storage.get(self.key(number), 0, MAX_SIZE + 1)
        except NotStoredError:
            return None
        return b"".join(chunks)
