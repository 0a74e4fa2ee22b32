"""Facts of a sample case: what it is, and what each of its files is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from samples.content import Content

CHINA = timezone(timedelta(hours=8))
AGENCY = "某某市行政审批服务局"


def at(text: str) -> datetime:
    """Return the moment *text*, such as ``2025-03-03 09:10``, in China."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


def written(day: date) -> str:
    """Return *day* as official documents print it: 2025年3月3日."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, kw_only=True)
class Person:
    """An applicant or agent. Names and numbers are invented."""

    name: str
    kind: str  # natural, legal
    identifier: str  # with right check characters, but of nobody who can be alive

    @property
    def masked(self) -> str:
        """Return the identifier as documents print it: resident numbers are masked."""
        if self.kind == "legal":
            return self.identifier
        return f"{self.identifier[:6]}********{self.identifier[-4:]}"


@dataclass(frozen=True, kw_only=True)
class Scan:
    """How a paper became a file."""

    resolution: int  # dots per inch
    colour_mode: str  # bitonal, grey, colour
    compression: str
    verified_by: str
    verified_on: date


@dataclass(frozen=True, kw_only=True)
class SampleFile:
    """One file of a case. Files with one *document* are parts of one document."""

    name: str
    document: str
    role: str  # application, procedure, result
    made_at: datetime
    content: Content
    program: str
    scan: Scan | None = None
    called_from: str | None = None

    @property
    def provenance(self) -> str:
        """Return why it is archived: it follows from the role in every sample."""
        return {
            "application": "evidentiary",
            "procedure": "procedural",
            "result": "result",
        }[self.role]


@dataclass(frozen=True, kw_only=True)
class SampleCase:
    """A concluded case and its files."""

    folder: str
    kind: str
    number: str
    item: str
    applicant: Person
    agent: Person | None = None
    accepted_on: date | None
    concluded_on: date
    decision: str
    licence: str | None = None
    licence_number: str | None = None
    valid_until: date | None = None
    joint: str | None = None
    joint_number: str | None = None
    steps: tuple[tuple[str, str, str], ...]  # moment, activity, actor
    files: tuple[SampleFile, ...]
