"""Filings to pack: one plain, one of every part, and any."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import BinaryIO

from attrs import define, field, frozen
from hypothesis import strategies as st

from egovarchive.packages import Package, build, read
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.arrangement import Arrangement
from egovarchive.records.case import (
    EARLIEST,
    LATEST,
    Case,
    Decision,
    JointHandling,
    Licence,
)
from egovarchive.records.document import (
    MOST,
    Classification,
    ColourMode,
    Digitisation,
    Document,
    File,
    Form,
    Provenance,
    Role,
)
from egovarchive.records.filing import Filing
from egovarchive.records.identifiers import check_item_code
from egovarchive.records.item import ServiceItem
from egovarchive.records.party import IdentifierKind, Party, PartyKind
from egovarchive.records.retention import LEGACY, PERMANENT, RetentionPeriod
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.records.series import Series, Template
from egovarchive.records.step import Step
from egovarchive.records.text import check_name, fold

ITEM_CODE = "12441500196720244T3442199806003"
AGENCY = "12441500196720244T"
COMPANY = "91350100M000100Y43"
PERSON = "11010519491231002X"


@define
class Counting:
    """Content that counts how often it is read."""

    data: bytes
    reads: int = 0

    def chunks(self) -> Iterator[bytes]:
        self.reads += 1
        yield self.data


@frozen
class Zeros:
    """Content of *size* zeros, made as they are read."""

    size: int

    def chunks(self) -> Iterator[bytes]:
        left, piece = self.size, bytes(1 << 20)
        while left > 0:
            yield piece[:left]
            left -= len(piece)


@define
class Rooms:
    """Lends files, and remembers them."""

    lent: list[BinaryIO] = field(factory=list)

    def __call__(self) -> BinaryIO:
        file = io.BytesIO()
        self.lent.append(file)
        return file


def filing_of(*documents: Document) -> Filing:
    """Return a filing of *documents*, of one each role if none is given."""
    case = Case(
        number="202605010001",
        item=ServiceItem(code=ITEM_CODE, name="食品经营许可"),
        title="某某餐饮有限公司<总店>的“食品经营许可”& 附件",
        applicant=Party.legal("某某餐饮有限公司", COMPANY),
        concluded_on=date(2026, 5, 20),
        decision=Decision.GRANTED,
        documents=documents
        or [
            Document(name="申请表", role=Role.APPLICATION, files=[File("a.txt", b"a")]),
            Document(name="审查", role=Role.PROCEDURE, files=[File("b.txt", b"bb")]),
            Document(name="许可证", role=Role.RESULT, files=[File("c.txt", b"ccc")]),
        ],
        steps=[
            Step(
                activity="受理",
                actor="张三",
                unit="受理科",
                at=datetime(2026, 5, 1, 9, tzinfo=timezone(timedelta(hours=8))),
                opinion="材料齐全。\n予以受理。",
            )
        ],
    )
    return Filing.of(case, ARRANGEMENT)


ARRANGEMENT = Arrangement(
    fonds="J019",
    unit="某市市场监督管理局",
    unit_code=AGENCY,
    category="ZY·XK",
    schedule=RetentionSchedule(
        version="2024",
        approved_by="某市档案局",
        approval_number="某档发〔2024〕1号",
        effective_on=date(2024, 1, 1),
        rules=[ScheduleRule(item_code=ITEM_CODE, period=RetentionPeriod(30))],
    ),
)


def packed(*files: File, seal: bytes | None = None) -> bytes:
    """Return the bytes of a package of *files*, sealed with *seal* if given."""
    documents = [Document(name="材料", role=Role.APPLICATION, files=files)]
    package = build(filing_of(*(documents if files else [])), GBT42727_2023)
    return bytes_of(package if seal is None else package.sealed(seal))


def bytes_of(package: Package) -> bytes:
    """Return all bytes of *package*."""
    return b"".join(package.payload())


def opened(data: bytes) -> Package:
    """Return the package that *data* is."""
    return read(io.BytesIO(data), GBT42727_2023)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of *data*, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


# What XML and one line can carry; blank texts are none.
_CHARACTERS = st.characters(
    exclude_categories=("Cs", "Cc"), exclude_characters="\ufffd\ufffe\uffff"
) | st.sampled_from("&<>\"']]>")


def texts(limit: int, *, lines: bool = False) -> st.SearchStrategy[str]:
    """Return a strategy of metadata texts of at most *limit* characters."""
    characters = _CHARACTERS | st.sampled_from("\n\t") if lines else _CHARACTERS
    return st.text(characters, min_size=1, max_size=min(limit, 30)).filter(
        lambda text: not text.isspace()
    )


def _is_name(text: str) -> bool:
    try:
        return check_name(text) == text
    except ValueError:
        return False


names: st.SearchStrategy[str] = (
    st.text(_CHARACTERS, min_size=1, max_size=20).filter(_is_name)
    | st.sampled_from(["申请表.pdf", "名" * 80, "a" * 240, "\u0301.pdf", "é", ".x"])
    | st.text("abcAB.é一二", min_size=1, max_size=6).filter(_is_name)
)
days = st.dates(EARLIEST, LATEST)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2999, 12, 31)) | st.datetimes(
    datetime(1900, 1, 1),
    datetime(2999, 12, 31),
    timezones=st.integers(-840, 840).map(lambda m: timezone(timedelta(minutes=m))),
)
_counts = st.none() | st.integers(1, MOST)
files = st.builds(
    File,
    name=names,
    content=st.binary(min_size=1, max_size=60),
    created_at=st.none() | moments,
    modified_at=st.none() | moments,
    program=st.none() | texts(100),
    format=st.none() | texts(100),
    pages=_counts,
    width=_counts,
    height=_counts,
    seconds=st.none() | st.floats(0.001, MOST),
)
documents = st.builds(
    Document,
    name=texts(200),
    role=st.sampled_from(Role),
    files=st.lists(
        files, min_size=1, max_size=3, unique_by=lambda file: fold(file.name)
    ),
    provenance=st.sampled_from(Provenance),
    called_from=st.none() | texts(200),
    digitised=st.none()
    | st.builds(
        Digitisation,
        resolution=st.integers(1, 100_000),
        colour_mode=st.sampled_from(ColourMode),
        compression=st.none() | texts(40),
        verified_by=texts(100),
        verified_on=st.dates(),
    ),
    form=st.none() | st.sampled_from(Form),
    classification=st.sampled_from(Classification),
    code=st.none() | texts(64),
)
parties = (
    st.builds(Party.natural, texts(200), st.sampled_from([None, PERSON]))
    | st.builds(Party.legal, texts(200), st.sampled_from([None, COMPANY]))
    | st.builds(
        Party,
        kind=st.sampled_from(PartyKind),
        name=texts(200),
        identifier_kind=st.just(IdentifierKind.OTHER),
        identifier=texts(64),
    )
)
items = st.builds(
    ServiceItem,
    code=st.sampled_from([ITEM_CODE, "0100190012", "a-B-9"]).map(check_item_code),
    name=texts(200),
    type=st.none() | texts(40),
    version=st.none() | texts(40),
)
steps = st.builds(
    Step,
    code=st.none() | texts(64),
    activity=texts(100),
    actor=texts(100),
    unit=texts(200),
    at=moments,
    opinion=st.none() | texts(10_000, lines=True),
    outcome=st.none() | texts(200),
    basis=st.none() | texts(1_000, lines=True),
)
licences = st.builds(
    Licence,
    name=texts(200),
    number=st.none() | texts(100),
    identifier=st.none() | texts(200),
    valid_until=st.none() | st.dates(),
)
joints = st.builds(
    JointHandling,
    number=texts(64),
    name=texts(200),
    lead=texts(200),
    parts=st.lists(texts(64), max_size=3),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a case of any parts."""
    accepted, decided, concluded = sorted(draw(st.tuples(days, days, days)))
    return Case(
        number=draw(texts(64)),
        item=draw(items),
        title=draw(texts(500)),
        applicant=draw(parties),
        concluded_on=concluded,
        decision=draw(st.sampled_from(Decision)),
        documents=draw(st.lists(documents, min_size=1, max_size=3)),
        steps=draw(st.lists(steps, max_size=3)),
        agent=draw(st.none() | parties),
        accepted_on=draw(st.sampled_from([accepted, None])),
        decided_on=draw(st.sampled_from([decided, None])),
        licences=draw(st.lists(licences, max_size=2)),
        joint=draw(st.none() | joints),
        department=draw(st.none() | texts(200)),
        provincial_number=draw(st.none() | texts(64)),
        municipal_number=draw(st.none() | texts(64)),
    )


_CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
series = st.builds(
    Series,
    fonds=st.text(_CODE + "0123456789", min_size=1, max_size=16),
    category=st.lists(
        st.text(_CODE, min_size=1, max_size=8), min_size=1, max_size=5
    ).map(tuple),
    year=st.integers(1000, 9999),
    retention=st.sampled_from(
        [PERMANENT, RetentionPeriod(10), *(RetentionPeriod(legacy=n) for n in LEGACY)]
    ),
    office=st.none() | st.text("BGS办公室03", min_size=1, max_size=32),
    template=st.sampled_from(Template),
)
filings = st.builds(
    Filing,
    case=cases(),
    series=series,
    unit=texts(200),
    unit_code=st.none() | texts(64),
    schedule=texts(64),
    approved_by=texts(200),
    approval_number=texts(100),
)
