"""Proof: what a signature in a document proves, before it is said where it stands."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from egovarchive.seals.notes import Notes
from egovarchive.seals.verdict import (
    Coverage,
    Integrity,
    Revocation,
    SealKind,
    SealVerdict,
    Trust,
)


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

    def verdict(
        self, kind: SealKind, place: str, coverage: Coverage, notes: Notes
    ) -> SealVerdict:
        """Return it as the verdict on what stands at *place*."""
        return SealVerdict(
            kind=kind,
            place=place,
            form=self.form,
            integrity=self.integrity,
            coverage=coverage,
            signer=self.signer,
            certificate=self.certificate,
            algorithm=self.algorithm,
            claimed_at=self.claimed_at,
            stamped_at=self.stamped_at,
            stamped_by=self.stamped_by,
            seal_name=self.seal_name,
            seal_number=self.seal_number,
            seal_maker=self.seal_maker,
            trust=self.trust,
            anchor=self.anchor,
            revocation=self.revocation,
            notes=notes.told(),
        )
