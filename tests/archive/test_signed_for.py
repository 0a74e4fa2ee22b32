"""What archives sign for: what they have, whole, and as it was filed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from archive.exchange_office import ARCHIVES, ENVIRONMENT, Exchange, new_exchange
from egovarchive.archive.transfer.accession import Accession
from egovarchive.archive.transfer.transferring import Transferring
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.errors import (
    DigestMismatchError,
    EgovArchiveError,
    NotStoredError,
    StorageError,
)
from egovarchive.lifecycle.dialogue.reason import Ground
from egovarchive.lifecycle.dialogue.received import ReceivedRecord, RecordFate
from egovarchive.lifecycle.state import State
from egovarchive.records.retention import RetentionPeriod

DOCUMENT = "申请 1".encode()


@pytest.fixture
def both(tmp_path: Path) -> Exchange:
    return new_exchange(tmp_path)


def spoil(both: Exchange, code: str, how: str) -> None:
    """Lose what the archives have of *code*, or alter a document of it."""
    storage, key = both.archives.storage, both.archives.entry(code).key
    data = b"".join(storage.get(key))
    storage.delete(key)
    if how == "damaged":
        storage.put(key, [data.replace(DOCUMENT, DOCUMENT[::-1])])


class TestCopiesOfTheArchives:
    """By a receipt, the sender may give up the only copy that is whole."""

    @pytest.mark.parametrize("how", ["missing", "damaged"])
    def test_a_duplicate_that_is_not_whole_is_rejected(
        self, both: Exchange, how: str
    ) -> None:
        codes = both.deposit(2)
        first = both.send(codes)
        both.receive(first)
        both.sender.transfers.withdraw(first.listed.id, by="移交人", reason="误移交")
        spoil(both, codes[0], how)
        reception = both.receive(both.send(codes, to="again"))
        [lost, whole] = reception.records
        assert lost.reason is not None
        assert "missing or damaged" in lost.reason.message()
        assert whole.fate is RecordFate.DUPLICATE
        both.acknowledge(reception.message)
        assert both.states(codes) == [State.HELD, State.TRANSFERRED]

    def test_what_another_process_took_with_another_batch_is_a_duplicate(
        self, both: Exchange
    ) -> None:
        codes = both.deposit(1)
        other = evolve(both.archives, catalog=MemoryCatalog())
        other.refresh()
        first = both.send(codes)
        both.receive(first)
        both.sender.transfers.withdraw(first.listed.id, by="移交人", reason="误移交")
        again = both.send(codes, to="again")
        [record] = evolve(both, archives=other).receive(again).records
        assert record.fate is RecordFate.DUPLICATE

    @pytest.mark.parametrize(
        ("how", "kind"), [("missing", NotStoredError), ("damaged", DigestMismatchError)]
    )
    def test_what_was_spoilt_before_the_receipt_is_not_signed_for(
        self,
        both: Exchange,
        monkeypatch: pytest.MonkeyPatch,
        how: str,
        kind: type[EgovArchiveError],
    ) -> None:
        codes = both.deposit(1)
        sent = both.send(codes)

        def cut(*_: object) -> None:
            raise StorageError("cut off", "中断")

        with monkeypatch.context() as patch:
            patch.setattr(Accession, "_keep", cut)
            with pytest.raises(StorageError):
                both.receive(sent)
        spoil(both, codes[0], how)
        with pytest.raises(kind):
            both.receive(sent)
        with pytest.raises(NotStoredError):
            both.archives.accession.receipt(sent.listed.id)


class TestWhatTheListTells:
    def received(
        self, both: Exchange, monkeypatch: pytest.MonkeyPatch, **changes: Any
    ) -> ReceivedRecord:
        """Return the fate of a record of which a hostile sender lists *changes*."""
        monkeypatch.setattr(Transferring, "_check_sendable", lambda *_: None)
        transfers = both.sender.transfers
        listed = transfers.list(both.deposit(1), recipient=ARCHIVES)
        [record] = listed.records
        bad = evolve(listed, records=[evolve(record, **changes)])
        sent = transfers.send(
            bad, both.folder / "bad", by="移交人", environment=ENVIRONMENT
        )
        [fate] = both.receive(sent).records
        return fate

    @pytest.mark.parametrize(
        "changes",
        [
            {"period": RetentionPeriod(10), "retention_ends_on": date(2036, 12, 31)},
            {"period": RetentionPeriod.parse("短期"), "retention_ends_on": None},
            {"retention_ends_on": date(2026, 11, 21)},
            {"retention_ends_on": None},
        ],
    )
    def test_nothing_goes_sooner_than_it_was_filed_to(
        self,
        both: Exchange,
        monkeypatch: pytest.MonkeyPatch,
        changes: dict[str, Any],
    ) -> None:
        fate = self.received(both, monkeypatch, **changes)
        assert fate.reason is not None
        assert fate.reason.ground is Ground.CHECK_FAILED
        assert "shorter retention" in fate.reason.message()
        assert not list(both.archives.entries())

    @pytest.mark.parametrize(
        "changes",
        [
            {"period": RetentionPeriod(40), "retention_ends_on": date(2066, 12, 31)},
            {"period": RetentionPeriod.parse("Y"), "retention_ends_on": None},
        ],
    )
    def test_what_an_appraisal_made_longer_is_taken(
        self,
        both: Exchange,
        monkeypatch: pytest.MonkeyPatch,
        changes: dict[str, Any],
    ) -> None:
        fate = self.received(both, monkeypatch, **changes)
        assert fate.fate is RecordFate.ACCEPTED
        assert both.archives.standing(fate.code).period == changes["period"]

    def test_nothing_was_registered_on_a_day_that_is_to_come(
        self, both: Exchange, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at = both.clock() + timedelta(days=2)
        fate = self.received(both, monkeypatch, registered_at=at)
        assert fate.reason is not None
        assert "to come" in fate.reason.message()
