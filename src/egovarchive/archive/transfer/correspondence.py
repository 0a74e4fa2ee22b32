"""Correspondence 往来报文: messages of the dialogue are signed, and verified."""

from __future__ import annotations

from typing import TypeVar

from egovarchive.archive.acting import Acting
from egovarchive.errors import (
    InvalidValueError,
    NotStoredError,
    ReceiptError,
    SignatureInvalidError,
)
from egovarchive.lifecycle.dialogue.notice import TransferNotice
from egovarchive.lifecycle.dialogue.offer import Offer, OfferReply
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.signed_message import Message, SignedMessage
from egovarchive.signing import Verifier

M = TypeVar("M", Offer, OfferReply, TransferNotice, Receipt)


def signed(acting: Acting, message: Message) -> SignedMessage:
    """
    Return *message* with this archive's signature.

    Raises:
        SigningError: The archive has no signer, or it could not sign.
    """
    [signature] = acting.archiving.sign([message.encode()])
    return SignedMessage.of(message, signature)


def signature_once(acting: Acting, key: str, data: bytes) -> bytes:
    """
    Return the one signature of this archive over *data*, which is kept under *key*.

    Two signatures over the same bytes differ; what is done once more stays the same.

    Raises:
        SigningError: There is none yet, and it could not be made.
    """
    try:
        return acting.kept(key)
    except NotStoredError:
        [signature] = acting.archiving.sign([data])
    # Another process may have been faster.
    return acting.keep_first(key, signature)


def message_of(
    acting: Acting, message: SignedMessage, kind: type[M], verifier: Verifier
) -> M:
    """
    Return what *message* says, once its signature is verified as of now.

    Raises:
        SignatureInvalidError: It does not verify, its signer is not trusted, or it is
            this archive's own.
        ReceiptError: It is no message of this *kind*.
    """
    verified = message.verify(verifier, at=acting.now())
    own = acting.archiving.signer
    if own is not None and verified.certificate == own.certificate:
        raise SignatureInvalidError(
            f"{verified.signer} signs for this archive, and for nobody else",
            f"{verified.signer} 是本档案库的签名者，不能代对方签名",
        )
    try:
        found = message.read()
    except InvalidValueError as error:
        raise ReceiptError(error.message("en"), error.message("zh")) from None
    if not isinstance(found, kind):
        raise ReceiptError(
            f"a message of the kind {message.kind.label('en')}, not {kind.__name__}",
            f"收到的是{message.kind.zh}，不是所需报文",
        )
    return found
