"""Usability 可用性: it can be opened and read."""

from __future__ import annotations

from collections.abc import Iterator

from egovarchive.checks.check import Check, Result, Subject
from egovarchive.checks.report import Outcome


def _metadata(subject: Subject) -> Iterator[Result]:
    package = subject.package
    filing = package.filing()
    yield (
        Outcome.PASSED,
        package.profile.basic_path,
        f"well-formed, each value of its type: case {filing.case.number}",
        f"格式良好，各项类型正确：办件 {filing.case.number}",
    )


CHECKS = (
    Check(
        name="usability.metadata",
        title="The metadata can be read",
        zh="信息包中元数据的可读性检测",
        run=_metadata,
    ),
)
