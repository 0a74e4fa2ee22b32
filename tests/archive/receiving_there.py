"""Receiving in a process of its own, which imports this."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from archive.exchange_office import ARCHIVES
from archive.office import archive_in, arrangement, schedule
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore


def receive_there(folder: Path, volumes: tuple[Path, ...]) -> bytes:
    """Receive in a process of its own, over the same disk; return the receipt."""
    archives = archive_in(
        folder / "archives",
        signer=KeySigner.from_files(folder / "key.pem", folder / "certificate.pem"),
        verifier=TrustStore.from_pem((folder / "trust.pem").read_bytes()),
        arrangement=evolve(arrangement(), schedule=schedule(rules=[])),
    )
    message = archives.accession.receive(
        volumes, archives=ARCHIVES, by="接收人"
    ).message
    assert message is not None
    return message.data
