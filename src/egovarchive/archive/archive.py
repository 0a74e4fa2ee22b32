"""Archive: the one place where values meet backends."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from attrs import field, frozen

from egovarchive import checks
from egovarchive.archive.archiving import Archiving
from egovarchive.archive.bulk import AHEAD, Bulk, Deposit, Progress
from egovarchive.archive.clock import now_in_china
from egovarchive.archive.codes import code_of
from egovarchive.archive.examine import examine_all
from egovarchive.archive.inspection import Inspection
from egovarchive.archive.sealing import Sealing
from egovarchive.archive.stored import open_member, open_part, open_whole
from egovarchive.archive.strays import stray_keys
from egovarchive.archive.unpack import unpack
from egovarchive.catalog import Catalog
from egovarchive.checks import DEFAULT_POLICY, Policy
from egovarchive.formats.toolbox import Toolbox
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
from egovarchive.signing import Signer, Verifier
from egovarchive.signing.timestamps import Timestamper
from egovarchive.storage import Storage


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
        tools: Look at files while they are archived; None leaves what they do not
            performed. See `egovarchive.formats.tools`.
        policy: Which checks must pass, and by which rules.
        timestamper: Obtains time-stamps; None for an archive that is not sealed.
        authorities: Certificates of time-stamp authorities to trust, DER.
    """

    arrangement: Arrangement
    storage: Storage
    catalog: Catalog
    signer: Signer | None = field(default=None, repr=False)
    verifier: Verifier | None = field(default=None, repr=False)
    profile: Profile = field(default=GBT42727_2023, repr=lambda profile: profile.name)
    digests: tuple[str, ...] = field(
        default=DEFAULT_DIGESTS, converter=check_algorithms
    )
    clock: Callable[[], datetime] = field(default=now_in_china, repr=False)
    tools: Toolbox | None = field(default=None, repr=False)
    policy: Policy = field(default=DEFAULT_POLICY, repr=lambda policy: policy.name)
    timestamper: Timestamper | None = field(default=None, repr=False)
    authorities: tuple[bytes, ...] = field(default=(), repr=False)
    _archiving: Archiving = field(init=False, repr=False, eq=False)

    @_archiving.default
    def _make_archiving(self) -> Archiving:
        return Archiving(
            arrangement=self.arrangement,
            storage=self.storage,
            catalog=self.catalog,
            signer=self.signer,
            verifier=self.verifier,
            profile=self.profile,
            digests=self.digests,
            clock=self.clock,
            tools=self.tools,
            policy=self.policy,
        )

    @classmethod
    def create(  # noqa: PLR0913 - each with its name
        cls,
        path: str | os.PathLike[str],
        *,
        arrangement: Arrangement,
        signer: Signer | None = None,
        trust: Iterable[bytes] | None = None,
        profile: Profile = GBT42727_2023,
        digests: Iterable[str] = DEFAULT_DIGESTS,
        clock: Callable[[], datetime] = now_in_china,
        tools: Toolbox | None = None,
        policy: Policy = DEFAULT_POLICY,
    ) -> Archive:
        """
        Return a new archive in the folder *path*, with its settings, without keys.

        Args:
            path: A folder that does not exist, or is empty.
            arrangement: How cases are filed.
            signer: Signs packages.
            trust: Certificates to trust, DER; None trusts the signer's own: the
                last of its chain.
            profile: The form of packages.
            digests: Digest algorithms, the primary one first.
            clock: Tells the time.
            tools, policy: As for the archive itself.

        Raises:
            ArchiveError: The folder is not empty, or cannot be made.
        """
        from egovarchive.archive import folder  # noqa: PLC0415 - loads SQLite

        if trust is None:
            trust = [(signer.certificate, *signer.chain)[-1]] if signer else ()
        algorithms = check_algorithms(digests)
        folder.make(Path(path), arrangement, tuple(trust), algorithms, profile)
        return folder.load(Path(path), signer, profile, clock, tools, policy)

    @classmethod
    def open(  # noqa: PLR0913 - each with its name
        cls,
        path: str | os.PathLike[str],
        *,
        signer: Signer | None = None,
        profile: Profile = GBT42727_2023,
        clock: Callable[[], datetime] = now_in_china,
        tools: Toolbox | None = None,
        policy: Policy = DEFAULT_POLICY,
    ) -> Archive:
        """
        Return the archive that `create` made in the folder *path*.

        What the journal has and the catalog has not is applied first.

        Args:
            path: Its folder.
            signer: Signs packages; None to read only.
            profile: The form of packages that it was made with.

        The others are as for `create`.

        Raises:
            ArchiveError: There is no archive, or its settings are broken.
            CatalogMismatchError: Its catalog was made from another journal.
        """
        from egovarchive.archive import folder  # noqa: PLC0415 - loads SQLite

        archive = folder.load(Path(path), signer, profile, clock, tools, policy)
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

    def check(self, package: Package) -> checks.Report:
        """Return what the archiving checks 归档检测 say of *package*."""
        return self._archiving.check(package)

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
            progress: Called after each case.
            ahead: Most cases that are taken before the first of them is yielded; 1
                for a source that waits for the result of each.
        """
        return Bulk(self._archiving, progress, ahead).run(cases)

    def entry(self, code: ArchivalCode | str) -> Entry:
        """
        Return the entry of *code*.

        Raises:
            EntryNotFoundError: There is none.
            InvalidValueError: It is no archival code.
        """
        return self.catalog.entry(code_of(code))

    def entries(
        self, *, after: ArchivalCode | str | None = None, limit: int | None = None
    ) -> Iterator[Entry]:
        """Yield entries by series and item number: *limit* of them, behind *after*."""
        start = None if after is None else code_of(after)
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

        It is read once, from start to end, and its last bytes come only if all have
        the digest they were packed with.

        Raises:
            PackageError: There is no such file. See also `package`.
            DigestMismatchError: Raised before the end, if it was altered.
        """
        return open_member(self.package(code), path)

    def verify(
        self, code: ArchivalCode | str, *, tools: Toolbox | None = None
    ) -> checks.Report:
        """
        Return what the preservation checks 长期保存检测 say of the record *code*.

        A package that is missing or damaged is a finding, not an error. What persons
        decided of its findings stands in place of what waited for them.

        Args:
            code: The record.
            tools: Look at its files; None leaves what they do not performed.
        """
        report = self._archiving.examiner(tools).examine(self.entry(code))
        return report.reviewed(self.inspection.reviews(code))

    def verify_all(
        self,
        *,
        tools: Toolbox | None = None,
        executor: Executor | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[checks.Report]:
        """
        Yield a report for each record, in the order of registration.

        The journal tells what must be there, and what persons decided; its chain is
        checked. For a part of them, see `Inspection.verify_some`.

        Args:
            tools: Look at the files; None leaves what they do not performed.
            executor: Runs the checks, such as a ProcessPoolExecutor for many
                records; None runs them here, one after the other.
            progress: Called with the number of records checked, after each.

        Raises:
            JournalError: A segment is missing or altered.
            CatalogMismatchError: At the end: the last segment that the catalog has
                seen is altered or gone.
        """
        examiner = self._archiving.examiner(tools)
        projection = self._archiving.register.projection
        yield from examine_all(examiner, projection, executor, progress)

    def strays(self) -> Iterator[str]:
        """
        Yield the keys of packages in storage that no record names, in order.

        A deposit that failed between storing and registering leaves one; so does,
        for a moment, each that is under way. It is taken up when the same case is
        deposited again. Nothing removes it otherwise.

        Raises:
            JournalError: A segment is missing or altered.
            CatalogMismatchError: The last segment that the catalog has seen is
                altered or gone.
        """
        return stray_keys(self._archiving.register.projection)

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
        return Sealing(self._archiving, self.timestamper, self.authorities)
