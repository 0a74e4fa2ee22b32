"""Batch report 批次检测: what the checks of all that came together say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.transfer.incoming import Incoming
from egovarchive.checks import Report, Stage
from egovarchive.checks.batch import Batch, Registered, Totals, run_batch
from egovarchive.checks.metadata.fault import Fault
from egovarchive.exchange.dat93 import Kind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.outcome import Outcome

# What the files that describe a volume say wrongly, and not what is wrong with files.
_OF_DESCRIPTION = frozenset(
    {
        Kind.RECORD_MISSING,
        Kind.RECORD_UNLISTED,
        Kind.RECORD_TWICE,
        Kind.ROW,
        Kind.STATEMENT,
        Kind.COUNT,
        Kind.RANGE,
        Kind.VOLUME,
    }
)


@frozen
class Came:
    """
    A record that came and could be read, as checks of a batch count it.

    Args:
        code: Its archival code.
        case_number: Its case number.
        size: Size of its package in bytes.
        title: Its title, if known.
    """

    code: ArchivalCode
    case_number: str
    size: int
    title: str | None = field(default=None, repr=False)


def batch_report(
    acting: Acting, incoming: Incoming, came: Iterable[Registered], by: str
) -> Report:
    """
    Return what the batch checks of accession say of *incoming*.

    What only a person can look at needs review: nobody has looked yet.

    Args:
        acting: The archive that receives.
        incoming: The batch.
        came: Those of its records that could be read.
        by: Who receives.
    """
    listed, known = incoming.listed, sorted(came, key=lambda each: str(each.code))
    batch = Batch(
        name=f"{listed.fonds} {incoming.id[:12]}",
        at=acting.now(),
        entries=lambda: known,
        declared=Totals(items=len(listed.records), size=listed.size),
        # A batch is some records of their series: a gap is no loss.
        whole=False,
        medium=incoming.is_on_carriers,
        description=lambda: _faults(incoming),
    )
    profile = acting.archiving.profile
    return run_batch(batch, Stage.ACCESSION, operator=by, profile=profile)


def _faults(incoming: Incoming) -> Iterator[Fault]:
    for finding in incoming.findings:
        if finding.kind in _OF_DESCRIPTION:
            yield Fault(
                Outcome.FAILED,
                finding.place,
                finding.en,
                finding.zh,
                expected=finding.expected,
                found=finding.found,
            )
