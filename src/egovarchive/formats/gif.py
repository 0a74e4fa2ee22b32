"""GIF 87a and 89a: blocks up to the trailer."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from egovarchive.formats.octets import Octets
from egovarchive.formats.walk import PICTURE, Survey, Walk, lost, not_a

_IMAGE: Final = 0x2C
_EXTENSION: Final = 0x21
_TRAILER: Final = 0x3B
_HAS_TABLE: Final = 0x80


class GifWalk(Walk):
    """Walks the blocks of GIF files."""

    name = "gif"
    formats = frozenset({"gif"})
    aspects = PICTURE

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.peek(0, 6) not in {b"GIF87a", b"GIF89a"}:
            raise not_a("GIF", file.peek(0, 6))
        survey.facts = evolve(
            survey.facts,
            width=file.integer(6, 2, "little"),
            height=file.integer(8, 2, "little"),
            colour="colour",
            compression="lzw",
        )
        at, images = 13 + _table(file.integer(10, 1)), 0
        while (block := file.integer(at, 1)) != _TRAILER:
            if block == _IMAGE:
                images += 1
                _inside(file, survey, at)
                at += 11 + _table(file.integer(at + 9, 1))
            elif block == _EXTENSION:
                at += 2
            else:
                raise lost("a block", "数据块", at, file.peek(at, 8))
            at = _behind(file, at)
        if not images:
            survey.broken("expected an image, found none", "应有图像，实无")
        survey.ends(file, at + 1)


def _table(flags: int) -> int:
    """Return the size of the colour table that *flags* announce, in bytes."""
    return 3 << ((flags & 7) + 1) if flags & _HAS_TABLE else 0


def _behind(file: Octets, at: int) -> int:
    """Return where the sub-blocks at *at* end."""
    while size := file.integer(at, 1):
        at += 1 + size
    return at + 1


def _inside(file: Octets, survey: Survey, at: int) -> None:
    left, top, width, height = (
        file.integer(at + step, 2, "little") for step in (1, 3, 5, 7)
    )
    facts = survey.facts
    if left + width > (facts.width or 0) or top + height > (facts.height or 0):
        survey.odd(
            f"an image of {width} x {height} reaches beyond the screen",
            f"{width}×{height} 的图像超出画布",
            f"@{at}",
        )
