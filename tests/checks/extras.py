"""What some tests need, and a machine may lack."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from typing import Final

import pytest

_MODULES: Final = ("pikepdf", "PIL", "numpy", "simplejpeg", "pygfried")
_LACKING: Final = [name for name in _MODULES if find_spec(name) is None]

needs_extras: Final = pytest.mark.skipif(
    bool(_LACKING) or shutil.which("ffmpeg") is None,
    reason=f"needs ffmpeg, and the extra formats: {', '.join(_LACKING) or 'there'}",
)
