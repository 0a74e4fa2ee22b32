"""Threads that share the work on columns: numpy lets go of the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

# Records: what is made of them on the way stays in a processor's cache.
PIECE: Final = 1 << 16

T = TypeVar("T")


def pieces(span: range) -> Iterator[slice]:
    """Yield slices of the records in *span*."""
    for start in span[::PIECE]:
        yield slice(start, min(start + PIECE, span.stop))


def share(size: int, act: Callable[[range], T], *, threads: int) -> list[T]:
    """Return what *act* returns for each span of *size* records, one for a thread."""
    if threads <= 1 or size <= PIECE:
        return [act(range(size))]
    spans = [
        range(size * number // threads, size * (number + 1) // threads)
        for number in range(threads)
    ]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(act, spans))
