"""Usability 可用性: it can be opened and read."""

from __future__ import annotations

from collections.abc import Iterator

from egovarchive.checks.check import Check, Result, Subject
from egovarchive.records.outcome import Outcome


def _metadata(subject: Subject) -> Iterator[Result]:
    package = subject.package
    profile = package.profile
    package.check_readable()
    for path in (profile.basic_path, profile.process_path):
        yield Outcome.PASSED, path, "well-formed", "格式良好"


CHECKS = (
    Check(
        name="usability.metadata",
        title="The metadata can be read",
        zh="信息包中元数据的可读性检测",
        run=_metadata,
    ),
)
