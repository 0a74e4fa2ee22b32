"""Authenticity 真实性: it is what it was when the case was concluded."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from egovarchive.checks import described
from egovarchive.checks.attributes import compare
from egovarchive.checks.check import (
    LACKING,
    WHILE_FILING,
    Check,
    Said,
    Subject,
    Sureness,
    Who,
    package_of,
)
from egovarchive.checks.document_signatures import document_signatures
from egovarchive.checks.examined import declared_files, own_paths
from egovarchive.checks.metadata import plausible
from egovarchive.checks.report import Stage
from egovarchive.errors import SignatureInvalidError
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import date_in_china
from egovarchive.records.outcome import Outcome


def _signature(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    path = package.signature_path
    if package.signature is None:
        yield Said(
            Outcome.FAILED, path, "the package is not signed", "归档信息包未签名"
        )
        return
    if subject.verifier is None:
        yield Said(
            Outcome.NOT_PERFORMED,
            path,
            "no trusted certificates were given",
            "未配置受信任证书",
        )
        return
    try:
        verified = subject.verifier.verify(
            package.signature, package.manifest, at=subject.at
        )
    except SignatureInvalidError as error:
        yield Said(Outcome.FAILED, path, error.message("en"), error.message("zh"))
        return
    yield Said(
        Outcome.PASSED,
        path,
        f"signed by {verified.signer} with {verified.algorithm}",
        f"签名人 {verified.signer}，算法 {verified.algorithm}",
    )


def _code(subject: Subject) -> Iterator[Said]:
    expected = subject.expected
    if expected is not None:
        # Which series it belongs to was looked at when it was filed.
        code = ArchivalCode.parse(str(expected.code))
        yield Said(Outcome.PASSED, str(code), "well-formed", "符合编制规则")
        return
    if subject.metadata is None:
        yield Said(Outcome.NOT_PERFORMED, subject.object, *LACKING["metadata"])
        return
    filed = package_of(subject).series()
    if subject.series is not None and subject.series != filed:
        yield Said(
            Outcome.FAILED,
            str(filed),
            f"filed in {filed}, but the schedule files it in {subject.series}",
            f"包内为 {filed}，而按保管期限表应为 {subject.series}",
            expected=str(subject.series),
            found=str(filed),
        )
    else:
        yield Said(Outcome.PASSED, str(filed), "well-formed", "符合编制规则")


_forms = described.by_scheme("forms", "of its form", "类型、格式正确")


def _types(subject: Subject) -> Iterator[Said]:
    yield from _forms(subject)
    package = package_of(subject)
    case = package.filing().case
    yield Said(
        Outcome.PASSED,
        package.profile.basic_path,
        f"each value is of its type: case {case.number}",
        f"各项类型正确：办件 {case.number}",
    )


def _plausible(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    path = package.profile.basic_path
    ranges = [fault for _, found in subject.described for fault in found.ranges]
    faults = plausible.examine(*package.metadata(), on=date_in_china(subject.on))
    yield from described.told((*ranges, *faults), path, "plausible", "数据值合理")


def _taken(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    assert subject.taken is not None  # noqa: S101 - it needs one
    number = package.filing().case.number
    code = subject.taken(package)
    if code is None:
        yield Said(
            Outcome.PASSED,
            number,
            "no other record has this case number",
            "没有其他电子档案使用该办件编号",
        )
    else:
        yield Said(
            Outcome.FAILED,
            number,
            f"{code} has this case number already",
            f"{code} 已使用该办件编号",
            found=str(code),
        )


def _package(subject: Subject) -> Iterator[Said]:
    package, expected = package_of(subject), subject.expected
    assert expected is not None  # noqa: S101 - it needs one
    signature = package.signature and sha256(package.signature).hexdigest()
    for what, zh, wanted, found in (
        ("id", "标识", expected.package, package.id),
        ("size", "字节数", expected.size, package.size),
        ("signature", "签名摘要", expected.signature, signature),
    ):
        if wanted != found:
            yield Said(
                Outcome.FAILED,
                package.id,
                f"{what}: registered {wanted}, found {found}",
                f"{zh}：登记为 {wanted}，实为 {found}",
                expected=str(wanted),
                found=str(found),
            )
            return
    yield Said(Outcome.PASSED, package.id, "as it was registered", "与登记一致")


def _links(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    basic, _ = package.metadata()
    own = own_paths(package)
    sizes = {
        member.path: member.size for member in package.members if member.path not in own
    }
    described: set[str] = set()
    bad = False
    for file, _ in declared_files(basic):
        path, size = file.texts.get("path", ""), file.texts.get("size", "")
        found = sizes.get(path)
        if found is None or path in described or str(found) != size:
            bad = True
            yield Said(
                Outcome.FAILED,
                path,
                *_mismatch(size, found, again=path in described),
                expected=size,
                found="" if found is None else str(found),
            )
        described.add(path)
    for path in sizes:
        if path not in described:
            bad = True
            yield Said(
                Outcome.FAILED,
                path,
                "no metadata describes it",
                "没有元数据描述该文件",
            )
    if not bad:
        count = len(described)
        yield Said(
            Outcome.PASSED,
            package.profile.basic_path,
            f"{count} files, each described once",
            f"{count} 个文件均有唯一描述",
        )


def _mismatch(size: str, found: int | None, *, again: bool) -> tuple[str, str]:
    if found is None:
        return "described, but not there", "元数据有描述，但文件不存在"
    if again:
        return "described twice", "被重复描述"
    return (
        f"described with {size} bytes, found {found}",
        f"元数据记为 {size} 字节，实为 {found} 字节",
    )


def _layout(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    own, profile = own_paths(package), package.profile
    folders = tuple(f"{folder}/" for _, folder in profile.folders)
    paths = [member.path for member in package.members]
    bad = [path for path in paths if path not in own and not path.startswith(folders)]
    for path in bad:
        yield Said(
            Outcome.FAILED,
            path,
            f"it stands in none of the folders {', '.join(folders)}",
            f"不在规定的目录 {'、'.join(folders)} 之内",
            expected=" ".join(folders),
        )
    for path in (profile.basic_path, profile.process_path):
        if path not in paths:
            bad.append(path)
            yield Said(Outcome.FAILED, path, "it is missing", "缺少该文件")
    if not bad:
        yield Said(
            Outcome.PASSED,
            package.id,
            f"laid out by {profile.name}",
            f"目录结构符合 {profile.title}",
        )


_METADATA: Final = ("package", "metadata")

CHECKS: tuple[Check[Subject], ...] = (
    Check(
        name="authenticity.signature",
        title="The signature over the manifest is valid",
        zh="固化信息有效性检测",
        run=_signature,
        rule="detached CMS over the manifest, by a certificate trusted at that time",
        rule_zh="对清单的分离式 CMS 签名，签名证书在当时受信任",
        who=Who.CONFIGURED,
    ),
    Check(
        name="authenticity.metadata_length",
        title="No metadata value is longer than its element allows",
        zh="元数据项数据长度检测",
        run=described.by_scheme("lengths", "within its length", "长度合规"),
        rule="the length column of the profile's element table",
        rule_zh="规范元数据表的长度栏",
        needs=_METADATA,
        stages=WHILE_FILING,
    ),
    Check(
        name="authenticity.metadata_types",
        title="Each metadata value is of its type and form",
        zh="元数据项数据类型、格式检测",
        run=_types,
        rule="the form column of the profile's element table; it reads back as a case",
        rule_zh="规范元数据表的格式栏；可还原为办件",
        needs=_METADATA,
        stages=WHILE_FILING,
    ),
    Check(
        name="authenticity.metadata_values",
        title="Each metadata value with a closed list is on it",
        zh="设定值域的元数据项值域符合度检测",
        run=described.by_scheme("value_lists", "on its list", "值域符合"),
        rule="the value lists of the profile's element table",
        rule_zh="规范元数据表的值域",
        needs=_METADATA,
        stages=WHILE_FILING,
    ),
    Check(
        name="authenticity.plausibility",
        title="Dates and numbers make sense together",
        zh="元数据项数据值合理性检测",
        run=_plausible,
        rule="order of dates, none in the future, year of filing is year of conclusion",
        rule_zh="日期先后合理、不晚于当日，年度为办结年度",
        needs=_METADATA,
        stages=WHILE_FILING,
    ),
    Check(
        name="authenticity.characters",
        title="No metadata value holds a character that cannot be shown",
        zh="元数据项数据包含特殊字符检测",
        run=described.by_scheme("characters", "no special characters", "不含特殊字符"),
        rule="no control, private-use, replacement, bidi or invisible character",
        rule_zh="不含控制字符、专用区字符、替换字符、双向控制字符和不可见字符",
        needs=_METADATA,
        stages=WHILE_FILING,
    ),
    Check(
        name="authenticity.archival_code",
        title="The archival code is well-formed, and the series the right one",
        zh="档号规范性检测",
        run=_code,
        rule="DA/T 13—2022 or DA/T 22—2015; the series that the schedule gives",
        rule_zh="DA/T 13—2022 或 DA/T 22—2015；类别号与保管期限表一致",
    ),
    Check(
        name="authenticity.duplicates",
        title="No other record has this case number",
        zh="元数据项数据重复性检测",
        run=_taken,
        rule="one record a case number",
        rule_zh="一个办件编号对应一件电子档案",
        needs=("package", "filing", "taken"),
        stages=WHILE_FILING,
    ),
    Check(
        name="authenticity.content_attributes",
        title="Files are what the metadata says of them",
        zh="内容数据的电子属性一致性检测",
        run=compare,
        rule="the table of attributes: exact, equivalent, tolerant, informative",
        rule_zh="电子属性表：完全一致、等价、允许误差、仅供参考",
        needs=("package", "metadata", "tools"),
        stages=WHILE_FILING,
    ),
    Check(
        name="authenticity.document_signatures",
        title="Signatures and seals in files are good, and by somebody trusted",
        zh="内容数据电子签名、电子印章有效性检测",
        run=document_signatures,
        rule="ISO 32000 (PDF), GB/T 33190—2016 and GB/T 38540—2020 (OFD)",
        rule_zh="PDF：ISO 32000；OFD：GB/T 33190—2016、GB/T 38540—2020",
        sureness=Sureness.OURS,
        needs=("tools",),
        stages=WHILE_FILING,
    ),
    Check(
        name="authenticity.links",
        title="Metadata and files belong together, one to one",
        zh="元数据是否关联内容数据检测",
        run=_links,
        rule="each path in the metadata is one file, and each file has one",
        rule_zh="元数据中的路径与文件一一对应",
        needs=_METADATA,
        stages=WHILE_FILING,
    ),
    Check(
        name="authenticity.layout",
        title="The package is laid out as its profile says",
        zh="信息包目录结构规范性检测",
        run=_layout,
        rule="the folders of the profile",
        rule_zh="规范规定的目录",
        sureness=Sureness.ONE,
    ),
    Check(
        name="authenticity.package",
        title="The package is the one that was registered",
        zh="信息包一致性检测",
        run=_package,
        rule="digest, size and signature as they were registered",
        rule_zh="摘要、字节数和签名与登记一致",
        needs=("package", "expected"),
        stages=frozenset({Stage.PRESERVATION}),
    ),
)
