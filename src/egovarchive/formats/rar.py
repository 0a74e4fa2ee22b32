"""RAR 4 and 5: the chain of blocks, their checksums, what is encrypted or missing."""

from __future__ import annotations

import zlib
from typing import Final

from attrs import frozen

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.walk import MEDIA, Survey, Walk, lost, not_a

_RAR4: Final = b"Rar!\x1a\x07\0"
_RAR5: Final = b"Rar!\x1a\x07\1\0"
_LARGEST: Final = 2 << 20  # bytes of a header of RAR 5

# RAR 4: kinds of blocks, and flags of all, of the first, of files and of the last.
_MAIN4, _FILE4, _SERVICE4, _END4 = 0x73, 0x74, 0x7A, 0x7B
_KINDS4: Final = range(0x72, 0x7C)
_HAS_DATA4, _WIDE4 = 0x8000, 0x0100
_HEADERS_ENCRYPTED4, _FILE_ENCRYPTED4 = 0x0080, 0x0004
_COMMENT4: Final = {_MAIN4: 0x0002, _FILE4: 0x0008}
_BEFORE4, _AFTER4, _NEXT4 = 0x0001, 0x0002, 0x0001
# RAR 5: the same.
_FILE5, _SERVICE5, _ENCRYPTION5, _END5 = 2, 3, 4, 5
_HAS_EXTRA5, _HAS_DATA5, _BEFORE5, _AFTER5, _NEXT5 = 1, 2, 8, 16, 1
_ENCRYPTED5: Final = 1  # type of a record in the extra area of a file


@frozen
class _Block:
    """One block: where the next begins, and what is to be known of it."""

    next: int
    last: bool = False
    sealed: bool = False
    encrypted: bool = False
    parted: bool = False


class RarWalk(Walk):
    """Walks the blocks of RAR files; what is packed is not unpacked."""

    name = "rar"
    formats = frozenset({"rar"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.peek(0, 8) == _RAR5:
            at, read = 8, _block5
        elif file.peek(0, 7) == _RAR4:
            at, read = 7, _block4
        else:
            raise not_a("RAR", file.peek(0, 8))
        parted = encrypted = False
        while True:
            if at == file.size:
                # Versions before 3 wrote no last block.
                survey.odd("it has no block at its end", "缺少结束块")
                break
            block = read(file, survey, at)
            if block.sealed:
                survey.encrypted("the names in it are encrypted", "文件名已加密")
                _leave(survey)
                return
            if block.next > file.size:
                raise CutOffError.of(block.next, file.size)
            parted, at = parted or block.parted, block.next
            encrypted = encrypted or block.encrypted
            if block.last:
                break
        if encrypted:
            survey.encrypted("is encrypted", "已加密")
        if parted:
            survey.broken(
                "it is one part of an archive of several", "是分卷压缩包的一部分"
            )
        survey.ends(file, at)


def _leave(survey: Survey) -> None:
    for aspect in (Aspect.COMPLETE, Aspect.BOUNDED):
        survey.findings.not_performed(
            aspect, "encrypted blocks cannot be looked at", "已加密的块无法查看"
        )


def _block4(file: Octets, survey: Survey, at: int) -> _Block:
    kind = file.integer(at + 2, 1)
    flags, size = (file.integer(at + step, 2, "little") for step in (3, 5))
    if kind not in _KINDS4 or size < 7:
        raise lost("a block", "块", at, file.peek(at, 8))
    header = file.take(at, size)
    # An old comment in a header is not in its sum.
    if not flags & _COMMENT4.get(kind, 0):
        said = int.from_bytes(header[:2], "little")
        _compare(survey, said, zlib.crc32(header[2:]) & 0xFFFF, 4, at)
    packed = 0
    if flags & _HAS_DATA4 or kind in {_FILE4, _SERVICE4}:
        packed = int.from_bytes(header[7:11], "little")
        if kind in {_FILE4, _SERVICE4} and flags & _WIDE4:
            packed |= int.from_bytes(header[32:36], "little") << 32
    files = kind == _FILE4
    return _Block(
        next=at + size + packed,
        last=kind == _END4,
        sealed=kind == _MAIN4 and bool(flags & _HEADERS_ENCRYPTED4),
        encrypted=files and bool(flags & _FILE_ENCRYPTED4),
        parted=(files and bool(flags & (_BEFORE4 | _AFTER4)))
        or (kind == _END4 and bool(flags & _NEXT4)),
    )


def _block5(file: Octets, survey: Survey, at: int) -> _Block:
    size, start = _number(file.take(at + 4, 3), 0)
    if not start or not 0 < size <= _LARGEST:
        raise lost("a block", "块", at, file.peek(at, 8))
    start, stop = at + 4 + start, at + 4 + start + size
    header = file.take(at, stop - at)
    said = int.from_bytes(header[:4], "little")
    _compare(survey, said, zlib.crc32(header[4:]), 8, at)
    body = header[start - at :]
    kind, place = _number(body, 0)
    flags, place = _number(body, place)
    extra = data = 0
    if flags & _HAS_EXTRA5:
        extra, place = _number(body, place)
    if flags & _HAS_DATA5:
        data, place = _number(body, place)
    if not place or extra > len(body) - place:
        raise lost("a block", "块", at, header[:8])
    files = kind in {_FILE5, _SERVICE5}
    ends = kind == _END5
    return _Block(
        next=stop + data,
        last=ends,
        sealed=kind == _ENCRYPTION5,
        encrypted=files and _has_encryption(body[len(body) - extra :]),
        parted=(files and bool(flags & (_BEFORE5 | _AFTER5)))
        or (ends and bool(_number(body, place)[0] & _NEXT5)),
    )


def _has_encryption(extra: bytes) -> bool:
    """Say whether one of the records of *extra* tells how a file is encrypted."""
    at = 0
    while at < len(extra):
        size, start = _number(extra, at)
        if not start or not size:
            return False
        if _number(extra, start)[0] == _ENCRYPTED5:
            return True
        at = start + size
    return False


def _number(data: bytes, at: int) -> tuple[int, int]:
    """
    Return the number of 7-bit groups at *at* in *data*, and where it ends.

    (0, 0) if it is cut off, or longer than 64 bits.
    """
    number = 0
    for step, octet in enumerate(data[at : at + 10]):
        number |= (octet & 0x7F) << 7 * step
        if not octet & 0x80:
            return number, at + step + 1
    return 0, 0


def _compare(survey: Survey, said: int, found: int, digits: int, at: int) -> None:
    if said != found:
        survey.broken(
            f"the CRC of its header should be {said:0{digits}x},"
            f" but is {found:0{digits}x}",
            f"块头 CRC 应为 {said:0{digits}x}，实为 {found:0{digits}x}",
            f"@{at}",
        )
