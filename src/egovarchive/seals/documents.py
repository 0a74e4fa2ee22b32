"""Documents: the verdicts on all signatures in one file, whatever its format."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import DEFAULT_LIMITS, Format, Limits, Source
from egovarchive.formats.worker import Worker
from egovarchive.seals.opinion import Opinion
from egovarchive.seals.signer import Court
from egovarchive.seals.verdict import Integrity, SealVerdict
from egovarchive.signing.path import aware
from egovarchive.signing.trust import TrustStore

FORMATS: Final = frozenset({"ofd", "pdf"})
_UNKNOWN_TO_OTHERS: Final = "sm2-sm3"


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


def seals_in(  # noqa: PLR0913 - all that bears on it
    source: Source,
    format: Format,  # noqa: A002 - the noun of the room `formats`
    *,
    trust: TrustStore | None,
    at: datetime,
    limits: Limits = DEFAULT_LIMITS,
    worker: Worker | None = None,
) -> tuple[SealVerdict, ...]:
    """
    Return the same as `verdicts_of`, with a second opinion where one can be had.

    Args:
        source: A file. It is only read.
        format: What it is.
        trust: Who is trusted; None judges nobody.
        at: The moment of looking.
        limits: How much work the file may make.
        worker: Where the program runs that is asked for the opinion: code of others
            looks at hostile files only in a process of its own. None asks nobody.

    Raises:
        FormatError: The file is not what its format says, or passes a limit.
        InvalidValueError: *at* has no time zone.
    """
    verdicts = verdicts_of(source, format, trust=trust, at=at, limits=limits)
    known = any(
        each.integrity is Integrity.WHOLE and each.algorithm != _UNKNOWN_TO_OTHERS
        for each in verdicts
    )
    if format.id != "pdf" or not known or worker is None:
        return verdicts
    from egovarchive.seals.pades import SecondOpinion  # noqa: PLC0415 - when asked

    asked = SecondOpinion(() if trust is None else trust.anchors, at)
    try:
        opinions = asked.ask(source, format, limits, worker)
    except (FormatError, ToolError):
        return verdicts  # Our own word stands, and says what it does not know.
    return verdicts_of(
        source, format, trust=trust, at=at, limits=limits, opinions=opinions
    )
