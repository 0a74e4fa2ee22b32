"""Attributes 电子属性: what the metadata says of a file, held against the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from attrs import frozen

from egovarchive.checks.check import Said, Subject
from egovarchive.checks.content import Tally
from egovarchive.checks.examined import Examined
from egovarchive.errors import EgovArchiveError
from egovarchive.formats import Facts
from egovarchive.records.moment import in_china
from egovarchive.records.outcome import Outcome
from egovarchive.records.term import Term

_DURATION: Final = 0.02  # readers of one file differ by as much
_SHORTEST: Final = 0.2  # seconds


class Comparison(Term):
    """How near what is declared must come to what is found."""

    EXACT = "exact", "完全一致"
    EQUIVALENT = "equivalent", "等价"
    TOLERANT = "tolerant", "允许误差"
    INFORMATIVE = "informative", "仅供参考"


@frozen
class Attribute:
    """
    One attribute that metadata may declare of a file.

    Args:
        value: Which of our values declares it; see the profile.
        en: Its name in English.
        zh: Its name in Chinese.
        comparison: How near it must come; what is only informative never fails.
        found: Returns it as the file has it, or None if the file does not tell.
        same: Says whether what is declared and what is found are the same.
    """

    value: str
    en: str
    zh: str
    comparison: Comparison
    found: Callable[[Examined, Facts], str | None]
    same: Callable[[str, str], bool] = str.__eq__


def _name(file: Examined, _: Facts) -> str | None:
    # In a package, a number stands before the name that the file came with.
    number, _dash, name = file.source.name.partition("-")
    return name if number.isdigit() else file.source.name


def _size(file: Examined, _: Facts) -> str | None:
    return str(file.source.size)


def _format(file: Examined, _: Facts) -> str | None:
    return None if file.format is None else file.format.id


def _same_format(declared: str, found: str) -> bool:
    from egovarchive.formats.table import FORMATS  # noqa: PLC0415 - when asked

    form, wanted = FORMATS[found], declared.strip().lower().lstrip(".")
    names = {form.id, form.mime, form.en.lower(), form.zh.lower(), *form.extensions}
    return wanted in names


def _fact(name: str) -> Callable[[Examined, Facts], str | None]:
    def found(_: Examined, facts: Facts) -> str | None:
        value = getattr(facts, name)
        if isinstance(value, datetime):
            return in_china(value).isoformat()
        return None if value is None else str(value)

    return found


def _same_number(declared: str, found: str) -> bool:
    try:
        return float(declared) == float(found)
    except ValueError:
        return False


def _same_duration(declared: str, found: str) -> bool:
    try:
        said, there = float(declared), float(found)
    except ValueError:
        return False
    return abs(said - there) <= max(_SHORTEST, _DURATION * there)


def _same_program(declared: str, found: str) -> bool:
    one, other = declared.casefold(), found.casefold()
    return one in other or other in one


def _same_moment(declared: str, found: str) -> bool:
    # Programs write moments without a zone, or without seconds: the minute decides.
    return declared[:16] == found[:16]


ATTRIBUTES: Final = (
    Attribute("name", "file name", "计算机文件名", Comparison.EXACT, _name),
    Attribute("size", "size", "字节数", Comparison.EXACT, _size),
    Attribute("format", "format", "格式", Comparison.EQUIVALENT, _format, _same_format),
    Attribute("pages", "pages", "页数", Comparison.EXACT, _fact("pages"), _same_number),
    Attribute(
        "width", "width", "像素宽", Comparison.EXACT, _fact("width"), _same_number
    ),
    Attribute(
        "height", "height", "像素高", Comparison.EXACT, _fact("height"), _same_number
    ),
    Attribute(
        "seconds",
        "duration in seconds",
        "时长（秒）",
        Comparison.TOLERANT,
        _fact("seconds"),
        _same_duration,
    ),
    Attribute(
        "program",
        "creating program",
        "创建程序",
        Comparison.INFORMATIVE,
        _fact("application"),
        _same_program,
    ),
    Attribute(
        "created_at",
        "made at",
        "形成时间",
        Comparison.INFORMATIVE,
        _fact("created"),
        _same_moment,
    ),
)


def compare(subject: Subject) -> Iterator[Said]:
    """Yield what metadata and files of *subject* say differently of each other."""
    tally = Tally()
    for file in subject.files:
        if file.declared is None:
            continue  # `authenticity.links` names it.
        objections = list(_compare(file, tally))
        tally.objected |= bool(objections)
        yield from objections
        if not objections:
            tally.passed()
    yield from tally.told(subject.object)


def _compare(file: Examined, tally: Tally) -> Iterator[Said]:
    assert file.declared is not None  # noqa: S101 - the caller looked
    facts = _facts(file)
    for attribute in ATTRIBUTES:
        declared = file.declared.texts.get(attribute.value)
        if not declared:
            continue
        found = attribute.found(file, facts)
        if found is None:
            if attribute.comparison is not Comparison.INFORMATIVE:
                tally.leave(
                    file,
                    f"no tool tells its {attribute.en}",
                    f"没有工具可读取其{attribute.zh}",
                )
        elif not attribute.same(declared, found):
            informative = attribute.comparison is Comparison.INFORMATIVE
            yield Said(
                Outcome.WARNED if informative else Outcome.FAILED,
                file.path,
                f"{attribute.en}: the metadata says {declared}, the file {found}",
                f"{attribute.zh}：元数据为 {declared}，文件实为 {found}",
                expected=declared,
                found=found,
                digest=file.digest,
            )


def _facts(file: Examined) -> Facts:
    """Return all that the readers found; the first that tells a thing is believed."""
    values: dict[str, object] = {}
    for _, facts in file.facts:
        if isinstance(facts, EgovArchiveError):
            continue
        for name in Facts.__attrs_attrs__:
            value = getattr(facts, name.name)
            if value is not None:
                values.setdefault(name.name, value)
    return Facts(**values)  # type: ignore[arg-type]
