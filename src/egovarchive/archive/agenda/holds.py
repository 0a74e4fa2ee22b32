"""Holds 冻结: placed and released, and what they cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.codes import code_of
from egovarchive.errors import EntryNotFoundError, InvalidValueError, Language
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.hold import Hold, Scope, holds_in
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode

NAMED: Final = 1_000  # records that came too late, at most, that are named by code
_RULE: Final = "numbers of holds"


@frozen(kw_only=True)
class Release:
    """
    How a hold ended.

    Args:
        reason: Why.
        authority: Who asked for it.
        released_by: The official who released it.
        released_at: When.
    """

    reason: str
    authority: str
    released_by: str
    released_at: datetime


@frozen(kw_only=True)
class HoldStory:
    """
    A hold, and how it ended.

    Args:
        hold: The hold.
        release: How it ended; None: it is in force.
    """

    hold: Hold
    release: Release | None = None


@frozen(kw_only=True)
class Placed:
    """
    A hold that was just placed, and what it found.

    Args:
        hold: The hold. It is in force.
        records: How many records that are still whole it covers now.
        destroying: How many more are being destroyed: their bytes may be gone.
        destroyed: How many more were destroyed before.
        too_late: The codes of those being destroyed or destroyed; of very many, the
            first.
    """

    hold: Hold
    records: int
    destroying: int = 0
    destroyed: int = 0
    too_late: tuple[ArchivalCode, ...] = field(default=(), repr=False)

    def message(self, lang: Language = "en") -> str:
        """Return what it covers, and for what it came too late."""
        number = self.hold.number
        late = self.destroying + self.destroyed
        codes = [str(code) for code in self.too_late]
        more = late > len(codes)
        if lang == "zh":
            text = f"冻结 {number} 已生效，现涉及 {self.records} 件"
            if not late:
                return f"{text}。"
            named = "、".join(codes) + ("等" if more else "")
            return (
                f"{text}；另有 {self.destroying} 件正在销毁、{self.destroyed} 件"
                f"此前已销毁，冻结为时已晚：{named}。"
            )
        text = f"hold {number} is in force; records it covers now: {self.records}"
        if not late:
            return f"{text}."
        named = ", ".join(codes) + (", …" if more else "")
        return (
            f"{text}. It came too late for {late} more ({self.destroying} being "
            f"destroyed, {self.destroyed} destroyed before): {named}."
        )


@frozen
class Holds:
    """
    The holds over an archive; see `Archive.holds`.

    Args:
        acting: What does things to records.
    """

    _acting: Acting = field(repr=False)

    def place(
        self, *, number: str, reason: str, authority: str, scope: Scope, by: str
    ) -> Placed:
        """
        Place the hold *number* over *scope*; return it with what it found.

        It is in force before its records are counted: nothing that it covers can be
        destroyed from then on, by any path.

        Args:
            number: What it is known by; never used before.
            reason: Why. It must not name an applicant.
            authority: Who asked for it.
            scope: What it covers. All codes that it names must be there.
            by: The official who places it.

        Raises:
            InvalidValueError: A hold has had that number, or a value breaks its form.
            EntryNotFoundError: A code that it names is of no record here. Nothing is
                placed.
        """
        hold = Hold(
            number=number,
            reason=reason,
            authority=authority,
            scope=scope,
            placed_by=by,
            placed_at=self._acting.now(),
        )

        def choose() -> tuple[Event, ...]:
            known = self._stories().get(number)
            if known is not None:
                raise _used(known)
            for code in scope.codes:
                if code.series.fonds != self._acting.fonds:
                    raise EntryNotFoundError.of(str(code))
                self._acting.entry(code)
            return (hold.event(),)

        self._acting.decide(choose)
        return self._found(hold)

    def release(self, number: str, *, reason: str, authority: str, by: str) -> Hold:
        """
        Release the hold *number*; return it.

        Args:
            number: What it is known by.
            reason: Why it ends. It must not name an applicant.
            authority: Who asked for that.
            by: The official who releases it.

        Raises:
            InvalidValueError: It is not in force, or a value breaks its form.
        """
        event = Event(
            kind=EventKind.HOLD_RELEASED,
            code=None,
            at=self._acting.now(),
            by=by,
            details={"hold": number, "reason": reason, "authority": authority},
        )
        found: list[Hold] = []

        def choose() -> tuple[Event, ...]:
            found[:] = [self._in_force(number)]
            return (event,)

        self._acting.decide(choose)
        return found[0]

    def in_force(self) -> tuple[Hold, ...]:
        """Return the holds in force, oldest first."""
        return tuple(self._acting.holds().values())

    def history(self) -> tuple[HoldStory, ...]:
        """Return all holds that were ever placed, oldest first, and how they ended."""
        return tuple(self._stories().values())

    def of(self, code: ArchivalCode | str) -> tuple[Hold, ...]:
        """
        Return the holds in force over the record *code*.

        Raises:
            EntryNotFoundError: There is no such record.
        """
        return self._acting.circumstances().holds_of(self._acting.entry(code_of(code)))

    def records(self, number: str) -> Iterator[Entry]:
        """
        Yield the entries that the hold *number* covers, or did: by series and number.

        Raises:
            InvalidValueError: No hold ever had that number.
        """
        known = self._stories().get(number)
        if known is None:
            raise _unknown(number)
        return self._covered(known.hold.scope)

    def _covered(self, scope: Scope) -> Iterator[Entry]:
        if scope.codes:
            codes = sorted(scope.codes, key=lambda code: (str(code.series), code.item))
            return self._ours(scope, map(self._acting.entry, codes))
        return self._ours(scope, self._acting.archiving.catalog.entries())

    def _ours(self, scope: Scope, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield those of *entries* that *scope* covers; a catalog may have others'."""
        fonds = self._acting.fonds
        return (each for each in entries if each.fonds == fonds and scope.covers(each))

    def _found(self, hold: Hold) -> Placed:
        counts = dict.fromkeys((State.DESTROYING, State.DESTROYED), 0)
        codes: list[ArchivalCode] = []
        for entry, state in self._too_late(hold.scope, tuple(counts)):
            counts[state] += 1
            if len(codes) < NAMED:
                codes.append(entry.code)
        records = sum(1 for _ in self._covered(hold.scope))
        return Placed(
            hold=hold,
            records=records - sum(counts.values()),
            destroying=counts[State.DESTROYING],
            destroyed=counts[State.DESTROYED],
            too_late=tuple(codes),
        )

    def _too_late(
        self, scope: Scope, states: tuple[State, ...]
    ) -> Iterator[tuple[Entry, State]]:
        """Yield what *scope* covers that is in one of *states*, and in which."""
        acting = self._acting
        for state in states:
            # A record's own state is asked for where few are named, not for all.
            found: Iterator[Entry]
            if scope.codes:
                found = (
                    entry
                    for entry in self._covered(scope)
                    if acting.standing(entry.code).state is state
                )
            else:
                found = self._ours(scope, acting.archiving.catalog.entries(state=state))
            for entry in found:
                yield entry, state

    def _in_force(self, number: str) -> Hold:
        known = self._stories().get(number)
        if known is None:
            raise _unknown(number)
        if known.release is not None:
            at, by = known.release.released_at, known.release.released_by
            raise InvalidValueError(
                f"hold {number} is not in force: {by} released it at {at.isoformat()}",
                f"冻结 {number} 已失效：{by} 已于 {at.isoformat()} 解除",
                rule=_RULE,
                place="number",
            )
        return known.hold

    def _stories(self) -> Mapping[str, HoldStory]:
        """Return all holds ever placed, by number, oldest first."""
        catalog, fonds = self._acting.archiving.catalog, self._acting.fonds
        stories: dict[str, HoldStory] = {}
        for event in catalog.events_of_fonds(fonds):
            if event.kind is EventKind.HOLD_PLACED:
                [hold] = holds_in((event,)).values()
                stories[hold.number] = HoldStory(hold=hold)
            elif event.kind is EventKind.HOLD_RELEASED:
                number = event.details["hold"]
                # Only what is in force can have been released.
                stories[number] = HoldStory(
                    hold=stories[number].hold,
                    release=Release(
                        reason=event.details["reason"],
                        authority=event.details["authority"],
                        released_by=event.by,
                        released_at=event.at,
                    ),
                )
        return stories


def _used(story: HoldStory) -> InvalidValueError:
    hold = story.hold
    ended = story.release is not None
    at = hold.placed_at.isoformat()
    return InvalidValueError(
        f"{hold.number} is the number of a hold that {hold.placed_by} placed at {at}"
        + (", and that was released since" if ended else ""),
        f"编号 {hold.number} 已用于 {hold.placed_by} 于 {at} 设置的冻结"
        + ("（现已解除）" if ended else ""),
        rule=_RULE,
        place="number",
    )


def _unknown(number: str) -> InvalidValueError:
    return InvalidValueError(
        f"no hold has the number {number!r}",
        f"没有编号为 {number!r} 的冻结",
        rule=_RULE,
        place="number",
    )
