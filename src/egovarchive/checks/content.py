"""Content 内容数据: the answers of tools about files, told by check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from attrs import define, field

from egovarchive.checks.check import Said, Subject
from egovarchive.checks.examined import Examined
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.observation import Tool
from egovarchive.records.outcome import Outcome

NAMED = 20  # files in one finding; the rest is counted

Reasons = dict[tuple[str, str], list[str]]


def asking(aspect: Aspect) -> Callable[[Subject], Iterator[Said]]:
    """Return a check that asks *aspect* of each content file of its subject."""

    def ask(subject: Subject) -> Iterator[Said]:
        tally = Tally()
        for file in subject.files:
            yield from _ask(file, aspect, tally)
        yield from tally.told(subject)

    return ask


def _ask(file: Examined, aspect: Aspect, tally: Tally) -> Iterator[Said]:
    if file.format is None:
        tally.unknown += 1  # `usability.format` names it
        return
    if aspect not in file.format.asks:
        return
    for answer in file.answers:
        if answer.aspect is not aspect:
            continue
        if answer.outcome is Outcome.PASSED:
            tally.passed(answer.tools)
        elif answer.outcome is Outcome.NOT_PERFORMED:
            tally.leave(file, answer.en, answer.zh)
        else:
            tally.objected = True
            # Tools that judge parts of parts begin with the place themselves.
            told = answer.en.startswith(answer.place)
            where = "" if told else f"{answer.place}: "
            wo = "" if told else f"{answer.place}："
            yield Said(
                answer.outcome,
                file.path,
                f"{where}{answer.en}",
                f"{wo}{answer.zh}",
                tool=", ".join(map(str, answer.tools)),
                digest=file.digest,
            )


@define
class Tally:
    """Counts the files that are fine, and gathers those that nobody could look at."""

    objected: bool = False
    unknown: int = 0
    _fine: int = 0
    _tools: Counter[str] = field(factory=Counter)
    _idle: Reasons = field(factory=dict)

    def passed(self, tools: tuple[Tool, ...] = ()) -> None:
        """Count a file of which *tools* say that it is fine."""
        self._fine += 1
        self._tools.update(map(str, tools))

    def leave(self, file: Examined, en: str, zh: str) -> None:
        """Note that nobody looked at *file*, and why."""
        self._idle.setdefault((en, zh), []).append(file.path)

    def told(self, subject: Subject) -> Iterator[Said]:
        """
        Yield how many files are fine, and which were not looked at, by reason.

        Where there is no file at all, nothing was looked at.
        """
        name = subject.object
        if not subject.files:
            yield Said(Outcome.NOT_PERFORMED, name, "there is no file", "没有文件")
            return
        if self._fine:
            yield Said(
                Outcome.PASSED,
                name,
                f"{self._fine} files",
                f"{self._fine} 个文件",
                tool=", ".join(self._tools),
            )
        yield from self.left(name)
        if self.unknown:
            yield Said(
                Outcome.NOT_PERFORMED,
                name,
                f"{self.unknown} files of unknown format",
                f"{self.unknown} 个文件格式未知",
            )
        elif not (self._fine or self._idle or self.objected):
            yield Said(Outcome.PASSED, name, "no file to ask this of", "没有适用的文件")

    def left(self, name: str) -> Iterator[Said]:
        """Yield which files were not looked at, by reason."""
        for (en, zh), paths in self._idle.items():
            for path in paths[:NAMED]:
                yield Said(Outcome.NOT_PERFORMED, path, en, zh)
            if (more := len(paths) - NAMED) > 0:
                yield Said(
                    Outcome.NOT_PERFORMED,
                    name,
                    f"{more} more files: {en}",
                    f"另有 {more} 个文件：{zh}",
                )
