"""Each damage to a valid package is caught, and by the checks that are there for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

import pytest

from acceptance.mutation import Caught, OnceTools, victims
from acceptance.mutations import MUTATIONS, all_caught
from checks.extras import needs_extras
from egovarchive.checks import CHECKS, Stage
from egovarchive.formats.tools import installed_tools
from egovarchive.records.outcome import Outcome

pytestmark = needs_extras

NAMES = [mutation.name for mutation in MUTATIONS]
VICTIMS = [victim.name for victim in victims()]


@pytest.fixture(scope="module")
def caught() -> Mapping[str, list[Caught]]:
    """Return what came of all mutations, by name."""
    found: dict[str, list[Caught]] = defaultdict(list)
    for each in all_caught():
        found[each.mutation.name].append(each)
    return found


def test_no_two_have_one_name() -> None:
    assert not [name for name, count in Counter(NAMES).items() if count > 1]


@pytest.mark.parametrize("name", NAMES)
def test_is_caught_by_the_checks_for_it_and_no_others(
    caught: Mapping[str, list[Caught]], name: str
) -> None:
    assert caught[name], "no package could be damaged so"
    for each in caught[name]:
        assert not each.missed, (each.victim, each.outcomes)
        assert not each.unexpected, (each.victim, each.outcomes)


@pytest.mark.parametrize("victim", VICTIMS)
def test_each_package_is_damaged_in_more_than_thirty_ways(
    caught: Mapping[str, list[Caught]], victim: str
) -> None:
    made = [
        each for group in caught.values() for each in group if each.victim == victim
    ]
    assert len(made) > 100


def test_each_check_of_a_package_has_a_mutation_that_it_must_catch() -> None:
    asked = frozenset().union(*(mutation.by for mutation in MUTATIONS))
    assert {check.name for check in CHECKS if check.run is not None} <= asked


@pytest.mark.parametrize("stage", Stage)
def test_nothing_fails_before_anything_is_done(stage: Stage) -> None:
    with installed_tools() as tools:
        for victim in victims():
            report = victim.report(victim.data, OnceTools.of(tools), stage)
            assert not report.failures, str(report)
            assert report.passed
            performed = {
                finding.check
                for finding in report.findings
                if finding.outcome is not Outcome.NOT_PERFORMED
            }
            idle = {check.name for check in CHECKS if stage in check.stages} - performed
            assert idle <= {"usability.conformance"}, "veraPDF may be absent"
