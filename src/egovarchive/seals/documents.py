"""Documents: the verdicts on all signatures in one file, whatever its format."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from egovarchive.formats import DEFAULT_LIMITS, Format, Limits, Source
from egovarchive.seals.opinion import Opinion
from egovarchive.seals.signer import Court
from egovarchive.seals.verdict import SealVerdict
from egovarchive.signing.path import aware
from egovarchive.signing.trust import TrustStore

FORMATS = frozenset({"ofd", "pdf"})


def verdicts_of(  # noqa: PLR0913 - all that bears on it
    source: Source,
    format: Format,  # noqa: A002 - the noun of the room `formats`
    *,
    trust: TrustStore | None,
    at: datetime,
    limits: Limits = DEFAULT_LIMITS,
    opinions: Iterable[Opinion] = (),
) -> tuple[SealVerdict, ...]:
    """
    Return a verdict on each signature and seal in *source*; none if there are none.

    Args:
        source: A file. It is only read.
        format: What it is; only OFD and PDF are looked into.
        trust: Who is trusted to sign documents, or vouches for those who do, and for
            authorities of time-stamps; None judges nobody.
        at: The moment of looking.
        limits: How much work the file may make.
        opinions: What another program says of the signatures of a PDF (`pades`).

    Raises:
        FormatError: The file is not what its format says, or passes a limit.
        InvalidValueError: *at* has no time zone.
    """
    court = Court(trust=trust, at=aware(at))
    if format.id == "ofd":
        from egovarchive.seals.ofd import ofd_verdicts  # noqa: PLC0415 - when asked

        return ofd_verdicts(source, limits, court)
    if format.id == "pdf":
        from egovarchive.seals.pdf import pdf_verdicts  # noqa: PLC0415 - when asked

        return pdf_verdicts(source, court, opinions)
    return ()
