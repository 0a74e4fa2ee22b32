"""
Distinguished Encoding Rules 可辨别编码规则 (ITU-T X.690): strict reader, small writer.

The reader takes exactly one encoding of each value. Indefinite and padded lengths,
high tag numbers, padded integers and identifiers, unsorted sets, unread bytes and
nesting deeper than 32 are errors, always `DerError`.
"""

# ruff: noqa: PLR2004  the numbers here are the bit patterns of the encoding

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache

from egovarchive.errors import SignatureInvalidError

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 1, 2, 3, 4, 5, 6
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 23, 24, 0x30, 0x31

MAX_DEPTH = 32
# Longer identifiers are not in use, and their arcs cost quadratic time to read.
MAX_OID_SIZE = 64
# Longer numbers are not in use, and Python does not write them down: an error that
# names one would be another error.
MAX_INTEGER_SIZE = 1024

_NULL = b"\x05\x00"


class DerError(SignatureInvalidError):
    """Bytes are not the one strict encoding of what should stand there."""


class Reader:
    """
    The content of one element, read from front to back.

    Who reads a content must read all of it, and say so with `done`.
    """

    __slots__ = ("_at", "_body", "_depth", "_end", "_source", "_start", "tag")

    def __init__(  # noqa: PLR0913, PLR0917
        self, source: bytes, start: int, body: int, end: int, tag: int, depth: int
    ) -> None:
        self._source = source
        self._start = start
        self._body = body
        self._at = body
        self._end = end
        self._depth = depth
        self.tag = tag

    @classmethod
    def of(cls, source: bytes) -> Reader:
        """Return a reader of *source*, a run of elements."""
        return cls(source, 0, 0, len(source), 0, 0)

    @property
    def raw(self) -> bytes:
        """The element with its tag and length."""
        return self._source[self._start : self._end]

    @property
    def value(self) -> bytes:
        """The content alone."""
        return self._source[self._body : self._end]

    def more(self) -> bool:
        """Return whether something is still unread."""
        return self._at < self._end

    def done(self) -> None:
        """Say that all is read.

        Raises:
            DerError: It is not.
        """
        if self._at != self._end:
            raise DerError(
                f"{self._end - self._at} bytes too many at byte {self._at}",
                f"第 {self._at} 字节处多出 {self._end - self._at} 个字节",
            )

    def take(self, tag: int | None = None) -> Reader:
        """
        Return the next element, which must have *tag* if one is given.

        Raises:
            DerError: There is none, it has another tag, or it is not strict.
        """
        source, start, limit = self._source, self._at, self._end
        body = start + 2
        if body > limit:
            raise self._truncated()
        found = source[start]
        if tag is not None and found != tag:
            raise DerError(
                f"tag 0x{found:02x} at byte {start}, expected 0x{tag:02x}",
                f"第 {start} 字节处标签为 0x{found:02x}，应为 0x{tag:02x}",
            )
        if found & 0x1F == 0x1F:
            raise DerError(
                f"high tag number at byte {start}", f"第 {start} 字节处为高位标签号"
            )
        if self._depth >= MAX_DEPTH:
            raise DerError(
                f"nested deeper than {MAX_DEPTH}", f"嵌套超过 {MAX_DEPTH} 层"
            )
        size = source[start + 1]
        if size & 0x80:
            octets = size & 0x7F
            body += octets
            if body > limit:
                raise self._truncated()
            size = int.from_bytes(source[start + 2 : body], "big")
            # No octets: the indefinite form. Over four: no message is so long.
            if not 1 <= octets <= 4 or size < 0x80 or source[start + 2] == 0:
                raise DerError(
                    f"length at byte {start + 1} is not in its one short form",
                    f"第 {start + 1} 字节处的长度不是唯一的最短形式",
                )
        end = body + size
        if end > limit:
            raise self._truncated()
        self._at = end
        return Reader(source, start, body, end, found, self._depth + 1)

    def take_if(self, tag: int) -> Reader | None:
        """Return the next element if it has *tag*."""
        if self._at < self._end and self._source[self._at] == tag:
            return self.take(tag)
        return None

    def take_set(self, of: int | None, *, tag: int = SET) -> list[Reader]:
        """
        Return the elements of the next element, a SET OF in its one order.

        Args:
            of: The tag that each must have; None: any.
            tag: The set's own tag.

        Raises:
            DerError: It is unsorted, or as for `take`.
        """
        at = self._at
        content = self.take(tag)
        elements = []
        before = b""
        while content.more():
            element = content.take(of)
            raw = element.raw
            if raw <= before:
                raise DerError(
                    f"set at byte {at} is unsorted or repeats itself",
                    f"第 {at} 字节处的集合未排序或有重复",
                )
            before = raw
            elements.append(element)
        return elements

    def take_oid(self) -> str:
        """Return the next element, an object identifier, in dotted form."""
        return _dotted(self.take(OID).value)

    def take_integer(self) -> int:
        """Return the next element, an integer."""
        value = self.take(INTEGER).value
        padded = len(value) > 1 and (
            (value[0] == 0 and value[1] < 0x80)
            or (value[0] == 0xFF and value[1] >= 0x80)
        )
        if not value or padded:
            raise DerError("integer is empty or padded", "整数为空或有多余填充")
        if len(value) > MAX_INTEGER_SIZE:
            raise DerError(
                f"an integer of {len(value)} bytes; at most {MAX_INTEGER_SIZE}",
                f"整数长 {len(value)} 字节，上限为 {MAX_INTEGER_SIZE} 字节",
            )
        return int.from_bytes(value, "big", signed=True)

    def take_octets(self) -> bytes:
        """Return the content of the next element, an octet string."""
        return self.take(OCTET_STRING).value

    def take_bits(self) -> tuple[bytes, int]:
        """Return the next element, a bit string: its octets, and the unused bits."""
        value = self.take(BIT_STRING).value
        unused = value[0] if value else 8
        octets = value[1:]
        rest = octets[-1] & ((1 << unused) - 1) if octets and unused <= 7 else 0
        if unused > 7 or rest or (unused and not octets):
            raise DerError("bit string is badly ended", "位串结尾不正确")
        return octets, unused

    def take_time(self) -> datetime:
        """
        Return the next element, a moment in UTC, whole seconds, ending in Z.

        UTCTime stands for 1950 to 2049 (RFC 5280, 4.1.2.5.1).
        """
        element = self.take()
        text = element.value
        if element.tag == UTC_TIME:
            text = (b"19" if text[:2] >= b"50" else b"20") + text
        if (
            element.tag not in {UTC_TIME, GENERALIZED_TIME}
            or len(text) != len(b"YYYYMMDDhhmmssZ")
            or not text[:14].isdigit()
            or text[14:] != b"Z"
        ):
            raise _no_time()
        try:
            return datetime(
                int(text[:4]),
                int(text[4:6]),
                int(text[6:8]),
                int(text[8:10]),
                int(text[10:12]),
                int(text[12:14]),
                tzinfo=timezone.utc,
            )
        except ValueError:
            raise _no_time() from None

    def _truncated(self) -> DerError:
        return DerError(
            f"element at byte {self._at} is cut short",
            f"第 {self._at} 字节处的元素被截断",
        )


def _no_time() -> DerError:
    return DerError("not a moment in UTC", "不是协调世界时的时间")


@lru_cache(maxsize=512)
def _dotted(value: bytes) -> str:
    if not value or value[-1] & 0x80 or len(value) > MAX_OID_SIZE:
        raise _no_oid()
    arcs = []
    arc = 0
    for octet in value:
        if arc == 0 and octet == 0x80:
            raise _no_oid()
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    root = min(arcs[0] // 40, 2)
    return ".".join(map(str, (root, arcs[0] - 40 * root, *arcs[1:])))


def _no_oid() -> DerError:
    return DerError(
        "object identifier is empty, padded or too long", "对象标识符为空、有填充或过长"
    )


def read(source: bytes, tag: int = SEQUENCE) -> Reader:
    """Return the one element that *source* is, which must have *tag*."""
    whole = Reader.of(source)
    element = whole.take(tag)
    whole.done()
    return element


def write(tag: int, *parts: bytes) -> bytes:
    """Return the element with *tag* whose content is *parts*, in their order."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + body


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE of *parts*."""
    return write(SEQUENCE, *parts)


def set_of(*parts: bytes, tag: int = SET) -> bytes:
    """Return a SET OF *parts*, in its one order."""
    return write(tag, *sorted(set(parts)))


def octets(value: bytes) -> bytes:
    """Return an OCTET STRING."""
    return write(OCTET_STRING, value)


def integer(value: int) -> bytes:
    """Return an INTEGER, which may not be negative."""
    return write(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """Return the object identifier *dotted*."""
    first, second, *arcs = map(int, dotted.split("."))
    content = bytearray()
    for arc in (first * 40 + second, *arcs):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(0x80 | arc & 0x7F)
        content += bytes(reversed(septets))
    return write(OID, bytes(content))


def algorithm_identifier(dotted: str, *, null: bool = False) -> bytes:
    """Return an AlgorithmIdentifier, without parameters or with NULL."""
    return sequence(oid(dotted), _NULL if null else b"")


def time(moment: datetime) -> bytes:
    """Return *moment* cut to seconds, in the form its year asks for (RFC 5652)."""
    moment = moment.astimezone(timezone.utc)
    if 1950 <= moment.year < 2050:
        return write(UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode())
    text = f"{moment.year:04}{moment.strftime('%m%d%H%M%SZ')}"
    return write(GENERALIZED_TIME, text.encode())
