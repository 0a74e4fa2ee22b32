"""Security 安全性: nothing in it does harm, and nothing hides."""

from __future__ import annotations

from collections.abc import Iterator

from egovarchive.checks.check import (
    WHILE_FILING,
    Check,
    Said,
    Subject,
    Sureness,
    Who,
    package_of,
)
from egovarchive.checks.content import Tally, asking
from egovarchive.checks.examined import Examined, declared_files, own_paths
from egovarchive.formats import Scan, Verdict
from egovarchive.formats.aspect import Aspect
from egovarchive.records.outcome import Outcome

_OUTCOMES = {
    Verdict.INFECTED: Outcome.FAILED,
    Verdict.SUSPICIOUS: Outcome.WARNED,
}


def _malware(subject: Subject) -> Iterator[Said]:
    tally = Tally()
    for file in subject.files:
        clean = True
        for place, scan in file.scans:
            if scan.verdict is Verdict.NOT_SCANNED:
                clean = False
                inside = " > ".join(place)
                en, zh = scan.en, scan.zh
                if inside:
                    en, zh = f"{inside}: {en}", f"{inside}：{zh}"
                tally.leave(file, en, zh)
            elif scan.verdict is not Verdict.CLEAN:
                clean = False
                tally.objected = True
                yield _bad(file, place, scan)
            elif scan.en:
                # Clean, but by old signatures, or by a scanner that is silent on some.
                clean = False
                tally.objected = True
                yield Said(
                    Outcome.WARNED,
                    file.path,
                    f"clean, but {scan.en}",
                    f"未发现病毒，但{scan.zh}",
                    tool=str(scan.tool),
                    digest=file.digest,
                )
        if clean:
            tally.passed(tuple(dict.fromkeys(scan.tool for _, scan in file.scans)))
    yield from tally.told(subject)


def _bad(file: Examined, place: tuple[str, ...], scan: Scan) -> Said:
    inside = " > ".join(place)
    where, wo = (f"in {inside}: ", f"{inside} 内：") if inside else ("", "")
    why = scan.signature or scan.en
    return Said(
        _OUTCOMES[scan.verdict],
        file.path,
        f"{where}{scan.verdict.label('en')}: {why}",
        f"{wo}{scan.verdict.zh}：{scan.signature or scan.zh}",
        found=scan.signature,
        tool=str(scan.tool),
        digest=file.digest,
    )


def _extra(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    basic, _ = package.metadata()
    own = own_paths(package)
    described = {file.texts.get("path", "") for file, _ in declared_files(basic)}
    extra = [
        member.path
        for member in package.members
        if member.path not in described and member.path not in own
    ]
    for path in (*extra, *subject.loose):
        yield Said(
            Outcome.FAILED,
            path,
            "it belongs to no document of the case",
            "不属于办件的任何材料，为多余文件",
        )
    if not extra and not subject.loose:
        count = len(package.members)
        yield Said(
            Outcome.PASSED,
            package.id,
            f"{count} members, none of them superfluous",
            f"共 {count} 个成员，没有多余文件",
        )


def _hidden(subject: Subject) -> Iterator[Said]:
    said = list(asking(Aspect.BOUNDED)(subject))
    failed = {each.object for each in said if each.outcome is Outcome.FAILED}
    warned = {each.object for each in said if each.outcome is Outcome.WARNED}
    for file in subject.files:
        if not file.identifications:
            continue
        found = file.identifications[0]
        if found.also is not None and file.path not in failed:
            yield Said(
                Outcome.FAILED,
                file.path,
                f"it can be read as {found.also.en} too",
                f"该文件同时可作为{found.also.zh}读取",
                found=found.also.id,
                digest=file.digest,
            )
        elif (found.before or found.after) and file.path not in failed | warned:
            yield Said(
                Outcome.WARNED,
                file.path,
                f"{found.before} bytes before its start, {found.after} after its end",
                f"起始前有 {found.before} 字节，结尾后有 {found.after} 字节",
                digest=file.digest,
            )
    yield from said


_TOOLS = ("tools",)

CHECKS: tuple[Check[Subject], ...] = (
    Check(
        name="security.malware",
        title="No file, and no file within a file, is infected",
        zh="病毒感染检测",
        run=_malware,
        rule="a scanner's verdict on each file, and each file within it",
        rule_zh="病毒扫描工具对每个文件及其内含文件的结论",
        who=Who.CONFIGURED,
        needs=("tools", "scanners"),
    ),
    Check(
        name="security.extra_files",
        title="Nothing is there that belongs to no document",
        zh="载体中多余文件检测",
        run=_extra,
        rule="each member is a document's file, metadata, a manifest or the signature",
        rule_zh="包内成员均为材料文件、元数据、清单或签名",
        needs=("package", "metadata"),
        stages=WHILE_FILING,
    ),
    Check(
        name="security.active_content",
        title="No file does anything by itself",
        zh="活动内容检测",
        run=asking(Aspect.PASSIVE),
        rule="no script, macro, or action that starts something",
        rule_zh="不含脚本、宏和自动执行的动作",
        sureness=Sureness.OURS,
        needs=_TOOLS,
    ),
    Check(
        name="security.embedded_files",
        title="No files are embedded in files",
        zh="嵌入文件检测",
        run=asking(Aspect.EMBEDDED),
        rule="attachments and embedded objects are named, for they escape other checks",
        rule_zh="列出附件和嵌入对象，以免漏检",
        sureness=Sureness.OURS,
        needs=_TOOLS,
    ),
    Check(
        name="security.hidden_data",
        title="Nothing stands before the start or after the end of a file",
        zh="首尾多余数据检测",
        run=_hidden,
        rule="a file is of one format, from its first byte to its last",
        rule_zh="文件自首字节至末字节为同一格式",
        sureness=Sureness.OURS,
        needs=_TOOLS,
    ),
)
