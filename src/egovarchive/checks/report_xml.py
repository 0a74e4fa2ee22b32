"""Report as XML, for systems that read nothing else."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Final

from lxml import etree

from egovarchive.checks.report import Finding, Report
from egovarchive.checks.table import row_of

# XML 1.0 cannot carry these, and a report repeats what hostile files hold.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DETAILS: Final = ("expected", "found", "tool", "digest")


def report_xml(report: Report) -> bytes:
    """
    Return *report* as one UTF-8 XML document; the same bytes for the same report.

    What XML cannot carry is written as ``\\uXXXX``.
    """
    root = etree.Element(
        "report",
        {
            name: _carried(text)
            for name, text in (
                ("stage", report.stage.value),
                ("object", report.object),
                ("package", report.package),
                ("at", report.at.isoformat()),
                ("operator", report.operator),
                ("profile", report.profile),
                ("policy", report.policy),
                ("library", report.library),
                ("passed", str(report.passed).lower()),
                ("complete", str(report.complete).lower()),
            )
            if text
        },
    )
    for name, findings in groupby(report.findings, lambda finding: finding.check):
        row = row_of(name)
        check = etree.SubElement(
            root,
            "check",
            {
                "name": name,
                **({"code": code} if (code := report.codes.get(name)) else {}),
                "title": row.title,
                "zh": row.zh,
                "rule": row.rule,
                "rule_zh": row.rule_zh,
                "required": str(name in report.required).lower(),
            },
        )
        for finding in findings:
            _add(check, finding)
    text: bytes = etree.tostring(
        root, encoding="UTF-8", xml_declaration=True, pretty_print=True
    )
    return text


def _add(check: etree._Element, finding: Finding) -> None:
    element = etree.SubElement(
        check,
        "finding",
        {"outcome": finding.outcome.value, "object": _carried(finding.object)},
    )
    for name, text in (("en", finding.en), ("zh", finding.zh)):
        etree.SubElement(element, name).text = _carried(text)
    for name in _DETAILS:
        if value := getattr(finding, name):
            etree.SubElement(element, name).text = _carried(value)


def _carried(text: str) -> str:
    return _FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
