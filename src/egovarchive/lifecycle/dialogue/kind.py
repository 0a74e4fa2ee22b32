"""Kinds of messages 报文种类, and the names of their files."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from egovarchive.records.term import Term

from .forms import check_sha256

SIGNATURE_SUFFIX: Final = ".p7s"


class MessageKind(Term):
    """What a message of the dialogue is."""

    OFFER = "offer", "移交申请"
    REPLY = "reply", "进馆意见"
    NOTICE = "notice", "移交通知"
    RECEIPT = "receipt", "接收回执"


_NAME: Final = re.compile(
    f"({'|'.join(str(kind.value) for kind in MessageKind)})-([0-9a-f]{{64}})"
    rf"\.json({re.escape(SIGNATURE_SUFFIX)})?"
)


@frozen
class FileName:
    """
    The name of a file in a folder by which two systems speak.

    Args:
        kind: Which message it is.
        dialogue: Id of the list that was offered.
        is_signature: Whether it is the signature, or the message.

    >>> str(FileName(MessageKind.OFFER, "ab" * 32))[:12]
    'offer-ababab'
    >>> FileName.parse("notes.txt") is None
    True
    """

    kind: MessageKind
    dialogue: str
    is_signature: bool = False

    @classmethod
    def parse(cls, name: str) -> FileName | None:
        """Return what *name* says, or None if it is no name of a message."""
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        return cls(MessageKind(match[1]), match[2], match[3] is not None)

    def __str__(self) -> str:
        suffix = SIGNATURE_SUFFIX if self.is_signature else ""
        return f"{self.kind.value}-{check_sha256(self.dialogue)}.json{suffix}"
