"""Four-property checks 四性检测 (DA/T 70—2018)."""

from egovarchive.checks.check import Check, Expected, Subject
from egovarchive.checks.report import (
    ChecksFailedError,
    Finding,
    Property,
    Report,
    Stage,
)
from egovarchive.checks.run import ALL_CHECKS, run
from egovarchive.records.outcome import Outcome

__all__ = [
    "ALL_CHECKS",
    "Check",
    "ChecksFailedError",
    "Expected",
    "Finding",
    "Outcome",
    "Property",
    "Report",
    "Stage",
    "Subject",
    "run",
]
