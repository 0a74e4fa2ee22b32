"""
Seals: signatures and seals 电子签章 that came with the documents, and what they prove.

Files are never changed: they are read, and what is found becomes a `SealVerdict`.
`documents.verdicts_of` is the way in; `ofd` and `pdf` read what formats have, `ses` and
`message` the signatures in them, and `signer` judges whose they are.
"""

from egovarchive.seals.verdict import (
    Coverage,
    Integrity,
    Note,
    Revocation,
    SealKind,
    SealVerdict,
    Trust,
)

__all__ = [
    "Coverage",
    "Integrity",
    "Note",
    "Revocation",
    "SealKind",
    "SealVerdict",
    "Trust",
]
