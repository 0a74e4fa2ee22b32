"""A tool that cannot tell, and leaves each text that says so to a person."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from archive.office import case, document
from egovarchive.formats import Aspect, Format, Limits, Observation, Source, Tool
from egovarchive.formats.identify import CoreIdentifier
from egovarchive.formats.toolbox import Toolbox
from egovarchive.records.case import Case
from egovarchive.records.document import File
from egovarchive.records.outcome import Outcome

CHECK = "usability.readable"


@frozen
class Doubter:
    """Finds as many doubtful pages as the text says, such as ``doubts: 2``."""

    tool: Tool = field(factory=lambda: Tool("doubter", "1"))
    isolated: bool = False

    def answers(self, format: Format) -> frozenset[Aspect]:  # noqa: A002 - contract
        return frozenset({Aspect.READABLE})

    def validate(
        self,
        source: Source,
        format: Format,  # noqa: A002 - contract
        limits: Limits,
    ) -> Iterator[Observation]:
        text = source.read(0, source.size).decode()
        count = int(text.partition("doubts: ")[2] or 0)
        for page in range(1, count + 1):
            yield Observation(
                Aspect.READABLE,
                Outcome.NEEDS_REVIEW,
                "it may be blank",
                "疑似空白",
                f"page {page}",
            )


TOOLS = Toolbox(identifiers=(CoreIdentifier(),), validators=(Doubter(),))


def doubtful(number: int = 1, doubts: int = 1) -> Case:
    """Return a case of which one file leaves so many *doubts*."""
    text = f"第 {number} 件的申请 doubts: {doubts}".encode()
    return case(number, documents=[document(File("张三的申请表.txt", text))])
