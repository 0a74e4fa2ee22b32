"""Proof: what a signature in a document proves, before it is said where it stands."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from egovarchive.seals.verdict import Integrity, Revocation, Trust


@frozen(kw_only=True)
class Proof:
    """What a signature proves of the content; its parts are those of `SealVerdict`."""

    form: str = ""
    integrity: Integrity = Integrity.UNKNOWN
    signer: str = ""
    certificate: bytes = field(default=b"", repr=False)
    algorithm: str = ""
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None
    stamped_by: str = ""
    seal_name: str = ""
    seal_number: str = ""
    seal_maker: str = ""
    trust: Trust = Trust.UNKNOWN
    anchor: str = ""
    revocation: Revocation = Revocation.NONE
