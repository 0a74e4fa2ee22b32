"""Write the reference pages that are made from the library's own tables."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from egovarchive import errors
from egovarchive.checks import CHECKS, Outcome, Stage
from egovarchive.profiles import Element, Group
from egovarchive.profiles.form import FormBy
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
_NOTE = "<!-- Made by tools/make_reference.py. Change the table in the code, not this page. -->"


def checks_page() -> str:
    """Return the page of all checks."""
    lines = [
        "# Checks",
        "",
        _NOTE,
        "",
        "Checks look at the four properties 四性 of a package (DA/T 70—2018). The names are",
        "ours and stay. The Chinese titles are those that implementations of DA/T 70—2018",
        "agree on; the standard's list itself could not be read, and its printed codes are",
        "disputed, so none is printed. The list covers what the main path needs; format,",
        "malware and carrier checks are not there yet, and nothing claims that they passed.",
        "",
        "| Check | Looks whether | 标准名称 | Stages |",
        "|---|---|---|---|",
    ]
    for check in CHECKS:
        stages = ", ".join(s.label("en") for s in Stage if s in check.stages)
        lines.append(f"| `{check.name}` | {check.title} | {check.zh} | {stages} |")
    lines += [
        (
            "| `integrity.package` | The package can be opened at all; "
            "found only when it cannot | – | preservation |"
        ),
        "",
        "## Outcomes",
        "",
        "| Outcome | 结论 | Counts as passed |",
        "|---|---|---|",
    ]
    passing = {Outcome.PASSED: "yes", Outcome.WARNED: "yes, with a warning"}
    lines += [
        f"| {outcome.label('en')} | {outcome.zh} | {passing.get(outcome, 'no')} |"
        for outcome in Outcome
    ]
    return "\n".join([*lines, ""])


def metadata_page() -> str:
    """Return the page of the generic profile's elements."""
    profile = GBT42727_2023
    lines = [
        "# Metadata elements",
        "",
        _NOTE,
        "",
        f"Profile `{profile.name}`: {profile.title}.",
        "",
        "The element tables of GB/T 42727—2023 (annexes D and E) could not be consulted.",
        "*Source* says where a name is from: an element of DA/T 46—2009; *practice*, that is",
        "published implementations of the older DA/T 85—2019; or *own*. Compare them with",
        "your copy of the standard, and [change](../how-to/change-the-metadata-table.md)",
        "what differs. Forms, lists and lengths are our own: what our records can hold.",
    ]
    for path, scheme in (
        (profile.basic_path, profile.basic),
        (profile.process_path, profile.process),
    ):
        lines += [
            "",
            f"## {path}",
            "",
            f"Root element: `{scheme.tag}` {scheme.title}.",
            "",
            "| Element | 名称 | Required | Form | Most characters | Source |",
            "|---|---|---|---|---|---|",
            *_rows(scheme, ""),
        ]
    return "\n".join([*lines, ""])


def _rows(scheme: Group, indent: str) -> Iterator[str]:
    for part in scheme.parts:
        if isinstance(part, Group):
            times = f"{part.least}–{'n' if part.most is None else part.most} times"
            yield f"| {indent}`{part.tag}` | {part.title} | {times} | container | | |"
            yield from _rows(part, indent + "· ")
        else:
            required = "yes" if part.required else ""
            length = "" if part.length is None else part.length
            row = f"`{part.tag}` | {part.title} | {required} | {_form(part)} | {length}"
            yield f"| {indent}{row} | {part.source} |"


def _form(element: Element) -> str:
    """Return in words how the text of *element* is written."""
    form = element.form
    if element.values:
        return "、".join(element.values)
    if isinstance(form, FormBy):
        return f"by `{form.value}`: " + "; ".join(each.en for _, each in form.forms)
    ends = ("" if end is None else str(end) for end in (element.least, element.most))
    bounds = "–".join(ends)
    return form.en if bounds == "–" else f"{form.en}, {bounds}"


def errors_page() -> str:
    """Return the page of the error tree, which is the docstring of `errors`."""
    text = (errors.__doc__ or "").strip()
    start = text.index("* EgovArchiveError")
    end = text.index("\n\n", start)
    before, tree, after = text[:start], text[start:end], text[end:]
    parts = ["# Errors", "", _NOTE, "", before.strip(), "", "```text", tree, "```"]
    return "\n".join([*parts, after.rstrip(), ""])


PAGES = {
    "checks.md": checks_page,
    "errors.md": errors_page,
    "metadata.md": metadata_page,
}


def main() -> None:
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
