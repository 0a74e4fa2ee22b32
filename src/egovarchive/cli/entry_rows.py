"""Entries and reports as JSON has them."""

from __future__ import annotations

from egovarchive.checks import Report
from egovarchive.lifecycle.entry import Entry


def entry_row(entry: Entry) -> dict[str, object]:
    """Return *entry*, all it has."""
    row = entry.row()
    return {
        "code": row["code"],
        "title": entry.title,
        "fonds": entry.fonds,
        "retention": str(entry.retention),
        **row,
    }


def report_row(report: Report) -> dict[str, object]:
    """Return *report*, with all its findings."""
    return {
        "code": report.object,
        "passed": report.passed,
        "complete": report.complete,
        "missing": list(report.missing),
        "stage": report.stage.value,
        "at": report.at.isoformat(),
        "summary": {
            name.value: {outcome.value: count for outcome, count in counts.items()}
            for name, counts in report.summary().items()
        },
        "findings": [
            {
                "check": finding.check,
                "property": finding.property.value,
                "outcome": finding.outcome.value,
                "object": finding.object,
                "en": finding.en,
                "zh": finding.zh,
                "expected": finding.expected,
                "found": finding.found,
                "tool": finding.tool,
                "digest": finding.digest,
            }
            for finding in report.findings
        ],
    }
