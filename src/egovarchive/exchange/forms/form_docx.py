"""Form as a Word document (ISO/IEC 29500), for offices that work with nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from egovarchive.exchange.forms.escaped import escaped
from egovarchive.exchange.forms.form import Cell, Form, Grid, Line, Signature, Spot
from egovarchive.exchange.forms.words import FormLanguage, Words
from egovarchive.exchange.forms.zipped import zipped

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPC: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES: Final = (
    f'{_XML}<Types xmlns="{_OPC}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_KIND}.{kind}+xml"/>'
        for name, kind in (
            ("document", "document.main"),
            ("styles", "styles"),
            ("footer", "footer"),
        )
    )
    + "</Types>"
)


def _relationships(**targets: str) -> str:
    return (
        f'{_XML}<Relationships xmlns="{_OPC}/relationships">'
        + "".join(
            f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for kind, target in targets.items()
        )
        + "</Relationships>"
    )


_TOP: Final = _relationships(officeDocument="word/document.xml")
_PARTS: Final = _relationships(styles="styles.xml", footer="footer.xml")
_LATIN: Final = "Times New Roman"
_SERIF: Final = "SimSun"
_SANS: Final = "SimHei"
_FOOTER: Final = (
    f'{_XML}<w:ftr xmlns:w="{_W}"><w:p><w:pPr><w:pStyle w:val="Foot"/></w:pPr>'
    '<w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    '<w:r><w:t xml:space="preserve"> / </w:t></w:r>'
    '<w:fldSimple w:instr="NUMPAGES"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    "</w:p></w:ftr>"
)
# Twentieths of a point: A4, and what lies between its margins.
_SHORT, _LONG, _MARGIN = 11906, 16838, 850

_PADDING: Final = "".join(
    f'<w:{side} w:w="{size}" w:type="dxa"/>'
    for side, size in (("top", 50), ("left", 80), ("bottom", 50), ("right", 80))
)


def form_docx(form: Form, lang: FormLanguage = "both") -> bytes:
    """
    Return *form* as a Word document.

    The same form gives the same bytes: no time, no name of who made it. Word takes
    another font by itself where SimSun and SimHei are absent.
    """
    return zipped(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _TOP,
            "word/document.xml": _document(form, lang),
            "word/_rels/document.xml.rels": _PARTS,
            "word/styles.xml": _styles(),
            "word/footer.xml": _FOOTER,
        }
    )


def _document(form: Form, lang: FormLanguage) -> str:
    wide, high = (_LONG, _SHORT) if form.landscape else (_SHORT, _LONG)
    way = ' w:orient="landscape"' if form.landscape else ""
    pieces = [
        f'{_XML}<w:document xmlns:w="{_W}" xmlns:r="{_OFFICE}"><w:body>',
        _paragraph("Heading", Line(*form.title.of(lang))),
    ]
    for part in form.parts:
        if isinstance(part, Words):
            pieces.append(_paragraph("Text", Line(*part.of(lang))))
        else:
            pieces += _table(part, wide - 2 * _MARGIN, lang)
    pieces.append(
        '<w:sectPr><w:footerReference w:type="default" r:id="footer"/>'
        f'<w:pgSz w:w="{wide}" w:h="{high}"{way}/><w:pgMar w:top="1020" '
        f'w:right="{_MARGIN}" w:bottom="1020" w:left="{_MARGIN}" w:header="500" '
        'w:footer="500" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )
    return "".join(pieces)


def _table(grid: Grid, width: int, lang: FormLanguage) -> Iterator[str]:
    caption = Line(*grid.caption.of(lang))
    # Between two tables a paragraph stands in any case: Word joins them otherwise.
    yield _paragraph("Caption" if caption.text else "Text", caption, page=grid.page)
    widths = [width * part // sum(grid.widths) for part in grid.widths]
    columns = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>'
        + "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        + '</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{_PADDING}</w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid>"
    )
    for number, spots in enumerate(grid.laid_out()):
        head = "<w:tblHeader/>" * (number < grid.repeated)
        yield f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>"
        yield from (_spot(spot, widths, lang) for spot in spots)
        yield "</w:tr>"
    yield "</w:tbl>"


def _spot(spot: Spot, widths: Sequence[int], lang: FormLanguage) -> str:
    cell = spot.cell
    width = sum(widths[spot.column : spot.column + cell.columns])
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    if cell.rows > 1:
        begins = ' w:val="restart"' if spot.begins else ""
        span += f"<w:vMerge{begins}/>"
    align = "top" if isinstance(cell.content, Signature) else "center"
    lines = cell.lines(lang) if spot.begins else [Line("")]
    text = "".join(_paragraph(_style(cell, line), line) for line in lines)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}'
        f'<w:vAlign w:val="{align}"/></w:tcPr>{text}</w:tc>'
    )


def _style(cell: Cell, line: Line) -> str:
    if line.room:
        return "Room"
    if line.right:
        return "Day"
    return "Head" if cell.head else "Value"


def _paragraph(style: str, line: Line, *, page: bool = False) -> str:
    new = "<w:pageBreakBefore/>" if page else ""
    text = f"<w:r>{_text(line.text)}</w:r>" if line.text else ""
    gap = "<w:br/>" if line.text else ""
    beside = (
        f'<w:r><w:rPr><w:rStyle w:val="Beside"/></w:rPr>{gap}{_text(line.beside)}</w:r>'
        if line.beside
        else ""
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{new}</w:pPr>{text}{beside}</w:p>'


def _text(text: str) -> str:
    return "<w:br/>".join(
        f'<w:t xml:space="preserve">{escaped(each)}</w:t>' for each in text.split("\n")
    )


def _styles() -> str:
    return (
        f'{_XML}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
        f'<w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:eastAsia="{_SERIF}"/>'
        '<w:lang w:val="en-GB" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
        "</w:docDefaults>"
        + _style_of("Heading", 32, align="center", below=200, bold=True)
        + _style_of("Caption", 24, below=80, bold=True, keep=True)
        + _style_of("Text", 21, below=80)
        + _style_of("Head", 21, align="center", bold=True)
        + _style_of("Value", 21)
        + _style_of("Room", 42)
        + _style_of("Day", 21, align="right")
        + _style_of("Foot", 18, align="center")
        + '<w:style w:type="character" w:styleId="Beside"><w:name w:val="Beside"/>'
        '<w:rPr><w:b w:val="0"/><w:sz w:val="17"/></w:rPr></w:style></w:styles>'
    )


def _style_of(  # noqa: PLR0913 - a style has that many sides
    name: str,
    half_points: int,
    *,
    align: str = "left",
    below: int = 0,
    bold: bool = False,
    keep: bool = False,
) -> str:
    font = f'<w:rFonts w:eastAsia="{_SANS}"/><w:b/>' if bold else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/>'
        f"<w:pPr>{'<w:keepNext/>' * keep}"
        f'<w:spacing w:before="0" w:after="{below}"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:rPr>{font}<w:sz w:val="{half_points}"/></w:rPr></w:style>'
    )
