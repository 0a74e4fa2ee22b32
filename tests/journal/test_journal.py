"""A journal in a storage: appended to, read again, and found out when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import evolve

from egovarchive.errors import AlreadyStoredError, JournalError, StorageError
from egovarchive.journal import Head, Journal, Segment
from egovarchive.journal.segment import MAX_SIZE
from egovarchive.storage import Storage
from egovarchive.storage.files import FileStorage
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.catalog import JournalWriter
from egovarchive.testing.storage_faults import Call, FaultyStorage, RecordingStorage
from egovarchive.testing.storage_groups import race

FONDS = "J019"


@pytest.fixture(params=["memory", "files"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "memory":
        return MemoryStorage()
    return FileStorage(tmp_path / "store")


@pytest.fixture
def writer() -> JournalWriter:
    writer = JournalWriter()
    writer.write_plain(2, 1, 0, 3)
    return writer


@pytest.fixture
def journal(storage: Storage, writer: JournalWriter) -> Journal:
    """Return a journal of four segments."""
    journal = Journal(storage, FONDS)
    for segment, head in writer.steps:
        assert journal.append(segment) == head
    return journal


def replay(journal: Journal) -> Head:
    """Read all of *journal*, as a rebuild does; return its head."""
    head = Head(journal.fonds)
    for _, each in journal.after(head):
        head = each
    journal.check_complete(head.number)
    return head


def put_instead(journal: Journal, number: int, data: bytes) -> None:
    journal.storage.delete(journal.key(number))
    journal.storage.put(journal.key(number), [data])


class TestAppending:
    def test_is_one_object_for_each_segment(self, journal: Journal) -> None:
        assert list(journal.storage.keys()) == [
            f"journal/J019/00000000000{number}.jsonl" for number in (1, 2, 3, 4)
        ]

    def test_gives_what_reading_gives(
        self, journal: Journal, writer: JournalWriter
    ) -> None:
        assert list(journal.after(Head(FONDS))) == writer.steps
        assert list(journal.after(writer.steps[1][1])) == writer.steps[2:]
        assert list(journal.after(writer.head)) == []
        assert replay(journal) == writer.head

    def test_to_a_number_that_is_taken_is_refused(
        self, journal: Journal, writer: JournalWriter
    ) -> None:
        mine = evolve(writer.steps[1][0], registered=())
        for segment in (mine, writer.steps[1][0]):
            with pytest.raises(AlreadyStoredError):
                journal.append(segment)
        assert replay(journal) == writer.head

    def test_in_a_race_has_one_winner_for_each_number(self, storage: Storage) -> None:
        journal = Journal(storage, FONDS)
        won: list[str] = []

        def contend(name: str) -> Callable[[], None]:
            def act() -> None:
                writer = JournalWriter(salt=name)
                for turn in range(10):
                    row = writer.row(case=f"{name}-{turn}")
                    while True:
                        writer.steps[:] = journal.after(Head(FONDS))
                        try:
                            journal.append(writer.draft([row])[0])
                        except AlreadyStoredError:
                            continue
                        won.append(row["case_number"])
                        break

            return act

        race([contend(name) for name in "abcd"])
        head = replay(journal)
        assert head.number == 40
        rows = [r for s, _ in journal.after(Head(FONDS)) for r in s.registered]
        assert sorted(row["case_number"] for row in rows) == sorted(won)

    def test_of_what_could_not_be_read_again_commits_nothing(
        self, journal: Journal, writer: JournalWriter
    ) -> None:
        """It would stand there for ever, and no catalog could be made any more."""
        good = writer.row()
        for name, value in (
            ("code", "J020-ZY·XK·2026·D30-0001"),
            ("code", "J019-ZY・XK・2026・D30-0001"),
            ("case_number", "a\tb"),
            ("case_number", ""),
            ("case_number", "\ud800"),
            ("concluded_on", "2026-02-30"),
            ("registered_at", "2026-05-20T09:00:00+00:00"),
            ("size", -1),
            ("size", float("nan")),
            ("package", None),
            ("note", "personal data"),
        ):
            row = good.copy()
            row[name] = value  # type: ignore[literal-required]
            segment = Segment(
                previous=writer.head, at=writer.steps[0][0].at, registered=(row,)
            )
            with pytest.raises(JournalError, match="segment 5"):
                journal.append(segment)
            assert replay(journal) == writer.head

    def test_of_too_much_commits_nothing(self, writer: JournalWriter) -> None:
        journal = Journal(MemoryStorage(), FONDS)
        row = writer.row(case="x" * (MAX_SIZE // 4))
        segment, _ = JournalWriter().draft([row] * 5)
        with pytest.raises(JournalError, match="larger than"):
            journal.append(segment)
        assert list(journal.storage.keys()) == []

    def test_whose_answer_was_lost_can_be_looked_up(
        self, journal: Journal, writer: JournalWriter
    ) -> None:
        def is_journal(call: Call) -> bool:
            return call.verb == "put"

        row = writer.row()
        segment, head = writer.draft([row])
        other = evolve(segment, registered=(writer.row(),))
        assert journal.head_if_kept(segment) is None
        assert isinstance(journal.storage, (MemoryStorage, FileStorage))
        lost = Journal(FaultyStorage(journal.storage, is_journal, "after"), FONDS)
        with pytest.raises(StorageError, match="after its effect"):
            lost.append(segment)
        assert journal.head_if_kept(segment) == head
        assert journal.head_if_kept(other) is None
        assert journal.holds(head)


class TestABrokenJournal:
    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_without_one_of_its_segments_is_found_out(
        self, journal: Journal, number: int
    ) -> None:
        journal.storage.delete(journal.key(number))
        name = f"journal/J019/{number:012}.jsonl is missing"
        with pytest.raises(JournalError, match=name) as caught:
            replay(journal)
        assert "缺少" in caught.value.message("zh")

    def test_without_its_last_is_found_out_by_who_has_seen_it(
        self, journal: Journal, writer: JournalWriter
    ) -> None:
        assert all(journal.holds(head) for _, head in writer.steps)
        journal.storage.delete(journal.key(4))
        assert replay(journal) == writer.steps[2][1]
        assert not journal.holds(writer.head)
        assert journal.holds(writer.steps[2][1])
        assert journal.holds(Head(FONDS))

    def test_with_another_last_is_found_out_by_who_has_seen_it(
        self, journal: Journal, writer: JournalWriter
    ) -> None:
        other = evolve(writer.steps[3][0], registered=())
        put_instead(journal, 4, other.encode())
        assert replay(journal).number == 4
        assert not journal.holds(writer.head)

    def test_with_a_segment_too_many_is_found_out(self, journal: Journal) -> None:
        data = b"".join(journal.storage.get(journal.key(2)))
        for number in (6, 999_999_999_999):
            journal.storage.put(journal.key(number), [data])
            with pytest.raises(JournalError, match=r"0005.jsonl is missing, but .*"):
                replay(journal)
            journal.storage.delete(journal.key(number))
        journal.storage.put(journal.key(5), [data])
        with pytest.raises(JournalError, match="segment 5: segment is '2', not 5"):
            replay(journal)

    def test_with_segments_in_each_others_place_is_found_out(
        self, journal: Journal
    ) -> None:
        one, two = (b"".join(journal.storage.get(journal.key(n))) for n in (2, 3))
        put_instead(journal, 2, two)
        put_instead(journal, 3, one)
        with pytest.raises(JournalError, match="segment 2: segment is '3', not 2"):
            replay(journal)

    def test_with_the_segments_of_another_fonds_is_found_out(
        self, storage: Storage, journal: Journal
    ) -> None:
        other = Journal(storage, "J02")
        data = b"".join(storage.get(journal.key(1)))
        storage.put(other.key(1), [data])
        with pytest.raises(JournalError, match="fonds is 'J019', not J02"):
            replay(other)
        assert replay(journal).number == 4

    def test_with_the_same_history_told_otherwise_is_found_out(
        self, journal: Journal, writer: JournalWriter
    ) -> None:
        """Who rewrites a segment must rewrite all that follow, and their heads."""
        other = evolve(writer.steps[1][0], registered=())
        put_instead(journal, 2, other.encode())
        with pytest.raises(JournalError, match="segment 3: previous is"):
            replay(journal)

    @pytest.mark.parametrize(
        "name", ["readme.txt", "1.jsonl", "0000000000001.jsonl", "00000000000a.jsonl"]
    )
    def test_with_something_else_among_its_segments_is_found_out(
        self, journal: Journal, name: str
    ) -> None:
        journal.storage.put(f"journal/J019/{name}", [b"x"])
        with pytest.raises(JournalError, match=f"{name} lies in the journal"):
            replay(journal)

    def test_with_a_huge_segment_is_not_read_to_its_end(self) -> None:
        class Endless(MemoryStorage):
            given = 0

            def get(
                self, key: str, offset: int = 0, size: int | None = None
            ) -> Iterator[bytes]:
                assert size is not None
                while self.given < size:
                    self.given += 1 << 20
                    yield bytes(1 << 20)

        storage = Endless()
        with pytest.raises(JournalError, match="larger than 67108864 bytes"):
            replay(Journal(storage, FONDS))
        assert storage.given <= MAX_SIZE + (1 << 20)

    def test_of_another_fonds_does_no_harm(
        self, storage: Storage, journal: Journal, writer: JournalWriter
    ) -> None:
        """J01 is the beginning of J019, and no part of it."""
        storage.put("journal/J01/000000000009.jsonl", [b"x"])
        storage.put("journal/J0199/000000000009.jsonl", [b"x"])
        assert replay(journal) == writer.head


class TestAJournalThatGrows:
    """Others may append between the look at the last segment and that at the list."""

    def test_is_complete(self, journal: Journal, writer: JournalWriter) -> None:
        seen = replay(journal).number
        for segment, _ in writer.write_plain(1, 2):
            journal.append(segment)
            journal.check_complete(seen)

    def test_is_complete_however_the_list_is_torn(
        self, journal: Journal, writer: JournalWriter
    ) -> None:
        """A folder that grows meanwhile may show the later and not the earlier."""
        seen = replay(journal).number
        for segment, _ in writer.write_plain(1, 1, 1):
            journal.append(segment)

        class Torn(RecordingStorage):
            def keys(self, prefix: str = "") -> Iterator[str]:
                hidden = (journal.key(5), journal.key(6))
                return (key for key in super().keys(prefix) if key not in hidden)

        assert isinstance(journal.storage, (MemoryStorage, FileStorage))
        torn = Journal(Torn(journal.storage), FONDS)
        assert journal.key(7) in list(torn.storage.keys())
        torn.check_complete(seen)
        journal.storage.delete(journal.key(6))
        with pytest.raises(JournalError, match=r"0006.jsonl is missing"):
            torn.check_complete(seen)
