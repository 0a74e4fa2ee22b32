"""Archive: the one place where values meet backends."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from egovarchive import checks
from egovarchive.archive.acting import Acting
from egovarchive.archive.agenda.agenda import Agenda
from egovarchive.archive.bulk import AHEAD, Bulk, Deposit, Progress
from egovarchive.archive.examine import examine_all
from egovarchive.archive.gone import check_kept
from egovarchive.archive.inspection import Inspection
from egovarchive.archive.means import Means, check_names
from egovarchive.archive.sealing.sealing import Sealing
from egovarchive.archive.strays import stray_keys
from egovarchive.formats.toolbox import Toolbox
from egovarchive.journal import Head
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.packages.build import DEFAULT_DIGESTS
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.arrangement import Arrangement
from egovarchive.records.case import Case
from egovarchive.records.digest import check_algorithms

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from egovarchive.archive.destruction.appraising import Appraising
    from egovarchive.archive.destruction.destroying import Destroying
    from egovarchive.archive.transfer.accession import Accession
    from egovarchive.archive.transfer.transferring import Transferring
    from egovarchive.lifecycle.audit.audit import Audit


@frozen(kw_only=True)
class Archive(Agenda):
    """
    An agency's archive.

    Two of these over the same backends are one archive: make one per process, share
    it between threads.

    See `Equipment` for what it is made of, and `Holdings` and `Agenda` for what else it
    answers and does.
    """

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        *,
        arrangement: Arrangement,
        trust: Iterable[bytes] | None = None,
        digests: Iterable[str] = DEFAULT_DIGESTS,
        **means: Unpack[Means],
    ) -> Archive:
        """
        Return a new archive in the folder *path*, with its settings, without keys.

        Args:
            path: A folder that does not exist, or is empty.
            arrangement: How cases are filed.
            trust: Certificates to trust, DER; None trusts the signer's own: the
                last of its chain.
            digests: Digest algorithms, the primary one first.
            means: ``signer=``, ``profile=``, ``clock=``, ``tools=``, ``policy=``,
                ``timestamper=``, ``authorities=`` and ``revocations=``, as for the
                archive itself.

        Raises:
            ArchiveError: The folder is not empty, or cannot be made.
        """
        from egovarchive.archive import folder  # noqa: PLC0415 - loads SQLite

        check_names(means)
        if trust is None:
            signer = means.get("signer")
            trust = [(signer.certificate, *signer.chain)[-1]] if signer else ()
        algorithms = check_algorithms(digests)
        profile = means.get("profile", GBT42727_2023)
        folder.make(Path(path), arrangement, tuple(trust), algorithms, profile)
        return folder.load(Path(path), means)

    @classmethod
    def open(cls, path: str | os.PathLike[str], **means: Unpack[Means]) -> Archive:
        """
        Return the archive that `create` made in the folder *path*.

        What the journal has and the catalog has not is applied first.

        Args:
            path: Its folder.
            means: As for `create`. Without a signer it only reads; the profile is
                the one that it was made with.

        Raises:
            ArchiveError: There is no archive, or its settings are broken.
            CatalogMismatchError: Its catalog was made from another journal.
        """
        from egovarchive.archive import folder  # noqa: PLC0415 - loads SQLite

        check_names(means)
        archive = folder.load(Path(path), means)
        archive.refresh()
        return archive

    def pack(self, case: Case) -> Package:
        """
        Return the signed package of *case*. Stores and numbers nothing.

        Raises:
            InvalidValueError: The schedule is silent about its service item, or it
                was concluded in the future.
            ContentError: A document cannot be read, is empty, or changes meanwhile.
            SigningError: No signature could be made.
        """
        return self._archiving.sealed([self._archiving.form(case)])[0]

    def check(self, package: Package, *, operator: str = "") -> checks.Report:
        """
        Return what the archiving checks 归档检测 say of *package*.

        Args:
            package: What `pack` returned.
            operator: Who has them made; the report names him.
        """
        return self._archiving.check(package, operator=operator)

    def accept(
        self, package: Package, *, reviews: Iterable[checks.Review] = ()
    ) -> Entry:
        """
        Check *package*, store it, and number it, in that order; return its entry.

        The same case accepted again gets the entry it has. When this returns, the
        record is durable, with *reviews* of what `check` left to persons, and closed.

        Raises:
            ChecksFailedError: A check failed. Nothing was stored or numbered.
            ConflictError: Another record has its case number.
            StorageError: It could not be registered; deposit it again. Its package
                may stay, see `strays`, or even be registered, if nobody could tell.
        """
        return self._archiving.accept(package, reviews)

    def deposit(self, case: Case) -> Entry:
        """
        Archive 归档 *case*: `pack` it, then `accept` the package; return its entry.

        Callers in several threads share commits. See both for what is raised.
        """
        return self.accept(self.pack(case))

    def deposit_many(
        self,
        cases: Iterable[Case],
        *,
        executor: Executor | None = None,
        progress: Callable[[Progress], None] | None = None,
        ahead: int = AHEAD,
    ) -> Iterator[Deposit]:
        """
        Yield what became of each of *cases*, in their order, once it is durable.

        A case that is refused does not stop the others. If *cases* raises, what came
        before is archived and yielded first. Memory stays bounded, however many
        there are.

        Args:
            cases: Any iterable. It is asked by the thread that asks for results, for
                a case at a time.
            executor: Its workers read the documents, form the packages and check them,
                such as a ProcessPoolExecutor; None does it here. Signing, numbering and
                the commit stay here. What is sent to other processes must be picklable:
                files given as paths or bytes.
            progress: Called after each case.
            ahead: Most cases that are taken before the first of them is yielded; 1
                for a source that waits for the result of each.
        """
        return Bulk(self._archiving, progress, ahead, executor).run(cases)

    def verify(
        self,
        code: ArchivalCode | str,
        *,
        tools: Toolbox | None = None,
        operator: str = "",
    ) -> checks.Report:
        """
        Return what the preservation checks 长期保存检测 say of the record *code*.

        A package that is missing or damaged is a finding, not an error. What persons
        decided of its findings stands in place of what waited for them.

        Args:
            code: The record.
            tools: Look at its files; None leaves what they do not performed.
            operator: Who has them made; the report names him.

        Raises:
            RecordDestroyedError: It was destroyed, or its destruction has begun.
        """
        entry = check_kept(self.catalog, self.entry(code))
        report = self._archiving.examiner(tools, operator).examine(entry)
        return report.reviewed(self.inspection.reviews(code))

    def verify_all(
        self,
        *,
        tools: Toolbox | None = None,
        executor: Executor | None = None,
        progress: Callable[[int], None] | None = None,
        operator: str = "",
    ) -> Iterator[checks.Report]:
        """
        Yield a report for each record, in the order of registration.

        The journal tells what must be there, and what persons decided; its chain is
        checked. What was destroyed is left out. For a part of them, see
        `Inspection.verify_some`.

        Args:
            tools: Look at the files; None leaves what they do not performed.
            executor: Runs the checks, such as a ProcessPoolExecutor for many
                records; None runs them here, one after the other.
            progress: Called with the number of records checked, after each.
            operator: Who has them made; each report names him.

        Raises:
            JournalError: A segment is missing or altered.
            CatalogMismatchError: At the end: the last segment that the catalog has
                seen is altered or gone.
        """
        examiner = self._archiving.examiner(tools, operator)
        projection = self._archiving.register.projection
        yield from examine_all(examiner, projection, executor, progress)

    def strays(self) -> Iterator[str]:
        """
        Yield the keys of packages in storage that no record there names, in order.

        A deposit that failed between storing and registering leaves one; so does,
        for a moment, each that is under way. It is taken up when the same case is
        deposited again. Nothing removes it otherwise. The package of a record that was
        destroyed is one too: a deletion was undone, such as from a backup.

        Raises:
            JournalError: A segment is missing or altered.
            CatalogMismatchError: The last segment that the catalog has seen is
                altered or gone.
        """
        return stray_keys(self._archiving.register.projection)

    def audit(self, on: date, *, online_days: int = 0, threads: int = 1) -> Audit:
        """
        Return an audit 审计 of all records, as they stand, on the day *on*.

        It counts by item, unit, year, period and state what is overdue to archive, to
        transfer and to appraise, gaps in numbers, records filed under another version
        of the schedule, missing seals and holds; it is rows, a table in a notebook,
        an Arrow stream and a chart. With numpy it takes seconds for millions.

        Args:
            on: The day, in China.
            online_days: Days that online archiving may take after the conclusion.
            threads: How many share the work; it pays where cores are idle.

        Raises:
            EvidenceError: A seal is altered.
        """
        from egovarchive.archive.agenda.auditing import audit_of  # noqa: PLC0415 - heavy

        acting = Acting(self._archiving)
        return audit_of(acting, on, online_days=online_days, threads=threads)

    def close(self) -> None:
        """Let go of what the catalog holds open. The archive may be used again."""
        self.catalog.close()

    def rebuild(self) -> int:
        """
        Make the catalog anew from the journal; return the number of entries.

        Titles are read from the packages, as far as those can be read.

        Raises:
            JournalError: A segment is missing or altered. The catalog is as before.
        """
        return self._archiving.register.rebuild()

    def refresh(self) -> None:
        """
        Bring the catalog up to date with the journal, which others may have written.

        Raises:
            CatalogMismatchError: The catalog was made from another journal.
        """
        self._archiving.register.refresh()

    @property
    def head(self) -> Head:
        """The last journal segment that the catalog has."""
        return self.catalog.head(self.arrangement.fonds)

    @property
    def inspection(self) -> Inspection:
        """What else can be checked: samples, batches, reports; and who decides."""
        return Inspection(self._archiving)

    @property
    def sealing(self) -> Sealing:
        """Evidence over what is archived: sealing, renewing, proving."""
        return Sealing(self._archiving)

    @property
    def transfers(self) -> Transferring:
        """Records go to the public archives 移交: offers, batches, receipts."""
        from egovarchive.archive.transfer.transferring import (  # noqa: PLC0415 - heavy
            Transferring,
        )

        return Transferring(Acting(self._archiving))

    @property
    def accession(self) -> Accession:
        """Batches come from elsewhere 接收: replies, examination, receipts."""
        from egovarchive.archive.transfer.accession import Accession  # noqa: PLC0415 - heavy

        return Accession(Acting(self._archiving))

    @property
    def appraisal(self) -> Appraising:
        """Records whose retention has ended are appraised 鉴定."""
        from egovarchive.archive.destruction.appraising import (  # noqa: PLC0415 - heavy
            Appraising,
        )

        return Appraising(Acting(self._archiving))

    @property
    def destruction(self) -> Destroying:
        """Records are destroyed 销毁: lists, approvals, execution, certificates."""
        from egovarchive.archive.destruction.destroying import Destroying  # noqa: PLC0415 - heavy

        return Destroying(Acting(self._archiving))
