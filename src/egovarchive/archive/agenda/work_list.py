"""Work list 工作清单: what is due and what waits, counted by kind, urgency and unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from html import escape
from typing import Final, TypedDict

from attrs import field, frozen

from egovarchive.errors import Language
from egovarchive.lifecycle.duty import Duty, Urgency
from egovarchive.lifecycle.state import State
from egovarchive.records.deadlines import DeadlineKind

_BRIEF: Final = 12  # hex digits of a digest that are shown


class WorkRow(TypedDict):
    """A line of a work list in plain texts and numbers."""

    what: str
    urgency: str | None
    since: str | None
    unit: str
    office: str | None
    count: int
    on_hold: int


@frozen(kw_only=True)
class WorkLine:
    """
    How many duties of one kind and urgency a unit has.

    Args:
        kind: What must be done.
        urgency: How near it is.
        unit: Fonds constituting unit 立档单位.
        office: Office or subject code 机构/问题代码, if archival codes have one.
        count: How many records, or seals.
        on_hold: How many of them are on hold.
    """

    kind: DeadlineKind
    urgency: Urgency
    unit: str
    office: str | None
    count: int
    on_hold: int = 0

    def message(self, lang: Language = "en") -> str:
        """Return it in words, in one line."""
        what, urgency = self.kind.label(lang), self.urgency.label(lang)
        office = "" if self.office is None else f" {self.office}"
        if lang == "zh":
            held = f"，其中冻结 {self.on_hold}" if self.on_hold else ""
            return f"{what}　{urgency}　{self.unit}{office}　{self.count}{held}"
        held = f", on hold {self.on_hold}" if self.on_hold else ""
        return f"{what}, {urgency}, {self.unit}{office}: {self.count}{held}"


@frozen(kw_only=True)
class Waiting:
    """
    Records that wait together for what others must do.

    Args:
        state: Where they stand.
        of: The batch, appraisal or destruction list that they are in.
        unit: Fonds constituting unit 立档单位.
        count: How many they are.
        since: The day since which they wait.
        days: How many days that is.
    """

    state: State
    of: str
    unit: str
    count: int
    since: date
    days: int

    def message(self, lang: Language = "en") -> str:
        """Return it in words, in one line."""
        if lang == "zh":
            return (
                f"{self.state.zh}　{self.of[:_BRIEF]}　{self.count} 件　"
                f"自 {self.since} 起 {self.days} 天"
            )
        return (
            f"{self.state.label('en')} {self.of[:_BRIEF]}: waiting since {self.since}, "
            f"{self.days} days; records: {self.count}"
        )


@frozen(kw_only=True)
class WorkList:
    """
    What an archive has to do, as seen on one day.

    Args:
        on: The day.
        until: Up to which day it looks ahead.
        lines: What is due, by kind, urgency and office.
        waiting: What waits for a receipt, a list, an approval, or its end.
        first: The first that are due, by day; the others are told by `Archive.due`.
        holds: The numbers of the holds in force.
        seals: Whether it was looked for seals to complete and to renew. If not, the
            archive was opened without authorities to trust: nobody can say then.
    """

    on: date
    until: date
    lines: tuple[WorkLine, ...]
    waiting: tuple[Waiting, ...] = ()
    first: tuple[Duty, ...] = field(default=(), repr=False)
    holds: tuple[str, ...] = ()
    seals: bool

    def rows(self) -> Iterator[WorkRow]:
        """Yield its lines in plain texts and numbers: what is due, then what waits."""
        for line in self.lines:
            yield {
                "what": line.kind.value,
                "urgency": line.urgency.value,
                "since": None,
                "unit": line.unit,
                "office": line.office,
                "count": line.count,
                "on_hold": line.on_hold,
            }
        for each in self.waiting:
            yield {
                "what": each.state.value,
                "urgency": None,
                "since": each.since.isoformat(),
                "unit": each.unit,
                "office": None,
                "count": each.count,
                "on_hold": 0,
            }

    def message(self, lang: Language = "en") -> str:
        """Return all of it in words, one line for each line of it."""
        return "\n".join(self._told(lang))

    def __str__(self) -> str:
        return self.message()

    def _told(self, lang: Language) -> Iterator[str]:
        zh = lang == "zh"
        yield self._heading(lang)
        yield from (line.message(lang) for line in self.lines)
        yield from (each.message(lang) for each in self.waiting)
        if not self.lines and not self.waiting:
            yield "没有到期或待办事项。" if zh else "Nothing is due, and nothing waits."
        if self.holds:
            numbers = "、".join(self.holds) if zh else ", ".join(self.holds)
            yield f"现行冻结：{numbers}" if zh else f"Holds in force: {numbers}"
        if not self.seals:
            yield self._unseen(lang)

    def _heading(self, lang: Language) -> str:
        if lang == "zh":
            return f"{self.on} 工作清单，截至 {self.until}"
        return f"Work list of {self.on}, looking ahead to {self.until}"

    def _unseen(self, lang: Language) -> str:
        if lang == "zh":
            return "证据续期：未检测，该档案库未配置受信任的时间戳服务机构"
        return (
            "Renewal of evidence: not performed, the archive was opened without "
            "authorities to trust"
        )

    def _repr_html_(self) -> str:
        lines = (
            (
                _both(line.kind),
                _both(line.urgency),
                line.unit,
                line.office or "",
                str(line.count),
                str(line.on_hold or ""),
            )
            for line in self.lines
        )
        waiting = (
            (_both(e.state), e.of[:_BRIEF], e.since.isoformat(), str(e.count))
            for e in self.waiting
        )
        first = (
            (
                "" if duty.on is None else duty.on.isoformat(),
                _both(duty.kind),
                duty.subject("zh"),
                "、".join(duty.holds),
            )
            for duty in self.first
        )
        unseen = [] if self.seals else [self._unseen("zh"), self._unseen("en")]
        told = [self._heading("zh"), self._heading("en"), *unseen]
        return (
            "".join(f"<p>{escape(text)}</p>" for text in told)
            + _table(
                (
                    "期限 deadline",
                    "缓急 urgency",
                    "立档单位 unit",
                    "机构 office",
                    "数量 count",
                    "冻结 on hold",
                ),
                lines,
            )
            + _table(
                ("状态 state", "批次或清册 of", "起始 since", "件数 records"), waiting
            )
            + _table(
                ("到期日 due on", "期限 deadline", "档号 record", "冻结 on hold"), first
            )
        )


def _both(term: DeadlineKind | Urgency | State) -> str:
    return f"{term.zh} {term.label('en')}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table, or nothing without rows."""

    def line(cells: Iterable[str], tag: str) -> str:
        return f"<tr>{''.join(f'<{tag}>{escape(c)}</{tag}>' for c in cells)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table>{line(head, 'th')}{body}</table>" if body else ""
