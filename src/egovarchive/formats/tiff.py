"""TIFF 6.0 and BigTIFF: directories, and whether all they point to is in the file."""

from __future__ import annotations

from typing import Final

from attrs import define, evolve, field

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.facts import Facts
from egovarchive.formats.ifd import (
    BITS,
    COMPRESSION,
    EXIF,
    HEIGHT,
    PHOTOMETRIC,
    PLANAR,
    ROWS_PER_STRIP,
    SAMPLES,
    STRIP_OFFSETS,
    STRIP_SIZES,
    SUB_DIRECTORIES,
    TILE_HEIGHT,
    TILE_OFFSETS,
    TILE_SIZES,
    TILE_WIDTH,
    WIDTH,
    Directory,
)
from egovarchive.formats.octets import BrokenError, ByteOrder, CutOffError, Octets
from egovarchive.formats.walk import PICTURE, Survey, Walk, not_a

_ORDERS: Final[dict[bytes, ByteOrder]] = {b"II": "little", b"MM": "big"}
_PLAIN: Final = 42
_BIG: Final = 43
_COMPRESSIONS: Final = {
    1: "none", 2: "ccitt-rle", 3: "ccitt3", 4: "ccitt4", 5: "lzw", 6: "jpeg",
    7: "jpeg", 8: "deflate", 32773: "packbits", 32946: "deflate", 33003: "jpeg2000",
    33005: "jpeg2000", 34712: "jpeg2000", 34925: "lzma", 50000: "zstd",
    50001: "webp",
}  # fmt: skip
_UNCOMPRESSED: Final = 1
_GREYS: Final = frozenset({0, 1, 4})
_SEPARATE: Final = 2
_PARAGRAPH: Final = 16  # bytes


@define
class _Pages:
    """The directories of one file: which were seen, and how far they reach."""

    file: Octets
    order: ByteOrder
    big: bool
    survey: Survey
    seen: set[int] = field(factory=set)
    reach: int = 0

    def directory(self, at: int, place: str) -> Directory:
        """Return the directory at *at*; check that its values are in the file."""
        self.seen.add(at)
        found = Directory.read(self.file, at, self.order, big=self.big)
        self._stretch(found.end)
        for tag, entry in found.entries.items():
            end = entry.at + entry.size
            if end > self.file.size:
                self.survey.broken(
                    f"the value of tag {tag} should end at byte {end}, "
                    f"and the file has {self.file.size}",
                    f"标签 {tag} 的值应至第 {end} 字节，实际文件为 "
                    f"{self.file.size} 字节",
                    place,
                )
            else:
                self._stretch(end)
        return found

    def image(self, found: Directory, place: str) -> None:
        """Check that the strips or tiles of the image *found* are in the file."""
        most = self.survey.limits.entries
        try:
            tiled = TILE_OFFSETS in found.entries
            offsets = found.integers(TILE_OFFSETS if tiled else STRIP_OFFSETS, most)
            sizes = found.integers(TILE_SIZES if tiled else STRIP_SIZES, most)
        except CutOffError:
            return  # said of the tag already
        if not offsets:
            self.survey.broken(
                "expected image data, found none", "应有图像数据，实无", place
            )
            return
        if not sizes and len(offsets) == 1:
            # Old writers leave the size of the only strip out.
            sizes = (self.file.size - min(offsets[0], self.file.size),)
        if len(sizes) != len(offsets) or len(offsets) != _parts(found, tiled=tiled):
            self.survey.broken(
                f"expected {_parts(found, tiled=tiled)} strips or tiles, found "
                f"{len(offsets)} offsets and {len(sizes)} sizes",
                f"应有 {_parts(found, tiled=tiled)} 个条带或图块，实有 "
                f"{len(offsets)} 个偏移、{len(sizes)} 个长度",
                place,
            )
        for number, (at, size) in enumerate(zip(offsets, sizes, strict=False), 1):
            if at + size > self.file.size:
                self.survey.broken(
                    f"strip or tile {number} should end at byte {at + size}, and the "
                    f"file has {self.file.size}",
                    f"第 {number} 个条带或图块应至第 {at + size} 字节，实际文件为 "
                    f"{self.file.size} 字节",
                    place,
                )
            else:
                self._stretch(at + size)
        if found.integer(COMPRESSION, 1) == _UNCOMPRESSED and not tiled:
            self._amount(found, sum(sizes), place)

    def _amount(self, found: Directory, size: int, place: str) -> None:
        samples = found.integer(SAMPLES, 1)
        bits = sum(found.integers(BITS) or (1,) * samples)
        row = (found.integer(WIDTH, 0) * bits + 7) // 8
        expected = row * found.integer(HEIGHT, 0)
        # Subsampled colour takes less, and states it in its photometry (6, YCbCr).
        if size < expected and found.integer(PHOTOMETRIC, 0) != 6:
            self.survey.broken(
                f"its pixels should be {expected} bytes, and are {size}",
                f"像素数据应为 {expected} 字节，实为 {size} 字节",
                place,
            )

    def _stretch(self, end: int) -> None:
        self.reach = max(self.reach, end)


class TiffWalk(Walk):
    """Walks the directories of TIFF files; counts pages."""

    name = "tiff"
    formats = frozenset({"tiff"})
    aspects = PICTURE

    def walk(self, file: Octets, survey: Survey) -> None:
        order = _ORDERS.get(file.peek(0, 2))
        version = file.integer(2, 2, order) if order else 0
        if order is None or version not in {_PLAIN, _BIG}:
            raise not_a("TIFF", file.peek(0, 16))
        big = version == _BIG
        pages = _Pages(file, order, big, survey)
        at = file.integer(8, 8, order) if big else file.integer(4, 4, order)
        if not at:
            raise BrokenError("it has no image", "文件中没有图像")
        number = 0
        while at:
            number += 1
            place = f"page {number}"
            if at in pages.seen:
                survey.broken(
                    "its list of pages leads back to an earlier one",
                    "页面链表循环引用", place,
                )  # fmt: skip
                break
            if number > survey.limits.pages:
                for aspect in (Aspect.COMPLETE, Aspect.BOUNDED):
                    survey.findings.not_performed(
                        aspect, "it has too many pages to look at", "页数超出检测上限"
                    )
                break
            found = pages.directory(at, place)
            pages.image(found, place)
            _others(pages, found, place)
            if number == 1:
                survey.facts = _facts(found, survey)
            survey.facts = evolve(survey.facts, pages=number)
            at = found.following
        _after(file, survey, pages.reach)


def _others(pages: _Pages, found: Directory, place: str) -> None:
    """Look at what hangs on a page: smaller versions of it, and Exif."""
    for tag in (SUB_DIRECTORIES, EXIF):
        try:
            hanging = found.integers(tag)
        except CutOffError:
            continue  # said of the tag already
        for at in hanging:
            if at not in pages.seen:
                inner = pages.directory(at, f"{place}, tag {tag}")
                if tag == SUB_DIRECTORIES:
                    pages.image(inner, f"{place}, tag {tag}")


def _parts(found: Directory, *, tiled: bool) -> int:
    """Return how many strips or tiles an image of this size has."""
    width, height = found.integer(WIDTH, 0), found.integer(HEIGHT, 0)
    if tiled:
        across = -(-width // max(1, found.integer(TILE_WIDTH, 1)))
        parts = across * -(-height // max(1, found.integer(TILE_HEIGHT, 1)))
    else:
        parts = -(-height // max(1, found.integer(ROWS_PER_STRIP, height)))
    separate = found.integer(PLANAR, 1) == _SEPARATE
    return parts * (found.integer(SAMPLES, 1) if separate else 1)


def _facts(found: Directory, survey: Survey) -> Facts:
    bits = found.integers(BITS) or (1,)
    grey = found.integer(PHOTOMETRIC, 0) in _GREYS and found.integer(SAMPLES, 1) == 1
    colour = "colour" if not grey else "bitonal" if bits == (1,) else "grey"
    method = found.integer(COMPRESSION, 1)
    facts = evolve(
        survey.facts,
        width=found.integer(WIDTH, 0) or None,
        height=found.integer(HEIGHT, 0) or None,
        colour=colour,
        compression=_COMPRESSIONS.get(method, str(method)),
    )
    try:
        return found.facts(facts)
    except CutOffError:
        return facts  # said of the tag already


def _after(file: Octets, survey: Survey, reach: int) -> None:
    """TIFF has no end: what nothing points to may be private, and is only odd."""
    extra = file.size - reach
    # Writers round up to a multiple of 16.
    if extra > 0 and (extra >= _PARAGRAPH or file.peek(reach, extra).strip(b"\0")):
        survey.findings.warned(
            Aspect.BOUNDED,
            f"nothing points to the last {extra} bytes",
            f"文件末尾 {extra} 字节未被引用",
            f"@{reach}",
        )
