"""Applicants and agents, and what identifies them."""

from __future__ import annotations

import pytest

from egovarchive.errors import InvalidValueError
from egovarchive.records.party import IdentifierKind, Party, PartyKind
from records.cases import COMPANY, PERSON


def test_a_person_has_a_resident_number() -> None:
    party = Party.natural("张三", PERSON)
    assert party.kind is PartyKind.NATURAL
    assert party.identifier_kind is IdentifierKind.RESIDENT_ID
    assert party.identifier == PERSON


def test_a_company_has_a_credit_code() -> None:
    party = Party.legal("某某公司", COMPANY)
    assert party.kind is PartyKind.LEGAL
    assert party.identifier_kind is IdentifierKind.USCC


def test_identifiers_take_their_normal_form() -> None:
    assert Party.natural("张三", PERSON.lower()).identifier == PERSON
    assert Party.legal("某某公司", COMPANY.lower()).identifier == COMPANY


def test_an_identifier_may_be_unknown() -> None:
    assert Party.natural("张三").identifier_kind is None
    assert Party.legal("某某公司").identifier is None


@pytest.mark.parametrize(
    ("kind", "identifier"),
    [
        (IdentifierKind.RESIDENT_ID, "110105194912310021"),
        (IdentifierKind.USCC, "91350100M000100Y44"),
        (IdentifierKind.OTHER, ""),
        (IdentifierKind.OTHER, "9" * 65),
        (None, "E12345678"),
        (IdentifierKind.OTHER, None),
    ],
)
def test_a_wrong_identifier_is_refused_at_its_place(
    kind: IdentifierKind | None, identifier: str | None
) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Party(
            kind=PartyKind.NATURAL,
            name="张三",
            identifier_kind=kind,
            identifier=identifier,
        )
    assert caught.value.place == "identifier"


def test_any_other_paper_will_do() -> None:
    party = Party(
        kind=PartyKind.NATURAL,
        name="John Smith",
        identifier_kind=IdentifierKind.OTHER,
        identifier="E12345678",
    )
    assert party.identifier == "E12345678"


def test_no_personal_number_stands_in_a_repr_or_an_error() -> None:
    assert PERSON not in repr(Party.natural("张三", PERSON))
    with pytest.raises(InvalidValueError) as caught:
        Party.natural("张三", "110105194912310021")
    assert "19491231" not in str(caught.value)
