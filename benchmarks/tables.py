"""Tables: what was measured, to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.turn import Turn
from benchmarks.workload import Outcome, Row, Scale, Workload, figure


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return *rows* under *header*, the first column left, the others right."""
    widths = [max(len(row[at]) for row in (header, *rows)) for at in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (header, *rows)
    )


def show(workload: Workload, scale: Scale, outcomes: Mapping[str, Outcome]) -> str:
    """Return the table of *workload*, and what became of its targets."""
    unit = workload.unit
    header = (
        "",
        f"{unit}s/s" if unit == "case" else "MB/s",
        "best",
        f"CPU ms/{unit}",
        "CPU/limit",
        "time/limit",
        "peak MB",
        "reads",
    )
    lines = [_line(workload, scale, row, outcomes) for row in workload.rows]
    absent = [
        f"  {name}: {why}" for name, why in outcomes.items() if isinstance(why, str)
    ]
    targets = [target.line(outcomes) for target in workload.targets]
    return "\n".join(
        [
            f"## {workload.title}",
            _extent(scale),
            "",
            table(header, lines),
            *absent,
            "",
            "Targets",
            *targets,
            "",
        ]
    )


def _extent(scale: Scale) -> str:
    return (
        f"{scale.rounds} rounds of {scale.cases} x {scale.files} files "
        f"of {scale.size / 1e6:g} MB"
    )


def _line(
    workload: Workload, scale: Scale, row: Row, outcomes: Mapping[str, Outcome]
) -> tuple[str, ...]:
    turns = outcomes[row.name]
    if isinstance(turns, str):
        return (row.name, *["-"] * 7)
    amount = workload.amount(scale)
    rates = [amount / turn.wall for turn in turns]
    return (
        row.name,
        f"{median(rates):,.0f}",
        f"{max(rates):,.0f}",
        f"{median(turn.cpu for turn in turns) * 1e3 / amount:.2f}",
        _ratio(figure(outcomes, row.name, "cpu", row.limit), row),
        _ratio(figure(outcomes, row.name, "wall", row.limit), row),
        f"{max(turn.peak for turn in turns) / 1e6:,.0f}",
        _reads(turns, scale),
    )


def _ratio(found: float | str, row: Row) -> str:
    return "" if row.limit is None or isinstance(found, str) else f"{found:.2f}"


def _reads(turns: Sequence[Turn], scale: Scale) -> str:
    """How often the bytes of the sources were read."""
    return f"{median(turn.read for turn in turns) / scale.bytes:.2f}"
