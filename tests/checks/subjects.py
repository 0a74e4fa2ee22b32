"""Packages to check: a good one, and any that was doctored and listed anew."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Mapping
from typing import Any

from archive.office import TODAY, arrangement, case, document, new_archive
from archive.office import signer as office_signer
from archive.office import verifier as office_verifier
from corpus.forge import Entry, entries_of, listed, zipped
from egovarchive.checks import Expected, Finding, Report, Stage, Subject, run
from egovarchive.packages import Package, read
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.case import Case
from egovarchive.records.document import Document, File, Role
from egovarchive.signing import Signer
from egovarchive.signing.cms import sign_messages

BASIC, PROCESS = GBT42727_2023.basic_path, GBT42727_2023.process_path
AT = TODAY
SERIES = arrangement().series_of(case())
CODE = ArchivalCode(SERIES, 7)
_CHINESE = re.compile("[\u4e00-\u9fff]")


def plain() -> Case:
    return case(
        documents=[
            document(File("申请表.txt", b"first"), name="申请表"),
            Document(
                name="营业执照",
                role=Role.APPLICATION,
                code="M-02",
                files=[File("执照.txt", b"second")],
            ),
        ]
    )


def fresh() -> Package:
    """Return a package that was formed and sealed just now."""
    return new_archive().pack(plain())


def data_of(package: Package) -> bytes:
    with contextlib.closing(package):
        return b"".join(package.payload())


def opened(data: bytes) -> Package:
    return read(io.BytesIO(data), GBT42727_2023)


def stored() -> Package:
    """Return the same package as it is read from a storage."""
    return opened(data_of(fresh()))


def doctored(
    changes: Mapping[str, bytes | Callable[[bytes], bytes] | None],
    *,
    signer: Signer | None = None,
) -> Package:
    """
    Return the package with other bytes in some members, listed and signed anew.

    Args:
        changes: By path: other bytes, what makes them of those there, or None to
            leave the member out. A new path is a new member.
        signer: Who signs it; by default the office.
    """
    left = dict(changes)
    members: dict[str, bytes] = {}
    for entry in entries_of(stored()):
        path = entry.path.decode()
        change = left.pop(path, entry.data)
        if callable(change):
            change = change(entry.data)
            assert change != entry.data, path
        if change is not None:
            members[path] = change
    for path, added in left.items():
        assert isinstance(added, bytes)
        members[path] = added
    metadata = [members.pop(path, None) for path in sorted([BASIC, PROCESS])]
    entries = [Entry(path=p.encode(), data=members[p]) for p in sorted(members)]
    entries += [
        Entry(path=path.encode(), data=data)
        for path, data in zip(sorted([BASIC, PROCESS]), metadata, strict=True)
        if data is not None
    ]
    return opened(zipped(sealed(entries, signer or office_signer())))


def sealed(entries: list[Entry], signer: Signer) -> list[Entry]:
    """Return *entries* with manifests, and the signature of *signer*."""
    *_, manifest = listed(entries, signature=None)
    return [*listed(entries, signature=None), signature_of(manifest, signer)]


def signature_of(manifest: Entry, signer: Signer) -> Entry:
    """Return the member that is the signature of *signer* over *manifest*."""
    [signature] = sign_messages(signer, [manifest.data], at=AT)
    return Entry(path=manifest.path + b".p7s", data=signature)


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    """Return what replaces *old* by *new*, once."""
    return lambda data: data.replace(old.encode(), new.encode(), 1)


def subject(package: Package, **changes: Any) -> Subject:
    values: dict[str, Any] = {
        "package": package,
        "at": AT,
        "verifier": office_verifier(),
        "series": SERIES,
        "rule": arrangement().rule_for(plain()),
    }
    return Subject(**{**values, **changes})


def expected_of(package: Package, /, **changes: Any) -> Expected:
    """Return what was registered of *package*, with *changes*."""
    entry = new_archive().accept(package)
    values: dict[str, Any] = {
        "code": entry.code,
        "package": entry.package,
        "size": entry.size,
        "signature": entry.signature,
    }
    return Expected(**{**values, **changes})


def ran(package: Package, stage: Stage = Stage.ARCHIVING, **changes: Any) -> Report:
    """Run all checks of *stage*; look that each finding speaks both languages."""
    report = run(subject(package, **changes), stage)
    assert report.stage is stage
    for finding in report.findings:
        assert finding.en
        assert _CHINESE.search(finding.zh), finding
        assert finding.zh != finding.en
        assert finding.outcome.zh in finding.message("zh")
        assert finding.outcome.label("en") in finding.message("en")
        assert finding.message("zh").startswith(finding.check)
    return report


def of(report: Report, check: str) -> list[Finding]:
    """Return what *check* said."""
    found = [finding for finding in report.findings if finding.check == check]
    assert found, f"{check} said nothing"
    return found
