"""BMP: headers, and whether the pixels they announce are there."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from egovarchive.formats.octets import BrokenError, CutOffError, Octets
from egovarchive.formats.walk import PICTURE, Survey, Walk, not_a

_CORE: Final = 12  # the header of OS/2
_INFO: Final = 40
_HEADERS: Final = frozenset({_CORE, 16, _INFO, 52, 56, 64, 108, 124})
_DEPTHS: Final = frozenset({0, 1, 2, 4, 8, 16, 24, 32})
_PLAIN: Final = frozenset({0, 3, 6})
_COMPRESSIONS: Final = {
    0: "none", 1: "rle8", 2: "rle4", 3: "none", 4: "jpeg", 5: "png", 6: "none",
}  # fmt: skip
_INCH: Final = 0.0254  # metres


class BmpWalk(Walk):
    """Compares the headers of BMP files with their size."""

    name = "bmp"
    formats = frozenset({"bmp"})
    aspects = PICTURE

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.peek(0, 2) != b"BM":
            raise not_a("BMP", file.peek(0, 2))
        stated, start = (file.integer(at, 4, "little") for at in (2, 10))
        header = file.integer(14, 4, "little")
        if header not in _HEADERS:
            raise not_a("BMP", file.peek(0, 18))
        wide = 2 if header == _CORE else 4
        width, height = (file.signed(18 + at * wide, wide, "little") for at in range(2))
        depth = file.integer(20 + 2 * wide, 2, "little")
        if width <= 0 or not height or depth not in _DEPTHS:
            raise BrokenError(
                f"its header is not valid: {width} x {height} pixels of {depth} bits",
                f"文件头参数无效：{width}×{height} 像素，{depth} 位",
            )
        method = file.integer(30, 4, "little") if header >= _INFO else 0
        survey.facts = evolve(
            survey.facts,
            width=width,
            # Upside down if negative: the first row is the upper one.
            height=abs(height),
            resolution=_resolution(file) if header >= _INFO else None,
            colour="bitonal" if depth == 1 else "colour",
            compression=_COMPRESSIONS.get(method, str(method)),
        )
        size = -(-width * depth // 32) * 4 * abs(height)
        if method not in _PLAIN:
            size = file.integer(34, 4, "little")
        end = start + size
        if end > file.size:
            raise CutOffError.of(end, file.size)
        if stated not in {0, file.size}:
            survey.odd(
                f"its size should be {stated} bytes by its header, and is {file.size}",
                f"文件头标明 {stated} 字节，实为 {file.size} 字节",
            )
        # A colour profile may follow the pixels, within the size that is stated.
        survey.ends(file, max(end, min(stated, file.size)))


def _resolution(file: Octets) -> float | None:
    across, down = (file.signed(at, 4, "little") for at in (38, 42))
    smaller = min(across, down)
    return round(smaller * _INCH, 2) if smaller > 0 else None
