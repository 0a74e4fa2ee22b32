"""Batch 移交批次: all volumes of one transfer, as they came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from attrs import field, frozen
from typing_extensions import Self

from egovarchive.exchange.dat93.finding import Finding, Kind
from egovarchive.exchange.dat93.layout import STATEMENT
from egovarchive.exchange.dat93.read import read
from egovarchive.exchange.dat93.volume import Volume
from egovarchive.records.archival_code import ArchivalCode

_NAMED = 100  # missing volumes that are told one by one


@frozen(kw_only=True)
class Batch:
    """
    The volumes of one batch, open to be read. Close it, or use it in ``with``.

    Args:
        volumes: Those that came, by their numbers.
        findings: What is not as it should be between them; each has its own beside.
    """

    volumes: tuple[Volume, ...] = field(repr=False)
    findings: tuple[Finding, ...]

    def close(self) -> None:
        """Let go of the files they are read from."""
        for volume in self.volumes:
            volume.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read_many(places: Iterable[Path]) -> Batch:
    """
    Return the batch whose volumes are at *places*, in any order; see `read`.

    Raises:
        BatchError: One of them is no volume that can be read.
    """
    with ExitStack() as stack:
        volumes = [stack.enter_context(read(place)) for place in places]
        stack.pop_all()
    volumes.sort(key=lambda volume: volume.statement.place.number)
    found = [*_strangers(volumes), *_gaps(volumes), *_twice(volumes)]
    return Batch(volumes=tuple(volumes), findings=tuple(found))


def _strangers(volumes: list[Volume]) -> Iterator[Finding]:
    """Yield a finding for each volume that is not of the batch of the first."""
    for volume in volumes[1:]:
        ours, first = volume.statement, volumes[0].statement
        for name, found, expected in (
            ("移交批次号", ours.batch, first.batch),
            ("移交单位", ours.unit, first.unit),
            ("载体数量", str(ours.place.volumes), str(first.place.volumes)),
        ):
            if found != expected:
                yield _wrong(
                    f"volume {ours.place.number}: {name} differs from the first's",
                    f"第 {ours.place.number} 卷：{name}与首卷不一致",
                    expected=expected,
                    found=found,
                )


def _gaps(volumes: list[Volume]) -> Iterator[Finding]:
    if not volumes:
        return
    numbers: set[int] = set()
    for volume in volumes:
        number = volume.statement.place.number
        if number in numbers:
            yield _wrong(
                f"volume {number} is there twice",
                f"第 {number} 卷重复",
                found=str(number),
            )
        numbers.add(number)
    # A hostile volume may say that there are a milliard of them.
    wanted = volumes[0].statement.place.volumes
    named = 0
    for number in range(1, min(wanted, len(numbers) + _NAMED) + 1):
        if number not in numbers and named < _NAMED:
            named += 1
            yield _wrong(
                f"volume {number} of {wanted} is missing",
                f"共 {wanted} 卷，缺第 {number} 卷",
                expected=str(number),
            )
    more = wanted - len(numbers) - named
    if more > 0:
        yield _wrong(f"{more} more volumes are missing", f"另缺 {more} 卷")


def _twice(volumes: list[Volume]) -> Iterator[Finding]:
    first: dict[ArchivalCode, int] = {}
    for volume in volumes:
        number = volume.statement.place.number
        for record in volume.records:
            if record.code in first:
                yield Finding(
                    kind=Kind.RECORD_TWICE,
                    place=f"{STATEMENT} {number}",
                    en=f"{record.code} is in volume {first[record.code]} already",
                    zh=f"{record.code} 已见于第 {first[record.code]} 卷",
                    found=str(record.code),
                    code=str(record.code),
                )
            else:
                first[record.code] = number


def _wrong(en: str, zh: str, *, expected: str = "", found: str = "") -> Finding:
    return Finding(
        kind=Kind.VOLUME,
        place=STATEMENT,
        en=en,
        zh=zh,
        expected=expected,
        found=found,
    )
