"""Messages of a transfer dialogue, as hypothesis strategies."""

from __future__ import annotations

from datetime import date, datetime

from attrs import evolve
from hypothesis import strategies as st

from egovarchive.lifecycle.dialogue.forms import MAX_WHOLE
from egovarchive.lifecycle.dialogue.notice import TransferNotice, Volume
from egovarchive.lifecycle.dialogue.offer import Offer, OfferReply, Opinion
from egovarchive.lifecycle.dialogue.reason import BEFORE_SENDING, Ground, Reason
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.received import (
    FileFate,
    Holding,
    ReceivedFile,
    ReceivedRecord,
    RecordFate,
)
from egovarchive.lifecycle.dialogue.signed_message import Message
from egovarchive.lifecycle.dialogue.transfer_list import ListedRecord, TransferList
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.digest import ALGORITHMS, Digest
from egovarchive.records.moment import CHINA
from egovarchive.testing.strategies.codes import archival_codes, fonds
from egovarchive.testing.strategies.retention import periods
from egovarchive.testing.strategies.texts import texts

_MANY = MAX_WHOLE // 1000  # so that totals can be carried as well

moments: st.SearchStrategy[datetime] = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001 - the zone comes with it
    datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=st.just(CHINA),
)
"""Moments in China."""

sha256s: st.SearchStrategy[str] = st.binary(min_size=32, max_size=32).map(bytes.hex)
"""SHA-256 digests in hexadecimal."""


@st.composite
def _words(draw: st.DrawFn, limit: int) -> str:
    # Digits are left out: some of them look like a telephone number.
    text = draw(texts(limit))
    return "".join("x" if "0" <= one <= "9" else one for one in text)


@st.composite
def reasons_of(draw: st.DrawFn, grounds: st.SearchStrategy[Ground]) -> Reason:
    """Return reasons on one of *grounds*, with words or without."""
    ground = draw(grounds)
    if ground is not Ground.OTHER and draw(st.booleans()):
        return Reason(ground=ground)
    return Reason(ground=ground, en=draw(_words(500)), zh=draw(_words(500)))


@st.composite
def _listed(draw: st.DrawFn, code: ArchivalCode) -> ListedRecord:
    period = draw(periods)
    concluded_on = draw(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
    ends = st.dates(concluded_on, date(3099, 12, 31))
    return ListedRecord(
        code=code,
        package=draw(sha256s),
        signature=draw(st.none() | sha256s),
        size=draw(st.integers(1, _MANY)),
        files=draw(st.integers(1, 3)),
        period=period,
        concluded_on=concluded_on,
        retention_ends_on=None if period.years is None else draw(st.none() | ends),
        registered_at=draw(moments),
    )


@st.composite
def _lists(draw: st.DrawFn) -> TransferList:
    number = draw(fonds)
    codes = draw(st.lists(archival_codes, min_size=1, max_size=5))
    inside = {evolve(code, series=evolve(code.series, fonds=number)) for code in codes}
    return TransferList(
        fonds=number,
        unit=draw(texts(200)),
        recipient=draw(texts(200)),
        round=draw(st.integers(1, 3)),
        offered=draw(st.none() | sha256s),
        records=[draw(_listed(code)) for code in inside],
    )


transfer_lists: st.SearchStrategy[TransferList] = _lists()
"""Transfer lists of one to five records."""

offers: st.SearchStrategy[Offer] = st.builds(
    Offer,
    listed=transfer_lists.map(lambda listed: evolve(listed, offered=None)),
    by=texts(100),
    at=moments,
    remark=st.none() | _words(1000),
)
"""Offers."""


@st.composite
def replies_to(draw: st.DrawFn, listed: TransferList) -> OfferReply:
    """Return replies to an offer of *listed*: all, some or none of it is wanted."""
    declined = st.none() | reasons_of(st.sampled_from(sorted(BEFORE_SENDING, key=str)))
    return OfferReply(
        offered=listed.id,
        archives=listed.recipient,
        by=draw(texts(100)),
        at=draw(moments),
        opinions=[
            Opinion(code=record.code, declined=draw(declined))
            for record in listed.records
        ],
    )


_digests = st.sets(st.sampled_from(sorted(ALGORITHMS)), min_size=1).map(
    lambda names: [Digest(name, "ab" * (ALGORITHMS[name] // 2)) for name in names]
)


@st.composite
def notices_of(draw: st.DrawFn, listed: TransferList) -> TransferNotice:
    """Return notices of *listed*, in one volume for each record or in one for all."""
    number = len(listed.records)
    counts = draw(st.sampled_from([[number], [1] * number]))
    return TransferNotice(
        batch=listed.id,
        offered=listed.offered,
        volumes=[
            Volume(
                number=index,
                carrier=draw(st.none() | texts(100)),
                digests=draw(_digests),
                size=draw(st.integers(1, MAX_WHOLE)),
                count=count,
            )
            for index, count in enumerate(counts, start=1)
        ],
        form=draw(sha256s),
        by=draw(texts(100)),
        at=draw(moments),
    )


@st.composite
def _received(draw: st.DrawFn, listed: ListedRecord) -> ReceivedRecord:
    fate = draw(st.sampled_from(RecordFate))
    digests = draw(
        st.lists(sha256s, min_size=listed.files, max_size=listed.files, unique=True)
    )
    held = Holding(
        code=draw(st.just(listed.code) | archival_codes),
        package=listed.package
        if fate is RecordFate.ACCEPTED
        else draw(st.just(listed.package) | sha256s),
    )
    rejected = fate is RecordFate.REJECTED
    others = st.sampled_from(FileFate)
    return ReceivedRecord(
        code=listed.code,
        package=listed.package,
        fate=fate,
        held=None if rejected else held,
        reason=draw(reasons_of(st.sampled_from(Ground))) if rejected else None,
        files=[
            ReceivedFile(
                digest=digest,
                size=draw(st.integers(0, _MANY)),
                fate=FileFate.ACCEPTED if fate is RecordFate.ACCEPTED else draw(others),
            )
            for digest in digests
        ],
    )


@st.composite
def receipts_for(draw: st.DrawFn, listed: TransferList) -> Receipt:
    """Return receipts that fit *listed*: each record has some fate."""
    return Receipt(
        batch=listed.id,
        offered=listed.offered,
        archives=listed.recipient,
        by=draw(texts(100)),
        at=draw(moments),
        records=[draw(_received(record)) for record in listed.records],
    )


messages: st.SearchStrategy[Message] = st.one_of(
    offers,
    transfer_lists.flatmap(replies_to),
    transfer_lists.flatmap(notices_of),
    transfer_lists.flatmap(receipts_for),
)
"""Messages of all kinds."""
