"""ID3 and APE tags: what stands before and after the frames of sound."""

from __future__ import annotations

from typing import Final

from egovarchive.formats.octets import Octets

_ID3V1: Final = 128  # bytes
_APE: Final = 32  # bytes
_LYRICS: Final = 15  # bytes: its size in digits, and its name
_FOOTER: Final = 0x10
_HAS_HEADER: Final = 1 << 31
_MOST: Final = 8  # tags


def behind_tags(file: Octets) -> int:
    """Return where the ID3v2 tags at the start of *file* end; 0 if there is none."""
    at = 0
    for _ in range(_MOST):
        head = file.peek(at, 10)
        if head[:3] != b"ID3" or len(head) < 10 or max(head[6:10]) > 0x7F:
            break
        size = 0
        for octet in head[6:10]:
            size = size << 7 | octet
        at += 10 + size + (10 if head[5] & _FOOTER else 0)
    return at


def before_tags(file: Octets) -> int:
    """Return where the tags at the end of *file* begin; its size if there is none."""
    end = file.size
    for _ in range(_MOST):
        if end >= _ID3V1 and file.peek(end - _ID3V1, 3) == b"TAG":
            end -= _ID3V1
        elif end >= _APE and file.peek(end - _APE, 8) == b"APETAGEX":
            size = file.integer(end - _APE + 12, 4, "little")
            if file.integer(end - _APE + 20, 4, "little") & _HAS_HEADER:
                size += _APE
            if size < _APE or size > end:
                break
            end -= size
        elif end >= _LYRICS and file.peek(end - 9, 9) == b"LYRICS200":
            digits = file.peek(end - _LYRICS, 6)
            if not digits.isdigit() or int(digits) + _LYRICS > end:
                break
            end -= int(digits) + _LYRICS
        else:
            break
    return end
