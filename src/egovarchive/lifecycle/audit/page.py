"""Page: an audit as tables of HTML, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from egovarchive.lifecycle.audit.problem import Problem
from egovarchive.lifecycle.audit.tally import Group, Tally
from egovarchive.lifecycle.state import State

if TYPE_CHECKING:
    from egovarchive.lifecycle.audit.audit import Audit

_MOST: Final = 20  # rows of a table


def tables(audit: Audit) -> str:
    """Return *audit* as HTML: its problems, and the groups that have most of them."""
    parts = [_summary(audit)]
    parts += (_group(audit, group) for group in Group if audit.records)
    return f"<div>{''.join(parts)}</div>"


def _summary(audit: Audit) -> str:
    found = audit.problems
    rows = [
        (
            _term(problem),
            f"{found[problem]:,}" if problem in found else "未检查 not asked for",
        )
        for problem in Problem
    ]
    caption = f"截至 {audit.question.on}，共 {audit.records:,} 件"
    english = f"{audit.records:,} records on {audit.question.on}"
    return _table(caption, english, ("问题 problem", "件数 count"), rows)


def _group(audit: Audit, group: Group) -> str:
    found = audit.by(group)
    problems = [each for each in Problem if any(each in t.problems for t in found)]
    most = sorted(found, key=lambda tally: -sum(tally.problems.values()))[:_MOST]
    rows = [
        (
            _name(tally, group),
            f"{tally.records:,}",
            *(f"{tally.problems.get(each, 0):,}" for each in problems),
        )
        for tally in found
        if tally in most
    ]
    if more := len(found) - len(rows):
        rows.append((f"另有 {more:,} 组 {more:,} more",))
    head = (_term(group), "件数 records", *map(_term, problems))
    return _table(f"按{group.zh}", f"by {group.label('en')}", head, rows)


def _name(tally: Tally, group: Group) -> str:
    if group is Group.STATE:
        return _term(State(tally.name))
    return _shown(tally.name) or "—"


def _term(term: Problem | Group | State) -> str:
    return f"{term.zh} {term.label('en')}"


def _table(
    caption: str, english: str, head: Iterable[str], rows: Iterable[Sequence[str]]
) -> str:
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows
    )
    return (
        f"<table><caption>{caption} <small>{english}</small></caption>"
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )


def _shown(text: str) -> str:
    """Return *text* with what HTML means by it escaped, and what hides by number."""
    return escape("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text))
