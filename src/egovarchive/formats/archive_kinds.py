"""Archives within archives: what the first bytes of a member tell."""

from __future__ import annotations

from typing import Final

from egovarchive.formats.table import FORMATS

HEAD: Final = 512  # bytes: tar has its mark at 257
_ARCHIVES: Final = (
    (b"PK\3\4", 0, "ZIP"),
    (b"PK\5\6", 0, "ZIP"),
    (b"Rar!\x1a\x07", 0, "RAR"),
    (b"7z\xbc\xaf\x27\x1c", 0, "7z"),
    (b"\x1f\x8b\x08", 0, "gzip"),
    (b"BZh", 0, "bzip2"),
    (b"\xfd7zXZ\0", 0, "xz"),
    (b"ustar", 257, "tar"),
)
# Documents that are ZIP files too: nobody would unpack them.
_DOCUMENTS: Final = frozenset(
    extension
    for name in ("ofd", "docx", "xlsx", "pptx", "odt", "ods", "odp")
    for extension in FORMATS[name].extensions
)


def archive_in(head: bytes, name: str) -> str:
    """
    Return what archive a member *name* is that begins with *head*; empty if it is none.

    >>> archive_in(b"PK\\3\\4...", "a.zip"), archive_in(b"PK\\3\\4...", "a.docx")
    ('ZIP', '')
    """
    if name.rpartition(".")[2].lower() in _DOCUMENTS:
        return ""
    for mark, at, kind in _ARCHIVES:
        if head.startswith(mark, at):
            return kind
    return ""
