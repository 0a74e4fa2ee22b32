"""Sealing: what is archived can be proved, and goes on being provable."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import define, frozen

from archive.office import (
    FONDS,
    TODAY,
    archive_in,
    case,
    cases,
    document,
    in_threads,
    new_archive,
)
from egovarchive import Archive
from egovarchive.archive.sealing import sealer as sealer_module
from egovarchive.archive.sealing.leaves import leaves_of, stretch
from egovarchive.archive.sealing.pieces import pieces_of
from egovarchive.archive.sealing.sealed import NeedKind
from egovarchive.errors import (
    EgovArchiveError,
    EntryNotFoundError,
    EvidenceError,
    InvalidValueError,
    JournalError,
    PackageError,
    SignatureInvalidError,
    SigningError,
    StorageError,
    TimestampError,
    TimestampRefusedError,
    TimestampUnavailableError,
)
from egovarchive.evidence.nodes import hash_function, node_of
from egovarchive.evidence.record import EvidenceVerifier
from egovarchive.evidence.record_der import EvidenceRecord
from egovarchive.evidence.seal import SealState
from egovarchive.evidence.seals import Seals
from egovarchive.evidence.statement import Mark
from egovarchive.records.document import File
from egovarchive.records.outcome import Outcome
from egovarchive.signing.algorithm_policy import (
    DEFAULT_POLICY,
    AlgorithmPolicy,
    Row,
)
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage_faults import Call, FaultyStorage
from egovarchive.testing.timestamps import Fault, TestAuthority

YEAR = timedelta(days=365)


@define
class Clock:
    now: datetime = TODAY

    def __call__(self) -> datetime:
        return self.now

    def go(self, by: timedelta) -> None:
        self.now += by


@frozen
class Bureau:
    """An archive, its clock, and its time-stamp authority."""

    clock: Clock
    authority: TestAuthority
    archive: Archive

    def deposit(self, count: int, start: int = 1) -> list[str]:
        deposits = list(self.archive.deposit_many(cases(count, start)))
        self.clock.go(timedelta(minutes=1))
        return [str(each.entry.code) for each in deposits if each.entry is not None]

    def also(self, **changes: Any) -> Bureau:
        """Return the same archive, opened by another process, with *changes*."""
        values: dict[str, Any] = {
            "storage": self.archive.storage,
            "clock": self.clock,
            "timestamper": self.authority,
            "authorities": (self.authority.root,),
        }
        archive = new_archive(**{**values, **changes})
        archive.refresh()
        return Bureau(self.clock, self.authority, archive)

    def names(self) -> list[str]:
        return list(self.archive.storage.keys(f"evidence/{FONDS}/"))


def bureau(**changes: Any) -> Bureau:
    clock = Clock()
    authority = TestAuthority(clock=clock)
    values: dict[str, Any] = {
        "clock": clock,
        "timestamper": authority,
        "authorities": (authority.root,),
    }
    return Bureau(clock, authority, new_archive(**{**values, **changes}))


class TestSeal:
    """One tree, one signature, one time-stamp over all that is new."""

    @pytest.mark.parametrize("algorithm", ["sha256", "sm3", "sha512"])
    def test_each_record_is_proved(self, algorithm: str) -> None:
        office = bureau()
        codes = office.deposit(70)
        seal = office.archive.sealing.seal(algorithm=algorithm)
        assert seal is not None
        assert seal.state is SealState.SEALED
        assert seal.statement.leaves == 70 + office.archive.head.number
        assert len(office.authority.requests) == 1
        for code in codes:
            proof = office.archive.sealing.verify(code)
            assert (proof.seal, proof.existed_at) == (1, office.clock())
            assert "某局测试" in proof.sealed_by.signer

    def test_the_record_is_of_manifest_and_signature(self) -> None:
        office = bureau()
        code, *_ = office.deposit(5)
        office.archive.sealing.seal()
        der = office.archive.sealing.evidence_record(code)
        package = office.archive.package(code)
        assert package.signature is not None
        pair = [package.manifest, package.signature]
        verifier = EvidenceVerifier(office.authority.trust)
        assert verifier.verify(der, pair, at=office.clock())
        assert verifier.verify(der, pair[:1], at=office.clock())
        for wrong in ([pair[0], b"other"], [*pair, b"more"], [b"other"]):
            with pytest.raises(EvidenceError):
                verifier.verify(der, wrong, at=office.clock())

    def test_nothing_new_is_not_sealed(self) -> None:
        office = bureau()
        assert office.archive.sealing.seal() is None
        office.deposit(1)
        assert office.archive.sealing.seal() is not None
        before = office.names()
        assert office.archive.sealing.seal() is None
        assert office.names() == before

    def test_each_seal_names_the_one_before(self) -> None:
        office = bureau()
        seals = []
        for number in range(3):
            office.deposit(3, start=10 * number + 1)
            seals.append(office.archive.sealing.seal())
        statements = [seal.statement for seal in seals if seal is not None]
        assert [each.number for each in statements] == [1, 2, 3]
        for one, two in pairwise(statements):
            assert two.after == one.upto
            assert two.previous == one.digests()
        status = office.archive.sealing.status()
        assert (status.sealed, status.pending, status.unsealed) == (3, (), 0)
        assert status.until == statements[-1].until

    def test_every_record_of_every_seal_is_found(self) -> None:
        office = bureau()
        codes = []
        for number in range(6):
            codes += office.deposit(3, start=10 * number + 1)
            office.archive.sealing.seal(algorithm=["sha256", "sm3"][number % 2])
        found = [office.archive.sealing.verify(code).seal for code in codes]
        assert found == [n for n in range(1, 7) for _ in range(3)]

    def test_also_if_a_clock_was_set_back(self) -> None:
        office = bureau()
        codes = office.deposit(2)
        office.archive.sealing.seal()
        office.clock.go(-timedelta(days=1))
        codes += office.deposit(2, start=10)
        office.archive.sealing.seal()
        office.clock.go(timedelta(days=2))
        codes += office.deposit(2, start=20)
        office.archive.sealing.seal()
        found = [office.archive.sealing.verify(code).seal for code in codes]
        assert found == [1, 1, 2, 2, 3, 3]

    def test_too_much_for_one_seal_is_left_for_the_next(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sealer_module, "MAX_LEAVES", 100)
        office = bureau()
        codes = office.deposit(150)
        first = office.archive.sealing.seal()
        assert first is not None
        assert first.statement.leaves <= 100
        assert office.archive.sealing.status().unsealed > 0
        while office.archive.sealing.seal():
            pass
        assert office.archive.sealing.status().unsealed == 0
        assert office.archive.sealing.verify(codes[-1]).seal > 1

    def test_in_a_folder(self, tmp_path: Path) -> None:
        clock = Clock()
        authority = TestAuthority(clock=clock)
        archive = archive_in(
            tmp_path,
            clock=clock,
            timestamper=authority,
            authorities=(authority.root,),
        )
        office = Bureau(clock, authority, archive)
        codes = office.deposit(20)
        archive.sealing.seal()
        assert all(archive.sealing.verify(code) for code in codes)
        assert all(report.passed for report in archive.verify_all())
        assert not list(archive.strays())


class TestLeaves:
    """What is read fast has the leaves that reading it whole has."""

    def pieces(self, archive: Archive) -> bytes:
        journal = archive._archiving.register.projection.journal
        pieces = pieces_of(journal, Mark(), "sha256", archive.profile)
        return b"".join(piece.leaves for piece in pieces)

    def test_they_are_the_same(self) -> None:
        hostile = case(
            'C","package":"' + "0" * 40,
            documents=[document(File("a.txt", b"x"))],
            title='"event":"registered"',
        )
        office = bureau()
        office.deposit(70)
        office.archive.deposit(hostile)
        archive = office.archive
        archive.inspection.decide_batch(
            archive.inspection.batch(medium=True).waiting[0],
            by="检测员",
            outcome=Outcome.PASSED,
            reason='"event":"registered" "package":"',
        )
        journal = archive._archiving.register.projection.journal
        take = hash_function("sha256")
        slow = b"".join(
            node_of(leaf.digests("sha256"), take)
            for segment, head in stretch(journal, Mark())
            for leaf in leaves_of(segment, head, archive.storage, archive.profile)
        )
        assert self.pieces(archive) == slow
        assert len(slow) == 32 * (71 + archive.head.number)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b'"segment":', b'"segment":7'),
            (b'"fonds":"J019"', b'"fonds":"J020"'),
            (b'"previous":{"sha256":"', b'"previous":{"sha256":"00'),
            (b'"previous":{', b'"previous":0,"x":{'),
            (b'{"at":"2026', b'{"at":"2O26'),
            (b'{"at":', b'["at":'),
            (b"\n", b" "),
            (b'"package":"', b'"package":"A'),
        ],
    )
    def test_what_is_altered_is_not_sealed(self, old: bytes, new: bytes) -> None:
        storage = MemoryStorage()
        office = bureau(storage=storage)
        office.deposit(2)
        office.archive.sealing.seal()
        office.deposit(1, start=9)
        key = f"journal/{FONDS}/{office.archive.head.number:012}.jsonl"
        data = storage._objects[key]
        changed = data.replace(old, new)
        assert changed != data
        storage._objects[key] = changed
        with pytest.raises(JournalError):
            office.archive.sealing.seal()
        assert office.archive.sealing.status().sealed == 1


class TestRefusals:
    """Who cannot seal or prove says so, and seals nothing."""

    def test_without_authority_nothing_is_sealed(self) -> None:
        office = bureau(timestamper=None)
        code, *_ = office.deposit(1)
        sealing = office.archive.sealing
        for act in (
            sealing.seal,
            sealing.renew_timestamps,
            lambda: sealing.renew_hashes("sm3"),
        ):
            with pytest.raises(TimestampError, match="without a time-stamp"):
                act()
        assert not office.names()
        with pytest.raises(EvidenceError, match="not sealed"):
            sealing.verify(code)

    def test_without_signer_nothing_is_sealed(self) -> None:
        office = bureau()
        office.deposit(1)
        reader = office.also(signer=None)
        with pytest.raises(SigningError, match="without a signer"):
            reader.archive.sealing.seal()
        assert not office.names()

    def test_a_signer_that_nobody_trusts_seals_nothing(self) -> None:
        office = bureau()
        office.deposit(1)
        stranger = KeySigner.self_signed("外人", at=TODAY - YEAR, years=5)
        with pytest.raises(SignatureInvalidError):
            office.also(signer=stranger).archive.sealing.seal()
        assert not office.names()

    def test_without_trust_nothing_is_proved(self) -> None:
        office = bureau()
        code, *_ = office.deposit(1)
        office.archive.sealing.seal()
        for changes in ({"authorities": ()}, {"verifier": None}):
            reader = office.also(**changes)
            with pytest.raises(EvidenceError, match="to trust"):
                reader.archive.sealing.verify(code)
        reader = office.also(authorities=())
        with pytest.raises(EvidenceError, match="to trust"):
            reader.archive.sealing.needs_renewal(office.clock().date())
        # A time-stamper verifies what it gives by itself.
        assert reader.archive.sealing.renew_timestamps() == 1

    def test_an_authority_that_is_not_trusted_leaves_it_pending(self) -> None:
        office = bureau()
        office.deposit(1)
        stranger = TestAuthority(algorithm="ed25519", clock=office.clock)
        with pytest.raises(EvidenceError):
            office.also(timestamper=stranger).archive.sealing.seal()
        assert office.archive.sealing.status().pending == (1,)
        assert office.archive.sealing.complete() == (1,)
        assert office.archive.sealing.status().pending == ()

    def test_a_record_that_is_not_there(self) -> None:
        office = bureau()
        with pytest.raises(EntryNotFoundError):
            office.archive.sealing.verify("J019-ZY·XK·2026·D30-0001")

    def test_unknown_algorithms_and_seals(self) -> None:
        office = bureau()
        office.deposit(1)
        sealing = office.archive.sealing
        with pytest.raises(InvalidValueError):
            sealing.seal(algorithm="md5")
        sealing.seal()
        with pytest.raises(InvalidValueError):
            sealing.renew_hashes("sha1")
        for act in (
            lambda: sealing.renew_timestamps([2]),
            lambda: sealing.renew_hashes("sm3", [0]),
        ):
            with pytest.raises(InvalidValueError, match="no seal"):
                act()


class TestPending:
    """What has no time-stamp is never shown as sealed."""

    def test_it_waits_and_is_completed(self) -> None:
        office = bureau()
        codes = office.deposit(3)
        office.authority.misbehave(Fault.DROPS, Fault.BUSY)
        sealing = office.archive.sealing
        seal = sealing.seal()
        assert seal is not None
        assert seal.state is SealState.PENDING
        assert seal.state.label("en") == "pending timestamp"
        status = sealing.status()
        assert (status.sealed, status.pending, status.until) == (0, (1,), None)
        (need,) = sealing.needs_renewal(office.clock().date())
        assert (need.seal, need.kind, need.ends_on) == (1, NeedKind.COMPLETE, None)
        assert "第 1 号" in need.message("zh")
        for ask in (sealing.verify, sealing.evidence_record):
            with pytest.raises(EvidenceError, match="pending timestamp"):
                ask(codes[0])
        with pytest.raises(TimestampUnavailableError):
            sealing.complete()
        assert sealing.renew_timestamps() == 0
        assert sealing.complete() == (1,)
        assert sealing.complete() == ()
        assert sealing.verify(codes[0]).existed_at == office.clock()

    def test_others_are_sealed_meanwhile(self) -> None:
        office = bureau()
        codes = office.deposit(1)
        office.authority.misbehave(Fault.DROPS)
        office.archive.sealing.seal()
        codes += office.deposit(1, start=10)
        office.archive.sealing.seal()
        assert office.archive.sealing.status().pending == (1,)
        assert office.archive.sealing.verify(codes[1]).seal == 2
        office.archive.sealing.complete()
        assert office.archive.sealing.verify(codes[0]).seal == 1

    def test_a_refusal_is_told_and_it_stays_pending(self) -> None:
        office = bureau()
        office.deposit(1)
        office.authority.misbehave(Fault.REJECTED)
        with pytest.raises(TimestampRefusedError):
            office.archive.sealing.seal()
        assert office.archive.sealing.status().pending == (1,)


def sealed_office(count: int = 5, **changes: Any) -> tuple[Bureau, list[str]]:
    office = bureau(**changes)
    codes = office.deposit(count)
    assert office.archive.sealing.seal() is not None
    return office, codes


def ending(algorithm: str, until: date) -> AlgorithmPolicy:
    """Return the default policy, with an end of *algorithm*."""
    row = Row(algorithm, "a test", until=until)
    return AlgorithmPolicy((*DEFAULT_POLICY.rows, row))


class TestRenewal:
    """Evidence outlives certificates and hash algorithms."""

    def test_for_forty_years(self) -> None:
        office, codes = sealed_office()
        made = office.clock()
        roots = [office.authority.root]
        acts = ["stamp", "sm3", "stamp", "stamp", "sha512"]
        for act in acts:
            office.clock.go(8 * YEAR)
            authority = TestAuthority(clock=office.clock)
            roots.append(authority.root)
            office = office.also(timestamper=authority, authorities=tuple(roots))
            if act == "stamp":
                assert office.archive.sealing.renew_timestamps() == 1
            else:
                (result,) = office.archive.sealing.renew_hashes(act)
                assert (result.left_out, result.codes) == (0, ())
        assert office.clock() - made == 40 * YEAR
        for code in codes:
            proof = office.archive.sealing.verify(code)
            assert proof.existed_at == made
            assert len(proof.stamps) == 6
            assert proof.contents == ("sm3", "sha512")
            der = office.archive.sealing.evidence_record(code)
            record = EvidenceRecord.decode(der)
            assert [len(chain) for chain in record.chains] == [2, 3, 1]

    def test_without_it_evidence_ends(self) -> None:
        office, codes = sealed_office()
        office.clock.go(11 * YEAR)
        with pytest.raises(EvidenceError):
            office.archive.sealing.verify(codes[0])

    def test_it_is_asked_for_in_time(self) -> None:
        office, _ = sealed_office()
        sealing = office.archive.sealing
        today = office.clock().date()
        assert sealing.needs_renewal(today) == ()
        (need,) = sealing.needs_renewal(today + 9 * YEAR)
        assert (need.seal, need.kind) == (1, NeedKind.TIMESTAMP)
        assert need.ends_on == today + timedelta(days=3650)
        assert "测试时间戳机构" in need.message("zh")
        assert "timestamp renewal is due" in str(need)
        policy = ending("sha256", date(2030, 1, 1))
        (need,) = sealing.needs_renewal(date(2029, 1, 1), policy=policy)
        assert (need.kind, need.cause) == (NeedKind.HASHES, "sha256")
        assert sealing.needs_renewal(date(2028, 12, 31), policy=policy) == ()
        assert sealing.needs_renewal(date(2028, 1, 1), policy=policy, months=24)
        policy = ending("ecdsa-p256-sha256", date(2027, 6, 30))
        (need,) = sealing.needs_renewal(today, policy=policy)
        assert (need.kind, need.cause) == (NeedKind.TIMESTAMP, "ecdsa-p256-sha256")

    def test_all_that_is_to_be_done_is_named_the_most_urgent_first(self) -> None:
        office, _ = sealed_office()
        sealing = office.archive.sealing
        today = office.clock().date()
        assert sealing.duties(today) == ()
        office.deposit(1, start=50)
        (need,) = sealing.duties(today)
        assert (need.seal, need.kind, need.ends_on) == (2, NeedKind.SEAL, None)
        assert str(need) == "seal 2: seal what is new"
        office.authority.misbehave(Fault.DROPS)
        sealing.seal()
        office.deposit(1, start=60)
        kinds = [each.kind for each in sealing.duties(today + 9 * YEAR)]
        assert kinds == [NeedKind.COMPLETE, NeedKind.SEAL, NeedKind.TIMESTAMP]
        assert len(sealing.duties(today + 9 * YEAR, months=0)) == 2
        # Who knows no authority still sees what waits.
        blind = office.also(authorities=()).archive.sealing
        kinds = [each.kind for each in blind.duties(today + 9 * YEAR)]
        assert kinds == [NeedKind.COMPLETE, NeedKind.SEAL]

    def test_what_is_renewed_is_not_asked_for_again(self) -> None:
        office, _ = sealed_office()
        office.clock.go(9 * YEAR)
        today = office.clock().date()
        authority = TestAuthority(clock=office.clock)
        roots = (office.authority.root, authority.root)
        later = office.also(timestamper=authority, authorities=roots)
        (need,) = later.archive.sealing.needs_renewal(today)
        later.archive.sealing.renew_timestamps([need.seal])
        assert later.archive.sealing.needs_renewal(today) == ()
        policy = ending("sha256", date(2036, 1, 1))
        assert later.archive.sealing.needs_renewal(today, policy=policy)
        later.archive.sealing.renew_hashes("sm3")
        assert later.archive.sealing.needs_renewal(today, policy=policy) == ()

    def test_a_hash_that_the_seal_has_is_not_renewed(self) -> None:
        office, _ = sealed_office()
        before = office.names()
        assert office.archive.sealing.renew_hashes("sha256") == ()
        assert office.names() == before

    def test_renewed_hashes_are_of_contents(self) -> None:
        """A manifest alone would still name files by the old algorithm."""
        storage = MemoryStorage()
        office, codes = sealed_office(storage=storage)
        office.archive.sealing.renew_hashes("sha512")
        entry = office.archive.entry(codes[0])
        altered = bytearray(storage._objects[entry.key])
        altered[altered.index("申请 1".encode())] ^= 1
        storage._objects[entry.key] = bytes(altered)
        with pytest.raises(PackageError):
            office.archive.sealing.verify(codes[0])

    def test_a_damaged_record_is_left_out_and_named(self) -> None:
        storage = MemoryStorage()
        office, codes = sealed_office(5, storage=storage)
        bad, gone = (office.archive.entry(code) for code in codes[1:3])
        kept = dict(storage._objects)
        storage._objects[bad.key] = kept[bad.key].replace(
            "申请 2".encode(), "申请 3".encode()
        )
        del storage._objects[gone.key]
        office.clock.go(YEAR)
        (result,) = office.archive.sealing.renew_hashes("sm3")
        assert (result.left_out, result.codes) == (2, (codes[1], codes[2]))
        storage._objects.update(kept)
        office.clock.go(YEAR)
        (again,) = office.archive.sealing.renew_hashes("sha512")
        assert again.left_out == 2
        stamps = [len(office.archive.sealing.verify(code).stamps) for code in codes]
        assert stamps == [3, 1, 1, 3, 3]

    def test_a_renewal_of_hashes_waits_for_its_time_stamp(self) -> None:
        office, codes = sealed_office()
        office.clock.go(YEAR)
        office.authority.misbehave(Fault.DROPS)
        sealing = office.archive.sealing
        with pytest.raises(TimestampUnavailableError):
            sealing.renew_hashes("sm3")
        status = sealing.status()
        assert (status.sealed, status.pending, status.renewing) == (1, (), (1,))
        assert len(sealing.verify(codes[0]).stamps) == 1
        # Until it is there, the old one is what holds, and can be renewed.
        assert sealing.renew_timestamps() == 1
        office.clock.go(YEAR)
        assert sealing.renew_hashes("sm3") == ()
        assert sealing.status().renewing == ()
        proof = sealing.verify(codes[0])
        # The one over the old chain came after the new tree, which is not over it.
        assert [stamp.algorithm for stamp in proof.stamps] == ["sha256", "sm3"]


class TestRaces:
    """Two that seal at once make one seal, or two that follow each other."""

    def test_many_threads(self) -> None:
        office = bureau()
        codes = office.deposit(40)
        offices = [office.also() for _ in range(6)]
        in_threads(6, lambda n: void(offices[n].archive.sealing.seal()))
        status = office.archive.sealing.status()
        assert (status.sealed, status.pending) == (1, ())
        assert len([name for name in office.names() if name.endswith(".tree")]) == 1
        assert all(office.archive.sealing.verify(code).seal == 1 for code in codes)

    def test_while_others_deposit(self) -> None:
        office = bureau()
        offices = [office.also() for _ in range(4)]

        def act(number: int) -> None:
            for turn in range(4):
                if number % 2:
                    offices[number].archive.sealing.seal()
                else:
                    offices[number].deposit(5, start=1000 * number + 10 * turn + 1)

        in_threads(4, act)
        office.archive.sealing.seal()
        office.archive.refresh()
        codes = [str(entry.code) for entry in office.archive.entries()]
        assert len(codes) == 40
        assert all(office.archive.sealing.verify(code) for code in codes)
        seals = Seals(office.archive.storage, FONDS)
        for number, names in seals.names().items():
            seal = seals.load(number, names)
            assert seal.state is SealState.SEALED

    def test_two_renewals(self) -> None:
        office, codes = sealed_office()
        office.clock.go(YEAR)
        offices = [office.also() for _ in range(4)]
        algorithms = ["sm3", "sha512", "sha384", "sm3"]
        in_threads(
            4, lambda n: void(offices[n].archive.sealing.renew_hashes(algorithms[n]))
        )
        office.clock.go(YEAR)
        assert all(office.archive.sealing.verify(code) for code in codes)

    def test_two_processes(self, tmp_path: Path) -> None:
        clock = Clock()
        authority = TestAuthority(clock=clock)
        archive = archive_in(
            tmp_path, clock=clock, timestamper=authority, authorities=(authority.root,)
        )
        list(archive.deposit_many(cases(10)))
        script = (
            "import sys; sys.path[:0] = sys.argv[2:]\n"
            "from pathlib import Path\n"
            "from archive.office import archive_in, clock\n"
            "from egovarchive.testing.timestamps import TestAuthority\n"
            "authority = TestAuthority(clock=clock)\n"
            "archive = archive_in(Path(sys.argv[1]), timestamper=authority,\n"
            "    verifier=None, authorities=(authority.root,))\n"
            "seal = archive.sealing.seal()\n"
            "print(seal and (seal.number, seal.statement.root.hex()))\n"
        )

        def run(_: int) -> str:
            return subprocess.run(
                [sys.executable, "-c", script, str(tmp_path), *sys.path],
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            ).stdout.strip()

        with ThreadPoolExecutor(2) as pool:
            said = set(pool.map(run, range(2)))
        status = archive.sealing.status()
        assert (status.sealed, status.pending) == (1, ())
        assert len(said - {"None"}) == 1


def void(_: object) -> None:
    """Take anything, return nothing."""


class TestFaults:
    """Whatever fails on the way: nothing is shown as sealed that is not."""

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_each_write_may_fail(self, when: Any) -> None:
        number = 0
        while True:
            number += 1
            office = bureau()
            codes = office.deposit(3)
            inner: Any = office.archive.storage
            puts: list[Call] = []

            def fails(call: Call, puts: list[Call] = puts, at: int = number) -> bool:
                if call.verb in {"put", "delete"}:
                    puts.append(call)
                    return len(puts) == at
                return False

            broken = office.also(storage=FaultyStorage(inner, fails, when))
            try:
                broken.archive.sealing.seal()
            except StorageError:
                pass
            else:
                if len(puts) < number:
                    break
            check_honest(office, codes)
            # Whoever comes next finishes, or does it again.
            office.archive.sealing.complete()
            office.archive.sealing.seal()
            assert all(office.archive.sealing.verify(code) for code in codes)
            assert office.archive.sealing.status().pending == ()
        assert number > 4

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_each_write_of_a_renewal_may_fail(self, when: Any) -> None:
        number = 0
        while True:
            number += 1
            office, codes = sealed_office(3)
            office.clock.go(YEAR)
            inner: Any = office.archive.storage
            puts: list[Call] = []

            def fails(call: Call, puts: list[Call] = puts, at: int = number) -> bool:
                if call.verb in {"put", "delete"}:
                    puts.append(call)
                    return len(puts) == at
                return False

            broken = office.also(storage=FaultyStorage(inner, fails, when))
            try:
                broken.archive.sealing.renew_hashes("sm3")
                broken.archive.sealing.renew_timestamps()
            except StorageError:
                pass
            else:
                if len(puts) < number:
                    break
            assert all(office.archive.sealing.verify(code) for code in codes)
            office.archive.sealing.renew_hashes("sm3")
            stamps = office.archive.sealing.verify(codes[0]).stamps
            assert stamps[-1].algorithm == "sm3"
        assert number > 4


def check_honest(office: Bureau, codes: Sequence[str]) -> None:
    """Check that what is said to be sealed is, and what is not is not."""
    status = office.archive.sealing.status()
    assert [proves(office, code) for code in codes] == [status.sealed == 1] * len(codes)


class TestTampering:
    """Whatever is altered in storage is noticed where it matters."""

    def test_every_part_of_a_seal(self) -> None:
        storage = MemoryStorage()
        office, codes = sealed_office(3, storage=storage)
        office.clock.go(YEAR)
        office.archive.sealing.renew_timestamps()
        good = dict(storage._objects)
        for name in office.names():
            data = good[name]
            if name.endswith(".pem"):
                continue
            changes = [data[:-1], b"", *(flipped(data, at) for at in spread(data))]
            noticed = 0
            for changed in changes:
                storage._objects = {**good, name: changed}
                noticed += not all(
                    proves(office, code) for code in (codes[0], codes[-1])
                )
            # What is not needed: in the last token, certificates above the authority's;
            # in a tree of one part, the summit.
            needless = {"0002.tst": 8, "tree": 5}
            spare = max(n * name.endswith(end) for end, n in needless.items())
            assert noticed >= len(changes) - spare, name
        storage._objects = good
        assert all(proves(office, code) for code in codes)

    def test_a_seal_that_is_gone(self) -> None:
        storage = MemoryStorage()
        office, _ = sealed_office(storage=storage)
        office.deposit(1, start=50)
        office.archive.sealing.seal()
        del storage._objects[f"evidence/{FONDS}/{1:012}.json"]
        with pytest.raises(EvidenceError, match="missing"):
            office.archive.sealing.status()

    def test_a_journal_that_was_cut_or_altered_is_not_sealed_on(self) -> None:
        storage = MemoryStorage()
        office, _ = sealed_office(storage=storage)
        last = max(storage.keys("journal/"))
        kept = storage._objects[last]
        for changed in (None, kept.replace(b'"size":', b'"size": ', 1)):
            if changed is None:
                del storage._objects[last]
            else:
                storage._objects[last] = changed
            with pytest.raises(JournalError, match="sealed"):
                office.archive.sealing.seal()

    def test_an_altered_package_is_not_proved(self) -> None:
        storage = MemoryStorage()
        office, codes = sealed_office(storage=storage)
        one, two = (office.archive.entry(code) for code in codes[:2])
        storage._objects[one.key] = storage._objects[two.key]
        with pytest.raises(PackageError):
            office.archive.sealing.verify(codes[0])

    def test_another_signature_is_not_the_one_that_was_sealed(self) -> None:
        storage = MemoryStorage()
        office, codes = sealed_office(storage=storage)
        key = f"evidence/{FONDS}/{1:012}.p7s"
        other, _ = sealed_office(storage=MemoryStorage())
        storage._objects[key] = b"".join(other.archive.storage.get(key))
        with pytest.raises(EvidenceError):
            office.archive.sealing.verify(codes[0])


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :]


def spread(data: bytes) -> list[int]:
    return sorted({len(data) * n // 24 for n in range(24)})


def proves(office: Bureau, code: str) -> bool:
    try:
        office.archive.sealing.verify(code)
    except EgovArchiveError:
        return False
    return True


def test_trust_in_authorities_is_not_trust_in_signers() -> None:
    office, codes = sealed_office()
    wrong = TrustStore([office.authority.root])
    reader = office.also(verifier=wrong)
    with pytest.raises(SignatureInvalidError):
        reader.archive.sealing.verify(codes[0])
