"""Batch 批次: checks of many records together, of their carrier and the system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from egovarchive.checks import described
from egovarchive.checks.batch_subject import Batch, Registered, Totals
from egovarchive.checks.check import Check, Said, Sureness, Who
from egovarchive.checks.metadata.batch import Row, duplicates, gaps
from egovarchive.checks.report import Finding, Report, Stage
from egovarchive.checks.run import SILENT, codes_of
from egovarchive.errors import EgovArchiveError
from egovarchive.profiles import Profile
from egovarchive.records.outcome import Outcome
from egovarchive.version import __version__

__all__ = ["BATCH_CHECKS", "Batch", "Registered", "Totals", "run_batch"]


def _items(batch: Batch) -> Iterator[Said]:
    yield from _total(batch, "items", sum(1 for _ in _kept(batch)))


def _sizes(batch: Batch) -> Iterator[Said]:
    yield from _total(batch, "size", sum(entry.size for entry in _kept(batch)))


def _kept(batch: Batch) -> Iterator[Registered]:
    """Yield the entries of what was not destroyed."""
    gone = batch.gone
    return (e for e in batch.entries() if gone is None or not gone(e.code))


_UNITS: Final = {"items": ("records", "件"), "size": ("bytes", "字节")}


def _total(batch: Batch, what: str, found: int) -> Iterator[Said]:
    en, zh = _UNITS[what]
    if batch.declared is None:
        yield Said(
            Outcome.NOT_PERFORMED,
            batch.name,
            f"{found} {en}; no form says how many there should be",
            f"共 {found} {zh}；没有可比对的登记表",
            found=str(found),
        )
        return
    declared = getattr(batch.declared, what)
    same = declared == found
    yield Said(
        Outcome.PASSED if same else Outcome.FAILED,
        batch.name,
        f"{found} {en}" if same else f"the form says {declared} {en}, found {found}",
        f"共 {found} {zh}" if same else f"登记表为 {declared} {zh}，实为 {found} {zh}",
        expected=str(declared),
        found=str(found),
    )


def _description(batch: Batch) -> Iterator[Said]:
    if batch.description is None:
        yield Said(
            Outcome.NOT_PERFORMED,
            batch.name,
            "no files describe it: it is no transfer package",
            "不是移交信息包，没有说明文件和目录文件",
        )
        return
    yield from described.told(
        batch.description(), batch.name, "described as it should", "规范"
    )


def _sequence(batch: Batch) -> Iterator[Said]:
    if not batch.whole:
        yield Said(
            Outcome.NOT_PERFORMED,
            batch.name,
            "it holds some records of its series only",
            "仅含各类别的部分件，不检测连续性",
        )
        return
    codes = (entry.code for entry in batch.entries())
    yield from described.told(
        gaps(codes, batch.starts or 1),
        batch.name,
        "item numbers without gaps",
        "件号连续",
    )


def _duplicates(batch: Batch) -> Iterator[Said]:
    titled = False

    def rows() -> Iterator[Row]:
        nonlocal titled
        for entry in batch.entries():
            titled = titled or entry.title is not None
            yield _row(entry)

    fine = True
    for said in described.told(duplicates(rows()), batch.name, "", ""):
        if said.outcome is not Outcome.PASSED:
            fine = False
            yield said
    if fine:
        yield Said(
            Outcome.PASSED,
            batch.name,
            "nothing is there twice"
            + ("" if titled else "; titles are not known, and were not compared"),
            "没有重复" + ("" if titled else "；题名未知，未作比对"),
        )


def _row(entry: Registered) -> Row:
    code = str(entry.code)
    return Row(code, code, entry.case_number, entry.title or "")


def _catalog(batch: Batch) -> Iterator[Said]:
    if batch.readable is None:
        yield Said(
            Outcome.NOT_PERFORMED, batch.name, "no catalog was given", "未提供目录"
        )
        return
    count, bad = 0, False
    extra: set[str] = set()
    # First: what is registered meanwhile is in the journal by the time it is asked.
    try:
        for entry in batch.listed() if batch.listed else ():
            extra.add(str(entry.code))
    except EgovArchiveError as error:
        bad = True
        yield Said(Outcome.FAILED, batch.name, error.message("en"), error.message("zh"))
    for entry in batch.entries():
        count += 1
        extra.discard(str(entry.code))
        for said in _differs(entry, batch.readable):
            bad = True
            yield said
    for code in sorted(extra):
        bad = True
        yield Said(
            Outcome.FAILED,
            code,
            "the catalog lists it, and the journal never registered it",
            "目录中有此条目，登记簿中没有",
        )
    if not bad:
        yield Said(
            Outcome.PASSED,
            batch.name,
            f"{count} entries, as the journal has them",
            f"{count} 条目录可访问，与登记簿一致",
        )


def _differs(
    entry: Registered, readable: Callable[[Registered], Registered]
) -> Iterator[Said]:
    code = str(entry.code)
    try:
        found = readable(entry)
    except EgovArchiveError as error:
        yield Said(Outcome.FAILED, code, error.message("en"), error.message("zh"))
        return
    if found != entry:
        yield Said(
            Outcome.FAILED,
            code,
            "the catalog has it otherwise than the journal",
            "目录与登记簿不一致",
        )


_ON_MEDIA: Final = frozenset({Stage.ACCESSION, Stage.PRESERVATION})


def _person(  # noqa: PLR0913, PLR0917 - the columns of a table
    name: str,
    title: str,
    zh: str,
    rule: str,
    rule_zh: str,
    sureness: Sureness,
    stages: frozenset[Stage] = frozenset(Stage),
) -> Check[Batch]:
    return Check(
        name=name,
        title=title,
        zh=zh,
        run=None,
        rule=rule,
        rule_zh=rule_zh,
        who=Who.PERSON,
        sureness=sureness,
        needs=(),
        stages=stages,
    )


BATCH_CHECKS: tuple[Check[Batch], ...] = (
    Check(
        name="authenticity.duplicates_in_batch",
        title="No code, case number or title is there twice",
        zh="元数据项数据重复性检测（批次）",
        run=_duplicates,
        rule="one archival code and one case number a record; equal titles only warn",
        rule_zh="档号和办件编号均不重复；题名重复仅警告",
        needs=(),
    ),
    Check(
        name="authenticity.description_files",
        title="The files that describe a transfer package are well-formed and agree",
        zh="说明文件和目录文件规范性检测",
        run=_description,
        rule="presence, fields and encoding; DA/T 93—2022 by implementations",
        rule_zh="齐全性、字段和编码；据 DA/T 93—2022 的实现",
        sureness=Sureness.ONE,
        needs=(),
    ),
    Check(
        name="integrity.total_items",
        title="There are as many records as the form says",
        zh="总件数相符性检测",
        run=_items,
        rule="counted, against the form that came with the batch",
        rule_zh="清点件数，与随批登记表比对",
        needs=(),
    ),
    Check(
        name="integrity.total_size",
        title="There are as many bytes as the form says",
        zh="总字节数相符性检测",
        run=_sizes,
        rule="added up, against the form that came with the batch",
        rule_zh="累计字节数，与随批登记表比对",
        needs=(),
    ),
    Check(
        name="integrity.sequence",
        title="Item numbers have no gaps, from the stated start on",
        zh="连续性元数据项检测",
        run=_sequence,
        rule="DA/T 22—2015 item numbers, series by series",
        rule_zh="DA/T 22—2015 件号，按类别逐一检测",
        needs=(),
    ),
    Check(
        name="usability.catalog",
        title="Each record's description can be had from the catalog",
        zh="目标数据库中的元数据可访问性检测",
        run=_catalog,
        rule="the catalog gives each entry as the journal has it",
        rule_zh="目录条目与登记簿一致",
        needs=(),
    ),
    _person(
        "usability.environment",
        "Hardware and software that the records need are recorded, and there",
        "软硬件环境合规性检测",
        "a person compares what is recorded with what the archives have",
        "由人工比对所记录的与现有的软硬件环境",
        Sureness.UNCONFIRMED,
    ),
    _person(
        "security.antivirus",
        "Antivirus software is installed and up to date",
        "系统环境中是否安装杀毒软件检测",
        "a person looks at the systems that hold the records",
        "由人工查看保管档案的系统",
        Sureness.SEVERAL,
    ),
    _person(
        "security.medium_speed",
        "The carrier can be read as fast as it should",
        "载体读取速度检测",
        "a person reads the carrier",
        "由人工读取载体",
        Sureness.ONE,
        _ON_MEDIA,
    ),
    _person(
        "security.medium_appearance",
        "The carrier is clean, labelled and undamaged",
        "载体外观检测",
        "a person looks at the carrier",
        "由人工查看载体",
        Sureness.ONE,
        _ON_MEDIA,
    ),
    _person(
        "security.medium_quality",
        "The disc is fit for archiving",
        "光盘合格性检测",
        "DA/T 38, by an instrument",
        "DA/T 38，以仪器检测",
        Sureness.ONE,
        _ON_MEDIA,
    ),
    _person(
        "security.process",
        "Controls are in place while records are archived or handed over",
        "操作过程安全性检测",
        "a person looks at how it was done",
        "由人工查看操作过程",
        Sureness.SEVERAL,
    ),
)


def run_batch(
    batch: Batch,
    stage: Stage,
    checks: Iterable[Check[Batch]] = BATCH_CHECKS,
    *,
    operator: str = "",
    profile: Profile | None = None,
) -> Report:
    """
    Run those of *checks* that belong to *stage* on *batch*; return what they say.

    What only a person can look at needs review. Carriers are left out if there is none.
    The codes that *profile* states for the checks are printed.
    """
    made = [
        check
        for check in checks
        if stage in check.stages
        and (batch.medium or not check.name.startswith("security.medium"))
    ]
    findings = [
        Finding(
            check=check.name,
            outcome=said.outcome,
            object=said.object,
            en=said.en,
            zh=said.zh,
            expected=said.expected,
            found=said.found,
        )
        for check in made
        for said in _said(check, batch)
    ]
    return Report(
        stage=stage,
        object=batch.name,
        at=batch.at,
        findings=tuple(findings),
        profile="" if profile is None else profile.name,
        operator=operator,
        library=__version__,
        codes={} if profile is None else codes_of(profile, stage, made),
    )


def _said(check: Check[Batch], batch: Batch) -> Iterator[Said]:
    if check.run is None:
        yield Said(
            Outcome.NEEDS_REVIEW,
            batch.name,
            "a person has to look at this",
            "需人工检测",
        )
        return
    said = False
    try:
        for result in check.run(batch):
            said = True
            yield result
        if not said:
            yield Said(Outcome.NOT_PERFORMED, batch.name, *SILENT)
    except EgovArchiveError as error:
        yield Said(Outcome.FAILED, batch.name, error.message("en"), error.message("zh"))
