"""Papers that many cases have: forms, notices, decisions, certificates."""

from __future__ import annotations

from datetime import date

from samples.content import (
    Block,
    Line,
    Para,
    RedHead,
    Signed,
    Table,
    Text,
    Title,
)
from samples.facts import AGENCY, Person, written

WRITER_DOCX = "LibreOffice Writer 7.4"
WRITER_PDF = "LibreOffice Writer 7.4"
CALC = "LibreOffice Calc 7.4"
RSVG = "rsvg-convert 2.54"
OFD_WRITER = "egovarchive samples 1.0"


def form(
    title: str,
    person: Person,
    rows: tuple[tuple[str, str], ...],
    promise: str,
    day: date,
) -> Text:
    """Return a filled-in application form."""
    number = "统一社会信用代码" if person.kind == "legal" else "公民身份号码"
    return Text(
        title=title,
        author=person.name,
        blocks=(
            Title(title),
            Table(
                (28, 72),
                (("申请人", person.name), (number, person.masked), *rows),
            ),
            Line(""),
            Para(promise),
            Signed(f"申请人（签章）：{person.name}", written(day), sealed=False),
        ),
    )


def letter(
    title: str,
    number: str,
    to: str,
    paragraphs: tuple[str, ...],
    day: date,
    *,
    table: Table | None = None,
    archival: bool = False,
) -> Text:
    """Return an official letter of the agency, with red head and seal."""
    blocks: list[Block] = [RedHead(AGENCY, number), Title(title), Line(f"{to}：")]
    blocks += [Para(text) for text in paragraphs]
    if table is not None:
        blocks += [Line(""), table]
    blocks.append(Signed(AGENCY, written(day)))
    return Text(title=title, author=AGENCY, blocks=tuple(blocks), archival=archival)


def acceptance(
    item: str, number: str, case: str, to: str, materials: tuple[str, ...], day: date
) -> Text:
    """Return the notice that an application is accepted 受理通知书."""
    return letter(
        "受理通知书",
        number,
        to,
        (
            (
                f"你（单位）提出的“{item}”申请收悉，办件编号为{case}。经审查，申请材料"
                "齐全，符合法定形式，依照《中华人民共和国行政许可法》的规定，决定予以受理。"
            ),
            "收到的申请材料如下：",
        ),
        day,
        table=Table(
            (12, 64, 24),
            (
                ("序号", "材料名称", "形式"),
                *((str(n), name, "电子") for n, name in enumerate(materials, 1)),
            ),
        ),
    )


def grant(item: str, number: str, case: str, to: str, licence: str, day: date) -> Text:
    """Return the decision that grants a licence 准予行政许可决定书."""
    return letter(
        "准予行政许可决定书",
        number,
        to,
        (
            (
                f"你（单位）提出的“{item}”申请（办件编号：{case}），经审查，符合法定条件、"
                "标准。依照《中华人民共和国行政许可法》的规定，决定准予行政许可。"
            ),
            licence,
            "请在许可的范围内从事活动，并接受监督检查。",
        ),
        day,
        archival=True,
    )


def certificate(
    title: str,
    number: str,
    rows: tuple[tuple[str, str], ...],
    day: date,
    *,
    issuer: str = AGENCY,
    note: str = "本证照为样例，不具有法律效力。",
    archival: bool = False,
    as_image: bool = False,
) -> Text:
    """Return a licence 证照 with a frame."""
    return Text(
        title=title,
        author=issuer,
        framed=True,
        archival=archival,
        as_image=as_image,
        blocks=(
            Line(""),
            Title(title),
            Line(f"编号：{number}", "center"),
            Line(""),
            Table((30, 70), rows),
            Para(note),
            Signed(issuer, written(day)),
        ),
    )
