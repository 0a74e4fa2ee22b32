"""Stray packages 游离的归档信息包: stored, and never registered, or destroyed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from egovarchive.archive.candidate import packages_of
from egovarchive.archive.gone import is_there
from egovarchive.archive.projection import Projection
from egovarchive.lifecycle.event import EventKind

BATCH: Final = 1 << 18  # keys held at a time: about 50 MB


def stray_keys(projection: Projection) -> Iterator[str]:
    """Yield the keys of packages that must not be there; see `Archive.strays`."""
    # A journal that was cut would make strays of what it no longer names.
    projection.check()
    keys = projection.storage.keys(packages_of(projection.fonds))
    while batch := set(islice(keys, BATCH)):
        # Read after the keys: what is registered meanwhile is no stray.
        listed: dict[str, str] = {}
        undone: set[str] = set()
        for segment, _ in projection.segments():
            for row in segment.registered:
                if row["key"] in batch:
                    listed[row["code"]] = row["key"]
            for event in segment.events:
                if event.kind is EventKind.DESTROYED and str(event.code) in listed:
                    undone.add(listed[str(event.code)])
        batch.difference_update(listed.values())
        # What was destroyed at this very moment is no deletion that was undone.
        back = (key for key in undone if is_there(projection.storage, key))
        yield from sorted({*batch, *back})
