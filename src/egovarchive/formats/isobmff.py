"""ISO base media files (ISO/IEC 14496-12) and QuickTime: MP4, M4A, 3GP, MOV."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta, timezone
from typing import Final

from attrs import define, evolve, field

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.track import Box, Track, boxes, read_track
from egovarchive.formats.walk import MEDIA, Survey, Walk, lost, not_a

_EPOCH: Final = datetime(1904, 1, 1, tzinfo=timezone.utc)
_FIRST: Final = frozenset({
    b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp",
})  # fmt: skip
_MOST_TRACKS: Final = 256
_PLAYS: Final = frozenset({b"vide", b"soun"})


@define
class _Parts:
    """The boxes of the first level."""

    movie: Box | None = None
    fragments: int = 0
    media: list[Box] = field(factory=list)

    @property
    def media_size(self) -> int:
        return sum(box.end - box.at for box in self.media)

    def holds(self, offset: int) -> bool:
        """Say whether *offset* lies in media data."""
        number = bisect_right(self.media, offset, key=lambda box: box.at) - 1
        return number >= 0 and offset < self.media[number].end


class IsobmffWalk(Walk):
    """Walks the boxes of MP4, M4A, 3GP and MOV files."""

    name = "isobmff"
    formats = frozenset({"mp4", "mov", "m4a"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.peek(4, 4) not in _FIRST:
            raise not_a("MPEG-4 or QuickTime", file.peek(0, 12))
        parts = _Parts()
        end = _first_level(file, survey, parts)
        if parts.movie is not None:
            _movie(file, survey, parts.movie, parts)
        if end > file.size:
            raise CutOffError.of(end, file.size)
        if parts.movie is None:
            survey.broken("expected a movie header, found none", "应有媒体头，实无")
        elif parts.fragments and not parts.media_size:
            survey.empty()


def _first_level(file: Octets, survey: Survey, parts: _Parts) -> int:
    """Gather the boxes of the first level; return where the last one ends."""
    end = 0
    for box in boxes(file, 0, file.size):
        # Names are letters, or begin with the sign of copyright in QuickTime.
        if not (box.name.isascii() and box.name.decode("latin-1").isprintable()):
            break
        if not box.name:
            break
        if box.name == b"moov" and parts.movie is None:
            parts.movie = box
        elif box.name == b"mdat":
            parts.media.append(box)
        elif box.name == b"moof":
            parts.fragments += 1
        elif box.name == b"pssh":
            _protected(survey, box)
        end = box.end
    survey.ends(file, end)
    return end


def _movie(file: Octets, survey: Survey, movie: Box, parts: _Parts) -> None:
    tracks: list[Track] = []
    for box in boxes(file, movie.at, movie.end):
        if box.end > movie.end:
            raise lost("the end of a box", "盒的结尾", movie.end, box.name)
        if box.name == b"mvhd":
            _header(file, survey, box)
        elif box.name == b"cmov":
            survey.findings.not_performed(
                Aspect.COMPLETE, "its header is compressed", "媒体头经压缩，未检测"
            )
        elif box.name == b"pssh":
            _protected(survey, box)
        elif box.name == b"trak" and len(tracks) < _MOST_TRACKS:
            track = read_track(file, box)
            tracks.append(track)
            _placed(survey, track, parts, f"track {len(tracks)}")
    played = [track for track in tracks if track.kind in _PLAYS]
    first = next((track for track in played if track.width), None)
    survey.facts = evolve(
        survey.facts,
        codecs=tuple(track.codec for track in played),
        width=first.width if first else None,
        height=first.height if first else None,
        sample_rate=next((t.sample_rate for t in played if t.sample_rate), None),
    )
    if not parts.fragments and not any(track.samples for track in played):
        survey.empty()
    expected, found = sum(track.size for track in tracks), parts.media_size
    if expected > found:
        survey.broken(
            f"its samples should be {expected} bytes, and its media data is {found}",
            f"样本数据应为 {expected} 字节，媒体数据实为 {found} 字节",
        )


def _placed(survey: Survey, track: Track, parts: _Parts, place: str) -> None:
    """Check that a track's samples lie in media data, and that they are open."""
    if track.locked:
        survey.encrypted(
            f"its stream is encrypted ({track.locked})",
            f"媒体流已加密（{track.locked}）",
            place,
        )
    wrong = sum(not parts.holds(offset) for offset in track.offsets)
    if wrong:
        survey.broken(
            f"{wrong} of {len(track.offsets)} chunks of samples do not lie in media "
            "data",
            f"{len(track.offsets)} 个样本块中有 {wrong} 个不在媒体数据内",
            place,
        )


def _header(file: Octets, survey: Survey, box: Box) -> None:
    wide = 8 if file.integer(box.at, 1) == 1 else 4
    created = file.integer(box.at + 4, wide)
    scale = file.integer(box.at + 4 + 2 * wide, 4)
    length = file.integer(box.at + 8 + 2 * wide, wide)
    unknown = (1 << 8 * wide) - 1
    survey.facts = evolve(
        survey.facts,
        # Fragmented files leave it 0: their length is that of the fragments.
        seconds=round(length / scale, 3) if scale and 0 < length < unknown else None,
        created=_moment(created),
    )


def _moment(seconds: int) -> datetime | None:
    """Return the moment *seconds* after the epoch; None for 0, and what cannot be."""
    try:
        return _EPOCH + timedelta(seconds=seconds) if seconds else None
    except OverflowError:
        return None


def _protected(survey: Survey, box: Box) -> None:
    survey.encrypted(
        "it states a system of rights management (pssh)",
        "含数字版权管理信息（pssh）",
        f"@{box.at}",
    )
