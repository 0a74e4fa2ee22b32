"""WMF: its headers, and its records up to the last ([MS-WMF] §2.3)."""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import Final

from egovarchive.formats.octets import Octets
from egovarchive.formats.walk import PICTURE, Survey, Walk, lost, not_a

_PLACEABLE: Final = b"\xd7\xcd\xc6\x9a"
_PLACED: Final = 22  # bytes of the header that says how large it is shown
_HEADER: Final = 18  # bytes
_WORD: Final = 2  # bytes: what sizes are counted in
_SMALLEST: Final = 3  # words: a size and a function
_LAST: Final = 0


class WmfWalk(Walk):
    """Walks the records of WMF files; nothing is drawn."""

    name = "wmf"
    formats = frozenset({"wmf"})
    aspects = PICTURE

    def walk(self, file: Octets, survey: Survey) -> None:
        start = 0
        if file.peek(0, 4) == _PLACEABLE:
            _compare_sum(file, survey)
            start = _PLACED
        kind, words = (file.integer(start + at, 2, "little") for at in (0, 2))
        if kind not in {1, 2} or words * _WORD != _HEADER:
            raise not_a("WMF", file.peek(start, 8))
        size, largest = (file.integer(start + at, 4, "little") for at in (6, 12))
        at, longest = start + _HEADER, 0
        while True:
            length = file.integer(at, 4, "little")
            function = file.integer(at + 4, 2, "little")
            if length < _SMALLEST:
                raise lost("a record", "记录", at, file.peek(at, 8))
            file.take(at + length * _WORD - 1, 1)
            longest, at = max(longest, length), at + length * _WORD
            if function == _LAST:
                break
        _compare(survey, "size", "大小", size, (at - start) // _WORD)
        _compare(survey, "largest record", "最大记录", largest, longest)
        survey.ends(file, at)


def _compare_sum(file: Octets, survey: Survey) -> None:
    words = [file.integer(at, 2, "little") for at in range(0, _PLACED, _WORD)]
    found = reduce(xor, words[:-1])
    if words[-1] != found:
        survey.odd(
            f"the sum of its first header should be {words[-1]:04x},"
            f" but is {found:04x}",
            f"首个文件头校验值应为 {words[-1]:04x}，实为 {found:04x}",
        )


def _compare(survey: Survey, en: str, zh: str, said: int, found: int) -> None:
    # Some programs never go back to fill them in, and nobody reads them.
    if said != found:
        survey.odd(
            f"its {en} should be {said} words by its header, but is {found}",
            f"文件头标明{zh}为 {said} 字，实为 {found} 字",
        )
