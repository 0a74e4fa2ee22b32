"""Authenticity 真实性: it is what it was when the case was concluded."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from egovarchive.checks.check import Check, Result, Subject
from egovarchive.checks.report import Stage
from egovarchive.errors import SignatureInvalidError
from egovarchive.packages import Package
from egovarchive.packages.manifest import manifest_path
from egovarchive.packages.xml import Values
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.outcome import Outcome


def _signature(subject: Subject) -> Iterator[Result]:
    package, path = subject.package, subject.package.signature_path
    if package.signature is None:
        yield Outcome.FAILED, path, "the package is not signed", "归档信息包未签名"
        return
    if subject.verifier is None:
        yield (
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
        yield Outcome.FAILED, path, error.message("en"), error.message("zh")
        return
    yield (
        Outcome.PASSED,
        path,
        f"signed by {verified.signer} with {verified.algorithm}",
        f"签名人 {verified.signer}，算法 {verified.algorithm}",
    )


def _code(subject: Subject) -> Iterator[Result]:
    expected = subject.expected
    if expected is not None:
        # Which series it belongs to was looked at when it was filed.
        code = ArchivalCode.parse(str(expected.code))
        yield Outcome.PASSED, str(code), "well-formed", "符合编制规则"
        return
    filed = subject.package.series()
    if subject.series is not None and subject.series != filed:
        yield (
            Outcome.FAILED,
            str(filed),
            f"filed in {filed}, but the schedule files it in {subject.series}",
            f"包内为 {filed}，而按保管期限表应为 {subject.series}",
        )
    else:
        yield Outcome.PASSED, str(filed), "well-formed", "符合编制规则"


def _types(subject: Subject) -> Iterator[Result]:
    package = subject.package
    case = package.filing().case
    yield (
        Outcome.PASSED,
        package.profile.basic_path,
        f"each value is of its type: case {case.number}",
        f"各项类型、格式正确：办件 {case.number}",
    )


def _package(subject: Subject) -> Iterator[Result]:
    package, expected = subject.package, subject.expected
    if expected is None:
        yield (
            Outcome.NOT_PERFORMED,
            package.id,
            "nothing was registered to compare it with",
            "没有可比对的登记信息",
        )
        return
    signature = package.signature and sha256(package.signature).hexdigest()
    for what, zh, wanted, found in (
        ("id", "标识", expected.package, package.id),
        ("size", "字节数", expected.size, package.size),
        ("signature", "签名摘要", expected.signature, signature),
    ):
        if wanted != found:
            yield (
                Outcome.FAILED,
                package.id,
                f"{what}: registered {wanted}, found {found}",
                f"{zh}：登记为 {wanted}，实为 {found}",
            )
            return
    yield Outcome.PASSED, package.id, "as it was registered", "与登记一致"


def _links(subject: Subject) -> Iterator[Result]:
    package = subject.package
    basic, _ = package.metadata()
    own = _own_paths(package)
    sizes = {
        member.path: member.size for member in package.members if member.path not in own
    }
    described: set[str] = set()
    bad = False
    for file in _files(basic):
        path, size = file.texts.get("path", ""), file.texts.get("size", "")
        found = sizes.get(path)
        if found is None or path in described or str(found) != size:
            bad = True
            yield Outcome.FAILED, path, *_mismatch(size, found, path in described)
        described.add(path)
    for path in sizes:
        if path not in described:
            bad = True
            yield (
                Outcome.FAILED,
                path,
                "no metadata describes it",
                "没有元数据描述该文件",
            )
    if not bad:
        count = len(described)
        yield (
            Outcome.PASSED,
            package.profile.basic_path,
            f"{count} files, each described once",
            f"{count} 个文件均有唯一描述",
        )


def _own_paths(package: Package) -> frozenset[str]:
    """Return where a package has what no case gave it: metadata and manifests."""
    profile = package.profile
    manifests = map(manifest_path, package.manifests)
    return frozenset({profile.basic_path, profile.process_path, *manifests})


def _mismatch(size: str, found: int | None, again: bool) -> tuple[str, str]:  # noqa: FBT001
    if found is None:
        return "described, but not there", "元数据有描述，但文件不存在"
    if again:
        return "described twice", "被重复描述"
    return (
        f"described with {size} bytes, found {found}",
        f"元数据记为 {size} 字节，实为 {found} 字节",
    )


def _files(basic: Values) -> Iterator[Values]:
    for document in basic.groups.get("documents", ()):
        yield from document.groups.get("files", ())


# Metadata cannot change as long as its bytes do not: later, those are looked at.
_WHILE_FILING = frozenset({Stage.ARCHIVING, Stage.ACCESSION})

CHECKS = (
    Check(
        name="authenticity.signature",
        title="The signature over the manifest is valid",
        zh="固化信息有效性检测",
        run=_signature,
    ),
    Check(
        name="authenticity.archival_code",
        title="The archival code is well-formed, and the series the right one",
        zh="档号规范性检测",
        run=_code,
    ),
    Check(
        name="authenticity.metadata_types",
        title="Each metadata value is of its type and form",
        zh="元数据项数据类型、格式检测",
        run=_types,
        stages=_WHILE_FILING,
    ),
    Check(
        name="authenticity.links",
        title="Metadata and files belong together, one to one",
        zh="元数据是否关联内容数据检测",
        run=_links,
        stages=_WHILE_FILING,
    ),
    Check(
        name="authenticity.package",
        title="The package is the one that was registered",
        zh="信息包一致性检测",
        run=_package,
        stages=frozenset({Stage.PRESERVATION}),
    ),
)
