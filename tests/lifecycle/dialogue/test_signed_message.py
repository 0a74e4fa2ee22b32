"""A message is believed for its signature, and stands under one name."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.lifecycle.dialogue import signed_message as room
from egovarchive.lifecycle.dialogue import wire
from egovarchive.lifecycle.dialogue.kind import FileName, MessageKind
from egovarchive.lifecycle.dialogue.signed_message import (
    READERS,
    Message,
    SignedMessage,
    file_names,
)
from egovarchive.signing import VerifiedSignature
from egovarchive.testing.strategies.dialogue import messages
from lifecycle.dialogue.said import notice, offer, receipt, reply, transfer_list

NOW = datetime(2026, 11, 23, tzinfo=timezone.utc)
ID = transfer_list().id


class Seal:
    """A verifier for which a signature is the message, reversed."""

    def verify(
        self, signature: bytes, message: bytes, *, at: datetime
    ) -> VerifiedSignature:
        if signature != message[::-1] or at != NOW:
            raise SignatureInvalidError("no", "否")
        return VerifiedSignature(
            signer="CN=档案馆",
            certificate=b"",
            path=(),
            algorithm="reversed",
            claimed_at=None,
        )


def sign(message: Message) -> SignedMessage:
    return SignedMessage.of(message, message.encode()[::-1])


@given(messages)
def test_what_was_signed_is_read(drawn: Message) -> None:
    signed = sign(drawn)
    assert signed.verify(Seal(), at=NOW).signer == "CN=档案馆"
    assert signed.read() == drawn
    assert signed.id == drawn.id
    assert signed.kind is drawn.kind


def test_what_was_changed_is_not_verified() -> None:
    signed = sign(receipt())
    with pytest.raises(SignatureInvalidError):
        evolve(signed, data=signed.data + b" ").verify(Seal(), at=NOW)
    with pytest.raises(SignatureInvalidError):
        evolve(signed, signature=b"x").verify(Seal(), at=NOW)


def test_a_receipt_is_not_taken_for_a_reply() -> None:
    with pytest.raises(InvalidValueError):
        evolve(sign(receipt()), kind=MessageKind.REPLY).read()


def test_every_kind_is_read() -> None:
    assert set(READERS) == set(MessageKind)


@pytest.mark.parametrize("name", ["data", "signature"])
def test_too_much_is_refused_unread(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_SIZE", 100)
    monkeypatch.setattr(room, "MAX_SIGNATURE", 100)
    for value in (b"", b"x" * 101):
        values = {"data": b"x", "signature": b"x", name: value}
        with pytest.raises(InvalidValueError) as refused:
            SignedMessage(kind=MessageKind.OFFER, **values)
        assert refused.value.place == name


@pytest.mark.parametrize("name", ["data", "signature"])
def test_text_is_not_taken_for_bytes(name: str) -> None:
    values: dict[str, object] = {"data": b"x", "signature": b"x", name: "x"}
    with pytest.raises(InvalidValueError):
        SignedMessage(kind=MessageKind.OFFER, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "word"),
    [
        (offer(), "offer"),
        (reply(), "reply"),
        (notice(), "notice"),
        (receipt(), "receipt"),
    ],
)
def test_all_of_a_dialogue_stand_under_its_id(message: Message, word: str) -> None:
    names = [str(name) for name in file_names(message)]
    assert names == [f"{word}-{ID}.json", f"{word}-{ID}.json.p7s"]
    assert tuple(map(FileName.parse, names)) == file_names(message)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "offer.json",
        f"offer-{ID}",
        f"Offer-{ID}.json",
        f"offer-{ID.upper()}.json",
        f"offer-{ID}.json.p7s.tmp",
        f".offer-{ID}.json",
        f"offer-{ID}.json\n",
        f"../offer-{ID}.json",
        f"list-{ID}.json",
        f"offer-{ID[1:]}.json",
    ],
)
def test_another_name_is_none_of_ours(name: str) -> None:
    assert FileName.parse(name) is None


def test_a_name_does_not_leave_its_folder() -> None:
    with pytest.raises(InvalidValueError):
        str(FileName(MessageKind.OFFER, "../../etc"))


def test_two_systems_speak_by_files(tmp_path: Path) -> None:
    for message in (offer(), reply(), notice(), receipt()):
        signed = sign(message)
        own, beside = map(str, file_names(message))
        (tmp_path / own).write_bytes(signed.data)
        (tmp_path / beside).write_bytes(signed.signature)
    for path in tmp_path.glob("*.json"):
        name = FileName.parse(path.name)
        assert name is not None
        there = SignedMessage(
            kind=name.kind,
            data=path.read_bytes(),
            signature=path.with_name(f"{path.name}.p7s").read_bytes(),
        )
        there.verify(Seal(), at=NOW)
        assert there.read().dialogue == name.dialogue
