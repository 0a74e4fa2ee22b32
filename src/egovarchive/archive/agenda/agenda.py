"""Agenda 工作安排: what an archive has to do by when, and what stops or puts it off."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.agenda.duties import Duties, ahead
from egovarchive.archive.agenda.extension import Extension
from egovarchive.archive.agenda.holds import Holds
from egovarchive.archive.agenda.survey import PATIENCE, Survey
from egovarchive.archive.agenda.work_list import WorkList
from egovarchive.archive.archiving import Archiving
from egovarchive.archive.codes import code_of
from egovarchive.archive.holdings import Holdings
from egovarchive.archive.sealing.sealing import Sealing
from egovarchive.lifecycle.duty import SOON_DAYS, Duty
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind


@frozen(kw_only=True)
class Agenda(Holdings):
    """What an `Archive` has to do, for who asks for it, and holds over its records."""

    _archiving: Archiving = field(init=False, repr=False, eq=False)

    @_archiving.default
    def _make_archiving(self) -> Archiving:
        return Archiving.with_(self)

    @property
    def holds(self) -> Holds:
        """Holds 冻结 over records: placing and releasing them, and what they cover."""
        return Holds(Acting(self._archiving))

    def due(
        self,
        on: date,
        *,
        kinds: Collection[DeadlineKind] | None = None,
        within: int = 0,
        limit: int | None = None,
        after: Duty | None = None,
    ) -> Iterator[Duty]:
        """
        Yield what must be done *on* that day, should have been done, or soon must be.

        It comes by day, then by kind. What was transferred, extended, kept longer or
        destroyed counts as it stands now; what is proposed for destruction or listed
        is no longer to be appraised, see `work_list` for what waits.

        Args:
            on: The day.
            kinds: What to look for; None: whatever can be told. Evidence can only be
                judged with ``authorities``.
            within: Days to look ahead.
            limit: Yield at most so many.
            after: Begin behind this one: the last of the page before.

        Raises:
            InvalidValueError: Nothing that is archived has duties of a kind, or a
                number is negative.
            EvidenceError: Evidence was asked for by *kinds*, and nobody can judge it.
        """
        return self._duties.due(
            on, kinds=kinds, within=within, limit=limit, after=after
        )

    def work_list(
        self, on: date, *, within: int = SOON_DAYS, patience: int = PATIENCE
    ) -> WorkList:
        """
        Return what is due and what waits 工作清单, counted by kind, urgency and office.

        All that is due is read once.

        Args:
            on: The day.
            within: Days to look ahead.
            patience: Days that the archives may take to answer an offer or a transfer
                before it is named as waiting.

        Raises:
            InvalidValueError: *within* is negative.
            EvidenceError: A seal is altered, or a time-stamp does not verify.
        """
        until = ahead(on, within)
        acting = Acting(self._archiving)
        return Survey(acting, self._duties, on, until, patience).work_list()

    @property
    def _duties(self) -> Duties:
        return Duties(Acting(self._archiving), Sealing(self._archiving))

    def extend(
        self,
        codes: ArchivalCode | str | Iterable[ArchivalCode | str],
        *,
        until: date,
        authority: str,
        approval: str,
        by: str,
    ) -> int:
        """
        Put off 延期 the transfer of *codes*, with consent; return how many it moved.

        Asked once more, it goes on where it was interrupted. All are looked at before
        the first is put off.

        Args:
            codes: The record, or the records.
            until: The new last day, after the present one, and not yet passed.
            authority: Who consented.
            approval: Number of the consent.
            by: The official who records it.

        Raises:
            InvalidValueError: *until* is no such day, or a value breaks its form.
            StateError: A record need not be transferred, or was sent already.
            EntryNotFoundError: There is no such record.
        """
        extension = Extension(
            until=until, authority=authority, approval=approval, by=by
        )
        some = (codes,) if isinstance(codes, (str, ArchivalCode)) else codes
        return extension.grant(Acting(self._archiving), map(code_of, some))
