"""The public API as its users write it; mypy --strict must find nothing to say."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import egovarchive as ea
from egovarchive.archive import Deposit, Progress
from egovarchive.catalog import Catalog
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.checks import Outcome, Report
from egovarchive.exchange.case_json import dump_case, load_case
from egovarchive.exchange.schedule_files import load_schedule
from egovarchive.lifecycle.duty import Duty
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.records.deadlines import DeadlineKind, Level
from egovarchive.records.document import Digitisation
from egovarchive.signing import Signer, Verifier
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from egovarchive.storage import GroupPut, Staging, Storage
from egovarchive.storage.files import FileStorage
from egovarchive.storage.memory import MemoryStorage

files: Storage = FileStorage("store")
memory: Storage = MemoryStorage()
grouped: GroupPut = FileStorage("store")
staged: Staging = FileStorage("store")
catalogs: list[Catalog] = [MemoryCatalog(), SqliteCatalog("catalog.sqlite")]


def signer_of(key: bytes, certificate: bytes) -> tuple[Signer, Verifier]:
    signer = KeySigner.from_pem(key, certificate)
    return signer, TrustStore([signer.certificate])


def case_of(path: Path, scan: Digitisation | None = None) -> ea.Case:
    return ea.Case(
        number="1",
        item=ea.ServiceItem(code="0100190012", name="某事项"),
        title="某件",
        applicant=ea.Party.natural("张三"),
        concluded_on=date(2026, 3, 6),
        decision=ea.Decision.COMPLETED,
        documents=[
            ea.Document(name="材料", role=ea.Role.APPLICATION, files=[path, "b.pdf"]),
            ea.Document(
                name="扫描件",
                role=ea.Role.PROCEDURE,
                files=[ea.File("c.tif", b"..."), ea.File("d.tif", path.open("rb"))],
                digitised=scan,
            ),
        ],
        steps=(
            ea.Step(
                activity="受理", actor="张三", unit="窗口", at=datetime(2026, 3, 2)
            ),
        ),
    )


def use(archive: ea.Archive, cases: list[ea.Case]) -> list[Entry]:
    entries: list[Entry] = [archive.deposit(case) for case in cases]
    package: Package = archive.pack(cases[0])
    entries.append(archive.accept(package))

    def show(progress: Progress) -> None:
        print(progress.done, progress.failed, progress.size)  # noqa: T201

    for deposit in archive.deposit_many(iter(cases), progress=show):
        one: Deposit = deposit
        if one.entry is not None:
            entries.append(one.entry)
    report: Report = archive.verify(entries[0].code)
    good: bool = report.passed and all(
        finding.outcome is Outcome.PASSED for finding in report.findings
    )
    due = archive.due(date(2031, 1, 1), kinds=[DeadlineKind.TRANSFER], limit=10)
    duties: list[Duty] = list(due)
    found = [duty.entry for duty in duties if duty.entry is not None]
    return found if good else entries


def arrange(schedule: bytes) -> ea.Arrangement:
    return ea.Arrangement(
        fonds="J019",
        unit="某局",
        category=["ZY", "XK"],
        schedule=load_schedule(schedule, format="csv"),
        level=Level.CITY,
    )


def round_trip(case: ea.Case) -> ea.Case:
    return load_case(dump_case(case, content="base64"))
