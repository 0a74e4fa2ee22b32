"""Reception 接收登记: each record of a batch is examined, and taken or rejected."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Final

from attrs import define, evolve, field, frozen

from egovarchive import checks
from egovarchive.archive.acting import Acting
from egovarchive.archive.candidate import Candidate
from egovarchive.archive.copied import copied
from egovarchive.archive.incoming import Incoming
from egovarchive.archive.register import GROUP_CASES, GROUP_SIZE
from egovarchive.checks import Report
from egovarchive.errors import (
    BatchError,
    ConflictError,
    ContentError,
    EgovArchiveError,
    EntryNotFoundError,
    PackageError,
    RecordDestroyedError,
)
from egovarchive.exchange.dat93 import Finding, Kind, ListedFile
from egovarchive.exchange.dat93 import ReceivedRecord as Incomer
from egovarchive.lifecycle.dialogue.reason import Ground, Reason
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.received import (
    FileFate,
    Holding,
    ReceivedFile,
    ReceivedRecord,
    RecordFate,
)
from egovarchive.lifecycle.dialogue.signed_message import SignedMessage
from egovarchive.lifecycle.dialogue.transfer_list import ListedRecord
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.event_kind import NONE
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import Deadlines
from egovarchive.storage import Staging

_SIGNATURE: Final = "authenticity.signature"
_MALWARE: Final = "security.malware"
_FATES: Final = {
    Kind.FILE_MISSING: FileFate.MISSING,
    Kind.FILE_RENAMED: FileFate.MISSING,
    Kind.FILE_ADDED: FileFate.ADDED,
}
_GROUNDS: Final = {
    Kind.FILE_MISSING: Ground.FILES_MISSING,
    Kind.FILE_RENAMED: Ground.FILES_MISSING,
    Kind.RECORD_MISSING: Ground.NOT_RECEIVED,
    Kind.FILE_ADDED: Ground.FILES_ADDED,
    Kind.FILE_CHANGED: Ground.DIGEST_MISMATCH,
    Kind.FILE_UNREADABLE: Ground.PACKAGE_UNREADABLE,
    Kind.RECORD_TWICE: Ground.COUNT_MISMATCH,
}


@frozen(kw_only=True)
class Reception:
    """
    What became of a batch.

    Args:
        records: The fate of each of its records.
        findings: What was not as it should be with its files.
        reports: What the checks of accession said of each record that was examined
            now and did not pass all of them, by its code.
        receipt: What the archives say of it.
        message: The same, signed: what the sender gets.
    """

    records: tuple[ReceivedRecord, ...] = field(repr=False)
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    reports: Mapping[ArchivalCode, Report] = field(factory=dict, repr=False)
    receipt: Receipt | None = field(default=None, repr=False)
    message: SignedMessage | None = field(default=None, repr=False)

    def with_(self, receipt: Receipt, message: SignedMessage) -> Reception:
        """Return this with its *receipt*, and the signed *message* that carries it."""
        return evolve(self, receipt=receipt, message=message)


@define
class Receptions:
    """
    Receives the records of a batch.

    Args:
        acting: The archive that receives.
        incoming: What came.
    """

    acting: Acting = field(repr=False)
    incoming: Incoming
    _reports: dict[ArchivalCode, Report] = field(factory=dict, init=False)

    def known(self, message: SignedMessage) -> Reception:
        """Return the reception that *message* is the receipt of."""
        receipt = Receipt.decode(message.data)
        return Reception(records=receipt.records, receipt=receipt, message=message)

    def keep_about(self) -> None:
        """Keep the list, and what the sender tells and proves of its records."""
        listed, records = self.incoming.listed, self.incoming.records
        history: list[bytes] = []
        evidence: dict[str, str] = {}
        for each in listed.records:
            record = records.get(each.code)
            if record is None:
                continue
            try:
                history.append(record.history or b"")
                proof = record.evidence
            except (BatchError, ContentError):
                continue  # What is wrong with it, a finding tells.
            if proof is not None:
                evidence[str(each.code)] = base64.b64encode(proof).decode()
        text = json.dumps(evidence, ensure_ascii=False, sort_keys=True, indent=0)
        for name, data in (
            ("list.json", listed.encode()),
            ("history.jsonl", b"".join(history)),
            ("evidence.json", f"{text}\n".encode()),
        ):
            key = f"receptions/{self.acting.fonds}/{listed.id}/{name}"
            self.acting.keep(key, data)

    def receive(self, reject: Mapping[ArchivalCode, Reason]) -> Reception:
        """
        Return the fate of each record; those that are accepted are registered.

        Raises:
            StorageError: One could not be stored. What was accepted before stays.
        """
        came, amiss = self.incoming.records, self.incoming.by_code()
        found: dict[ArchivalCode, ReceivedRecord] = {}
        group: list[tuple[ListedRecord, Incomer, Candidate]] = []
        try:
            for listed in self.incoming.listed.records:
                incomer = came.get(listed.code)
                if incomer is None:
                    found[listed.code] = _rejected(
                        listed, None, (), Reason(ground=Ground.NOT_RECEIVED)
                    )
                    continue
                findings = amiss.get(str(listed.code), ())
                fate = self._before(listed, incomer, findings, reject)
                if fate is None:
                    candidate = self._candidate(listed, incomer)
                    if isinstance(candidate, Candidate):
                        group.append((listed, incomer, candidate))
                    else:
                        found[listed.code] = candidate
                else:
                    found[listed.code] = fate
                if _is_full(group):
                    self._register(group, found)
            self._register(group, found)
        finally:
            for _, _, candidate in group:
                candidate.package.close()
        return Reception(
            records=tuple(found[each.code] for each in self.incoming.listed.records),
            findings=self.incoming.findings,
            reports=self._reports,
        )

    def _before(
        self,
        listed: ListedRecord,
        incomer: Incomer,
        findings: Sequence[Finding],
        reject: Mapping[ArchivalCode, Reason],
    ) -> ReceivedRecord | None:
        """Return the fate of a record that need not be examined; None: it must be."""
        known = self._known(listed, incomer)
        if known is not None:
            return known
        if (reason := reject.get(listed.code)) is not None:
            return _rejected(listed, incomer, findings, reason)
        if findings:
            ground = _GROUNDS.get(findings[0].kind, Ground.COUNT_MISMATCH)
            return _rejected(listed, incomer, findings, Reason(ground=ground))
        return None

    def _known(self, listed: ListedRecord, incomer: Incomer) -> ReceivedRecord | None:
        """Return the fate of a record that these archives have already, or its code."""
        catalog, batch = self.acting.archiving.catalog, self.incoming.listed.id
        try:
            entry = catalog.entry(listed.code)
        except EntryNotFoundError:
            return None
        standing = catalog.standing(listed.code)
        if standing.gone or entry.package != listed.package:
            reason = Reason(ground=Ground.CODE_TAKEN)
            return _rejected(listed, incomer, (), reason)
        if standing.received == batch:
            return _accepted(listed, incomer)
        return _duplicate(listed, incomer, entry)

    def _candidate(
        self, listed: ListedRecord, incomer: Incomer
    ) -> Candidate | ReceivedRecord:
        """Return *incomer*, copied and examined; or its fate, if it is rejected."""
        archiving, storage = self.acting.archiving, self.acting.archiving.storage
        room = storage.stage if isinstance(storage, Staging) else None
        try:
            own = copied(incomer.package(archiving.profile), room)
        except (PackageError, BatchError):
            reason = Reason(ground=Ground.PACKAGE_UNREADABLE)
            return _rejected(listed, incomer, (), reason)
        try:
            ground = self._examine(listed, own)
            if ground is None:
                return self._ready(listed, own)
        except PackageError:
            ground = Ground.PACKAGE_UNREADABLE
        except BaseException:
            own.close()
            raise
        own.close()
        return _rejected(listed, incomer, (), Reason(ground=ground))

    def _examine(self, listed: ListedRecord, own: Package) -> Ground | None:
        """Return why *own* is not taken; None: it passed."""
        signature = None if own.signature is None else sha256(own.signature).hexdigest()
        if (own.id, own.size, signature) != (
            listed.package,
            listed.size,
            listed.signature,
        ):
            return Ground.DIGEST_MISMATCH
        report = self._report(listed, own)
        if not report.passed:
            self._reports[listed.code] = report
        failed = {finding.check for finding in report.failures}
        if _SIGNATURE in failed:
            return Ground.SIGNATURE_INVALID
        if _MALWARE in failed:
            return Ground.MALWARE_FOUND
        return Ground.CHECK_FAILED if failed else None

    def _report(self, listed: ListedRecord, own: Package) -> Report:
        archiving = self.acting.archiving
        subject = checks.Subject(
            package=own,
            # The sender's journal says when, and its list is signed.
            at=listed.registered_at,
            on=self.acting.now(),
            verifier=archiving.verifier,
            tools=archiving.tools,
            policy=archiving.policy,
            expected=checks.Expected(
                code=listed.code,
                package=listed.package,
                size=listed.size,
                signature=listed.signature,
            ),
        )
        return checks.run(subject, checks.Stage.ACCESSION)

    def _ready(self, listed: ListedRecord, own: Package) -> Candidate:
        filing = own.filing()
        ends = listed.retention_ends_on
        received = Event(
            kind=EventKind.RECEIVED,
            code=listed.code,
            at=self.acting.now(),
            by=self.acting.archiving.arrangement.unit[:100],
            details={
                "batch": self.incoming.listed.id,
                "sender": self.incoming.listed.unit,
                "period": str(listed.period),
                "retention_ends_on": NONE if ends is None else ends.isoformat(),
            },
        )
        return Candidate(
            package=own,
            filing=filing,
            deadlines=Deadlines(
                concluded_on=filing.case.concluded_on,
                period=listed.code.series.retention,
                level=self.acting.archiving.arrangement.level,
            ),
            code=listed.code,
            told=(received,),
            check=partial(self._report, listed),
        )

    def _register(
        self,
        group: list[tuple[ListedRecord, Incomer, Candidate]],
        found: dict[ArchivalCode, ReceivedRecord],
    ) -> None:
        """Register those of *group*, and empty it."""
        some, group[:] = list(group), []
        try:
            outcomes = self.acting.archiving.register.add_all(
                [candidate for _, _, candidate in some]
            )
        finally:
            for _, _, candidate in some:
                candidate.package.close()
        for (listed, incomer, _), outcome in zip(some, outcomes, strict=True):
            found[listed.code] = _fate(listed, incomer, outcome)


def _is_full(group: Sequence[tuple[ListedRecord, Incomer, Candidate]]) -> bool:
    size = sum(listed.size for listed, _, _ in group)
    return len(group) >= GROUP_CASES or size >= GROUP_SIZE


def _fate(
    listed: ListedRecord, incomer: Incomer, outcome: Entry | EgovArchiveError
) -> ReceivedRecord:
    if isinstance(outcome, (ConflictError, RecordDestroyedError)):
        return _rejected(listed, incomer, (), Reason(ground=Ground.CODE_TAKEN))
    if isinstance(outcome, EgovArchiveError):
        raise outcome
    if outcome.code != listed.code or outcome.package != listed.package:
        # The same case, which somebody registered here under another code.
        return _duplicate(listed, incomer, outcome)
    return _accepted(listed, incomer)


def _accepted(listed: ListedRecord, incomer: Incomer) -> ReceivedRecord:
    return ReceivedRecord(
        code=listed.code,
        package=listed.package,
        fate=RecordFate.ACCEPTED,
        held=Holding(code=listed.code, package=listed.package),
        files=_files(incomer, FileFate.ACCEPTED, ()),
    )


def _duplicate(listed: ListedRecord, incomer: Incomer, entry: Entry) -> ReceivedRecord:
    return ReceivedRecord(
        code=listed.code,
        package=listed.package,
        fate=RecordFate.DUPLICATE,
        held=Holding(code=entry.code, package=entry.package),
        files=_files(incomer, FileFate.DUPLICATE, ()),
    )


def _rejected(
    listed: ListedRecord,
    incomer: Incomer | None,
    findings: Sequence[Finding],
    reason: Reason,
) -> ReceivedRecord:
    return ReceivedRecord(
        code=listed.code,
        package=listed.package,
        fate=RecordFate.REJECTED,
        reason=reason,
        files=() if incomer is None else _files(incomer, FileFate.REJECTED, findings),
    )


def _files(
    incomer: Incomer, fate: FileFate, findings: Sequence[Finding]
) -> Iterator[ReceivedFile]:
    """Yield the fate of each file of *incomer*, by what its sender listed."""
    fates = {finding.place: _FATES.get(finding.kind, fate) for finding in findings}
    for file in incomer.files:
        digest = file.digests.get("sha256")
        if digest is None:
            continue  # Nobody listed it: nothing names it but what it is called.
        yield ReceivedFile(
            digest=digest,
            size=file.size or 0,
            fate=fates.get(f"{incomer.folder}/{file.path}", _own(file, fate)),
        )


def _own(file: ListedFile, fate: FileFate) -> FileFate:
    return FileFate.MISSING if file.size is None else fate
