"""Review 人工审核: what a person says of a finding that waits for one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import field, frozen

from egovarchive.errors import InvalidValueError, Language
from egovarchive.records.moment import in_china
from egovarchive.records.outcome import Outcome
from egovarchive.records.text import Text

_POSSIBLE = (Outcome.PASSED, Outcome.WARNED, Outcome.FAILED)


@frozen(kw_only=True)
class Review:
    """
    What a person says of a finding that waits for one.

    It holds for a finding that says the same of the same thing, word for word, and for
    no other: see `Finding.id`. It does not repeat what that says, which may name a
    person, for a review is kept for ever.

    Args:
        check: Name of the check.
        finding: The finding's id.
        outcome: Passed, warned or failed.
        by: Who decided: an official acting as such, by name or staff number.
        reason: Why, in his own words; they must not name an applicant.
        at: When; without a zone: in China.
    """

    check: str = field(validator=Text(100))
    finding: str = field(validator=Text(64))
    outcome: Outcome = field()
    by: str = field(validator=Text(100))
    reason: str = field(validator=Text(1000))
    at: datetime = field(converter=in_china)

    @outcome.validator
    def _check(self, _: Any, value: Outcome) -> None:
        if value not in _POSSIBLE:
            raise InvalidValueError(
                f"a person's decision cannot be {value.label('en')!r}",
                f"人工审核结论不能为“{value.zh}”",
                rule="passed, failed or warned",
                place="outcome",
            )

    def message(self, lang: Language = "en") -> str:
        """Return who decided what, and why, in the language *lang*."""
        if lang == "zh":
            return (
                f"{self.by} 于 {self.at:%Y-%m-%d %H:%M} 审核为{self.outcome.zh}："
                f"{self.reason}"
            )
        return (
            f"{self.by} decided {self.outcome.label(lang)} at "
            f"{self.at:%Y-%m-%d %H:%M}: {self.reason}"
        )
