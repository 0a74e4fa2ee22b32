"""What was known of revocations is kept with a seal, and judged at the proven time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from attrs import define, evolve, field
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from archive.office import FONDS, TODAY, case, new_archive
from egovarchive import Archive
from egovarchive.errors import (
    EvidenceError,
    InvalidValueError,
    SignatureInvalidError,
    SigningError,
)
from egovarchive.signing.frozen_evidence import FrozenEvidence
from egovarchive.signing.revocation_folder import RevocationFolder
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.timestamps import TestAuthority
from signing.authority import Issued, signer_of
from signing.revoking import LEAF, MIDDLE, ROOT, crl, entry

DAY = timedelta(days=1)


@define
class Clock:
    now: datetime = TODAY

    def __call__(self) -> datetime:
        return self.now


@define
class Published:
    """What certification services publish."""

    crls: Iterable[bytes] = ()
    ocsp: Iterable[bytes] = ()

    def latest(self) -> FrozenEvidence:
        return FrozenEvidence((), self.crls, self.ocsp)


@define
class Office:
    """An agency with a certified key, and an authority that may be revoked too."""

    clock: Clock = field(factory=Clock)
    published: Published = field(factory=Published)
    authority: TestAuthority = field(init=False)
    archive: Archive = field(init=False)

    @authority.default
    def _authority(self) -> TestAuthority:
        return TestAuthority(clock=self.clock)

    @archive.default
    def _archive(self) -> Archive:
        return new_archive(
            signer=signer_of(LEAF, MIDDLE),
            verifier=TrustStore([ROOT.der]),
            clock=self.clock,
            timestamper=self.authority,
            authorities=(self.authority.root,),
            revocations=self.published,
        )

    def publish(self, *taken: x509.RevokedCertificate, of: str = "") -> None:
        """Publish new lists; *taken* stands on that of the signer's or authority's."""
        now, later = self.clock.now, self.clock.now + 7 * DAY
        keys = self.authority._keys
        root = Issued(
            x509.load_der_x509_certificate(keys.root),
            load_pem_private_key(keys._root_key.pem(), None),  # type: ignore[arg-type]
        )
        both = [
            crl(
                by,
                *(taken if of == name else ()),
                made_at=now,
                next_at=later,
                # The authority's root names its key in another way.
                key_id=by is not root,
            )
            for by, name in ((MIDDLE, "signer"), (root, "authority"), (ROOT, ""))
        ]
        self.published = evolve(self.published, crls=both)
        self.archive = evolve(self.archive, revocations=self.published)

    def later(self, days: int) -> None:
        self.clock.now += days * DAY

    def without_source(self) -> Archive:
        return evolve(self.archive, revocations=None)

    def frozen_keys(self) -> list[str]:
        keys = self.archive.storage.keys(f"evidence/{FONDS}/")
        return [key for key in keys if key.endswith(".frozen")]


def stamps_taken(office: Office, at: datetime) -> x509.RevokedCertificate:
    certificate = x509.load_der_x509_certificate(office.authority.certificate)
    builder = x509.RevokedCertificateBuilder(certificate.serial_number, at)
    return builder.build()


@pytest.fixture
def office() -> Office:
    return Office()


class TestASeal:
    def test_keeps_the_lists_that_were_in_force_then(self, office: Office) -> None:
        office.publish()
        code = office.archive.deposit(case()).code
        office.archive.sealing.seal()
        office.later(3000)
        proof = office.without_source().sealing.verify(code)
        signed, sealed, stamped = proof.revocations
        assert signed.at == sealed.at == stamped.at == proof.existed_at
        assert {each.evidence.outcome for each in proof.revocations} == {"good"}
        assert all(each.judged and each.evidence.crls for each in proof.revocations)
        assert "not revoked (2 revocation lists" in str(signed)
        assert "撤销列表 1 份" in stamped.message("zh")

    def test_is_made_without_a_source_and_says_that_nothing_is_known(
        self, office: Office
    ) -> None:
        archive = office.without_source()
        code = archive.deposit(case()).code
        archive.sealing.seal()
        found = archive.sealing.verify(code).revocations
        assert [each.evidence.outcome for each in found] == ["unknown"] * 3
        assert not any(each.judged for each in found)
        assert office.frozen_keys() == []

    def test_what_is_gone_or_of_another_time_stamp_makes_it_unknown(
        self, office: Office
    ) -> None:
        office.publish()
        code = office.archive.deposit(case()).code
        office.archive.sealing.seal()
        (key,) = office.frozen_keys()
        office.archive.storage.delete(key)
        found = office.without_source().sealing.verify(code).revocations
        assert not any(each.judged for each in found)

    def test_what_is_altered_is_told(self, office: Office) -> None:
        office.publish()
        code = office.archive.deposit(case()).code
        office.archive.sealing.seal()
        (key,) = office.frozen_keys()
        office.archive.storage.delete(key)
        office.archive.storage.put(key, (b"0",))
        with pytest.raises(SignatureInvalidError):
            office.archive.sealing.verify(code)

    def test_of_a_signer_revoked_after_it_was_stamped_holds(
        self, office: Office
    ) -> None:
        office.publish()
        code = office.archive.deposit(case()).code
        office.archive.sealing.seal()
        office.later(1)
        office.publish(entry(LEAF, office.clock.now), of="signer")
        proof = office.archive.sealing.verify(code)
        assert [each.judged for each in proof.revocations] == [True] * 3
        # Who is asked now, and not then, must not sign.
        office.archive.deposit(case(2))
        with pytest.raises(SignatureInvalidError, match="revoked"):
            office.archive.sealing.seal()
        assert office.archive.sealing.status().pending == ()

    def test_of_a_signer_revoked_before_it_was_stamped_stays_pending(
        self, office: Office
    ) -> None:
        office.archive.deposit(case())
        office.archive.sealing._sealer().make("sha256", None)
        office.later(1)
        office.publish(entry(LEAF, office.clock.now), of="signer")
        office.later(1)
        with pytest.raises(SignatureInvalidError, match="revoked"):
            office.archive.sealing.complete()
        assert office.archive.sealing.status().pending == (1,)
        assert not any(name.endswith(".tst") for name in _names(office.archive))

    def test_one_that_stays_pending_holds_up_no_other(self, office: Office) -> None:
        office.archive.deposit(case())
        sealing = office.archive.sealing
        sealing._sealer().make("sha256", None)
        office.archive.deposit(case(2))
        sealing._sealer().make("sha256", None)
        key = f"evidence/{FONDS}/{1:012}.p7s"
        office.archive.storage.delete(key)
        office.archive.storage.put(key, (b"0",))
        with pytest.raises(SignatureInvalidError):
            sealing.complete()
        assert (sealing.status().pending, sealing.status().sealed) == ((1,), 1)

    def test_is_not_stamped_by_an_authority_that_was_revoked(
        self, office: Office
    ) -> None:
        office.publish(stamps_taken(office, TODAY - DAY), of="authority")
        office.archive.deposit(case())
        with pytest.raises(EvidenceError, match="revoked"):
            office.archive.sealing.seal()
        assert office.archive.sealing.status().pending == (1,)

    @pytest.mark.parametrize("source", [b"no list", b"", LEAF.der, b"0\x00"])
    def test_is_not_made_if_a_list_is_not_understood(
        self, source: bytes, office: Office
    ) -> None:
        published = Published(crls=[source])
        archive = evolve(office.archive, revocations=published)
        archive.deposit(case())
        with pytest.raises(InvalidValueError):
            archive.sealing.seal()
        assert archive.sealing.status().unsealed == 1

    def test_is_not_made_if_the_source_fails(
        self, office: Office, tmp_path: Path
    ) -> None:
        source = RevocationFolder(tmp_path / "nowhere")
        archive = evolve(office.archive, revocations=source)
        archive.deposit(case())
        with pytest.raises(SigningError, match="nowhere"):
            archive.sealing.seal()
        assert archive.sealing.status().pending == ()


class TestARenewal:
    @pytest.mark.parametrize(
        "renew",
        [
            lambda archive: archive.sealing.renew_timestamps(),
            lambda archive: archive.sealing.renew_hashes("sm3"),
        ],
        ids=["time-stamps", "hashes"],
    )
    def test_keeps_lists_for_the_time_stamp_that_it_is_over(
        self, renew: Callable[[Archive], object], office: Office
    ) -> None:
        office.publish()
        code = office.archive.deposit(case()).code
        office.archive.sealing.seal()
        office.later(300)
        office.publish()
        renew(office.archive)
        office.later(3000)
        proof = office.without_source().sealing.verify(code)
        moments = [each.at for each in proof.revocations]
        first, second = (stamp.gen_time for stamp in proof.stamps)
        assert moments == [first, first, second, second]
        assert all(each.judged for each in proof.revocations)
        assert len(office.frozen_keys()) == 2

    def test_by_another_makes_up_for_an_authority_that_lost_its_key_later(
        self, office: Office
    ) -> None:
        code = office.archive.deposit(case()).code
        office.archive.sealing.seal()
        office.later(10)
        other = TestAuthority(clock=office.clock)
        roots = office.authority.root, other.root
        renewing = evolve(office.archive, timestamper=other, authorities=roots)
        renewing.sealing.renew_timestamps()
        office.later(20)
        office.publish(stamps_taken(office, TODAY + 20 * DAY), of="authority")
        trusting = evolve(office.archive, authorities=roots)
        assert len(trusting.sealing.verify(code).stamps) == 2
        office.publish(stamps_taken(office, TODAY + 5 * DAY), of="authority")
        trusting = evolve(office.archive, authorities=roots)
        with pytest.raises(EvidenceError, match="revoked"):
            trusting.sealing.verify(code)

    def test_that_is_missing_leaves_it_to_what_is_known_now(
        self, office: Office
    ) -> None:
        office.publish()
        code = office.archive.deposit(case()).code
        office.archive.sealing.seal()
        lost = office.clock.now + 20 * DAY
        office.later(30)
        office.publish(stamps_taken(office, lost), of="authority")
        with pytest.raises(EvidenceError, match="revoked"):
            office.archive.sealing.verify(code)
        assert office.without_source().sealing.verify(code).seal == 1


class TestAPackagesSignature:
    def test_is_judged_at_the_proven_time(self, office: Office) -> None:
        code = office.archive.deposit(case()).code
        office.archive.sealing.seal()
        expired = LEAF.certificate.not_valid_after_utc + DAY
        office.clock.now = expired
        proof = office.archive.sealing.verify(code, TODAY + DAY)
        assert proof.signed_by is not None
        assert proof.signed_by.certificate == LEAF.der
        assert proof.revocations[0].at == proof.existed_at

    def test_that_nobody_trusts_is_refused(self, office: Office) -> None:
        trusting_more = evolve(
            office.archive,
            signer=signer_of(LEAF, MIDDLE),
            verifier=TrustStore([LEAF.der]),
        )
        code = trusting_more.deposit(case()).code
        trusting_more.sealing.seal()
        other = evolve(trusting_more, verifier=TrustStore([office.authority.root]))
        with pytest.raises(SignatureInvalidError):
            other.sealing.verify(code)


def test_a_proof_carries_the_lists_of_signers_and_of_authorities(
    office: Office, tmp_path: Path
) -> None:
    office.publish()
    code = office.archive.deposit(case()).code
    office.archive.sealing.seal()
    office.later(30)
    folder = office.without_source().sealing.export_proof(code, tmp_path / "proof")
    signers = sorted(p.read_bytes() for p in (folder / "revocation").glob("*.crl"))
    theirs = [p.read_bytes() for p in (folder / "revocation/authorities").iterdir()]
    published = list(office.published.crls)
    assert signers == sorted([published[0], published[2]])
    assert theirs == [published[1]]
    page = (folder / "proof.txt").read_text("utf-8")
    assert page.count("not revoked (") == 3
    assert "未被撤销" in page


def _names(archive: Archive) -> list[str]:
    return list(archive.storage.keys(f"evidence/{FONDS}/"))
