"""
Make the diagram and the table of docs/explanation/life-cycle.md from `TRANSITIONS`.

Run it from the top folder: ``python tools/make_life_cycle.py``. What is written by
hand around them stays.
"""

from __future__ import annotations

from pathlib import Path

from egovarchive.lifecycle.state import TRANSITIONS, State
from egovarchive.records.term import Term

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "life-cycle.md"
BEGIN = "<!-- made by tools/make_life_cycle.py from TRANSITIONS -->"
END = "<!-- end of what is made -->"
BACK = "where it stood before"


def made() -> str:
    """Return the diagram and the table, between their marks."""
    return f"{BEGIN}\n\n{_diagram()}\n\n{_table()}\n\n{END}"


def page(old: str) -> str:
    """Return the page *old* with the diagram and the table made anew."""
    before, _, rest = old.partition(BEGIN)
    return before + made() + rest.partition(END)[2]


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> held: registered 登记"]
    for (state, kind), transition in TRANSITIONS.items():
        label = f"{kind.label('en')} {kind.zh}"
        # Struck off, a record goes back: to where, the table says.
        targets = [transition.to] if transition.to else [State.PROPOSED]
        lines += [f"    {state.value} --> {to.value}: {label}" for to in targets]
        if transition.to is None:
            lines.append(f"    {state.value} --> {State.TRANSFERRED.value}: {label}")
    return "\n".join((*lines, "    destroyed --> [*]", "```"))


def _table() -> str:
    lines = ["| From | What happens | To | If |", "|---|---|---|---|"]
    for (state, kind), transition in TRANSITIONS.items():
        to = BACK if transition.to is None else _both(transition.to)
        guards = ", ".join(f"`{guard.value}`" for guard in transition.guards)
        lines.append(f"| {_both(state)} | {_both(kind)} | {to} | {guards or '–'} |")
    return "\n".join(lines)


def _both(term: Term) -> str:
    return f"{term.label('en')} {term.zh}"


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
