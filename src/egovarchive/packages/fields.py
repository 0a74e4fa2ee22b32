"""What a package says of itself, as plain texts: `Filing` to `Values` and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TypeVar

from egovarchive.errors import InvalidValueError, PackageError
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

T = TypeVar("T")
Placed = Mapping[tuple[int, int], tuple[str, int]]


def basic_values(filing: Filing, placed: Placed) -> Values:
    """
    Return the basic metadata of *filing*.

    Args:
        filing: What is packed.
        placed: Where file *j* of document *i* stands: its path, and its size in
            bytes, by ``(i, j)``.
    """
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
            _document(document, [placed[i, j] for j in range(len(document.files))])
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
    try:
        return _filing(_Reader(basic), process, content_at)
    except InvalidValueError as error:
        en, zh = error.message(), error.message("zh")
        raise PackageError(f"metadata: {en}", f"元数据：{zh}") from None


def _texts(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


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


def _document(document: Document, placed: Iterable[tuple[str, int]]) -> Values:
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
                        created_at=file.created_at and file.created_at.isoformat(),
                        program=file.program,
                    )
                )
                for file, (path, size) in zip(document.files, placed, strict=True)
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
            at=step.at.isoformat(),
            opinion=step.opinion,
            outcome=step.outcome,
            basis=step.basis,
        )
    )


class _Reader:
    """Reads typed values out of the texts of one group."""

    def __init__(self, values: Values) -> None:
        self._texts = values.texts
        self._groups = values.groups

    def text(self, name: str) -> str:
        value = self.maybe(name)
        if value is None:
            raise InvalidValueError(
                "it is missing", "缺少该项", rule="required element", place=name
            )
        return value

    def maybe(self, name: str) -> str | None:
        return self._texts.get(name) or None

    def typed(self, name: str, read: Callable[[str], T]) -> T:
        text = self.text(name)
        try:
            return read(text)
        except InvalidValueError as error:
            raise error.within(name) from None
        except ValueError:
            raise InvalidValueError(
                f"cannot read {text[:40]!r}",
                f"无法识别 {text[:40]!r}",
                rule="type of the element",
                place=name,
            ) from None

    def maybe_typed(self, name: str, read: Callable[[str], T]) -> T | None:
        return None if self.maybe(name) is None else self.typed(name, read)

    def each(self, name: str, read: Callable[[_Reader], T]) -> list[T]:
        found = []
        for number, values in enumerate(self._groups.get(name, ())):
            try:
                found.append(read(_Reader(values)))
            except InvalidValueError as error:
                raise error.within(f"{name}[{number}]") from None
        return found

    def one(self, name: str, read: Callable[[_Reader], T]) -> T | None:
        found = self.each(name, read)
        if len(found) > 1:
            raise InvalidValueError(
                "it stands more than once", "重复出现", rule="at most one", place=name
            )
        return found[0] if found else None


def _filing(
    basic: _Reader, process: Values, content_at: Callable[[str], Content]
) -> Filing:
    applicant = basic.one("applicant", _read_party)
    if applicant is None:
        raise InvalidValueError(
            "it is missing", "缺少该项", rule="required element", place="applicant"
        )
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
        applicant=applicant,
        agent=basic.one("agent", _read_party),
        department=basic.maybe("department"),
        accepted_on=basic.maybe_typed("accepted_on", date.fromisoformat),
        decided_on=basic.maybe_typed("decided_on", date.fromisoformat),
        concluded_on=basic.typed("concluded_on", date.fromisoformat),
        decision=basic.typed("decision", Decision.of_label),
        licences=basic.each("licences", _read_licence),
        joint=basic.one("joint", _read_joint),
        documents=basic.each("documents", lambda r: _read_document(r, content_at)),
        steps=_Reader(process).each("steps", _read_step),
    )
    series = Series(
        fonds=basic.text("fonds"),
        category=tuple(basic.text("category").split("·")),
        year=basic.typed("year", int),
        retention=basic.typed("retention", RetentionPeriod.parse),
        office=basic.maybe("office"),
        template=basic.typed("template", Template.of_label),
    )
    return Filing(
        case=case,
        series=series,
        unit=basic.text("unit"),
        unit_code=basic.maybe("unit_code"),
        schedule=basic.text("schedule"),
        approved_by=basic.text("approved_by"),
        approval_number=basic.text("approval_number"),
    )


def _term(reader: _Reader, name: str, kind: type[TermT]) -> TermT | None:
    return reader.maybe_typed(name, kind.of_label)


TermT = TypeVar("TermT", bound=Term)


def _read_party(reader: _Reader) -> Party:
    return Party(
        kind=reader.typed("kind", PartyKind.of_label),
        name=reader.text("name"),
        identifier_kind=_term(reader, "identifier_kind", IdentifierKind),
        identifier=reader.maybe("identifier"),
    )


def _read_licence(reader: _Reader) -> Licence:
    return Licence(
        name=reader.text("name"),
        number=reader.maybe("number"),
        identifier=reader.maybe("identifier"),
        valid_until=reader.maybe_typed("valid_until", date.fromisoformat),
    )


def _read_joint(reader: _Reader) -> JointHandling:
    return JointHandling(
        number=reader.text("number"),
        name=reader.text("name"),
        lead=reader.text("lead"),
        parts=reader.each("parts", lambda part: part.text("number")),
    )


def _read_document(
    reader: _Reader, content_at: Callable[[str], Content]
) -> Document:
    return Document(
        name=reader.text("name"),
        code=reader.maybe("code"),
        role=reader.typed("role", Role.of_label),
        provenance=reader.typed("provenance", Provenance.of_label),
        called_from=reader.maybe("called_from"),
        form=_term(reader, "form", Form),
        classification=reader.typed("classification", Classification.of_label),
        digitised=reader.one("digitised", _read_digitised),
        files=reader.each("files", lambda file: _read_file(file, content_at)),
    )


def _read_file(reader: _Reader, content_at: Callable[[str], Content]) -> File:
    return File(
        reader.text("name"),
        content_at(reader.text("path")),
        created_at=reader.maybe_typed("created_at", datetime.fromisoformat),
        program=reader.maybe("program"),
    )


def _read_digitised(reader: _Reader) -> Digitisation:
    return Digitisation(
        resolution=reader.typed("resolution", int),
        colour_mode=reader.typed("colour_mode", ColourMode.of_label),
        compression=reader.maybe("compression"),
        verified_by=reader.text("verified_by"),
        verified_on=reader.typed("verified_on", date.fromisoformat),
    )


def _read_step(reader: _Reader) -> Step:
    return Step(
        code=reader.maybe("code"),
        activity=reader.text("activity"),
        actor=reader.text("actor"),
        unit=reader.text("unit"),
        at=reader.typed("at", datetime.fromisoformat),
        opinion=reader.maybe("opinion"),
        outcome=reader.maybe("outcome"),
        basis=reader.maybe("basis"),
    )
