"""Term: one word of a closed list, in two languages."""

from __future__ import annotations

import pytest

from egovarchive.errors import InvalidValueError
from egovarchive.records.case import Decision
from egovarchive.records.deadlines import DeadlineKind, Level
from egovarchive.records.document import (
    Classification,
    ColourMode,
    Form,
    Provenance,
    Role,
)
from egovarchive.records.party import IdentifierKind, PartyKind
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.series import Template
from egovarchive.records.shift import Matter
from egovarchive.records.term import Term

LISTS: list[type[Term]] = [
    Classification,
    ColourMode,
    DeadlineKind,
    Decision,
    Form,
    IdentifierKind,
    Level,
    Matter,
    PartyKind,
    Provenance,
    RetentionStart,
    Role,
    Template,
]
every_list = pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.__name__)


@every_list
def test_both_words_lead_back_to_their_term(kind: type[Term]) -> None:
    for term in kind:
        assert kind(term.value) is term
        assert kind.of_label(term.label("zh")) is term
        assert term.label("en").replace(" ", "_") == term.value


@every_list
def test_no_two_terms_share_a_chinese_word(kind: type[Term]) -> None:
    assert len({term.zh for term in kind}) == len(kind)


@every_list
def test_stable_names_are_ascii(kind: type[Term]) -> None:
    for term in kind:
        assert term.value.isascii()
        assert term.value.isidentifier()
        assert term.value.islower()


@every_list
def test_another_word_is_refused_with_those_there_are(kind: type[Term]) -> None:
    with pytest.raises(InvalidValueError) as caught:
        kind.of_label("没有这个词")
    for lang in ("en", "zh"):
        message = caught.value.message(lang)
        assert "没有这个词" in message
        assert all(term.zh in message for term in kind)


def test_a_long_wrong_word_is_quoted_in_part() -> None:
    with pytest.raises(InvalidValueError) as caught:
        Role.of_label("长" * 1_000_000)
    assert len(str(caught.value)) < 500


def test_a_term_without_chinese_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="no Chinese word"):

        class Answer(Term):
            YES = "yes"
