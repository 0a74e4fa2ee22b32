"""Files of sound and film for the tests of their walks."""

from __future__ import annotations

import pytest

from corpus import media
from corpus.cannot_make import CannotMakeError


def made(name: str) -> bytes:
    """Return a file of two seconds by the recipe *name*, or skip the test."""
    try:
        return media.made(name)
    except CannotMakeError as error:
        pytest.skip(str(error))
