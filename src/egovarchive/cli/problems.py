"""Problems: what an error says, and with which code a command ends for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from egovarchive.checks import ChecksFailedError, Finding, Report
from egovarchive.errors import (
    BatchError,
    ConflictError,
    EgovArchiveError,
    EntryNotFoundError,
    EvidenceError,
    InvalidValueError,
    JournalError,
    Language,
    LifecycleError,
    NotStoredError,
    PackageError,
    ReceiptError,
    SignatureInvalidError,
)
from egovarchive.exchange.invalid_file import InvalidFileError

FINE: Final = 0
FINDINGS: Final = 1
WRONG_USE: Final = 2
ENVIRONMENT: Final = 3

# The first that fits; whatever else goes wrong lies in the environment.
_CODES: Final = (
    (
        (
            BatchError,
            ChecksFailedError,
            ConflictError,
            EntryNotFoundError,
            EvidenceError,
            JournalError,
            LifecycleError,
            NotStoredError,
            PackageError,
            ReceiptError,
            SignatureInvalidError,
        ),
        FINDINGS,
    ),
    (InvalidValueError, WRONG_USE),
)


def exit_code(error: EgovArchiveError) -> int:
    """Return the code with which a command ends that *error* stopped."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), ENVIRONMENT)


@frozen
class Problem:
    """
    One thing that is wrong.

    Args:
        error: Name of the error's class.
        line: All of it for a reader, in one line.
        message: What is wrong.
        place: Where, if the error tells.
        rule: Which rule it breaks, if the error tells.
    """

    error: str
    line: str
    message: str
    place: str | None = None
    rule: str | None = None

    def row(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {
            "error": self.error,
            "message": self.message,
            "place": self.place,
            "rule": self.rule,
        }


def problems_of(error: EgovArchiveError, lang: Language) -> Iterator[Problem]:
    """Yield each thing that *error* says is wrong, in the language *lang*."""
    kind = type(error).__name__
    if isinstance(error, InvalidFileError):
        for each in error.errors:
            yield _of_value(each, kind, lang)
        if error.more:
            # What it adds behind those that are listed.
            more = error.message(lang).rsplit("\n", 1)[-1]
            yield Problem(kind, more, more)
    elif isinstance(error, InvalidValueError):
        yield _of_value(error, kind, lang)
    elif isinstance(error, ChecksFailedError):
        for finding in _refused_for(error.report):
            why = finding.zh if lang == "zh" else finding.en
            line = finding.message(lang)
            yield Problem(kind, line, why, finding.object, finding.check)
    else:
        text = error.message(lang)
        yield Problem(kind, " ".join(text.split("\n")), text)


def _refused_for(report: Report) -> tuple[Finding, ...]:
    """Return what failed, or else what is required and was not made."""
    missing = {*report.missing}
    return report.failures or tuple(
        finding for finding in report.open_ends if finding.check in missing
    )


def _of_value(error: InvalidValueError, kind: str, lang: Language) -> Problem:
    return Problem(
        kind,
        error.message(lang),
        EgovArchiveError.message(error, lang),
        error.place or None,
        error.rule or None,
    )
