"""RFC 4514: a name as text, and `cryptography` agrees about it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.signing import der
from egovarchive.signing.der import DerError
from egovarchive.signing.names import name_text

KINDS = [
    NameOID.COMMON_NAME,
    NameOID.ORGANIZATION_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.LOCALITY_NAME,
    NameOID.STATE_OR_PROVINCE_NAME,
    NameOID.STREET_ADDRESS,
    NameOID.USER_ID,
]
# Their strings hold ASCII alone.
ASCII_KINDS = [
    NameOID.DOMAIN_COMPONENT,
    NameOID.EMAIL_ADDRESS,
    NameOID.SERIAL_NUMBER,
]
# What `cryptography` writes without escapes though it cannot be seen, we escape.
printable = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.just(" "),
    min_size=1,
    max_size=60,
)
visible = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1)
attributes = st.one_of(
    st.builds(x509.NameAttribute, st.sampled_from(KINDS), printable),
    st.builds(x509.NameAttribute, st.sampled_from(ASCII_KINDS), visible),
)


@given(st.lists(attributes, max_size=6))
def test_names_agree_with_the_oracle(parts: list[x509.NameAttribute[str]]) -> None:
    name = x509.Name(parts)
    found = name_text(name.public_bytes())
    # RFC 4514 lets a writer use the dotted form of a kind it has no keyword for.
    assert found == name.rfc4514_string()


def test_parts_of_one_rank_are_joined() -> None:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "某市行政审批局"),
            x509.NameAttribute(NameOID.COMMON_NAME, "电子文件归档, 专用"),
        ]
    )
    assert name_text(name.public_bytes()) == (
        "CN=电子文件归档\\, 专用,O=某市行政审批局,C=CN"
    )


def test_a_name_may_be_empty() -> None:
    assert name_text(der.sequence()) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b", "CN=a\\00b"),
        ("a\nb", "CN=a\\0ab"),
        ("\u202eoof", "CN=\\e2\\80\\aeoof"),
        (" a ", "CN=\\ a\\ "),
        ("#a", "CN=\\#a"),
    ],
)
def test_what_would_deceive_the_eye_is_escaped(text: str, shown: str) -> None:
    assert name_text(one(12, text.encode())) == shown


@pytest.mark.parametrize(
    ("tag", "content", "shown"),
    [
        (_ASN1Type.BMPString.value, "中文".encode("utf-16-be"), "CN=中文"),
        (_ASN1Type.UniversalString.value, "中文".encode("utf-32-be"), "CN=中文"),
        (_ASN1Type.T61String.value, b"caf\xe9", "CN=café"),
        (_ASN1Type.PrintableString.value, b"\xff", "CN=#1301ff"),
        (_ASN1Type.UTF8String.value, b"\xff", "CN=#0c01ff"),
        (_ASN1Type.BMPString.value, b"\xd8\x00", "CN=#1e02d800"),
        (der.INTEGER, b"\x01", "CN=#020101"),
    ],
)
def test_every_string_type_is_read(tag: int, content: bytes, shown: str) -> None:
    assert name_text(one(tag, content)) == shown


@given(st.binary(max_size=100))
def test_on_any_bytes_only_its_own_error_leaves(source: bytes) -> None:
    for name in (source, der.sequence(source), one(12, source)):
        with suppress(DerError):
            assert name_text(name).isprintable()


def one(tag: int, content: bytes) -> bytes:
    pair = der.sequence(der.oid("2.5.4.3"), der.write(tag, content))
    return der.sequence(der.set_of(pair))
