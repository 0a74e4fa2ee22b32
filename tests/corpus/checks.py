"""
For each check: one thing that passes it, and one that does not.

Packages are the sample cases; what is done to them stands in `acceptance`. Batches are
what an archive has registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from functools import cache
from typing import Final

from attrs import evolve, field, frozen

from acceptance.mutation import Mutation, Victim, victims
from acceptance.mutations import MUTATIONS
from archive.office import TODAY, cases, new_archive
from checks.subjects import subject
from checks.told_files import packed
from corpus.ofd_maker import page
from egovarchive.checks import Policy, Report, Stage, run
from egovarchive.checks.batch import Batch, Totals, run_batch
from egovarchive.checks.metadata.fault import Fault
from egovarchive.errors import CatalogMismatchError
from egovarchive.formats.toolbox import Toolbox
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.document import File
from egovarchive.records.outcome import Outcome
from seals.sealed_ofd import sealed
from seals.seals import Making, store
from signing.authority import AT

Look = Callable[[Toolbox], Report]


@frozen(kw_only=True)
class Example:
    """
    Two cases of one check.

    Args:
        valid: Returns the report on what passes it.
        invalid: The report on what does not.
    """

    valid: Look = field(repr=False)
    invalid: Look = field(repr=False)


@cache
def _victims() -> Mapping[str, Victim]:
    return {victim.name: victim for victim in victims()}


_BY_NAME: Final = {mutation.name: mutation for mutation in MUTATIONS}


def _damaged(name: str, victim: str = "licence") -> Example:
    """Return a package as it is, and after the mutation *name*."""
    mutation: Mutation = _BY_NAME[name]

    def valid(tools: Toolbox) -> Report:
        found = _victims()[victim]
        return found.report(found.data, tools, mutation.stage)

    def invalid(tools: Toolbox) -> Report:
        report = mutation.done_to(_victims()[victim], tools)
        assert report is not None, name
        return report

    return Example(valid=valid, invalid=invalid)


@cache
def entries() -> tuple[Entry, ...]:
    """Return what an archive has registered of five cases."""
    archive = new_archive()
    for case in cases(5):
        archive.deposit(case)
    return tuple(archive.entries())


def _entry(entry: Entry) -> Entry:
    return next(each for each in entries() if each.code == entry.code)


def batch(**changes: object) -> Batch:
    """Return a batch of five records that is as its form says."""
    size = sum(entry.size for entry in entries())
    whole = Batch(
        name="移交批次",
        at=TODAY,
        entries=entries,
        declared=Totals(items=5, size=size),
        readable=_entry,  # type: ignore[arg-type]
        description=tuple,
    )
    return evolve(whole, **changes)  # type: ignore[arg-type]


def _batched(**changes: object) -> Example:
    """Return a batch as it is, and with *changes*."""
    return Example(
        valid=lambda _: run_batch(batch(), Stage.ACCESSION),
        invalid=lambda _: run_batch(batch(**changes), Stage.ACCESSION),
    )


def _one_twice() -> tuple[Entry, ...]:
    return (*entries(), entries()[0])


def _with_a_gap() -> tuple[Entry, ...]:
    return (*entries()[:2], *entries()[3:])


def _one_altered(entry: Entry) -> Entry:
    if entry.code.item == 3:
        raise CatalogMismatchError("the catalog lost it", "目录中缺少该条目")
    return entry


def _faulty() -> Iterable[Fault]:
    yield Fault(Outcome.FAILED, "说明文件.TXT", "it is missing", "缺少该文件")


def _sealed(**changes: bytes) -> Look:
    """Return a package with a sealed document, in which *changes* were made later."""

    def look(tools: Toolbox) -> Report:
        data = sealed(Making().sign, after=changes)
        with closing(packed(File("许可证.ofd", data))) as package:
            policy = Policy(document_trust=store())
            return run(
                subject(package, tools=tools, policy=policy, at=AT), Stage.ARCHIVING
            )

    return look


EXAMPLES: Final[Mapping[str, Example]] = {
    "authenticity.signature": _damaged("sealed by a stranger"),
    "authenticity.metadata_length": _damaged("title too long"),
    "authenticity.metadata_types": _damaged("date that is none"),
    "authenticity.metadata_values": _damaged("decision off its list"),
    "authenticity.plausibility": _damaged("year wrong"),
    "authenticity.characters": _damaged("lost character U+FFFD"),
    "authenticity.archival_code": _damaged("another period of retention"),
    "authenticity.duplicates": _damaged("case number of another record"),
    "authenticity.content_attributes": _damaged("pages declared wrong"),
    "authenticity.document_signatures": Example(
        valid=_sealed(),
        invalid=_sealed(**{"Doc_0/Pages/Page_0/Content.xml": page("")}),
    ),
    "authenticity.links": _damaged("one path twice"),
    "authenticity.layout": _damaged("a file in a folder of no kind"),
    "authenticity.package": _damaged("another package in its place"),
    "integrity.metadata": _damaged("process metadata removed"),
    "integrity.required": _damaged("case number removed"),
    "integrity.package_metadata": _damaged("document without a file"),
    "integrity.attachments": _damaged("a further file removed", "scans"),
    "integrity.process": _damaged("conclusion missing"),
    "integrity.content": _damaged("JPEG cut in half", "scans"),
    "integrity.materials": _damaged("required material missing"),
    "integrity.statutory": _damaged("correction asked for, letter missing"),
    "integrity.members": _damaged("one byte of a pdf"),
    "usability.metadata": _damaged("basic metadata with a DOCTYPE"),
    "usability.format": _damaged("PDF named .jpg"),
    "usability.readable": _damaged("one byte of a Word file's part"),
    "usability.unencrypted": _damaged("PDF encrypted"),
    "usability.self_contained": _damaged("Word file with an outside template"),
    "usability.conformance": _damaged("OFD of another name space"),
    "usability.scan_quality": _damaged("a scan too small", "scans"),
    "security.malware": _damaged("a virus attached to a PDF"),
    "security.extra_files": _damaged("a file added"),
    "security.active_content": _damaged("Word file with macros"),
    "security.embedded_files": _damaged("OFD with an attachment"),
    "security.hidden_data": _damaged("ZIP behind a PDF"),
    "authenticity.duplicates_in_batch": _batched(entries=_one_twice),
    "authenticity.description_files": _batched(description=_faulty),
    "integrity.total_items": _batched(declared=Totals(items=6, size=1)),
    "integrity.total_size": _batched(declared=Totals(items=5, size=1)),
    "integrity.sequence": _batched(entries=_with_a_gap),
    "usability.catalog": _batched(readable=_one_altered),
}
"""Each check that a program can make, by its name."""
