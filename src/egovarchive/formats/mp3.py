"""MP3 (ISO/IEC 11172-3 and 13818-3, layer III; I and II too): frame by frame."""

from __future__ import annotations

import re
from typing import Final

from attrs import evolve, frozen

from egovarchive.formats.id3 import before_tags, behind_tags
from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.walk import MEDIA, Survey, Walk, not_a

_SYNC: Final = re.compile(rb"\xff[\xe2-\xff]")
_HEAD: Final = 4  # bytes
_MONO: Final = 3
# By version (3 is MPEG-1, 2 MPEG-2, 0 MPEG-2.5).
_RATES: Final = {
    3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000),
}  # fmt: skip
# Kilobits a second, by whether it is MPEG-1, and by layer (3 is I, 2 II, 1 III).
_BITS: Final = {
    (True, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLES: Final = {
    (True, 3): 384, (True, 2): 1152, (True, 1): 1152,
    (False, 3): 384, (False, 2): 1152, (False, 1): 576,
}  # fmt: skip
_LAYERS: Final = {3: "mp1", 2: "mp2", 1: "mp3"}
_FIRST: Final = 3
_HAS_FRAMES: Final = 1
_FAR: Final = 1 << 16  # bytes in which the first frame, or the next, is looked for


@frozen
class _Frame:
    size: int
    rate: int
    samples: int
    kind: tuple[int, int, int]
    mono: bool


def _frame(data: bytes) -> _Frame | None:
    """Return the frame whose header is *data*; None if it is no header."""
    if len(data) < _HEAD or data[0] != 0xFF or data[1] < 0xE2:
        return None
    version, layer = data[1] >> 3 & 3, data[1] >> 1 & 3
    bits, rate = data[2] >> 4, data[2] >> 2 & 3
    # A bit rate of 0 is "free", and its frames state no size.
    if version == 1 or not layer or bits in {0, 15} or rate == _MONO:
        return None
    first = version == _FIRST
    hertz = _RATES[version][rate]
    samples = _SAMPLES[first, layer]
    slot = 4 if layer == 3 else 1
    speed = 1000 * _BITS[first, layer][bits - 1]
    size = (samples // 8 * speed // hertz // slot + (data[2] >> 1 & 1)) * slot
    return _Frame(size, hertz, samples, (version, layer, rate), data[3] >> 6 == _MONO)


class Mp3Walk(Walk):
    """Walks the frames of MP3 files, and compares them with the Xing header."""

    name = "mp3"
    formats = frozenset({"mp3"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        start, end = behind_tags(file), before_tags(file)
        if start > file.size:
            raise CutOffError.of(start, file.size)
        at = _next(file, start, min(start + _FAR, end), None)
        if at is None:
            if start and start >= end:
                # Tags, and nothing that they speak of.
                survey.empty()
                return
            raise not_a("MP3", file.peek(start, 16))
        if at > start and file.peek(start, at - start).strip(b"\0"):
            survey.odd(
                f"{at - start} bytes stand before its first frame",
                f"首帧之前有 {at - start} 字节其他数据",
                f"@{start}",
            )
        first = _frame(file.take(at, _HEAD))
        assert first is not None  # noqa: S101 - it was found there
        stated = _stated(file, at, first)
        if stated is not None:
            # The frame that states it holds no sound.
            at += first.size
        frames, at = _frames(file, survey, at, end, first)
        survey.facts = evolve(
            survey.facts,
            codecs=(_LAYERS[first.kind[1]],),
            sample_rate=first.rate,
            seconds=round((stated or frames) * first.samples / first.rate, 3),
        )
        if stated and frames < stated:
            survey.broken(
                f"it should have {stated} frames, and has {frames}",
                f"应有 {stated} 帧，实为 {frames} 帧",
            )
        if not frames:
            survey.empty()


def _frames(
    file: Octets, survey: Survey, at: int, end: int, first: _Frame
) -> tuple[int, int]:
    """Count the frames from *at* to *end*; return that, and where they end."""
    count = 0
    while at < end:
        frame = _frame(file.peek(at, _HEAD))
        if frame is not None and frame.kind == first.kind:
            if at + frame.size > end:
                survey.broken(
                    f"its last frame should be {frame.size} bytes, and is {end - at}",
                    f"末帧应为 {frame.size} 字节，实为 {end - at} 字节",
                    f"@{at}",
                )
                return count, end
            count += 1
            at += frame.size
            continue
        found = _next(file, at, end, first)
        if found is None:
            _rest(file, survey, at, end)
            return count, at
        survey.broken(
            f"expected a frame, found {found - at} other bytes",
            f"应为音频帧，实为 {found - at} 字节其他数据",
            f"@{at}",
        )
        at = found
    return count, at


def _rest(file: Octets, survey: Survey, at: int, end: int) -> None:
    if file.peek(at, min(end - at, _FAR)).strip(b"\0"):
        survey.ends(file, at)


def _next(file: Octets, at: int, end: int, like: _Frame | None) -> int | None:
    """Return where the next frame begins that another one, or the end, follows."""
    while (found := file.find(_SYNC, at, end)) is not None:
        frame = _frame(file.peek(found, _HEAD))
        if frame is not None and (like is None or frame.kind == like.kind):
            after = _frame(file.peek(found + frame.size, _HEAD))
            if found + frame.size == end or (after and after.kind == frame.kind):
                return found
        at = found + 1
    return None


def _stated(file: Octets, at: int, first: _Frame) -> int | None:
    """Return how many frames the Xing or VBRI header states; None without one."""
    mpeg1 = first.kind[0] == _FIRST
    side = (17 if first.mono else 32) if mpeg1 else (9 if first.mono else 17)
    place = at + _HEAD + side
    if file.peek(place, 4) in {b"Xing", b"Info"}:
        flags = file.integer(place + 4, 4)
        return file.integer(place + 8, 4) if flags & _HAS_FRAMES else 0
    place = at + _HEAD + 32
    if file.peek(place, 4) == b"VBRI":
        return file.integer(place + 14, 4)
    return None
