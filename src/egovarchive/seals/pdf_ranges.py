"""
Signatures in the plain bytes of a PDF (ISO 32000-1, 12.8.1): where they are, over what.

No reader of PDF is needed, nor trusted: a signature's dictionary must stand in the
file in plain, because it names the bytes that were signed, all but its own value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError
from egovarchive.formats import Source
from egovarchive.formats.pdf_date import pdf_date
from egovarchive.formats.source import PIECE

MOST: Final = 20  # signatures; each reads the file once
MAX_VALUE: Final = 4 << 20  # bytes of a signature in hexadecimal
_AROUND: Final = 1 << 16  # bytes of a dictionary that are looked at, either way
_RANGE: Final = re.compile(rb"/ByteRange[\s\0]{0,32}\[([^\]]{0,200})\]")
_LONGEST: Final = 256  # bytes that the above may take
_NUMBERS: Final = re.compile(
    rb"[\s\0]*(\d{1,15})" + rb"[\s\0]+(\d{1,15})" * 3 + rb"[\s\0]*"
)
_SIGNATURE: Final = re.compile(rb"/Type[\s\0]{0,32}/Sig(?![A-Za-z])")
_CONTENTS: Final = re.compile(rb"/Contents[\s\0]{0,32}\Z")
_OBJECT: Final = re.compile(rb"\bendobj\b|\d[\s\0]+obj\b")
_SPACE: Final = b"\0\t\n\v\f\r "
_SUBFILTER: Final = re.compile(rb"/SubFilter[\s\0]{0,32}/([^\s\0/<>\[\]()%]{1,64})")
_TIME: Final = re.compile(rb"/M[\s\0]{0,32}\(([^()\\]{4,40})\)")
_HEX: Final = re.compile(rb"[0-9A-Fa-f\s\0]*")
_BLANK: Final = b"\0\t\n\f\r "
_END: Final = b"%%EOF"
_TAIL: Final = 1024  # bytes


@frozen(kw_only=True)
class PdfSignature:
    """
    One signature as it stands in a file.

    Args:
        at: Where its ByteRange stands.
        start: Where its value starts, and the first run of signed bytes ends.
        resume: Where the second run begins.
        end: Where that ends.
        value: What stands between: the signature itself, and zeros.
        subfilter: What it says its value is.
        dictionary: What stands around the value.
    """

    at: int
    start: int
    resume: int
    end: int
    value: bytes = field(repr=False)
    subfilter: str
    dictionary: bytes = field(repr=False)

    @property
    def place(self) -> str:
        """Where it is, as reports say it."""
        return f"@{self.at}"

    def chunks(self, source: Source) -> Iterator[bytes]:
        """Yield the signed bytes of *source*."""
        for start, end in ((0, self.start), (self.resume, self.end)):
            at = start
            while at < end and (data := source.read(at, min(PIECE, end - at))):
                yield data
                at += len(data)

    @property
    def size(self) -> int:
        """How many bytes are signed."""
        return self.start + self.end - self.resume

    def added(self, source: Source) -> int:
        """Return how many bytes of *source* stand after it; blanks do not count."""
        after = source.size - self.end
        if after <= _AROUND and not source.read(self.end, after).strip(_BLANK):
            return 0
        return after

    def ends_whole(self, source: Source) -> bool:
        """Return whether what it covers ends as a PDF ends."""
        start = max(self.resume, self.end - _TAIL)
        return source.read(start, self.end - start).rstrip(_BLANK).endswith(_END)

    @property
    def claimed_at(self) -> datetime | None:
        """When its dictionary says it was made; None if not, or without a zone."""
        found = _TIME.search(self.dictionary)
        moment = pdf_date(found[1].decode("latin-1")) if found else None
        return None if moment is None or moment.utcoffset() is None else moment


@frozen
class Unframed:
    """A signature whose signed bytes are not those around its value; why."""

    at: int
    error: SignatureInvalidError

    @property
    def place(self) -> str:
        """Where it is, as reports say it."""
        return f"@{self.at}"


def signatures_in(source: Source) -> Iterator[PdfSignature | Unframed]:
    """
    Yield each signature in *source*, in the order of the file, at most 21.

    Raises:
        EgovArchiveError: It cannot be read.
    """
    for found, (at, numbers) in enumerate(_matches(source, _RANGE)):
        if found == MOST:
            yield Unframed(
                at,
                SignatureInvalidError(
                    f"more than {MOST} signatures; the rest was not looked at",
                    f"签名超过 {MOST} 个，其余未检测",
                ),
            )
            return
        try:
            yield _framed(source, at, numbers)
        except SignatureInvalidError as error:
            yield Unframed(at, error)
    yield from _without_range(source)


def _matches(source: Source, pattern: re.Pattern[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield where *pattern* matches, and its group or all of it."""
    at = 0
    while at < source.size:
        data = source.read(at, PIECE + _LONGEST)
        for match in pattern.finditer(data):
            # What starts beyond the piece is found again, with what follows it.
            if match.start() < PIECE:
                yield at + match.start(), match[pattern.groups]
        at += PIECE


def _framed(source: Source, at: int, text: bytes) -> PdfSignature:
    numbers = _NUMBERS.fullmatch(text)
    if numbers is None:
        raise SignatureInvalidError(
            f"its ByteRange is not four numbers: {text[:60]!r}",
            f"ByteRange 不是四个数：{text[:60]!r}",
        )
    first, start, resume, length = map(int, numbers.groups())
    end = resume + length
    if first or not 0 < start < resume <= end or end > source.size:
        raise SignatureInvalidError(
            f"its ByteRange {first} {start} {resume} {length} does not frame a value "
            f"in {source.size} bytes from the first on",
            f"ByteRange {first} {start} {resume} {length} 与文件（{source.size} 字节）"
            "不符，应从首字节起、仅留出签名值",
        )
    if resume - start > MAX_VALUE:
        raise SignatureInvalidError(
            f"{resume - start} bytes are left out for its value; at most {MAX_VALUE}",
            f"ByteRange 留出 {resume - start} 字节，上限为 {MAX_VALUE} 字节",
        )
    value = _value(source.read(start, resume - start))
    before = source.read(max(0, start - _AROUND), min(start, _AROUND))
    after = source.read(resume, _AROUND)
    if _CONTENTS.search(before[-48:]) is None:
        raise SignatureInvalidError(
            "what its ByteRange leaves out is not a value of Contents",
            "ByteRange 留出的不是 Contents 的值",
        )
    opening = _opening(before)
    closing = _OBJECT.search(after)
    head = before[max(0, opening) :]
    tail = after[: closing.start()] if closing else after
    if not (start - len(head) <= at < start or resume <= at < resume + len(tail)):
        raise SignatureInvalidError(
            "its ByteRange leaves out the value of another signature",
            "ByteRange 留出的是另一签名的值",
        )
    dictionary = head + tail
    named = _SUBFILTER.search(dictionary)
    return PdfSignature(
        at=at,
        start=start,
        resume=resume,
        end=end,
        value=value,
        subfilter=named[1].decode("latin-1") if named else "",
        dictionary=dictionary,
    )


def _opening(data: bytes) -> int:
    """Return where the last match of `_OBJECT` in *data* ends; -1 if there is none."""
    stop = len(data)
    # From the end, as the last is near: the pattern alone would go through all of it.
    while (at := data.rfind(b"obj", 0, stop)) >= 0:
        start = at - 1
        while start >= 0 and data[start] in _SPACE:
            start -= 1
        start -= 2 * (start == at - 1)  # no space: the rest of ``endobj``
        found = _OBJECT.match(data, start) if start >= 0 else None
        if found is not None and found.end() == at + 3:
            return at + 3
        stop = at + 2
    return -1


def _value(text: bytes) -> bytes:
    if text[:1] != b"<" or text[-1:] != b">" or not _HEX.fullmatch(text[1:-1]):
        raise SignatureInvalidError(
            "what its ByteRange leaves out is more than its value",
            "ByteRange 留出的不只是签名值",
        )
    digits = b"".join(text[1:-1].replace(b"\0", b" ").split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _without_range(source: Source) -> Iterator[Unframed]:
    """Yield signature dictionaries that do not say what they are over."""
    found = 0
    for at, _ in _matches(source, _SIGNATURE):
        start = max(0, at - _AROUND)
        before = source.read(start, at - start)
        after = source.read(at, _AROUND)
        opening = _opening(before)
        closing = _OBJECT.search(after)
        if opening < 0 or closing is None:
            continue  # too long to be told from anything else
        if b"/ByteRange" in before[opening:] + after[: closing.start()]:
            continue
        found += 1
        if found > MOST:
            return
        yield Unframed(
            at,
            SignatureInvalidError(
                "it does not say which bytes it is over (ByteRange)",
                "未说明所签字节范围（ByteRange）",
            ),
        )
