"""Escaped text: what a page or a part of XML may hold, and that hides nothing."""

from __future__ import annotations

import re
from html import escape
from typing import Final

# Characters that turn or hide the text around them, and those that XML 1.0 cannot
# carry: a form that is signed must not read otherwise than it is.
_TREACHEROUS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\uffff\ud800-\udfff]"
)


def escaped(text: str) -> str:
    """
    Return *text* for HTML and XML; what hides is shown by its number.

    >>> escaped("<b>" + chr(0x202E))
    '&lt;b&gt;\\\\u202e'
    """
    return escape(
        _TREACHEROUS.sub(lambda found: f"\\u{ord(found[0]):04x}", text), quote=True
    )
