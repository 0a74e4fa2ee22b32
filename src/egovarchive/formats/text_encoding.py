"""Encodings of texts: which one a text is in, decided by all of it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from egovarchive.errors import FormatError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ALIASES: Final = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030"}
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]{1,30}")


@frozen
class Encoding:
    """
    What a text is in.

    Args:
        name: Python's name of it.
        mark: Bytes of the byte order mark at the start.
    """

    name: str
    mark: int = 0


def marked(head: bytes) -> Encoding | None:
    """Return the encoding that a byte order mark at the start of *head* names."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, len(mark))
    return None


def named(name: str) -> Encoding | None:
    """
    Return the encoding that people call *name*; None if there is none.

    GB 18030 contains GB 2312 and GBK, and what is called so often has more.
    """
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        return None
    try:
        b" ".decode(name)
    except LookupError:
        return None  # none, or none of texts: Python calls ROT13 an encoding too
    except ValueError:
        pass  # one of more than a byte for each character
    return Encoding(_ALIASES.get(name) or codecs.lookup(name).name)


def guesses(head: bytes) -> Iterator[Encoding]:
    """Yield what a text without a mark that starts with *head* may be in, in order."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even != odd and max(even, odd) > len(head) // 8:
        yield Encoding("utf-16-le" if odd > even else "utf-16-be")
    yield Encoding("utf-8")
    yield Encoding("gb18030")


def decoded(pieces: Iterable[bytes], encoding: Encoding) -> Iterator[str]:
    """
    Yield the text of *pieces*, without its mark.

    Raises:
        FormatError: It is not in *encoding*, or that is none of texts.
    """
    try:
        decoder = codecs.getincrementaldecoder(encoding.name)("strict")
    except LookupError as error:
        raise FormatError(
            f"{encoding.name} is no encoding of texts", f"{encoding.name} 不是字符编码"
        ) from error
    skip, before = encoding.mark, 0
    try:
        for piece in pieces:
            yield decoder.decode(piece[skip:])
            skip = max(0, skip - len(piece))
            before += len(piece)
        yield decoder.decode(b"", final=True)
    # Some encodings of Python's are none of texts, and say so by any ValueError.
    except ValueError as error:
        raise FormatError(
            f"not {encoding.name.upper()}, near byte {before}",
            f"不是 {encoding.name.upper()} 编码（第 {before} 字节附近）",
        ) from error
