"""Files of sound and film for the tests of their walks."""

from __future__ import annotations

import pytest

from corpus import media


def made(name: str) -> bytes:
    """Return a file of two seconds by the recipe *name*, or skip the test."""
    try:
        return media.made(name)
    except media.CannotMakeError as error:
        pytest.skip(str(error))
