"""Signing at a desk: the openssl program is the desk, and gets a file."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    InvalidValueError,
    SigningError,
)
from egovarchive.signing.desk import Desk, PendingSignature
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from signing.authority import AT, family, issue, signer_of, store_of

CODE = "A439-WS·2026·D30·0001"

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not installed"
)


@pytest.fixture
def desk() -> Desk:
    _, middle, leaf = family()
    return Desk(leaf.der, [middle.der])


@pytest.fixture
def pending(desk: Desk) -> PendingSignature:
    return desk.prepare(b"message", package=CODE, at=AT)


def signed(pending: PendingSignature) -> bytes:
    _, _, leaf = family()
    [signature] = signer_of(leaf).sign_many([pending.request])
    return bytes(signature)


def at_the_desk(folder: Path, file: bytes, key_pem: bytes, *options: str) -> bytes:
    """Do what somebody does who has the file, the key, and a shell."""
    members = json.loads(file)
    (folder / "to-sign").write_bytes(base64.b64decode(members["to_sign"]))
    (folder / "key.pem").write_bytes(key_pem)
    listed = subprocess.run(
        ["sha256sum", "to-sign"], cwd=folder, capture_output=True, check=True, text=True
    )
    assert listed.stdout.startswith(members["id"])
    subprocess.run(
        ["openssl", "dgst", *options, "-sign", "key.pem", "-out", "signed", "to-sign"],
        cwd=folder,
        check=True,
    )
    return (folder / "signed").read_bytes()


@needs_openssl
def test_what_openssl_signs_at_the_desk_verifies(desk: Desk, tmp_path: Path) -> None:
    root, _, leaf = family()
    file = desk.prepare(b"message", package=CODE, at=AT).to_json()
    signature = at_the_desk(tmp_path, file, leaf.key_pem, "-sha256")
    back = PendingSignature.from_json(file)
    assert back.package == CODE
    whole = desk.embed(back, signature, b"message")
    later = AT + timedelta(days=3)
    verified = store_of(root).verify(whole, b"message", at=later)
    assert verified.claimed_at == AT


@needs_openssl
def test_with_sm2_openssl_has_to_be_told_the_signer_id(tmp_path: Path) -> None:
    made = KeySigner.self_signed("某市行政审批局", at=AT, algorithm="sm2-sm3")
    desk = Desk(made.certificate)
    file = desk.prepare(b"message", package=CODE, at=AT).to_json()
    back = PendingSignature.from_json(file)
    told = ("-sm3", "-sigopt", "distid:1234567812345678")
    signature = at_the_desk(tmp_path, file, made.private_pem(), *told)
    whole = desk.embed(back, signature, b"message")
    TrustStore([made.certificate]).verify(whole, b"message", at=AT)
    signature = at_the_desk(tmp_path, file, made.private_pem(), "-sm3")
    with pytest.raises(SigningError, match="wrong signature"):
        desk.embed(back, signature, b"message")


def test_the_desk_may_have_a_signer(desk: Desk, pending: PendingSignature) -> None:
    whole = desk.embed(pending, signed(pending), b"message")
    store_of(family()[0]).verify(whole, b"message", at=AT)


def test_the_file_comes_back_as_it_left(pending: PendingSignature) -> None:
    file = pending.to_json()
    assert CODE.encode() in file
    assert PendingSignature.from_json(file) == pending
    assert PendingSignature.from_json(file).to_json() == file
    assert len(repr(pending)) < 300


def test_the_file_has_no_more_than_it_needs(pending: PendingSignature) -> None:
    assert b"message" not in pending.to_sign
    assert len(pending.to_json()) < 1_500


def test_a_signature_for_another_message_is_refused(
    desk: Desk, pending: PendingSignature
) -> None:
    with pytest.raises(SigningError, match="another message"):
        desk.embed(pending, signed(pending), b"messagE")
    other = desk.prepare(b"other", package=CODE, at=AT)
    with pytest.raises(SigningError, match="wrong signature"):
        desk.embed(pending, signed(other), b"message")


def test_a_signature_of_another_key_is_refused(
    desk: Desk, pending: PendingSignature
) -> None:
    _, middle, _ = family()
    stranger = signer_of(issue("stranger", middle, number=9))
    [signature] = stranger.sign_many([pending.request])
    with pytest.raises(SigningError, match="wrong signature"):
        desk.embed(pending, signature, b"message")
    with pytest.raises(SigningError, match="another certificate"):
        Desk(stranger.certificate).embed(pending, signature, b"message")


@pytest.mark.parametrize("signature", [b"", b"\0", bytes(64), b"\x30\x80" * 40])
def test_what_is_no_signature_is_refused(
    desk: Desk, pending: PendingSignature, signature: bytes
) -> None:
    with pytest.raises(SigningError):
        desk.embed(pending, signature, b"message")


def test_what_was_altered_on_purpose_is_refused_too(
    desk: Desk, pending: PendingSignature
) -> None:
    """Who alters bytes and id has those signed; they do not fit the message."""
    other = desk.prepare(b"other", package="another", at=AT)
    forged = PendingSignature.from_json(
        evolve(pending, to_sign=other.to_sign).to_json()
    )
    with pytest.raises(SigningError, match="does not fit"):
        desk.embed(forged, signed(forged), b"message")
    strange = evolve(pending, to_sign=b"\x31\x00")
    with pytest.raises(SigningError, match="does not fit"):
        desk.embed(strange, signed(strange), b"message")
    with pytest.raises(SigningError, match="waits for ed25519"):
        desk.embed(evolve(pending, algorithm="ed25519"), b"", b"message")


@pytest.mark.parametrize(
    "change",
    [
        {"type": "another"},
        {"version": 2},
        {"version": True, "type": 5},
        {"package": None},
        {"package": "x" * 1_001},
        {"algorithm": "rsa-pkcs1-md5"},
        {"algorithm": []},
        {"certificate_sha256": 5},
        {"id": "00"},
        {"to_sign": "?"},
        {"to_sign": "é"},
        {"to_sign": "AAAA"},
        {"more": ""},
    ],
)
def test_a_file_of_another_form_is_refused(
    pending: PendingSignature, change: dict[str, object]
) -> None:
    members = {**json.loads(pending.to_json()), **change}
    with pytest.raises(InvalidValueError, match="not a pending signature"):
        PendingSignature.from_json(json.dumps(members).encode())


@pytest.mark.parametrize(
    "source", [b"", b"{", b"[]", b"5", b"\xff", b"[" * 99_000, b" " * 100_001, b"{}"]
)
def test_what_is_no_such_file_is_refused(source: bytes) -> None:
    with pytest.raises(InvalidValueError, match="not a pending signature"):
        PendingSignature.from_json(source)


def test_what_cannot_be_signed_is_not_prepared(desk: Desk) -> None:
    with pytest.raises(SigningError, match="valid from"):
        desk.prepare(b"", package=CODE, at=AT.replace(year=2050))
    with pytest.raises(InvalidValueError, match="no time zone"):
        desk.prepare(b"", package=CODE, at=AT.replace(tzinfo=None))
    with pytest.raises(InvalidValueError, match="long name"):
        desk.prepare(b"", package="x" * 1_001, at=AT)
    with pytest.raises(AlgorithmUnsupportedError):
        Desk(family()[2].der, algorithms=["sm2-sm3"])
    with pytest.raises(SigningError):
        Desk(b"")
