"""Integrity 完整性: nothing is missing, nothing is broken."""

from __future__ import annotations

from collections.abc import Iterator

from egovarchive.checks import described
from egovarchive.checks.check import (
    WHILE_FILING,
    Check,
    Said,
    Subject,
    Sureness,
    Who,
    package_of,
)
from egovarchive.checks.content import asking
from egovarchive.checks.metadata import scope, stages, statutory
from egovarchive.checks.metadata.course import Course
from egovarchive.formats.aspect import Aspect
from egovarchive.packages import Member, Package
from egovarchive.packages.measure import measure
from egovarchive.records.outcome import Outcome


def _members(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    for member in package.members:
        yield _member(package, member)


def _member(package: Package, member: Member) -> Said:
    how, fault = ("when packed", "封装时"), None
    measured = member.measured
    if measured is None:
        how = ("now", "现场")
        found = measure(package, member)
        measured, fault = found.digests, found.fault
    for algorithm, expected in member.digests.items():
        if (value := measured[algorithm]) != expected:
            return Said(
                Outcome.FAILED,
                member.path,
                f"{algorithm}: the manifest says {expected}, found {value}",
                f"{algorithm}：清单为 {expected}，实为 {value}",
                expected=f"{algorithm}:{expected}",
                found=f"{algorithm}:{value}",
            )
    if fault:
        return Said(Outcome.FAILED, member.path, *fault)
    names = ", ".join(member.digests)
    return Said(
        Outcome.PASSED,
        member.path,
        f"{member.size} bytes, {names} read {how[0]}",
        f"{member.size} 字节，{names} {how[1]}读取",
    )


def _elements(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    profile = package.profile
    paths = {member.path for member in package.members}
    for path in (profile.basic_path, profile.process_path):
        if path not in paths:
            yield Said(Outcome.FAILED, path, "it is missing", "缺少该文件")
        else:
            yield Said(Outcome.PASSED, path, "it is there", "元数据文件齐全")


def _documents(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    basic, _ = package.metadata()
    documents = basic.groups.get("documents", ())
    bare = [
        f"documents[{number}] {document.texts.get('name', '')}".strip()
        for number, document in enumerate(documents)
        if not document.groups.get("files")
    ]
    for name in bare:
        yield Said(
            Outcome.FAILED,
            name,
            "the metadata of this document names no file",
            "该电子文件的元数据未列出任何内容文件",
        )
    if not bare:
        count = len(documents)
        yield Said(
            Outcome.PASSED,
            package.profile.basic_path,
            f"{count} documents, each with its files",
            f"{count} 份电子文件均列有内容文件",
        )


def _attachments(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    basic, _ = package.metadata()
    present = {member.path for member in package.members}
    count, fine = 0, True
    for document in basic.groups.get("documents", ()):
        for other in document.groups.get("files", [])[1:]:
            count += 1
            path = other.texts.get("path", "")
            if path not in present:
                fine = False
                yield Said(
                    Outcome.FAILED,
                    path,
                    f"a further file of {document.texts.get('name', '')} is missing",
                    f"{document.texts.get('name', '')} 的附件缺失",
                )
    if fine:
        yield Said(
            Outcome.PASSED,
            package.profile.basic_path,
            f"{count} further files, all there",
            f"{count} 个附件齐全",
        )


def _process(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    rules = subject.policy.stages
    assert rules is not None  # noqa: S101 - it needs them
    faults = stages.examine(Course.of(*package.metadata()), rules)
    yield from described.told(
        faults,
        package.profile.process_path,
        "all required stages are there",
        "规定的办理环节齐全",
    )


def _statutory(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    rules = subject.policy.statutory
    assert rules is not None  # noqa: S101 - it needs them
    faults = statutory.examine(Course.of(*package.metadata()), rules)
    yield from described.told(
        faults, package.id, "all that the law demands is there", "法定要件齐全"
    )


def _materials(subject: Subject) -> Iterator[Said]:
    rule = subject.rule
    assert rule is not None  # noqa: S101 - it needs one
    faults = scope.examine(Course.of(*package_of(subject).metadata()), rule)
    count = len(rule.required)
    yield from described.told(
        faults,
        rule.item_code,
        f"all {count} required materials",
        f"{count} 项必备材料齐全",
    )


CHECKS: tuple[Check[Subject], ...] = (
    Check(
        name="integrity.metadata",
        title="All metadata documents are there",
        zh="电子文件元数据项完整性检测",
        run=_elements,
        rule="basic and process metadata, by the profile",
        rule_zh="规范规定的基本信息元数据和过程信息元数据",
        stages=WHILE_FILING,
    ),
    Check(
        name="integrity.required",
        title="No required metadata element is missing or empty",
        zh="元数据必填著录项目检测",
        run=described.by_scheme("required", "all required elements", "必填项齐全"),
        rule="the required elements of the profile's element table",
        rule_zh="规范元数据表的必填项",
        needs=("package", "metadata"),
        stages=WHILE_FILING,
    ),
    Check(
        name="integrity.package_metadata",
        title="The metadata of each document names its files",
        zh="归档信息包元数据完整性检测",
        run=_documents,
        rule="each document of the basic metadata has a file",
        rule_zh="基本信息元数据中的每份电子文件均有内容文件",
        sureness=Sureness.ONE,
        needs=("package", "metadata"),
        stages=WHILE_FILING,
    ),
    Check(
        name="integrity.attachments",
        title="Documents of several files have them all",
        zh="附件数据完整性检测",
        run=_attachments,
        rule="each file behind the first of a document is there",
        rule_zh="电子文件首个文件之外的其他文件齐全",
        sureness=Sureness.UNCONFIRMED,
        needs=("package", "metadata"),
        stages=WHILE_FILING,
    ),
    Check(
        name="integrity.process",
        title="The process metadata shows all required stages",
        zh="过程信息完整性检测",
        run=_process,
        rule="the stage rules of the policy",
        rule_zh="检测策略中的办理环节规则",
        who=Who.CONFIGURED,
        needs=("package", "metadata", "stages"),
        stages=WHILE_FILING,
    ),
    Check(
        name="integrity.content",
        title="Each file is whole",
        zh="电子文件内容完整性检测",
        run=asking(Aspect.COMPLETE),
        rule="lengths and checksums inside the files themselves",
        rule_zh="文件自身的长度和校验值",
        needs=("tools",),
    ),
    Check(
        name="integrity.materials",
        title="What the scope demands is there, and nothing that it excludes",
        zh="归档范围检测",
        run=_materials,
        rule="required and excluded materials of the schedule",
        rule_zh="归档范围中的必备材料和不归档材料",
        who=Who.CONFIGURED,
        sureness=Sureness.ONE,
        needs=("package", "metadata", "rule"),
        stages=WHILE_FILING,
    ),
    Check(
        name="integrity.statutory",
        title="The documents that the law demands are there",
        zh="法定要件完整性检测",
        run=_statutory,
        rule="行政许可法, by the statutory rules of the policy",
        rule_zh="行政许可法，按检测策略中的法定要件规则",
        who=Who.CONFIGURED,
        sureness=Sureness.OURS,
        needs=("package", "metadata", "statutory"),
        stages=WHILE_FILING,
    ),
    Check(
        name="integrity.members",
        title="Each declared file is there, unaltered",
        zh="归档信息包内容数据完整性检测",
        run=_members,
        rule="digests of all manifests, and the container's checksums",
        rule_zh="各清单的摘要值和容器的校验值",
        sureness=Sureness.ONE,
    ),
)
