"""How a refused value is quoted in an error: short, on one line, no personal number."""

from __future__ import annotations

import re

# A licence identifier of the longest form still stands in full.
_LONGEST = 128

# Whoever puts a resident identity number into the wrong field shall not find it in
# a log: eighteen characters with a year and a month where that number has them.
_RESIDENT_ID = re.compile(
    r"([0-9]{6})(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{2}([0-9]{3}[0-9Xx])"
)


def quoted(text: str) -> str:
    """
    Return *text* as it may stand in an error.

    >>> quoted("9135\\n")
    "'9135\\\\n'"
    >>> quoted("11010519491231002X")
    "'110105********002X'"
    >>> len(quoted("7" * 1000))
    131
    """
    # Masked before it is cut: half a personal number is one no longer recognised.
    head = _RESIDENT_ID.sub(r"\1********\2", text[: 2 * _LONGEST])
    return repr(head if len(text) <= _LONGEST else f"{head[:_LONGEST]}…")
