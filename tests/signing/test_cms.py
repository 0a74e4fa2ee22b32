"""What is made is CAdES-B-B, and what a signer returns is not believed unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest
from asn1crypto import cms, tsp  # type: ignore[import-untyped]
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    InvalidValueError,
    SigningError,
)
from egovarchive.signing import Signer, SignRequest
from egovarchive.signing.cms import Form, sign_messages
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.signed_data import SignedData
from signing.authority import AT, NOT_AFTER, NOT_BEFORE, family, signer_of, store_of

ROOT, MIDDLE, LEAF = family()
SIGNER = signer_of(LEAF, MIDDLE)
STORE = store_of(ROOT)


@define
class Device:
    """A signer that keeps what it was asked, and may answer something else."""

    inner: KeySigner = SIGNER
    answers: Sequence[bytes] | None = None
    algorithms: tuple[str, ...] = SIGNER.algorithms
    certificate: bytes = SIGNER.certificate
    chain: tuple[bytes, ...] = SIGNER.chain
    asked: list[tuple[Sequence[SignRequest], float | None]] = field(factory=list)

    def sign_many(
        self, requests: Sequence[SignRequest], *, timeout: float | None = None
    ) -> Sequence[bytes]:
        self.asked.append((requests, timeout))
        if self.answers is not None:
            return self.answers
        return self.inner.sign_many(requests, timeout=timeout)


@pytest.mark.parametrize("kind", ["p256", "p384", "rsa3072", "ed25519"])
def test_the_oracle_reads_what_is_made(kind: str) -> None:
    _, middle, leaf = family(kind)
    [made] = sign_messages(signer_of(leaf, middle), [b"message"], at=AT)
    content = cms.ContentInfo.load(made, strict=True)
    # `dump(force=True)` writes it all anew, so nothing in it is of another form.
    assert content.dump(force=True) == made
    assert content["content_type"].native == "signed_data"
    data = content["content"]
    assert data["version"].native == "v1"
    assert data["encap_content_info"]["content_type"].native == "data"
    assert data["encap_content_info"]["content"].native is None
    assert [each.dump() for each in data["certificates"]] == sorted(
        [leaf.der, middle.der]
    )
    [info] = data["signer_infos"]
    digest = "sha512" if kind == "ed25519" else SignedData.parse(made).digest
    assert info["digest_algorithm"]["algorithm"].native == digest
    attributes = {each["type"].native: each["values"] for each in info["signed_attrs"]}
    assert attributes["content_type"].native == ["data"]
    assert attributes["message_digest"].native == [
        hashlib.new(digest, b"message").digest()
    ]
    assert attributes["signing_time"].native == [AT]
    [binding] = attributes["signing_certificate_v2"]
    assert isinstance(binding, tsp.SigningCertificateV2)
    [entry] = binding["certs"].native
    assert entry["cert_hash"] == hashlib.sha256(leaf.der).digest()
    assert entry["issuer_serial"]["serial_number"] == leaf.certificate.serial_number
    assert info["unsigned_attrs"].native is None
    assert len(attributes) == 4


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_what_is_made_verifies_and_says_when(messages: list[bytes]) -> None:
    made = sign_messages(SIGNER, messages, at=AT)
    assert len(made) == len(messages)
    for signature, message in zip(made, messages, strict=True):
        assert STORE.verify(signature, message, at=AT).claimed_at == AT


@given(
    st.datetimes(
        NOT_BEFORE.replace(tzinfo=None) + timedelta(days=1),
        NOT_AFTER.replace(tzinfo=None) - timedelta(days=1),
        timezones=st.sampled_from([timezone.utc, timezone(timedelta(hours=8))]),
    )
)
def test_the_time_claimed_is_cut_to_seconds(at: datetime) -> None:
    [made] = sign_messages(SIGNER, [b""], at=at)
    assert SignedData.parse(made).claimed_at == at.replace(microsecond=0)


def test_times_from_2050_are_claimed_too() -> None:
    at = datetime(2051, 1, 1, tzinfo=timezone.utc)
    signer = KeySigner.self_signed("某市", at=AT, years=50)
    [made] = sign_messages(signer, [b""], at=at)
    assert SignedData.parse(made).claimed_at == at


def test_a_large_message_is_signed() -> None:
    message = bytes(50_000_000)
    [made] = sign_messages(SIGNER, [message], at=AT)
    assert len(made) < 3_000
    STORE.verify(made, message, at=AT)


def test_a_signer_is_asked_once_for_all() -> None:
    device = Device()
    made = sign_messages(device, [b"1", b"2", b"3"], at=AT, timeout=7.5)
    [(requests, timeout)] = device.asked
    assert timeout == 7.5
    assert [request.algorithm for request in requests] == ["ecdsa-p256-sha256"] * 3
    assert [request.id for request in requests] == [
        hashlib.sha256(request.message).hexdigest() for request in requests
    ]
    assert [signed_in(each) for each in made] == [
        request.message for request in requests
    ]


def signed_in(signature: bytes) -> bytes:
    """Return the attributes in a signature, as they were signed."""
    attributes = SignedData.parse(signature).attributes
    assert attributes is not None
    return attributes.signed


def test_the_same_call_asks_for_the_same() -> None:
    first, second = Device(), Device()
    sign_messages(first, [b"1"], at=AT)
    sign_messages(second, [b"1"], at=AT)
    assert first.asked == second.asked


def test_nothing_to_sign_asks_nobody() -> None:
    device = Device()
    assert sign_messages(device, [], at=AT) == []
    assert device.asked == []


@pytest.mark.parametrize("answers", [[], [b"1", b"2"]])
def test_another_number_of_signatures_is_refused(answers: list[bytes]) -> None:
    with pytest.raises(SigningError, match=f"{len(answers)} signatures for 1"):
        sign_messages(Device(answers=answers), [b"1"], at=AT)


@pytest.mark.parametrize("answer", [b"", b"nonsense", bytes(64)])
def test_a_wrong_signature_is_refused(answer: bytes) -> None:
    with pytest.raises(SigningError, match="returned a wrong signature"):
        sign_messages(Device(answers=[answer]), [b"1"], at=AT)


def test_signatures_in_another_order_are_refused() -> None:
    class Confused(Device):
        def sign_many(
            self, requests: Sequence[SignRequest], *, timeout: float | None = None
        ) -> Sequence[bytes]:
            return super().sign_many(requests, timeout=timeout)[::-1]

    with pytest.raises(SigningError, match="returned a wrong signature"):
        sign_messages(Confused(), [b"1", b"2"], at=AT)


def test_a_check_can_be_left_to_the_caller() -> None:
    [made] = sign_messages(Device(answers=[b"nonsense"]), [b"1"], at=AT, check=False)
    assert SignedData.parse(made).signature == b"nonsense"


def test_a_signer_without_a_usable_algorithm_is_refused() -> None:
    device = Device(algorithms=("sm2-sm3", "rsa-pkcs1-sha256"))
    with pytest.raises(AlgorithmUnsupportedError, match=r"offers \['sm2-sm3'"):
        sign_messages(device, [b"1"], at=AT)


def test_the_first_usable_algorithm_is_taken() -> None:
    device = Device(algorithms=("sm2-sm3", "ecdsa-p256-sha256"))
    sign_messages(device, [b"1"], at=AT)
    assert device.asked[0][0][0].algorithm == "ecdsa-p256-sha256"


def test_a_signer_whose_certificate_is_none_is_refused() -> None:
    with pytest.raises(SigningError, match="cut short"):
        sign_messages(Device(certificate=b""), [b"1"], at=AT)


def test_a_signer_whose_chain_is_none_is_refused() -> None:
    with pytest.raises(SigningError, match="expected 0x30"):
        sign_messages(Device(chain=(b"nonsense",)), [b"1"], at=AT)


@pytest.mark.parametrize(
    "at", [NOT_BEFORE - timedelta(seconds=1), NOT_AFTER + timedelta(seconds=1)]
)
def test_nothing_is_signed_with_a_certificate_that_is_not_valid(at: datetime) -> None:
    device = Device()
    with pytest.raises(SigningError, match="is valid from"):
        sign_messages(device, [b"1"], at=at)
    assert device.asked == []


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no time zone"):
        sign_messages(SIGNER, [b"1"], at=AT.replace(tzinfo=None))


class TestSigningAtADesk:
    """Between preparing and embedding only bytes need to be kept."""

    FORM = Form.of(LEAF.der, [MIDDLE.der], ["ecdsa-p256-sha256"])

    def test_the_two_steps_give_a_signature(self) -> None:
        prepared = self.FORM.prepare(b"message", at=AT)
        request = SignRequest(
            id="1", algorithm=self.FORM.algorithm.name, message=prepared
        )
        [raw] = SIGNER.sign_many([request])
        made = self.FORM.embed(prepared, raw)
        assert STORE.verify(made, b"message", at=AT).certificate == LEAF.der

    def test_a_signature_over_something_else_is_refused(self) -> None:
        prepared = self.FORM.prepare(b"message", at=AT)
        request = SignRequest(
            id="1", algorithm=self.FORM.algorithm.name, message=b"message"
        )
        [raw] = SIGNER.sign_many([request])
        with pytest.raises(SigningError, match="returned a wrong signature"):
            self.FORM.embed(prepared, raw)


def test_a_device_is_a_signer() -> None:
    signer: Signer = Device()
    assert signer.certificate == LEAF.der
