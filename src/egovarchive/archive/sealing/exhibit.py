"""Exhibit 出证内容: all that is told of a record when it is proved to others."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from attrs import field, frozen

from egovarchive.archive.sealing.sealed import Proof
from egovarchive.checks import Report
from egovarchive.evidence.record_der import EvidenceRecord
from egovarchive.evidence.seal import Seal
from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.signing import RevocationEvidence, VerifiedSignature


@frozen(kw_only=True)
class Exhibit:
    """
    All that is told of a record.

    Args:
        at: When it is told.
        entry: What is registered.
        package: Its package, whose files have the digests that they must have.
        report: What the preservation checks say.
        signed: The package's signature, verified; None: it has none.
        seal: The seal over it, pending or not; None: there is none yet.
        proof: What the evidence proves; None unless it is sealed.
        evidence: The evidence record that proves it, likewise.
        segments: The journal segment that registers it, and the next one if any.
        heads: The heads that these and all later ones are.
    """

    at: datetime
    entry: Entry
    package: Package = field(repr=False)
    report: Report = field(repr=False)
    signed: VerifiedSignature | None
    seal: Seal | None = field(repr=False)
    proof: Proof | None
    evidence: EvidenceRecord | None = field(repr=False)
    segments: tuple[Segment, ...] = field(repr=False)
    heads: tuple[Head, ...] = field(repr=False)

    @property
    def signers(self) -> tuple[bytes, ...]:
        """The trusted certificates that signatures lead to, DER."""
        paths = [self.signed.path] if self.signed else []
        paths += [self.proof.sealed_by.path] if self.proof else []
        return tuple(dict.fromkeys(path[-1] for path in paths))

    @property
    def authorities(self) -> tuple[bytes, ...]:
        """The trusted certificates that time-stamps lead to, DER."""
        stamps = self.proof.stamps if self.proof else ()
        return tuple(dict.fromkeys(stamp.path[-1] for stamp in stamps))

    @property
    def revocations(self) -> tuple[RevocationEvidence, ...]:
        """What is known of whether signers' certificates were taken back."""
        signatures = [self.signed] if self.signed else []
        signatures += [self.proof.sealed_by] if self.proof else []
        return tuple(each.revocation for each in signatures)

    @property
    def revocations_of_authorities(self) -> tuple[RevocationEvidence, ...]:
        """What is known of whether authorities' certificates were."""
        if self.proof is None:
            return ()
        count = len(self.proof.stamps)
        return tuple(each.evidence for each in self.proof.revocations[-count:])

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """All certificates that something was verified by, DER."""
        paths = [self.signed.path] if self.signed else []
        if self.proof:
            paths += [self.proof.sealed_by.path]
            paths += [stamp.path for stamp in self.proof.stamps]
        known = (*self.revocations, *self.revocations_of_authorities)
        paths += [each.certificates for each in known]
        return tuple(dict.fromkeys(each for path in paths for each in path))


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 fingerprint of *certificate*, as ``openssl x509`` has it."""
    return sha256(certificate).digest().hex(":").upper()
