"""Examining 接收检测: a record that came is copied, and held against what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from attrs import define, evolve, field

from egovarchive import checks
from egovarchive.archive.acting import Acting
from egovarchive.archive.candidate import Candidate
from egovarchive.archive.clock import MOST_OFF
from egovarchive.archive.copied import copied
from egovarchive.archive.transfer.fates import reason_of
from egovarchive.archive.transfer.incomer import Incomer
from egovarchive.archive.transfer.incoming import Incoming
from egovarchive.checks import Report, Review
from egovarchive.errors import BatchError, EvidenceError, PackageError
from egovarchive.lifecycle.dialogue.reason import Ground, Reason
from egovarchive.lifecycle.dialogue.transfer_list import ListedRecord
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.event_kind import NONE
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import Deadlines
from egovarchive.records.outcome import Outcome
from egovarchive.signing import Verifier
from egovarchive.storage import Staging

if TYPE_CHECKING:
    from egovarchive.evidence.record import EvidenceVerifier

_SIGNATURE: Final = "authenticity.signature"
_PACKAGE: Final = "authenticity.package"
# What came with a list is compared with it, as what is kept is with the journal.
_CHECKS: Final = tuple(
    evolve(check, stages=check.stages | {checks.Stage.ACCESSION})
    if check.name == _PACKAGE
    else check
    for check in checks.CHECKS
)
_MALWARE: Final = "security.malware"
_MEMBERS: Final = "integrity.members"
_UNPROVEN: Final = Reason(
    ground=Ground.CHECK_FAILED,
    en="the evidence record that came with it does not hold",
    zh="随移的证据记录核验未通过",
)
_MISFILED: Final = Reason(
    ground=Ground.CHECK_FAILED,
    en="its metadata tell another series or day than the transfer list",
    zh="元数据所载类别或办结日期与移交清单不一致",
)
_SHORTENED: Final = Reason(
    ground=Ground.CHECK_FAILED,
    en="the transfer list tells a shorter retention than it was filed under",
    zh="移交清单所载保管期限短于归档时划定的期限",
)
_TO_COME: Final = Reason(
    ground=Ground.CHECK_FAILED,
    en="the transfer list has it registered on a day that is to come",
    zh="移交清单所载登记时间尚未到来",
)


@define
class Examining:
    """
    Examines the records of a batch, each as it is copied.

    Args:
        acting: The archive that receives.
        incoming: What came.
        reviews: What persons decided of findings, by the finding.
        reports: What the checks said of each record that did not pass all of them.
    """

    acting: Acting = field(repr=False)
    incoming: Incoming
    reviews: Mapping[str, Review] = field(repr=False)
    reports: dict[ArchivalCode, Report] = field(factory=dict, init=False)

    def examine(self, listed: ListedRecord, incomer: Incomer) -> Candidate | Reason:
        """
        Return *incomer*, copied and examined, or why it is not taken.

        By a policy that waits, who is returned may still wait: see `waits`.

        Raises:
            StorageError: There is no room for the copy.
        """
        if incomer.size > listed.size:
            # Nothing is copied that cannot be the package: it may be without end.
            return Reason(ground=Ground.COUNT_MISMATCH)
        archiving, storage = self.acting.archiving, self.acting.archiving.storage
        room = storage.stage if isinstance(storage, Staging) else None
        try:
            own = copied(incomer.package(archiving.profile), room)
        except (PackageError, BatchError):
            return self._closer(listed) or Reason(ground=Ground.PACKAGE_UNREADABLE)
        try:
            found = self._examine(listed, incomer, own)
        except (PackageError, BatchError):
            found = self._closer(listed) or Reason(ground=Ground.PACKAGE_UNREADABLE)
        except BaseException:
            own.close()
            raise
        if isinstance(found, Reason):
            own.close()
        return found

    def waits(self, code: ArchivalCode) -> bool:
        """Say whether the policy has *code* wait until all required checks passed."""
        report = self.reports.get(code)
        waits = self.acting.archiving.policy.wait
        return waits and report is not None and bool(report.missing)

    def _closer(self, listed: ListedRecord) -> Reason | None:
        """Return what is wrong with the files of *listed*, once all are read."""
        self.incoming.look_closer()
        findings = self.incoming.of(str(listed.code))
        return reason_of(findings) if findings else None

    def _examine(
        self, listed: ListedRecord, incomer: Incomer, own: Package
    ) -> Candidate | Reason:
        signature = None if own.signature is None else sha256(own.signature).hexdigest()
        if (own.id, own.size, signature) != (
            listed.package,
            listed.size,
            listed.signature,
        ):
            return self._closer(listed) or Reason(ground=Ground.DIGEST_MISMATCH)
        if not incomer.is_listed_as(own) and (wrong := self._closer(listed)):
            return wrong
        try:
            at = self._existed_at(incomer, own) or listed.registered_at
        except EvidenceError:
            return _UNPROVEN
        found = self._report(listed, at, own)
        return self._failed(listed, found) or self._candidate(listed, at, own, found)

    def _failed(self, listed: ListedRecord, found: Report) -> Reason | None:
        """Return why a record of which checks *found* that is not taken."""
        altered = any(
            each.check == _MEMBERS and each.outcome is not Outcome.PASSED
            for each in found.findings
        )
        if altered and (wrong := self._closer(listed)):
            return wrong
        report = found.reviewed(self.reviews.values())
        if not report.passed:
            self.reports[listed.code] = report
        return _reason_of(report) if report.failures else None

    def _existed_at(self, incomer: Incomer, own: Package) -> datetime | None:
        """
        Return when *own* existed, as its evidence record proves; None: nothing proves.

        Raises:
            EvidenceError: The evidence that came with it does not hold.
        """
        evidence = incomer.evidence
        if evidence is None or self._time is None:
            return None
        documents = [own.manifest]
        if own.signature is not None:
            documents.append(own.signature)
        stamps = self._time.verify(evidence, documents, at=self.acting.now())
        return stamps[0].gen_time

    @cached_property
    def _known(self) -> Sequence[bytes]:
        """What is known of revocations now."""
        source = self.acting.archiving.revocations
        if source is None:
            return ()
        from egovarchive.archive.sealing.recall import latest_of  # noqa: PLC0415 - heavy

        return (latest_of(source),)

    @cached_property
    def _time(self) -> EvidenceVerifier | None:
        """Who judges time-stamps; None: nobody is trusted to vouch for time."""
        authorities = self.acting.archiving.authorities
        if not authorities:
            return None
        from egovarchive.archive.sealing.recall import (  # noqa: PLC0415 - heavy
            evidence_with,
            verifier_of,
        )

        return evidence_with(verifier_of(authorities), self._known)

    @cached_property
    def _signers(self) -> Verifier | None:
        verifier = self.acting.archiving.verifier
        if not self._known:
            return verifier
        from egovarchive.archive.sealing.recall import signers_with  # noqa: PLC0415 - heavy

        return signers_with(verifier, self._known)

    def _report(self, listed: ListedRecord, at: datetime, own: Package) -> Report:
        archiving = self.acting.archiving
        subject = checks.Subject(
            package=own,
            # Proven, or else as the sender's journal tells it in the list he signed.
            at=at,
            on=self.acting.now(),
            verifier=self._signers,
            tools=archiving.tools,
            policy=archiving.policy,
            expected=checks.Expected(
                code=listed.code,
                package=listed.package,
                size=listed.size,
                signature=listed.signature,
            ),
        )
        return checks.run(subject, checks.Stage.ACCESSION, _CHECKS)

    def _candidate(
        self, listed: ListedRecord, at: datetime, own: Package, found: Report
    ) -> Candidate | Reason:
        filing = own.filing()
        day = filing.case.concluded_on
        if (filing.series, day) != (listed.code.series, listed.concluded_on):
            return _MISFILED
        case = filing.case
        known = (case.accepted_on, case.decided_on, case.concluded_on)
        if _is_shortened(listed, min(filter(None, known))):
            return _SHORTENED
        if listed.registered_at - self.acting.now() > MOST_OFF:
            return _TO_COME
        waiting = {finding.id for finding in found.waiting}
        reviews = [each for each in self.reviews.values() if each.finding in waiting]
        ends = listed.retention_ends_on
        received = Event(
            kind=EventKind.RECEIVED,
            code=listed.code,
            at=self.acting.now(),
            by=self.acting.archiving.arrangement.unit[:100],
            details={
                "batch": self.incoming.id,
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
            reviews=tuple(reviews),
            code=listed.code,
            told=(received,),
            check=partial(self._report, listed, at),
        )


def _is_shortened(listed: ListedRecord, first_day: date) -> bool:
    """
    Say whether *listed* would let a record go sooner than it was filed to.

    An appraisal only makes a period longer, and none begins before *first_day*, on
    which the case did.
    """
    filed, told, ends_on = (
        listed.code.series.retention,
        listed.period,
        listed.retention_ends_on,
    )
    if told.years is None:
        return told != filed and not told.is_permanent
    if filed.years is None or told.years < filed.years or ends_on is None:
        return True
    return ends_on < date(first_day.year + told.years, 12, 31)


def _reason_of(report: Report) -> Reason:
    failed = {finding.check for finding in report.failures}
    if _SIGNATURE in failed:
        return Reason(ground=Ground.SIGNATURE_INVALID)
    if _MALWARE in failed:
        return Reason(ground=Ground.MALWARE_FOUND)
    return Reason(ground=Ground.CHECK_FAILED)
