"""
Signed PDF (PAdES), by pyHanko, with a key that is thrown away.

Run as a program (``python -m samples.signed_pdf SIGNER < PDF``) because pyHanko
asks the clock, which `run_at` stops for a process.
"""

from __future__ import annotations

import asyncio
import io
import sys
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from samples.program import run_at


def signed_pdf(pdf: bytes, signer: str, made_at: datetime) -> bytes:
    """Return *pdf* with a signature by *signer* at *made_at*."""
    return run_at(
        made_at, sys.executable, "-m", "samples.signed_pdf", signer, stdin=pdf
    )


def _signed(pdf: bytes, signer: str) -> bytes:
    """Return *pdf* with a signature by *signer* now; the key is new each time."""
    now = datetime.now(timezone.utc)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "样例证书，不具法律效力"),
            x509.NameAttribute(NameOID.COMMON_NAME, signer),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=365))
        .not_valid_after(now + timedelta(days=365 * 5))
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    store = serialization.pkcs12.serialize_key_and_certificates(
        b"sample", key, certificate, None, serialization.NoEncryption()
    )
    signing = signers.SimpleSigner.load_pkcs12_data(store, other_certs=[])
    metadata = signers.PdfSignatureMetadata(
        field_name="ApplicantSignature",
        name=signer,
        reason="本人确认申请内容真实",
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
    )
    pdf_signer = signers.PdfSigner(metadata, signer=signing)
    output = asyncio.run(
        pdf_signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    )
    return bytes(output.getvalue())


if __name__ == "__main__":
    sys.stdout.buffer.write(_signed(sys.stdin.buffer.read(), sys.argv[1]))
