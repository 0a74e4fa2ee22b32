"""Renewal 续期: what ends, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from egovarchive.archive.sealing.sealed import Need, NeedKind
from egovarchive.evidence.nodes import hash_function
from egovarchive.evidence.record import EvidenceVerifier
from egovarchive.evidence.seal import Seal, SealState
from egovarchive.records.moment import date_in_china
from egovarchive.signing.algorithm_policy import AlgorithmPolicy
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.timestamps import VerifiedTimestamp
from egovarchive.signing.timestamps.signed_info import SignedInfo


def needs_of(
    seal: Seal,
    verifier: EvidenceVerifier,
    on: date,
    months: int,
    policy: AlgorithmPolicy,
) -> Iterator[Need]:
    """
    Yield what must be done for *seal* within *months* from *on*, and why.

    Raises:
        EvidenceError: Its last time-stamp did not even verify when it was given.
    """
    if seal.state is SealState.PENDING:
        yield Need(seal=seal.number, kind=NeedKind.COMPLETE)
        return
    if seal.renewing:
        yield Need(seal=seal.number, kind=NeedKind.COMPLETE)
    # Whether its algorithms still hold is what is asked here.
    stamp = last_stamp(seal, verifier)
    signed_by, algorithm = stamp.signature_algorithm, seal.stamped[-1].algorithm
    bits = Certificate.parse(stamp.certificate).public_key.bits
    causes = (
        (NeedKind.TIMESTAMP, stamp.authority, date_in_china(stamp.expires_at)),
        (NeedKind.TIMESTAMP, signed_by, policy.ends_on(signed_by, bits=bits)),
        (NeedKind.HASHES, algorithm, policy.ends_on(algorithm)),
    )
    for kind, cause, ends_on in causes:
        if ends_on is not None and ends_on <= on + relativedelta(months=months):
            yield Need(seal=seal.number, kind=kind, ends_on=ends_on, cause=cause)


def last_stamp(
    seal: Seal, verifier: EvidenceVerifier, *, at: datetime | None = None
) -> VerifiedTimestamp:
    """
    Return the last time-stamp of *seal*, judged *at* that moment; None: its own.

    Raises:
        EvidenceError: It does not verify.
    """
    place = len(seal.stamped) - 1
    chain = seal.chains[place]
    *before, token = chain.tokens
    if before:
        digest = hash_function(chain.algorithm)(before[-1])
    else:
        digest = seal.to_stamp(place)
    if at is None:
        at = SignedInfo.parse(token).info.gen_time
    return verifier.verify_token(token, digest, chain.algorithm, at=at)
