"""An archive that signs with SM2 over SM3, and rests on the national algorithms."""

from __future__ import annotations

import pytest

from archive.office import MADE_AT, case, cases, new_archive
from egovarchive import Archive
from egovarchive.errors import AlgorithmUnsupportedError
from egovarchive.packages.body import BytesBody
from egovarchive.packages.read import read_body
from egovarchive.records.digest import ALGORITHMS
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore


def new_signer(name: str) -> KeySigner:
    try:
        return KeySigner.self_signed(name, at=MADE_AT, years=30, algorithm="sm2-sm3")
    except AlgorithmUnsupportedError as error:
        pytest.skip(str(error))


@pytest.fixture
def signer() -> KeySigner:
    return new_signer("某局测试")


@pytest.fixture
def trust(signer: KeySigner) -> TrustStore:
    return TrustStore([signer.certificate])


@pytest.fixture
def archive(signer: KeySigner, trust: TrustStore) -> Archive:
    return new_archive(signer=signer, verifier=trust, digests=("sm3", "sha256"))


def test_what_it_deposits_is_signed_so_and_verifies(
    archive: Archive, trust: TrustStore
) -> None:
    entry = archive.deposit(case())
    assert archive.verify(entry.code).passed
    data = b"".join(archive.storage.get(entry.key))
    package = read_body(BytesBody(data), len(data), archive.profile)
    assert package.signature_path == "manifest-sm3.txt.p7s"
    assert package.signature is not None
    verified = trust.verify(package.signature, package.manifest, at=MADE_AT)
    assert (verified.algorithm, verified.dialect) == ("sm2-sm3", "cades")
    assert verified.claimed_at == entry.registered_at
    digest = package.manifest.decode().split(" ")[0]
    assert len(digest) == ALGORITHMS["sm3"]


def test_a_batch_verifies(archive: Archive) -> None:
    list(archive.deposit_many(cases(5)))
    assert [report.passed for report in archive.verify_all()] == [True] * 5


def test_who_trusts_another_key_does_not_pass_it(archive: Archive) -> None:
    entry = archive.deposit(case())
    other = TrustStore([new_signer("陌生人").certificate])
    stranger = new_archive(archive.storage, archive.catalog, verifier=other)
    report = stranger.verify(entry.code)
    assert [each.check for each in report.failures] == ["authenticity.signature"]
