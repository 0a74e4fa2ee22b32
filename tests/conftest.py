"""What all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# Machines are noisy: no test may depend on how long an example takes.
settings.register_profile(
    "egovarchive", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("egovarchive")

# What a machine may lack that no script can install: the right to mount a disk, or a
# user who may not read everything.
_EXCUSED = ("mount", "simulated power cut", "may read everything")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for reason in _unexcused(terminalreporter):
        terminalreporter.write_line(f"skipped without excuse: {reason}", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that may skip nothing and did."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, pytest.TerminalReporter) and _unexcused(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _unexcused(reporter: pytest.TerminalReporter) -> list[str]:
    if not os.environ.get("EGOVARCHIVE_NO_SKIPS"):
        return []
    reasons = [str(report.longrepr[2]) for report in reporter.stats.get("skipped", [])]
    return [r for r in reasons if not any(word in r for word in _EXCUSED)]
