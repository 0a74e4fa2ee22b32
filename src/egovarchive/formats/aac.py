"""AAC in ADTS (ISO/IEC 13818-7, 14496-3): frame by frame."""

from __future__ import annotations

import re
from typing import Final

from attrs import evolve

from egovarchive.formats.id3 import before_tags, behind_tags
from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.walk import MEDIA, Survey, Walk, lost, not_a

_HEAD: Final = 7  # bytes
_RATES: Final = (
    96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000,
    7350,
)  # fmt: skip
_SAMPLES: Final = 1024


class AacWalk(Walk):
    """Walks the frames of ADTS files."""

    name = "aac"
    formats = frozenset({"aac"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        start, end = behind_tags(file), before_tags(file)
        head = file.take(start, _HEAD)
        rate = head[2] >> 2 & 15
        if not _is_frame(head) or rate >= len(_RATES):
            raise not_a("ADTS", head)
        kind, first, at, blocks = _kind(head), head[1], start, 0
        while at < end:
            head = file.peek(at, _HEAD)
            if not _is_frame(head) or _kind(head) != kind:
                pattern = re.compile(re.escape(bytes([0xFF, first])))
                if file.find(pattern, at + 1, end) is not None:
                    raise lost("a frame", "音频帧", at, head)
                survey.ends(file, at)
                break
            size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
            if size < _HEAD:
                raise lost("a frame", "音频帧", at, head)
            if at + size > end:
                raise CutOffError.of(at + size, end)
            at += size
            blocks += 1 + (head[6] & 3)
        survey.facts = evolve(
            survey.facts,
            codecs=("aac",),
            sample_rate=_RATES[rate],
            seconds=round(blocks * _SAMPLES / _RATES[rate], 3),
        )


def _is_frame(head: bytes) -> bool:
    return len(head) == _HEAD and head[0] == 0xFF and head[1] & 0xF6 == 0xF0


def _kind(head: bytes) -> tuple[int, int]:
    """Return what all frames of a stream have in common."""
    return head[1] & 0xFE, head[2] & 0xFD
