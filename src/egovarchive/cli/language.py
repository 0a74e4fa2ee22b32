"""Language: in which of the two a command speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from egovarchive.errors import Language

# In the order of POSIX: the first that is set decides.
_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")

Say = Callable[[str, str], str]  # of two texts, the one in the language spoken


def language_of(environ: Mapping[str, str]) -> Language:
    """Return the language that the locale in *environ* asks for; English by default."""
    for name in _VARIABLES:
        if locale := environ.get(name):
            return "zh" if locale.lower().startswith("zh") else "en"
    return "en"


def choose(lang: Language, en: str, zh: str) -> str:
    """Return the one of two texts that is in the language *lang*."""
    return zh if lang == "zh" else en
