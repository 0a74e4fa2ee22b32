"""Archive: the one place where values meet backends."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from attrs import field, frozen

from egovarchive import checks, packages
from egovarchive.archive.bulk import Bulk, Deposit, Progress
from egovarchive.archive.examine import Examiner, examine_all
from egovarchive.archive.register import Candidate, Register
from egovarchive.archive.stored import open_member, open_part, open_whole
from egovarchive.archive.unpack import unpack
from egovarchive.catalog import Catalog
from egovarchive.errors import (
    EgovArchiveError,
    InvalidValueError,
    SigningError,
)
from egovarchive.journal import Head
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.packages.build import DEFAULT_DIGESTS
from egovarchive.profiles import Profile
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.arrangement import Arrangement
from egovarchive.records.case import Case
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.digest import check_algorithms
from egovarchive.records.filing import Filing
from egovarchive.records.moment import CHINA, date_in_china
from egovarchive.signing import Signer, Verifier
from egovarchive.storage import Staging, Storage


def now_in_china() -> datetime:
    """Return the present moment, in China Standard Time."""
    return datetime.now(CHINA)


@frozen(kw_only=True)
class Archive:
    """
    An agency's archive.

    Two of these over the same backends are one archive: make one per process, share
    it between threads.

    Args:
        arrangement: How cases are filed.
        storage: Where packages and the journal lie.
        catalog: The view of the journal that answers questions.
        signer: Signs packages; None for an archive that only reads, or accepts
            packages that were signed elsewhere.
        verifier: Decides whose signatures are good; None leaves that check not
            performed, so that no report passes.
        profile: The form of packages.
        digests: Digest algorithms, the primary one first.
        clock: Tells the time.
    """

    arrangement: Arrangement
    storage: Storage
    catalog: Catalog
    signer: Signer | None = field(default=None, repr=False)
    verifier: Verifier | None = field(default=None, repr=False)
    profile: Profile = field(default=GBT42727_2023, repr=lambda profile: profile.name)
    digests: tuple[str, ...] = field(default=DEFAULT_DIGESTS, converter=check_algorithms)
    clock: Callable[[], datetime] = field(default=now_in_china, repr=False)
    _register: Register = field(init=False, repr=False, eq=False)

    @_register.default
    def _make_register(self) -> Register:
        return Register(
            storage=self.storage,
            catalog=self.catalog,
            fonds=self.arrangement.fonds,
            clock=self.clock,
            check=self._check_found,
        )

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        *,
        arrangement: Arrangement,
        signer: Signer | None = None,
        trust: Iterable[bytes] | None = None,
        digests: Iterable[str] = DEFAULT_DIGESTS,
        clock: Callable[[], datetime] = now_in_china,
    ) -> Archive:
        """
        Return a new archive in the folder *path*: files, journal and catalog.

        Its settings are kept with it; keys are not.

        Args:
            path: A folder that does not exist, or is empty.
            arrangement: How cases are filed.
            signer: Signs packages.
            trust: Certificates to trust, DER; None trusts the signer's own: the
                last of its chain.
            digests: Digest algorithms, the primary one first.
            clock: Tells the time.

        Raises:
            ArchiveError: The folder is not empty, or cannot be made.
        """
        from egovarchive.archive import folder  # noqa: PLC0415 - loads SQLite

        return folder.create(
            Path(path),
            arrangement=arrangement,
            signer=signer,
            trust=trust,
            digests=check_algorithms(digests),
            clock=clock,
        )

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        signer: Signer | None = None,
        clock: Callable[[], datetime] = now_in_china,
    ) -> Archive:
        """
        Return the archive that `create` made in the folder *path*.

        What the journal has and the catalog has not is applied first.

        Args:
            path: Its folder.
            signer: Signs packages; None to read only.
            clock: Tells the time.

        Raises:
            ArchiveError: There is no archive, or its settings are broken.
            CatalogMismatchError: Its catalog was made from another journal.
        """
        from egovarchive.archive import folder  # noqa: PLC0415 - loads SQLite

        return folder.open_(Path(path), signer=signer, clock=clock)

    def pack(self, case: Case) -> Package:
        """
        Return the signed package of *case*. Stores and numbers nothing.

        Raises:
            InvalidValueError: The schedule is silent about its service item, or it
                was concluded in the future.
            ContentError: A document cannot be read, is empty, or changes meanwhile.
            SigningError: No signature could be made.
        """
        return self._sealed([self.form(case)])[0]

    def check(self, package: Package) -> checks.Report:
        """Return what the archiving checks 归档检测 say of *package*."""
        case = package.filing().case
        return checks.run(
            checks.Subject(
                package=package,
                at=self.clock(),
                verifier=self.verifier,
                series=self.arrangement.series_of(case),
                rule=self.arrangement.rule_for(case),
            ),
            checks.Stage.ARCHIVING,
        )

    def accept(self, package: Package) -> Entry:
        """
        Check *package*, store it, and number it, in that order; return its entry.

        The same case accepted again gets the entry it has. When this returns, the
        record is durable, and the package closed.

        Raises:
            ChecksFailedError: A check failed. Nothing was stored or numbered.
            ConflictError: Another record has its case number.
            StorageError: It could not be stored. Nothing is left behind.
        """
        try:
            return self._register.add(self._candidate(package))
        finally:
            package.close()

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
        progress: Callable[[Progress], None] | None = None,
    ) -> Iterator[Deposit]:
        """
        Yield what became of each of *cases*, in their order, once it is durable.

        A case that is refused does not stop the others. Memory stays bounded,
        however many there are.

        Args:
            cases: Any iterable; it is asked for a case at a time.
            progress: Called after each case.
        """
        return Bulk(self, progress).run(cases)

    def form(self, case: Case) -> Package:
        """Return the package of *case*, not yet sealed; see `pack`."""
        today = date_in_china(self.clock())
        if case.concluded_on > today:
            raise InvalidValueError(
                f"{case.concluded_on} lies in the future: today is {today}",
                f"{case.concluded_on} 晚于今天 {today}",
                rule="a concluded case",
                place="concluded_on",
            )
        stage = self.storage
        return packages.build(
            Filing.of(case, self.arrangement),
            self.profile,
            algorithms=self.digests,
            room=stage.stage if isinstance(stage, Staging) else tempfile.TemporaryFile,
        )

    def commit(self, formed: list[Package]) -> list[Entry | EgovArchiveError]:
        """Seal, check and register the packages *formed*; see `deposit_many`."""
        try:
            outcomes: list[Candidate | EgovArchiveError] = []
            for package in self._sealed(formed):
                try:
                    outcomes.append(self._candidate(package))
                except EgovArchiveError as error:
                    outcomes.append(error)
            candidates = [each for each in outcomes if isinstance(each, Candidate)]
            entries = iter(self._register.add_all(candidates))
            return [
                next(entries) if isinstance(each, Candidate) else each
                for each in outcomes
            ]
        except SigningError as error:
            return [error] * len(formed)
        finally:
            for package in formed:
                package.close()

    def entry(self, code: ArchivalCode | str) -> Entry:
        """
        Return the entry of *code*.

        Raises:
            EntryNotFoundError: There is none.
            InvalidValueError: It is no archival code.
        """
        return self.catalog.entry(_code(code))

    def entries(
        self, *, after: ArchivalCode | str | None = None, limit: int | None = None
    ) -> Iterator[Entry]:
        """Yield entries by series and item number: *limit* of them, behind *after*."""
        start = None if after is None else _code(after)
        return self.catalog.entries(after=start, limit=limit)

    def due(
        self, kind: DeadlineKind, on: date, *, limit: int | None = None
    ) -> Iterator[Entry]:
        """Yield entries whose deadline of *kind* is *on* that day or earlier."""
        return self.catalog.due(kind, on, limit=limit)

    def package(self, code: ArchivalCode | str) -> Package:
        """
        Return the package of *code*, as it is stored. Its documents are not checked.

        Raises:
            EntryNotFoundError: No record has the code.
            NotStoredError: Its package is gone.
            PackageError: What is stored is not a package.
        """
        return open_part(self.storage, self.entry(code), self.profile)

    def case(self, code: ArchivalCode | str) -> Case:
        """Return the case of *code*, as its package tells it; see `package`."""
        return self.package(code).filing().case

    def open_document(self, code: ArchivalCode | str, path: str) -> BinaryIO:
        """
        Return the file at *path* in the package of *code*, open for reading.

        It is read once, from start to end, and its end is reached only if it has
        the digest it was packed with.

        Raises:
            PackageError: There is no such file. See also `package`.
            DigestMismatchError: Raised at the end, if it was altered.
        """
        return open_member(self.package(code), path)

    def verify(self, code: ArchivalCode | str) -> checks.Report:
        """
        Return what the preservation checks 长期保存检测 say of the record *code*.

        A package that is missing or damaged is a finding, not an error.
        """
        return self._examiner.examine(self.entry(code))

    def verify_all(
        self,
        *,
        executor: Executor | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[checks.Report]:
        """
        Yield a report for each record, in the order of registration.

        The journal is read for what must be there, and its chain is checked; the
        catalog is not asked.

        Args:
            executor: Runs the checks; None runs them in threads of this process.
            progress: Called with the number of records checked, after each.

        Raises:
            JournalError: A segment is missing or altered.
        """
        return examine_all(
            self._examiner, self._register.journal, executor=executor, progress=progress
        )

    def export(self, code: ArchivalCode | str, folder: str | os.PathLike[str]) -> Path:
        """
        Unpack the record *code* into *folder*; return it. Nothing is changed here.

        Args:
            code: The record.
            folder: A folder that does not exist, or is empty.

        Raises:
            DigestMismatchError: A file was altered. The folder is left as it was.
            ArchiveError: The folder is not empty, or cannot be written.
        """
        entry = self.entry(code)
        package = open_whole(self.storage, entry, self.profile)
        return unpack(package, Path(folder))

    def rebuild(self) -> int:
        """
        Make the catalog anew from the journal; return the number of entries.

        Titles are read from the packages; those of packages that cannot be read
        stay unknown.

        Raises:
            JournalError: A segment is missing or altered. The catalog then holds
                what came before it.
        """
        return self._register.rebuild(self.profile)

    def refresh(self) -> None:
        """
        Bring the catalog up to date with the journal, which others may have written.

        Raises:
            CatalogMismatchError: The catalog was made from another journal.
        """
        self._register.check_catalog()
        self._register.refresh(self.profile)

    @property
    def head(self) -> Head:
        """The last journal segment that the catalog has."""
        return self.catalog.head(self.arrangement.fonds)

    @property
    def _examiner(self) -> Examiner:
        return Examiner(
            storage=self.storage,
            profile=self.profile,
            verifier=self.verifier,
            schedule=self.arrangement.schedule,
        )

    def _sealed(self, formed: list[Package]) -> list[Package]:
        if self.signer is None:
            raise SigningError(
                "this archive was opened without a signer",
                "该档案库未配置签名者，不能封装",
            )
        from egovarchive.signing import cms  # noqa: PLC0415 - loads cryptography

        try:
            # The archiving checks verify each signature before it is stored.
            signatures = cms.sign_messages(
                self.signer,
                [package.manifest for package in formed],
                at=self.clock(),
                check=self.verifier is None,
            )
        except BaseException:
            for package in formed:
                package.close()
            raise
        return [
            package.sealed(signature)
            for package, signature in zip(formed, signatures, strict=True)
        ]

    def _candidate(self, package: Package) -> Candidate:
        filing = package.filing()
        self.check(package).raise_for_failures()
        return Candidate(package, filing, self.arrangement.deadlines_of(filing.case))

    def _check_found(self, package: Package) -> checks.Report:
        return self.check(package)


def _code(code: ArchivalCode | str) -> ArchivalCode:
    return ArchivalCode.parse(code) if isinstance(code, str) else code
