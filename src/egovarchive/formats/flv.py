"""FLV: tags, each followed by its size."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from egovarchive.formats.octets import Octets
from egovarchive.formats.walk import MEDIA, Survey, Walk, not_a

_HEAD: Final = 11  # bytes
_AUDIO: Final = 8
_VIDEO: Final = 9
_KINDS: Final = frozenset({_AUDIO, _VIDEO, 18})
_FILTERED: Final = 0x20
_AUDIO_CODECS: Final = {0: "pcm", 1: "adpcm_swf", 2: "mp3", 10: "aac", 11: "speex"}
_VIDEO_CODECS: Final = {2: "flv1", 4: "vp6f", 7: "h264", 12: "hevc"}


class FlvWalk(Walk):
    """Walks the tags of FLV files."""

    name = "flv"
    formats = frozenset({"flv"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.peek(0, 3) != b"FLV":
            raise not_a("FLV", file.peek(0, 3))
        at = file.integer(5, 4) + 4
        codecs: dict[int, str] = {}
        last = 0
        while at < file.size:
            head = file.peek(at, _HEAD)
            if head[0] & 31 not in _KINDS:
                survey.ends(file, at)
                break
            size = file.integer(at + 1, 3)
            kind = head[0] & 31
            stated = file.integer(at + _HEAD + size, 4)
            if stated != _HEAD + size:
                survey.broken(
                    f"a tag of {_HEAD + size} bytes should be followed by its size, "
                    f"and is by {stated}",
                    f"标签长度应为 {_HEAD + size}，其后标明 {stated}",
                    f"@{at}",
                )
            if head[0] & _FILTERED:
                survey.encrypted("a tag is encrypted", "标签已加密", f"@{at}")
            if kind in {_AUDIO, _VIDEO} and size:
                last = file.integer(at + 4, 3) | file.integer(at + 7, 1) << 24
                octet = file.integer(at + _HEAD, 1)
                name = (
                    _AUDIO_CODECS.get(octet >> 4, f"audio {octet >> 4}")
                    if kind == _AUDIO
                    else _VIDEO_CODECS.get(octet & 15, f"video {octet & 15}")
                )
                codecs.setdefault(kind, name)
            survey.facts = evolve(
                survey.facts,
                codecs=tuple(codecs[kind] for kind in sorted(codecs, reverse=True)),
                seconds=last / 1000,
            )
            at += _HEAD + size + 4
        if not codecs:
            survey.empty()
