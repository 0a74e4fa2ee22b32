"""Mutation: a valid package, one thing done to it, and the checks that must see it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any

from attrs import field, frozen

from archive.office import TODAY, verifier
from corpus.resealed import Parts
from egovarchive.checks import Expected, Policy, Report, Stage, Subject, run
from egovarchive.checks.metadata.stages import STAGE_RULES
from egovarchive.checks.metadata.statutory import LICENSING_LAW
from egovarchive.checks.run import unreadable
from egovarchive.errors import PackageError
from egovarchive.formats import (
    Format,
    Identification,
    Limits,
    Scan,
    Source,
    Tool,
    Verdict,
)
from egovarchive.formats.cache import MemoryCache
from egovarchive.formats.scan_quality import ScanFinding, ScanRules
from egovarchive.formats.toolbox import Toolbox
from egovarchive.packages import Package, read
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.case import Case
from egovarchive.records.outcome import Outcome
from egovarchive.testing import samples
from egovarchive.testing.scanning import eicar

ARRANGEMENT = samples.arrangement()
# Everything that can be configured is.
POLICY = Policy(
    name="everything", stages=STAGE_RULES, statutory=LICENSING_LAW, scan=ScanRules()
)


@frozen
class EicarScanner:
    """Knows one virus, which is none, and opens no archives."""

    def scan(self, source: Source, limits: Limits) -> Scan:
        found = eicar() in source.read(0, source.size)
        verdict = Verdict.INFECTED if found else Verdict.CLEAN
        name = "EICAR" if found else ""
        return Scan(tool=Tool("eicar", "1"), verdict=verdict, signature=name)


@frozen(kw_only=True)
class OnceTools(Toolbox):
    """Tools that look once at the same bytes, as damage leaves most files alone."""

    _seen: dict[tuple[object, ...], Any] = field(factory=dict, repr=False)

    @classmethod
    def of(cls, tools: Toolbox) -> OnceTools:
        """Return *tools* with a scanner, that look once."""
        return cls(
            identifiers=tools.identifiers,
            validators=tools.validators,
            readers=tools.readers,
            openers=tools.openers,
            scanners=(EicarScanner(),),
            limits=tools.limits,
            worker=tools.worker,
            cache=MemoryCache(),
        )

    # What no cache keeps.
    def identify(self, source: Source) -> tuple[Identification, ...]:
        found: tuple[Identification, ...] = self._once(
            "identify", source, lambda: Toolbox.identify(self, source)
        )
        return found

    def scan(
        self,
        source: Source,
        format: Format | None,  # noqa: A002
    ) -> Iterator[tuple[tuple[str, ...], Scan]]:
        return iter(
            self._once("scan", source, lambda: [*Toolbox.scan(self, source, format)])
        )

    def scan_quality(
        self,
        source: Source,
        format: Format,  # noqa: A002
        rules: ScanRules,
    ) -> list[ScanFinding]:
        found: list[ScanFinding] = self._once(
            "scan_quality",
            source,
            lambda: Toolbox.scan_quality(self, source, format, rules),
        )
        return found

    def _once(self, verb: str, source: Source, ask: Callable[[], Any]) -> Any:
        key = (verb, sha256(source.read(0, source.size)).digest())
        if key not in self._seen:
            self._seen[key] = ask()
        return self._seen[key]


@frozen(kw_only=True, eq=False)
class Victim:
    """A valid package, before something is done to it."""

    name: str
    case: Case

    @cached_property
    def parts(self) -> Parts:
        """Its members."""
        return Parts.packed(self.case, ARRANGEMENT)

    @cached_property
    def data(self) -> bytes:
        """Its bytes."""
        return self.parts.sealed()

    @cached_property
    def expected(self) -> Expected:
        """What was registered of it."""
        package = opened(self.data)
        signature = package.signature
        assert signature is not None
        return Expected(
            code=ArchivalCode(ARRANGEMENT.series_of(self.case), 7),
            package=package.id,
            size=package.size,
            signature=sha256(signature).hexdigest(),
        )

    def report(
        self, data: bytes, tools: Toolbox, stage: Stage, **changes: Any
    ) -> Report:
        """Return what all checks of *stage* say of *data* in its place."""
        expected = self.expected if stage is Stage.PRESERVATION else None
        try:
            package = opened(data)
        except PackageError as error:
            return unreadable(self.expected, self.name, error, at=TODAY)
        values: dict[str, Any] = {
            "package": package,
            "at": TODAY,
            "verifier": verifier(),
            "series": ARRANGEMENT.series_of(self.case),
            "rule": ARRANGEMENT.rule_for(self.case),
            "expected": expected,
            "taken": lambda _: None,
            "tools": tools,
            "policy": POLICY,
        }
        return run(Subject(**{**values, **changes}), stage)


def opened(data: bytes) -> Package:
    """Return the package *data*."""
    return read(io.BytesIO(data), GBT42727_2023)


def victims() -> tuple[Victim, ...]:
    """Return the packages that are damaged: of PDF, OFD, Word, scans, sound, video."""
    cases = samples.all_cases()
    return (
        Victim(name="licence", case=cases[0]),
        Victim(name="scans", case=cases[4]),
        Victim(name="inspection", case=cases[5]),
    )


def _names(value: Iterable[str]) -> frozenset[str]:
    return frozenset(value)


Damage = Callable[[Victim], "bytes | Parts | None"]


@frozen(kw_only=True)
class Mutation:
    """
    One way to damage a package.

    Args:
        name: What is done.
        damage: Returns what the package is then, or its parts, which are listed anew
            and signed by the trusted key; None if there is nothing to damage so.
        by: The checks that must say so, all of them.
        also: Those that may say so too: what else the same damage breaks.
        stage: When it is looked at.
        changes: Returns what else is different about the subject.
    """

    name: str
    damage: Damage
    by: frozenset[str] = field(converter=_names)
    also: frozenset[str] = field(default=frozenset(), converter=_names)
    stage: Stage = Stage.ACCESSION
    changes: Callable[[Victim], Mapping[str, Any]] = field(default=lambda _: {})

    def done_to(self, victim: Victim, tools: Toolbox) -> Report | None:
        """Return the report on *victim* once it is damaged; None if it cannot be."""
        damaged = self.damage(victim)
        if damaged is None:
            return None
        data = damaged.sealed() if isinstance(damaged, Parts) else damaged
        return victim.report(data, tools, self.stage, **self.changes(victim))


def objections(report: Report) -> set[tuple[str, Outcome, str]]:
    """Return what *report* has against its object: check, outcome, words."""
    return {
        (finding.check, finding.outcome, finding.en)
        for finding in report.findings
        if finding.outcome in {Outcome.FAILED, Outcome.WARNED}
    }


@frozen
class Caught:
    """
    What came of one mutation of one victim.

    Args:
        outcomes: The worst that each check said which said nothing of the kind before.
    """

    mutation: Mutation
    victim: str
    outcomes: Mapping[str, Outcome]

    @property
    def missed(self) -> frozenset[str]:
        """Checks that should have said so."""
        return self.mutation.by - set(self.outcomes)

    @property
    def unexpected(self) -> frozenset[str]:
        """Checks that should not have."""
        return frozenset(self.outcomes) - self.mutation.by - self.mutation.also


@frozen
class Bench:
    """Where victims are damaged: what was said of each before is known."""

    tools: Toolbox
    _before: dict[tuple[str, Stage], set[tuple[str, Outcome, str]]] = field(
        factory=dict, repr=False
    )

    def before(self, victim: Victim, stage: Stage) -> set[tuple[str, Outcome, str]]:
        """Return what is said of *victim* as it is."""
        key = (victim.name, stage)
        if key not in self._before:
            report = victim.report(victim.data, self.tools, stage)
            self._before[key] = objections(report)
        return self._before[key]

    def caught(self, victim: Victim, mutation: Mutation) -> Caught | None:
        """Return who saw *mutation* of *victim*; None if it cannot be made."""
        report = mutation.done_to(victim, self.tools)
        if report is None:
            return None
        outcomes: dict[str, Outcome] = {}
        for check, outcome, _ in objections(report) - self.before(
            victim, mutation.stage
        ):
            if outcomes.get(check) is not Outcome.FAILED:
                outcomes[check] = outcome
        return Caught(mutation, victim.name, outcomes)
