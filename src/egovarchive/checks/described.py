"""Described: what the tables of `egovarchive.checks.metadata` find, told by check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from egovarchive.checks.check import Said, Subject
from egovarchive.checks.metadata.fault import Fault
from egovarchive.records.outcome import Outcome


def told(faults: Iterable[Fault], name: str, en: str, zh: str) -> Iterator[Said]:
    """
    Yield *faults* as findings; without any, that *name* has passed, with *en* and *zh*.
    """
    fine = True
    for fault in faults:
        fine = False
        yield Said(
            fault.outcome,
            f"{name}: {fault.place}" if fault.place else name,
            fault.en,
            fault.zh,
            expected=fault.expected,
            found=fault.found,
        )
    if fine:
        yield Said(Outcome.PASSED, name, en, zh)


def by_scheme(kind: str, en: str, zh: str) -> Callable[[Subject], Iterator[Said]]:
    """
    Return a check that tells what the profile's tables have against the metadata.

    Args:
        kind: Which of the faults of `egovarchive.checks.metadata.scheme.Examined`.
        en: What is said if there are none, in English.
        zh: The same in Chinese.
    """

    def look(subject: Subject) -> Iterator[Said]:
        for path, found in subject.described:
            yield from told(getattr(found, kind), path, en, zh)

    return look
