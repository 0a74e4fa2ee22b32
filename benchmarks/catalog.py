"""
Speed of the journal and of the SQLite catalog: ``python benchmarks/catalog.py [N]``.

Makes a journal of N entries (default 1,000,000) in a temporary folder, replays it, and
asks the catalog; then transfers half of the records, and asks what is due. Prints wall
and CPU time beside the target of each line; ends with 1 if one is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from attrs import frozen

from egovarchive.archive import Archive
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.journal import Head, Journal, Segment
from egovarchive.lifecycle.duty import Duty
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.arrangement import Arrangement
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.digest import digests
from egovarchive.records.moment import CHINA
from egovarchive.records.schedule import RetentionSchedule
from egovarchive.storage.files import FileStorage

FONDS = "J019"
BATCH = 2_500  # records that are transferred together
AT = datetime(2026, 11, 23, 9, tzinfo=CHINA)
GROUP = 64  # entries of a segment, as a bulk deposit makes them
PAGE = 100  # entries
TURNS = 15  # of each question; the median counts
PAGE_TARGET = 0.050  # seconds
REPLAY_TARGET = 50_000  # entries/s
PERIODS = (("D10", 10, False), ("D30", 30, True), ("Y", None, True))
ARRANGEMENT = Arrangement(
    fonds=FONDS,
    unit="某市行政审批服务局",
    category="ZY·XK",
    schedule=RetentionSchedule(
        version="2026-1",
        approved_by="某市档案局",
        approval_number="某档发〔2026〕1号",
        effective_on=date(2019, 1, 1),
        rules=[],
    ),
)
ITEMS = tuple(f"12441500196720244T{n:04}442199806" for n in range(50))


@frozen(kw_only=True)
class Measure:
    """One line of the table; times in seconds."""

    what: str
    wall: float
    cpu: float
    count: int = 1
    target: str = ""
    met: bool = True

    def __str__(self) -> str:
        per_second = f"{self.count / self.wall:>12,.0f}/s" if self.count > 1 else ""
        verdict = "" if not self.target else "met" if self.met else "MISSED"
        return (
            f"{self.what:<44}{self.wall * 1e3:>12,.2f}{self.cpu * 1e3:>12,.2f}"
            f"{per_second:>16}  {self.target:<14}{verdict}"
        )


def write_journal(storage: FileStorage, entries: int) -> Head:
    """
    Write a journal of *entries* made-up entries, 64 to a segment; return its head.

    The bytes are made here, not by the library: what is measured does not depend on
    what measures it.
    """
    head = Head(FONDS)
    items: dict[str, int] = {}
    pending: list[tuple[str, list[bytes]]] = []
    for start in range(0, entries, GROUP):
        rows = [_row(n, items) for n in range(start, min(start + GROUP, entries))]
        previous = ",".join(f'"{k}":"{v}"' for k, v in sorted(head.digests.items()))
        heading = (
            f'{{"at":"2026-11-23T09:00:00+08:00","fonds":"{FONDS}","journal":1,'
            f'"previous":{{{previous}}},"segment":{head.number + 1}}}\n'
        )
        data = (heading + "".join(rows)).encode()
        head = Head(FONDS, head.number + 1, digests(data, ("sha256", "sm3")))
        pending.append((Journal(storage, FONDS).key(head.number), [data]))
        if len(pending) == GROUP:
            storage.put_all(pending)
            pending.clear()
    storage.put_all(pending)
    return head


def _row(n: int, items: dict[str, int]) -> str:
    period, years, transferred = PERIODS[n % len(PERIODS)]
    day = date(2019, 1, 1) + timedelta(days=n * 2500 // 1_000_000 % 2500)
    series = f"{FONDS}-ZY·XK·{day.year}·{period}"
    item = items[series] = items.get(series, 0) + 1
    package = hashlib.sha256(b"package %d" % n).hexdigest()
    signature = hashlib.sha256(b"signature %d" % n).hexdigest()
    ends = f'"{day.year + years}-12-31"' if years else "null"
    due = f'"{day.replace(day=1, year=day.year + 5)}"' if transferred else "null"
    return (
        f'{{"case_number":"{n:08}","code":"{series}-{item:04}",'
        f'"concluded_on":"{day}","event":"registered",'
        f'"item_code":"{ITEMS[n % len(ITEMS)]}",'
        f'"key":"packages/{FONDS}/{day:%Y/%m}/{package}.zip",'
        f'"package":"{package}","registered_at":"{day}T09:00:00+08:00",'
        f'"retention_ends_on":{ends},"schedule":"2026-1","signature":"{signature}",'
        f'"size":{250_000 + n % 10_000},"statutory_transfer_on":null,'
        f'"transfer_due_on":{due}}}\n'
    )


def once(what: str, act: Callable[[], object], count: int, target: int = 0) -> Measure:
    """Measure *act*, which treats *count* entries; *target* is entries/s."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Measure(
        what=what,
        wall=wall,
        cpu=cpu,
        count=count,
        target=f">= {target:,}/s" if target else "",
        met=count / wall >= target,
    )


def question(what: str, ask: Callable[[], object]) -> Measure:
    """Measure a question to the catalog: the median of some turns."""
    walls, cpus = [], []
    for _ in range(TURNS):
        wall, cpu = time.perf_counter(), time.process_time()
        ask()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    wall = statistics.median(walls)
    return Measure(
        what=what,
        wall=wall,
        cpu=statistics.median(cpus),
        target=f"< {PAGE_TARGET * 1e3:.0f} ms",
        met=wall < PAGE_TARGET,
    )


def measure(folder: Path, entries: int) -> Iterator[Measure]:
    """Yield a line for each thing measured; *folder* is empty, and is left full."""
    storage = FileStorage(folder / "store")
    yield once("write a journal", lambda: write_journal(storage, entries), entries)
    journal = Journal(storage, FONDS)

    def read() -> int:
        return sum(1 for _ in journal.after(Head(FONDS)))

    yield once("read and check the journal", read, entries)
    catalog = SqliteCatalog(folder / "catalog.sqlite")
    catalog.head(FONDS)

    def replay() -> None:
        catalog.rebuild(FONDS, journal.after(Head(FONDS)))

    yield once("replay it into SqliteCatalog", replay, entries, REPLAY_TARGET)
    size = sum(file.stat().st_size for file in folder.glob("catalog.sqlite*"))
    print(f"catalog: {size / 1e6:,.0f} MB, {size / entries:,.0f} bytes an entry")
    yield from _questions(catalog, entries)
    yield once("list all entries", lambda: sum(1 for _ in catalog.entries()), entries)
    yield from _transferred(storage, catalog, entries)


def _transferred(
    storage: FileStorage, catalog: SqliteCatalog, entries: int
) -> Iterator[Measure]:
    """Yield what is measured once half of the records are transferred."""
    journal, head = Journal(storage, FONDS), catalog.head(FONDS)
    count = entries // 2
    write_transfers(journal, head, [entry.code for entry in catalog.entries()][::2])

    def apply() -> None:
        catalog.apply_all(journal.after(head))

    yield once("apply the events of transfers", apply, 2 * count)

    def replay() -> None:
        catalog.rebuild(FONDS, journal.after(Head(FONDS)))

    yield once("replay entries and events", replay, entries + 2 * count)
    yield from _duties(
        Archive(arrangement=ARRANGEMENT, storage=storage, catalog=catalog)
    )
    sent = partial(catalog.entries, state=State.TRANSFERRED)
    middle = next(islice(sent(), count // 2, None)).code
    for which, start in (("first", None), ("middle", middle)):
        ask = partial(_page, partial(sent, after=start, limit=PAGE))
        yield question(f"list of transferred: {which} page", ask)


def write_transfers(
    journal: Journal, head: Head, codes: Sequence[ArchivalCode]
) -> None:
    """Append to *journal* that each of *codes* was sent and accepted."""
    batch, receipt = "b" * 64, "c" * 64
    accepted = {"batch": batch, "receipt": receipt, "custody_ends_on": "2031-11-23"}
    for start in range(0, len(codes), BATCH):
        events = [
            Event(kind=kind, code=code, at=AT, by="档案员 07", details=details)
            for code in codes[start : start + BATCH]
            for kind, details in (
                (EventKind.SENT, {"batch": batch}),
                (EventKind.ACCEPTED, accepted),
            )
        ]
        segment = Segment(previous=head, at=AT, registered=(), events=tuple(events))
        head = journal.append(segment)


def _duties(archive: Archive) -> Iterator[Measure]:
    """Yield how long it takes to ask *archive* what is due."""
    on = date(2199, 12, 31)

    def page(ask: Callable[[], Iterator[Duty]]) -> int:
        return sum(1 for _ in ask())

    for kind in (None, DeadlineKind.TRANSFER, DeadlineKind.CUSTODY_END):
        due = partial(archive.due, on, kinds=None if kind is None else [kind])
        found = list(islice(due(), 0, 20_000, 997))
        name = "any kind" if kind is None else kind.value
        for which, after in (("first", None), ("later", found[-1])):
            ask = partial(due, after=after, limit=PAGE)
            yield question(f"duties of {name}: {which} page", partial(page, ask))
    records = sum(1 for _ in archive.catalog.entries())
    yield once("count a work list", lambda: archive.work_list(on), records)


def _questions(catalog: SqliteCatalog, entries: int) -> Iterator[Measure]:
    codes = [entry.code for entry in islice(catalog.entries(), 0, entries, 997)]
    middle = codes[len(codes) // 2]
    for which, start in (("first", None), ("middle", middle)):
        pages = partial(catalog.entries, after=start, limit=PAGE)
        yield question(f"list: {which} page", partial(_page, pages))
    for kind in (DeadlineKind.TRANSFER, DeadlineKind.RETENTION_END):
        due = partial(catalog.due, kind, date(2199, 12, 31))
        found = list(islice(due(), 0, entries, 997))
        for which, after in (
            ("first", None),
            ("middle", found[len(found) // 2]),
            ("late", found[-1]),
        ):
            ask = partial(due, after=after, limit=PAGE)
            yield question(f"due for {kind.value}: {which} page", partial(_page, ask))
    numbers = [catalog.entry(code).case_number for code in codes[:TURNS]]
    asked = iter(codes[-TURNS:])
    yield question("entry of a code", lambda: catalog.entry(next(asked)))
    cases = iter(numbers)
    yield question("entry of a case", lambda: catalog.entry_of_case(FONDS, next(cases)))
    yield question("last item of a series", lambda: catalog.last_item(middle.series))


def _page(ask: Callable[[], Iterator[Entry]]) -> Sequence[ArchivalCode]:
    return [entry.code for entry in ask()]


def main() -> int:
    """Print the table; return 1 if a target was missed, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entries", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--dir", type=Path, help="where to make the temporary folder")
    arguments = parser.parse_args()
    print(f"{arguments.entries:,} entries, {GROUP} to a segment, pages of {PAGE}")
    print(f"{'':<44}{'wall ms':>12}{'CPU ms':>12}")
    with tempfile.TemporaryDirectory(dir=arguments.dir) as folder:
        met = True
        for line in measure(Path(folder), arguments.entries):
            print(line, flush=True)
            met &= line.met
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"peak memory: {peak / 1024:,.0f} MB")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
