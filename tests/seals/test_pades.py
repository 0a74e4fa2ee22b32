"""pyHanko signs, and is asked for a second opinion."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest

pytest.importorskip("pyhanko")

from asn1crypto import crl, keys  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import dss
from pyhanko_certvalidator.registry import SimpleCertificateStore

from egovarchive.errors import FormatError
from egovarchive.formats import DEFAULT_LIMITS, BytesSource
from egovarchive.formats.table import FORMATS
from egovarchive.formats.worker import Worker
from egovarchive.records.outcome import Outcome
from egovarchive.seals import Integrity, Revocation, SealVerdict, Trust
from egovarchive.seals.documents import verdicts_of
from egovarchive.seals.opinion import Change
from egovarchive.seals.pades import SecondOpinion
from seals.signed_pdf import added, pdf
from seals.test_pdf import altered, cades
from signing.authority import AT, Issued, family, store_of

ROOT, MIDDLE, LEAF = family()
PDF = FORMATS["pdf"]
EMPTY = pdf(lambda _: b"").replace(b"/Type /Sig ", b"/Type /Nil ")
EMPTY = EMPTY.replace(b"/ByteRange", b"/ByteNange").replace(b"/V 5 0 R", b"/W 5 0 R")


def _loaded(issued: Issued) -> Any:
    return asn1_x509.Certificate.load(issued.der)


def signer() -> Any:
    held = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    held.register_multiple([_loaded(MIDDLE), _loaded(ROOT)])
    form = Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    key = keys.PrivateKeyInfo.load(LEAF.key.private_bytes(*form))
    return signers.SimpleSigner(
        signing_cert=_loaded(LEAF), signing_key=key, cert_registry=held
    )


def signed(data: bytes = EMPTY, name: str = "s2", **changes: Any) -> bytes:
    """Return *data*, signed by pyHanko."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    values = {"field_name": name, "md_algorithm": "sha256", **changes}
    meta = signers.PdfSignatureMetadata(**values)
    return bytes(signers.sign_pdf(writer, meta, signer=signer()).getvalue())


def opinion_of(data: bytes, worker: Worker | None = None) -> Any:
    asked = SecondOpinion((ROOT.der,), NOW)
    return asked.ask(BytesSource("a.pdf", data), PDF, DEFAULT_LIMITS, worker)


NOW = AT + timedelta(days=30)


def verdicts(data: bytes, *, heard: bool = True) -> tuple[SealVerdict, ...]:
    return verdicts_of(
        BytesSource("a.pdf", data),
        PDF,
        trust=store_of(ROOT),
        at=NOW,
        opinions=opinion_of(data) if heard else (),
    )


class TestWhatPyhankoSigns:
    @pytest.mark.parametrize("subfilter", fields.SigSeedSubFilter)
    def test_verifies_with_our_own_code(self, subfilter: Any) -> None:
        if subfilter is fields.SigSeedSubFilter.ETSI_RFC3161:
            return
        [found] = verdicts(signed(subfilter=subfilter), heard=False)
        assert found.integrity is Integrity.WHOLE, found.message("en")
        assert found.trust is Trust.TRUSTED
        assert found.outcome is Outcome.PASSED, found.message("en")


class TestASecondOpinion:
    def test_agrees_on_a_good_signature(self) -> None:
        data = pdf(cades)
        [opinion] = opinion_of(data)
        assert opinion.valid
        assert opinion.change is Change.NONE
        assert opinion.good is None
        [found] = verdicts(data)
        assert found.outcome is Outcome.PASSED, found.message("en")

    def test_agrees_on_a_bad_one(self) -> None:
        data = altered(pdf(cades))
        [opinion] = opinion_of(data)
        assert not opinion.valid
        [found] = verdicts(data)
        assert found.outcome is Outcome.FAILED

    def test_tells_a_second_signature_from_a_change(self) -> None:
        data = signed(signed(), name="s3")
        first, second = verdicts(data)
        assert second.outcome is Outcome.PASSED, second.message("en")
        assert first.outcome is Outcome.NEEDS_REVIEW
        assert "forms or signatures" in first.message("en")

    def test_fails_what_the_signature_does_not_allow(self) -> None:
        data = added(
            signed(certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] >>",
        )
        [found] = verdicts(data)
        assert found.outcome is Outcome.FAILED, found.message("en")
        assert "does not allow" in found.message("en")

    @pytest.mark.parametrize("revoked", [False, True])
    def test_hears_revocation_data_in_the_file(self, *, revoked: bool) -> None:
        data = with_store(pdf(cades), revoked=revoked)
        [silent] = verdicts(data, heard=False)
        assert silent.revocation is Revocation.PRESENT
        assert silent.outcome is Outcome.NEEDS_REVIEW, "something was added"
        [found] = verdicts(data)
        if revoked:
            assert found.revocation is Revocation.REVOKED
            assert found.outcome is Outcome.FAILED
        else:
            assert found.revocation is Revocation.GOOD
            assert found.outcome is Outcome.PASSED, found.message("en")

    def test_comes_from_a_worker(self) -> None:
        data = pdf(cades)
        with Worker() as worker:
            assert opinion_of(data, worker) == opinion_of(data)

    def test_of_rubbish_is_an_error(self) -> None:
        with pytest.raises(FormatError, match="pyHanko cannot read it"):
            opinion_of(b"%PDF-1.7 rubbish")


def with_store(data: bytes, *, revoked: bool) -> bytes:
    """Return *data* with revocation lists of both authorities added to it."""
    lists = [
        crl.CertificateList.load(_list(by, LEAF if revoked and by is MIDDLE else None))
        for by in (ROOT, MIDDLE)
    ]
    out = io.BytesIO(data)
    dss.DocumentSecurityStore.add_dss(
        out, sig_contents=None, certs=[_loaded(MIDDLE)], crls=lists
    )
    return out.getvalue()


def _list(by: Issued, taken_back: Issued | None) -> bytes:
    def moment(days: int) -> datetime:
        return AT + timedelta(days=days)

    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(moment(0))
        .next_update(moment(60))
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()),
            critical=False,
        )
        .add_extension(x509.CRLNumber(1), critical=False)
    )
    if taken_back is not None:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(taken_back.certificate.serial_number)
            .revocation_date(moment(-1))
            .build()
        )
    assert isinstance(by.key, ec.EllipticCurvePrivateKey)
    return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)
