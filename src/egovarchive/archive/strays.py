"""Stray packages 未登记的归档信息包: stored, and never registered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from egovarchive.archive.candidate import packages_of
from egovarchive.archive.projection import Projection

BATCH: Final = 1 << 18  # keys held at a time: about 50 MB


def stray_keys(projection: Projection) -> Iterator[str]:
    """Yield the keys of packages that no record names; see `Archive.strays`."""
    # A journal that was cut would make strays of what it no longer names.
    projection.check()
    keys = projection.storage.keys(packages_of(projection.fonds))
    while batch := set(islice(keys, BATCH)):
        # Read after the keys: what is registered meanwhile is no stray.
        for segment, _ in projection.segments():
            batch.difference_update(row["key"] for row in segment.registered)
        yield from sorted(batch)
