"""Audit 审计: what is due, overdue or missing, of any number of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from attrs import field, frozen

from egovarchive.errors import InvalidValueError, Language, ToolError
from egovarchive.lifecycle.audit import by_column, by_row
from egovarchive.lifecycle.audit.columns import Columns
from egovarchive.lifecycle.audit.extra import extra
from egovarchive.lifecycle.audit.problem import Problem, Question
from egovarchive.lifecycle.audit.problem_row import (
    Batch,
    ProblemRow,
    batches_of,
    rows_of,
)
from egovarchive.lifecycle.audit.tally import Counts, Gap, Group, Tally
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.term import Term

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_T = TypeVar("_T", bound=Term)


@frozen(repr=False)
class Audit:
    """
    What an audit found. It is only ever as good as the columns were.

    Args:
        question: What was asked.
        columns: Of which records.
        counts: What was counted.
    """

    question: Question
    columns: Columns = field(eq=list)
    counts: Counts

    @property
    def records(self) -> int:
        """How many records were audited, those that are destroyed among them."""
        return len(self.columns)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Item numbers that are missing, by series."""
        return self.counts.gaps

    @property
    def deadlines(self) -> Mapping[DeadlineKind, Mapping[int, int]]:
        """How many records have yet to meet a deadline of each kind, by its year."""
        return self.counts.years

    @property
    def problems(self) -> dict[Problem, int]:
        """
        How many records have each problem that was asked for.

        Of `Problem.NUMBER_GAP`: how many numbers are missing.
        """
        found = dict.fromkeys(self.question.asked, 0)
        for tally in self.by(Group.STATE):
            for problem, records in tally.problems.items():
                found[problem] += records
        found[Problem.NUMBER_GAP] = sum(gap.count for gap in self.gaps)
        return found

    def by(self, group: Group | str) -> tuple[Tally, ...]:
        """
        Return how many records, with which problems, each item, year… has.

        Raises:
            InvalidValueError: Records are not counted by *group*.
        """
        return self.counts.by[_member(Group, group)]

    def rows(self, *problems: Problem | str) -> Iterator[ProblemRow]:
        """
        Yield a row for each problem of each record, and for each gap.

        Args:
            problems: Which problems; none: all that were asked for.

        Raises:
            InvalidValueError: One of them is none.
        """
        return rows_of(self._batches(*problems))

    def _batches(self, *problems: Problem | str) -> Iterator[Batch]:
        wanted = [_member(Problem, each) for each in problems or self.question.asked]
        return batches_of(self.columns, self.counts, self.question, wanted)

    def message(self, lang: Language = "en") -> str:
        """Return what was found, in one line."""
        found = self.problems
        unasked = [each for each in Problem if each not in found]
        if lang == "zh":
            told = "，".join(f"{each.zh} {count}" for each, count in found.items())
            left = "、".join(each.zh for each in unasked)
            rest = f"；未检查：{left}" if left else ""
            return f"截至 {self.question.on}，共 {self.records} 件：{told}{rest}"
        told = ", ".join(f"{each.label(lang)} {count}" for each, count in found.items())
        left = ", ".join(each.label(lang) for each in unasked)
        rest = f"; not asked for: {left}" if left else ""
        return f"{self.records} records on {self.question.on}: {told}{rest}"

    def __repr__(self) -> str:
        return f"<Audit: {self.message()}>"

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """
        Return `rows` as an Arrow stream, for polars, duckdb, pandas and others.

        Raises:
            ToolError: nanoarrow is not installed.
        """
        from egovarchive.lifecycle.audit.arrow import stream  # noqa: PLC0415

        return stream(self._batches(), requested_schema)

    def _repr_html_(self) -> str:
        from egovarchive.lifecycle.audit.page import tables  # noqa: PLC0415

        return tables(self)

    def chart(self, lang: Language = "zh") -> Figure:
        """
        Return a chart of `deadlines`, in English where no font has the Chinese.

        Raises:
            ToolError: matplotlib is not installed.
        """
        from egovarchive.lifecycle.audit.chart import chart  # noqa: PLC0415

        return chart(self, lang)


def _member(kind: type[_T], word: _T | str) -> _T:
    """Return *word* of the list *kind*, by itself or by its value."""
    if isinstance(word, kind):
        return word
    for each in kind:
        if each.value == word:
            return each
    known = ", ".join(str(each.value) for each in kind)
    raise InvalidValueError(
        f"{quoted(str(word))} is none of {known}",
        f"{quoted(str(word))} 不在值域内：{known}",
        rule=f"values of {kind.__name__}",
    )


def audit(  # noqa: PLR0913 - a question has many sides
    columns: Columns,
    *,
    on: date,
    schedule: str | None,
    sealed_upto: date | None,
    online_days: int = 0,
    threads: int = 1,
) -> Audit:
    """
    Return what is due, overdue or missing in *columns*.

    With numpy it takes about a second for ten million records; without, the same is
    found record by record.

    Args:
        columns: The records.
        on: The day of the audit, in China.
        schedule: Version of the retention schedule that holds; None: whether records
            were filed under another is not asked.
        sealed_upto: Last day whose registrations a seal should cover; None: whether
            seals are missing is not asked.
        online_days: Days that archiving may take after the day of conclusion.
        threads: How many share the work; it pays where cores are idle.

    Raises:
        InvalidValueError: What is asked has another form.
    """
    question = Question(
        on=on, schedule=schedule, sealed_upto=sealed_upto, online_days=online_days
    )
    try:
        extra("numpy", "notebook")
    except ToolError:
        return Audit(question, columns, by_row.count(columns, question))
    return Audit(question, columns, by_column.count(columns, question, threads=threads))


def audit_rows(
    rows: Iterable[Sequence[object]],
    *,
    on: date,
    schedule: str | None,
    sealed_upto: date | None,
    online_days: int = 0,
) -> Audit:
    """
    Return the same as `audit` for *rows*, in plain Python: the reference.

    Args:
        rows: Tuples in the order of `Row`.
        on: As for `audit`, as the others.
        schedule: Version that holds.
        sealed_upto: Last day that should be sealed.
        online_days: Days that archiving may take.

    Raises:
        InvalidValueError: A row, or what is asked, has another form.
    """
    question = Question(
        on=on, schedule=schedule, sealed_upto=sealed_upto, online_days=online_days
    )
    columns = Columns.of_rows(rows)
    return Audit(question, columns, by_row.count(columns, question))
