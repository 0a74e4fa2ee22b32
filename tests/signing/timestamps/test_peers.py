"""`rfc3161-client` and `asn1crypto` read what we make, and the same is in it."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from typing import Any, TypeAlias

import pytest
from asn1crypto import cms, tsp  # type: ignore[import-untyped]
from cryptography import x509

from egovarchive.signing.timestamps.request import TimestampRequest
from egovarchive.signing.timestamps.response import TimestampResponse
from egovarchive.signing.timestamps.token import verify_token
from egovarchive.testing.timestamps import Fault, TestAuthority
from signing.timestamps.desk import DIGEST, NONCE, REQUEST

client: Any = pytest.importorskip(
    "rfc3161_client", reason="rfc3161-client is not installed"
)
Judge: TypeAlias = Any

MESSAGE = "归档信息包".encode()


@pytest.fixture(scope="module", params=["ecdsa-p256-sha256", "rsa-pkcs1-sha256"])
def authority(request: pytest.FixtureRequest) -> TestAuthority:
    return TestAuthority(algorithm=request.param)


@pytest.fixture
def judge(authority: TestAuthority) -> Judge:
    root = x509.load_der_x509_certificate(authority.root)
    builder = client.VerifierBuilder().add_root_certificate(root)
    return builder.nonce(NONCE).build()


def test_it_verifies_ours(authority: TestAuthority, judge: Judge) -> None:
    answer = client.decode_timestamp_response(authority.reply(REQUEST.der))
    assert judge.verify(answer, DIGEST)
    assert answer.tst_info.nonce == NONCE
    assert answer.tst_info.message_imprint.message == DIGEST


@pytest.mark.parametrize(
    "fault",
    [
        Fault.WRONG_NONCE,
        Fault.WRONG_IMPRINT,
        Fault.ALTERED,
        Fault.BAD_SIGNATURE,
        Fault.NO_PURPOSE,
        Fault.UNKNOWN,
        Fault.TWO_SIGNERS,
    ],
    ids=str,
)
def test_it_refuses_what_we_refuse_but_for_the_binding(
    authority: TestAuthority, judge: Judge, fault: Fault
) -> None:
    raw = authority.reply(REQUEST.der, fault)
    with pytest.raises((client.VerificationError, ValueError)):
        judge.verify(client.decode_timestamp_response(raw), DIGEST)


def test_we_answer_what_it_asks(authority: TestAuthority) -> None:
    asked = (
        client.TimestampRequestBuilder()
        .data(MESSAGE)
        .hash_algorithm(client.HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .build()
    )
    request = TimestampRequest.parse(asked.as_bytes())
    assert request.imprint.digest == hashlib.sha256(MESSAGE).digest()
    assert request.nonce == asked.nonce
    answer = authority.reply(asked.as_bytes())
    token = TimestampResponse.parse(answer).granted()
    at = datetime.now(timezone.utc)
    verified = verify_token(
        token, DIGEST, "sha256", trust=authority.trust, at=at, nonce=asked.nonce
    )
    theirs = client.decode_timestamp_response(answer).tst_info
    assert theirs.serial_number == verified.serial
    assert theirs.policy.dotted_string == verified.policy
    # It leaves fractions of a second out.
    assert theirs.gen_time == verified.gen_time.replace(microsecond=0)


@pytest.mark.parametrize("binding", [1, 2])
def test_asn1crypto_reads_all_of_it(binding: int) -> None:
    authority = TestAuthority(binding=binding)
    answer = authority.reply(REQUEST.der)
    theirs = tsp.TimeStampResp.load(answer, strict=True)
    assert theirs["status"]["status"].native == "granted"
    signed = theirs["time_stamp_token"]["content"]
    assert isinstance(signed, cms.SignedData)
    assert signed["version"].native == "v3"
    content = signed["encap_content_info"]["content"].parsed
    assert content["nonce"].native == NONCE
    [signer] = signed["signer_infos"]
    attributes = {each["type"].native for each in signer["signed_attrs"]}
    name = "signing_certificate" + ("_v2" if binding == 2 else "")
    assert attributes == {"content_type", "message_digest", "signing_time", name}
    assert theirs.dump(force=True) == answer
