"""Four-property checks 四性检测 (DA/T 70—2018)."""

from egovarchive.checks.check import Check, Expected, Said, Subject, Sureness, Who
from egovarchive.checks.policy import DEFAULT_POLICY, Policy
from egovarchive.checks.report import (
    ChecksFailedError,
    Finding,
    Property,
    Report,
    Stage,
)
from egovarchive.checks.review import Review
from egovarchive.checks.run import CHECKS, run
from egovarchive.records.outcome import Outcome

__all__ = [
    "CHECKS",
    "DEFAULT_POLICY",
    "Check",
    "ChecksFailedError",
    "Expected",
    "Finding",
    "Outcome",
    "Policy",
    "Property",
    "Report",
    "Review",
    "Said",
    "Stage",
    "Subject",
    "Sureness",
    "Who",
    "run",
]
