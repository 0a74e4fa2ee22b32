"""Form as an OpenDocument Text (ISO/IEC 26300), for who fills it in on a screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from egovarchive.exchange.forms.escaped import escaped
from egovarchive.exchange.forms.form import Cell, Form, Grid, Line, Signature, Spot
from egovarchive.exchange.forms.words import FormLanguage, Words
from egovarchive.exchange.forms.zipped import zipped

_TYPE: Final = "application/vnd.oasis.opendocument.text"
_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES: Final = (
    f'xmlns:office="{_OASIS}:office:1.0" xmlns:style="{_OASIS}:style:1.0" '
    f'xmlns:text="{_OASIS}:text:1.0" xmlns:table="{_OASIS}:table:1.0" '
    f'xmlns:fo="{_OASIS}:xsl-fo-compatible:1.0" '
    f'xmlns:svg="{_OASIS}:svg-compatible:1.0" office:version="1.2"'
)
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST: Final = (
    f'{_XML}<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" '
    'manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" '
    'manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" '
    'manifest:media-type="text/xml"/>'
    "</manifest:manifest>\n"
)
# The first of these that is there; the last are those of Linux.
_SERIF: Final = "SimSun, &apos;Songti SC&apos;, &apos;Noto Serif CJK SC&apos;"
_SANS: Final = "SimHei, &apos;Heiti SC&apos;, &apos;Noto Sans CJK SC&apos;"
_FONTS: Final = (
    "<office:font-face-decls>"
    f'<style:font-face style:name="Serif" svg:font-family="{_SERIF}"/>'
    f'<style:font-face style:name="Sans" svg:font-family="{_SANS}"/>'
    "</office:font-face-decls>"
)
_PAPER: Final = {False: (21.0, 29.7, "portrait"), True: (29.7, 21.0, "landscape")}
_MARGIN: Final = 1.5  # cm at the sides
_ROW: Final = (
    '<style:style style:name="Row" style:family="table-row">'
    '<style:table-row-properties fo:keep-together="always"/></style:style>'
)


def form_odt(form: Form, lang: FormLanguage = "both") -> bytes:
    """
    Return *form* as an OpenDocument Text.

    The same form gives the same bytes: no time, no name of who made it.
    """
    return zipped(
        {
            "mimetype": _TYPE,
            "content.xml": _content(form, lang),
            "styles.xml": _styles(form),
            "META-INF/manifest.xml": _MANIFEST,
        },
        plain="mimetype",
    )


def _content(form: Form, lang: FormLanguage) -> str:
    width = _PAPER[form.landscape][0] - 2 * _MARGIN
    grids = [part for part in form.parts if isinstance(part, Grid)]
    pieces = [
        f"{_XML}<office:document-content {_NAMES}>{_FONTS}<office:automatic-styles>",
        *(
            piece
            for number, grid in enumerate(grids)
            for piece in _widths(grid, number, width)
        ),
        _ROW,
        _cell_style("Head", "middle"),
        _cell_style("Value", "middle"),
        _cell_style("Sign", "top"),
        "</office:automatic-styles><office:body><office:text>",
        _paragraph("Heading", Line(*form.title.of(lang))),
    ]
    number = 0
    for part in form.parts:
        if isinstance(part, Words):
            pieces.append(_paragraph("Text", Line(*part.of(lang))))
            continue
        pieces += _table(part, number, lang)
        number += 1
    pieces.append("</office:text></office:body></office:document-content>\n")
    return "".join(pieces)


def _cell_style(name: str, align: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="table-cell">'
        '<style:table-cell-properties fo:border="0.5pt solid #000000" '
        f'fo:padding="0.12cm" style:vertical-align="{align}"/></style:style>'
    )


def _widths(grid: Grid, number: int, width: float) -> Iterator[str]:
    yield (
        f'<style:style style:name="T{number}" style:family="table">'
        f'<style:table-properties style:width="{width:.3f}cm" table:align="margins" '
        'fo:margin-bottom="0.4cm" table:border-model="collapsing"/></style:style>'
    )
    whole = sum(grid.widths)
    for column, part in enumerate(grid.widths):
        yield (
            f'<style:style style:name="T{number}.{column}" '
            'style:family="table-column"><style:table-column-properties '
            f'style:column-width="{width * part / whole:.3f}cm"/></style:style>'
        )


def _table(grid: Grid, number: int, lang: FormLanguage) -> Iterator[str]:
    caption = grid.caption.of(lang)
    # A new page begins with a paragraph, and tables do not touch each other.
    if caption[0] or grid.page:
        yield _paragraph("Caption.new" if grid.page else "Caption", Line(*caption))
    yield f'<table:table table:name="T{number}" table:style-name="T{number}">'
    for column in range(len(grid.widths)):
        yield f'<table:table-column table:style-name="T{number}.{column}"/>'
    rows = [_row(spots, lang) for spots in grid.laid_out()]
    if grid.repeated:
        head = "".join(rows[: grid.repeated])
        yield f"<table:table-header-rows>{head}</table:table-header-rows>"
    yield from rows[grid.repeated :]
    yield "</table:table>"


def _row(spots: Sequence[Spot], lang: FormLanguage) -> str:
    cells = "".join(_spot(spot, lang) for spot in spots)
    return f'<table:table-row table:style-name="Row">{cells}</table:table-row>'


def _spot(spot: Spot, lang: FormLanguage) -> str:
    cell, covered = spot.cell, "<table:covered-table-cell/>"
    if not spot.begins:
        return covered * cell.columns
    span = ""
    if cell.columns > 1 or cell.rows > 1:
        span = (
            f' table:number-columns-spanned="{cell.columns}" '
            f'table:number-rows-spanned="{cell.rows}"'
        )
    style = _style(cell)
    lines = "".join(
        _paragraph("Day" if line.right else style, line) for line in cell.lines(lang)
    )
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string"'
        f"{span}>{lines}</table:table-cell>{covered * (cell.columns - 1)}"
    )


def _style(cell: Cell) -> str:
    if cell.head:
        return "Head"
    return "Sign" if isinstance(cell.content, Signature) else "Value"


def _paragraph(style: str, line: Line) -> str:
    gap = "<text:line-break/>" if line.text and line.beside else ""
    beside = f'<text:span text:style-name="Beside">{_text(line.beside)}</text:span>'
    return (
        f'<text:p text:style-name="{"Room" if line.room else style}">'
        f"{_text(line.text)}{gap}{beside if line.beside else ''}</text:p>"
    )


def _text(text: str) -> str:
    # Spaces that stand together are one, if they are not told apart.
    return (
        escaped(text)
        .replace("  ", ' <text:s text:c="1"/>')
        .replace("\t", "<text:tab/>")
        .replace("\n", "<text:line-break/>")
    )


def _styles(form: Form) -> str:
    width, height, way = _PAPER[form.landscape]
    return (
        f"{_XML}<office:document-styles {_NAMES}>{_FONTS}<office:styles>"
        + _default()
        + _style_of("Heading", "Sans", 16, 'fo:text-align="center"', 0.4, bold=True)
        + _style_of("Caption", "Sans", 12, 'fo:keep-with-next="always"', 0.2, bold=True)
        + _style_of(
            "Caption.new",
            "Sans",
            12,
            'fo:keep-with-next="always" fo:break-before="page"',
            0.2,
            bold=True,
        )
        + _style_of("Text", "Serif", 10.5, "", 0.2)
        + _style_of("Head", "Sans", 10.5, 'fo:text-align="center"', bold=True)
        + _style_of("Value", "Serif", 10.5)
        + _style_of("Sign", "Serif", 10.5)
        + _style_of("Room", "Serif", 21)
        + _style_of("Day", "Serif", 10.5, 'fo:text-align="end"')
        + _style_of("Foot", "Serif", 9, 'fo:text-align="center"')
        + '<style:style style:name="Beside" style:family="text"><style:text-properties '
        'fo:font-size="8.5pt" style:font-size-asian="8.5pt" fo:font-weight="normal" '
        'style:font-weight-asian="normal"/></style:style>'
        "</office:styles><office:automatic-styles>"
        f'<style:page-layout style:name="Paper"><style:page-layout-properties '
        f'fo:page-width="{width}cm" fo:page-height="{height}cm" '
        f'style:print-orientation="{way}" fo:margin-top="1.8cm" '
        f'fo:margin-bottom="1.2cm" fo:margin-left="{_MARGIN}cm" '
        f'fo:margin-right="{_MARGIN}cm"/><style:footer-style/></style:page-layout>'
        "</office:automatic-styles><office:master-styles>"
        '<style:master-page style:name="Standard" style:page-layout-name="Paper">'
        '<style:footer><text:p text:style-name="Foot"><text:page-number/> / '
        "<text:page-count/></text:p></style:footer></style:master-page>"
        "</office:master-styles></office:document-styles>\n"
    )


def _default() -> str:
    return (
        '<style:default-style style:family="paragraph"><style:text-properties '
        'fo:language="en" fo:country="GB" style:language-asian="zh" '
        'style:country-asian="CN"/></style:default-style>'
    )


def _style_of(  # noqa: PLR0913 - a style has that many sides
    name: str,
    font: str,
    size: float,
    paragraph: str = "",
    below: float = 0,
    *,
    bold: bool = False,
) -> str:
    weight = "bold" if bold else "normal"
    return (
        f'<style:style style:name="{name}" style:family="paragraph">'
        f'<style:paragraph-properties fo:margin-bottom="{below}cm" {paragraph}/>'
        f'<style:text-properties style:font-name="{font}" '
        f'style:font-name-asian="{font}" fo:font-size="{size}pt" '
        f'style:font-size-asian="{size}pt" fo:font-weight="{weight}" '
        f'style:font-weight-asian="{weight}"/></style:style>'
    )
