"""Opinion: what a reader of PDF says of a signature that our own code verified."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from egovarchive.records.term import Term


class Change(Term):
    """What was added to a document after it was signed."""

    NONE = "nothing", "无"
    EVIDENCE = "evidence_only", "仅验证数据或时间戳"
    FORMS = "forms_or_signatures", "填写表单或加签"
    ANNOTATIONS = "annotations", "批注"
    OTHER = "something_else", "其他改动"


# What leaves the document as it was: pages and texts are the same.
HARMLESS: Final = frozenset({Change.NONE, Change.EVIDENCE})


@frozen
class Opinion:
    """
    What a second program says of one signature.

    Args:
        start: Where in the file its value starts.
        valid: Whether the content is whole and the signature fits it.
        change: What was added afterwards.
        allowed: Whether the signature allows that.
        good: Whether the certificates were not taken back; None: nobody says.
    """

    start: int
    valid: bool
    change: Change
    allowed: bool
    good: bool | None = None
