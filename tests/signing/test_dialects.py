"""SM2 messages in both dialects, and bare ones where the verifier asks for them."""

from __future__ import annotations

import pickle
import random

import pytest
from asn1crypto import core  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    InvalidValueError,
    SignatureInvalidError,
    SigningError,
)
from egovarchive.signing import Dialect, VerifiedSignature, der
from egovarchive.signing.algorithms import ALGORITHMS, SM2_IN_GBT35275, digest_of
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.cms import Form, sign_messages
from egovarchive.signing.signed_data import (
    CONTENT_TYPE,
    DATA,
    MESSAGE_DIGEST,
    SIGNED_DATA,
    SIGNING_CERTIFICATE_V2,
    SM2_DATA,
    SM2_SIGNED_DATA,
    SignedData,
)
from egovarchive.signing.sm2 import DEFAULT_ID
from egovarchive.signing.trust import TrustStore
from signing.authority import AT, family, signer_of, store_of
from signing.forge import attribute
from signing.sm2_authority import (
    issue_sm2,
    sm2_family,
    sm2_signer_of,
    sm2_store_of,
)

ROOT, MIDDLE, LEAF = sm2_family()
SIGNER = sm2_signer_of(LEAF, MIDDLE)
STORE = sm2_store_of(ROOT)
MESSAGE = "受理通知书".encode()
DIALECTS: list[Dialect] = ["cades", "gbt35275"]
SM3 = der.algorithm_identifier("1.2.156.10197.1.401")
SM2_SM3 = ALGORITHMS["sm2-sm3"].identifier
TYPES = {"cades": (SIGNED_DATA, DATA), "gbt35275": (SM2_SIGNED_DATA, SM2_DATA)}


def sign(dialect: Dialect = "cades", message: bytes = MESSAGE) -> bytes:
    [made] = sign_messages(SIGNER, [message], at=AT, dialect=dialect)
    return made


def forge(
    signed: bytes,
    *,
    attributes: bytes = b"",
    types: tuple[str, str] = (SIGNED_DATA, DATA),
    algorithm: bytes = SM2_SM3,
    digest: bytes = SM3,
    signer_id: bytes = DEFAULT_ID,
) -> bytes:
    """Return a message of LEAF with a signature over *signed*; bare by default."""
    own = Certificate.parse(LEAF.der)
    raw = LEAF.key.sign("sm2-sm3", signed, signer_id=signer_id)
    info = der.sequence(
        der.integer(1),
        der.sequence(own.issuer, own.serial),
        digest,
        attributes and b"\xa0" + attributes[1:],
        algorithm,
        der.octets(raw),
    )
    outer, inner = types
    body = der.sequence(
        der.integer(1),
        der.set_of(digest),
        der.sequence(der.oid(inner)),
        der.set_of(LEAF.der, MIDDLE.der, tag=0xA0),
        der.set_of(info),
    )
    return der.sequence(der.oid(outer), der.write(0xA0, body))


def verify(
    signature: bytes, message: bytes = MESSAGE, *, bare: bool = False
) -> VerifiedSignature:
    return sm2_store_of(ROOT, bare=bare).verify(signature, message, at=AT)


@pytest.mark.parametrize("dialect", DIALECTS)
class TestMaking:
    def test_what_is_made_verifies_and_says_how(self, dialect: Dialect) -> None:
        verified = STORE.verify(sign(dialect), MESSAGE, at=AT)
        assert verified.dialect == dialect
        assert verified.algorithm == "sm2-sm3"
        assert verified.path == (LEAF.der, MIDDLE.der, ROOT.der)
        assert verified.claimed_at == AT
        assert not verified.bare

    def test_the_identifiers_are_those_of_the_dialect(self, dialect: Dialect) -> None:
        """GB/T 35275—2017, 5; RFC 5652."""
        made = sign(dialect)
        other = {"cades": "gbt35275", "gbt35275": "cades"}[dialect]
        for dotted in TYPES[dialect]:
            assert core.ObjectIdentifier(dotted).dump() in made
        for dotted in TYPES[other]:
            assert core.ObjectIdentifier(dotted).dump() not in made
        signed = SignedData.parse(made)
        expected = {"cades": SM2_SM3, "gbt35275": SM2_IN_GBT35275}[dialect]
        assert signed.algorithm == expected
        assert signed.digest == "sm3"
        # Nothing in it rests on another digest than SM3.
        assert signed.attributes is not None
        assert signed.attributes.certificate_digest == (
            "sm3",
            digest_of("sm3", LEAF.der),
        )

    def test_another_message_is_refused(self, dialect: Dialect) -> None:
        with pytest.raises(SignatureInvalidError, match="over another message"):
            STORE.verify(sign(dialect), MESSAGE + b".", at=AT)

    def test_another_signer_id_is_refused(self, dialect: Dialect) -> None:
        by = "某市行政审批局".encode()
        signer = sm2_signer_of(LEAF, MIDDLE, signer_id=by)
        [made] = sign_messages(signer, [b"x"], at=AT, dialect=dialect, signer_id=by)
        store = sm2_store_of(ROOT, signer_id=by)
        assert store.verify(made, b"x", at=AT).dialect == dialect
        with pytest.raises(SignatureInvalidError, match="does not fit"):
            STORE.verify(made, b"x", at=AT)
        with pytest.raises(SignatureInvalidError, match="does not fit"):
            store.verify(sign(dialect, b"x"), b"x", at=AT)
        with pytest.raises(SigningError, match="returned a wrong signature"):
            sign_messages(signer, [b"x"], at=AT, dialect=dialect)

    def test_at_a_desk_too(self, dialect: Dialect) -> None:
        form = Form.of(LEAF.der, [MIDDLE.der], ["sm2-sm3"], dialect)
        prepared = form.prepare(MESSAGE, at=AT)
        raw = LEAF.key.sign("sm2-sm3", prepared, signer_id=DEFAULT_ID)
        assert verify(form.embed(prepared, raw)).dialect == dialect
        with pytest.raises(SigningError, match="returned a wrong signature"):
            form.embed(prepared, raw, signer_id=b"")


def test_only_sm2_keys_sign_as_gbt_35275() -> None:
    _, middle, leaf = family()
    with pytest.raises(AlgorithmUnsupportedError, match="signed by SM2"):
        sign_messages(signer_of(leaf, middle), [b"x"], at=AT, dialect="gbt35275")


def test_a_signer_id_that_is_too_long_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="signer id of 9000 bytes"):
        sm2_store_of(ROOT, signer_id=bytes(9000))
    with pytest.raises(InvalidValueError, match="signer id of 9000 bytes"):
        sm2_signer_of(LEAF, signer_id=bytes(9000))


def test_a_store_sent_to_another_process_judges_the_same() -> None:
    store = sm2_store_of(ROOT, signer_id=b"x", bare=True)
    again = pickle.loads(pickle.dumps(store))  # noqa: S301
    assert isinstance(again, TrustStore)
    good = forge(MESSAGE, signer_id=b"x")
    assert again.verify(good, MESSAGE, at=AT) == store.verify(good, MESSAGE, at=AT)


class TestReading:
    @pytest.mark.parametrize(
        "dotted",
        ["1.2.156.10197.1.501", "1.2.156.10197.501", "1.2.156.10197.1.301.1"],
    )
    @pytest.mark.parametrize("null", [True, False])
    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_every_spelling_of_the_algorithm_is_read(
        self, dialect: Dialect, dotted: str, *, null: bool
    ) -> None:
        outer, inner = TYPES[dialect]
        signed = attributes_of_leaf(inner)
        message = forge(
            signed,
            attributes=signed,
            types=(outer, inner),
            algorithm=der.algorithm_identifier(dotted, null=null),
        )
        assert verify(message).dialect == dialect

    @pytest.mark.parametrize(
        "types", [(SIGNED_DATA, SM2_DATA), (SM2_SIGNED_DATA, DATA)]
    )
    def test_a_mixture_of_both_is_refused(self, types: tuple[str, str]) -> None:
        signed = attributes_of_leaf(types[1])
        message = forge(signed, attributes=signed, types=types)
        with pytest.raises(SignatureInvalidError, match="type of what was signed"):
            verify(message)

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_a_mixture_in_the_attributes_is_refused(self, dialect: Dialect) -> None:
        other = {"cades": SM2_DATA, "gbt35275": DATA}[dialect]
        signed = attributes_of_leaf(other)
        message = forge(signed, attributes=signed, types=TYPES[dialect])
        with pytest.raises(SignatureInvalidError, match="content-type attribute"):
            verify(message)

    @pytest.mark.parametrize(
        "dotted", ["1.2.840.10045.4.3.2", "1.2.156.10197.1.301", "1.3.101.112"]
    )
    def test_another_algorithm_is_refused(self, dotted: str) -> None:
        signed = attributes_of_leaf(DATA)
        algorithm = der.algorithm_identifier(dotted)
        with pytest.raises(SignatureInvalidError, match="key of kind 'sm2'"):
            verify(forge(signed, attributes=signed, algorithm=algorithm))

    def test_a_digest_that_sm2_does_not_have_is_refused(self) -> None:
        """What the message names must fit what its key can do."""
        digest = der.algorithm_identifier("2.16.840.1.101.3.4.2.1")
        with pytest.raises(SignatureInvalidError, match="needs sm3"):
            verify(forge(MESSAGE, digest=digest), bare=True)

    def test_another_kind_of_key_is_refused_in_gbt_35275(self) -> None:
        _, middle, leaf = family()
        [made] = sign_messages(signer_of(leaf, middle), [MESSAGE], at=AT)
        for old, new in ((SIGNED_DATA, SM2_SIGNED_DATA), (DATA, SM2_DATA)):
            assert der.oid(old) in made
            made = replaced(made, der.oid(old), der.oid(new))
        with pytest.raises(SignatureInvalidError, match=r"signed by SM2|content-type"):
            store_of(family()[0]).verify(made, MESSAGE, at=AT)


def attributes_of_leaf(inner: str) -> bytes:
    """Return what LEAF would sign, bound to its certificate by SHA-256."""
    own = Certificate.parse(LEAF.der)
    value = der.sequence(der.sequence(der.sequence(der.octets(own.sha256))))
    return der.set_of(
        attribute(CONTENT_TYPE, der.oid(inner)),
        attribute(MESSAGE_DIGEST, der.octets(digest_of("sm3", MESSAGE))),
        attribute(SIGNING_CERTIFICATE_V2, value),
    )


def replaced(source: bytes, old: bytes, new: bytes) -> bytes:
    """Return *source*, DER, with the element *old* replaced wherever it stands."""
    if source == old:
        return new
    if source[0] not in {der.SEQUENCE, der.SET, 0xA0}:
        return source
    content = der.read(source, source[0])
    parts = []
    while content.more():
        parts.append(replaced(content.take().raw, old, new))
    return der.write(source[0], *parts)


class TestBare:
    """Signatures over the message alone, as some vendors' libraries make them."""

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_they_are_accepted_only_where_asked_for(self, dialect: Dialect) -> None:
        message = forge(MESSAGE, types=TYPES[dialect], algorithm=SM2_IN_GBT35275)
        with pytest.raises(SignatureInvalidError, match="no signed attributes"):
            verify(message)
        verified = verify(message, bare=True)
        assert (verified.bare, verified.dialect) == (True, dialect)
        assert verified.claimed_at is None
        with pytest.raises(SignatureInvalidError, match="does not fit"):
            verify(message, MESSAGE + b".", bare=True)

    def test_others_are_accepted_there_too(self) -> None:
        for dialect in DIALECTS:
            assert not verify(sign(dialect), bare=True).bare

    def test_whose_they_are_matters(self) -> None:
        with pytest.raises(SignatureInvalidError, match="does not fit"):
            verify(forge(MESSAGE, signer_id=b""), bare=True)

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_stripped_attributes_passed_off_as_a_message_are_refused(
        self, dialect: Dialect
    ) -> None:
        """What was signed were attributes, and an attacker shows them as content."""
        form = Form.of(LEAF.der, [MIDDLE.der], ["sm2-sm3"], dialect)
        prepared = form.prepare(MESSAGE, at=AT)
        stripped = forge(prepared, types=TYPES[dialect])
        with pytest.raises(SignatureInvalidError, match="looks like the attributes"):
            verify(stripped, prepared, bare=True)
        with pytest.raises(SignatureInvalidError, match="no signed attributes"):
            verify(stripped, prepared)

    def test_attributes_in_another_encoding_are_refused_too(self) -> None:
        prepared = Form.of(LEAF.der, [], ["sm2-sm3"]).prepare(MESSAGE, at=AT)
        content = der.read(prepared, der.SET).value
        first = der.Reader.of(content).take().raw
        others = {
            "unsorted": der.write(der.SET, content[len(first) :], first),
            "long lengths": b"\x31\x84" + len(content).to_bytes(4, "big") + content,
            "indefinite": b"\x31\x80" + content + b"\x00\x00",
            "indefinite inside": b"\x31\x80\x30\x80" + content[2:] + bytes(4),
        }
        for message in others.values():
            with pytest.raises(SignatureInvalidError, match="looks like"):
                verify(forge(message), message, bare=True)

    @pytest.mark.parametrize(
        "message",
        [b"", b"1", b"1 0 1", b"1\x00", b"1\x020\x00", b"12345", der.set_of()],
    )
    def test_a_text_that_only_begins_so_is_accepted(self, message: bytes) -> None:
        assert verify(forge(message), message, bare=True).bare

    @given(st.binary(max_size=60).filter(lambda each: each[:1] != b"1"))
    def test_any_other_message_is_accepted(self, message: bytes) -> None:
        assert verify(forge(message), message, bare=True).bare


def mutations(good: bytes, count: int) -> list[bytes]:
    chance = random.Random(20_261_123)  # noqa: S311
    found = []
    for _ in range(count):
        changed = bytearray(good)
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                del changed[at]
            case 2:
                changed.insert(at, chance.choice((0, 1, 0x30, 0x80, 0xFF)))
            case _:
                to, size = chance.randrange(len(changed)), chance.randrange(1, 12)
                changed[to : to + size] = changed[at : at + size]
        found.append(bytes(changed))
    return found


@pytest.mark.parametrize("kind", ["cades", "gbt35275", "bare"])
def test_no_mutation_passes_or_breaks_out(kind: str) -> None:
    good = forge(MESSAGE) if kind == "bare" else sign("cades")
    if kind == "gbt35275":
        good = sign("gbt35275")
    store = sm2_store_of(ROOT, bare=True)
    store.verify(good, MESSAGE, at=AT)
    for changed in mutations(good, 2_000):
        if changed != good:
            with pytest.raises(SignatureInvalidError):
                store.verify(changed, MESSAGE, at=AT)


def test_an_sm2_leaf_of_another_root_is_refused() -> None:
    other = issue_sm2("另一国密根证书", number=7, ca=True)
    with pytest.raises(SignatureInvalidError, match="neither trusted nor at hand"):
        sm2_store_of(other).verify(sign(), MESSAGE, at=AT)
