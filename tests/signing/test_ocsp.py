"""OCSP replies are read in one strict form, and nothing in them is guessed."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing import der
from egovarchive.signing import ocsp as ocsp_module
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.crl import Revoked
from egovarchive.signing.ocsp import OcspReply
from signing.authority import AT
from signing.revoking import EARLIER, LATER, LEAF, MIDDLE, ROOT, reply, responder

UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
REPLY = reply(responder(MIDDLE), revoked_at=AT, reason=ReasonFlags.superseded)
LEAF_READ, MIDDLE_READ = Certificate.parse(LEAF.der), Certificate.parse(MIDDLE.der)


def test_what_a_reply_says() -> None:
    found = OcspReply.parse(REPLY)
    assert found.produced_at == EARLIER
    [answer] = found.answers
    assert answer.is_about(LEAF_READ, MIDDLE_READ)
    assert not answer.is_about(MIDDLE_READ, Certificate.parse(ROOT.der))
    assert not answer.is_about(LEAF_READ, Certificate.parse(ROOT.der))
    assert not answer.good
    assert answer.revoked == Revoked(AT, "superseded")
    assert (answer.this_update, answer.next_update) == (EARLIER, LATER)
    assert [each.subject_text for each in found.certificates] == ["CN=OCSP 响应者"]
    assert found.names(found.certificates[0])
    assert not found.names(LEAF_READ)
    assert len(repr(found)) < 1000


@pytest.mark.parametrize("digest", [hashes.SHA1(), hashes.SHA256()])  # noqa: S303
def test_certificates_are_named_by_either_digest(
    digest: hashes.SHA1 | hashes.SHA256,
) -> None:
    [answer] = OcspReply.parse(reply(MIDDLE, digest=digest)).answers
    assert answer.is_about(LEAF_READ, MIDDLE_READ)
    assert answer.good


def test_unknown_is_neither() -> None:
    [answer] = OcspReply.parse(reply(MIDDLE, unknown=True)).answers
    assert not answer.good
    assert answer.revoked is None


def test_a_nonce_is_let_through() -> None:
    nonce = x509.OCSPNonce(b"12345678")
    [answer] = OcspReply.parse(reply(MIDDLE, extra=[(nonce, False)])).answers
    assert answer.good


def unsuccessful() -> bytes:
    status = ocsp.OCSPResponseStatus.TRY_LATER
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(
        Encoding.DER
    )


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (unsuccessful(), "is that there is none"),
        (reply(MIDDLE, extra=[(UNKNOWN, True)]), "1.2.3.4 is critical"),
        (
            REPLY.replace(der.oid(ocsp_module.BASIC), der.oid("1.3.6.1.5.5.7.48.1.9")),
            "basic",
        ),
        (
            REPLY.replace(der.oid("1.3.14.3.2.26"), der.oid("1.3.14.3.2.27")),
            "not known",
        ),
        (REPLY + b"\x00", "too many"),
        (REPLY[:-1], "cut short"),
        (b"", "cut short"),
    ],
    ids=["try later", "critical", "kind", "digest", "more", "less", "nothing"],
)
def test_what_is_not_understood_is_refused(source: bytes, why: str) -> None:
    with pytest.raises(SignatureInvalidError, match=why):
        OcspReply.parse(source)


def rebuilt(
    *, named: bytes | None = None, answers: bytes | None = None, after: bytes = b""
) -> bytes:
    whole = der.Reader.of(REPLY).take(der.SEQUENCE)
    status = whole.take().raw
    inner = whole.take(0xA0).take(der.SEQUENCE)
    kind = inner.take(der.OID).raw
    basic = der.read(inner.take_octets())
    body = basic.take(der.SEQUENCE)
    parts = [body.take().raw for _ in range(3)]
    if named is not None:
        parts[0] = named
    if answers is not None:
        parts[2] = answers
    rest = [basic.take().raw, basic.take().raw]
    own = der.sequence(der.sequence(*parts), *rest, after)
    return der.sequence(status, der.write(0xA0, der.sequence(kind, der.octets(own))))


def answer_with(status: bytes, *rest: bytes) -> bytes:
    identifier = der.sequence(
        der.algorithm_identifier("2.16.840.1.101.3.4.2.1"),
        der.octets(bytes(32)),
        der.octets(bytes(32)),
        der.integer(5),
    )
    moment = der.write(der.GENERALIZED_TIME, b"20261123083005Z")
    return der.sequence(identifier, status, moment, *rest)


GOOD = answer_with(b"\x80\x00")
CERTIFICATES = der.write(0xA0, der.sequence(*[LEAF.der] * 11))


def test_the_frame_of_what_follows_is_good() -> None:
    assert OcspReply.parse(rebuilt(answers=der.sequence(GOOD))).answers[0].good
    assert OcspReply.parse(rebuilt(answers=der.sequence())).answers == ()


@pytest.mark.parametrize(
    "source",
    [
        rebuilt(named=der.write(0xA3, der.octets(bytes(20)))),
        rebuilt(named=b"\xa0\x03\x02\x01\x00"),
        rebuilt(answers=der.sequence(*[GOOD] * 101)),
        rebuilt(answers=der.sequence(answer_with(b"\x83\x00"))),
        rebuilt(answers=der.sequence(answer_with(b"\x80\x01\x00"))),
        rebuilt(answers=der.sequence(answer_with(b"\xa1\x00"))),
        rebuilt(answers=der.sequence(answer_with(b"\x80\x00", b"\x05\x00"))),
        rebuilt(
            answers=der.sequence(
                answer_with(
                    b"\x80\x00",
                    der.write(
                        0xA1,
                        der.sequence(
                            der.sequence(
                                der.oid("1.2.3.4"), b"\x01\x01\xff", der.octets(b"")
                            )
                        ),
                    ),
                )
            )
        ),
        rebuilt(after=CERTIFICATES),
        rebuilt(after=b"\x05\x00"),
    ],
    ids=[
        "responder",
        "version written out",
        "too many answers",
        "status",
        "status with more",
        "revoked never",
        "unread",
        "critical",
        "too many certificates",
        "more",
    ],
)
def test_what_is_not_in_its_one_form_is_refused(source: bytes) -> None:
    with pytest.raises(SignatureInvalidError):
        OcspReply.parse(source)


def test_a_huge_one_is_not_read() -> None:
    with pytest.raises(SignatureInvalidError, match="at most"):
        OcspReply.parse(bytes(ocsp_module.MAX_OCSP_SIZE + 1))


@given(st.data())
def test_mutations_end_in_one_kind_of_error(data: st.DataObject) -> None:
    source = bytearray(REPLY)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source) - 1))
        source[at] = data.draw(st.integers(0, 255))
    del source[data.draw(st.integers(1, len(source))) :]
    try:
        found = OcspReply.parse(bytes(source))
        for answer in found.answers:
            answer.is_about(LEAF_READ, MIDDLE_READ)
    except SignatureInvalidError:
        pass
