"""Signed message 签名报文: the bytes of a message with their detached signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Final, TypeAlias

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.kind import Of
from egovarchive.signing import VerifiedSignature, Verifier

from . import wire
from .kind import FileName, MessageKind
from .notice import TransferNotice
from .offer import Offer, OfferReply
from .receipt import Receipt

Message: TypeAlias = Offer | OfferReply | TransferNotice | Receipt

MAX_SIGNATURE: Final = 1 << 20  # bytes

READERS: Final[Mapping[MessageKind, Callable[[bytes], Message]]] = MappingProxyType(
    {
        MessageKind.OFFER: Offer.decode,
        MessageKind.REPLY: OfferReply.decode,
        MessageKind.NOTICE: TransferNotice.decode,
        MessageKind.RECEIPT: Receipt.decode,
    }
)
"""How a message of each kind is read."""


@frozen(kw_only=True)
class SignedMessage:
    """
    A message as it goes from one system to the other.

    Args:
        kind: Which message it is.
        data: Its bytes.
        signature: Detached CMS over those bytes, DER.
    """

    kind: MessageKind = field(validator=Of(MessageKind))
    data: bytes = field(validator=Of(bytes), repr=False)
    signature: bytes = field(validator=Of(bytes), repr=False)

    @data.validator
    def _check_data(self, _: object, value: bytes) -> None:
        _check_size(value, wire.MAX_SIZE, "data")

    @signature.validator
    def _check_signature(self, _: object, value: bytes) -> None:
        _check_size(value, MAX_SIGNATURE, "signature")

    @classmethod
    def of(cls, message: Message, signature: bytes) -> SignedMessage:
        """Return *message* with *signature*, which is over ``message.encode()``."""
        return cls(kind=message.kind, data=message.encode(), signature=signature)

    @property
    def id(self) -> str:
        """SHA-256 of the message's bytes, in hex: the id of the message."""
        return sha256(self.data).hexdigest()

    def verify(self, verifier: Verifier, *, at: datetime) -> VerifiedSignature:
        """
        Return what the signature says.

        Whether that signer may speak for the other side is for the caller to judge.

        Args:
            verifier: Decides whether it is good.
            at: The moment at which the certificates are judged.

        Raises:
            SignatureInvalidError: It does not verify, or its signer is not trusted.
        """
        return verifier.verify(self.signature, self.data, at=at)

    def read(self) -> Message:
        """
        Return the message; verify the signature first.

        Raises:
            InvalidValueError: The bytes are no message of its kind.
        """
        return READERS[self.kind](self.data)


def file_names(message: Message) -> tuple[FileName, FileName]:
    """Return the names of the files of *message* and of its signature."""
    kind, dialogue = message.kind, message.dialogue
    return FileName(kind, dialogue), FileName(kind, dialogue, is_signature=True)


def _check_size(value: bytes, most: int, place: str) -> None:
    if not 1 <= len(value) <= most:
        raise InvalidValueError(
            f"{len(value)} bytes, where 1 to {most} may be",
            f"{len(value)} 字节，应为 1 至 {most} 字节",
            rule="signed message",
            place=place,
        )
