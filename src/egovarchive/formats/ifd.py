"""Image file directory of TIFF 6.0 and BigTIFF; Exif in JPEG files has them too."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from attrs import evolve, frozen

from egovarchive.formats.facts import Facts
from egovarchive.formats.octets import ByteOrder, CutOffError, Octets

WIDTH: Final = 256
HEIGHT: Final = 257
BITS: Final = 258
COMPRESSION: Final = 259
PHOTOMETRIC: Final = 262
STRIP_OFFSETS: Final = 273
SAMPLES: Final = 277
ROWS_PER_STRIP: Final = 278
STRIP_SIZES: Final = 279
TILE_WIDTH: Final = 322
TILE_HEIGHT: Final = 323
TILE_OFFSETS: Final = 324
TILE_SIZES: Final = 325
PLANAR: Final = 284
SUB_DIRECTORIES: Final = 330
EXIF: Final = 34665

_X_RESOLUTION: Final = 282
_Y_RESOLUTION: Final = 283
_UNIT: Final = 296
_SOFTWARE: Final = 305
_CHANGED: Final = 306
_TAKEN: Final = 36867
_PER_INCH: Final = {1: None, 2: 1.0, 3: 2.54}
_LONGEST: Final = 1024  # characters of a text

# Bytes of each type, and its letter for `struct`; rationals are two numbers.
_TYPES: Final = {
    1: (1, "B"), 2: (1, "s"), 3: (2, "H"), 4: (4, "I"), 5: (8, "II"), 6: (1, "b"),
    7: (1, "s"), 8: (2, "h"), 9: (4, "i"), 10: (8, "ii"), 11: (4, "f"), 12: (8, "d"),
    13: (4, "I"), 16: (8, "Q"), 17: (8, "q"), 18: (8, "Q"),
}  # fmt: skip
_TEXT: Final = 2
_RATIONALS: Final = frozenset({5, 10})


@frozen
class Entry:
    """One value of a directory: its type, how many, and where they stand."""

    kind: int
    count: int
    at: int

    @property
    def size(self) -> int:
        """How many bytes the values take."""
        return self.count * _TYPES.get(self.kind, (1, "s"))[0]


@frozen
class Directory:
    """
    One directory, of which nothing but the entries has been read.

    Args:
        file: Where it stands.
        order: Of the bytes of its numbers.
        entries: By their tags; of those there twice, the first.
        following: Where the next one stands; 0 if it is the last.
        end: Where it ends.
    """

    file: Octets
    order: ByteOrder
    entries: Mapping[int, Entry]
    following: int
    end: int

    @classmethod
    def read(
        cls, file: Octets, at: int, order: ByteOrder, *, big: bool = False
    ) -> Directory:
        """
        Return the directory at byte *at*; *big* that of a BigTIFF file.

        Raises:
            CutOffError: It is not all in the file.
        """
        wide, head, step = (8, 8, 20) if big else (4, 2, 12)
        count = file.integer(at, head, order)
        end = at + head + count * step + wide
        if end > file.size:
            raise CutOffError.of(end, file.size)
        entries: dict[int, Entry] = {}
        for place in range(at + head, end - wide, step):
            tag = file.integer(place, 2, order)
            kind = file.integer(place + 2, 2, order)
            entry = Entry(kind, file.integer(place + 4, wide, order), place + 4 + wide)
            if entry.size > wide:
                entry = evolve(entry, at=file.integer(place + 4 + wide, wide, order))
            entries.setdefault(tag, entry)
        return cls(file, order, entries, file.integer(end - wide, wide, order), end)

    def numbers(self, tag: int, most: int = 16) -> tuple[float, ...]:
        """
        Return the values of *tag*, at most *most* of them; none if it is not there.

        Raises:
            CutOffError: They are not all in the file.
        """
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in _TYPES:
            return ()
        size, letter = _TYPES[entry.kind]
        if letter == "s":
            return ()
        count = min(entry.count, most)
        data = self.file.take(entry.at, size * count)
        sign = ">" if self.order == "big" else "<"
        found = struct.unpack(f"{sign}{count * len(letter)}{letter[0]}", data)
        if entry.kind not in _RATIONALS:
            return found
        return tuple(
            over / under if under else 0.0
            for over, under in zip(found[::2], found[1::2], strict=True)
        )

    def integers(self, tag: int, most: int = 16) -> tuple[int, ...]:
        """Return the values of *tag* as whole numbers; none if they are not."""
        found = self.numbers(tag, most)
        return tuple(int(value) for value in found if isinstance(value, int))

    def integer(self, tag: int, default: int) -> int:
        """Return the first value of *tag*."""
        return next(iter(self.integers(tag, 1)), default)

    def text(self, tag: int) -> str | None:
        """Return the text of *tag*; None if it has none."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind != _TEXT:
            return None
        data = self.file.take(entry.at, min(entry.size, _LONGEST))
        text = data.split(b"\0", 1)[0].decode("utf-8", "replace").strip()
        return text or None

    def facts(self, facts: Facts) -> Facts:
        """Return *facts* with the resolution, program and times that it states."""
        across, down = self.numbers(_X_RESOLUTION, 1), self.numbers(_Y_RESOLUTION, 1)
        scale = _PER_INCH.get(self.integer(_UNIT, 2))
        resolution = facts.resolution
        if across and scale and min(across + down) > 0:
            resolution = round(min(across + down) * scale, 2)
        return evolve(
            facts,
            resolution=resolution,
            application=self.text(_SOFTWARE) or facts.application,
            created=_moment(self.text(_TAKEN)) or facts.created,
            modified=_moment(self.text(_CHANGED)) or facts.modified,
        )


def _moment(text: str | None) -> datetime | None:
    """Return the moment *text*, as Exif writes it, without a zone; None if none."""
    try:
        return datetime.strptime(text or "", "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None
