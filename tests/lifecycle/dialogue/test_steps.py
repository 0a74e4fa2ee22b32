"""Messages come in their order, and names of files tell how far it has got."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError, StateError
from egovarchive.lifecycle.dialogue.kind import FileName, MessageKind
from egovarchive.lifecycle.dialogue.steps import (
    STEPS,
    DialogueState,
    dialogues,
    next_kind,
    state_of,
    step,
)
from lifecycle.dialogue.said import sha

ID, OTHER = sha("one"), sha("another")
KINDS = list(MessageKind)
STATES = list(DialogueState)


def names(*kinds: MessageKind, dialogue: str = ID) -> list[str]:
    return [
        str(FileName(kind, dialogue, is_signature))
        for kind in kinds
        for is_signature in (False, True)
    ]


def test_every_message_and_state_has_its_step() -> None:
    assert {kind for _, kind in STEPS} == set(MessageKind)
    assert {DialogueState.NEW, *STEPS.values()} == set(DialogueState)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_step_is_out_of_order(
    state: DialogueState, kind: MessageKind
) -> None:
    if next_kind(state) is kind:
        assert step(state, kind) is STATES[STATES.index(state) + 1]
        return
    with pytest.raises(StateError, match="out of order") as refused:
        step(state, kind)
    assert kind.zh in refused.value.message("zh")


def test_nothing_comes_after_the_receipt() -> None:
    assert next_kind(DialogueState.RECEIVED) is None


@pytest.mark.parametrize("number", range(len(KINDS) + 1))
def test_a_folder_tells_how_far_it_has_got(number: int) -> None:
    assert state_of(names(*KINDS[:number]), ID) is STATES[number]


@pytest.mark.parametrize(
    "there",
    [each for n in range(1, 5) for each in combinations(KINDS, n)],
    ids=lambda each: "-".join(kind.value for kind in each),
)
def test_a_gap_is_out_of_order(there: tuple[MessageKind, ...]) -> None:
    if list(there) == KINDS[: len(there)]:
        assert state_of(names(*there), ID) is STATES[len(there)]
        return
    with pytest.raises(StateError):
        state_of(names(*there), ID)


@given(st.permutations(names(*KINDS[:3]) + names(*KINDS, dialogue=OTHER)))
def test_the_order_of_names_makes_no_difference(there: list[str]) -> None:
    assert dialogues(there) == tuple(sorted([ID, OTHER]))
    assert state_of(there, ID) is DialogueState.SENT
    assert state_of(there, OTHER) is DialogueState.RECEIVED


def test_a_message_without_its_signature_is_not_there_yet() -> None:
    message, signature = names(MessageKind.REPLY)
    for half in (message, signature):
        there = [*names(MessageKind.OFFER), half]
        assert state_of(there, ID) is DialogueState.OFFERED


def test_other_files_are_passed_over() -> None:
    there = [*names(MessageKind.OFFER), "Thumbs.db", ".DS_Store", "offer.json", ""]
    assert state_of(there, ID) is DialogueState.OFFERED
    assert state_of([], ID) is DialogueState.NEW
    assert dialogues(["Thumbs.db"]) == ()


def test_one_dialogue_out_of_order_does_not_stop_another() -> None:
    there = names(MessageKind.RECEIPT, dialogue=OTHER) + names(MessageKind.OFFER)
    assert state_of(there, ID) is DialogueState.OFFERED
    with pytest.raises(StateError):
        state_of(there, OTHER)


def test_a_dialogue_has_an_id() -> None:
    with pytest.raises(InvalidValueError):
        state_of([], "latest")
