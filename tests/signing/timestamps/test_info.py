"""Requests, responses and what tokens say: one strict form, both ways."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from asn1crypto import tsp  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import (
    EgovArchiveError,
    InvalidValueError,
    SignatureInvalidError,
    TimestampRefusedError,
    TimestampUnavailableError,
)
from egovarchive.records.digest import ALGORITHMS
from egovarchive.signing import der
from egovarchive.signing.timestamps import request as request_module
from egovarchive.signing.timestamps import response as response_module
from egovarchive.signing.timestamps.imprint import Imprint
from egovarchive.signing.timestamps.info import TokenInfo
from egovarchive.signing.timestamps.request import TimestampRequest
from egovarchive.signing.timestamps.response import FAILURES, TimestampResponse
from signing.timestamps.desk import AT, DIGEST, IMPRINT, REQUEST

POLICY = "2.999.1"
INFO = TokenInfo(policy=POLICY, imprint=IMPRINT, serial=7, gen_time=AT)

numbers = st.integers(0, 2**160 - 1)
moments = st.datetimes(
    datetime(1, 1, 1),
    datetime(9999, 12, 31, 23, 59, 59, 999_999),
    timezones=st.just(timezone.utc),
)
imprints = st.sampled_from(sorted(ALGORITHMS)).flatmap(
    lambda name: st.binary(
        min_size=ALGORITHMS[name] // 2, max_size=ALGORITHMS[name] // 2
    ).map(lambda digest: Imprint(name, digest))
)
policies = st.sampled_from(
    [POLICY, "1.3.6.1.4.1.99999.1", "0.4.0.2023.1.1", f"2.25.{2**128 - 1}"]
)
infos = st.builds(
    TokenInfo,
    policy=policies,
    imprint=imprints,
    serial=numbers,
    gen_time=moments,
    accuracy=st.none() | st.timedeltas(timedelta(), timedelta(days=20_000)),
    ordering=st.booleans(),
    nonce=st.none() | numbers,
    authority=st.none() | st.just(b"\xa4\x02\x30\x00"),
)
requests = st.builds(
    TimestampRequest,
    imprint=imprints,
    nonce=st.none() | numbers,
    policy=st.none() | policies,
    wants_certificate=st.booleans(),
)


@given(infos)
def test_what_a_token_says_comes_back(info: TokenInfo) -> None:
    assert TokenInfo.parse(info.der) == info


@given(infos)
def test_others_read_the_same(info: TokenInfo) -> None:
    theirs = tsp.TSTInfo.load(info.der, strict=True)
    assert theirs["policy"].dotted == info.policy
    assert theirs["serial_number"].native == info.serial
    assert theirs["gen_time"].native == info.gen_time
    assert theirs["nonce"].native == info.nonce
    assert theirs["ordering"].native is info.ordering
    assert theirs["message_imprint"]["hashed_message"].native == info.imprint.digest
    # It writes the year 999 in three digits.
    if info.gen_time.year >= 1000:
        assert theirs.dump(force=True) == info.der


@given(requests)
def test_a_request_comes_back(request: TimestampRequest) -> None:
    assert TimestampRequest.parse(request.der) == request
    theirs = tsp.TimeStampReq.load(request.der, strict=True)
    assert theirs["nonce"].native == request.nonce
    assert theirs["cert_req"].native is request.wants_certificate
    assert theirs.dump(force=True) == request.der


@given(
    st.sampled_from([2, 3, 4, 5]),
    st.lists(st.text(max_size=20), max_size=3).map(tuple),
    st.sets(st.sampled_from(sorted(FAILURES.values()))),
)
def test_a_response_comes_back(
    status: int, texts: tuple[str, ...], failures: set[str]
) -> None:
    in_order = tuple(name for name in FAILURES.values() if name in failures)
    response = TimestampResponse(status, texts, in_order)
    assert TimestampResponse.parse(response.der) == response
    status_info = der.read(response.der).take(der.SEQUENCE).raw
    theirs = tsp.PKIStatusInfo.load(status_info, strict=True)
    assert list(theirs["status_string"].native or []) == list(texts)


def test_a_failure_is_said_as_others_say_it() -> None:
    response = TimestampResponse(2, ("策略不可用",), ("unacceptedPolicy",))
    status_info = der.read(response.der).take(der.SEQUENCE).raw
    theirs = tsp.PKIStatusInfo.load(status_info, strict=True)
    assert theirs["status"].native == "rejection"
    assert "unaccepted_policy" in str(theirs["fail_info"].native)


def moment(text: str) -> bytes:
    return der.write(der.GENERALIZED_TIME, text.encode())


def said(*, time: bytes = moment("20261123083005Z"), after: bytes = b"") -> bytes:
    parts = [der.integer(1), der.oid(POLICY), IMPRINT.der, der.integer(7)]
    return der.sequence(*parts, time, after)


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [("", 0), (".5", 500_000), (".000001", 1), (".123456789", 123_456)],
)
def test_a_time_may_have_a_fraction(text: str, microseconds: int) -> None:
    info = TokenInfo.parse(said(time=moment(f"20261123083005{text}Z")))
    assert info.gen_time == AT.replace(microsecond=microseconds)


@pytest.mark.parametrize(
    "text",
    [
        "20261123083005",
        "20261123083005.Z",
        "20261123083005.50Z",
        "20261123083005,5Z",
        "20261123083005.0Z",
        "20261123083005.1234567891Z",
        "20261123083005+0800",
        "202611230830Z",
        "20261323083005Z",
        "20261123083060Z",
        "00001123083005Z",
        "２０２６1123083005Z",
    ],
)
def test_a_time_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(SignatureInvalidError):
        TokenInfo.parse(said(time=moment(text)))


@pytest.mark.parametrize(
    "after",
    [
        der.write(der.BOOLEAN, b"\x00"),
        der.write(der.BOOLEAN, b"\x01"),
        der.integer(2**160),
        b"\x02\x01\xff",
        b"\x02\x02\x00\x01",
        der.sequence(der.integer(2**31)),
        der.sequence(b"\x02\x01\xff"),
        der.sequence(b"\x80\x01\x00"),
        der.sequence(b"\x80\x02\x03\xe8"),
        der.sequence(b"\x81\x00"),
        der.sequence(b"\x81\x01\x01", b"\x80\x01\x01"),
        der.sequence(b"\x30\x00"),
        b"\xa0\x00",
        b"\xa0\x04\x82\x00\x82\x00",
        b"\x05\x00",
    ],
    ids=bytes.hex,
)
def test_what_is_not_strict_is_refused(after: bytes) -> None:
    with pytest.raises(SignatureInvalidError):
        TokenInfo.parse(said(after=after))


@pytest.mark.parametrize("critical", [False, True])
def test_only_extensions_that_may_be_ignored_are(*, critical: bool) -> None:
    flag = der.write(der.BOOLEAN, b"\xff") if critical else b""
    one = der.sequence(der.oid("2.999.2"), flag, der.octets(b""))
    source = said(after=der.write(0xA1, one))
    if not critical:
        assert TokenInfo.parse(source) == TokenInfo.parse(said())
        return
    with pytest.raises(SignatureInvalidError, match="critical"):
        TokenInfo.parse(source)


def test_another_version_is_refused() -> None:
    for reader, source in (
        (TokenInfo.parse, said()),
        (TimestampRequest.parse, REQUEST.der),
    ):
        other = source.replace(b"\x02\x01\x01", b"\x02\x01\x02", 1)
        with pytest.raises(SignatureInvalidError, match="version 1"):
            reader(other)


@pytest.mark.parametrize(
    ("identifier", "size"),
    [
        (der.algorithm_identifier("1.3.14.3.2.26"), 20),
        (der.algorithm_identifier("1.2.840.113549.2.5", null=True), 16),
        # The signature's identifier in the place of the digest's.
        (der.algorithm_identifier("1.2.156.10197.1.501"), 32),
        (der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.octets(b"")), 32),
        (der.algorithm_identifier("2.16.840.1.101.3.4.2.1"), 31),
        (der.algorithm_identifier("2.16.840.1.101.3.4.2.3"), 32),
    ],
    ids=["sha1", "md5", "sm2-sm3", "parameters", "short", "sha512 of 32"],
)
def test_digests_outside_the_list_are_refused(identifier: bytes, size: int) -> None:
    imprint = der.sequence(identifier, der.octets(bytes(size)))
    with pytest.raises(SignatureInvalidError):
        Imprint.read(der.Reader.of(imprint))


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("null", [False, True])
def test_null_parameters_make_no_difference(name: str, *, null: bool) -> None:
    imprint = Imprint(name, bytes(ALGORITHMS[name] // 2))
    source = imprint.der
    if not null:
        whole = der.read(source)
        dotted = whole.take(der.SEQUENCE).take_oid()
        source = der.sequence(
            der.algorithm_identifier(dotted), der.octets(imprint.digest)
        )
    assert Imprint.read(der.Reader.of(source)) == imprint


@pytest.mark.parametrize(
    "policy",
    ["", "1", "3.1", "1.40", "0.05", "1.2.03", "1..2", "1.2.", "一.二", "1." * 200],
)
def test_a_policy_is_an_object_identifier(policy: str) -> None:
    with pytest.raises(InvalidValueError, match="object identifier"):
        TimestampRequest(imprint=IMPRINT, policy=policy)


@pytest.mark.parametrize("nonce", [-1, 2**160])
def test_a_nonce_has_its_range(nonce: int) -> None:
    with pytest.raises(InvalidValueError, match="160"):
        TimestampRequest(imprint=IMPRINT, nonce=nonce)


@pytest.mark.parametrize(
    "source",
    [
        REQUEST.der + b"\x00",
        REQUEST.der[:-1],
        der.sequence(der.integer(1), IMPRINT.der, b"\x01\x01\x00"),
        der.sequence(der.integer(1), IMPRINT.der, b"\xa0\x00"),
        der.sequence(der.integer(1), IMPRINT.der, der.integer(1), der.oid(POLICY)),
        der.sequence(der.octets(bytes(request_module.MAX_SIZE))),
        b"",
    ],
    ids=["padded", "cut", "default", "extensions", "order", "long", "empty"],
)
def test_a_request_of_another_form_is_refused(source: bytes) -> None:
    with pytest.raises(SignatureInvalidError):
        TimestampRequest.parse(source)


STATUS_0 = der.sequence(der.integer(0))
STATUS_2 = der.sequence(der.integer(2))
TOKEN = der.sequence(der.octets(DIGEST))


@pytest.mark.parametrize(
    "source",
    [
        der.sequence(STATUS_0),
        der.sequence(STATUS_2, TOKEN),
        der.sequence(der.sequence(der.integer(6))),
        der.sequence(der.sequence(der.integer(2**63))),
        der.sequence(der.sequence(b"\x02\x01\xff")),
        der.sequence(der.sequence(der.integer(2), der.sequence(b"\x0c\x01\xff"))),
        der.sequence(der.sequence(der.integer(2), der.sequence(b"\x13\x01a"))),
        der.sequence(der.sequence(der.integer(2), der.sequence(b"\x0c\x00" * 11))),
        der.sequence(der.sequence(der.integer(2), b"\x03\x00")),
        der.sequence(STATUS_0, TOKEN, TOKEN),
        der.sequence(STATUS_0, der.octets(bytes(response_module.MAX_SIZE))),
        b"",
    ],
)
def test_a_response_of_another_form_is_refused(source: bytes) -> None:
    with pytest.raises(SignatureInvalidError):
        TimestampResponse.parse(source)


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (TimestampResponse(2), TimestampRefusedError),
        (TimestampResponse(2, failures=("badAlg",)), TimestampRefusedError),
        (TimestampResponse(3), TimestampUnavailableError),
        (TimestampResponse(2, failures=("systemFailure",)), TimestampUnavailableError),
        (
            TimestampResponse(2, failures=("timeNotAvailable",)),
            TimestampUnavailableError,
        ),
        (TimestampResponse(5, ("revoked",)), TimestampRefusedError),
    ],
)
def test_what_an_authority_says_tells_what_to_do(
    response: TimestampResponse, error: type[EgovArchiveError]
) -> None:
    with pytest.raises(error) as caught:
        response.granted()
    assert type(caught.value) is error
    for text in (*response.failures, *response.texts):
        assert text in str(caught.value)
        assert text in caught.value.message("zh")


def test_a_long_or_strange_text_is_quoted() -> None:
    with pytest.raises(TimestampRefusedError) as caught:
        TimestampResponse(2, ("a\n\x1b[31m" * 1000,)).granted()
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()
