"""Steps of the dialogue 交接环节: which message is next, told from names of files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from egovarchive.errors import StateError
from egovarchive.records.term import Term

from .forms import check_sha256
from .kind import FileName, MessageKind


class DialogueState(Term):
    """How far a dialogue has got."""

    NEW = "new", "未开始"
    OFFERED = "offered", "已申请"
    REPLIED = "replied", "已答复"
    SENT = "sent", "已移交"
    RECEIVED = "received", "已接收"


STEPS: Final[Mapping[tuple[DialogueState, MessageKind], DialogueState]] = (
    MappingProxyType(
        {
            (DialogueState.NEW, MessageKind.OFFER): DialogueState.OFFERED,
            (DialogueState.OFFERED, MessageKind.REPLY): DialogueState.REPLIED,
            (DialogueState.REPLIED, MessageKind.NOTICE): DialogueState.SENT,
            (DialogueState.SENT, MessageKind.RECEIPT): DialogueState.RECEIVED,
        }
    )
)
"""What each message leads to. What does not stand here is out of order."""


def step(state: DialogueState, kind: MessageKind) -> DialogueState:
    """
    Return the state that the message *kind* leads to from *state*.

    Raises:
        StateError: That message is out of order.
    """
    try:
        return STEPS[state, kind]
    except KeyError:
        awaited = next_kind(state)
        en, zh = (
            ("none", "无")
            if awaited is None
            else (awaited.label("en"), awaited.label("zh"))
        )
        raise StateError(
            f"the {kind.label('en')} is out of order: the dialogue is "
            f"{state.label('en')}, next comes: {en}",
            f"{kind.zh}次序有误：当前{state.zh}，下一报文：{zh}",
        ) from None


def next_kind(state: DialogueState) -> MessageKind | None:
    """Return the message that comes next; None if the dialogue is over."""
    return next((kind for before, kind in STEPS if before is state), None)


def dialogues(names: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the dialogues that files with these *names* belong to."""
    found = (FileName.parse(name) for name in names)
    return tuple(sorted({name.dialogue for name in found if name is not None}))


def state_of(names: Iterable[str], dialogue: str) -> DialogueState:
    """
    Return how far *dialogue* has got, in a folder that has files with these *names*.

    A message is there once its file and that of its signature are; other names are
    passed over. Whether what they hold is right, names cannot tell: a reply that
    wants nothing ends a dialogue as well.

    Raises:
        StateError: A message is there, and one that must come before it is not.
    """
    check_sha256(dialogue)
    there = {
        (name.kind, name.is_signature)
        for name in map(FileName.parse, names)
        if name is not None and name.dialogue == dialogue
    }
    state = DialogueState.NEW
    for kind in MessageKind:
        if {(kind, False), (kind, True)} <= there:
            state = step(state, kind)
    return state
