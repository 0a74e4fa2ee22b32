"""A token is what it says only if everything fits: RFC 3161, 2.2 and 2.3, RFC 5816."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    InvalidValueError,
    SignatureInvalidError,
)
from egovarchive.signing import der
from egovarchive.signing.algorithms import ALGORITHMS, digest_of
from egovarchive.signing.signed_attributes import (
    SIGNING_CERTIFICATE_V2,
    read_attributes,
)
from egovarchive.signing.signed_data import CONTENT_TYPE, DATA, MESSAGE_DIGEST
from egovarchive.signing.timestamps import VerifiedTimestamp
from egovarchive.signing.timestamps.binding import SIGNING_CERTIFICATE
from egovarchive.signing.timestamps.imprint import Imprint
from egovarchive.signing.timestamps.info import TokenInfo
from egovarchive.signing.timestamps.signed_info import MAX_SIZE, SignedInfo
from egovarchive.signing.timestamps.token import verify_token
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.timestamp_authority import POLICY
from egovarchive.testing.timestamp_keys import AuthorityKey, AuthorityKeys
from egovarchive.testing.timestamp_token import TokenParts, attribute, binding_to
from egovarchive.testing.timestamps import Fault, TestAuthority
from signing.authority import Issued, issue
from signing.timestamps.desk import (
    AT,
    AUTHORITY,
    DIGEST,
    IMPRINT,
    NONCE,
    REQUEST,
    SECOND,
    TRUST,
    token_with,
    verified,
)

SM3_REQUEST = evolve(REQUEST, imprint=Imprint("sm3", digest_of("sm3", b"content")))
KEYS = AuthorityKeys("ecdsa-p256-sha256", AT)
STORE = TrustStore([KEYS.root])
INFO = TokenInfo(
    policy=POLICY, imprint=IMPRINT, serial=7, gen_time=AT, accuracy=SECOND, nonce=NONCE
)
PARTS = TokenParts.of(INFO, KEYS.good)


def test_it_says_who_and_when() -> None:
    found = verified(token_with())
    assert found.gen_time == AT
    assert found.accuracy == SECOND
    assert found.policy == POLICY
    assert found.serial > 0
    assert found.ordering is False
    assert (found.algorithm, found.digest) == ("sha256", DIGEST)
    assert found.authority == "CN=测试时间戳机构"
    assert found.certificate == AUTHORITY.certificate
    assert found.path == (AUTHORITY.certificate, AUTHORITY.root)
    assert found.signature_algorithm == "ecdsa-p256-sha256"
    assert found.expires_at > AT + timedelta(days=3000)


@pytest.mark.parametrize(
    "algorithm",
    ["ecdsa-p256-sha256", "rsa-pkcs1-sha256", "ed25519", "ml-dsa-65", "sm2-sm3"],
)
@pytest.mark.parametrize("binding", [1, 2])
def test_authorities_have_keys_of_many_kinds(algorithm: str, binding: int) -> None:
    authority = authority_with(algorithm, binding=binding)
    token = authority.token(REQUEST)
    assert verified(token, trust=authority.trust).certificate == authority.certificate


def authority_with(algorithm: str, *, binding: int = 2) -> TestAuthority:
    try:
        return TestAuthority(algorithm=algorithm, clock=lambda: AT, binding=binding)
    except AlgorithmUnsupportedError as error:
        pytest.skip(str(error))


WRONG = {
    Fault.WRONG_NONCE: "nonce",
    Fault.NO_NONCE: "nonce",
    Fault.WRONG_IMPRINT: "over other data",
    Fault.WRONG_ALGORITHM: "sm3 digest, not sha256",
    Fault.WRONG_POLICY: "policy",
    Fault.FUTURE: "later than",
    Fault.WRONG_NAME: "another authority",
    Fault.BAD_SIGNATURE: "does not fit the key",
    Fault.ALTERED: "altered",
    Fault.NO_BINDING: "does not bind",
    Fault.WRONG_BINDING: "another certificate",
    Fault.NO_ATTRIBUTES: "no signed attributes",
    Fault.TWO_SIGNERS: "2 signers",
    Fault.NO_PURPOSE: "no extended key usage",
    Fault.NOT_CRITICAL: "not critical",
    Fault.MORE_PURPOSES: "not time-stamping alone",
    Fault.EXPIRED: "not valid when it stamped",
    Fault.NOT_YET: "not valid when it stamped",
    Fault.UNKNOWN: "does not fit the key",
}


@pytest.mark.parametrize(("fault", "why"), WRONG.items(), ids=str)
def test_what_is_wrong_is_refused(fault: Fault, why: str) -> None:
    with pytest.raises(SignatureInvalidError, match=why) as caught:
        verified(token_with(fault), policies={POLICY})
    assert caught.value.message("zh") != str(caught.value)


@pytest.mark.parametrize("fault", [*WRONG, None], ids=str)
def test_authorities_with_sm2_keys_are_judged_alike(fault: Fault | None) -> None:
    authority = authority_with("sm2-sm3")
    token = authority.token(SM3_REQUEST, fault)

    def judged() -> VerifiedTimestamp:
        return verify_token(
            token,
            SM3_REQUEST.imprint.digest,
            "sm3",
            trust=authority.trust,
            at=AT,
            nonce=NONCE,
            policies={POLICY},
        )

    if fault is None:
        found = judged()
        assert (found.algorithm, found.signature_algorithm) == ("sm3", "sm2-sm3")
        return
    with pytest.raises(SignatureInvalidError):
        judged()


def test_an_unknown_authority_is_refused() -> None:
    with pytest.raises(SignatureInvalidError):
        verified(token_with(), trust=TestAuthority(clock=lambda: AT).trust)


def test_an_authority_may_be_trusted_itself() -> None:
    trust = TrustStore([AUTHORITY.certificate])
    assert verified(token_with(), trust=trust).path == (AUTHORITY.certificate,)


def test_certificates_may_be_kept_elsewhere() -> None:
    token = AUTHORITY.token(evolve(REQUEST, wants_certificate=False))
    assert SignedInfo.parse(token).embedded() == ()
    with pytest.raises(SignatureInvalidError, match="0 certificates"):
        verified(token)
    trust = TrustStore([AUTHORITY.root, AUTHORITY.certificate])
    assert verified(token, trust=trust).authority == "CN=测试时间戳机构"


def test_any_nonce_will_do_where_none_is_asked_for() -> None:
    for fault in (Fault.NO_NONCE, Fault.WRONG_NONCE):
        assert verified(token_with(fault), nonce=None).gen_time == AT


def test_policies_are_allowed_by_name() -> None:
    assert verified(token_with(), policies={POLICY, "2.999.9"}).policy == POLICY
    for policies in (set[str](), {"2.999.9"}):
        with pytest.raises(SignatureInvalidError, match="policy"):
            verified(token_with(), policies=policies)


class TestTime:
    """Judged at a moment at which the token was there."""

    def test_not_before_it_was_made(self) -> None:
        assert verified(token_with(), at=AT).gen_time == AT
        with pytest.raises(SignatureInvalidError, match="later than"):
            verified(token_with(), at=AT - timedelta(microseconds=1))

    def test_clocks_may_differ_a_little(self) -> None:
        assert verified(token_with(), at=AT - SECOND, leeway=SECOND).gen_time == AT
        with pytest.raises(SignatureInvalidError, match="later than"):
            verified(token_with(), at=AT - 2 * SECOND, leeway=SECOND)

    def test_not_after_the_certificates_have_ended(self) -> None:
        found = verified(token_with())
        assert verified(token_with(), at=found.expires_at) == evolve(
            found, serial=found.serial + 1
        )
        with pytest.raises(SignatureInvalidError, match="valid from"):
            verified(token_with(), at=found.expires_at + SECOND)

    def test_a_moment_has_a_time_zone(self) -> None:
        with pytest.raises(InvalidValueError, match="time zone"):
            verified(token_with(), at=AT.replace(tzinfo=None))

    def test_a_certificate_renewed_later_did_not_stamp(self) -> None:
        """The certificate is valid now, and was not when it stamped."""
        later = AT + timedelta(days=30)
        token = TokenParts.of(INFO, AuthorityKeys("ecdsa-p256-sha256", later).good).der
        with pytest.raises(SignatureInvalidError, match="not valid when it stamped"):
            verified(token, at=later)

    @pytest.mark.parametrize("year", [1, 9999])
    def test_the_ends_of_time_are_no_trouble(self, year: int) -> None:
        info = evolve(INFO, gen_time=datetime(year, 6, 1, tzinfo=AT.tzinfo))
        with pytest.raises(SignatureInvalidError):
            verified(TokenParts.of(info, KEYS.good).der, trust=STORE)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_digest_has_its_size(size: int) -> None:
    with pytest.raises(InvalidValueError, match="32 bytes"):
        verify_token(token_with(), bytes(size), "sha256", trust=TRUST, at=AT)


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "", "SHA-256"])
def test_an_algorithm_is_one_in_use(algorithm: str) -> None:
    with pytest.raises(InvalidValueError, match="digest algorithm"):
        verify_token(token_with(), DIGEST, algorithm, trust=TRUST, at=AT)


class TestForm:
    """A token has one form."""

    def test_the_parts_make_a_good_one(self) -> None:
        assert verified(PARTS.der, trust=STORE).serial == INFO.serial

    @pytest.mark.parametrize("version", [0, 1, 4, 2**70])
    def test_another_version_is_refused(self, version: int) -> None:
        with pytest.raises(SignatureInvalidError):
            verified(evolve(PARTS, version=version).der, trust=STORE)

    def test_a_huge_version_is_no_trouble(self) -> None:
        """Python refuses to write numbers of over 4,300 digits."""
        with pytest.raises(SignatureInvalidError):
            verified(evolve(PARTS, version=2**20_000).der, trust=STORE)

    @pytest.mark.parametrize(
        "replaced",
        [
            {CONTENT_TYPE: None},
            {CONTENT_TYPE: attribute(CONTENT_TYPE, der.oid(DATA))},
            {MESSAGE_DIGEST: None},
            {MESSAGE_DIGEST: attribute(MESSAGE_DIGEST, der.octets(bytes(32)))},
            {MESSAGE_DIGEST: attribute(MESSAGE_DIGEST)},
            {
                MESSAGE_DIGEST: attribute(
                    MESSAGE_DIGEST, der.octets(bytes(32)), der.octets(DIGEST)
                )
            },
        ],
    )
    def test_attributes_are_required(self, replaced: dict[str, bytes | None]) -> None:
        kept = [
            each
            for each in PARTS.attributes
            if not any(der.oid(dotted) in each for dotted in replaced)
        ]
        new = [each for each in replaced.values() if each is not None]
        parts = evolve(PARTS, attributes=(*kept, *new))
        with pytest.raises(SignatureInvalidError):
            verified(parts.der, trust=STORE)

    def test_an_attribute_that_stands_twice_is_refused(self) -> None:
        twice = attribute(MESSAGE_DIGEST, der.octets(bytes(32)))
        parts = evolve(PARTS, attributes=(*PARTS.attributes, twice))
        with pytest.raises(SignatureInvalidError, match="stands twice"):
            verified(parts.der, trust=STORE)

    def test_both_bindings_must_fit(self) -> None:
        first = binding_to(KEYS.good.certificate, version=1)
        parts = evolve(PARTS, attributes=(*PARTS.attributes, first))
        assert verified(parts.der, trust=STORE).serial == INFO.serial
        other = binding_to(KEYS.root, version=1)
        parts = evolve(PARTS, attributes=(*PARTS.attributes, other))
        with pytest.raises(SignatureInvalidError, match="another certificate"):
            verified(parts.der, trust=STORE)

    @pytest.mark.parametrize(
        "value", [b"\x30\x00", b"\x30\x02\x30\x00", b"\x30\x04\x30\x02\x30\x00"]
    )
    def test_an_empty_binding_is_refused(self, value: bytes) -> None:
        bound = attribute(SIGNING_CERTIFICATE, value)
        parts = evolve(PARTS, attributes=(*PARTS.attributes[:-1], bound))
        with pytest.raises(SignatureInvalidError):
            verified(parts.der, trust=STORE)

    def test_the_content_signed_alone_is_refused(self) -> None:
        """Stripped attributes, presented again as content, are no token."""
        signed = der.set_of(*PARTS.attributes)
        stripped = evolve(PARTS, content=signed, attributes=())
        with pytest.raises(SignatureInvalidError):
            verified(stripped.der, trust=STORE)

    def test_the_signer_may_be_named_by_its_key(self) -> None:
        parts = evolve(PARTS, by_key_id=True)
        assert verified(parts.der, trust=STORE).certificate == KEYS.good.certificate

    def test_revocation_lists_inside_are_refused(self) -> None:
        parts = evolve(PARTS, after_certificates=b"\xa1\x02\x30\x00")
        with pytest.raises(SignatureInvalidError, match="revocation lists"):
            verified(parts.der, trust=STORE)

    @pytest.mark.parametrize("names", [[], ["sha512"], ["sha256", "sha512"]])
    def test_the_digests_named_outside_are_the_signers(self, names: list[str]) -> None:
        dotted = {
            "sha256": "2.16.840.1.101.3.4.2.1",
            "sha512": "2.16.840.1.101.3.4.2.3",
        }
        digests = der.set_of(*(der.algorithm_identifier(dotted[n]) for n in names))
        with pytest.raises(SignatureInvalidError, match="different digests"):
            verified(evolve(PARTS, digests=digests).der, trust=STORE)

    def test_a_null_in_the_digests_makes_no_difference(self) -> None:
        sha256 = der.algorithm_identifier("2.16.840.1.101.3.4.2.1", null=True)
        parts = evolve(PARTS, digests=der.set_of(sha256))
        assert verified(parts.der, trust=STORE).serial == INFO.serial

    def test_a_binding_may_name_policies(self) -> None:
        one = read_attributes(der.set_of(PARTS.attributes[-1]))
        [entries] = one[SIGNING_CERTIFICATE_V2]
        policies = der.sequence(der.sequence(der.oid("2.999.1")))
        bound = attribute(
            SIGNING_CERTIFICATE_V2, der.sequence(entries.take().raw, policies)
        )
        parts = evolve(PARTS, attributes=(*PARTS.attributes[:-1], bound))
        assert verified(parts.der, trust=STORE).serial == INFO.serial

    def test_too_many_certificates_are_refused(self) -> None:
        more = tuple(AuthorityKeys("ecdsa-p256-sha256", AT).root for _ in range(20))
        parts = evolve(PARTS, certificates=(*PARTS.certificates, *more))
        with pytest.raises(SignatureInvalidError, match="certificates inside"):
            verified(parts.der, trust=STORE)

    def test_too_long_a_token_is_refused(self) -> None:
        with pytest.raises(SignatureInvalidError, match="at most"):
            verified(PARTS.der + bytes(MAX_SIZE))

    @pytest.mark.parametrize("extra", [b"\x00", b"\x05\x00", PARTS.der])
    def test_nothing_may_follow(self, extra: bytes) -> None:
        with pytest.raises(SignatureInvalidError):
            verified(PARTS.der + extra, trust=STORE)

    def test_the_signer_may_not_be_there_twice(self) -> None:
        """Two certificates with one issuer and serial number: which one signed?"""
        other = KEYS.good.certificate.replace("时间戳".encode(), "时间点".encode())
        parts = evolve(PARTS, certificates=(KEYS.good.certificate, other))
        with pytest.raises(SignatureInvalidError, match="2 certificates"):
            verified(parts.der, trust=STORE)


def test_a_token_names_its_authority() -> None:
    subject = SignedInfo.parse(PARTS.der).embedded()[0].subject
    for each in SignedInfo.parse(PARTS.der).embedded():
        if each.der == KEYS.good.certificate:
            subject = each.subject
    info = evolve(INFO, authority=der.write(0xA4, subject))
    found = verified(TokenParts.of(info, KEYS.good).der, trust=STORE)
    assert found.certificate == KEYS.good.certificate


class TestPath:
    """An authority whose certificate is two steps below the root."""

    STAMPS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    MAIL = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    ROOT = issue("根证书", number=81, ca=True)

    def parts(
        self, middle: Issued, *, name: str = "", listed: Sequence[Issued] = ()
    ) -> TokenParts:
        names = [x509.DNSName("tsa.example")]
        leaf = issue(
            "机构",
            middle,
            number=83,
            extra=[
                (self.STAMPS, True),
                (x509.SubjectAlternativeName(names), False),
            ],
        )
        key = leaf.key
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        own = AuthorityKey(
            leaf.der,
            (middle.der,),
            ALGORITHMS["ecdsa-p256-sha256"],
            lambda message: key.sign(message, ec.ECDSA(hashes.SHA256())),
        )
        authority = der.write(0x82, name.encode()) if name else None
        parts = TokenParts.of(evolve(INFO, authority=authority), own)
        bound = binding_to(leaf.der, *(each.der for each in listed))
        return evolve(parts, attributes=(*parts.attributes[:-1], bound))

    def test_it_may_be_long(self) -> None:
        middle = issue("运营 CA", self.ROOT, number=82, ca=True)
        found = verified(self.parts(middle).der, trust=TrustStore([self.ROOT.der]))
        assert found.path[1:] == (middle.der, self.ROOT.der)

    @pytest.mark.parametrize("purposes", [STAMPS, MAIL], ids=["stamps", "mail"])
    def test_those_above_must_be_for_time_stamps(
        self, purposes: x509.ExtendedKeyUsage
    ) -> None:
        middle = issue(
            "运营 CA", self.ROOT, number=82, ca=True, extra=[(purposes, False)]
        )
        token, trust = self.parts(middle).der, TrustStore([self.ROOT.der])
        if purposes is self.STAMPS:
            assert verified(token, trust=trust).path[1] == middle.der
            return
        with pytest.raises(SignatureInvalidError, match="neither trusted nor at hand"):
            verified(token, trust=trust)

    def test_a_list_of_certificates_limits_it(self) -> None:
        """RFC 2634, 5.4: the path may use those that are listed, if any are."""
        middle = issue("运营 CA", self.ROOT, number=82, ca=True)
        other = issue("运营 CA", self.ROOT, number=84, ca=True)
        trust = TrustStore([self.ROOT.der])
        listed = self.parts(middle, listed=[middle, self.ROOT])
        assert verified(listed.der, trust=trust).path[1] == middle.der
        with pytest.raises(SignatureInvalidError, match="not the one that it signed"):
            verified(self.parts(middle, listed=[other]).der, trust=trust)

    def test_a_name_may_be_an_alternative_one(self) -> None:
        middle = issue("运营 CA", self.ROOT, number=82, ca=True)
        trust = TrustStore([self.ROOT.der])
        named = self.parts(middle, name="tsa.example")
        assert verified(named.der, trust=trust).authority == "CN=机构"
        with pytest.raises(SignatureInvalidError, match="another authority"):
            verified(self.parts(middle, name="tsa.other").der, trust=trust)


def test_ordering_is_told() -> None:
    info = evolve(INFO, ordering=True)
    assert verified(TokenParts.of(info, KEYS.good).der, trust=STORE).ordering
