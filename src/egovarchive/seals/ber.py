"""
Basic Encoding Rules 基本编码规则 (ITU-T X.690), turned into the one strict encoding.

Signatures in documents are made by many programs: some leave lengths open, pad them,
or cut strings into pieces. What they say stays the same in strict form; what is signed
in it was strict already, or its signature does not verify.
"""

# ruff: noqa: PLR2004  the numbers here are the bit patterns of the encoding

from __future__ import annotations

from attrs import define, field

from egovarchive.signing import der
from egovarchive.signing.der import DerError

MAX_SIZE = 4 << 20
# Elements in one message: each takes some 200 bytes of memory meanwhile.
_MOST = 100_000
_CUT_OCTETS = 0x24


def split(source: bytes) -> tuple[bytes, bytes]:
    """
    Return the first element in *source*, in strict form, and the bytes after it.

    Raises:
        DerError: There is none, or it is too large or too deep.
    """
    if len(source) > MAX_SIZE:
        raise DerError(
            f"{len(source)} bytes; at most {MAX_SIZE} are read",
            f"长 {len(source)} 字节，上限为 {MAX_SIZE} 字节",
        )
    return _Walk(source).run()


@define
class _Open:
    """An element whose content is being read; *end* is None if it was left open."""

    tag: int
    end: int | None
    parts: list[bytes] = field(factory=list)

    def closed(self) -> bytes:
        if self.tag == _CUT_OCTETS:
            pieces = [der.read(part, der.OCTET_STRING).value for part in self.parts]
            return der.octets(b"".join(pieces))
        return der.write(self.tag, *self.parts)


@define
class _Walk:
    source: bytes
    at: int = 0
    left: int = _MOST

    def run(self) -> tuple[bytes, bytes]:
        outermost = _Open(0, len(self.source))
        stack = [outermost]
        while not outermost.parts:
            inner = stack[-1]
            if inner.end is None and self.source[self.at : self.at + 2] == b"\0\0":
                self.at += 2
                self._close(stack)
                continue
            if inner.end is not None and len(stack) > 1 and self.at == inner.end:
                self._close(stack)
                continue
            self._element(stack)
        return outermost.parts[0], self.source[self.at :]

    def _close(self, stack: list[_Open]) -> None:
        element = stack.pop()
        stack[-1].parts.append(element.closed())

    def _element(self, stack: list[_Open]) -> None:
        self.left -= 1
        if self.left < 0:
            raise DerError("too many elements", "元素过多")
        ends = [each.end for each in stack if each.end is not None]
        limit = ends[-1]
        tag, size = self._header(limit)
        constructed = bool(tag & 0x20)
        if size is None and not constructed:
            raise DerError("a plain value has no length", "基本类型的值没有长度")
        if constructed:
            if len(stack) > der.MAX_DEPTH:
                raise DerError(
                    f"nested deeper than {der.MAX_DEPTH}",
                    f"嵌套超过 {der.MAX_DEPTH} 层",
                )
            if tag in {0x23, 0x2C, 0x36}:
                raise DerError("a string in pieces", "分段的字符串")
            stack.append(_Open(tag, None if size is None else self.at + size))
            return
        assert size is not None  # noqa: S101 - a plain value has one, see above
        value = self.source[self.at : self.at + size]
        self.at += size
        stack[-1].parts.append(der.write(tag, value))

    def _header(self, limit: int) -> tuple[int, int | None]:
        source, at = self.source, self.at
        if at + 2 > limit:
            raise self._cut()
        tag, size = source[at], source[at + 1]
        self.at += 2
        if tag & 0x1F == 0x1F:
            raise DerError(
                f"high tag number at byte {at}", f"第 {at} 字节处为高位标签号"
            )
        if size == 0x80:
            return tag, None
        if size & 0x80:
            octets = size & 0x7F
            if octets > 8 or self.at + octets > limit:
                raise self._cut()
            size = int.from_bytes(source[self.at : self.at + octets], "big")
            self.at += octets
        if self.at + size > limit:
            raise self._cut()
        return tag, size

    def _cut(self) -> DerError:
        return DerError(
            f"element at byte {self.at} is cut short",
            f"第 {self.at} 字节处的元素被截断",
        )
