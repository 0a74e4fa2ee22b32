"""The receiving side: what is proven is verified, what waits waits, nothing twice."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from archive.exchange_office import ARCHIVES, ENVIRONMENT, Exchange, new_exchange
from archive.office import (
    arrangement,
    case,
    document,
    schedule,
    signer,
)
from archive.receiving_there import receive_there
from egovarchive.archive.transfer.batch import Batches
from egovarchive.archive.transfer.incoming import Incoming
from egovarchive.checks import DEFAULT_POLICY, ChecksFailedError
from egovarchive.errors import (
    BatchError,
    InvalidValueError,
    SignatureInvalidError,
    StorageError,
)
from egovarchive.exchange import dat93
from egovarchive.exchange.dat93.layout import TRANSFER_LIST
from egovarchive.lifecycle.dialogue.reason import Ground, Reason
from egovarchive.lifecycle.dialogue.received import RecordFate
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.document import File
from egovarchive.records.outcome import Outcome
from egovarchive.signing import cms
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.storage_faults import FaultyStorage
from egovarchive.testing.timestamps import TestAuthority

MEDIUM = "硬盘"


@pytest.fixture
def both(tmp_path: Path) -> Exchange:
    return new_exchange(tmp_path)


@pytest.fixture
def authority(both: Exchange) -> TestAuthority:
    return TestAuthority(clock=both.clock)


@pytest.fixture
def sealing(both: Exchange, authority: TestAuthority) -> Exchange:
    """Return both, the sender with an authority to ask, the archives trusting it."""
    return evolve(
        both,
        sender=evolve(
            both.sender, timestamper=authority, authorities=(authority.root,)
        ),
        archives=evolve(both.archives, authorities=(authority.root,)),
    )


class TestEvidence:
    def test_it_travels_is_verified_and_stays(self, sealing: Exchange) -> None:
        codes = sealing.deposit(2)
        sealing.sender.sealing.seal()
        reception = sealing.receive(sealing.send(codes))
        assert {record.fate for record in reception.records} == {RecordFate.ACCEPTED}
        for code in codes:
            sent = sealing.sender.sealing.evidence_record(code)
            assert sealing.archives.accession.evidence(code) == sent

    def test_the_signature_is_judged_at_the_moment_that_it_proves(
        self, sealing: Exchange
    ) -> None:
        """A certificate that had ended by then was good only as the sender states."""
        ends = KeySigner.self_signed("短期测试", at=sealing.clock(), years=1)
        trust = TrustStore([ends.certificate, signer().certificate])
        sealing = evolve(
            sealing,
            sender=evolve(sealing.sender, signer=ends, verifier=trust),
            archives=evolve(sealing.archives, verifier=trust),
        )
        codes = sealing.deposit(1)
        sealing.clock.go(days=800)
        sealing = evolve(sealing, sender=evolve(sealing.sender, signer=signer()))
        sealing.sender.sealing.seal()
        [record] = sealing.receive(sealing.send(codes)).records
        assert record.reason is not None
        assert record.reason.ground is Ground.SIGNATURE_INVALID
        unproven = evolve(sealing.archives, authorities=())
        [volume] = (sealing.folder / "out").glob("*.zip")
        other = evolve(unproven, **_fresh(sealing))
        [record] = other.accession.receive(
            volume, archives=ARCHIVES, by="接收人"
        ).records
        assert record.fate is RecordFate.ACCEPTED

    def test_what_does_not_hold_rejects_the_record(self, sealing: Exchange) -> None:
        codes = sealing.deposit(2)
        sealing.sender.sealing.seal()
        stranger = TestAuthority(clock=sealing.clock)
        distrusting = evolve(sealing.archives, authorities=(stranger.root,))
        sent = sealing.send(codes)
        reception = evolve(sealing, archives=distrusting).receive(sent)
        for record in reception.records:
            assert record.reason is not None
            assert record.reason.ground is Ground.CHECK_FAILED
            assert "证据记录" in record.reason.message("zh")
        sealing.acknowledge(reception.message)
        assert sealing.states(codes) == [State.HELD] * 2

    def test_a_seal_between_two_attempts_makes_no_other_batch(
        self, sealing: Exchange
    ) -> None:
        codes = sealing.deposit(3)
        first = sealing.send(codes)
        before = [path.read_bytes() for path in first.volumes]
        sealing.sender.sealing.seal()
        again = sealing.send(codes)
        assert [path.read_bytes() for path in again.volumes] == before


def _fresh(both: Exchange) -> dict[str, Any]:
    """Return the backends of new archives."""
    fresh = new_exchange(both.folder / "fresh").archives
    return {"storage": fresh.storage, "catalog": fresh.catalog}


class TestBatchReport:
    def test_what_only_persons_can_look_at_is_open(self, both: Exchange) -> None:
        sent = both.send(both.deposit(2), medium=MEDIUM)
        report = both.receive(sent).batch_report
        assert report is not None
        outcomes = {finding.check: finding.outcome for finding in report.findings}
        assert outcomes["integrity.total_items"] is Outcome.PASSED
        assert outcomes["integrity.total_size"] is Outcome.PASSED
        assert outcomes["authenticity.description_files"] is Outcome.PASSED
        assert outcomes["security.medium_appearance"] is Outcome.NEEDS_REVIEW
        assert outcomes["security.antivirus"] is Outcome.NEEDS_REVIEW
        online = both.receive(both.send(both.deposit(1, 9), "x")).batch_report
        assert online is not None
        checks = {finding.check for finding in online.findings}
        assert "security.medium_appearance" not in checks

    def test_a_missing_volume_is_a_failure_of_the_batch(self, both: Exchange) -> None:
        sent = both.send(both.deposit(3), medium=MEDIUM, medium_size=60_000)
        part = evolve(sent, volumes=sent.volumes[:1])
        report = both.receive(part, partial=True).batch_report
        assert report is not None
        failed = {finding.check for finding in report.failures}
        assert failed == {
            "integrity.total_items",
            "integrity.total_size",
            "authenticity.description_files",
        }

    def test_what_persons_decided_stands_and_is_recorded_once(
        self, both: Exchange
    ) -> None:
        policy = evolve(
            DEFAULT_POLICY,
            wait=True,
            required=DEFAULT_POLICY.required | {"security.medium_appearance"},
        )
        both = evolve(both, archives=evolve(both.archives, policy=policy))
        codes = both.deposit(2)
        sent = both.send(codes, medium=MEDIUM)
        first = both.receive(sent)
        assert first.receipt is None
        assert first.message is None
        assert first.batch_report is not None
        [finding] = [
            each
            for each in first.batch_report.waiting
            if each.check == "security.medium_appearance"
        ]
        review = finding.review(
            Outcome.PASSED, by="馆员甲", reason="外观完好", at=both.clock()
        )
        second = both.receive(sent, reviews=[review])
        assert second.receipt is not None
        assert second.receipt.counts()[RecordFate.ACCEPTED] == 2
        assert second.batch_report is not None
        assert finding.check not in {f.check for f in second.batch_report.waiting}
        catalog, fonds = both.archives.catalog, both.archives.arrangement.fonds
        kinds = [event.kind for event in catalog.events_of_fonds(fonds)]
        assert kinds == [EventKind.REVIEWED, EventKind.BATCH_RECEIVED]
        both.acknowledge(second.message)
        assert both.states(codes) == [State.TRANSFERRED] * 2

    def test_a_record_waits_by_the_policy(self, both: Exchange) -> None:
        policy = evolve(
            DEFAULT_POLICY,
            wait=True,
            required=DEFAULT_POLICY.required | {"security.malware"},
        )
        waiting = evolve(both, archives=evolve(both.archives, policy=policy))
        codes = both.deposit(2)
        sent = both.send(codes)
        reception = waiting.receive(sent)
        assert list(map(str, reception.waiting)) == codes
        assert reception.receipt is None
        assert not list(both.archives.entries())
        assert both.receive(sent).receipt is not None

    def test_who_sends_waits_by_the_policy_too(self, both: Exchange) -> None:
        policy = evolve(
            DEFAULT_POLICY,
            wait=True,
            required=DEFAULT_POLICY.required | {"security.malware"},
        )
        codes = both.deposit(1)
        sender = evolve(both, sender=evolve(both.sender, policy=policy))
        with pytest.raises(ChecksFailedError):
            sender.send(codes)
        assert not (both.folder / "out").exists()


class TestWhatCame:
    def test_what_is_whole_is_read_once(
        self, both: Exchange, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent = both.send(both.deposit(3))
        monkeypatch.delattr(Incoming, "look_closer")
        assert both.receive(sent).receipt is not None

    def test_a_record_that_the_list_does_not_name_is_refused(
        self, both: Exchange
    ) -> None:
        codes = both.deposit(2)
        sender = both.sender
        listed = sender.transfers.list(codes[:1], recipient=ARCHIVES)
        more = sender.transfers.list(codes, recipient=ARCHIVES)
        [volume] = dat93.plan(
            Batches(sender.transfers._acting).items(more),
            dat93.Description(
                batch=listed.id, unit=listed.unit, content="-", environment="-"
            ),
            about={TRANSFER_LIST: listed.encode()},
        )
        [signature] = cms.sign_messages(signer(), [volume.manifest], at=both.clock())
        path = dat93.write_file(volume.sealed(signature), both.folder / "more.zip")
        with pytest.raises(BatchError, match="does not name"):
            both.archives.accession.receive(path, archives=ARCHIVES, by="接收人")
        assert not list(both.archives.storage.keys())

    def test_a_volume_of_another_batch_is_refused(self, both: Exchange) -> None:
        first = both.send(both.deposit(1))
        second = both.send(both.deposit(1, 5), to="other")
        mixed = evolve(first, volumes=first.volumes + second.volumes)
        for partial in (False, True):
            with pytest.raises(BatchError, match="another transfer list"):
                both.receive(mixed, partial=partial)

    def test_one_volume_twice_is_refused(self, both: Exchange) -> None:
        sent = both.send(both.deposit(1))
        with pytest.raises(BatchError, match="twice"):
            both.receive(evolve(sent, volumes=sent.volumes * 2), partial=True)

    def test_a_case_that_is_there_in_another_package_is_rejected(
        self, both: Exchange
    ) -> None:
        """A duplicate would let the sender give up a package that nobody else has."""
        codes = both.deposit(2)
        archives = evolve(
            both.archives,
            signer=signer("某市档案馆测试"),
            verifier=TrustStore(
                [signer("某市档案馆测试").certificate, signer().certificate]
            ),
            arrangement=evolve(arrangement(), schedule=schedule(version="2025")),
        )
        archives.deposit(case(99))
        archives.deposit(case(1))
        both = evolve(both, archives=archives)
        [first, second] = both.receive(both.send(codes)).records
        assert first.reason is not None
        assert first.reason.ground in {Ground.CODE_TAKEN, Ground.ALREADY_HELD}
        assert second.reason is not None
        message = both.archives.accession.receipt(both.sender.transfers.batches()[0])
        both.acknowledge(message)
        assert both.states(codes) == [State.HELD] * 2

    @pytest.mark.parametrize("how", ["missing", "shorter"])
    def test_one_of_two_files_with_the_same_bytes_is_not_as_it_was(
        self, both: Exchange, how: str
    ) -> None:
        """A receipt has one size for a digest; this one must be made all the same."""
        files = [File("甲.txt", b"the same"), File("乙.txt", b"the same")]
        entry = both.sender.deposit(case(1, documents=[document(*files)]))
        [volume] = both.send([str(entry.code)], medium=MEDIUM).volumes
        path = next(volume.rglob("*乙.txt"))
        if how == "missing":
            path.unlink()
        else:
            path.write_bytes(b"the")
        reception = both.archives.accession.receive(
            volume, archives=ARCHIVES, by="接收人"
        )
        assert reception.receipt is not None
        [record] = reception.records
        assert record.reason is not None
        both.acknowledge(reception.message)
        assert both.states([str(entry.code)]) == [State.HELD]

    def test_whom_to_reject_must_be_in_it(self, both: Exchange) -> None:
        sent = both.send(both.deposit(1))
        stranger = ArchivalCode.parse("J019-ZY·XK·2026·D30-0009")
        with pytest.raises(InvalidValueError, match="not in the list"):
            both.receive(sent, reject={stranger: Reason(ground=Ground.NOT_READY)})


class TestReplies:
    def test_a_reply_does_not_take_back_what_was_sent(self, both: Exchange) -> None:
        codes = both.deposit(2)
        transfers, accession = both.sender.transfers, both.archives.accession
        listed = transfers.list(codes, recipient=ARCHIVES)
        offer = transfers.offer(listed, by="移交人")
        wanted = transfers.agree(
            accession.reply(offer, archives=ARCHIVES, by="接收人"),
            verifier=both.their_trust,
            by="移交人",
        )
        assert wanted is not None
        sent = transfers.send(
            wanted, both.folder / "out", by="移交人", environment=ENVIRONMENT
        )
        no = {record.code: Reason(ground=Ground.NOT_DUE) for record in listed.records}
        late = accession.reply(offer, archives=ARCHIVES, by="接收人", decline=no)
        assert transfers.agree(late, verifier=both.their_trust, by="移交人") is None
        assert both.states(codes) == [State.SENT] * 2
        both.acknowledge(both.receive(sent).message)
        assert both.states(codes) == [State.TRANSFERRED] * 2


class TestTwice:
    def test_two_archives_receive_the_same_batch(self, both: Exchange) -> None:
        """Only one of them was to have it, and its receipt alone counts."""
        codes = both.deposit(2)
        sent = both.send(codes)
        other = evolve(
            both,
            archives=evolve(both.archives, signer=signer("别馆测试"), **_fresh(both)),
        )
        with pytest.raises(BatchError, match="not for"):
            other.receive(sent, archives="别馆")
        first, second = both.receive(sent), other.receive(sent)
        with pytest.raises(SignatureInvalidError):
            both.acknowledge(second.message)
        both.acknowledge(first.message)
        assert both.states(codes) == [State.TRANSFERRED] * 2

    def test_a_part_that_was_cut_off_does_not_keep_the_whole_out(
        self, tmp_path: Path
    ) -> None:
        for number in range(1, 100):
            both = new_exchange(tmp_path / f"{number}")
            sent = both.send(both.deposit(3), medium=MEDIUM, medium_size=60_000)
            part = evolve(sent, volumes=sent.volumes[:1])
            storage: Any = both.archives.storage
            faulty = FaultyStorage(storage, number, "before")
            broken = evolve(both, archives=evolve(both.archives, storage=faulty))
            with suppress(StorageError):
                broken.receive(part, partial=True)
                break
            both.archives.refresh()
            fates = {record.fate for record in both.receive(sent).records}
            assert fates <= {RecordFate.ACCEPTED, RecordFate.REJECTED}
            assert len(list(both.archives.entries())) == len(
                [r for r in both.receive(sent).records if r.is_held]
            )
        assert number > 3

    def test_threads_that_receive_it_at_once_give_one_receipt(
        self, both: Exchange
    ) -> None:
        codes = both.deposit(6)
        sent = both.send(codes)
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: both.receive(sent), range(4)))
        assert len({each.message for each in found}) == 1
        self._once(both, codes, found[0].records)

    def test_processes_that_receive_it_at_once_give_one_receipt(
        self, tmp_path: Path
    ) -> None:
        both = new_exchange(tmp_path, on_disk=True)
        codes = both.deposit(6)
        sent = both.send(codes)
        theirs = signer("某市档案馆测试")
        (tmp_path / "key.pem").write_bytes(theirs.private_pem(None))
        (tmp_path / "certificate.pem").write_bytes(theirs.certificate_pem())
        (tmp_path / "trust.pem").write_bytes(signer().certificate_pem())
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            first, second = [
                pool.submit(receive_there, tmp_path, sent.volumes) for _ in range(2)
            ]
            assert first.result() == second.result()
        both.archives.refresh()
        self._once(both, codes, both.receive(sent).records)

    def _once(self, both: Exchange, codes: list[str], records: Any) -> None:
        assert [str(entry.code) for entry in both.archives.entries()] == codes
        for code in codes:
            events = [event.kind for event in both.archives.events(code)]
            assert events == [EventKind.RECEIVED]
        assert {record.fate for record in records} == {RecordFate.ACCEPTED}
        fonds = both.archives.arrangement.fonds
        told = list(both.archives.catalog.events_of_fonds(fonds))
        assert [event.kind for event in told] == [EventKind.BATCH_RECEIVED]
        both.acknowledge(both.archives.accession.receipt(told[0].details["batch"]))
        assert both.states(codes) == [State.TRANSFERRED] * len(codes)
