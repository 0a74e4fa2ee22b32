"""Many deposit in one archive at once; no lock holds them, and no number is lost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.office import case, in_threads, new_archive, signer, verifier
from egovarchive.catalog import Catalog
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.storage.files import FileStorage
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage_faults import FaultyStorage, GroupStorage
from egovarchive.testing.strategies.texts import texts
from journal.depositors import (
    Codes,
    Job,
    check_agree,
    check_sound,
    deposit,
    deposit_again,
    keys_in,
    work,
)


@pytest.fixture(autouse=True)
def one_key() -> None:
    """Make the key before threads ask for it, or each would make its own."""
    assert verifier() == verifier()


@frozen
class Place:
    """Where an archive is: a storage, and what gives each depositor its catalog."""

    storage: GroupStorage
    catalog: Callable[[], Catalog]


@contextmanager
def memory(*, shared: int) -> Iterator[Place]:
    """Give a place in memory; the catalog is *shared*, or each has its own."""
    one = MemoryCatalog()
    yield Place(MemoryStorage(), lambda: one if shared else MemoryCatalog())


@contextmanager
def files(*, shared: int) -> Iterator[Place]:
    """Give a place in files; the catalog's file is *shared*, or each has its own."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        names = iter(range(1000))

        def catalog() -> SqliteCatalog:
            name = "shared" if shared else f"{next(names)}"
            found = SqliteCatalog(folder / f"{name}.sqlite")
            opened.callback(found.close)
            return found

        yield Place(FileStorage(folder / "store"), catalog)


PLACES = pytest.mark.parametrize(
    "place_of",
    [partial(kind, shared=shared) for kind in (memory, files) for shared in (0, 1)],
    ids=["memory", "shared memory", "files", "shared file"],
)
Places = Callable[[], AbstractContextManager[Place]]
Fault = tuple[int, Literal["before", "after"]]
faults: st.SearchStrategy[Fault | None] = st.none() | st.tuples(
    st.integers(1, 60), st.sampled_from(["before", "after"])
)


@frozen
class Part:
    """What one of many does: cases, one by one or in bulk, and a call that fails."""

    numbers: list[int]
    bulk: bool
    fault: Fault | None


parts = st.lists(
    st.builds(
        Part,
        # Few, so that several deposit the same.
        numbers=st.lists(st.integers(1, 16), min_size=1, max_size=8),
        bulk=st.booleans(),
        fault=faults,
    ),
    min_size=2,
    max_size=5,
)


@PLACES
@settings(max_examples=25)
@given(parts=parts)
def test_threads_with_archives_of_their_own_number_without_gaps(
    place_of: Places, parts: list[Part]
) -> None:
    with place_of() as place:
        catalogs = [place.catalog() for _ in parts]
        codes: list[Codes] = [{} for _ in parts]

        def run(number: int) -> None:
            part, storage = parts[number], place.storage
            if part.fault is not None:
                storage = FaultyStorage(storage, *part.fault)
            archive = new_archive(storage, catalogs[number])
            codes[number] = deposit(archive, part.numbers, bulk=part.bulk)

        in_threads(len(parts), run)
        every = [number for part in parts for number in part.numbers]
        # Who got an error tries again, with the catalog he has.
        again = deposit_again(new_archive(place.storage, catalogs[0]), every)
        assert len(again) == len(set(every))
        fresh = new_archive(place.storage, MemoryCatalog())
        check_sound(fresh, every, [*codes, again])
        assert list(fresh.strays()) == [], "what was left was not taken up"
        check_agree(fresh, catalogs)


@PLACES
@settings(max_examples=25)
@given(parts=parts)
def test_threads_with_other_contents_lose_nothing_that_was_acknowledged(
    place_of: Places, parts: list[Part]
) -> None:
    """One content of each case is registered; the others are refused, or fail."""
    with place_of() as place:
        catalogs = [place.catalog() for _ in parts]
        codes: list[Codes] = [{} for _ in parts]

        def run(number: int) -> None:
            part, storage = parts[number], place.storage
            if part.fault is not None:
                storage = FaultyStorage(storage, *part.fault)
            archive = new_archive(storage, catalogs[number])
            codes[number] = deposit(
                archive, part.numbers, bulk=part.bulk, edition=number % 2
            )

        in_threads(len(parts), run)
        every = [number for part in parts for number in part.numbers]
        fresh = new_archive(place.storage, MemoryCatalog())
        # Those that failed with one content may come with the other.
        again = deposit(fresh, every, bulk=True)
        check_sound(fresh, every, [*codes, again])
        if not any(part.fault for part in parts):
            assert list(fresh.strays()) == [], "what was refused is kept"
        check_agree(fresh, catalogs)


@PLACES
@pytest.mark.parametrize("workers", [2, 6])
def test_threads_that_all_succeed_need_no_second_try(
    place_of: Places, workers: int
) -> None:
    with place_of() as place:
        catalogs = [place.catalog() for _ in range(workers)]
        codes: list[Codes] = [{} for _ in range(workers)]

        def run(worker: int) -> None:
            numbers = range(worker * 10, worker * 10 + 20)  # ten of them the next's too
            archive = new_archive(place.storage, catalogs[worker])
            codes[worker] = deposit(archive, numbers, bulk=worker % 2 == 0)

        in_threads(workers, run)
        assert [len(found) for found in codes] == [20] * workers
        fresh = new_archive(place.storage, MemoryCatalog())
        check_sound(fresh, range(workers * 10 + 10), codes)
        assert list(fresh.strays()) == []
        check_agree(fresh, catalogs)


@pytest.mark.parametrize("catalogs_of_their_own", [1, 0])
@pytest.mark.parametrize("rate", [0.0, 0.05])
def test_processes_number_without_gaps(
    tmp_path: Path, catalogs_of_their_own: int, rate: float
) -> None:
    (tmp_path / "key.pem").write_bytes(signer().private_pem())
    (tmp_path / "certificate.pem").write_bytes(signer().certificate_pem())
    jobs = [
        Job(
            folder=tmp_path,
            catalog=f"{worker * catalogs_of_their_own}.sqlite",
            numbers=range(worker * 15, worker * 15 + 30),
            bulk=worker % 3 == 0,
            seed=worker,
            rate=rate,
        )
        for worker in range(4)
    ]
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        codes = list(pool.map(work, jobs))
    every = sorted({number for job in jobs for number in job.numbers})
    storage, keys = FileStorage(tmp_path / "store"), keys_in(tmp_path)
    catalogs = [SqliteCatalog(path) for path in sorted(tmp_path.glob("*.sqlite"))]
    assert len(catalogs) == (4 if catalogs_of_their_own else 1)
    again: Codes = {}
    if rate:
        assert sum(map(len, codes)) < sum(len(job.numbers) for job in jobs)
        again = deposit_again(new_archive(storage, catalogs[0], **keys), every)
        assert len(again) == len(every)
    else:
        assert [len(found) for found in codes] == [30] * 4
    fresh = new_archive(storage, MemoryCatalog(), **keys)
    check_sound(fresh, every, [*codes, again])
    assert list(fresh.strays()) == [], "what was left was not taken up"
    check_agree(fresh, catalogs)
    for catalog in catalogs:
        catalog.close()


@settings(max_examples=50)
@given(numbers=st.lists(texts(64), min_size=1, max_size=4, unique=True))
def test_whatever_a_case_is_called_it_is_registered_and_found_again(
    numbers: list[str],
) -> None:
    archive = new_archive()
    given = [case(number, title="题名") for number in numbers]
    found = list(archive.deposit_many(given))
    assert [deposit.error for deposit in found] == [None] * len(numbers)
    before = list(archive.entries())
    assert archive.rebuild() == len(numbers)
    assert list(archive.entries()) == before
    assert sorted(entry.case_number for entry in before) == sorted(numbers)
