"""Report as JSON: one form, so that it can be signed, kept, and made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from egovarchive.checks.report import Finding, Report, Stage
from egovarchive.checks.table import row_of
from egovarchive.errors import InvalidValueError
from egovarchive.records.moment import in_china
from egovarchive.records.outcome import Outcome

FORMAT: Final = 1
MAX_SIZE: Final = 256 << 20  # bytes of one report
_TEXTS: Final = ("object", "en", "zh", "expected", "found", "tool", "digest")


def report_values(report: Report) -> dict[str, Any]:
    """Return *report* with all its findings, as JSON has them."""
    made = dict.fromkeys(finding.check for finding in report.findings)
    return {
        "report": FORMAT,
        "stage": report.stage.value,
        "object": report.object,
        "package": report.package,
        "at": report.at.isoformat(),
        "operator": report.operator,
        "profile": report.profile,
        "policy": report.policy,
        "library": report.library,
        "passed": report.passed,
        "complete": report.complete,
        "required": sorted(report.required),
        "summary": {
            name.value: {outcome.value: count for outcome, count in counts.items()}
            for name, counts in report.summary().items()
        },
        "checks": {name: _described(report, name) for name in made},
        "findings": [
            {
                "check": finding.check,
                "outcome": finding.outcome.value,
                **{name: getattr(finding, name) for name in _TEXTS},
            }
            for finding in report.findings
        ],
    }


def _described(report: Report, name: str) -> dict[str, str]:
    row = row_of(name)
    described = {
        "title": row.title,
        "zh": row.zh,
        "rule": row.rule,
        "rule_zh": row.rule_zh,
        "sureness": row.sureness.value,
        "who": row.who.value,
    }
    code = report.codes.get(name)
    return {"code": code, **described} if code else described


def encode_report(report: Report) -> bytes:
    """Return *report* as UTF-8 JSON; the same bytes for the same report, always."""
    return (
        json.dumps(report_values(report), ensure_ascii=False, indent=1) + "\n"
    ).encode(errors="backslashreplace")  # half a character, in a file's name: \udcc9


def decode_report(data: bytes) -> Report:
    """
    Read what `encode_report` wrote, and nothing else.

    Raises:
        InvalidValueError: It is no report, or one that was altered so that what it
            says of itself no longer fits.
    """
    if len(data) > MAX_SIZE:
        raise _broken(f"larger than {MAX_SIZE} bytes", f"超过 {MAX_SIZE} 字节")
    try:
        report = _report(json.loads(data))
        again = encode_report(report)
    except InvalidValueError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise _broken(reason, reason) from None
    if again != data:
        raise _broken("it is not in the form that is written", "不是规范形式")
    return report


def _report(values: Mapping[str, Any]) -> Report:
    if values["report"] != FORMAT:
        raise _broken(f"unknown form {values['report']!r}", "未知版本")
    return Report(
        stage=Stage(values["stage"]),
        object=values["object"],
        at=in_china(datetime.fromisoformat(values["at"])),
        findings=tuple(
            Finding(
                check=row["check"],
                outcome=Outcome(row["outcome"]),
                **{name: row[name] for name in _TEXTS},
            )
            for row in values["findings"]
        ),
        required=frozenset(values["required"]),
        package=values["package"],
        profile=values["profile"],
        policy=values["policy"],
        operator=values["operator"],
        library=values["library"],
        codes={
            name: row["code"] for name, row in values["checks"].items() if "code" in row
        },
    )


def _broken(en: str, zh: str) -> InvalidValueError:
    return InvalidValueError(
        f"not a report: {en}", f"不是检测报告：{zh}", rule="reports in JSON"
    )
