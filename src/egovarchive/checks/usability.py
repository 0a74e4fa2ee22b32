"""Usability 可用性: it can be found, opened, shown and understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from egovarchive.checks.check import Check, Said, Subject, Sureness, Who, package_of
from egovarchive.checks.content import Tally, asking
from egovarchive.checks.examined import Examined
from egovarchive.errors import EgovArchiveError
from egovarchive.formats.aspect import Aspect
from egovarchive.records.outcome import Outcome


def _metadata(subject: Subject) -> Iterator[Said]:
    package = package_of(subject)
    profile = package.profile
    package.check_readable()
    if subject.expected is None:
        # Whether it is the profile's was looked at when it was registered.
        package.metadata()
    for path in (profile.basic_path, profile.process_path):
        yield Said(Outcome.PASSED, path, "well-formed", "格式良好")


def _format(subject: Subject) -> Iterator[Said]:
    seen: Counter[str] = Counter()
    tally = Tally()
    for file in subject.files:
        if file.format is None:
            objections = list(_nameless(file, tally))
            tally.objected |= bool(objections)
            yield from objections
            continue
        objections = list(_objections(subject, file))
        yield from objections
        if not objections:
            seen[file.format.id] += 1
        tally.objected |= bool(objections)
    if seen:
        told = ", ".join(f"{name} {count}" for name, count in sorted(seen.items()))
        yield Said(
            Outcome.PASSED,
            subject.object,
            f"formats by content: {told}",
            f"按内容识别的格式：{told}",
        )
    yield from tally.told(subject) if not seen else tally.left(subject.object)


def _nameless(file: Examined, tally: Tally) -> Iterator[Said]:
    """Yield what its name says against *file*, whose content tells no format."""
    from egovarchive.formats.extensions import judge  # noqa: PLC0415 - when asked

    if file.absence is not None:
        tally.leave(file, *file.absence)
        return
    if not file.identifications:
        tally.leave(file, "nobody looked for its format", "未识别格式")
        return
    outcome, en, zh = judge(file.identifications[0], file.source.name)
    if outcome is Outcome.NOT_PERFORMED:
        tally.leave(file, "its format is not known", "格式未知")
    else:
        yield _said(file, outcome, en, zh, "")


def _readable(subject: Subject) -> Iterator[Said]:
    """Yield the files of which there is nothing to read; then what tools say."""
    for file in subject.files:
        if file.absence is not None:
            yield _said(file, Outcome.FAILED, *file.absence, "")
    yield from asking(Aspect.READABLE)(subject)


def _objections(subject: Subject, file: Examined) -> Iterator[Said]:
    """Yield what is to be said against the format of *file*."""
    from egovarchive.formats.extensions import judge  # noqa: PLC0415 - when asked
    from egovarchive.formats.pronom import disagree  # noqa: PLC0415 - when asked

    found, *others = file.identifications
    assert found.format is not None  # noqa: S101 - the caller looked
    policy, form = subject.policy, found.format
    if form.id in policy.refused:
        yield _said(
            file,
            Outcome.FAILED,
            f"{form.en} is not archived",
            f"{form.zh}不得归档",
            form.id,
        )
    elif form.id not in policy.formats:
        yield _said(
            file,
            Outcome.WARNED,
            f"{form.en} is none of the formats for archiving",
            f"{form.zh}不在归档格式之列",
            form.id,
        )
    outcome, en, zh = judge(found, file.source.name)
    if outcome is not Outcome.PASSED:
        yield _said(file, outcome, en, zh, form.id)
    for other in others:
        if disagree(found, other) and other.format is not None:
            yield _said(
                file,
                Outcome.WARNED,
                f"{found.tool} says {form.id}, {other.tool} says {other.format.id} "
                f"{other.puid}",
                f"{found.tool} 识别为 {form.id}，{other.tool} 识别为 {other.format.id} "
                f"{other.puid}",
                form.id,
            )


def _said(file: Examined, outcome: Outcome, en: str, zh: str, found: str) -> Said:
    return Said(outcome, file.path, en, zh, found=found, digest=file.digest)


def _scans(subject: Subject) -> Iterator[Said]:
    tools, rules = subject.tools, subject.policy.scan
    assert tools is not None  # noqa: S101 - it needs them
    assert rules is not None  # noqa: S101 - the same
    tally = Tally()
    for file in subject.files:
        document = file.document
        if document is None or not document.groups.get("digitised"):
            continue
        if file.format is None:
            tally.leave(file, "its format is not known", "格式未知")
            continue
        try:
            quality = tools.scan_quality(file.source, file.format, rules)
        except EgovArchiveError as error:
            tally.leave(file, error.message("en"), error.message("zh"))
            continue
        for found in quality:
            if found.outcome is Outcome.NOT_PERFORMED:
                tally.leave(file, found.en, found.zh)
            else:
                tally.objected = True
                where = f"{found.place}: " if found.place else ""
                yield _said(
                    file, found.outcome, f"{where}{found.en}", f"{where}{found.zh}", ""
                )
        if not quality:
            tally.passed()
    yield from tally.told(subject)


_TOOLS = ("tools",)

CHECKS: tuple[Check[Subject], ...] = (
    Check(
        name="usability.metadata",
        title="The metadata can be read",
        zh="信息包中元数据的可读性检测",
        run=_metadata,
        rule="both metadata documents are well-formed XML without DOCTYPE",
        rule_zh="两份元数据均为格式良好的 XML，且无 DOCTYPE",
    ),
    Check(
        name="usability.format",
        title="Each file is of an archiving format, and named like it",
        zh="内容数据格式检测",
        run=_format,
        rule="formats of GB/T 18894—2016 as archives reprint them; found by content",
        rule_zh="档案馆转载的 GB/T 18894—2016 归档格式；按内容识别",
        needs=_TOOLS,
    ),
    Check(
        name="usability.readable",
        title="Each file can be opened and decoded to its end",
        zh="内容数据的可读性检测",
        run=_readable,
        rule="it is decoded from its first byte to its last",
        rule_zh="自首字节至末字节完整解码",
        sureness=Sureness.ONE,
        needs=_TOOLS,
    ),
    Check(
        name="usability.unencrypted",
        title="No file is encrypted, or compressed in a way that is not public",
        zh="信息包中包含的内容数据格式合规性检测",
        run=asking(Aspect.UNENCRYPTED),
        rule="no encryption, no compression that is not public",
        rule_zh="未加密，未采用非公开压缩算法",
        sureness=Sureness.ONE,
        needs=_TOOLS,
    ),
    Check(
        name="usability.self_contained",
        title="No file needs anything outside of it to be shown",
        zh="内容数据自包含检测",
        run=asking(Aspect.SELF_CONTAINED),
        rule="fonts, images and templates are inside; no external reference",
        rule_zh="字体、图像和模板均在文件之内，无外部引用",
        sureness=Sureness.OURS,
        needs=_TOOLS,
    ),
    Check(
        name="usability.conformance",
        title="Each fixed-layout file keeps the rules of its format",
        zh="版式文件格式规范符合性检测",
        run=asking(Aspect.CONFORMANT),
        rule="GB/T 33190—2016 and GB/T 42133—2022 (OFD), ISO 19005 by veraPDF (PDF)",
        rule_zh="OFD：GB/T 33190、GB/T 42133；PDF：ISO 19005（由 veraPDF 检测）",
        sureness=Sureness.OURS,
        needs=_TOOLS,
    ),
    Check(
        name="usability.scan_quality",
        title="Digitised paper is sharp enough, straight, and not blank",
        zh="数字化扫描质量检测",
        run=_scans,
        rule="resolution against page size, skew, blank pages",
        rule_zh="分辨率与幅面相符，无偏斜和空白页",
        who=Who.CONFIGURED,
        sureness=Sureness.OURS,
        needs=("package", "tools", "scan"),
    ),
)
