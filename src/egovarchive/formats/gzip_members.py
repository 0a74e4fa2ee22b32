"""gzip (RFC 1952): the headers of its members, their data inflated, their sums."""

from __future__ import annotations

import zlib
from datetime import datetime, timezone
from typing import Final

from attrs import evolve

from egovarchive.formats.archive_kinds import HEAD, archive_in
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.octets import BrokenError, CutOffError, Octets
from egovarchive.formats.walk import Survey, Walk, lost, not_a

_MARK: Final = b"\x1f\x8b"
_DEFLATE: Final = 8
_HEADER: Final = 10  # bytes
_TRAILER: Final = 8  # bytes: CRC-32 and size
_CRC, _EXTRA, _NAME, _COMMENT, _RESERVED = 2, 4, 8, 16, 0xE0
_LONGEST: Final = 1 << 16  # bytes of a name or comment
_PIECE: Final = 64 << 10  # bytes
_INFLATED: Final = 256 << 10  # bytes at once
_LARGE: Final = 1 << 20  # bytes; whatever grows to less may grow
_ALL_ASPECTS: Final = frozenset({
    Aspect.COMPLETE, Aspect.READABLE, Aspect.BOUNDED, Aspect.UNENCRYPTED,
    Aspect.EMBEDDED,
})  # fmt: skip


class GzipWalk(Walk):
    """Inflates gzip files to their end; a tar file in one is not looked into."""

    name = "gzip"
    formats = frozenset({"gzip"})
    aspects = _ALL_ASPECTS

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.peek(0, 3) != _MARK + bytes([_DEFLATE]):
            raise not_a("gzip", file.peek(0, 3))
        moment = file.integer(4, 4, "little")
        if moment:
            changed = datetime.fromtimestamp(moment, tz=timezone.utc)
            survey.facts = evolve(survey.facts, modified=changed)
        if not survey.thorough:
            return
        at = inflated = 0
        while True:
            member = _Member(file, survey, at)
            if not member.inflate(inflated):
                return  # said: more than the limits allow
            at, inflated = member.end, inflated + member.size
            # RFC 1952 §2.2: members follow each other, and are one file.
            if file.peek(at, 3) != _MARK + bytes([_DEFLATE]):
                break
        survey.ends(file, at)


class _Member:
    """One member: where its data starts, and what came out of it."""

    def __init__(self, file: Octets, survey: Survey, start: int) -> None:
        self._file = file
        self._survey = survey
        self._start = start
        self._name = file.source.name.removesuffix(".gz")
        self._data = _after_header(file, survey, start)
        self.size = 0
        self.end = 0

    def inflate(self, before: int) -> bool:
        """
        Inflate it; say whether that was done to the end.

        Args:
            before: How many bytes came out of earlier members.
        """
        limits, stream = self._survey.limits, zlib.decompressobj(-zlib.MAX_WBITS)
        at, crc = self._data, 0
        while not stream.eof:
            piece = stream.unconsumed_tail
            if not piece:
                piece = self._file.peek(at, _PIECE)
                at += len(piece)
            try:
                chunk = stream.decompress(piece, _INFLATED)
            except zlib.error as error:
                reason = BrokenError(
                    f"it cannot be inflated: {error}", f"无法解压：{error}"
                )
                self._survey.findings.refused(
                    Aspect.READABLE, reason, f"@{self._start}"
                )
                raise reason from error
            if not self.size and not before:
                self._look_at(chunk[:HEAD])
            crc, self.size = zlib.crc32(chunk, crc), self.size + len(chunk)
            if not chunk and not piece and not stream.eof:
                raise CutOffError.of(at + _TRAILER, self._file.size)
            total = before + self.size
            used = max(1, at)
            if total > limits.inflated or (
                total > _LARGE and total // used > limits.ratio
            ):
                self._too_much(total)
                return False
        at -= len(stream.unused_data)
        self._compare(at, crc)
        self.end = at + _TRAILER
        return True

    def _compare(self, at: int, crc: int) -> None:
        said, size = (self._file.integer(at + step, 4, "little") for step in (0, 4))
        if said != crc:
            self._survey.broken(
                f"its CRC-32 should be {said:08x}, but is {crc:08x}",
                f"CRC-32 应为 {said:08x}，实为 {crc:08x}",
                f"@{self._start}",
            )
        if size != self.size & 0xFFFF_FFFF:
            self._survey.broken(
                f"it should have {size} bytes (modulo 4 GiB), but has {self.size}",
                f"应为 {size} 字节（模 4 GiB），实为 {self.size} 字节",
                f"@{self._start}",
            )

    def _look_at(self, head: bytes) -> None:
        # A tar file that is compressed as a whole is one archive, not two.
        if (name := archive_in(head, self._name)) and name != "tar":
            self._survey.findings.warned(
                Aspect.EMBEDDED,
                f"an archive in an archive ({name})",
                f"压缩包内含压缩包（{name}）",
            )

    def _too_much(self, total: int) -> None:
        limits = self._survey.limits
        for aspect in (Aspect.COMPLETE, Aspect.READABLE, Aspect.BOUNDED):
            self._survey.findings.not_performed(
                aspect,
                f"{total} bytes or more come out of it: at most {limits.inflated} are"
                f" inflated, and {limits.ratio} times its size",
                f"解压后至少 {total} 字节，最多解压 {limits.inflated} 字节、"
                f"膨胀 {limits.ratio} 倍",
            )


def _after_header(file: Octets, survey: Survey, start: int) -> int:
    """Return where the data of the member at *start* begins."""
    flags = file.integer(start + 3, 1)
    if flags & _RESERVED:
        # Old programs had encryption and parts there; RFC 1952 §2.3.1.2 reserves it.
        survey.encrypted(
            f"its flags should be below 32, but are {flags:#x}",
            f"标志应小于 32，实为 {flags:#x}",
            f"@{start}",
        )
    at = start + _HEADER
    if flags & _EXTRA:
        at += 2 + file.integer(at, 2, "little")
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            text = file.peek(at, _LONGEST)
            if (stop := text.find(b"\0")) < 0:
                raise lost("the end of a name", "名称结束符", at, text)
            at += stop + 1
    if flags & _CRC:
        said = file.integer(at, 2, "little")
        found = zlib.crc32(file.take(start, at - start)) & 0xFFFF
        if said != found:
            survey.broken(
                f"the sum of its header should be {said:04x}, but is {found:04x}",
                f"文件头校验值应为 {said:04x}，实为 {found:04x}",
                f"@{start}",
            )
        at += 2
    return at
