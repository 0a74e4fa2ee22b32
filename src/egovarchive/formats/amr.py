"""AMR and AMR-WB (RFC 4867, storage format): frame by frame."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.walk import MEDIA, Survey, Walk, lost, not_a

# Bytes of a frame with its header, by frame type; 0 for types that cannot be.
_NARROW: Final = (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1)
_WIDE: Final = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1)
_KINDS: Final = (
    (b"#!AMR\n", "amr_nb", 8000, _NARROW),
    (b"#!AMR-WB\n", "amr_wb", 16000, _WIDE),
)
_SECONDS: Final = 0.02  # a frame
_PADDING: Final = 0x83  # bits of a frame's header that are 0


class AmrWalk(Walk):
    """Walks the frames of AMR files."""

    name = "amr"
    formats = frozenset({"amr"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        known = (kind for kind in _KINDS if file.peek(0, len(kind[0])) == kind[0])
        kind = next(known, None)
        if kind is None:
            raise not_a("AMR", file.peek(0, 9))
        magic, codec, rate, sizes = kind
        survey.facts = evolve(survey.facts, codecs=(codec,), sample_rate=rate)
        at, frames = len(magic), 0
        while at < file.size:
            head = file.integer(at, 1)
            size = sizes[head >> 3 & 15]
            if head & _PADDING or not size:
                raise lost("a frame", "音频帧", at, file.peek(at, 8))
            if at + size > file.size:
                raise CutOffError.of(at + size, file.size)
            at += size
            frames += 1
        survey.facts = evolve(survey.facts, seconds=round(frames * _SECONDS, 3))
        if not frames:
            survey.empty()
