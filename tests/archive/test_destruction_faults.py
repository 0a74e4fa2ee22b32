"""Each call to the storage fails once, at each of its turns; a retry resolves it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal

import pytest
from attrs import evolve

from archive.office import FONDS
from archive.retention import (
    EXPIRED,
    METHOD,
    WITNESSES,
    Office,
    appraise,
    approved_list,
    codes_of,
    office,
)
from egovarchive import Archive
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.errors import AlreadyStoredError, EgovArchiveError, StorageError
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.state import State
from egovarchive.lifecycle.tombstone import Tombstone
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage_faults import (
    Call,
    FaultyStorage,
    GroupStorage,
    RecordingStorage,
)

WHEN = pytest.mark.parametrize("when", ["before", "after"])
When = Literal["before", "after"]


def over(archive: Archive, storage: GroupStorage) -> Archive:
    """Return the same archive over *storage*: as if the process had begun anew."""
    return evolve(archive, storage=storage)


def execute(archive: Archive, list_id: str, copy: MemoryStorage) -> None:
    archive.destruction.execute(
        list_id, witnesses=WITNESSES, method=METHOD, copies=[copy]
    )


@cache
def sealed_and_listed() -> tuple[Office, str]:
    made = office(count=2, stamped=True)
    made.archive.sealing.seal()
    return made, approved_list(made).id


def approved() -> tuple[Office, str, MemoryStorage, MemoryStorage]:
    """Return an archive with an approved list, its storage, and a copy of packages."""
    before, list_id = sealed_and_listed()
    storage, copy = MemoryStorage(), MemoryStorage()
    for key in before.archive.storage.keys(""):
        storage.put(key, before.archive.storage.get(key))
        if key.startswith("packages/"):
            copy.put(key, before.archive.storage.get(key))
    archive = evolve(before.archive, storage=storage, catalog=MemoryCatalog())
    archive.refresh()
    return Office(archive, before.clock, before.authority), list_id, storage, copy


def turns() -> int:
    made, list_id, storage, copy = approved()
    recording = RecordingStorage(storage)
    execute(over(made.archive, recording), list_id, copy)
    return len(recording.calls)


def check_nothing_gone_untold(
    made: Office, list_id: str, storage: MemoryStorage, copy: MemoryStorage
) -> None:
    """Check that what has gone has its tombstone, and that the journal told of it."""
    archive = over(made.archive, storage)
    archive.refresh()
    stones = f"destructions/{FONDS}/{list_id}/tombstones.jsonl"
    for code in codes_of(archive):
        key = archive.entry(code).key
        if all(key in set(where.keys("packages/")) for where in (storage, copy)):
            continue
        kinds = [event.kind for event in archive.catalog.events(code)]
        assert EventKind.BEGUN in kinds
        lines = b"".join(storage.get(stones)).splitlines(keepends=True)
        assert code in [Tombstone.decode(line).code for line in lines]


@WHEN
def test_a_destruction_that_was_interrupted_anywhere_is_gone_on_with(
    when: When,
) -> None:
    for turn in range(1, turns() + 1):
        made, list_id, storage, copy = approved()
        faulty = FaultyStorage(storage, turn, when)
        try:
            execute(over(made.archive, faulty), list_id, copy)
        except EgovArchiveError:
            check_nothing_gone_untold(made, list_id, storage, copy)
        archive = over(made.archive, storage)
        execute(archive, list_id, copy)
        assert not list(storage.keys("packages/"))
        assert not list(copy.keys())
        certificate = archive.destruction.certificate(list_id)
        assert len(certificate.records) == 2
        events = list(archive.catalog.events_of_fonds(FONDS))
        kinds = [event.kind for event in events]
        assert kinds.count(EventKind.DESTRUCTION_CERTIFIED) == 1
        assert kinds.count(EventKind.DESTRUCTION_WITNESSED) == 2


def test_a_copy_that_fails_keeps_the_record_whole() -> None:
    made, list_id, storage, copy = approved()

    def deletes(call: Call) -> bool:
        return call.verb == "delete"

    with pytest.raises(StorageError):
        made.archive.destruction.execute(
            list_id,
            witnesses=WITNESSES,
            method=METHOD,
            copies=[FaultyStorage(copy, deletes)],
        )
    assert len(list(storage.keys("packages/"))) == 2
    execute(made.archive, list_id, copy)


@WHEN
@pytest.mark.parametrize("act", ["appraise", "list"])
def test_an_appraisal_or_a_list_that_was_interrupted_is_made_again(
    act: str, when: When
) -> None:
    acts: dict[str, Callable[[Archive], object]] = {
        "appraise": appraise,
        "list": lambda archive: archive.destruction.list(by="周九"),
    }

    def prepared() -> tuple[Office, MemoryStorage]:
        storage = MemoryStorage()
        made = office(count=2, storage=storage)
        made.clock.now = EXPIRED
        if act == "list":
            appraise(made.archive)
        return made, storage

    made, storage = prepared()
    recording = RecordingStorage(storage)
    acts[act](over(made.archive, recording))
    expected = State.LISTED if act == "list" else State.PROPOSED
    for turn in range(1, len(recording.calls) + 1):
        made, storage = prepared()
        try:
            acts[act](over(made.archive, FaultyStorage(storage, turn, when)))
        except AlreadyStoredError:
            raise
        except EgovArchiveError:
            archive = over(made.archive, storage)
            archive.refresh()
            if expected not in {
                archive.catalog.standing(code).state for code in codes_of(archive)
            }:
                acts[act](archive)
        made.archive.refresh()
        found = {
            made.archive.catalog.standing(code).state for code in codes_of(made.archive)
        }
        assert found == {expected}
