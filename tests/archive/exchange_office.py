"""Two archives that speak: an agency that sends, and the public archives."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import define, evolve, frozen

from archive.office import (
    TODAY,
    archive_in,
    arrangement,
    cases,
    new_archive,
    schedule,
    signer,
)
from egovarchive import Archive
from egovarchive.archive.transfer.outbox import Sent
from egovarchive.archive.transfer.reception import Reception
from egovarchive.lifecycle.dialogue.signed_message import SignedMessage
from egovarchive.lifecycle.state import State
from egovarchive.records.schedule import ScheduleRule
from egovarchive.signing.trust import TrustStore

ARCHIVES = "某市档案馆"
ENVIRONMENT = "任意系统，OFD、PDF 阅读软件"


@define
class Clock:
    """A clock that tests set."""

    now: datetime = TODAY

    def __call__(self) -> datetime:
        return self.now

    def go(self, **by: float) -> None:
        self.now += timedelta(**by)


@frozen
class Exchange:
    """
    Two archives over a folder.

    Args:
        folder: Where messages and batches lie.
        clock: Of both.
        sender: The agency's archive.
        archives: The public archives' archive of the same fonds.
    """

    folder: Path
    clock: Clock
    sender: Archive
    archives: Archive

    @property
    def their_trust(self) -> TrustStore:
        """Whom the agency trusts to sign receipts."""
        return TrustStore([signer("某市档案馆测试").certificate])

    def deposit(self, count: int, start: int = 1) -> list[str]:
        deposits = list(self.sender.deposit_many(cases(count, start)))
        return [str(each.entry.code) for each in deposits if each.entry is not None]

    def send(self, codes: list[str], to: str = "out", **changes: Any) -> Sent:
        transfers = self.sender.transfers
        listed = transfers.list(codes, recipient=ARCHIVES)
        values: dict[str, Any] = {"by": "移交人", "environment": ENVIRONMENT, **changes}
        return transfers.send(listed, self.folder / to, **values)

    def receive(self, sent: Sent, **changes: Any) -> Reception:
        values: dict[str, Any] = {"archives": ARCHIVES, "by": "接收人", **changes}
        return self.archives.accession.receive(sent.volumes, **values)

    def acknowledge(self, message: SignedMessage | None) -> None:
        assert message is not None
        self.sender.transfers.acknowledge(
            message, verifier=self.their_trust, by="移交人"
        )

    def states(self, codes: list[str]) -> list[State]:
        return [self.sender.standing(code).state for code in codes]


def new_exchange(
    folder: Path,
    *,
    on_disk: bool = False,
    rules: Iterable[ScheduleRule] | None = None,
) -> Exchange:
    """Return two archives, in memory or on disk; *rules* are the sender's."""
    clock = Clock()
    trust = TrustStore([signer().certificate])

    def make(name: str, **values: Any) -> Archive:
        if not on_disk:
            return new_archive(**values)
        (folder / name).mkdir()
        return archive_in(folder / name, **values)

    begun = date(1990, 1, 1)
    ours = schedule() if rules is None else schedule(rules=rules, effective_on=begun)
    filed = evolve(arrangement(), schedule=ours)
    return Exchange(
        folder,
        clock,
        make("sender", clock=clock, arrangement=filed),
        make(
            "archives",
            clock=clock,
            signer=signer("某市档案馆测试"),
            verifier=trust,
            # Its own schedule is silent about all that the sender files.
            arrangement=evolve(arrangement(), schedule=schedule(rules=[])),
        ),
    )
