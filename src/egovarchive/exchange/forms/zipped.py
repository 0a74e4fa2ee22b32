"""Zipped parts: the archive that an office document is, the same for the same parts."""

from __future__ import annotations

import io
from collections.abc import Mapping


def zipped(parts: Mapping[str, str], *, plain: str = "") -> bytes:
    """
    Return *parts*, by name, as a ZIP archive in their order.

    The same parts give the same bytes, by the same compression library: times are
    those of no clock.

    Args:
        parts: Texts, written in UTF-8.
        plain: Name of the part that is not compressed.
    """
    import zipfile  # noqa: PLC0415 - heavy

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 0  # the same on every system
            entry.compress_type = (
                zipfile.ZIP_STORED if name == plain else zipfile.ZIP_DEFLATED
            )
            archive.writestr(entry, text.encode())
    return file.getvalue()
