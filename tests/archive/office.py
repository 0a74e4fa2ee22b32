"""An agency's archive for tests, its cases, and what can be seen of it from outside."""

from __future__ import annotations

import ctypes
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from attrs import define, frozen

from egovarchive import Archive
from egovarchive.catalog import Catalog
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.errors import EgovArchiveError
from egovarchive.journal import Head
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages.body import BytesBody
from egovarchive.packages.read import read_body
from egovarchive.records.arrangement import Arrangement
from egovarchive.records.case import Case, Decision
from egovarchive.records.document import Document, File, Role
from egovarchive.records.item import ServiceItem
from egovarchive.records.moment import CHINA
from egovarchive.records.party import Party
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from egovarchive.storage import Storage
from egovarchive.storage.files import FileStorage
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage_faults import RecordingStorage, Verb

T = TypeVar("T")

ITEM = "12441500196720244T3442199806003"
SHORT_ITEM = "0100190012"
FONDS = "J019"
TODAY = datetime(2026, 11, 23, 10, 0, 0, tzinfo=CHINA)
MADE_AT = datetime(2020, 1, 1, tzinfo=CHINA)


def clock() -> datetime:
    return TODAY


def schedule(version: str = "2024", **changes: Any) -> RetentionSchedule:
    values: dict[str, Any] = {
        "version": version,
        "approved_by": "某市档案局",
        "approval_number": "某档发〔2024〕1号",
        "effective_on": date(2020, 1, 1),
        "rules": [
            ScheduleRule(item_code=ITEM, period=RetentionPeriod(30)),
            ScheduleRule(item_code=SHORT_ITEM, period=RetentionPeriod(10)),
        ],
    }
    return RetentionSchedule(**{**values, **changes})


def arrangement(**changes: Any) -> Arrangement:
    values: dict[str, Any] = {
        "fonds": FONDS,
        "unit": "某市行政审批服务局",
        "category": "ZY·XK",
        "schedule": schedule(),
    }
    return Arrangement(**{**values, **changes})


def document(*files: Any, name: str = "申请表") -> Document:
    return Document(name=name, role=Role.APPLICATION, files=files)


def case(number: int | str = 1, **changes: Any) -> Case:
    """Return a concluded case; the same number gives the same case."""
    values: dict[str, Any] = {
        "number": f"C-{number:06}" if isinstance(number, int) else number,
        "item": ServiceItem(code=ITEM, name="公共场所卫生许可"),
        "title": f"某公司公共场所卫生许可{number}",
        "applicant": Party.natural("张三"),
        "accepted_on": date(2026, 11, 1),
        "concluded_on": date(2026, 11, 20),
        "decision": Decision.GRANTED,
        "documents": [document(File("申请表.txt", f"申请 {number}".encode()))],
    }
    return Case(**{**values, **changes})


def cases(count: int, start: int = 1) -> list[Case]:
    return [case(number) for number in range(start, start + count)]


_making = threading.Lock()


def signer(name: str = "某局测试") -> KeySigner:
    # A cache alone makes a key for each thread that asks before the first is made.
    with _making:
        return _signer(name)


@cache
def _signer(name: str) -> KeySigner:
    return KeySigner.self_signed(name, at=MADE_AT, years=30)


@cache
def verifier() -> TrustStore:
    return TrustStore([signer().certificate])


def new_archive(
    storage: Storage | None = None, catalog: Catalog | None = None, **changes: Any
) -> Archive:
    """Return an archive in memory, or over the backends given."""
    values: dict[str, Any] = {
        "arrangement": arrangement(),
        "storage": MemoryStorage() if storage is None else storage,
        "catalog": MemoryCatalog() if catalog is None else catalog,
        "signer": signer(),
        "verifier": verifier(),
        "clock": clock,
    }
    return Archive(**{**values, **changes})


def archive_in(folder: Path, **changes: Any) -> Archive:
    """Return an archive with its files and its catalog in *folder*."""
    values = {
        "storage": FileStorage(folder / "store"),
        "catalog": SqliteCatalog(folder / "catalog.sqlite"),
    }
    return new_archive(**{**values, **changes})


class SlowStorage(RecordingStorage):
    """A storage whose writes take 5 ms, as on a disk."""

    def _around(self, verb: Verb, keys: tuple[str, ...], act: Callable[[], T]) -> T:
        if verb in {"put", "put_all"}:
            time.sleep(0.005)
        return super()._around(verb, keys, act)


@frozen
class State:
    """What a refused case must leave as it was."""

    keys: tuple[str, ...]
    head: Head
    entries: tuple[Entry, ...]


def state_of(archive: Archive) -> State:
    return State(tuple(archive.storage.keys()), archive.head, tuple(archive.entries()))


def key_of(each: Case) -> str:
    """Return what the package of *each* is stored under."""
    with closing(new_archive().pack(each)) as package:
        return f"packages/{FONDS}/{each.concluded_on:%Y/%m}/{package.id}.zip"


def check_unregistered(
    archive: Archive, before: State, given: Iterable[Case]
) -> list[str]:
    """
    Check that nothing was registered since *before*; return the keys of strays.

    Those are whole packages of cases *given*, and nothing else is new in storage.
    """
    now, strays = state_of(archive), list(archive.strays())
    assert (now.head, now.entries) == (before.head, before.entries)
    assert set(now.keys) == {*before.keys, *strays}
    assert set(strays) <= {key_of(each) for each in given}
    for key in strays:
        data = b"".join(archive.storage.get(key))
        found = read_body(BytesBody(data), len(data), archive.profile)
        assert archive.check(found).passed
    return strays


def items_of(archive: Archive) -> list[int]:
    return [entry.code.item for entry in archive.entries()]


def leftovers(folder: Path) -> list[str]:
    """Return what lies in *folder* that is neither an object nor a catalog."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and (".staging" in path.parts or path.suffix not in {".zip", ".jsonl"})
        and not path.name.startswith("catalog.sqlite")
    ]


def refused(archive: Archive, bad: Case, kind: type[EgovArchiveError]) -> list[str]:
    """
    Deposit *bad* alone and among good ones; return the error's texts.

    It is refused in both ways, with an error of *kind*, and leaves nothing; the good
    ones around it get the next numbers.
    """
    before = state_of(archive)
    last = max([0, *items_of(archive)])
    alone: EgovArchiveError | None = None
    try:
        archive.deposit(bad)
    except EgovArchiveError as error:
        alone = error
    assert isinstance(alone, kind), repr(alone)
    assert state_of(archive) == before
    good = cases(2, start=900_000 + last)
    first, middle, third = archive.deposit_many([good[0], bad, good[1]])
    assert first.entry is not None
    assert third.entry is not None
    assert [first.entry.code.item, third.entry.code.item] == [last + 1, last + 2]
    assert middle.case is bad
    assert middle.entry is None
    assert isinstance(middle.error, kind), repr(middle.error)
    assert len(set(archive.storage.keys()) - set(before.keys)) <= 4
    packages = {entry.key for entry in archive.entries()}
    assert set(archive.storage.keys("packages/")) == packages
    return [alone.message("en"), alone.message("zh"), middle.error.message("en")]


@define
class Bytes:
    """Content that says how often it was read, and calls *meanwhile* in the middle."""

    data: bytes
    meanwhile: Callable[[], None] | None = None
    reads: int = 0

    def chunks(self) -> Iterator[bytes]:
        self.reads += 1
        half = len(self.data) // 2
        yield self.data[:half]
        if self.meanwhile is not None:
            self.meanwhile()
        yield self.data[half:]


def in_threads(count: int, act: Callable[[int], None]) -> None:
    """Run *act* in *count* threads at once, each with its number; wait for all."""
    barrier = threading.Barrier(count)
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            barrier.wait()
            act(number)
        except BaseException as error:  # noqa: BLE001 - raised again in the test
            failures.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        raise failure


def digest_of(folder: Path, *, without: Iterable[str] = ()) -> str:
    """Return one digest of all names and bytes in *folder*."""
    whole = hashlib.sha256()
    skipped = tuple(without)
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and not name.startswith(skipped or ("\0",)):
            whole.update(name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


_DAC_OVERRIDE = 1 << 1 | 1 << 2  # linux/capability.h: and CAP_DAC_READ_SEARCH
_VERSION_3 = 0x20080522


@contextmanager
def permissions_count() -> Iterator[None]:
    """
    Let permissions count, also where root runs the tests.

    Threads that are started meanwhile are bound by them too.
    """
    if os.geteuid():
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION_3, 0)
    before = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, before) == 0
    bound = (ctypes.c_uint32 * 6)(*before)
    bound[0] &= ~_DAC_OVERRIDE
    assert libc.capset(header, bound) == 0, os.strerror(ctypes.get_errno())
    try:
        yield
    finally:
        assert libc.capset(header, before) == 0
