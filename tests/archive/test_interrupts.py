"""What an interrupt leaves, whenever it comes."""

from __future__ import annotations

import time
from datetime import datetime
from threading import Condition, Event, Thread

import pytest

from archive.office import (
    TODAY,
    SlowStorage,
    case,
    check_unregistered,
    clock,
    in_threads,
    key_of,
    new_archive,
    state_of,
)
from egovarchive.errors import StorageError
from egovarchive.storage.memory import MemoryStorage


class TestAnInterrupt:
    def test_at_any_look_at_the_clock_registers_nothing_and_loses_nothing(
        self,
    ) -> None:
        left: list[list[str]] = []
        for moment in range(1, 20):
            looks = 0

            def ticking(moment: int = moment) -> datetime:
                nonlocal looks
                looks += 1
                if looks == moment:
                    raise KeyboardInterrupt
                return TODAY

            archive = new_archive(clock=ticking)
            before = state_of(archive)
            try:
                archive.deposit(case())
            except KeyboardInterrupt:
                left.append(check_unregistered(archive, before, [case()]))
            else:
                assert moment > 4
                break
            assert archive.deposit(case()).code.item == 1
            assert list(archive.storage.keys("packages/")) == [key_of(case())]
        else:
            pytest.fail("the clock is looked at without end")
        assert left[0] == [], "nothing was stored yet"
        assert left[-1] == [key_of(case())], "it was about to be registered"

    def test_of_one_who_waits_takes_its_case_off_the_queue(self) -> None:
        class Interrupting(Condition):
            """A condition whose first waiter is interrupted."""

            def wait(self, timeout: float | None = None) -> bool:
                waited.set()
                assert wanted.wait(10)
                raise KeyboardInterrupt

        waited, wanted = Event(), Event()
        archive = new_archive()
        register = archive._archiving.register
        register._queued = Interrupting()

        def interrupted() -> None:
            with pytest.raises(KeyboardInterrupt):
                archive.deposit(case(1))

        with register._leader:
            waiting = Thread(target=interrupted)
            waiting.start()
            assert waited.wait(10)
            wanted.set()
        waiting.join()
        register._queued = Condition()
        assert archive.deposit(case(2)).code.item == 1
        assert [entry.case_number for entry in archive.entries()] == [case(2).number]

    def test_of_who_commits_is_an_error_to_those_who_share_it(self) -> None:
        """They cannot know what became of their cases; a retry tells them."""

        class Interrupted(SlowStorage):
            def put_all(self, items: object) -> list[bool]:
                time.sleep(0.02)
                raise KeyboardInterrupt

        archive = new_archive(Interrupted(MemoryStorage()), clock=clock)
        seen: list[BaseException] = []

        def deposit(thread: int) -> None:
            try:
                archive.deposit(case(thread))
            except (KeyboardInterrupt, StorageError) as error:
                seen.append(error)

        in_threads(8, deposit)
        kinds = {type(error) for error in seen}
        assert StorageError in kinds
        assert KeyboardInterrupt in kinds
        good = new_archive(archive.storage._inner)  # type: ignore[attr-defined]
        items = [good.deposit(case(n)).code.item for n in range(8)]
        assert sorted(items) == list(range(1, 9))
