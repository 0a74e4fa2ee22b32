"""Office files: flat OpenDocument in, DOCX, PDF and XLSX out, by LibreOffice."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from samples.content import (
    Block,
    Book,
    Line,
    PageBreak,
    Para,
    RedHead,
    Sheet,
    Signed,
    Table,
    Text,
    Title,
)
from samples.pictures import seal_png
from samples.program import run_at

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
    }.items()
)
_LETTER_FONT, _FORM_FONT = "Noto Serif CJK SC", "Noto Sans CJK SC"
_PDF_A = {"SelectPdfVersion": {"type": "long", "value": "2"}}  # PDF/A-2b
_RED = "#d00000"
_LINE_WIDTH = 15.6  # centimetres between the margins


def office_file(content: Text | Book, suffix: str, made_at: datetime) -> bytes:
    """Return *content* as LibreOffice writes it: ``.docx``, ``.pdf`` or ``.xlsx``."""
    if isinstance(content, Text):
        source, xml = "source.fodt", _text_document(content, made_at)
    else:
        source, xml = "source.fods", _spreadsheet(content, made_at)
    target = suffix.removeprefix(".")
    if target == "pdf" and isinstance(content, Text) and content.archival:
        target = f"pdf:writer_pdf_Export:{json.dumps(_PDF_A)}"
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / source).write_text(xml, encoding="utf-8")
        run_at(
            made_at,
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            target,
            "--outdir",
            str(folder),
            str(folder / source),
        )
        return (folder / f"source{suffix}").read_bytes()


def _meta(title: str, author: str, made_at: datetime) -> str:
    moment = made_at.strftime("%Y-%m-%dT%H:%M:%S")
    return (
        f"<office:meta><dc:title>{escape(title)}</dc:title>"
        f"<meta:initial-creator>{escape(author)}</meta:initial-creator>"
        f"<dc:creator>{escape(author)}</dc:creator>"
        f"<meta:creation-date>{moment}</meta:creation-date>"
        f"<dc:date>{moment}</dc:date></office:meta>"
    )


def _font(name: str, points: float, *, bold: bool = False, colour: str = "") -> str:
    weight = "bold" if bold else "normal"
    return (
        f'<style:text-properties style:font-name="{name}" '
        f'style:font-name-asian="{name}" fo:font-size="{points}pt" '
        f'style:font-size-asian="{points}pt" fo:font-weight="{weight}" '
        f'style:font-weight-asian="{weight}" fo:language="zh" fo:country="CN" '
        'style:language-asian="zh" style:country-asian="CN"'
        + (f' fo:color="{colour}"' if colour else "")
        + "/>"
    )


def _paragraph_style(name: str, properties: str, font: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="paragraph">'
        f"<style:paragraph-properties {properties}/>{font}</style:style>"
    )


def _styles(font: str, *, framed: bool) -> str:
    frame = 'fo:border="2pt double #a00000" fo:padding="0.6cm"' if framed else ""
    body = _font(font, 13)
    return (
        "<office:font-face-decls>"
        + "".join(
            f'<style:font-face style:name="{f}" svg:font-family="\'{f}\'"/>'
            for f in (_LETTER_FONT, _FORM_FONT)
        )
        + "</office:font-face-decls><office:styles>"
        '<style:default-style style:family="paragraph">'
        f"{_font(font, 13)}</style:default-style></office:styles>"
        "<office:automatic-styles>"
        '<style:page-layout style:name="A4"><style:page-layout-properties '
        'fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="2.8cm" '
        'fo:margin-bottom="2.6cm" fo:margin-left="2.7cm" fo:margin-right="2.7cm" '
        f"{frame}/></style:page-layout>"
        + _paragraph_style(
            "Head",
            'fo:text-align="center" fo:margin-bottom="0.5cm"',
            _font(font, 30, bold=True, colour=_RED),
        )
        + _paragraph_style(
            "Number",
            'fo:text-align="center" fo:padding-bottom="0.15cm" '
            f'fo:border-bottom="2pt solid {_RED}" fo:margin-bottom="0.7cm"',
            body,
        )
        + _paragraph_style(
            "Heading",
            'fo:text-align="center" fo:margin-top="0.2cm" fo:margin-bottom="0.6cm"',
            _font(font, 20, bold=True),
        )
        + "".join(
            _paragraph_style(
                f"Line-{a}", f'fo:text-align="{a}" fo:line-height="160%"', body
            )
            for a in ("left", "center", "right")
        )
        + _paragraph_style(
            "Para", 'fo:text-indent="0.92cm" fo:line-height="160%"', body
        )
        + _paragraph_style("Cell", 'fo:text-align="left"', _font(font, 11))
        + _paragraph_style(
            "Signed", 'fo:text-align="right" fo:margin-right="1cm"', body
        )
        + _paragraph_style("Break", 'fo:break-before="page"', body)
        + '<style:style style:name="Ruled" style:family="table-cell">'
        '<style:table-cell-properties fo:border="0.5pt solid #000000" '
        'fo:padding="0.15cm" style:vertical-align="middle"/></style:style>'
        '<style:style style:name="Under" style:family="graphic">'
        '<style:graphic-properties style:wrap="run-through" '
        'style:run-through="background" style:horizontal-pos="from-left" '
        'style:horizontal-rel="paragraph" style:vertical-pos="from-top" '
        'style:vertical-rel="paragraph"/></style:style>'
    )


def _block(block: Block, number: int) -> str:
    match block:
        case RedHead(unit, reference):
            return (
                f'<text:p text:style-name="Head">{escape(unit)}</text:p>'
                f'<text:p text:style-name="Number">{escape(reference)}</text:p>'
            )
        case Title(text):
            return f'<text:p text:style-name="Heading">{escape(text)}</text:p>'
        case Line(text, align):
            return f'<text:p text:style-name="Line-{align}">{escape(text)}</text:p>'
        case Para(text):
            return f'<text:p text:style-name="Para">{escape(text)}</text:p>'
        case PageBreak():
            return '<text:p text:style-name="Break"/>'
        case Table():
            return _table(block, number)
        case Signed(unit, day, sealed):
            return (
                '<text:p text:style-name="Line-left"/><text:p text:style-name="Line-left"/>'
                f'<text:p text:style-name="Signed">{_seal(unit) if sealed else ""}'
                f"{escape(unit)}</text:p>"
                f'<text:p text:style-name="Signed">{escape(day)}</text:p>'
            )


def _seal(unit: str) -> str:
    return (
        '<draw:frame draw:style-name="Under" text:anchor-type="paragraph" '
        'svg:x="11cm" svg:y="-1cm" svg:width="3.6cm" svg:height="3.6cm">'
        "<draw:image><office:binary-data>"
        + base64.b64encode(seal_png(unit)).decode()
        + "</office:binary-data></draw:image></draw:frame>"
    )


def _table(table: Table, number: int) -> str:
    columns = "".join(
        f'<table:table-column table:style-name="T{number}-{n}"/>'
        for n, _ in enumerate(table.widths)
    )
    rows = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell table:style-name="Ruled" office:value-type="string">'
            f'<text:p text:style-name="Cell">{escape(cell)}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in table.rows
    )
    return f'<table:table>{columns}{rows}</table:table><text:p text:style-name="Cell"/>'


def _column_styles(text: Text) -> str:
    return "".join(
        f'<style:style style:name="T{number}-{n}" style:family="table-column">'
        "<style:table-column-properties "
        f'style:column-width="{_LINE_WIDTH * share / sum(block.widths):.2f}cm"/>'
        "</style:style>"
        for number, block in enumerate(text.blocks)
        if isinstance(block, Table)
        for n, share in enumerate(block.widths)
    )


def _text_document(text: Text, made_at: datetime) -> str:
    letter = any(isinstance(block, RedHead) for block in text.blocks)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_NAMESPACES} '
        'office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.text">'
        + _meta(text.title, text.author, made_at)
        + _styles(_LETTER_FONT if letter else _FORM_FONT, framed=text.framed)
        + _column_styles(text)
        + "</office:automatic-styles><office:master-styles>"
        '<style:master-page style:name="Standard" style:page-layout-name="A4"/>'
        "</office:master-styles><office:body><office:text>"
        + "".join(_block(b, n) for n, b in enumerate(text.blocks))
        + "</office:text></office:body></office:document>"
    )


def _cell(value: str | float) -> str:
    if isinstance(value, str) and value.startswith("="):
        return f'<table:table-cell table:formula="of:{escape(value)}"/>'
    if isinstance(value, str):
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(value)}</text:p></table:table-cell>"
        )
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def _sheet(sheet: Sheet) -> str:
    columns = "".join(
        f'<table:table-column table:style-name="C{w}"/>' for w in sheet.widths
    )
    rows = "".join(
        f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>"
        for row in sheet.rows
    )
    return (
        f'<table:table table:name="{escape(sheet.name)}">{columns}{rows}</table:table>'
    )


def _spreadsheet(book: Book, made_at: datetime) -> str:
    widths = sorted({width for sheet in book.sheets for width in sheet.widths})
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_NAMESPACES} '
        'office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        + _meta(book.title, book.author, made_at)
        + "<office:automatic-styles>"
        + "".join(
            f'<style:style style:name="C{w}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{w}cm"/></style:style>'
            for w in widths
        )
        + "</office:automatic-styles><office:body><office:spreadsheet>"
        + "".join(map(_sheet, book.sheets))
        + "</office:spreadsheet></office:body></office:document>"
    )
