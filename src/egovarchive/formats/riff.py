"""RIFF: WAVE (also RF64), AVI (also OpenDML) and WebP, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from attrs import evolve, frozen

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.format import Format
from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.walk import MEDIA, PICTURE, Survey, Walk, not_a

_UNKNOWN: Final = 0xFFFFFFFF
_AUDIO: Final = {
    0x0001: "pcm", 0x0002: "adpcm_ms", 0x0003: "pcm_float", 0x0006: "pcm_alaw",
    0x0007: "pcm_mulaw", 0x0011: "adpcm_ima_wav", 0x0050: "mp2", 0x0055: "mp3",
    0x00FF: "aac", 0x0160: "wmav1", 0x0161: "wmav2", 0x2000: "ac3",
}  # fmt: skip
_EXTENSIBLE: Final = 0xFFFE
_VIDEO: Final = {
    b"XVID": "mpeg4", b"DIVX": "mpeg4", b"DX50": "mpeg4", b"FMP4": "mpeg4",
    b"H264": "h264", b"X264": "h264", b"AVC1": "h264", b"HEVC": "hevc",
    b"MJPG": "mjpeg", b"MP42": "msmpeg4v2", b"MP43": "msmpeg4v3", b"WMV2": "wmv2",
}  # fmt: skip
_LISTS: Final = frozenset({b"hdrl", b"strl"})
_MOST_LISTS: Final = 64  # streams, and the lists around them


@frozen
class _Chunk:
    name: bytes
    at: int
    size: int

    @property
    def end(self) -> int:
        return self.at + self.size + self.size % 2


def _chunks(file: Octets, at: int, end: int, data_size: int = 0) -> Iterator[_Chunk]:
    """Yield the chunks from *at* to *end*; the last one may go on behind it."""
    while at + 8 <= end:
        chunk = _Chunk(file.take(at, 4), at + 8, file.integer(at + 4, 4, "little"))
        if chunk.name == b"data" and chunk.size == _UNKNOWN and data_size:
            chunk = evolve(chunk, size=data_size)
        yield chunk
        at = chunk.end


class RiffWalk(Walk):
    """Walks the chunks of WAVE, AVI and WebP files."""

    name = "riff"
    formats = frozenset({"wav", "avi", "webp"})
    aspects = MEDIA

    def answers(self, format: Format) -> frozenset[Aspect]:
        return PICTURE if format.id == "webp" else super().answers(format)

    def walk(self, file: Octets, survey: Survey) -> None:
        magic, kind = file.peek(0, 4), file.peek(8, 4)
        if magic not in {b"RIFF", b"RF64", b"BW64"} or kind not in _CONTENTS:
            raise not_a("RIFF", file.peek(0, 12))
        size, data_size = file.integer(4, 4, "little"), 0
        if size == _UNKNOWN and magic != b"RIFF":
            size, data_size = (file.integer(at, 8, "little") for at in (20, 28))
        end = 8 + size
        if size in {0, _UNKNOWN}:
            survey.odd("its header states no size", "文件头未标明长度")
            end = file.size
        chunks = list(_chunks(file, 12, min(end, file.size), data_size))
        _CONTENTS[kind](file, survey, chunks)
        # The pad byte after the last chunk is often left out.
        last = max((each.at + each.size for each in chunks), default=end)
        if max(end, last) > file.size:
            raise CutOffError.of(max(end, last), file.size)
        while file.peek(end, 4) == b"RIFF" and file.peek(end + 8, 4) == b"AVIX":
            # OpenDML goes on in further pieces of about 1 GB.
            piece = end + 8 + file.integer(end + 4, 4, "little")
            if piece > file.size:
                raise CutOffError.of(piece, file.size)
            end = piece
        survey.ends(file, end + end % 2)


def _wave(file: Octets, survey: Survey, chunks: list[_Chunk]) -> None:
    form = next((each for each in chunks if each.name == b"fmt "), None)
    data = next((each for each in chunks if each.name == b"data"), None)
    if form is None or form.size < 16:
        survey.broken("expected a format chunk, found none", "应有格式块，实无")
        return
    tag, rate, speed, frame = (
        file.integer(form.at + step, size, "little")
        for step, size in ((0, 2), (4, 4), (8, 4), (12, 2))
    )
    if tag == _EXTENSIBLE and form.size >= 26:
        tag = file.integer(form.at + 24, 2, "little")
    size = data.size if data else 0
    survey.facts = evolve(
        survey.facts,
        codecs=(_AUDIO.get(tag, f"0x{tag:04x}"),),
        sample_rate=rate,
        seconds=round(size / speed, 3) if speed else None,
    )
    if not size:
        survey.empty()
    elif tag == 1 and frame and size % frame:
        survey.broken(
            f"its sound should be a multiple of {frame} bytes, and is {size}",
            f"音频数据应为 {frame} 字节的整数倍，实为 {size} 字节",
        )


def _webp(file: Octets, survey: Survey, chunks: list[_Chunk]) -> None:
    names = {each.name for each in chunks}
    if not names & {b"VP8 ", b"VP8L", b"ANMF"}:
        survey.broken("expected image data, found none", "应有图像数据，实无")
    for chunk in chunks:
        if chunk.name == b"VP8X":
            width, height = (
                file.integer(chunk.at + at, 3, "little") + 1 for at in (4, 7)
            )
        elif chunk.name == b"VP8L":
            bits = file.integer(chunk.at + 1, 4, "little")
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        elif chunk.name == b"VP8 ":
            width, height = (
                file.integer(chunk.at + at, 2, "little") & 0x3FFF for at in (6, 8)
            )
        else:
            continue
        survey.facts = evolve(
            survey.facts,
            width=width,
            height=height,
            colour="colour",
            compression="webp",
        )
        return


def _avi(file: Octets, survey: Survey, chunks: list[_Chunk]) -> None:
    lists = {file.take(each.at, 4): each for each in chunks if each.name == b"LIST"}
    header, movie = lists.get(b"hdrl"), lists.get(b"movi")
    if header is None or movie is None:
        survey.broken(
            "expected a header and a movie, found not both",
            "应有头部和媒体数据，实际缺失",
        )
        return
    _header(file, survey, header)
    # The four bytes of its own name are all that an empty list holds.
    if movie.size <= 4:
        survey.empty()
    index = next((each for each in chunks if each.name == b"idx1"), None)
    if index is not None:
        _index(file, survey, index, movie)


def _header(file: Octets, survey: Survey, header: _Chunk) -> None:
    """Note what the streams are."""
    codecs: list[str] = []
    kind, pending, lists = b"", [header], 0
    while pending and lists < _MOST_LISTS:
        outer = pending.pop(0)
        lists += 1
        for chunk in _chunks(file, outer.at + 4, outer.at + outer.size):
            if chunk.name == b"LIST" and file.take(chunk.at, 4) in _LISTS:
                pending.append(chunk)
            elif chunk.name == b"avih" and chunk.size >= 40:
                _main(file, survey, chunk.at)
            elif chunk.name == b"strh" and chunk.size >= 8:
                kind = file.take(chunk.at, 4)
            elif chunk.name == b"strf" and kind == b"vids" and chunk.size >= 20:
                name = file.take(chunk.at + 16, 4)
                plain = name.strip(b"\0 ").decode("latin-1").lower() or "rawvideo"
                codecs.append(_VIDEO.get(name.upper(), plain))
            elif chunk.name == b"strf" and kind == b"auds" and chunk.size >= 8:
                tag = file.integer(chunk.at, 2, "little")
                codecs.append(_AUDIO.get(tag, f"0x{tag:04x}"))
                rate = file.integer(chunk.at + 4, 4, "little")
                survey.facts = evolve(
                    survey.facts, sample_rate=survey.facts.sample_rate or rate
                )
    survey.facts = evolve(survey.facts, codecs=tuple(codecs))


def _main(file: Octets, survey: Survey, at: int) -> None:
    micro, frames, width, height = (
        file.integer(at + step, 4, "little") for step in (0, 16, 32, 36)
    )
    survey.facts = evolve(
        survey.facts,
        seconds=round(micro * frames / 1e6, 3),
        width=width,
        height=height,
    )
    if not frames:
        survey.empty()


def _index(file: Octets, survey: Survey, index: _Chunk, movie: _Chunk) -> None:
    """Check that each entry of the index leads to a chunk of the movie."""
    start = None
    for entry in range(index.at, index.at + index.size - 15, 16):
        name = file.take(entry, 4)
        offset, size = (file.integer(entry + step, 4, "little") for step in (8, 12))
        if start is None:
            # Offsets count from the movie's name or from the start of the file.
            start = 0 if file.peek(offset, 4) == name else movie.at
        place = start + offset
        if place + 8 + size > file.size:
            survey.broken(
                f"an entry of its index should end at byte {place + 8 + size}, and the "
                f"file has {file.size}",
                f"索引项应至第 {place + 8 + size} 字节，实际文件为 {file.size} 字节",
                f"@{entry}",
            )


_CONTENTS: Final[dict[bytes, Callable[[Octets, Survey, list[_Chunk]], None]]] = {
    b"WAVE": _wave,
    b"AVI ": _avi,
    b"WEBP": _webp,
}
