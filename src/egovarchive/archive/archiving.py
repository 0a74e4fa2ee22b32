"""Archiving 归档: a case is formed into a package, sealed, checked and registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

from attrs import field, fields, frozen

from egovarchive import checks, packages
from egovarchive.archive.candidate import Candidate
from egovarchive.archive.copied import copied
from egovarchive.archive.document_signatures import DocumentSignatures
from egovarchive.archive.equipment import Equipment
from egovarchive.archive.examine import Examiner
from egovarchive.archive.former import SIGNED, is_clean
from egovarchive.archive.lent import LentFile
from egovarchive.archive.projection import Projection
from egovarchive.archive.register import Register
from egovarchive.archive.shelf import Shelf
from egovarchive.errors import EgovArchiveError, InvalidValueError, SigningError
from egovarchive.formats.toolbox import Toolbox
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.case import Case
from egovarchive.records.filing import Filing
from egovarchive.records.moment import date_in_china
from egovarchive.storage import Staging


@frozen(kw_only=True)
class Archiving(Equipment):
    """
    The way of a case into an archive.

    `Archive.pack`, `accept` and `deposit` go it step by step, `deposit_many` in groups.
    """

    register: Register = field(init=False)
    _room: Callable[[], BinaryIO] | None = field(init=False, repr=False)

    @classmethod
    def with_(cls, equipment: Equipment) -> Archiving:
        """Return the one that works with *equipment*."""
        names = (each.name for each in fields(Equipment))
        return cls(**{name: getattr(equipment, name) for name in names})

    @_room.default
    def _of_storage(self) -> Callable[[], BinaryIO] | None:
        # Asked once: to ask costs more than it seems.
        return self.storage.stage if isinstance(self.storage, Staging) else None

    @register.default
    def _make_register(self) -> Register:
        return Register(
            Projection(
                self.storage, self.catalog, self.arrangement.fonds, self.profile
            ),
            Shelf(self.storage, self._check),
            self.clock,
        )

    def form(self, case: Case) -> Package:
        """Return the package of *case*, not yet sealed; see `Archive.pack`."""
        return packages.build(
            self.filing(case),
            self.profile,
            algorithms=self.digests,
            room=self._room,
            signatures=self._signatures(),
        )

    def filing(self, case: Case) -> Filing:
        """Return where *case*, which must be concluded, is filed."""
        self._check_concluded(case)
        return Filing.of(case, self.arrangement)

    def lend(self) -> LentFile:
        """Return a file for a package that is formed elsewhere."""
        return LentFile.of(self._room)

    def _signatures(self) -> DocumentSignatures | None:
        """Return who looks at the signatures in documents; None: nobody."""
        if self.tools is None:
            return None
        return DocumentSignatures(self.tools, self.policy.document_trust, self.clock())

    def sealed(self, formed: Sequence[Package]) -> list[Package]:
        """
        Return the packages *formed*, each with its signature.

        Raises:
            SigningError: Not all could be signed. They are closed.
        """
        try:
            signatures = self.sign([package.manifest for package in formed])
            return [
                package.sealed(signature)
                for package, signature in zip(formed, signatures, strict=True)
            ]
        except BaseException:
            for package in formed:
                package.close()
            raise

    def check(self, package: Package, *, operator: str = "") -> checks.Report:
        """Return what the archiving checks say of *package*; see `Archive.check`."""
        return self._check(package, self._taken, operator)

    def _check(
        self,
        package: Package,
        taken: Callable[[Package], ArchivalCode | None] | None = None,
        operator: str = "",
    ) -> checks.Report:
        subject = self._subject(package, taken)
        return checks.run(subject, checks.Stage.ARCHIVING, operator=operator)

    def _subject(
        self,
        package: Package,
        taken: Callable[[Package], ArchivalCode | None] | None = None,
    ) -> checks.Subject:
        case = package.filing().case
        return checks.Subject(
            package=package,
            at=self.clock(),
            verifier=self.verifier,
            series=self.arrangement.series_of(case),
            rule=self.arrangement.rule_for(case),
            taken=taken,
            tools=self.tools,
            policy=self.policy,
        )

    def _is_signed(self, package: Package) -> bool:
        """Say whether nothing is wrong with the signature of *package*."""
        subject = self._subject(package)
        report = checks.run(subject, checks.Stage.ARCHIVING, SIGNED)
        return is_clean(report, self.policy)

    def _taken(self, package: Package) -> ArchivalCode | None:
        """Return the code of another record with the case number of *package*."""
        number = package.filing().case.number
        known = self.catalog.entry_of_case(self.arrangement.fonds, number)
        return None if known is None or known.package == package.id else known.code

    def examiner(self, tools: Toolbox | None, operator: str = "") -> Examiner:
        """Return what makes the preservation checks, as of now, with *tools*."""
        return Examiner(
            self.storage,
            self.profile,
            self.verifier,
            self.policy,
            tools,
            self.clock(),
            operator,
        )

    def accept(self, package: Package, reviews: Iterable[checks.Review] = ()) -> Entry:
        """Check, store and register *package*, and close it; see `Archive.accept`."""
        own = package
        try:
            if any(member.measured is None for member in package.members):
                own = copied(package, self._room)
            return self.register.add(self._candidate(own, tuple(reviews)))
        finally:
            own.close()
            package.close()

    def accept_all(
        self, formed: Sequence[tuple[Package, bool]]
    ) -> list[Entry | EgovArchiveError]:
        """
        Seal the packages *formed*, accept them together, and close them.

        Returns an entry or an error for each.

        Args:
            formed: Each with whether it was found good already, but for its signature.
        """
        own = [package for package, _ in formed]
        try:
            outcomes: list[Candidate | EgovArchiveError] = []
            for package, (_, checked) in zip(self.sealed(own), formed, strict=True):
                try:
                    outcomes.append(self._candidate(package, checked=checked))
                except EgovArchiveError as error:  # noqa: PERF203 - each has its own
                    outcomes.append(error)
            candidates = [each for each in outcomes if isinstance(each, Candidate)]
            entries = iter(self.register.add_all(candidates))
            return [
                next(entries) if isinstance(each, Candidate) else each
                for each in outcomes
            ]
        except EgovArchiveError as error:
            return [error] * len(formed)
        finally:
            for package in own:
                package.close()

    def sign(self, manifests: Sequence[bytes]) -> list[bytes]:
        if self.signer is None:
            raise SigningError(
                "this archive was opened without a signer",
                "该档案库未配置签名者，不能封装",
            )
        from egovarchive.signing import cms  # noqa: PLC0415 - loads cryptography

        return cms.sign_messages(
            self.signer,
            manifests,
            at=self.clock(),
            # The archiving checks verify each signature before it is stored.
            check=self.verifier is None,
        )

    def _candidate(
        self,
        package: Package,
        reviews: tuple[checks.Review, ...] = (),
        *,
        checked: bool = False,
    ) -> Candidate:
        filing = package.filing()
        self._check_concluded(filing.case)
        # Whether its number is taken is decided when it is registered, by the journal.
        # What is refused is looked at again as a whole: its report has all findings.
        if not (checked and self._is_signed(package)):
            report = self._check(package).reviewed(reviews)
            report.raise_for_failures()
            if self.policy.wait:
                report.raise_for_missing()
        deadlines = self.arrangement.deadlines_of(filing.case)
        return Candidate(package, filing, deadlines, reviews)

    def _check_concluded(self, case: Case) -> None:
        today = date_in_china(self.clock())
        if case.concluded_on > today:
            raise InvalidValueError(
                f"{case.concluded_on} lies in the future: today is {today}",
                f"{case.concluded_on} 晚于今天 {today}",
                rule="a concluded case",
                place="concluded_on",
            )
