"""Answer: what all tools together say of one aspect of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from egovarchive.errors import ToolError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.observation import Observation, Tool
from egovarchive.records.outcome import Outcome


class BrokenToolError(ToolError):
    """A file made a tool crash, hang, or run out of memory."""


@frozen
class Told:
    """
    What one tool said of a file.

    Args:
        tool: Who.
        answers: The aspects it looked at.
        observations: What it said of them.
        broken: Whether it did not survive the file.
    """

    tool: Tool
    answers: frozenset[Aspect]
    observations: tuple[Observation, ...]
    broken: bool = False


@frozen
class Answer:
    """
    What the tools say of one aspect of a file.

    Args:
        aspect: What was asked.
        outcome: The answer.
        en: Why, in English.
        zh: The same in Chinese.
        place: Where in the file; empty for all of it.
        tools: Who says so.
    """

    aspect: Aspect
    outcome: Outcome
    en: str
    zh: str
    place: str = ""
    tools: tuple[Tool, ...] = ()


def answers(asked: Iterable[Aspect], told: Sequence[Told]) -> Iterator[Answer]:
    """
    Yield the answers to what is *asked* of a file, of which tools *told*.

    What any tool objects to is an answer each. An aspect has passed if a tool looked
    at it and none objects; otherwise it was not performed. A file that one tool did
    not survive is worth a warning, although another has nothing against it.
    """
    for aspect in sorted(asked, key=_order):
        yield from _answers(aspect, [each for each in told if aspect in each.answers])


def _answers(aspect: Aspect, told: Sequence[Told]) -> Iterator[Answer]:
    silent: list[Tool] = []
    idle: list[Answer] = []
    objections = False
    for each in told:
        said = [found for found in each.observations if found.aspect is aspect]
        for found in said:
            answer = Answer(
                aspect, found.outcome, found.en, found.zh, found.place, (each.tool,)
            )
            if found.outcome is Outcome.NOT_PERFORMED:
                idle.append(answer)
            elif found.outcome is not Outcome.PASSED:
                objections = True
                yield answer
        if all(found.outcome is Outcome.PASSED for found in said):
            silent.append(each.tool)
    if objections:
        return
    if silent:
        broken = {each.tool for each in told if each.broken}
        breaks = [each for each in idle if broken.issuperset(each.tools)]
        yield from (evolve(each, outcome=Outcome.WARNED) for each in breaks)
        if breaks:
            return
        names = ", ".join(str(tool) for tool in silent)
        yield Answer(aspect, Outcome.PASSED, names, names, tools=tuple(silent))
    elif idle:
        yield _together(aspect, idle)
    else:
        yield Answer(
            aspect,
            Outcome.NOT_PERFORMED,
            "no tool that looks at this is there",
            "没有可用的检测工具",
        )


def _together(aspect: Aspect, idle: Sequence[Answer]) -> Answer:
    """Return why nobody looked, as one answer."""
    en = "; ".join(dict.fromkeys(each.en for each in idle))
    zh = "；".join(dict.fromkeys(each.zh for each in idle))
    tools = tuple(tool for each in idle for tool in each.tools)
    return Answer(aspect, Outcome.NOT_PERFORMED, en, zh, tools=tools)


_ORDER = {aspect: number for number, aspect in enumerate(Aspect)}


def _order(aspect: Aspect) -> int:
    return _ORDER[aspect]
