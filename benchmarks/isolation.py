"""
What a worker costs: ``python -m benchmarks.isolation [FILES]``.

The same tools on the same files, here and in a worker process.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from egovarchive.errors import ToolError
from egovarchive.formats import BytesSource, FileSource, Limits, Source
from egovarchive.formats.source import open_source
from egovarchive.formats.worker import Worker

ROUNDS = 5
SIZES = (1 << 10, 64 << 10, 1 << 20, 8 << 20)


def nothing(source: Source) -> int:
    """Return the size of *source*, without a look at it."""
    return source.size


def sleep(_: Source) -> None:
    """Give no answer."""
    time.sleep(60)


def pages(source: Source) -> int:
    """Return the number of pages of a PDF file."""
    import pikepdf  # noqa: PLC0415 - an extra

    with open_source(source) as file, pikepdf.open(file) as pdf:
        return len(pdf.pages)


def main() -> int:
    """Print the milliseconds a file takes, here and there; return 1 above 1 ms."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print("| per file, ms | here | in a worker | more |\n|---|---|---|---|")
    good = True
    with tempfile.TemporaryDirectory() as folder, Worker() as worker:
        started = time.perf_counter()
        worker.run(nothing, BytesSource("", b""))
        first = time.perf_counter() - started
        for size in SIZES:
            path = Path(folder, f"{size}.bin")
            path.write_bytes(bytes(size))
            name = f"{size >> 10} KiB"
            sources: tuple[Source, ...] = (
                FileSource.of(path),
                BytesSource(path.name, bytes(size)),
            )
            for kind, source in zip(("on disk", "in memory"), sources, strict=True):
                more = _row(f"nothing, {name} {kind}", nothing, source, worker, count)
                good &= more <= 1 or kind == "in memory"
        good &= _pdf(Path(folder), worker, count)
    with Worker(Limits(seconds=0.2)) as hasty:
        hasty.run(nothing, BytesSource("", b""))
        started = time.perf_counter()
        try:
            hasty.run(sleep, BytesSource("", b""))
        except ToolError:
            ended = time.perf_counter() - started - 0.2
    print(f"\nfirst answer {first * 1e3:.0f} ms, ended {ended * 1e3:.0f} ms late")
    return 0 if good else 1


def _pdf(folder: Path, worker: Worker, count: int) -> bool:
    try:
        import pikepdf  # noqa: PLC0415 - an extra
    except ImportError:
        print("| pikepdf: not installed | | | |")
        return True
    path = folder / "a.pdf"
    with pikepdf.new() as pdf:
        for _ in range(10):
            pdf.add_blank_page()
        pdf.save(path)
    return _row("pikepdf, 10 pages", pages, FileSource.of(path), worker, count) <= 1


def _row(
    name: str,
    tool: Callable[[Source], int],
    source: Source,
    worker: Worker,
    count: int,
) -> float:
    """Print what *tool* takes, here and in *worker*; return what that takes more."""
    here = _ms(lambda: tool(source), count)
    there = _ms(lambda: worker.run(tool, source), count)
    print(f"| {name} | {here:.3f} | {there:.3f} | {there - here:.3f} |")
    return there - here


def _ms(call: Callable[[], int], count: int) -> float:
    """Return the milliseconds of a call: the median of some rounds."""
    call()
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(max(1, count // ROUNDS)):
            call()
        rounds.append((time.perf_counter() - started) / max(1, count // ROUNDS))
    return statistics.median(rounds) * 1e3


if __name__ == "__main__":
    # What stands in the main script is not found in another process.
    from benchmarks import isolation  # noqa: PLW0406

    sys.exit(isolation.main())
