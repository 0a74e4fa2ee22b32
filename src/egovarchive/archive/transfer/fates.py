"""Fates 接收结果: what becomes of a record that came, as a receipt says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from egovarchive.archive.transfer.acknowledging import file_digests
from egovarchive.archive.transfer.incomer import Incomer
from egovarchive.errors import ConflictError, EgovArchiveError, RecordDestroyedError
from egovarchive.exchange.dat93 import Finding, Kind
from egovarchive.lifecycle.dialogue.reason import Ground, Reason
from egovarchive.lifecycle.dialogue.received import (
    FileFate,
    Holding,
    ReceivedFile,
    ReceivedRecord,
    RecordFate,
)
from egovarchive.lifecycle.dialogue.transfer_list import ListedRecord
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package

_FILES: Final = {
    Kind.FILE_MISSING: FileFate.MISSING,
    Kind.FILE_RENAMED: FileFate.MISSING,
    Kind.FILE_ADDED: FileFate.ADDED,
}
_GROUNDS: Final = {
    Kind.FILE_MISSING: Ground.FILES_MISSING,
    Kind.FILE_RENAMED: Ground.FILES_MISSING,
    Kind.RECORD_MISSING: Ground.NOT_RECEIVED,
    Kind.FILE_ADDED: Ground.FILES_ADDED,
    Kind.FILE_CHANGED: Ground.DIGEST_MISMATCH,
    Kind.DIGEST: Ground.DIGEST_MISMATCH,
    Kind.FILE_UNREADABLE: Ground.PACKAGE_UNREADABLE,
    Kind.RECORD_TWICE: Ground.COUNT_MISMATCH,
}


def reason_of(findings: Sequence[Finding]) -> Reason:
    """Return why a record with *findings* is not taken: the first of them says it."""
    return Reason(ground=_GROUNDS.get(findings[0].kind, Ground.COUNT_MISMATCH))


def fate_of(
    listed: ListedRecord, incomer: Incomer, outcome: Entry | EgovArchiveError
) -> ReceivedRecord:
    """
    Return what became of a record whose registration had *outcome*.

    Raises:
        EgovArchiveError: *outcome*, unless it is about this record.
    """
    if isinstance(outcome, (ConflictError, RecordDestroyedError)):
        return rejected(listed, incomer, (), Reason(ground=Ground.CODE_TAKEN))
    if isinstance(outcome, EgovArchiveError):
        raise outcome
    own = outcome.package, outcome.signature
    if own != (listed.package, listed.signature):
        # The same case, in a package that the sender never had: a receipt for it
        # would let him give up what nobody else has.
        return rejected(listed, incomer, (), Reason(ground=Ground.ALREADY_HELD))
    if outcome.code != listed.code:
        return duplicate(listed, incomer, outcome)
    return accepted(listed, incomer)


def accepted(listed: ListedRecord, incomer: Incomer) -> ReceivedRecord:
    """Return that it is accepted, as its sender listed it."""
    return ReceivedRecord(
        code=listed.code,
        package=listed.package,
        fate=RecordFate.ACCEPTED,
        held=Holding(code=listed.code, package=listed.package),
        files=_files(listed, incomer, FileFate.ACCEPTED, ()),
    )


def accepted_before(listed: ListedRecord, package: Package) -> ReceivedRecord:
    """Return that it is accepted, as its *package* lies in the archive."""
    return ReceivedRecord(
        code=listed.code,
        package=listed.package,
        fate=RecordFate.ACCEPTED,
        held=Holding(code=listed.code, package=listed.package),
        files=[
            ReceivedFile(digest=digest, size=size, fate=FileFate.ACCEPTED)
            for digest, size in file_digests(package)
        ],
    )


def duplicate(listed: ListedRecord, incomer: Incomer, entry: Entry) -> ReceivedRecord:
    """Return that the archives have it already, as *entry*."""
    return ReceivedRecord(
        code=listed.code,
        package=listed.package,
        fate=RecordFate.DUPLICATE,
        held=Holding(code=entry.code, package=entry.package),
        files=_files(listed, incomer, FileFate.DUPLICATE, ()),
    )


def rejected(
    listed: ListedRecord,
    incomer: Incomer | None,
    findings: Sequence[Finding],
    reason: Reason,
) -> ReceivedRecord:
    """Return that it is rejected for *reason*; *incomer* is None if nothing came."""
    return ReceivedRecord(
        code=listed.code,
        package=listed.package,
        fate=RecordFate.REJECTED,
        reason=reason,
        files=()
        if incomer is None
        else _files(listed, incomer, FileFate.REJECTED, findings),
    )


def _files(
    listed: ListedRecord, incomer: Incomer, fate: FileFate, findings: Sequence[Finding]
) -> Iterator[ReceivedFile]:
    """
    Yield the fate of each file of *incomer*, by what its sender listed.

    No more than one comes that its list does not count: together, those of all records
    fit into a receipt, however many a volume lists.
    """
    fates = {finding.place: _FILES.get(finding.kind, fate) for finding in findings}
    # What nobody listed has no digest: nothing names it but what it is called.
    files = [
        (f"{incomer.folder}/{file.path}", digest, file.size)
        for file in incomer.files
        if (digest := file.digests.get("sha256")) is not None
    ]
    sizes: dict[str, int] = {}
    for place, digest, size in files:
        # Of what is altered or missing, only one with the same bytes tells the size.
        if size is not None and (place not in fates or digest not in sizes):
            sizes[digest] = size
    for place, digest, size in files[: listed.files + 1]:
        own = FileFate.MISSING if size is None else fate
        yield ReceivedFile(
            digest=digest, size=sizes.get(digest, 0), fate=fates.get(place, own)
        )
