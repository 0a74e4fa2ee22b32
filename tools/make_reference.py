"""Write the reference pages that are made from the library's own tables."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from egovarchive import errors
from egovarchive.checks import Outcome, Property, Stage
from egovarchive.checks.policy import ARCHIVING_FORMATS, REFUSED_FORMATS, REQUIRED
from egovarchive.checks.table import ALL_CHECKS
from egovarchive.formats import Aspect
from egovarchive.formats.ofd import archival
from egovarchive.formats.table import FORMATS
from egovarchive.formats.tools import core_tools
from egovarchive.profiles import Element, Group
from egovarchive.profiles.form import FormBy
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
_NOTE = "<!-- Made by tools/make_reference.py. Change the table in the code, not this page. -->"
_GIVEN = {"package", "metadata", "filing"}  # needs that nobody configures
_ASKED_BY = {
    Aspect.COMPLETE: "integrity.content",
    Aspect.READABLE: "usability.readable",
    Aspect.UNENCRYPTED: "usability.unencrypted",
    Aspect.SELF_CONTAINED: "usability.self_contained",
    Aspect.PASSIVE: "security.active_content",
    Aspect.EMBEDDED: "security.embedded_files",
    Aspect.BOUNDED: "security.hidden_data",
    Aspect.CONFORMANT: "usability.conformance",
}


def checks_page() -> str:
    """Return the page of all checks."""
    codes = GBT42727_2023.codes
    lines = [
        "# Checks",
        "",
        _NOTE,
        "",
        "Checks look at the four properties 四性 (DA/T 70—2018). The names are ours and stay.",
        "DA/T 70—2018 itself could not be read: the Chinese titles are those of systems that",
        "implement it, and the column *sure* says how many agree. Codes of the archiving stage",
        "归档 are printed where several agree on them, and no others; a profile may state more",
        "(`attrs.evolve(profile, codes={...})`).",
        "",
        "*Who* can make a check: the library alone (automatic), the library once something is",
        "configured (the column *needs*), or a person. What was not made says so, with the",
        "reason, and never counts as passed. Required for a report to pass are, by default,",
        "the checks in **bold**; another `egovarchive.checks.Policy` may require others.",
        "[How checks work](../explanation/checks.md).",
        "",
    ]
    for name in Property:
        lines += [f"## {name.label('en').capitalize()} {name.zh}", ""]
        lines += [
            "| Check | Code | Looks whether | 标准名称 | Goes by | Who | Needs | Sure | Stages |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        for check in ALL_CHECKS:
            if check.property is not name:
                continue
            stages = ", ".join(s.label("en") for s in Stage if s in check.stages)
            shown = f"`{check.name}`"
            cells = (
                f"**{shown}**" if check.name in REQUIRED else shown,
                codes.get(("archiving", check.name), "–"),
                check.title,
                check.zh,
                check.rule,
                check.who.label("en"),
                ", ".join(need for need in check.needs if need not in _GIVEN) or "–",
                check.sureness.label("en"),
                stages,
            )
            lines.append(f"| {' | '.join(cells)} |")
        if name is Property.INTEGRITY:
            lines.append(
                "| `integrity.package` | – | The package can be opened at all; found only "
                "when it cannot | – | – | automatic | – | ours | preservation |"
            )
        lines.append("")
    lines += [
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


def formats_page() -> str:
    """Return the page of the formats that are told apart."""
    lines = [
        "# Formats",
        "",
        _NOTE,
        "",
        "What a file is, its content decides; its extension is only held against that. The",
        "ids are ours: OFD and the Kingsoft formats have no PRONOM identifier, and none is",
        "invented for them. In **bold**: archived without a warning by the default policy",
        "(GB/T 18894—2016, as a municipal archives reprints its table). Struck out: refused.",
        "What is asked in *italics*, the core tools do not answer: an extra or a program may,",
        "and if none does, it is *not performed*.",
        "",
        "| Id | Name | 名称 | Media type | Extensions | What is asked of it |",
        "|---|---|---|---|---|---|",
    ]
    for form in FORMATS.values():
        shown = f"`{form.id}`"
        if form.id in ARCHIVING_FORMATS:
            shown = f"**{shown}**"
        elif form.id in REFUSED_FORMATS:
            shown = f"~~{shown}~~"
        core = {a for tool in core_tools().validators for a in tool.answers(form)}
        asks = ", ".join(
            each.label("en") if each in core else f"*{each.label('en')}*"
            for each in Aspect
            if each in form.asks
        )
        cells = (
            shown,
            form.en,
            form.zh,
            form.mime,
            " ".join(form.extensions) or "–",
            asks or "–",
        )
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "The [rules of OFD-A](ofd-a.md) stand on a page of their own.", ""]
    lines += ["## What is asked", "", "| Question | 问题 | Check |", "|---|---|---|"]
    lines += [
        f"| {each.label('en')} | {each.zh} | `{_ASKED_BY[each]}` |" for each in Aspect
    ]
    return "\n".join([*lines, ""])


_WEIGHTS = {
    archival.Weight.RULE: "fails | warns",
    archival.Weight.CLAIM: "fails | –",
    archival.Weight.ADVICE: "warns | –",
}


def ofd_a_page() -> str:
    """Return the page of the rules of OFD-A."""
    lines = [
        "# Rules of OFD-A",
        "",
        _NOTE,
        "",
        "What `usability.conformance` holds an OFD file against, besides the structure that all",
        f"OFD has. Source: {archival.SOURCE}.",
        "GB/T 42133—2022 itself could not be read: clause numbers and wording are those of",
        "that checker, and it says that it is not complete. A file whose `DocType` claims",
        "OFD-A must keep the rules; of any other, what is broken only warns, so that it can",
        "be made one.",
        "",
        "| Clause | Rule | 规则 | Broken by OFD-A | Broken by other OFD |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {rule.clause} | {rule.en} | {rule.zh} | {_WEIGHTS[rule.weight]} |"
        for rule in archival.RULES
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
    "formats.md": formats_page,
    "errors.md": errors_page,
    "metadata.md": metadata_page,
    "ofd-a.md": ofd_a_page,
}


def main() -> None:
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
