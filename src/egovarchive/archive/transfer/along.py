"""Along 随移材料: what the sender sent with each record, kept as it came."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.transfer.incomer import Incomer
from egovarchive.errors import AlreadyStoredError, NotStoredError
from egovarchive.lifecycle.dialogue.transfer_list import TransferList, order
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.storage import GroupPut

_HISTORY, _EVIDENCE = "history.jsonl", "evidence.ers"


def key_of(acting: Acting, batch: str, name: str) -> str:
    """Return what the object *name* of a received *batch* is stored under."""
    return f"receptions/{acting.fonds}/{batch}/{name}"


@frozen
class Along:
    """
    Keeps what came with the records of a batch, and fetches it.

    Args:
        acting: The archive that receives.
        batch: The number of the batch.
        listed: Its transfer list.
    """

    acting: Acting = field(repr=False)
    batch: str
    listed: TransferList = field(repr=False)

    def keep(self, incomers: Sequence[Incomer]) -> None:
        """
        Keep what came with *incomers*; what was kept before stays.

        Raises:
            StorageError: It could not be stored.
        """
        storage = self.acting.archiving.storage
        items = [item for incomer in incomers for item in self._items(incomer)]
        if isinstance(storage, GroupPut):
            storage.put_all(items)
            return
        for key, chunks in items:
            try:
                storage.put(key, chunks)
            except AlreadyStoredError:  # noqa: PERF203 - each may be there
                continue

    def history(self, code: ArchivalCode) -> bytes:
        """Return the journal lines that came with *code*; none if none came."""
        return self._kept(code, _HISTORY) or b""

    def evidence(self, code: ArchivalCode) -> bytes | None:
        """Return the evidence record that came with *code*; None if none came."""
        return self._kept(code, _EVIDENCE)

    def _items(self, incomer: Incomer) -> Iterator[tuple[str, Iterator[bytes]]]:
        # Read when they are stored, one after the other: they may be large.
        yield (
            self._key(incomer.code, _HISTORY),
            _history_of(incomer),
        )
        if incomer.evidence is not None:
            yield (
                self._key(incomer.code, _EVIDENCE),
                _evidence_of(incomer),
            )

    def _kept(self, code: ArchivalCode, name: str) -> bytes | None:
        try:
            return self.acting.kept(self._key(code, name))
        except NotStoredError:
            return None

    def _key(self, code: ArchivalCode, name: str) -> str:
        # By its place in the list: a code has characters that keys do not.
        wanted = order(code)
        place = bisect_left(self.listed.records, wanted, key=lambda r: order(r.code))
        return key_of(self.acting, self.batch, f"{place:06}/{name}")


def _history_of(incomer: Incomer) -> Iterator[bytes]:
    yield incomer.history or b""


def _evidence_of(incomer: Incomer) -> Iterator[bytes]:
    yield incomer.evidence or b""
