"""What a package says of itself, as plain texts: `Filing` to `Values` and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TypeVar

from egovarchive.errors import InvalidValueError, PackageError
from egovarchive.packages.texts import Texts, day, moment, seconds, whole
from egovarchive.packages.xml import Values
from egovarchive.records.case import Case, Decision, JointHandling, Licence
from egovarchive.records.content import Content
from egovarchive.records.document import (
    Classification,
    ColourMode,
    Digitisation,
    Document,
    File,
    Form,
    Provenance,
    Role,
)
from egovarchive.records.filing import Filing
from egovarchive.records.item import ServiceItem
from egovarchive.records.party import IdentifierKind, Party, PartyKind
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.series import Series, Template
from egovarchive.records.step import Step
from egovarchive.records.term import Term

TermT = TypeVar("TermT", bound=Term)
Placed = Mapping[tuple[int, int], tuple[str, int]]
Proved = Mapping[tuple[int, int], Sequence[Mapping[str, str]]]


def basic_values(
    filing: Filing, placed: Placed, proved: Proved | None = None
) -> Values:
    """
    Return the basic metadata of *filing*.

    Args:
        filing: What is packed.
        placed: Where file *j* of document *i* stands: its path, and its size in
            bytes, by ``(i, j)``.
        proved: What the signatures in it prove, each as texts by element.
    """
    proved = proved or {}
    case, series, item = filing.case, filing.series, filing.case.item
    texts = _texts(
        electronic_record_code=filing.electronic_record_code,
        fonds=series.fonds,
        unit=filing.unit,
        unit_code=filing.unit_code,
        category="·".join(series.category),
        year=str(series.year),
        retention=str(series.retention),
        office=series.office,
        template=series.template.zh,
        schedule=filing.schedule,
        approved_by=filing.approved_by,
        approval_number=filing.approval_number,
        number=case.number,
        provincial_number=case.provincial_number,
        municipal_number=case.municipal_number,
        title=case.title,
        item_code=item.code,
        item_basic_code=item.basic_code,
        item_name=item.name,
        item_type=item.type,
        item_version=item.version,
        department=case.department,
        accepted_on=_day(case.accepted_on),
        decided_on=_day(case.decided_on),
        concluded_on=_day(case.concluded_on),
        decision=case.decision.zh,
    )
    groups = {
        "applicant": [_party(case.applicant)],
        "agent": [_party(case.agent)] if case.agent else [],
        "licences": [_licence(licence) for licence in case.licences],
        "joint": [_joint(case.joint)] if case.joint else [],
        "documents": [
            _document(
                document,
                [
                    (*placed[i, j], proved.get((i, j), ()))
                    for j in range(len(document.files))
                ],
            )
            for i, document in enumerate(case.documents)
        ],
    }
    return Values(texts, groups)


def process_values(filing: Filing) -> Values:
    """Return the process metadata of *filing*."""
    return Values({}, {"steps": [_step(step) for step in filing.case.steps]})


def filing_of(
    basic: Values, process: Values, content_at: Callable[[str], Content]
) -> Filing:
    """
    Return the filing that *basic* and *process* describe.

    Args:
        basic: What `basic_values` made.
        process: What `process_values` made.
        content_at: Gives the content of the file at a path in the package.

    Raises:
        PackageError: An element is missing, or its value breaks its rule.
    """
    with _metadata_errors():
        return _filing(Texts(basic), process, content_at)


def series_of(basic: Values) -> Series:
    """
    Return the series that *basic* files the case in.

    Raises:
        PackageError: An element of it is missing, or breaks its rule.
    """
    with _metadata_errors():
        return _series(Texts(basic))


@contextmanager
def _metadata_errors() -> Iterator[None]:
    try:
        yield
    except InvalidValueError as error:
        en, zh = error.message(), error.message("zh")
        raise PackageError(f"metadata: {en}", f"元数据：{zh}") from None


def _texts(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _seconds(value: float | None) -> str | None:
    """Return *value* in the one way in which it can be written: ``2.5``, ``3``."""
    return None if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def _party(party: Party) -> Values:
    kind = party.identifier_kind
    return Values(
        _texts(
            name=party.name,
            kind=party.kind.zh,
            identifier_kind=kind and kind.zh,
            identifier=party.identifier,
        )
    )


def _licence(licence: Licence) -> Values:
    return Values(
        _texts(
            name=licence.name,
            number=licence.number,
            identifier=licence.identifier,
            valid_until=_day(licence.valid_until),
        )
    )


def _joint(joint: JointHandling) -> Values:
    return Values(
        _texts(number=joint.number, name=joint.name, lead=joint.lead),
        {"parts": [Values({"number": number}) for number in joint.parts]},
    )


def _document(
    document: Document,
    placed: Iterable[tuple[str, int, Sequence[Mapping[str, str]]]],
) -> Values:
    scan = document.digitised
    return Values(
        _texts(
            name=document.name,
            code=document.code,
            role=document.role.zh,
            provenance=document.provenance.zh,
            called_from=document.called_from,
            form=document.form and document.form.zh,
            classification=document.classification.zh,
        ),
        {
            "digitised": [_digitised(scan)] if scan else [],
            "files": [
                Values(
                    _texts(
                        path=path,
                        name=file.name,
                        size=str(size),
                        created_at=_moment(file.created_at),
                        modified_at=_moment(file.modified_at),
                        program=file.program,
                        format=file.format,
                        pages=_number(file.pages),
                        width=_number(file.width),
                        height=_number(file.height),
                        seconds=_seconds(file.seconds),
                    ),
                    {"signatures": [Values(dict(each)) for each in proved]}
                    if proved
                    else {},
                )
                for file, (path, size, proved) in zip(
                    document.files, placed, strict=True
                )
            ],
        },
    )


def _digitised(scan: Digitisation) -> Values:
    return Values(
        _texts(
            resolution=str(scan.resolution),
            colour_mode=scan.colour_mode.zh,
            compression=scan.compression,
            verified_by=scan.verified_by,
            verified_on=_day(scan.verified_on),
        )
    )


def _step(step: Step) -> Values:
    return Values(
        _texts(
            code=step.code,
            activity=step.activity,
            actor=step.actor,
            unit=step.unit,
            at=_moment(step.at),
            opinion=step.opinion,
            outcome=step.outcome,
            basis=step.basis,
        )
    )


def _series(basic: Texts) -> Series:
    return Series(
        fonds=basic.text("fonds"),
        category=tuple(basic.text("category").split("·")),
        year=basic.typed("year", whole),
        retention=basic.typed("retention", RetentionPeriod.parse),
        office=basic.maybe("office"),
        template=basic.typed("template", Template.of_label),
    )


def _filing(
    basic: Texts, process: Values, content_at: Callable[[str], Content]
) -> Filing:
    case = Case(
        number=basic.text("number"),
        provincial_number=basic.maybe("provincial_number"),
        municipal_number=basic.maybe("municipal_number"),
        title=basic.text("title"),
        item=ServiceItem(
            code=basic.text("item_code"),
            name=basic.text("item_name"),
            type=basic.maybe("item_type"),
            version=basic.maybe("item_version"),
            basic_code=basic.maybe("item_basic_code"),
        ),
        applicant=basic.one("applicant", _read_party),
        agent=basic.at_most_one("agent", _read_party),
        department=basic.maybe("department"),
        accepted_on=basic.maybe_typed("accepted_on", day),
        decided_on=basic.maybe_typed("decided_on", day),
        concluded_on=basic.typed("concluded_on", day),
        decision=basic.typed("decision", Decision.of_label),
        licences=basic.each("licences", _read_licence),
        joint=basic.at_most_one("joint", _read_joint),
        documents=basic.each(
            "documents", lambda each: _read_document(each, content_at)
        ),
        steps=Texts(process).each("steps", _read_step),
    )
    return Filing(
        case=case,
        series=_series(basic),
        unit=basic.text("unit"),
        unit_code=basic.maybe("unit_code"),
        schedule=basic.text("schedule"),
        approved_by=basic.text("approved_by"),
        approval_number=basic.text("approval_number"),
    )


def _term(texts: Texts, name: str, kind: type[TermT]) -> TermT | None:
    return texts.maybe_typed(name, kind.of_label)


def _read_party(texts: Texts) -> Party:
    return Party(
        kind=texts.typed("kind", PartyKind.of_label),
        name=texts.text("name"),
        identifier_kind=_term(texts, "identifier_kind", IdentifierKind),
        identifier=texts.maybe("identifier"),
    )


def _read_licence(texts: Texts) -> Licence:
    return Licence(
        name=texts.text("name"),
        number=texts.maybe("number"),
        identifier=texts.maybe("identifier"),
        valid_until=texts.maybe_typed("valid_until", day),
    )


def _read_joint(texts: Texts) -> JointHandling:
    return JointHandling(
        number=texts.text("number"),
        name=texts.text("name"),
        lead=texts.text("lead"),
        parts=texts.each("parts", lambda part: part.text("number")),
    )


def _read_document(texts: Texts, content_at: Callable[[str], Content]) -> Document:
    return Document(
        name=texts.text("name"),
        code=texts.maybe("code"),
        role=texts.typed("role", Role.of_label),
        provenance=texts.typed("provenance", Provenance.of_label),
        called_from=texts.maybe("called_from"),
        form=_term(texts, "form", Form),
        classification=texts.typed("classification", Classification.of_label),
        digitised=texts.at_most_one("digitised", _read_digitised),
        files=texts.each("files", lambda file: _read_file(file, content_at)),
    )


def _read_file(texts: Texts, content_at: Callable[[str], Content]) -> File:
    return File(
        texts.text("name"),
        content_at(texts.text("path")),
        created_at=texts.maybe_typed("created_at", moment),
        modified_at=texts.maybe_typed("modified_at", moment),
        program=texts.maybe("program"),
        format=texts.maybe("format"),
        pages=texts.maybe_typed("pages", whole),
        width=texts.maybe_typed("width", whole),
        height=texts.maybe_typed("height", whole),
        seconds=texts.maybe_typed("seconds", seconds),
    )


def _read_digitised(texts: Texts) -> Digitisation:
    return Digitisation(
        resolution=texts.typed("resolution", whole),
        colour_mode=texts.typed("colour_mode", ColourMode.of_label),
        compression=texts.maybe("compression"),
        verified_by=texts.text("verified_by"),
        verified_on=texts.typed("verified_on", day),
    )


def _read_step(texts: Texts) -> Step:
    return Step(
        code=texts.maybe("code"),
        activity=texts.text("activity"),
        actor=texts.text("actor"),
        unit=texts.text("unit"),
        at=texts.typed("at", moment),
        opinion=texts.maybe("opinion"),
        outcome=texts.maybe("outcome"),
        basis=texts.maybe("basis"),
    )
