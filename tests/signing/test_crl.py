"""Revocation lists are read in one strict form, and nothing in them is guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.x509 import ReasonFlags
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing import crl as crl_module
from egovarchive.signing import der
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.crl import RevocationList, Revoked
from egovarchive.signing.distribution import ALL_REASONS, Scope
from signing.authority import AT, issue
from signing.revoking import DAY, EARLIER, LATER, LEAF, MIDDLE, crl, entry, point

UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
LIST = crl(
    MIDDLE,
    entry(LEAF, EARLIER, ReasonFlags.key_compromise, invalid_since=EARLIER - DAY),
    extra=[point(users=True)],
)


def serial_of(number: int) -> bytes:
    return der.read(der.integer(number), der.INTEGER).value


def test_what_a_list_says() -> None:
    found = RevocationList.parse(LIST)
    assert found.issuer == Certificate.parse(MIDDLE.der).subject
    assert found.issuer_text == "CN=运营 CA"
    assert (found.this_update, found.next_update) == (EARLIER, LATER)
    assert found.number == 7
    assert found.authority_key_id == MIDDLE.key_id.digest
    assert found.scope == Scope(users=True)
    assert not found.delta
    serial = serial_of(LEAF.certificate.serial_number)
    assert found.revoked == {serial: Revoked(EARLIER, "keyCompromise", EARLIER - DAY)}
    assert found.revoked[serial].since == EARLIER - DAY
    assert found == RevocationList.parse(LIST)
    assert len(repr(found)) < 400


def test_a_plain_list_is_about_everything() -> None:
    found = RevocationList.parse(crl(MIDDLE, key_id=False))
    assert found.authority_key_id is None
    assert found.revoked == {}
    assert found.scope.reasons_for(Certificate.parse(LEAF.der)) == ALL_REASONS


def test_what_is_not_critical_may_be_unknown() -> None:
    own = entry(LEAF, EARLIER, extra=[(UNKNOWN, False)])
    assert RevocationList.parse(crl(MIDDLE, own, extra=[(UNKNOWN, False)])).revoked


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (crl(MIDDLE, extra=[(UNKNOWN, True)]), "1.2.3.4 is critical"),
        (crl(MIDDLE, entry(LEAF, AT, extra=[(UNKNOWN, True)])), "1.2.3.4 is critical"),
        (
            crl(
                MIDDLE,
                entry(
                    LEAF,
                    AT,
                    extra=[
                        (
                            x509.CertificateIssuer(
                                [x509.DirectoryName(LEAF.certificate.subject)]
                            ),
                            True,
                        )
                    ],
                ),
            ),
            "2.5.29.29 is critical",
        ),
        (crl(MIDDLE, extra=[point(indirect=True)]), "other issuers"),
        (crl(MIDDLE, extra=[point(attributes=True)]), "other issuers"),
        (crl(MIDDLE, entry(LEAF, AT), entry(LEAF, EARLIER)), "twice"),
        (LEAF.der, "version 2"),
        (LIST + b"\x00", "too many"),
        (LIST[:-1], "cut short"),
        (b"", "cut short"),
    ],
    ids=[
        "critical extension",
        "critical extension of an entry",
        "certificate issuer",
        "indirect",
        "attribute certificates",
        "listed twice",
        "a certificate",
        "one byte more",
        "one byte less",
        "nothing",
    ],
)
def test_what_is_not_understood_is_refused(source: bytes, why: str) -> None:
    with pytest.raises(SignatureInvalidError, match=why):
        RevocationList.parse(source)


def rebuilt(change: Callable[[list[bytes]], None]) -> bytes:
    """Return `LIST` with the elements of its signed part changed."""
    whole = der.read(LIST)
    body = whole.take(der.SEQUENCE)
    parts = []
    while body.more():
        parts.append(body.take().raw)
    change(parts)
    rest = [whole.take().raw, whole.take().raw]
    return der.sequence(der.sequence(*parts), *rest)


def put(index: int, *new: bytes) -> Callable[[list[bytes]], None]:
    def change(parts: list[bytes]) -> None:
        parts[index : index + 1] = new

    return change


NUMBER = der.oid("2.5.29.20")
EXPIRED = der.oid("2.5.29.60")
REASON = der.oid("2.5.29.21")


def with_extension(*parts: bytes) -> Callable[[list[bytes]], None]:
    return put(6, der.write(0xA0, der.sequence(der.sequence(*parts))))


def with_entry(*parts: bytes) -> Callable[[list[bytes]], None]:
    return put(5, der.sequence(der.sequence(der.integer(5), der.time(AT), *parts)))


@pytest.mark.parametrize(
    "change",
    [
        put(0),
        put(0, der.integer(0)),
        put(0, der.integer(2)),
        put(1, der.algorithm_identifier("1.2.840.113549.1.1.11", null=True)),
        put(4),
        put(3, b"\x17\x0b2611230830Z"),
        put(3, b"\x18\x1120261123083005.5Z"),
        put(6, der.write(0xA0, der.sequence(), der.sequence())),
        put(6, der.write(0xA1, der.sequence())),
        with_extension(NUMBER, der.octets(b"\x02\x01\xff")),
        with_extension(NUMBER, der.octets(b"\x02\x16" + b"\x01" * 22)),
        with_extension(NUMBER, der.octets(b"\x02\x02\x00\x01")),
        with_extension(EXPIRED, der.octets(b"\x05\x00")),
        with_extension(der.oid("2.5.29.28"), der.octets(b"\x30\x04\xa0\x02\xa0\x00")),
        with_extension(der.oid("2.5.29.28"), der.octets(b"\x30\x03\x81\x01\x00")),
        with_extension(der.oid("2.5.29.35"), der.octets(b"\x31\x00")),
        with_entry(der.sequence(der.sequence(REASON, der.octets(b"\x0a\x01\x07")))),
        with_entry(der.sequence(der.sequence(REASON, der.octets(b"\x0a\x02\x00\x01")))),
        with_entry(der.sequence(), der.sequence()),
        put(5, der.sequence(der.sequence(b"\x0c\x01\x05", der.time(AT)))),
    ],
)
def test_what_is_not_in_its_one_form_is_refused(
    change: Callable[[list[bytes]], None],
) -> None:
    with pytest.raises(SignatureInvalidError):
        RevocationList.parse(rebuilt(change))


def test_a_huge_one_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crl_module, "MAX_CRL_SIZE", len(LIST) - 1)
    with pytest.raises(SignatureInvalidError, match="at most"):
        RevocationList.parse(LIST)


def test_too_many_distribution_points_are_refused() -> None:
    uri = x509.UniformResourceIdentifier
    points = x509.CRLDistributionPoints(
        [
            x509.DistributionPoint([uri(f"http://a.invalid/{n}")], None, None, None)
            for n in range(33)
        ]
    )
    leaf = Certificate.parse(issue("机关", MIDDLE, extra=[(points, False)]).der)
    scope = Scope(points=frozenset({b"\x86\x01a"}))
    with pytest.raises(SignatureInvalidError, match="too many distribution points"):
        scope.reasons_for(leaf)


def test_a_point_named_relative_to_the_issuer_is_found() -> None:
    step = x509.RelativeDistinguishedName(
        [x509.NameAttribute(x509.NameOID.COMMON_NAME, "CRL1")]
    )
    points = x509.CRLDistributionPoints(
        [x509.DistributionPoint(None, step, None, None)]
    )
    leaf = Certificate.parse(issue("机关", MIDDLE, extra=[(points, False)]).der)
    whole = [*MIDDLE.certificate.subject.rdns, step]
    name = x509.Name(whole).public_bytes()
    scope = Scope(points=frozenset({der.write(0xA4, name)}))
    assert scope.reasons_for(leaf) == ALL_REASONS


@given(st.data())
def test_mutations_end_in_one_kind_of_error(data: st.DataObject) -> None:
    source = bytearray(LIST)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source) - 1))
        source[at] = data.draw(st.integers(0, 255))
    del source[data.draw(st.integers(1, len(source))) :]
    try:
        found = RevocationList.parse(bytes(source))
        found.scope.reasons_for(Certificate.parse(LEAF.der))
    except SignatureInvalidError:
        pass
