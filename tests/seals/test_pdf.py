"""What signatures in PDF prove, and what they do not."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from egovarchive.formats import BytesSource
from egovarchive.records.outcome import Outcome
from egovarchive.seals import Integrity, Revocation, SealKind, SealVerdict, Trust
from egovarchive.seals.pdf import pdf_verdicts
from egovarchive.seals.signer import Court
from egovarchive.signing import der
from egovarchive.signing.algorithms import digest_of
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.signed_data import SignedData
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.timestamp_authority import TestAuthority
from seals.seals import Making, people, store
from seals.signed_pdf import added, pdf, signed_again
from signing.authority import AT, NOT_AFTER, family, signer_of, store_of
from signing.sm2_authority import sm2_signer_of

ROOT, MIDDLE, LEAF = family()
SIGNER = signer_of(LEAF, MIDDLE)
OURS = store_of(ROOT)
SM2_ROOT, _, SM2_LEAF = people()
SM2_SIGNER = sm2_signer_of(SM2_LEAF, SM2_ROOT)


def cades(content: bytes, signer: KeySigner = SIGNER, **changes: Any) -> bytes:
    [made] = sign_messages(signer, [content], at=AT, **changes)
    return made


def sm2(content: bytes) -> bytes:
    return cades(content, SM2_SIGNER, dialect="gbt35275")


def verdicts(
    data: bytes, trust: TrustStore | None = OURS, **changes: Any
) -> tuple[SealVerdict, ...]:
    return pdf_verdicts(
        BytesSource("a.pdf", data), Court(**{"trust": trust, "at": AT, **changes})
    )


def verdict(data: bytes, trust: TrustStore | None = OURS, **more: Any) -> SealVerdict:
    [found] = verdicts(data, trust, **more)
    return found


def said(found: SealVerdict, outcome: Outcome) -> str:
    return "\n".join(note.en for note in found.notes if note.outcome is outcome)


class TestAGoodSignature:
    def test_passes_and_says_who_and_when(self) -> None:
        found = verdict(pdf(cades))
        assert found.outcome is Outcome.PASSED, found.message("en")
        assert found.kind is SealKind.PDF_SIGNATURE
        assert found.form == "CMS (RFC 5652)"
        assert found.signer == "CN=某市行政审批局"
        assert found.anchor == "CN=根证书"
        assert found.algorithm == "ecdsa-p256-sha256"
        assert found.claimed_at == AT
        assert found.coverage is not None
        assert found.coverage.whole
        assert found.revocation is Revocation.NONE

    @pytest.mark.parametrize("kind", ["rsa3072", "ed25519", "p384"])
    def test_with_other_keys(self, kind: str) -> None:
        root, middle, leaf = family(kind)
        signer = signer_of(leaf, middle)
        found = verdict(pdf(partial(cades, signer=signer)), store_of(root))
        assert found.outcome is Outcome.PASSED, found.message("en")

    def test_with_sm2_in_either_dialect(self) -> None:
        for dialect in ("cades", "gbt35275"):
            made = pdf(
                partial(cades, signer=SM2_SIGNER, dialect=dialect),
                subfilter="adbe.pkcs7.detached",
            )
            found = verdict(made, store())
            assert found.outcome is Outcome.PASSED, found.message("en")
            assert found.algorithm == "sm2-sm3"

    def test_with_a_seal(self) -> None:
        found = verdict(pdf(Making().sign, subfilter="vendor.seal"), store())
        assert found.outcome is Outcome.PASSED, found.message("en")
        assert found.form == "GB/T 38540—2020"
        assert found.seal_name

    def test_without_trust_only_the_content_is_judged(self) -> None:
        found = verdict(pdf(cades), None)
        assert found.integrity is Integrity.WHOLE
        assert found.trust is Trust.UNKNOWN
        assert found.outcome is Outcome.NEEDS_REVIEW

    def test_a_document_without_signatures_has_no_verdict(self) -> None:
        assert verdicts(b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n") == ()


class TestABareMessage:
    """GB/T 35275 as vendors make it: no signed attributes."""

    def bare(self, content: bytes, inside: bytes | None = None) -> bytes:
        signed = content if inside is None else inside
        raw = SM2_LEAF.key.sign("sm2-sm3", signed, signer_id=b"1234567812345678")
        name = der.read(SM2_LEAF.mould.der).take().raw
        body = der.read(name)
        body.take()
        serial, _, issuer = (body.take().raw for _ in range(3))
        sm3 = der.algorithm_identifier("1.2.156.10197.1.401")
        data = der.oid("1.2.156.10197.6.1.4.2.1")
        held = b"" if inside is None else der.write(0xA0, der.octets(inside))
        signer = der.sequence(
            der.integer(1),
            der.sequence(issuer, serial),
            sm3,
            der.algorithm_identifier("1.2.156.10197.1.301.1"),
            der.octets(raw),
        )
        return der.sequence(
            der.oid("1.2.156.10197.6.1.4.2.2"),
            der.write(
                0xA0,
                der.sequence(
                    der.integer(1),
                    der.set_of(sm3),
                    der.sequence(data, held),
                    der.write(0xA0, SM2_LEAF.der),
                    der.set_of(signer),
                ),
            ),
        )

    def test_passes_with_a_word_about_it(self) -> None:
        found = verdict(pdf(self.bare), store())
        assert found.outcome is Outcome.PASSED, found.message("en")
        assert "no signed attributes" in said(found, Outcome.WARNED)
        assert found.claimed_at == AT, "by the dictionary"

    def test_is_not_judged_if_the_court_will_not(self) -> None:
        found = verdict(pdf(self.bare), store(), plain=False)
        assert found.outcome is Outcome.NEEDS_REVIEW

    def test_may_hold_the_digest(self) -> None:
        made = pdf(lambda data: self.bare(data, digest_of("sm3", data)))
        assert verdict(made, store()).outcome is Outcome.PASSED

    def test_over_something_else_fails(self) -> None:
        for inside in (None, digest_of("sm3", b"x")):
            made = altered(pdf(partial(self.bare, inside=inside)))
            assert verdict(made, store()).outcome is Outcome.FAILED

    def test_attributes_passed_off_as_content_fail(self) -> None:
        attributes = der.set_of(der.sequence(der.oid("1.2.3"), der.set_of()))
        made = pdf(lambda _: self.bare(b"", attributes))
        found = verdict(made, store())
        assert found.outcome is Outcome.FAILED


def altered(data: bytes) -> bytes:
    return data.replace(b"/MediaBox [0 0 595 842]", b"/MediaBox [0 0 595 840]")


def range_of(data: bytes) -> tuple[int, list[int]]:
    at = data.index(b"/ByteRange [") + len(b"/ByteRange [")
    return at, list(map(int, data[at : at + 50].split()))


def with_range(data: bytes, *numbers: object) -> bytes:
    at, _ = range_of(data)
    text = " ".join(map(str, numbers)).encode()
    return data[:at] + text.ljust(50) + data[at + 50 :]


class TestABadSignature:
    def test_of_a_changed_document_fails(self) -> None:
        found = verdict(altered(pdf(cades)))
        assert found.integrity is Integrity.ALTERED
        assert found.outcome is Outcome.FAILED
        assert "has the digest" in said(found, Outcome.FAILED)

    def test_over_other_bytes_fails(self) -> None:
        found = verdict(pdf(lambda data: cades(data + b"x")))
        assert found.outcome is Outcome.FAILED

    def test_by_another_key_fails(self) -> None:
        def exchanged(data: bytes) -> bytes:
            made = cades(data)
            raw = SignedData.parse(made).signature
            numbers = der.read(raw)
            r, s = numbers.take_integer(), numbers.take_integer()
            other = der.sequence(der.integer(r), der.integer(s ^ 1))
            assert len(other) == len(raw)
            return made.replace(raw, other)

        found = verdict(pdf(exchanged))
        assert found.outcome is Outcome.FAILED
        assert found.integrity is Integrity.UNKNOWN
        assert "not the signer's" in said(found, Outcome.FAILED)

    def test_what_was_added_needs_review(self) -> None:
        found = verdict(added(pdf(cades)))
        assert found.integrity is Integrity.WHOLE
        assert found.outcome is Outcome.NEEDS_REVIEW
        assert "bytes were added after it" in said(found, Outcome.NEEDS_REVIEW)
        assert found.coverage is not None
        assert not found.coverage.whole

    def test_blanks_at_its_end_are_nothing(self) -> None:
        assert verdict(pdf(cades) + b"\r\n\0").outcome is Outcome.PASSED

    def test_a_second_signature_is_told_at_the_first(self) -> None:
        first, second = verdicts(signed_again(pdf(cades), cades))
        assert second.outcome is Outcome.PASSED, second.message("en")
        assert first.outcome is Outcome.NEEDS_REVIEW
        assert "later signature" in said(first, Outcome.NEEDS_REVIEW)

    def test_expired_since_needs_review(self) -> None:
        found = verdict(pdf(cades), at=NOT_AFTER + timedelta(days=1))
        assert found.outcome is Outcome.NEEDS_REVIEW

    def test_from_the_future_fails(self) -> None:
        found = verdict(pdf(cades), at=AT - timedelta(days=1))
        assert found.outcome is Outcome.FAILED
        assert "lies ahead" in said(found, Outcome.FAILED)

    def test_sha1_needs_review(self) -> None:
        sha1 = der.algorithm_identifier("1.3.14.3.2.26")
        sha256 = der.algorithm_identifier("2.16.840.1.101.3.4.2.1")
        assert len(sha1) < len(sha256)

        def weak(data: bytes) -> bytes:
            made = bytearray(cades(data))
            at = made.rindex(sha256)
            made[at : at + len(sha256)] = b"\x30\x0b\x06\x09" + bytes.fromhex(
                "2b0e03021a0000000a"
            )
            return bytes(made)

        found = verdict(pdf(weak))
        assert found.integrity is Integrity.UNKNOWN
        assert found.outcome is Outcome.NEEDS_REVIEW


class TestAWrongRange:
    @pytest.mark.parametrize(
        ("numbers", "words"),
        [
            ((1, 2, 3), "not four numbers"),
            (("a",), "not four numbers"),
            ((-1, 5, 6, 7), "not four numbers"),
            ((0, 10**20, 1, 1), "not four numbers"),
            ((0, 10, 10, 10), "does not frame"),
            ((0, 30, 20, 10), "does not frame"),
            ((5, 30, 40, 10), "does not frame"),
            ((0, 30, 40, 10**9), "does not frame"),
            ((0, 30, 40, 10), "more than its value"),
        ],
    )
    def test_needs_review(self, numbers: tuple[object, ...], words: str) -> None:
        found = verdict(with_range(pdf(cades), *numbers))
        assert found.integrity is Integrity.UNKNOWN
        assert found.outcome is Outcome.NEEDS_REVIEW
        assert words in said(found, Outcome.NEEDS_REVIEW)

    def test_that_leaves_out_more_than_the_value_needs_review(self) -> None:
        data = pdf(cades)
        _, (first, start, resume, length) = range_of(data)
        found = verdict(with_range(data, first, start - 1, resume, length))
        assert found.outcome is Outcome.NEEDS_REVIEW
        found = verdict(with_range(data, first, start, resume + 1, length - 1))
        assert found.outcome is Outcome.NEEDS_REVIEW

    def test_of_another_signature_needs_review(self) -> None:
        data = signed_again(pdf(cades), cades)
        _, numbers = range_of(data)
        at = data.rindex(b"/ByteRange [") + len(b"/ByteRange [")
        text = " ".join(map(str, numbers)).encode().ljust(50)
        _, second = verdicts(data[:at] + text + data[at + 50 :])
        assert second.outcome is Outcome.NEEDS_REVIEW
        assert "another signature" in said(second, Outcome.NEEDS_REVIEW)

    def test_that_is_missing_needs_review(self) -> None:
        found = verdict(pdf(cades).replace(b"/ByteRange", b"/ByteRanga"))
        assert found.outcome is Outcome.NEEDS_REVIEW
        assert "does not say which bytes" in said(found, Outcome.NEEDS_REVIEW)

    def test_hundreds_of_them_are_not_all_looked_at(self) -> None:
        found = verdicts(b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3]\n" * 500)
        assert len(found) == 21
        assert {each.outcome for each in found} == {Outcome.NEEDS_REVIEW}

    @pytest.mark.parametrize("size", [1 << 20, (1 << 20) - 7, (1 << 20) - 60])
    def test_a_range_across_pieces_is_found(self, size: int) -> None:
        data = b"%PDF-1.7\n".ljust(size) + b"/ByteRange [0 1 2 3]\n"
        assert len(verdicts(data)) == 1


class TestTimeStamps:
    def test_over_the_document_prove_when_it_was_signed(self) -> None:
        authority = TestAuthority(clock=lambda: AT)
        trust = TrustStore([ROOT.der, authority.root])

        def stamp(content: bytes) -> bytes:
            return authority.stamp(digest_of("sha256", content), "sha256")

        data = signed_again(
            pdf(cades), stamp, subfilter="ETSI.RFC3161", kind="DocTimeStamp"
        )
        signature, stamped = verdicts(data, trust, at=AT + timedelta(minutes=1))
        assert stamped.kind is SealKind.PDF_TIMESTAMP
        assert stamped.outcome is Outcome.PASSED, stamped.message("en")
        assert stamped.stamped_at == AT
        assert signature.stamped_at == AT
        assert signature.stamped_by == stamped.signer
        altered_stamp, *_ = reversed(verdicts(altered(data), trust))
        assert altered_stamp.outcome is Outcome.FAILED

    def test_over_the_signature_outlives_the_certificate(self) -> None:
        authority = TestAuthority(clock=lambda: AT)
        trust = TrustStore([ROOT.der, authority.root])
        oid = der.oid("1.2.840.113549.1.9.16.2.14")

        def stamped(content: bytes, *, over: bytes = b"") -> bytes:
            made = cades(content)
            raw = SignedData.parse(made).signature
            token = authority.stamp(digest_of("sha256", over or raw), "sha256")
            attribute = der.write(0xA1, der.sequence(oid, der.set_of(token)))
            return with_unsigned(made, attribute)

        found = verdict(pdf(stamped), trust, at=AT + timedelta(days=1))
        assert found.outcome is Outcome.PASSED, found.message("en")
        assert found.stamped_at == AT
        elsewhere = pdf(partial(stamped, over=b"something else"))
        found = verdict(elsewhere, trust, at=AT + timedelta(days=1))
        assert found.stamped_at is None
        assert "proves nothing" in said(found, Outcome.WARNED)


def with_unsigned(message: bytes, attribute: bytes) -> bytes:
    """Return *message* with one unsigned attribute."""
    whole = der.read(message)
    kind = whole.take().raw
    body = whole.take().take()
    parts = []
    while body.more():
        parts.append(body.take().raw)
    signer = der.read(parts[-1], der.SET).take().value
    parts[-1] = der.set_of(der.sequence(signer, attribute))
    return der.sequence(kind, der.write(0xA0, der.sequence(*parts)))


class TestOpenssl:
    """The command line signs; we verify."""

    @pytest.mark.parametrize("more", [[], ["-nosmimecap"], ["-cades"], ["-noattr"]])
    def test_what_openssl_signs_verifies(self, tmp_path: Path, more: list[str]) -> None:
        (tmp_path / "leaf.pem").write_bytes(LEAF.pem)
        (tmp_path / "leaf.key").write_bytes(LEAF.key_pem)
        (tmp_path / "ca.pem").write_bytes(MIDDLE.pem)

        def sign(content: bytes) -> bytes:
            (tmp_path / "content").write_bytes(content)
            done = subprocess.run(
                [
                    *("openssl", "cms", "-sign", "-binary", "-outform", "DER"),
                    *("-md", "sha256", "-signer", "leaf.pem", "-inkey", "leaf.key"),
                    *("-certfile", "ca.pem", "-in", "content"),
                    *more,
                ],
                cwd=tmp_path,
                check=True,
                capture_output=True,
            )
            return done.stdout

        late = AT + timedelta(days=400)
        found = verdict(pdf(sign, subfilter="adbe.pkcs7.detached"), at=late)
        assert found.integrity is Integrity.WHOLE, found.message("en")
        assert found.trust is Trust.TRUSTED
        assert found.outcome is Outcome.PASSED, found.message("en")


class TestOpenLengths:
    """BouncyCastle, and with it much of Java, leaves lengths open (BER)."""

    def opened(self, element: bytes, depth: int = 5) -> bytes:
        read = der.Reader.of(element).take()
        if not read.tag & 0x20 or depth == 0:
            return element
        if read.tag == 0xA0 and depth < 4:
            return element
        parts = b""
        while read.more():
            parts += self.opened(read.take().raw, depth - 1)
        return bytes((read.tag, 0x80)) + parts + b"\0\0"

    def test_are_read(self) -> None:
        found = verdict(pdf(lambda data: self.opened(cades(data), 3)))
        assert found.outcome is Outcome.PASSED, found.message("en")
        assert "not strict" in said(found, Outcome.WARNED)


SIGNS: dict[str, Callable[[bytes], bytes]] = {"cades": cades, "sm2": sm2}


@pytest.mark.parametrize("name", SIGNS)
def test_a_verdict_can_be_kept(name: str) -> None:
    import json  # noqa: PLC0415 - beside its one use

    found = verdict(pdf(SIGNS[name]), None)
    kept = json.loads(json.dumps(found.as_json(), ensure_ascii=False))
    assert kept["signer"] == "CN=某市行政审批局"
    assert kept["outcome"] == "needs_review"
    assert kept["certificate_sha256"] == found.fingerprint
    texts = found.texts()
    assert texts["outcome"] == "待人工审核"
    assert all(texts.values())
    assert all(text.isprintable() for text in texts.values())
