"""Reception 接收登记: each record of a batch is examined, and taken or rejected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import define, evolve, field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.candidate import Candidate
from egovarchive.archive.register import GROUP_CASES, GROUP_SIZE
from egovarchive.archive.transfer.along import Along
from egovarchive.archive.transfer.batch_report import Came, batch_report
from egovarchive.archive.transfer.examining import Examining
from egovarchive.archive.transfer.fates import (
    accepted_before,
    duplicate,
    fate_of,
    reason_of,
    rejected,
)
from egovarchive.archive.transfer.handover import signed_for
from egovarchive.archive.transfer.incomer import Incomer
from egovarchive.archive.transfer.incoming import Incoming
from egovarchive.archive.transfer.possession import held_whole
from egovarchive.checks import Report, Review
from egovarchive.checks.batch import Registered
from egovarchive.errors import EntryNotFoundError, NotStoredError, PackageError
from egovarchive.exchange.dat93 import Finding
from egovarchive.exchange.forms.handover import Difference, HandoverForm
from egovarchive.lifecycle.dialogue.reason import Ground, Reason
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.received import ReceivedRecord, RecordFate
from egovarchive.lifecycle.dialogue.signed_message import SignedMessage
from egovarchive.lifecycle.dialogue.transfer_list import ListedRecord
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.archival_code import ArchivalCode

_LOST: Final = Reason(
    ground=Ground.OTHER,
    en="the archives registered it before, and their copy is missing or damaged",
    zh="本馆曾登记该件，但所存副本缺失或损坏",
)


@frozen(kw_only=True)
class Reception:
    """
    What became of a batch.

    Args:
        records: The fate of each of its records that was decided: of all, if there is
            a receipt.
        findings: What was not as it should be with its files.
        reports: What the checks of accession said of each record that was examined
            now and did not pass all of them, by its code.
        batch_report: What the checks of all of them together said; None if it was
            received before.
        waiting: Codes of those records that wait for persons, by the policy. They
            decide on findings of `reports` and of `batch_report`; then the batch is
            received once more, with their reviews.
        differences: Where it is not what the sender's handover form says.
        form: The form, as these archives fill it in; None without the sender's.
        receipt: What the archives say of it; None as long as something waits.
        message: The same, signed: what the sender gets.
    """

    records: tuple[ReceivedRecord, ...] = field(repr=False)
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    reports: Mapping[ArchivalCode, Report] = field(factory=dict, repr=False)
    batch_report: Report | None = field(default=None, repr=False)
    waiting: tuple[ArchivalCode, ...] = ()
    differences: tuple[Difference, ...] = ()
    form: HandoverForm | None = field(default=None, repr=False)
    receipt: Receipt | None = field(default=None, repr=False)
    message: SignedMessage | None = field(default=None, repr=False)

    @classmethod
    def known(cls, message: SignedMessage) -> Reception:
        """Return the reception that *message* is the receipt of."""
        receipt = Receipt.decode(message.data)
        return cls(records=receipt.records, receipt=receipt, message=message)

    def with_(self, receipt: Receipt, message: SignedMessage) -> Reception:
        """Return this with its *receipt*, and the signed *message* that carries it."""
        return evolve(self, records=receipt.records, receipt=receipt, message=message)

    def beside(
        self, form: HandoverForm | None, found: Sequence[Difference]
    ) -> Reception:
        """Return this with the handover *form*, and where the batch differs from it."""
        if form is not None and self.receipt is not None:
            form = signed_for(form, self.receipt)
        return evolve(self, form=form, differences=tuple(found))


@frozen
class _Ready:
    """A record that is examined, and about to be registered."""

    listed: ListedRecord
    incomer: Incomer
    candidate: Candidate


@define
class Receptions:
    """
    Receives the records of a batch.

    Args:
        acting: The archive that receives.
        incoming: What came.
        reject: Why a record is rejected whatever the checks say, by its code.
        reviews: What persons decided, by the finding.
        decided: Those of them that are of the batch as a whole, once it is received.
    """

    acting: Acting = field(repr=False)
    incoming: Incoming
    reject: Mapping[ArchivalCode, Reason] = field(repr=False)
    reviews: Mapping[str, Review] = field(repr=False)
    decided: tuple[Review, ...] = field(default=(), init=False)
    _examining: Examining = field(init=False)
    _fates: dict[ArchivalCode, ReceivedRecord] = field(factory=dict, init=False)
    _came: list[Registered] = field(factory=list, init=False)
    _group: list[_Ready] = field(factory=list, init=False)

    @_examining.default
    def _new(self) -> Examining:
        return Examining(self.acting, self.incoming, self.reviews)

    def receive(self, by: str) -> Reception:
        """
        Return the fate of each record; those that are accepted are registered.

        Raises:
            StorageError: One could not be stored. What was accepted before stays.
        """
        waiting = []
        try:
            for listed in self.incoming.listed.records:
                if not self._take(listed):
                    waiting.append(listed.code)
                if self._is_full():
                    self._register()
            self._register()
        finally:
            for ready in self._group:
                ready.candidate.package.close()
        report = batch_report(self.acting, self.incoming, self._came, by)
        waits = {finding.id for finding in report.waiting}
        self.decided = tuple(r for r in self.reviews.values() if r.finding in waits)
        return Reception(
            records=tuple(self._decided()),
            findings=self.incoming.findings,
            reports=self._examining.reports,
            batch_report=report.reviewed(self.decided),
            waiting=tuple(waiting),
        )

    def _decided(self) -> Iterator[ReceivedRecord]:
        """Yield the fates that were decided, in the order of the list."""
        for listed in self.incoming.listed.records:
            fate = self._fates.get(listed.code)
            if fate is None:
                continue
            if fate.fate is RecordFate.REJECTED:
                # Somebody else may receive this batch too, and have taken it.
                fate = self._taken(listed) or fate
            yield fate

    def _take(self, listed: ListedRecord) -> bool:
        """Decide on *listed*, or have it registered; return False if it waits."""
        incomer = self.incoming.records.get(listed.code)
        fate = self._known(listed, incomer) or self._refused(listed, incomer)
        if fate is not None or incomer is None:
            absent = Reason(ground=Ground.NOT_RECEIVED)
            self._fates[listed.code] = fate or rejected(listed, None, (), absent)
            return True
        found = self._examining.examine(listed, incomer)
        if isinstance(found, Reason):
            findings = self.incoming.of(str(listed.code))
            self._fates[listed.code] = rejected(listed, incomer, findings, found)
            return True
        case = found.filing.case
        self._came.append(Came(listed.code, case.number, listed.size, case.title))
        if self._examining.waits(listed.code):
            found.package.close()
            return False
        self._group.append(_Ready(listed, incomer, found))
        return True

    def _known(
        self, listed: ListedRecord, incomer: Incomer | None
    ) -> ReceivedRecord | None:
        """Return the fate of a record that these archives have already, or its code."""
        archiving = self.acting.archiving
        try:
            entry = archiving.catalog.entry(listed.code)
        except EntryNotFoundError:
            return None
        standing = archiving.catalog.standing(listed.code)
        own = entry.package, entry.signature
        if standing.gone or own != (listed.package, listed.signature):
            taken = Reason(ground=Ground.CODE_TAKEN)
            return rejected(listed, incomer, (), taken)
        if standing.received == self.incoming.id:
            self._came.append(entry)
            return self._taken(listed)
        if incomer is None:
            return None
        self._came.append(entry)
        return self._again(listed, incomer, entry)

    def _again(
        self, listed: ListedRecord, incomer: Incomer, entry: Entry
    ) -> ReceivedRecord:
        """Return the fate of a record that is there as *entry*, if it is whole."""
        try:
            held_whole(self.acting.archiving, entry).close()
        except (NotStoredError, PackageError):
            return rejected(listed, incomer, (), _LOST)
        return duplicate(listed, incomer, entry)

    def _taken(self, listed: ListedRecord) -> ReceivedRecord | None:
        """Return the fate of a record that was taken with this batch; None: not so."""
        archiving = self.acting.archiving
        try:
            entry = archiving.catalog.entry(listed.code)
        except EntryNotFoundError:
            return None
        standing = archiving.catalog.standing(listed.code)
        if standing.gone or standing.received != self.incoming.id:
            return None
        package = held_whole(archiving, entry)
        try:
            return accepted_before(listed, package)
        finally:
            package.close()

    def _refused(
        self, listed: ListedRecord, incomer: Incomer | None
    ) -> ReceivedRecord | None:
        """Return the fate of a record that need not be examined; None: it must be."""
        findings = self.incoming.of(str(listed.code))
        reason = self.reject.get(listed.code)
        if reason is None and findings and incomer is not None:
            reason = reason_of(findings)
        return None if reason is None else rejected(listed, incomer, findings, reason)

    def _is_full(self) -> bool:
        size = sum(ready.listed.size for ready in self._group)
        return len(self._group) >= GROUP_CASES or size >= GROUP_SIZE

    def _register(self) -> None:
        """Register what waits for it, and what came with it."""
        group, self._group = self._group, []
        try:
            if group:
                self._keep(group)
                register = self.acting.archiving.register
                outcomes = register.add_all([ready.candidate for ready in group])
        finally:
            for ready in group:
                ready.candidate.package.close()
        for ready, outcome in zip(group, outcomes if group else (), strict=True):
            fate = fate_of(ready.listed, ready.incomer, outcome)
            if isinstance(outcome, Entry) and fate.reason is None:
                standing = self.acting.standing(outcome.code)
                # Somebody else registered it meanwhile.
                if standing.received != self.incoming.id:
                    fate = self._again(ready.listed, ready.incomer, outcome)
            self._fates[ready.listed.code] = fate

    def _keep(self, group: Sequence[_Ready]) -> None:
        along = Along(self.acting, self.incoming.id, self.incoming.listed)
        along.keep([ready.incomer for ready in group])
