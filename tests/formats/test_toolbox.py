"""A toolbox puts tools to work: what they say is told, whatever becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from attrs import define, evolve, field

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import (
    DEFAULT_LIMITS,
    Aspect,
    BytesSource,
    Facts,
    Format,
    Identification,
    Limits,
    Observation,
    Source,
    Tool,
)
from egovarchive.formats.answer import Answer
from egovarchive.formats.cache import MemoryCache
from egovarchive.formats.ofd.validator import OfdValidator
from egovarchive.formats.table import FORMATS
from egovarchive.formats.toolbox import Toolbox
from egovarchive.formats.tools import core_tools, installed_tools
from egovarchive.records.outcome import Outcome

PNG = FORMATS["png"]
FILE = BytesSource("a.png", b"x")


@define
class Says:
    """A validator that says what it is told to, or raises it."""

    said: tuple[Observation, ...] = ()
    error: Exception | None = None
    aspects: frozenset[Aspect] = frozenset({Aspect.COMPLETE, Aspect.READABLE})
    tool: Tool = field(factory=lambda: Tool("says", "1"))
    isolated: bool = False
    asked: int = 0

    def answers(self, format: Format) -> frozenset[Aspect]:
        return self.aspects if format is PNG else frozenset()

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Observation]:
        self.asked += 1
        yield from self.said
        if self.error is not None:
            raise self.error

    def reads(self, format: Format) -> bool:
        return format is PNG

    def read(self, source: Source, format: Format, limits: Limits) -> Facts:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return Facts(width=1)


def outcomes(answers: Iterable[Answer]) -> dict[Aspect, Outcome]:
    return {answer.aspect: answer.outcome for answer in answers}


def failed(aspect: Aspect) -> Observation:
    return Observation(aspect, Outcome.FAILED, "bad", "坏")


def test_what_a_tool_looked_at_and_is_silent_about_has_passed() -> None:
    found = outcomes(Toolbox(validators=(Says(),)).validate(FILE, PNG))
    assert found == {
        Aspect.COMPLETE: Outcome.PASSED,
        Aspect.READABLE: Outcome.PASSED,
        Aspect.BOUNDED: Outcome.NOT_PERFORMED,
    }


def test_nobody_there_is_not_performed() -> None:
    found = outcomes(Toolbox().validate(FILE, PNG))
    assert set(found.values()) == {Outcome.NOT_PERFORMED}
    assert set(found) == PNG.asks


def test_one_objection_outweighs_another_tools_silence() -> None:
    tools = Toolbox(validators=(Says(), Says((failed(Aspect.READABLE),))))
    found = outcomes(tools.validate(FILE, PNG))
    assert found[Aspect.READABLE] is Outcome.FAILED
    assert found[Aspect.COMPLETE] is Outcome.PASSED


def test_what_one_could_not_tell_another_may() -> None:
    idle = Observation(Aspect.READABLE, Outcome.NOT_PERFORMED, "no", "否")
    assert (
        outcomes(Toolbox(validators=(Says((idle,)),)).validate(FILE, PNG))[
            Aspect.READABLE
        ]
        is Outcome.NOT_PERFORMED
    )
    both = Toolbox(validators=(Says((idle,)), Says()))
    assert outcomes(both.validate(FILE, PNG))[Aspect.READABLE] is Outcome.PASSED


def test_what_a_tool_does_not_answer_it_does_not_decide() -> None:
    tools = Toolbox(validators=(Says((failed(Aspect.BOUNDED),)),))
    assert outcomes(tools.validate(FILE, PNG))[Aspect.BOUNDED] is Outcome.NOT_PERFORMED


def test_a_file_that_is_not_what_it_seems_is_not_readable() -> None:
    tools = Toolbox(validators=(Says(error=FormatError("no PNG", "不是 PNG")),))
    found = outcomes(tools.validate(FILE, PNG))
    assert found[Aspect.READABLE] is Outcome.FAILED
    assert found[Aspect.COMPLETE] is Outcome.NOT_PERFORMED


@pytest.mark.parametrize(
    "error",
    [ToolError("gone", "没有"), ValueError("x"), MemoryError(), RecursionError("deep")],
)
def test_a_tool_that_fails_performed_nothing(error: Exception) -> None:
    found = Toolbox(validators=(Says(error=error),)).validate(FILE, PNG)
    assert set(outcomes(found).values()) == {Outcome.NOT_PERFORMED}
    [(tool, facts)] = Toolbox(readers=(Says(error=error),)).facts(FILE, PNG)
    assert isinstance(facts, ToolError)
    assert tool == Tool("says", "1")


def test_the_same_bytes_are_looked_at_once() -> None:
    says = Says((failed(Aspect.READABLE),))
    tools = Toolbox(validators=(says,), readers=(says,), cache=MemoryCache())
    first = tools.validate(FILE, PNG, sha256="ab" * 32)
    assert tools.validate(FILE, PNG, sha256="ab" * 32) == first
    assert says.asked == 1
    for _ in range(2):
        list(tools.facts(FILE, PNG, sha256="ab" * 32))
    assert says.asked == 2
    tools.validate(FILE, PNG, sha256="cd" * 32)
    tools.validate(FILE, PNG)
    assert says.asked == 4


def test_other_limits_or_another_version_ask_again() -> None:
    says = Says()
    tools = Toolbox(validators=(says,), cache=MemoryCache())
    tools.validate(FILE, PNG, sha256="ab" * 32)
    narrower = evolve(tools, limits=evolve(DEFAULT_LIMITS, pixels=1))
    narrower.validate(FILE, PNG, sha256="ab" * 32)
    says.tool = Tool("says", "2")
    tools.validate(FILE, PNG, sha256="ab" * 32)
    assert says.asked == 3


def test_a_tool_that_failed_is_asked_again() -> None:
    says = Says(error=ToolError("busy", "忙"))
    tools = Toolbox(validators=(says,), cache=MemoryCache())
    for _ in range(2):
        tools.validate(FILE, PNG, sha256="ab" * 32)
    assert says.asked == 2


def test_each_format_is_asked_by_some_installed_tool_what_it_asks() -> None:
    """What no tool of ours answers is on this list, and on no other."""
    unanswered = {
        (form.id, aspect.value)
        for tools in [installed_tools()]
        for form in FORMATS.values()
        for aspect in form.asks
        if not any(aspect in each.answers(form) for each in tools.validators)
    }
    ours = {name for name, _ in unanswered}
    assert not ours & {"pdf", "ofd", "docx", "xlsx", "png", "jpeg", "mp4", "zip", "xml"}


def test_core_tools_run_no_code_of_others() -> None:
    tools = core_tools()
    assert tools.worker is None
    assert not any(each.isolated for each in tools.validators)
    assert not any(each.isolated for each in tools.readers)
    assert not any(each.isolated for each in tools.openers)


def test_a_file_that_one_tool_did_not_survive_is_no_plain_pass() -> None:
    breaks = Says(error=ValueError("odd"), tool=Tool("breaks", "1"))
    found = Toolbox(validators=(Says(), breaks)).validate(FILE, PNG)
    warned = [each for each in found if each.outcome is Outcome.WARNED]
    assert [each.aspect for each in warned] == [Aspect.COMPLETE, Aspect.READABLE]
    assert all("ValueError: odd" in each.en for each in warned)
    assert all(str(each.tools[0]) == "breaks 1" for each in warned)


def test_a_tool_that_is_not_there_takes_nothing_from_what_another_found() -> None:
    absent = Says(error=ToolError("not installed", "未安装"))
    found = outcomes(Toolbox(validators=(Says(), absent)).validate(FILE, PNG))
    assert found[Aspect.READABLE] is Outcome.PASSED


def test_an_identifier_that_breaks_tells_nothing_and_the_next_is_asked() -> None:
    class Breaks:
        tool = Tool("breaks", "1")

        def identify(self, source: Source) -> Identification:
            raise IndexError(source.name)

    core = core_tools()
    tools = evolve(core, identifiers=(Breaks(), *core.identifiers))
    broken, other = tools.identify(BytesSource("a.txt", "文".encode()))
    assert broken.format is None
    assert broken.note == "failed: IndexError: a.txt"
    assert other.format is FORMATS["txt"]


def test_what_looks_at_the_images_of_an_ofd_document_is_told_with_the_answer() -> None:
    # Answers that are kept must not stand for those of other tools.
    plain, strict = OfdValidator(), OfdValidator(archival=True)
    assert len({plain.tool, strict.tool, OfdValidator((Says(),)).tool}) == 3
