"""Kept: a small file that several tools look at, read and taken apart once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from attrs import define, field

from egovarchive.formats.source import BytesSource, Source

T = TypeVar("T")

LARGEST: Final = 256 << 10  # bytes of one file
ROOM: Final = 4 << 20  # bytes of all files of one package


@define(eq=False)
class Room:
    """
    Room for bytes.

    Args:
        left: How many more may be kept.
    """

    left: int = ROOM

    def take(self, size: int) -> bool:
        """Say whether a file of *size* bytes may be kept, and count it."""
        if size > min(self.left, LARGEST):
            return False
        self.left -= size
        return True


@define(eq=False)
class Kept:
    """
    A file as another source has it; itself a source.

    If there is room, its bytes are read once, and what tools make of them is kept.

    Args:
        source: The file.
        room: Shared by the files of one package.
    """

    _source: Source
    _room: Room = field(repr=False)
    _bytes: BytesSource | None = field(init=False, default=None, repr=False)
    _asked: bool = field(init=False, default=False, repr=False)
    _made: dict[Hashable, Any] = field(init=False, factory=dict, repr=False)

    @property
    def name(self) -> str:
        """What the file is called, without folders."""
        return self._source.name

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self._source.size

    def read(self, offset: int, size: int) -> bytes:
        """Return *size* bytes from *offset* on; fewer only where the file ends."""
        return self._best().read(offset, size)

    def once(self, key: Hashable, make: Callable[[Source], T]) -> T:
        """
        Return what *make* makes of this file, or what it made before.

        Args:
            key: What is made, and all that it depends on beside the file.
            make: Makes a value that nobody changes. What it raises is not kept.
        """
        source = self._best()
        if self._bytes is None:
            return make(source)
        if key not in self._made:
            # Made of the bytes alone, it does not hold what holds it.
            self._made[key] = make(source)
        made: T = self._made[key]
        return made

    def _best(self) -> Source:
        if not self._asked:
            self._asked = True
            if self._room.take(self._source.size):
                data = self._source.read(0, self._source.size)
                self._bytes = BytesSource(self._source.name, data)
        return self._bytes or self._source
