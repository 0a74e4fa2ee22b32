"""7z: its first header, and whether the list of its files is whole."""

from __future__ import annotations

import zlib
from typing import Final

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.source import PIECE
from egovarchive.formats.walk import MEDIA, Survey, Walk, lost, not_a

_MARK: Final = b"7z\xbc\xaf\x27\x1c"
_SIGNATURE: Final = 32  # bytes: mark, version, and where the list of files lies
_PLAIN, _ENCODED = 1, 0x17
# In a coder: an identifier of four bytes, with attributes; then AES-256 and SHA-256.
_AES: Final = b"\x24\x06\xf1\x07\x01"


class SevenZipWalk(Walk):
    """Compares the checksums of both headers; what is packed is not unpacked."""

    name = "7z"
    formats = frozenset({"7z"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.peek(0, 6) != _MARK:
            raise not_a("7z", file.peek(0, 6))
        said, start = file.integer(8, 4, "little"), file.take(12, 20)
        if said != (found := zlib.crc32(start)):
            survey.broken(
                f"the CRC-32 of its first header should be {said:08x},"
                f" but is {found:08x}",
                f"起始文件头 CRC-32 应为 {said:08x}，实为 {found:08x}",
            )
        offset, size = (int.from_bytes(start[at : at + 8], "little") for at in (0, 8))
        at = _SIGNATURE + offset
        if at + size > file.size:
            raise CutOffError.of(at + size, file.size)
        if size:
            _list_of_files(file, survey, at, size, int.from_bytes(start[16:], "little"))
        survey.ends(file, at + size)


def _list_of_files(file: Octets, survey: Survey, at: int, size: int, said: int) -> None:
    kind = file.integer(at, 1)
    if kind not in {_PLAIN, _ENCODED}:
        raise lost("a list of files", "文件目录", at, file.peek(at, 8))
    found, encrypted, before = 0, False, b""
    for begin in range(at, at + size, PIECE):
        piece = file.take(begin, min(PIECE, at + size - begin))
        found = zlib.crc32(piece, found)
        encrypted |= _AES in before + piece
        before = piece[-len(_AES) :]
    if said != found:
        survey.broken(
            f"the CRC-32 of its list of files should be {said:08x}, but is {found:08x}",
            f"文件目录 CRC-32 应为 {said:08x}，实为 {found:08x}",
            f"@{at}",
        )
    if encrypted:
        survey.encrypted("is encrypted (AES-256)", "已加密（AES-256）")
    elif kind == _ENCODED:
        survey.findings.not_performed(
            Aspect.UNENCRYPTED,
            "its list of files is compressed, and was not read",
            "文件目录已压缩，未读取",
        )
