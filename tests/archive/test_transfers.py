"""Transfer with receipt: nothing is lost, and nothing moves on without a receipt."""

from __future__ import annotations

import json
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from attrs import evolve

from archive.exchange_office import ARCHIVES, ENVIRONMENT, Exchange, new_exchange
from archive.office import FONDS, case, cases, signer
from egovarchive import Archive
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.checks import ChecksFailedError
from egovarchive.errors import (
    BatchError,
    EgovArchiveError,
    EntryNotFoundError,
    InvalidValueError,
    NotStoredError,
    ReceiptError,
    SignatureInvalidError,
    StateError,
    StorageError,
)
from egovarchive.exchange.forms.handover_json import load_handover
from egovarchive.lifecycle.dialogue.reason import Ground, Reason
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.received import FileFate, RecordFate
from egovarchive.lifecycle.dialogue.signed_message import SignedMessage
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.retention import RetentionPeriod
from egovarchive.signing import cms
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.storage_faults import FaultyStorage


@pytest.fixture
def both(tmp_path: Path) -> Exchange:
    return new_exchange(tmp_path)


def bytes_of(archive: Archive, code: str) -> bytes:
    return b"".join(archive.storage.get(archive.entry(code).key))


def kinds(archive: Archive, code: str) -> list[EventKind]:
    return [event.kind for event in archive.events(code)]


class TestTheWholeWay:
    @pytest.mark.parametrize("medium", [None, "光盘 DVD-R"])
    def test_records_arrive_byte_for_byte(
        self, both: Exchange, medium: str | None
    ) -> None:
        codes = both.deposit(5)
        sent = both.send(codes, medium=medium)
        assert both.states(codes) == [State.SENT] * 5
        reception = both.receive(sent)
        assert reception.receipt is not None
        assert reception.receipt.counts()[RecordFate.ACCEPTED] == 5
        for code in codes:
            assert bytes_of(both.archives, code) == bytes_of(both.sender, code)
            assert both.archives.verify(code).passed
            assert kinds(both.archives, code) == [EventKind.RECEIVED]
        both.acknowledge(reception.message)
        assert both.states(codes) == [State.TRANSFERRED] * 5
        standing = both.sender.standing(codes[0])
        assert standing.custody_ends_on == date(2031, 11, 23)
        assert both.archives.standing(codes[0]).transfer_due_on is None

    def test_a_round_of_offer_and_reply_goes_before(self, both: Exchange) -> None:
        codes = both.deposit(3)
        transfers, accession = both.sender.transfers, both.archives.accession
        listed = transfers.list(codes, recipient=ARCHIVES)
        offer = transfers.offer(listed, by="移交人")
        assert both.states(codes) == [State.OFFERED] * 3
        reply = accession.reply(
            offer,
            archives=ARCHIVES,
            by="接收人",
            decline={ArchivalCode.parse(codes[1]): Reason(ground=Ground.OUT_OF_SCOPE)},
        )
        wanted = transfers.agree(reply, verifier=both.their_trust, by="移交人")
        assert wanted is not None
        assert both.states(codes) == [State.OFFERED, State.HELD, State.OFFERED]
        sent = transfers.send(
            wanted, both.folder / "out", by="移交人", environment=ENVIRONMENT
        )
        both.acknowledge(both.receive(sent).message)
        assert both.states(codes) == [
            State.TRANSFERRED,
            State.HELD,
            State.TRANSFERRED,
        ]

    def test_what_is_due_is_found_and_what_was_sent_is_not(
        self, both: Exchange
    ) -> None:
        codes = both.deposit(3)
        due = both.sender.transfers.due
        assert due(date(2031, 11, 19)) == ()
        assert list(map(str, due(date(2031, 11, 20)))) == codes
        both.send(codes[:1])
        assert list(map(str, due(date(2031, 11, 20)))) == codes[1:]

    def test_history_and_the_list_stay_with_the_archives(self, both: Exchange) -> None:
        codes = both.deposit(2)
        sent = both.send(codes)
        both.receive(sent)
        accession = both.archives.accession
        for code in codes:
            [line] = accession.history(code).splitlines()
            assert json.loads(line)["code"] == code
            assert accession.evidence(code) is None
        key = f"receptions/{FONDS}/{sent.listed.id}/list.json"
        assert b"".join(both.archives.storage.get(key)) == sent.listed.encode()
        for ask in (accession.history, accession.evidence):
            with pytest.raises(EntryNotFoundError):
                ask("J019-ZY·XK·2026·D30-9999")
            with pytest.raises(NotStoredError):
                both.sender.accession.history(codes[0])

    def test_the_form_says_what_was_sent(self, both: Exchange) -> None:
        sent = both.send(both.deposit(2))
        [path] = [each for each in sent.files if each.suffix == ".json"
                  and each.name.startswith("移交")]  # fmt: skip
        form = load_handover(path)
        assert form == sent.form
        assert (form.items, form.carrier) == (2, "在线")
        assert len(form.digests) == len(sent.volumes) == 1

    def test_others_can_check_the_volume(self, both: Exchange) -> None:
        sent = both.send(both.deposit(2), medium="硬盘")
        manifest = "其他/manifest-sha256.txt"
        done = subprocess.run(
            ["sha256sum", "-c", "--strict", "--quiet", manifest],
            cwd=sent.volumes[0],
            check=False,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr


class TestAgain:
    def test_the_same_transfer_twice_is_the_same_batch(self, both: Exchange) -> None:
        codes = both.deposit(3)
        first = both.send(codes)
        before = {path: path.read_bytes() for path in first.volumes}
        both.clock.go(days=3)
        second = both.send(list(reversed(codes)))
        assert second.listed == first.listed
        assert second.notice == first.notice
        assert {path: path.read_bytes() for path in second.volumes} == before
        third = both.send(codes, to="elsewhere")
        assert [path.read_bytes() for path in third.volumes] == [*before.values()]

    def test_the_same_batch_received_twice_has_the_same_receipt(
        self, both: Exchange
    ) -> None:
        sent = both.send(both.deposit(2))
        first = both.receive(sent)
        head = both.archives.head
        both.clock.go(days=1)
        assert both.receive(sent).message == first.message
        assert both.archives.head == head

    def test_the_same_receipt_twice_changes_nothing(self, both: Exchange) -> None:
        codes = both.deposit(2)
        message = both.receive(both.send(codes)).message
        both.acknowledge(message)
        head = both.sender.head
        both.clock.go(days=400)
        both.acknowledge(message)
        assert both.sender.head == head

    def test_after_a_rejection_it_is_another_batch(self, both: Exchange) -> None:
        codes = both.deposit(2)
        sent = both.send(codes)
        why = {ArchivalCode.parse(codes[0]): Reason(ground=Ground.NOT_READY)}
        both.acknowledge(both.receive(sent, reject=why).message)
        assert both.states(codes) == [State.HELD, State.TRANSFERRED]
        again = both.send(codes[:1], to="again")
        assert again.listed.id != sent.listed.id
        assert again.listed.round == 2
        both.acknowledge(both.receive(again).message)
        assert both.states(codes) == [State.TRANSFERRED] * 2

    def test_a_list_of_an_earlier_round_is_not_sent_again(self, both: Exchange) -> None:
        """The receipt of that round would be the receipt of this one."""
        codes = both.deposit(1)
        sent = both.send(codes)
        no = {ArchivalCode.parse(codes[0]): Reason(ground=Ground.NOT_READY)}
        both.acknowledge(both.receive(sent, reject=no).message)
        transfers = both.sender.transfers
        with pytest.raises(StateError, match="list it anew"):
            transfers.send(
                transfers.batch(sent.listed.id),
                both.folder / "again",
                by="移交人",
                environment=ENVIRONMENT,
            )
        assert both.states(codes) == [State.HELD]

    def test_a_process_that_did_not_send_acknowledges(self, both: Exchange) -> None:
        other = evolve(both.sender, catalog=MemoryCatalog())
        codes = both.deposit(1)
        other.refresh()
        message = both.receive(both.send(codes)).message
        assert not other.transfers.due(date(2040, 1, 1))
        evolve(both, sender=other).acknowledge(message)
        both.sender.refresh()
        assert both.states(codes) == [State.TRANSFERRED]

    def test_why_it_was_withdrawn_names_no_resident(self, both: Exchange) -> None:
        sent = both.send(both.deposit(1))
        with pytest.raises(InvalidValueError, match="personal number"):
            both.sender.transfers.withdraw(
                sent.listed.id, by="移交人", reason="电话 13800138000"
            )

    def test_a_list_with_another_period_is_not_sent(self, both: Exchange) -> None:
        [code] = both.deposit(1)
        listed = both.sender.transfers.list([code], recipient=ARCHIVES)
        [record] = listed.records
        stale = evolve(listed, records=[evolve(record, period=RetentionPeriod(10))])
        with pytest.raises(StateError, match="list it anew"):
            both.sender.transfers.send(
                stale, both.folder / "out", by="移交人", environment=ENVIRONMENT
            )
        assert not (both.folder / "out").exists()

    def test_what_was_withdrawn_comes_as_a_duplicate(self, both: Exchange) -> None:
        codes = both.deposit(2)
        sent = both.send(codes)
        message = both.receive(sent).message
        both.sender.transfers.withdraw(sent.listed.id, by="移交人", reason="误移交")
        assert both.states(codes) == [State.HELD] * 2
        with pytest.raises(StateError):
            both.acknowledge(message)
        again = both.receive(both.send(codes, to="again"))
        fates = {record.fate for record in again.records}
        assert fates == {RecordFate.DUPLICATE}
        both.acknowledge(again.message)
        assert both.states(codes) == [State.TRANSFERRED] * 2


THEIR_SIGNER = "某市档案馆测试"


def resigned(
    receipt: Receipt, by: str = THEIR_SIGNER, at: datetime | None = None
) -> SignedMessage:
    """Return *receipt* signed by *by*."""
    moment = receipt.at if at is None else at
    [signature] = cms.sign_messages(signer(by), [receipt.encode()], at=moment)
    return SignedMessage.of(receipt, signature)


class TestBadReceipts:
    """Nothing moves on by a receipt that is not good."""

    @pytest.fixture
    def sent(self, both: Exchange) -> tuple[list[str], Receipt]:
        codes = both.deposit(3)
        receipt = both.receive(both.send(codes[:2])).receipt
        assert receipt is not None
        return codes, receipt

    def refused(
        self,
        both: Exchange,
        codes: list[str],
        message: SignedMessage,
        kind: type[EgovArchiveError] = ReceiptError,
    ) -> None:
        before, head = both.states(codes), both.sender.head
        keys = list(both.sender.storage.keys())
        with pytest.raises(kind) as caught:
            both.acknowledge(message)
        assert caught.value.message("zh") != caught.value.message("en")
        assert both.states(codes) == before
        assert both.sender.head == head
        assert list(both.sender.storage.keys()) == keys

    def test_of_somebody_else(
        self, both: Exchange, sent: tuple[list[str], Receipt]
    ) -> None:
        codes, receipt = sent
        stranger = resigned(receipt, "路人测试")
        self.refused(both, codes, stranger, SignatureInvalidError)

    def test_with_a_signature_of_other_bytes(
        self, both: Exchange, sent: tuple[list[str], Receipt]
    ) -> None:
        codes, receipt = sent
        good = resigned(receipt)
        other = evolve(receipt, by="另一人")
        bad = SignedMessage.of(other, good.signature)
        self.refused(both, codes, bad, SignatureInvalidError)

    def test_for_another_batch(
        self, both: Exchange, sent: tuple[list[str], Receipt]
    ) -> None:
        codes, receipt = sent
        self.refused(both, codes, resigned(evolve(receipt, batch="ab" * 32)))
        other = both.send(codes[2:], to="other")
        self.refused(both, codes, resigned(evolve(receipt, batch=other.listed.id)))

    def test_that_leaves_a_record_out_or_adds_one(
        self, both: Exchange, sent: tuple[list[str], Receipt]
    ) -> None:
        codes, receipt = sent
        first, second = receipt.records
        self.refused(both, codes, resigned(evolve(receipt, records=[first])))
        assert second.held is not None
        code = ArchivalCode.parse(codes[2])
        stranger = evolve(second, code=code, held=evolve(second.held, code=code))
        more = resigned(evolve(receipt, records=[first, second, stranger]))
        self.refused(both, codes, more)

    def test_that_tells_of_other_packages_or_files(
        self, both: Exchange, sent: tuple[list[str], Receipt]
    ) -> None:
        codes, receipt = sent
        first, second = receipt.records
        assert first.held is not None
        other = evolve(
            first, package="ab" * 32, held=evolve(first.held, package="ab" * 32)
        )
        self.refused(both, codes, resigned(evolve(receipt, records=[other, second])))
        file, *rest = first.files
        other = evolve(first, files=[evolve(file, digest="ab" * 32), *rest])
        self.refused(both, codes, resigned(evolve(receipt, records=[other, second])))
        other = evolve(first, files=rest)
        self.refused(both, codes, resigned(evolve(receipt, records=[other, second])))

    def test_of_a_second_archives(
        self, both: Exchange, sent: tuple[list[str], Receipt], tmp_path: Path
    ) -> None:
        """Two archives receive the same batch: the first receipt counts."""
        codes, receipt = sent
        both.acknowledge(resigned(receipt))
        second = resigned(evolve(receipt, by="另一馆员"))
        self.refused(both, codes, second)

    def test_of_a_day_that_is_to_come(
        self, both: Exchange, sent: tuple[list[str], Receipt]
    ) -> None:
        """Custody would begin then; and of year 9999, it would never end."""
        codes, receipt = sent
        for at in (both.clock() + timedelta(days=2), both.clock().replace(year=9999)):
            bad = evolve(receipt, at=at)
            self.refused(both, codes, resigned(bad, at=both.clock()))
        both.acknowledge(resigned(receipt))
        assert both.states(codes[:2]) == [State.TRANSFERRED] * 2

    def test_by_the_sender_itself(
        self, both: Exchange, sent: tuple[list[str], Receipt]
    ) -> None:
        """Under one authority for both sides, its own key would do otherwise."""
        codes, receipt = sent
        own = resigned(receipt, "某局测试")
        trust = TrustStore([signer().certificate, signer(THEIR_SIGNER).certificate])
        with pytest.raises(SignatureInvalidError, match="signs for this archive"):
            both.sender.transfers.acknowledge(own, verifier=trust, by="移交人")
        assert both.states(codes[:2]) == [State.SENT] * 2

    def test_the_same_one_with_another_signature_changes_nothing(
        self, both: Exchange, sent: tuple[list[str], Receipt]
    ) -> None:
        codes, receipt = sent
        both.acknowledge(resigned(receipt))
        head = both.sender.head
        later = resigned(receipt, at=receipt.at + timedelta(seconds=5))
        assert later.signature != resigned(receipt).signature
        both.acknowledge(later)
        assert both.sender.head == head
        assert both.states(codes[:2]) == [State.TRANSFERRED] * 2

    def test_that_was_replayed_in_another_round(
        self, both: Exchange, sent: tuple[list[str], Receipt]
    ) -> None:
        codes, receipt = sent
        batch = receipt.batch
        both.sender.transfers.withdraw(batch, by="移交人", reason="重来")
        both.send(codes[:2], to="again")
        self.refused(both, codes, resigned(receipt), StateError)


def first_document(volume: Path) -> Path:
    return next(path for path in sorted(volume.rglob("*.txt")) if "申报" in str(path))


class TestBadBatches:
    """What came is not what was sent: it is refused or rejected, and told."""

    @pytest.fixture
    def codes(self, both: Exchange) -> list[str]:
        return both.deposit(3)

    def rejected(self, both: Exchange, volume: Path, sure: int = 1) -> Receipt:
        reception = both.archives.accession.receive(
            volume, archives=ARCHIVES, by="接收人"
        )
        receipt = reception.receipt
        assert receipt is not None
        assert receipt.counts()[RecordFate.REJECTED] == sure
        assert receipt.counts()[RecordFate.ACCEPTED] == 3 - sure
        return receipt

    def refused(self, both: Exchange, volume: Path) -> BatchError:
        keys = list(both.archives.storage.keys())
        with pytest.raises(BatchError) as caught:
            both.archives.accession.receive(volume, archives=ARCHIVES, by="接收人")
        assert list(both.archives.storage.keys()) == keys
        assert caught.value.message("zh")
        return caught.value

    @pytest.mark.parametrize("how", ["missing", "changed", "renamed", "added"])
    def test_a_record_whose_files_differ_is_rejected_alone(
        self, both: Exchange, codes: list[str], how: str
    ) -> None:
        [volume] = both.send(codes, medium="硬盘").volumes
        path = first_document(volume)
        if how == "missing":
            path.unlink()
        elif how == "changed":
            path.write_bytes(path.read_bytes()[::-1])
        elif how == "renamed":
            path.rename(path.with_name("009-别名.txt"))
        else:
            path.with_name("009-多余.txt").write_bytes(b"x")
        receipt = self.rejected(both, volume)
        record = receipt.of_record(ArchivalCode.parse(codes[0]))
        assert record.fate is RecordFate.REJECTED
        fates = {file.fate for file in record.files}
        if how in {"missing", "renamed"}:
            assert FileFate.MISSING in fates
        message = resigned(receipt)
        both.acknowledge(message)
        assert both.states(codes) == [
            State.HELD,
            State.TRANSFERRED,
            State.TRANSFERRED,
        ]

    def test_an_altered_directory_is_refused(
        self, both: Exchange, codes: list[str]
    ) -> None:
        [volume] = both.send(codes, medium="硬盘").volumes
        path = volume / "目录文件.XML"
        path.write_text(path.read_text(encoding="utf-8").replace("C-", "D-"), "utf-8")
        path.write_bytes(path.read_bytes().replace("张三".encode(), b"x") + b"\n")
        self.refused(both, volume)

    def test_another_count_is_refused(self, both: Exchange, codes: list[str]) -> None:
        [volume] = both.send(codes, medium="硬盘").volumes
        path = volume / "说明文件.TXT"
        path.write_bytes(path.read_bytes().replace("3件".encode(), "4件".encode()))
        self.refused(both, volume)

    def test_an_unsigned_or_wrongly_signed_volume_is_refused(
        self, both: Exchange, codes: list[str]
    ) -> None:
        [volume] = both.send(codes, medium="硬盘").volumes
        [signature] = volume.rglob("其他/*.p7s")
        kept = signature.read_bytes()
        signature.unlink()
        self.refused(both, volume)
        manifest = signature.with_suffix("").read_bytes()
        [other] = cms.sign_messages(signer("路人测试"), [manifest], at=both.clock())
        signature.write_bytes(other)
        with pytest.raises(SignatureInvalidError):
            both.archives.accession.receive(volume, archives=ARCHIVES, by="接收人")
        signature.write_bytes(kept)
        self.rejected(both, volume, 0)

    def test_for_other_archives_it_is_refused(
        self, both: Exchange, codes: list[str]
    ) -> None:
        sent = both.send(codes)
        with pytest.raises(BatchError, match="not for"):
            both.receive(sent, archives="另一档案馆")
        assert not list(both.archives.storage.keys())

    def test_a_missing_volume_is_refused_unless_said_otherwise(
        self, both: Exchange, codes: list[str]
    ) -> None:
        sent = both.send(codes, medium="光盘", medium_size=60_000)
        assert len(sent.volumes) > 1
        part = sent.volumes[:1]
        with pytest.raises(BatchError, match="missing"):
            both.archives.accession.receive(part, archives=ARCHIVES, by="接收人")
        reception = both.archives.accession.receive(
            part, archives=ARCHIVES, by="接收人", partial=True
        )
        fates = [record.fate for record in reception.records]
        assert fates[0] is RecordFate.ACCEPTED
        assert RecordFate.REJECTED in fates

    def test_a_code_that_is_taken_is_rejected(
        self, both: Exchange, codes: list[str], tmp_path: Path
    ) -> None:
        other = new_exchange(tmp_path / "other")
        other.sender.deposit(case("另一件"))
        stranger = other.send([codes[0]])
        taken = evolve(other, archives=both.archives).receive(stranger)
        assert taken.records[0].fate is RecordFate.ACCEPTED
        reception = both.receive(both.send(codes))
        [first, *rest] = reception.records
        assert first.reason is not None
        assert first.reason.ground is Ground.CODE_TAKEN
        assert {record.fate for record in rest} == {RecordFate.ACCEPTED}

    def test_a_signer_who_is_not_trusted_is_rejected(self, both: Exchange) -> None:
        stranger = signer("另一局测试")
        sender = evolve(
            both.sender,
            signer=stranger,
            verifier=TrustStore([stranger.certificate]),
        )
        [deposit] = sender.deposit_many(cases(1))
        assert deposit.entry is not None
        # Its package is signed by a stranger, the volume by whom they trust.
        sent = both.send([str(deposit.entry.code)], recheck=False)
        [record] = both.receive(sent).records
        assert record.reason is not None
        assert record.reason.ground is Ground.SIGNATURE_INVALID


class TestInterrupted:
    """Whatever is cut off is gone on with: nothing twice, nothing lost."""

    @pytest.mark.parametrize("side", ["sender", "archives"])
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_at_every_call_of_the_storage(
        self, tmp_path: Path, side: str, when: Literal["before", "after"]
    ) -> None:
        for number in range(1, 200):
            both = new_exchange(tmp_path / f"{number}")
            codes = both.deposit(2)
            whole = getattr(both, side)
            faulty = FaultyStorage(whole.storage, number, when)
            broken = evolve(both, **{side: evolve(whole, storage=faulty)})
            done = _run(broken, codes)
            both.sender.refresh()
            both.archives.refresh()
            if not done:
                _transfer(both, codes)
            assert both.states(codes) == [State.TRANSFERRED] * 2
            assert [str(e.code) for e in both.archives.entries()] == codes
            for code in codes:
                assert bytes_of(both.archives, code) == bytes_of(both.sender, code)
            if len(faulty.calls) < number:
                return
        pytest.fail("it takes more calls than were tried")


def _transfer(both: Exchange, codes: list[str]) -> None:
    both.acknowledge(both.receive(both.send(codes)).message)


def _run(both: Exchange, codes: list[str]) -> bool:
    try:
        _transfer(both, codes)
    except (StorageError, ChecksFailedError):
        return False
    return True
