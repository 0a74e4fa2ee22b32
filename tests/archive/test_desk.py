"""A key on somebody's desk: what is to be signed leaves, and returns days later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archive.office import TODAY, arrangement, case, new_archive, signer
from egovarchive import packages
from egovarchive.checks import ChecksFailedError
from egovarchive.packages import Package
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.filing import Filing
from egovarchive.signing import SignRequest
from egovarchive.signing.desk import Desk, PendingSignature
from egovarchive.testing.timestamps import TestAuthority

LATER = TODAY + timedelta(days=3)


def formed(number: int = 1) -> Package:
    """Return the package of a case, not yet signed: the same whenever it is asked."""
    return packages.build(Filing.of(case(number), arrangement()), GBT42727_2023)


@pytest.fixture
def desk() -> Desk:
    return Desk(signer().certificate)


@pytest.fixture
def left(desk: Desk) -> bytes:
    """Return the file that left: what is to be signed."""
    package = formed()
    return desk.prepare(package.manifest, package=package.id, at=TODAY).to_json()


def signed_at_the_desk(request: SignRequest) -> bytes:
    return signer().sign_many([request])[0]


def test_a_case_signed_at_a_desk_is_archived_and_sealed(
    desk: Desk, left: bytes
) -> None:
    back = PendingSignature.from_json(left)
    raw = signed_at_the_desk(back.request)
    authority = TestAuthority(clock=lambda: LATER)
    archive = new_archive(
        clock=lambda: LATER, timestamper=authority, authorities=(authority.root,)
    )
    package = formed()
    assert package.id == back.package
    entry = archive.accept(package.sealed(desk.embed(back, raw, package.manifest)))
    archive.sealing.seal()
    assert archive.verify(entry.code).passed
    assert archive.sealing.verify(entry.code).signed_by is not None
    # Who opens it without a key may accept what was signed elsewhere.
    other = formed(2)
    pending = desk.prepare(other.manifest, package=other.id, at=TODAY)
    embedded = desk.embed(pending, signed_at_the_desk(pending.request), other.manifest)
    reader = new_archive(signer=None, clock=lambda: LATER)
    assert reader.accept(other.sealed(embedded)).code.item == 1


def test_the_signature_of_one_case_does_not_archive_another(
    desk: Desk, left: bytes
) -> None:
    back = PendingSignature.from_json(left)
    package = formed()
    signature = desk.embed(back, signed_at_the_desk(back.request), package.manifest)
    archive = new_archive(clock=lambda: LATER)
    with pytest.raises(ChecksFailedError):
        archive.accept(formed(2).sealed(signature))
    assert list(archive.entries()) == []
