"""Attributes 电子属性: what the metadata says of files, held against the files."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from egovarchive.checks.attribute import ATTRIBUTES, Attribute
from egovarchive.checks.check import Said, Subject
from egovarchive.checks.content import Tally
from egovarchive.checks.examined import Examined
from egovarchive.errors import EgovArchiveError
from egovarchive.formats import Tool
from egovarchive.formats.findings import shown
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome


def compare(subject: Subject) -> Iterator[Said]:
    """
    Yield what metadata and files of *subject* say differently of each other.

    What is not declared is not compared, and what is only informative is not missed
    where the file does not tell it.
    """
    tally = Tally()
    for file in subject.files:
        if file.declared is not None:  # else `authenticity.links` names it
            yield from _compare(file, tally)
    yield from tally.told(subject)


@frozen
class _Compared:
    """One attribute of one file, declared and found; *same* if they were compared."""

    attribute: Attribute
    declared: str
    found: tuple[str, ...]
    tool: Tool | None
    same: bool | None

    @classmethod
    def of(cls, file: Examined, attribute: Attribute, declared: str) -> _Compared:
        found, tool = attribute.found(file)
        same = attribute.same(declared, found) if found else None
        return cls(attribute, declared, found, tool, same)


def _compare(file: Examined, tally: Tally) -> Iterator[Said]:
    fine, tools = True, []
    for attribute in ATTRIBUTES:
        declared = attribute.declared(file)
        if not declared:
            continue
        compared = _Compared.of(file, attribute, declared)
        said = _objection(file, compared)
        if said is None:
            if compared.same and compared.tool is not None:
                tools.append(compared.tool)
            continue
        fine = False
        if said.outcome is Outcome.NOT_PERFORMED:
            tally.leave(file, said.en, said.zh)
        else:
            tally.objected = True
            yield said
    if fine:
        tally.passed(tuple(dict.fromkeys(tools)))


def _objection(file: Examined, compared: _Compared) -> Said | None:
    """Return what is to be said against what was declared; None if nothing is."""
    attribute, found = compared.attribute, compared.found
    en, zh, form = attribute.en, attribute.zh, file.format
    if form is not None and not attribute.fits(form.kind):
        return _said(
            file,
            Outcome.WARNED,
            f"{en}: the metadata says {quoted(compared.declared)}, but {form.en}"
            " has none",
            f"{zh}：元数据为 {quoted(compared.declared)}，而{form.zh}没有该属性",
            expected=compared.declared,
        )
    informs = attribute.informs(None if form is None else form.kind)
    if compared.same or (compared.same is None and informs):
        return None
    said = quoted(compared.declared)
    if compared.same is None:
        why = (
            (
                f"{said} cannot be compared with {quoted(found[0])}",
                f"{said} 无法与 {quoted(found[0])} 比较",
            )
            if found
            else _why_nothing(file)
        )
        return _said(file, Outcome.NOT_PERFORMED, f"{en}: {why[0]}", f"{zh}：{why[1]}")
    return _said(
        file,
        Outcome.WARNED if informs else Outcome.FAILED,
        f"{en}: the metadata says {said}, the file {quoted(found[0])}",
        f"{zh}：元数据为 {said}，文件实为 {quoted(found[0])}",
        expected=compared.declared,
        found=found[0],
        tool=str(compared.tool or ""),
    )


def _why_nothing(file: Examined) -> tuple[str, str]:
    """Return why nobody can tell something of *file*."""
    if file.format is None:
        return "the format of the file is not known", "文件格式未知"
    for _, facts in file.facts:
        if isinstance(facts, EgovArchiveError):
            return facts.message("en"), facts.message("zh")
    return "no tool tells it of this file", "没有工具可读取"


def _said(  # noqa: PLR0913 - what a finding is made of
    file: Examined,
    outcome: Outcome,
    en: str,
    zh: str,
    *,
    expected: str = "",
    found: str = "",
    tool: str = "",
) -> Said:
    return Said(
        outcome,
        file.path,
        en,
        zh,
        expected=shown(expected),
        found=shown(found),
        tool=tool,
        digest=file.digest,
    )
