"""
Speed of a transfer: ``python -m benchmarks.transfer [N]``.

N cases (default 2,000) of 5 files of 50 KB, or of ``--size`` bytes, are deposited on a
disk. Then they are sent as one file and as a folder, and each batch is received by
archives of its own, beside a plain copy of the same bytes that takes SHA-256 and SM3,
synced at the end. Ratios are to the copy of the same round. Ends with 1 if a target is
missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from attrs import evolve, frozen

from egovarchive import Archive
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.digest import hasher
from egovarchive.records.moment import CHINA
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from egovarchive.testing import samples

ARCHIVES: Final = "示例档案馆"
ENVIRONMENT: Final = "任意系统，OFD、PDF 阅读软件"
ALGORITHMS: Final = ("sm3", "sha256")
COPY: Final = "plain copy"
FORMS: Final = (("one file", None), ("folder", "硬盘"))
# Of the plain copy's processor time. Besides the copy there are a signature, about
# forty checks and the journal for each record, in files as small as these.
MOST: Final = 5.0

T = TypeVar("T")


@frozen
class Took:
    """Seconds by the clock, and of processor time, user and system."""

    wall: float
    cpu: float


Figures = dict[str, list[Took]]


def main() -> int:
    """Print the figures; return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=2_000)
    parser.add_argument("--size", type=int, default=50_000, help="bytes of a file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        return _measure(Path(folder), options.count, options.size, options.rounds)


def _measure(folder: Path, count: int, size: int, rounds: int) -> int:
    sender = samples.new_archive(folder / "sender")
    codes = [
        each.entry.code
        for each in sender.deposit_many(samples.cases(count, size=size))
        if each.entry is not None
    ]
    whole = sum(entry.size for entry in sender.entries())
    print(f"{count:,} records, {whole / 1e6:,.0f} MB; {rounds} rounds\n")
    found: Figures = {}
    for number in range(rounds):
        place = folder / f"round-{number}"
        place.mkdir()
        _round(sender, codes, place, found, last=number == rounds - 1)
        shutil.rmtree(place)
    return _show(found, whole)


def _round(
    sender: Archive,
    codes: list[ArchivalCode],
    place: Path,
    found: Figures,
    *,
    last: bool,
) -> None:
    _take(found, COPY, lambda: _copy(sender, place / "copy"))
    for name, medium in FORMS:
        _transfer(sender, codes, place, found, (name, medium))
        batch = sender.transfers.batches()[-1]
        if not last or name != FORMS[-1][0]:
            sender.transfers.withdraw(batch, by="测试", reason="再测一次")
    if last:
        message = _open(place / f"{FORMS[-1][0]} received").accession.receipt(batch)
        trust = TrustStore([_signer().certificate])
        transfers = sender.transfers
        _take(
            found,
            "acknowledge",
            lambda: transfers.acknowledge(message, verifier=trust, by="测试"),
        )


def _transfer(
    sender: Archive,
    codes: list[ArchivalCode],
    place: Path,
    found: Figures,
    form: tuple[str, str | None],
) -> None:
    name, medium = form
    transfers = sender.transfers
    listed = _take(
        found, f"list {name}", lambda: transfers.list(codes, recipient=ARCHIVES)
    )
    sent = _take(
        found,
        f"send {name}",
        lambda: transfers.send(
            listed, place / name, by="测试", medium=medium, environment=ENVIRONMENT
        ),
    )
    archives = _archives(place / f"{name} received", sender)
    reception = _take(
        found,
        f"receive {name}",
        lambda: archives.accession.receive(sent.volumes, archives=ARCHIVES, by="测试"),
    )
    if sum(record.is_held for record in reception.records) != len(codes):
        raise SystemExit(f"{name}: not all was received")


def _take(found: Figures, what: str, act: Callable[[], T]) -> T:
    os.sync()
    wall, cpu = time.perf_counter(), time.process_time()
    result = act()
    took = Took(time.perf_counter() - wall, time.process_time() - cpu)
    found.setdefault(what, []).append(took)
    return result


def _copy(sender: Archive, target: Path) -> None:
    """Copy each package of *sender* to *target* with both digests, and sync."""
    target.mkdir()
    for number, entry in enumerate(sender.entries()):
        taken = [hasher(algorithm) for algorithm in ALGORITHMS]
        with (target / f"{number}").open("wb") as file:
            for chunk in sender.storage.get(entry.key):
                for each in taken:
                    each.update(chunk)
                file.write(chunk)
    os.sync()


def _archives(folder: Path, sender: Archive) -> Archive:
    """Return new public archives in *folder*, who trust *sender*."""
    arrangement = evolve(sender.arrangement, schedule=samples.schedule())
    return Archive.create(
        folder,
        arrangement=arrangement,
        signer=_signer(),
        trust=[samples.signer().certificate],
    )


def _open(folder: Path) -> Archive:
    return Archive.open(folder, signer=_signer())


@cache
def _signer() -> KeySigner:
    made = datetime(2020, 1, 1, tzinfo=CHINA)
    return KeySigner.self_signed("某某档案馆（测试密钥）", at=made, years=60)


def _show(found: Figures, size: int) -> int:
    print("| What | clock | CPU | MB/s | clock / copy | CPU / copy |")
    print("|---|---|---|---|---|---|")
    missed = []
    for what, times in found.items():
        wall = statistics.median(each.wall for each in times)
        cpu = statistics.median(each.cpu for each in times)
        copies = found[COPY][-len(times) :]
        by_clock, by_cpu = (
            statistics.median(
                getattr(one, name) / getattr(other, name)
                for one, other in zip(times, copies, strict=True)
            )
            for name in ("wall", "cpu")
        )
        print(
            f"| {what} | {wall:.2f} s | {cpu:.2f} s | {size / 1e6 / wall:,.0f} "
            f"| {by_clock:.2f} | {by_cpu:.2f} |"
        )
        if what.startswith(("send", "receive")) and by_cpu > MOST:
            missed.append(what)
    print(f"\nTarget: send and receive take at most {MOST:g} times the copy's CPU.")
    for what in missed:
        print(f"MISSED: {what}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
