"""What signatures and seals in OFD prove, and what they do not."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from corpus.ofd_maker import page, plain, zipped
from egovarchive.formats import DEFAULT_LIMITS, BytesSource
from egovarchive.records.moment import CHINA
from egovarchive.records.outcome import Outcome
from egovarchive.seals import Integrity, SealKind, SealVerdict, Trust
from egovarchive.seals.ofd import ofd_verdicts
from egovarchive.seals.signer import Court
from egovarchive.signing import der
from egovarchive.signing.algorithms import digest_of
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.sm2 import read_signature
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.timestamp_authority import TestAuthority
from seals.sealed_ofd import LISTING, sealed
from seals.seals import NAME, VERSIONS, Making, generalized, people, store
from signing.authority import AT, NOT_AFTER
from signing.sm2_authority import issue_sm2, sm2_signer_of, sm2_store_of

ROOT, MAKER, SIGNER = people()
FORMS = {1: "GM/T 0031—2014", 4: "GB/T 38540—2020", 5: "GM/T 0031—2025"}


def verdicts(
    data: bytes, trust: TrustStore | None = None, **changes: Any
) -> tuple[SealVerdict, ...]:
    values = {"trust": trust or store(), "at": AT, **changes}
    return ofd_verdicts(BytesSource("a.ofd", data), DEFAULT_LIMITS, Court(**values))


def verdict(
    data: bytes, trust: TrustStore | None = None, **changes: Any
) -> SealVerdict:
    [found] = verdicts(data, trust, **changes)
    return found


def with_seal(making: Making, **changes: Any) -> bytes:
    return sealed(making.sign, seal=making.seal(), **changes)


def said(found: SealVerdict, outcome: Outcome) -> str:
    return "\n".join(note.en for note in found.notes if note.outcome is outcome)


class TestAGoodSeal:
    @pytest.mark.parametrize("version", VERSIONS)
    def test_passes_and_says_who_and_when(self, version: int) -> None:
        found = verdict(with_seal(Making(version=version)))
        assert found.outcome is Outcome.PASSED, found.message("en")
        assert found.kind is SealKind.OFD_SEAL
        assert found.form == FORMS[version]
        assert found.integrity is Integrity.WHOLE
        assert found.trust is Trust.TRUSTED
        assert found.signer == "CN=某市行政审批局"
        assert found.anchor == "CN=电子政务根证书"
        assert found.certificate == SIGNER.der
        assert found.algorithm == "sm2-sm3"
        assert found.claimed_at == AT
        assert found.seal_name == NAME
        assert found.seal_maker == "CN=某市印章管理中心"
        assert found.coverage is not None
        assert found.coverage.whole
        assert not found.notes

    def test_without_trust_only_the_content_is_judged(self) -> None:
        data = with_seal(Making())
        [found] = ofd_verdicts(
            BytesSource("a.ofd", data), DEFAULT_LIMITS, Court(trust=None, at=AT)
        )
        assert found.integrity is Integrity.WHOLE
        assert found.trust is Trust.UNKNOWN
        assert found.outcome is Outcome.NEEDS_REVIEW

    def test_a_signer_of_another_authority_needs_review(self) -> None:
        found = verdict(with_seal(Making()), sm2_store_of(MAKER))
        assert found.integrity is Integrity.WHOLE
        assert found.trust is Trust.UNTRUSTED
        assert found.outcome is Outcome.NEEDS_REVIEW

    def test_a_time_stamp_outlives_the_certificate(self) -> None:
        authority = TestAuthority(clock=lambda: AT)
        trust = TrustStore([ROOT.der, authority.root])
        short = issue_sm2(
            "某市行政审批局", ROOT, number=13, not_after=AT + timedelta(days=10)
        )
        later = AT + timedelta(days=20)
        bare = Making(signer=short)
        assert verdict(with_seal(bare), trust, at=later).outcome is Outcome.NEEDS_REVIEW

        def stamp(raw: bytes) -> bytes:
            return authority.stamp(digest_of("sm3", raw), "sm3")

        found = verdict(with_seal(bare.but(timestamp=stamp)), trust, at=later)
        assert found.outcome is Outcome.PASSED, found.message("en")
        assert found.stamped_at == AT
        assert found.stamped_by

    def test_a_document_without_signatures_has_no_verdict(self) -> None:
        assert verdicts(zipped(plain())) == ()

    def test_the_seal_may_name_its_signers_by_digest(self) -> None:
        found = verdict(with_seal(Making(by_digest=True)))
        assert found.outcome is Outcome.PASSED, found.message("en")

    @pytest.mark.parametrize("version", VERSIONS)
    def test_its_maker_may_sign_the_information_alone(self, version: int) -> None:
        making = Making(version=version, only_information=True)
        assert verdict(with_seal(making)).outcome is Outcome.PASSED

    def test_two_seals_one_after_the_other(self) -> None:
        making = Making()
        first, second = verdicts(sealed(making.sign, making.sign))
        assert second.outcome is Outcome.PASSED
        assert first.outcome is Outcome.PASSED
        assert first.coverage is not None
        assert first.coverage.whole, "files of signatures are no content"


def side_by_side(raw: bytes) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in read_signature(raw))


def padded(raw: bytes) -> bytes:
    """Return *raw* with its numbers in 33 octets, whether they need that or not."""
    numbers = (b"\0" + number.to_bytes(33, "big") for number in read_signature(raw))
    return der.sequence(*(der.write(der.INTEGER, each) for each in numbers))


def china(at: datetime) -> bytes:
    """Return *at* as a clock in China shows it, without a zone."""
    text = at.astimezone(CHINA).strftime("%Y%m%d%H%M%S")
    return der.write(der.GENERALIZED_TIME, text.encode())


DEVIATIONS: dict[str, tuple[Making, Callable[[bytes], bytes]]] = {
    "octet strings for bit strings": (Making(bits=der.octets), bytes),
    "the same, in V1": (Making(version=1, bits=der.octets), bytes),
    "time in no bit string": (Making(version=1, time=generalized), bytes),
    "time without a zone": (Making(time=china), bytes),
    "r and s side by side": (Making(signature=side_by_side), bytes),
    "numbers padded": (Making(signature=padded), bytes),
    "base64": (Making(), base64.b64encode),
    "in an octet string": (Making(), der.octets),
    "zeros and blanks after it": (Making(), lambda value: value + b"\0\0\n"),
    "a vendor's bytes before it": (Making(), lambda value: b"ESSV\x01" + value),
}


class TestRealLife:
    @pytest.mark.parametrize("what", DEVIATIONS)
    def test_a_deviation_is_told_and_tolerated(self, what: str) -> None:
        making, wrap = DEVIATIONS[what]
        found = verdict(sealed(lambda xml: wrap(making.sign(xml))))
        assert found.outcome is Outcome.PASSED, found.message("en")
        assert found.claimed_at == AT
        if "zeros" not in what:
            assert said(found, Outcome.WARNED)


def stranger(name: str = "某市印章管理中心") -> Any:
    return issue_sm2(name, number=21)


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "a page was changed": (
        lambda: with_seal(Making(), after={"Doc_0/Pages/Page_0/Content.xml": page("")}),
        "not what was signed",
    ),
    "signed over other bytes": (
        lambda: sealed(lambda xml: Making().sign(xml + b" ")),
        "digest",
    ),
    "digest of something else": (
        lambda: with_seal(Making(digest=lambda data: digest_of("sm3", b"x" + data))),
        "digest",
    ),
    "signature of another key": (
        lambda: with_seal(
            Making(
                signature=lambda raw: stranger().key.sign("sm2-sm3", b"", signer_id=b"")
            )
        ),
        "not the signer's",
    ),
    "the seal of another signer": (
        lambda: with_seal(Making(belongs_to=MAKER)),
        "does not belong",
    ),
    "a seal that its maker did not make": (
        lambda: sealed(
            lambda xml: Making().sign(xml).replace(b"35020310000001", b"35020310000009")
        ),
        "not the work of the maker",
    ),
    "another seal beside it": (
        lambda: sealed(Making().sign, seal=Making(number="1").seal()),
        "not the one that was signed with",
    ),
    "a seal that has run out": (
        lambda: with_seal(Making(valid_until=AT - timedelta(seconds=1))),
        "the seal may be used",
    ),
    "a seal before its time": (
        lambda: with_seal(Making(valid_from=AT + timedelta(seconds=1))),
        "the seal may be used",
    ),
    "a signature from tomorrow": (
        lambda: with_seal(Making(at=AT + timedelta(days=1))),
        "lies ahead",
    ),
    "signed when the certificate had run out": (
        lambda: with_seal(
            Making(
                signer=issue_sm2(
                    "某市行政审批局", ROOT, number=13, not_after=AT - timedelta(days=1)
                )
            )
        ),
        "not at",
    ),
    "it covers nothing": (
        lambda: sealed(Making().sign, leave_out=tuple(plain())),
        "covers no file",
    ),
}


class TestABadSeal:
    @pytest.mark.parametrize("what", BAD)
    def test_fails(self, what: str) -> None:
        make, words = BAD[what]
        found = verdict(make())
        assert found.outcome is Outcome.FAILED, found.message("en")
        assert words in said(found, Outcome.FAILED)

    def test_that_a_stranger_made_needs_review(self) -> None:
        found = verdict(with_seal(Making(maker=stranger())))
        assert found.outcome is Outcome.NEEDS_REVIEW
        assert "maker of the seal is not trusted" in said(found, Outcome.NEEDS_REVIEW)

    def test_a_file_that_no_signature_covers_needs_review(self) -> None:
        found = verdict(with_seal(Making(), leave_out=["Doc_0/Res/font_2.ttf"]))
        assert found.outcome is Outcome.NEEDS_REVIEW
        assert found.coverage is not None
        assert found.coverage.uncovered == ("Doc_0/Res/font_2.ttf",)

    def test_weak_digests_need_review(self) -> None:
        found = verdict(with_seal(Making(), method="MD5", algorithm="sm3"))
        assert found.outcome is Outcome.FAILED

    def test_an_unknown_digest_needs_review(self) -> None:
        found = verdict(with_seal(Making(), method="1.2.3"))
        assert found.integrity is Integrity.UNKNOWN
        assert found.outcome is Outcome.NEEDS_REVIEW

    def test_expired_since_without_a_time_stamp_needs_review(self) -> None:
        later = NOT_AFTER + timedelta(days=1)
        found = verdict(with_seal(Making()), at=later)
        assert found.trust is Trust.TRUSTED
        assert found.outcome is Outcome.NEEDS_REVIEW
        assert "no longer valid" in said(found, Outcome.NEEDS_REVIEW)

    @pytest.mark.parametrize(
        "value",
        [
            b"",
            b"\x30\x00",
            b"\x30\x80\x00\x00",
            b"\x30\x84\xff\xff\xff\xff",
            b"not a signature",
            b"MIIB",
            b"\x30\x80" * 500,
            der.sequence(der.sequence(), der.sequence(), der.sequence()),
        ],
    )
    def test_rubbish_needs_review(self, value: bytes) -> None:
        found = verdict(sealed(lambda _: value))
        assert found.integrity is Integrity.UNKNOWN
        assert found.outcome is Outcome.NEEDS_REVIEW
        assert "it was not verified" in said(found, Outcome.NEEDS_REVIEW)

    def test_a_listed_signature_that_is_not_there_is_told(self) -> None:
        listed = (
            b'<Signatures xmlns="http://www.ofdspec.org/2016">'
            b'<Signature ID="1" BaseLoc="Sign_7/Signature.xml"/></Signatures>'
        )
        found = verdict(sealed(after={LISTING: listed}))
        assert found.outcome is Outcome.NEEDS_REVIEW


class TestSignaturesWithoutASeal:
    signer = sm2_signer_of(SIGNER, ROOT)

    def gbt(self, xml: bytes, **changes: Any) -> bytes:
        [made] = sign_messages(self.signer, [xml], at=AT, dialect="gbt35275")
        return made

    def test_gbt_35275_passes(self) -> None:
        found = verdict(sealed(self.gbt, kind="Sign"))
        assert found.outcome is Outcome.PASSED, found.message("en")
        assert found.kind is SealKind.OFD_SIGNATURE
        assert found.form == "GB/T 35275—2017"
        assert found.claimed_at == AT

    def test_over_other_bytes_fails(self) -> None:
        found = verdict(sealed(lambda xml: self.gbt(xml + b" "), kind="Sign"))
        assert found.integrity is Integrity.ALTERED
        assert found.outcome is Outcome.FAILED

    def test_a_bare_signature_is_that_of_a_trusted_certificate(self) -> None:
        def bare(xml: bytes) -> bytes:
            return SIGNER.key.sign("sm2-sm3", xml, signer_id=b"1234567812345678")

        found = verdict(sealed(bare, kind="Sign"), sm2_store_of(SIGNER))
        assert found.outcome is Outcome.PASSED, found.message("en")
        assert found.signer == "CN=某市行政审批局"
        unknown = verdict(sealed(bare, kind="Sign"))
        assert unknown.outcome is Outcome.NEEDS_REVIEW
        assert "nobody knows whose" in said(unknown, Outcome.NEEDS_REVIEW)
