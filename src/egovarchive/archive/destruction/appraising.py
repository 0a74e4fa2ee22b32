"""Appraising 鉴定: records whose retention has ended are kept longer, or given up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.codes import code_of
from egovarchive.errors import (
    InvalidValueError,
    LegalHoldError,
    RetentionNotExpiredError,
    StateError,
    StorageError,
)
from egovarchive.lifecycle.appraisal import Appraisal, Opinion, event_of
from egovarchive.lifecycle.appraisal_list import AppraisalList, ExpiredRecord
from egovarchive.lifecycle.dialogue.forms import MAX_RECORDS, check_sha256
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.guards import Circumstances, check_allowed
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind

# What an appraisal may look at: what it proposed before may be kept after all.
_APPRAISED = (State.HELD, State.PROPOSED)
_DAY = timedelta(days=1)


@frozen
class Appraising:
    """
    Appraises records whose retention has ended; see `Archive.appraisal`.

    Args:
        acting: Does things to records.
    """

    _acting: Acting = field(repr=False)

    def due(
        self,
        on: date | None = None,
        *,
        codes: Iterable[ArchivalCode | str] | None = None,
        limit: int | None = None,
    ) -> AppraisalList:
        """
        Return the list of records to appraise 鉴定清单, with the holds that cover them.

        Nothing is recorded. A record is on it from the day after its last day on.

        Args:
            on: The day; None: today.
            codes: These records, which may have been proposed for destruction before;
                None: all that are held and whose retention has ended.
            limit: So many records at most; None: as many as a list may have.

        Raises:
            RetentionNotExpiredError: The retention of one of *codes* has not ended.
            StateError: One of *codes* is neither held nor proposed for destruction.
            EntryNotFoundError: There is no such record.
        """
        acting = self._acting
        acting.archiving.register.refresh()
        day = acting.today() if on is None else on
        around = Circumstances(on=day, holds=tuple(acting.holds().values()))
        entries = self._expired(day) if codes is None else self._chosen(codes, around)
        most = MAX_RECORDS if limit is None else min(limit, MAX_RECORDS)
        return AppraisalList(
            fonds=acting.fonds,
            on=day,
            records=[self._record(each, around) for each in islice(entries, most)],
        )

    def approve(
        self,
        appraised: AppraisalList,
        opinions: Iterable[Opinion],
        *,
        by: str,
        role: str,
        opinion: str,
    ) -> Appraisal:
        """
        Record what becomes of each record of a list; return the appraisal.

        What is kept has its new period, counted from where the old one was, and is
        marked with it in the journal. What is not is proposed for destruction: nothing
        is destroyed by this. The appraisal is kept under ``appraisals/``. The same one
        approved again changes nothing; one that was interrupted is gone on with.

        Args:
            appraised: What `due` returned.
            opinions: One for each record; one on hold may be left without.
            by: The leader in charge 分管领导, who gave none of the opinions.
            role: As what they approve.
            opinion: What they say; kept for ever, and must not name an applicant.

        Raises:
            InvalidValueError: A record has no opinion or two; or a new period would
                have ended already.
            ApprovalMissingError: Who approves gave an opinion.
            LegalHoldError: A record that is to be destroyed is on hold.
            NotTransferredError: It must be transferred first.
            RetentionNotExpiredError, StateError: A record is not to be appraised now.
        """
        acting = self._acting
        appraisal = Appraisal(
            list=appraised,
            opinions=opinions,
            approved_by=by,
            role=role,
            opinion=opinion,
        )
        if appraised.fonds != acting.fonds:
            raise InvalidValueError(
                f"a list of the fonds {appraised.fonds}, not of {acting.fonds}",
                f"清单属于全宗 {appraised.fonds}，而不是 {acting.fonds}",
                rule="one archive, one fonds",
                place="appraised",
            )
        opinion_of = {each.code: each for each in appraisal.opinions}
        acting.archiving.register.refresh()
        # Whatever can be known before is told before anything is recorded.
        self._events(appraisal, opinion_of.values())
        acting.keep(self._key(appraisal.id), appraisal.encode())

        def choose(part: Sequence[ArchivalCode]) -> Sequence[Event]:
            events = self._events(appraisal, [opinion_of[code] for code in part])
            if events and not self._told(appraisal.id):
                events.insert(0, appraisal.event(acting.now()))
            return events

        acting.decide_in_parts(list(opinion_of), choose)
        return appraisal

    def load(self, appraisal_id: str) -> Appraisal:
        """
        Return the appraisal that `approve` kept.

        Raises:
            NotStoredError: There is none.
            StorageError: It was altered.
        """
        data = self._acting.kept(self._key(check_sha256(appraisal_id)))
        try:
            appraisal = Appraisal.decode(data)
        except InvalidValueError as error:
            raise _altered(appraisal_id) from error
        if appraisal.id != appraisal_id:
            raise _altered(appraisal_id)
        return appraisal

    def _key(self, appraisal_id: str) -> str:
        return f"appraisals/{self._acting.fonds}/{appraisal_id}.json"

    def _told(self, appraisal_id: str) -> bool:
        events = self._acting.archiving.catalog.events_of_fonds(self._acting.fonds)
        return any(
            event.kind is EventKind.APPRAISED
            and event.details["appraisal"] == appraisal_id
            for event in events
        )

    def _events(self, appraisal: Appraisal, opinions: Iterable[Opinion]) -> list[Event]:
        """Return the events of *opinions* that have not happened yet, all allowed."""
        acting = self._acting
        around, at, number = acting.circumstances(), acting.now(), appraisal.id
        packages = {each.code: each.package for each in appraisal.list.records}
        events = []
        for opinion in opinions:
            entry, standing = acting.entry(opinion.code), acting.standing(opinion.code)
            if standing.appraisal == number:
                continue
            if entry.package != packages[opinion.code]:
                raise InvalidValueError(
                    f"{entry.code} is another record than the one that was listed",
                    f"{entry.code} 不是清单所列的那件档案",
                    rule="a list of this archive",
                    place="appraised",
                )
            event = event_of(
                opinion,
                entry,
                standing,
                appraisal=number,
                at=at,
                by=appraisal.approved_by,
            )
            check_allowed(event.kind, entry, standing, around)
            events.append(event)
        return events

    def _expired(self, day: date) -> Iterator[Entry]:
        acting = self._acting
        found = acting.archiving.catalog.due(DeadlineKind.RETENTION_END, day - _DAY)
        for entry in found:
            held = acting.standing(entry.code).state is State.HELD
            if entry.fonds == acting.fonds and held:
                yield entry

    def _chosen(
        self, codes: Iterable[ArchivalCode | str], around: Circumstances
    ) -> Iterator[Entry]:
        for code in codes:
            entry = self._acting.entry(code_of(code))
            standing = self._acting.standing(entry.code)
            if standing.state not in _APPRAISED:
                raise StateError(
                    f"{code} is {standing.state.label('en')}: it is not appraised",
                    f"{code} 处于“{standing.state.zh}”状态，不能鉴定",
                )
            check_allowed(EventKind.RETAINED, entry, standing, around)
            yield entry

    def _record(self, entry: Entry, around: Circumstances) -> ExpiredRecord:
        standing = self._acting.standing(entry.code)
        if standing.retention_ends_on is None:
            raise RetentionNotExpiredError(
                f"{entry.code} is kept {standing.period}: that has no end",
                f"{entry.code} 的保管期限为{standing.period.title}，没有期满之日",
            )
        return ExpiredRecord(
            code=entry.code,
            package=entry.package,
            period=standing.period,
            ends_on=standing.retention_ends_on,
            state=standing.state,
            holds=tuple(hold.number for hold in around.holds_of(entry)),
        )


def refuse_held(entries: Iterable[Entry], around: Circumstances) -> None:
    """Raise `LegalHoldError`, naming them, if any of *entries* are on hold."""
    held = {entry.code: around.holds_of(entry) for entry in entries}
    codes = [str(code) for code, holds in held.items() if holds]
    if codes:
        numbers = sorted({hold.number for holds in held.values() for hold in holds})
        raise held_error(codes, numbers)


def held_error(codes: Sequence[str], numbers: Sequence[str]) -> LegalHoldError:
    """Return the error of the records *codes*, which the holds *numbers* cover."""
    shown = "、".join(codes[:_SHOWN]) + ("…" if len(codes) > _SHOWN else "")
    told = "、".join(numbers[:_SHOWN])
    return LegalHoldError(
        f"{len(codes)} on hold ({told}): {shown}",
        f"{len(codes)} 件已被冻结（{told}）：{shown}",
    )


_SHOWN = 10


def _altered(appraisal_id: str) -> StorageError:
    return StorageError(
        f"what is kept as appraisal {appraisal_id} was altered",
        f"鉴定 {appraisal_id} 的存储内容已被改动",
    )
