"""Destruction list 销毁清册 on paper: what is destroyed, who agreed, who watched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from attrs import field, frozen, validators

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.forms.form import (
    Cell,
    Form,
    Grid,
    Mark,
    Signature,
    heads,
    signatures,
)
from egovarchive.exchange.forms.listed import (
    Approval,
    Listed,
    cells,
    distinct,
    has_titles,
    labels,
    no_repeats,
    widths,
)
from egovarchive.exchange.forms.words import EMPTY, Words, day_words
from egovarchive.records.digest import Digest
from egovarchive.records.kind import Of, strings
from egovarchive.records.moment import a_date
from egovarchive.records.term import Term
from egovarchive.records.text import Text, check_text

WITNESSES: Final = 2  # 两人以上监销
_TITLE: Final = Words("电子档案销毁清册", "Destruction list of electronic records")


class ListKind(Term):
    """Why bytes are destroyed."""

    DESTROY = "destroy", "鉴定销毁"
    PURGE = "purge", "移交后清除本单位副本"


_KINDS: Final = {
    ListKind.DESTROY: "destruction after appraisal",
    ListKind.PURGE: "purge of the own copy after transfer",
}


@frozen
class DestructionRow:
    """
    One line of the list.

    Args:
        record: Which record.
        opinion: 鉴定意见.
        note: 备注.
    """

    record: Listed = field(validator=Of(Listed))
    opinion: str = field(validator=Text(500), kw_only=True)
    note: str | None = field(
        default=None, validator=Text(500, optional=True), kw_only=True
    )


def _rows(value: Iterable[DestructionRow]) -> tuple[DestructionRow, ...]:
    return tuple(value)


def _approvals(value: Iterable[Approval]) -> tuple[Approval, ...]:
    return tuple(value)


@frozen(kw_only=True)
class DestructionListForm:
    """
    Destruction list 销毁清册, before, during or after destruction.

    It shows what was decided, and decides nothing. What it refuses is paper that says
    "destroyed" without approval, without two witnesses or without the method.

    Args:
        unit: 单位.
        number: Number of the list.
        digest: Digest of the list as data, to tell which list was signed.
        kind: Why.
        proposed_on: When it was drawn up.
        rows: The records, at least one.
        approvals: Who agreed, each person once.
        witnesses: 监销人: none yet, or at least two.
        method: 销毁方式.
        destroyed_on: When all of it was 已销毁; None before.
    """

    unit: str = field(validator=Text(200))
    number: str = field(validator=Text(100))
    digest: Digest | None = field(default=None, validator=Of(Digest, optional=True))
    kind: ListKind = field(validator=Of(ListKind))
    proposed_on: date = field(validator=validators.and_(Of(date), a_date))
    rows: tuple[DestructionRow, ...] = field(
        converter=_rows,
        validator=validators.deep_iterable(Of(DestructionRow)),
        repr=False,
    )
    approvals: tuple[Approval, ...] = field(
        default=(),
        converter=_approvals,
        validator=validators.deep_iterable(Of(Approval)),
    )
    witnesses: tuple[str, ...] = field(default=(), converter=strings)
    method: str | None = field(default=None, validator=Text(500, optional=True))
    destroyed_on: date | None = field(default=None, validator=a_date)

    @rows.validator
    def _check_rows(self, _: Any, value: tuple[DestructionRow, ...]) -> None:
        if not value:
            raise _refused("it lists no record", "清册中没有档案", "rows")
        no_repeats([row.record for row in value])

    @approvals.validator
    def _check_approvals(self, _: Any, value: tuple[Approval, ...]) -> None:
        distinct((each.name for each in value), "approvals")

    @witnesses.validator
    def _check_witnesses(self, _: Any, value: tuple[str, ...]) -> None:
        for name in value:
            check_text(name, limit=100)
        distinct(value, "witnesses")
        if len(value) == 1:
            raise _refused(
                "one witness; at least two are wanted",
                "监销人只有一人，须两人以上",
                "witnesses",
            )

    @destroyed_on.validator
    def _check_destroyed(self, _: Any, value: date | None) -> None:
        if value is None:
            return
        for name, zh in (
            ("approvals", "批准"),
            ("witnesses", "监销人"),
            ("method", "销毁方式"),
        ):
            if not getattr(self, name):
                raise _refused(
                    f"it says destroyed, and names no {name}",
                    f"记为已销毁，却没有{zh}",
                    name,
                )
        if value < max(self.proposed_on, *(each.on for each in self.approvals)):
            raise _refused(
                f"destroyed on {value}, before it was proposed or approved",
                f"销毁日期 {value} 早于提出或批准日期",
                "destroyed_on",
            )

    def form(self) -> Form:
        """Return it as it is printed; the heads stand on each page."""
        return Form(
            _TITLE,
            [self._facts(), self._list(), self._agreed(), self._done()],
            landscape=True,
        )

    def _facts(self) -> Grid:
        def row(*values: tuple[Words, Words]) -> tuple[Cell, ...]:
            pairs = ((Cell(label, head=True), Cell(value)) for label, value in values)
            return tuple(cell for pair in pairs for cell in pair)

        rows = [
            row(
                (Words("单位", "unit"), Words.same(self.unit)),
                (Words("清册编号", "number of the list"), Words.same(self.number)),
            ),
            row(
                (Words("类别", "kind"), Words(self.kind.zh, _KINDS[self.kind])),
                (Words("编制日期", "drawn up on"), day_words(self.proposed_on)),
            ),
        ]
        total = len(self.rows)
        count = Cell(Words(f"{total} 件", f"{total} item{'s' * (total != 1)}"))
        head = Cell(Words("数量", "number of records"), head=True)
        digest = Words.same(self.digest or "")
        rows.append((head, count, *heads(Words("清册摘要", "digest")), Cell(digest)))
        return Grid((3, 9, 3, 11), rows)

    def _list(self) -> Grid:
        titles = has_titles(row.record for row in self.rows)
        head = heads(
            *labels(titles=titles),
            Words("鉴定意见", "opinion"),
            Words("备注", "notes"),
        )
        lines = (
            (
                *cells(number, row.record, titles=titles),
                Cell(Words.same(row.opinion)),
                Cell(Words.same(row.note or "")),
            )
            for number, row in enumerate(self.rows, start=1)
        )
        return Grid((*widths(titles=titles), 8, 5), [head, *lines], repeated=1)

    def _agreed(self) -> Grid:
        places = [each.signature() for each in self.approvals]
        return signatures(
            places or [Signature(Words("批准人", "approved by"))],
            across=min(3, len(places) or 1),
            caption=Words("批准", "Approval"),
        )

    def _done(self) -> Grid:
        done = EMPTY
        if self.destroyed_on is not None:
            day = day_words(self.destroyed_on)
            done = Words(f"已销毁，{day.zh}", f"destroyed, {day.en}")
        names = self.witnesses or ("",) * WITNESSES
        label = Words("监销人", "witness")
        places = [Cell(Signature(label, name=name)) for name in names]
        rows: list[tuple[Cell, ...]] = [
            (
                Cell(Words("销毁方式", "method"), head=True),
                Cell(Words.same(self.method or "")),
                Cell(Words("销毁日期", "destroyed on"), head=True),
                Cell(done),
            )
        ]
        places.append(
            Cell(Signature(Words("单位", "unit"), name=self.unit, mark=Mark.SEAL))
        )
        for i in range(0, len(places), 2):
            pair = places[i : i + 2]
            wide = 4 // len(pair)
            rows.append(tuple(Cell(each.content, columns=wide) for each in pair))
        return Grid((3, 10, 3, 10), rows, caption=Words("销毁", "Destruction"))


def _refused(en: str, zh: str, place: str) -> InvalidValueError:
    return InvalidValueError(en, zh, rule="销毁清册", place=place)
