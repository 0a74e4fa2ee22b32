"""Cases and what they are made of, as hypothesis strategies."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from egovarchive.records.case import (
    MAX_NUMBER_LENGTH,
    Case,
    Decision,
    JointHandling,
    Licence,
)
from egovarchive.records.content import BytesContent
from egovarchive.records.digest import ALGORITHMS, Digest, hexdigest
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
from egovarchive.records.item import ServiceItem
from egovarchive.records.party import IdentifierKind, Party, PartyKind
from egovarchive.records.step import Step
from egovarchive.records.text import fold
from egovarchive.testing.strategies.identifiers import (
    implementing_codes,
    licence_ids,
    resident_ids,
    usccs,
)
from egovarchive.testing.strategies.texts import file_names, texts

_OPAQUE = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"
_IMPLEMENTING_LENGTH = 31

# Legal dates and moments; a case of another century is a slip of the pen.
_days = st.dates(date(1900, 1, 1), date(2999, 12, 31))
_zones = st.sampled_from([-12, -3.5, 0, 5.75, 8, 14]).map(
    lambda hours: timezone(timedelta(hours=hours))
)
# Hypothesis wants bounds without a zone; these stay in those years in every zone.
_first, _last = datetime(1900, 1, 2), datetime(2999, 12, 30)  # noqa: DTZ001
_moments = st.datetimes(_first, _last) | st.datetimes(_first, _last, timezones=_zones)

item_codes: st.SearchStrategy[str] = implementing_codes.map(str) | st.text(
    _OPAQUE, min_size=1, max_size=64
).filter(lambda code: len(code) != _IMPLEMENTING_LENGTH)
"""Codes of service items: implementing codes, and those of older systems."""

service_items: st.SearchStrategy[ServiceItem] = st.builds(
    ServiceItem,
    code=item_codes,
    name=texts(200),
    type=st.sampled_from([None, "行政许可", "公共服务"]) | texts(40),
    version=st.none() | texts(40),
)
"""Service items; their basic codes are those within the codes."""


def _parties(
    kinds: st.SearchStrategy[PartyKind],
    identifier_kind: IdentifierKind | None,
    identifiers: st.SearchStrategy[str | None],
) -> st.SearchStrategy[Party]:
    return st.builds(
        Party,
        kind=kinds,
        name=texts(200),
        identifier_kind=st.just(identifier_kind),
        identifier=identifiers,
    )


parties: st.SearchStrategy[Party] = st.one_of(
    _parties(st.just(PartyKind.LEGAL), IdentifierKind.USCC, usccs),
    _parties(st.just(PartyKind.NATURAL), IdentifierKind.RESIDENT_ID, resident_ids),
    _parties(st.sampled_from(PartyKind), IdentifierKind.OTHER, texts(64)),
    _parties(st.sampled_from(PartyKind), None, st.none()),
)
"""Natural and legal persons, with each kind of identifier and without one."""

digitisations: st.SearchStrategy[Digitisation] = st.builds(
    Digitisation,
    resolution=st.integers(1, 100_000),
    colour_mode=st.sampled_from(ColourMode),
    compression=st.sampled_from([None, "JPEG", "CCITT G4"]) | texts(40),
    verified_by=texts(100),
    verified_on=_days,
)
"""How paper became a file."""


_counts = st.none() | st.integers(1, MOST)

_declared = st.fixed_dictionaries(
    {},
    optional={
        "created_at": _moments,
        "modified_at": _moments,
        "program": texts(100),
        "format": st.sampled_from(["PDF", "image/png", "fmt/18"]) | texts(100),
        "pages": _counts,
        "width": _counts,
        "height": _counts,
        "seconds": st.floats(0.001, MOST) | st.sampled_from([1, 2.5, 0.001]),
    },
)


def _file(
    name: str, data: bytes, algorithm: str | None, declared: dict[str, Any]
) -> File:
    digest = (
        None if algorithm is None else Digest(algorithm, hexdigest(algorithm, data))
    )
    return File(name, BytesContent(data), digest=digest, **declared)


files: st.SearchStrategy[File] = st.builds(
    _file,
    name=file_names,
    data=st.binary(min_size=1, max_size=64),
    algorithm=st.none() | st.sampled_from(sorted(ALGORITHMS)),
    declared=_declared,
)
"""
Files of a few bytes; a digest that is declared is right, all else declared is not.
"""

documents: st.SearchStrategy[Document] = st.builds(
    Document,
    name=texts(200),
    role=st.sampled_from(Role),
    files=st.lists(
        files, min_size=1, max_size=3, unique_by=lambda file: fold(file.name)
    ),
    provenance=st.sampled_from(Provenance),
    called_from=st.none() | texts(200),
    digitised=st.none() | digitisations,
    form=st.none() | st.sampled_from(Form),
    classification=st.sampled_from(Classification),
    code=st.none() | texts(64),
)
"""Documents of one to three files, whose names no file system confuses."""

steps: st.SearchStrategy[Step] = st.builds(
    Step,
    code=st.none() | texts(64),
    activity=texts(100),
    actor=texts(100),
    unit=texts(200),
    at=_moments,
    opinion=st.none() | texts(10_000, lines=True),
    outcome=st.none() | texts(200),
    basis=st.none() | texts(1_000, lines=True),
)
"""Acts in the handling of a case, at moments in many zones."""

licences: st.SearchStrategy[Licence] = st.builds(
    Licence,
    name=texts(200),
    number=st.none() | texts(100),
    identifier=st.none() | licence_ids.map(str) | texts(200),
    valid_until=st.none() | _days,
)
"""Licences that a case gave."""

joint_handlings: st.SearchStrategy[JointHandling] = st.builds(
    JointHandling,
    number=texts(MAX_NUMBER_LENGTH),
    name=texts(200),
    lead=texts(200),
    parts=st.lists(texts(MAX_NUMBER_LENGTH), max_size=3),
)
"""Matters that several agencies handled together."""


@st.composite
def _cases(draw: st.DrawFn) -> Case:
    days = sorted(draw(st.lists(_days, min_size=3, max_size=3)))
    accepted_on, decided_on, concluded_on = days
    return Case(
        number=draw(texts(MAX_NUMBER_LENGTH)),
        item=draw(service_items),
        title=draw(texts(500)),
        applicant=draw(parties),
        concluded_on=concluded_on,
        decision=draw(st.sampled_from(Decision)),
        documents=draw(st.lists(documents, min_size=1, max_size=3)),
        steps=draw(st.lists(steps, max_size=3)),
        agent=draw(st.none() | parties),
        accepted_on=draw(st.sampled_from([None, accepted_on])),
        decided_on=draw(st.sampled_from([None, decided_on])),
        licences=draw(st.lists(licences, max_size=2)),
        joint=draw(st.none() | joint_handlings),
        department=draw(st.none() | texts(200)),
        provincial_number=draw(st.none() | texts(MAX_NUMBER_LENGTH)),
        municipal_number=draw(st.none() | texts(MAX_NUMBER_LENGTH)),
    )


cases: st.SearchStrategy[Case] = _cases()
"""Cases of one to three documents, with dates in order."""
