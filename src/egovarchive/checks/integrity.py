"""Integrity 完整性: nothing is missing, nothing is broken."""

from __future__ import annotations

from collections.abc import Iterator

from egovarchive.checks.check import Check, Result, Subject
from egovarchive.checks.report import Stage
from egovarchive.packages import Member, Package
from egovarchive.packages.measure import measure
from egovarchive.packages.xml import Values
from egovarchive.profiles import Group
from egovarchive.records.outcome import Outcome

_NAMED = 10  # elements in a finding: a hostile package may lack very many


def _members(subject: Subject) -> Iterator[Result]:
    package = subject.package
    for member in package.members:
        yield _member(package, member)


def _member(package: Package, member: Member) -> Result:
    how, fault = ("when packed", "封装时"), None
    measured = member.measured
    if measured is None:
        how = ("now", "现场")
        found = measure(package, member)
        measured, fault = found.digests, found.fault
    for algorithm, expected in member.digests.items():
        if (value := measured[algorithm]) != expected:
            return (
                Outcome.FAILED,
                member.path,
                f"{algorithm}: the manifest says {expected}, found {value}",
                f"{algorithm}：清单为 {expected}，实为 {value}",
            )
    if fault:
        return Outcome.FAILED, member.path, *fault
    names = ", ".join(member.digests)
    return (
        Outcome.PASSED,
        member.path,
        f"{member.size} bytes, {names} read {how[0]}",
        f"{member.size} 字节，{names} {how[1]}读取",
    )


def _metadata(subject: Subject) -> Iterator[Result]:
    package = subject.package
    profile = package.profile
    basic, process = package.metadata()
    for path, values, scheme in (
        (profile.basic_path, basic, profile.basic),
        (profile.process_path, process, profile.process),
    ):
        missing = list(_missing(values, scheme, ""))
        if missing:
            count = len(missing)
            names = "、".join(missing[:_NAMED])
            yield (
                Outcome.FAILED,
                path,
                f"{count} required elements are missing or empty: {names}",
                f"缺少 {count} 个必填项：{names}",
            )
        else:
            yield Outcome.PASSED, path, "all required elements", "必填项齐全"


def _missing(values: Values, scheme: Group, place: str) -> Iterator[str]:
    for part in scheme.parts:
        if isinstance(part, Group):
            for number, group in enumerate(values.groups.get(part.value, ()), start=1):
                yield from _missing(group, part, f"{place}{part.tag}[{number}].")
        elif part.required and not values.texts.get(part.value, "").strip():
            yield f"{place}{part.tag}（{part.title}）"


def _materials(subject: Subject) -> Iterator[Result]:
    rule, package = subject.rule, subject.package
    if rule is None:
        yield (
            Outcome.NOT_PERFORMED,
            package.id,
            "no schedule rule was given",
            "未提供归档范围",
        )
        return
    basic, _ = package.metadata()
    present = {
        name
        for document in basic.groups.get("documents", ())
        for name in (document.texts.get("name"), document.texts.get("code"))
    }
    missing = [material for material in rule.required if material not in present]
    if missing:
        names = "、".join(missing)
        yield (
            Outcome.FAILED,
            rule.item_code,
            f"required materials are missing: {names}",
            f"缺少必备材料：{names}",
        )
    else:
        count = len(rule.required)
        yield (
            Outcome.PASSED,
            rule.item_code,
            f"all {count} required materials",
            f"{count} 项必备材料齐全",
        )


# Metadata cannot change as long as its bytes do not: later, those are looked at.
_WHILE_FILING = frozenset({Stage.ARCHIVING, Stage.ACCESSION})

CHECKS = (
    Check(
        name="integrity.members",
        title="Each declared file is there, unaltered",
        zh="归档信息包内容数据完整性检测",
        run=_members,
    ),
    Check(
        name="integrity.metadata",
        title="Required metadata elements are there",
        zh="电子文件元数据项完整性检测",
        run=_metadata,
        stages=_WHILE_FILING,
    ),
    Check(
        name="integrity.materials",
        title="The materials that the item requires are there",
        zh="归档范围检测",
        run=_materials,
        stages=_WHILE_FILING,
    ),
)
