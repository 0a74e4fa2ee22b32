"""PNG (ISO/IEC 15948): chunks, their checksums and order, the pixels inflated."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Final

from attrs import define, evolve, frozen

from egovarchive.errors import FormatError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.octets import Octets
from egovarchive.formats.source import PIECE
from egovarchive.formats.walk import PICTURE, Survey, Walk, lost, not_a

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_NAME: Final = re.compile(rb"[A-Za-z]{4}")
_CRITICAL: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_LARGEST: Final = (1 << 31) - 1
_FILTERS: Final = 4
# Bit depths and samples per pixel of each colour type (table 11.1).
_DEPTHS: Final = {
    0: ((1, 2, 4, 8, 16), 1),
    2: ((8, 16), 3),
    3: ((1, 2, 4, 8), 1),
    4: ((8, 16), 2),
    6: ((8, 16), 4),
}
_PALETTE: Final = 3
_GREYS: Final = frozenset({0, 4})
# First column, first row, and steps of the seven passes of an interlaced image.
_ADAM7: Final = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
    (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
)  # fmt: skip
_METRES: Final = 1
_INCH: Final = 0.0254  # metres
_INFLATED: Final = 256 << 10  # bytes at once: what a processor's cache holds


@frozen
class _Header:
    width: int
    height: int
    depth: int
    colour: int
    interlaced: int

    @classmethod
    def parse(cls, data: bytes) -> _Header:
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (0, 4))
        depth, colour, compression, filtering, interlaced = data[8:13]
        depths, _ = _DEPTHS.get(colour, ((), 0))
        if (
            not 0 < width <= _LARGEST
            or not 0 < height <= _LARGEST
            or depth not in depths
            or compression
            or filtering
            or interlaced > 1
        ):
            raise FormatError(
                f"its header is not valid: {width} x {height} pixels, depth {depth}, "
                f"colour type {colour}",
                f"文件头参数无效：{width}×{height} 像素，位深 {depth}，"
                f"颜色类型 {colour}",
            )
        return cls(width, height, depth, colour, interlaced)

    def passes(self) -> Iterator[tuple[int, int]]:
        """Yield the rows of each pass, and their bytes with the filter byte."""
        steps = _ADAM7 if self.interlaced else ((0, 0, 1, 1),)
        bits = self.depth * _DEPTHS[self.colour][1]
        for left, top, across, down in steps:
            columns = -((left - self.width) // across)
            rows = -((top - self.height) // down)
            if columns > 0 and rows > 0:
                yield rows, 1 + (columns * bits + 7) // 8


@define
class _Pixels:
    """The inflated image data, counted and dropped."""

    header: _Header
    _stream: zlib._Decompress
    size: int = 0
    bad_filter: bool = False

    def feed(self, data: bytes, most: int) -> None:
        """Inflate *data*, and stop at *most* bytes of output."""
        while self.size <= most:
            got = self._stream.decompress(data, _INFLATED)
            data = self._stream.unconsumed_tail
            if not self.header.interlaced:
                _, stride = next(self.header.passes())
                filters = got[-self.size % stride :: stride]
                self.bad_filter |= bool(filters) and max(filters) > _FILTERS
            self.size += len(got)
            if len(got) < _INFLATED and not data:
                return

    @property
    def ended(self) -> bool:
        return self._stream.eof

    @property
    def left_over(self) -> int:
        return len(self._stream.unused_data)


class PngWalk(Walk):
    """Walks the chunks of PNG files, and inflates the image data."""

    name = "png"
    formats = frozenset({"png"})
    aspects = PICTURE | {Aspect.READABLE}

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.peek(0, 8) != _SIGNATURE:
            raise not_a("PNG", file.peek(0, 8))
        if file.take(8, 8) != b"\0\0\0\rIHDR":
            raise FormatError("its first chunk is not IHDR", "首个数据块不是 IHDR")
        header = _Header.parse(file.take(16, 13))
        survey.facts = evolve(
            survey.facts,
            width=header.width,
            height=header.height,
            colour=_colour(header),
            compression="deflate",
        )
        pixels = None
        if survey.thorough and _within_limits(header, survey):
            pixels = _Pixels(header, zlib.decompressobj())
        end = _chunks(file, survey, header, pixels)
        if pixels is not None:
            _judge(pixels, survey)
        survey.ends(file, end)


def _chunks(
    file: Octets, survey: Survey, header: _Header, pixels: _Pixels | None
) -> int:
    """Walk the chunks up to the last; return where it ends."""
    at, seen, previous = 8, set[bytes](), b""
    while True:
        size, name = file.integer(at, 4), file.take(at + 4, 4)
        if size > _LARGEST or not _NAME.fullmatch(name):
            raise lost("a chunk", "数据块", at, file.peek(at, 8))
        place = f"{name.decode('ascii')}@{at}"
        data = _content(file, at + 4, size, place, survey)
        if name == b"IDAT":
            if b"IDAT" in seen and previous != b"IDAT":
                survey.broken(
                    "its image data is not in one run", "图像数据不连续", place
                )
            _inflate(file, at + 8, size, pixels, survey)
        elif name[:1].isupper() and (
            name not in _CRITICAL or (name == b"IHDR" and seen)
        ):
            survey.findings.failed(
                Aspect.READABLE,
                "a chunk that must be understood is unknown, or there twice",
                "存在未知或重复的关键数据块",
                place,
            )
        elif name == b"acTL":
            survey.findings.not_performed(
                Aspect.READABLE,
                "only the first picture of an animation was decoded",
                "动态图像仅解码了首帧",
            )
        else:
            _note(name, data, survey)
        seen.add(name)
        at, previous = at + 12 + size, name
        if name == b"IEND":
            break
    if b"IDAT" not in seen:
        survey.broken("expected image data, found none", "应有图像数据，实无")
    if header.colour == _PALETTE and b"PLTE" not in seen:
        survey.broken("expected a palette, found none", "应有调色板，实无")
    return at


def _content(file: Octets, at: int, size: int, place: str, survey: Survey) -> bytes:
    """Check the checksum of a chunk; return the first bytes of its content."""
    expected = file.integer(at + 4 + size, 4)
    found, first = 0, b""
    for begin in range(at, at + 4 + size, PIECE):
        piece = file.take(begin, min(PIECE, at + 4 + size - begin))
        found, first = zlib.crc32(piece, found), first or piece[4:1024]
    if found != expected:
        survey.broken(
            f"the checksum should be {expected:08x}, and is {found:08x}",
            f"数据块校验值应为 {expected:08x}，实为 {found:08x}",
            place,
        )
    return first


def _inflate(
    file: Octets, at: int, size: int, pixels: _Pixels | None, survey: Survey
) -> None:
    if pixels is None:
        return
    most = sum(rows * stride for rows, stride in pixels.header.passes())
    try:
        for begin in range(at, at + size, PIECE):
            pixels.feed(file.take(begin, min(PIECE, at + size - begin)), most)
    except zlib.error as error:
        survey.findings.failed(
            Aspect.READABLE,
            f"its image data cannot be inflated: {error}",
            f"图像数据无法解压：{error}",
            f"@{at}",
        )


def _within_limits(header: _Header, survey: Survey) -> bool:
    count = header.width * header.height
    size = sum(rows * stride for rows, stride in header.passes())
    if count <= survey.limits.pixels and size <= survey.limits.inflated:
        return True
    survey.findings.not_performed(
        Aspect.READABLE,
        f"{header.width} x {header.height} pixels are more than are decoded here",
        f"{header.width}×{header.height} 像素超出解码上限",
    )
    return False


def _judge(pixels: _Pixels, survey: Survey) -> None:
    if survey.findings.has(Aspect.READABLE):
        return
    expected = sum(rows * stride for rows, stride in pixels.header.passes())
    if pixels.size != expected or not pixels.ended:
        more = "more than " if pixels.size > expected else ""
        survey.findings.failed(
            Aspect.READABLE,
            f"its image data should be {expected} bytes, and is {more}{pixels.size}",
            f"图像数据应为 {expected} 字节，实为 {pixels.size} 字节",
        )
    if pixels.bad_filter:
        survey.findings.failed(
            Aspect.READABLE, "a row has an unknown filter", "存在未知的行过滤方式"
        )
    if pixels.left_over:
        survey.odd("bytes follow its image data", "图像数据后有多余字节")


def _colour(header: _Header) -> str:
    if header.colour in _GREYS:
        return "bitonal" if header.depth == 1 else "grey"
    return "colour"


def _note(name: bytes, data: bytes, survey: Survey) -> None:
    """Note what a chunk says of the image: resolution, time, program, title."""
    facts = survey.facts
    if name == b"pHYs" and data[8:9] == bytes([_METRES]):
        across, down = (int.from_bytes(data[at : at + 4], "big") for at in (0, 4))
        facts = evolve(facts, resolution=round(min(across, down) * _INCH, 2))
    elif name == b"tIME" and len(data) >= 7:
        year = int.from_bytes(data[:2], "big")
        try:
            modified = datetime(year, *data[2:7]).replace(tzinfo=timezone.utc)  # noqa: DTZ001
        except ValueError:
            survey.odd("its time of change is no time", "修改时间无效")
        else:
            facts = evolve(facts, modified=modified)
    elif name == b"tEXt":
        word, _, text = data.partition(b"\0")
        # Latin-1 by the standard; other bytes are shown as they would be there.
        if word == b"Software":
            facts = evolve(facts, application=text.decode("latin-1").strip())
        elif word == b"Title":
            facts = evolve(facts, title=text.decode("latin-1").strip())
    survey.facts = facts
