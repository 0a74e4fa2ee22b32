"""Report as a page 检测报告: bilingual, one file, no scripts, made to be printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final

from attrs import evolve

from egovarchive.checks.report import GOOD, Finding, Property, Report
from egovarchive.checks.table import row_of
from egovarchive.records.outcome import Outcome

_PASSED_SHOWN: Final = 5  # of one check; the rest is counted
_DIGEST: Final = 64  # characters
_LONG: Final = 10  # objects in one row, from which on it may go on on another page
# Characters that turn or hide the text around them are shown by their number.
_TREACHEROUS: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
POLICY: Final = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
)
STYLE: Final = """
:root { color-scheme: light; }
body { font: 15px/1.5 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei",
  "PingFang SC", system-ui, sans-serif; color: #1a1a1a; background: #fff;
  max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h1 small, h2 small { display: block; font-size: .8rem; font-weight: normal;
  color: #555; }
table { border-collapse: collapse; width: 100%; table-layout: fixed;
  margin: .5rem 0 1rem; }
th, td { border: 1px solid #bbb; padding: .3rem .5rem; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
th { background: #f2f2f2; font-weight: 600; }
.number { text-align: right; } .dim { color: #555; font-size: .85em; }
.facts th { width: 12rem; } .verdict { font-size: 1.15rem; padding: .6rem .8rem;
  border: 2px solid; margin: 1rem 0; }
.findings col.outcome { width: 7rem; } .findings b { font-weight: 600; }
.digest { overflow-wrap: anywhere; }
.passed { color: #176117; } .failed { color: #a11212; font-weight: 600; }
.warned { color: #7a4d00; } .not_performed, .needs_review { color: #3d3d8f; }
.check th { background: #f7f7f7; } .check .dim { font-weight: normal; }
.signatures td { height: 4.5rem; width: 50%; }
@media print { @page { size: A4; margin: 16mm 14mm; }
  body { margin: 0; padding: 0; max-width: none; font-size: 10pt; }
  thead { display: table-header-group; } tr { break-inside: avoid; }
  tr.long { break-inside: auto; } h2, .check { break-after: avoid; } }
@media (max-width: 40rem) { .findings col.outcome { width: 4.5rem; }
  .facts th { width: 7rem; } }
"""


def report_html(report: Report) -> str:
    """
    Return *report* as one HTML page, in Chinese with the English beside it.

    It names every finding that did not pass; of those that passed, the first five of
    each check. It loads nothing and runs nothing.
    """
    title = f"四性检测报告 {shown(report.object)}"
    head = (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{POLICY}<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        "<h1>四性检测报告<small>Report of four-property checks</small></h1>\n"
    )
    return "".join(
        (
            head,
            _verdict(report),
            _facts(report),
            _summary(report),
            *_open(report),
            *_properties(report),
            _signatures(),
            "</body>\n</html>\n",
        )
    )


def _verdict(report: Report) -> str:
    if report.failures:
        kind, count = "failed", len(report.failures)
        zh, en = f"未通过：{count} 项", f"Not passed: {count} failed"
    elif report.missing:
        kind, names = "failed", ", ".join(report.missing)
        zh, en = f"未通过：必检项目未完成（{names}）", f"Not passed: open: {names}"
    elif report.passed and report.required:
        kind, zh, en = "passed", "必检项目全部通过", "All required checks passed"
    elif report.passed:
        kind, zh, en = "passed", "已检测的项目全部通过", "All that was checked passed"
    else:
        kind, zh, en = "failed", "未作任何检测", "Nothing was checked"
    if report.open_ends:
        count = len(report.open_ends)
        zh += f"；另有 {count} 项未检测或待人工审核，不计为通过"
        en += f"; {count} not performed or waiting for a person: not counted as passed"
    return (
        f'<p class="verdict {kind}">{zh}<br><span class="dim">{escape(en)}</span></p>\n'
    )


def _facts(report: Report) -> str:
    rows = (
        ("检测对象", "object", report.object),
        ("归档信息包标识", "package", report.package),
        ("检测阶段", "stage", f"{report.stage.zh} ({report.stage.label('en')})"),
        ("检测时间", "time", report.at.isoformat(" ", "seconds")),
        ("检测人", "operator", report.operator or "—"),
        ("信息包规范", "profile", report.profile),
        ("检测策略", "policy", report.policy),
        ("检测软件", "software", f"egovarchive {report.library}".strip()),
    )
    lines = "".join(
        f'<tr><th>{zh} <span class="dim">{en}</span></th><td>{shown(text)}</td></tr>\n'
        for zh, en, text in rows
        if text
    )
    return f'<table class="facts">\n{lines}</table>\n'


def _summary(report: Report) -> str:
    head = "".join(
        f'<th class="number {each.value}">{each.zh}<br>'
        f'<span class="dim">{each.label("en")}</span></th>'
        for each in Outcome
    )
    rows = "".join(
        f'<tr><th>{each.zh} <span class="dim">{each.label("en")}</span></th>'
        + "".join(
            f'<td class="number">{counts.get(outcome, 0) or "—"}</td>'
            for outcome in Outcome
        )
        + "</tr>\n"
        for each, counts in report.summary().items()
    )
    return (
        "<h2>汇总<small>Summary</small></h2>\n"
        f"<table><thead><tr><th>四性</th>{head}</tr></thead>\n<tbody>{rows}</tbody></table>\n"
    )


def _open(report: Report) -> Iterator[str]:
    """Yield the list of what a reader must act on, if there is any."""
    bad = [f for f in report.findings if f.outcome not in GOOD]
    if not bad:
        return
    yield "<h2>问题与待办<small>What needs attention</small></h2>\n"
    failed = [f for f in bad if f.outcome is Outcome.FAILED]
    rest = [f for f in bad if f.outcome is not Outcome.FAILED]
    yield _table(
        row
        for findings in (failed, rest)
        for group in _by_check(findings)
        for row in (_heading(group[0].check, report), *_rows(group))
    )


def _properties(report: Report) -> Iterator[str]:
    for name in Property:
        findings = [f for f in report.findings if f.property is name]
        yield f"<h2>{name.zh}<small>{name.label('en')}</small></h2>\n"
        if not findings:
            yield (
                '<p class="not_performed">未检测 '
                '<span class="dim">nothing of this was checked</span></p>\n'
            )
            continue
        yield _table(
            row for group in _by_check(findings) for row in _of_check(group, report)
        )


def _by_check(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    for _, group in groupby(findings, lambda finding: finding.check):
        yield list(group)


def _of_check(findings: Sequence[Finding], report: Report) -> Iterator[str]:
    """Yield the rows of one check; what stands in the list above is counted."""
    yield _heading(findings[0].check, report)
    counts = Counter(finding.outcome for finding in findings)
    for outcome in Outcome:
        if outcome not in GOOD and (count := counts[outcome]):
            yield _counted(
                outcome, f"{count} 项，见“问题与待办”", f"{count}, named above"
            )
    yield from _rows([f for f in findings if f.outcome is Outcome.WARNED])
    passed = [f for f in findings if f.outcome is Outcome.PASSED]
    yield from _rows(passed[:_PASSED_SHOWN])
    if (more := len(passed) - _PASSED_SHOWN) > 0:
        yield _counted(Outcome.PASSED, f"另有 {more} 项通过", f"{more} more passed")


def _rows(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a row for what is said, with all objects of which the same is said."""
    alike: dict[Finding, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(evolve(finding, object="", digest=""), []).append(finding)
    for said, group in alike.items():
        yield _row(said, group)


def _table(rows: Iterable[str]) -> str:
    return (
        '<table class="findings"><colgroup><col class="outcome"><col></colgroup>'
        '<thead><tr><th>结果 <span class="dim">outcome</span></th>'
        '<th>对象与说明 <span class="dim">object and reason</span></th>'
        f"</tr></thead>\n<tbody>{''.join(rows)}</tbody></table>\n"
    )


def _heading(check: str, report: Report) -> str:
    row, code = row_of(check), report.codes.get(check, "")
    rules = dict.fromkeys(rule for rule in (row.rule_zh, row.rule) if rule)
    shown_code = f"{escape(code)} " if code else ""
    return (
        f'<tr class="check"><th colspan="2">{shown_code}{shown(row.zh)} '
        f'<span class="dim">{shown(row.title)} · {shown(check)}<br>'
        f"依据 basis: {shown(' · '.join(rules))}</span></th></tr>\n"
    )


def _counted(outcome: Outcome, zh: str, en: str) -> str:
    return f'<tr>{_cell(outcome)}<td>{zh} <span class="dim">{en}</span></td></tr>\n'


def _cell(outcome: Outcome) -> str:
    return (
        f'<td class="{outcome.value}">{outcome.zh}'
        f'<br><span class="dim">{outcome.label("en")}</span></td>'
    )


def _row(said: Finding, group: Sequence[Finding]) -> str:
    objects = "<br>".join(
        f"<b>{shown(each.object)}</b>"
        + (f' <span class="dim digest">{shown(each.digest)}</span>' * bool(each.digest))
        for each in group
    )
    details = "".join(
        f'<br><span class="dim">{zh} {en}: {shown(text)}</span>'
        for zh, en, text in (
            ("应为", "expected", _unsaid(said.expected, said.zh)),
            ("实为", "found", _unsaid(said.found, said.zh)),
            ("工具", "tool", said.tool),
        )
        if text
    )
    english = (
        "" if said.en == said.zh else f'<br><span class="dim">{shown(said.en)}</span>'
    )
    kind = ' class="long"' if len(group) > _LONG else ""
    told = f"{shown(said.zh)}{english}{details}"
    # What is said of many stands before their names.
    whole = (
        f"{objects}<br>{told}"
        if len(group) == 1
        else f"{told}<br>共 {len(group)} 个：<br>{objects}"
    )
    return f"<tr{kind}>{_cell(said.outcome)}<td>{whole}</td></tr>\n"


def _unsaid(text: str, said: str) -> str:
    """Return *text*, unless it is a digest that is *said* already: those are long."""
    value = text.rpartition(":")[2]
    return "" if len(value) >= _DIGEST and value in said else text


def _signatures() -> str:
    return (
        '<table class="signatures"><tr>'
        '<td>检测人（签名） <span class="dim">checked by</span>'
        "<br><br>年　　月　　日</td>"
        '<td>审核人（签名） <span class="dim">reviewed by</span>'
        "<br><br>年　　月　　日</td>"
        "</tr></table>\n"
    )


def shown(text: str) -> str:
    """Return *text* for a page: what HTML means by it, and what hides, is escaped."""
    return escape(plain(text))


def plain(text: str) -> str:
    """Return *text* with the characters that turn or hide text shown by number."""
    return _TREACHEROUS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
