"""OFD text documents (GB/T 33190—2016), with an embedded subset font."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont

from samples.content import (
    Block,
    Line,
    PageBreak,
    Para,
    RedHead,
    Signed,
    Table,
    Text,
    Title,
)
from samples.glyphs import subset_font
from samples.ofd_parts import FIRST_OBJECT, HEIGHT, WIDTH, Resource, number, packed
from samples.pictures import FONT_FILE, SIMPLIFIED, star

_MARGIN = 27.0  # millimetres
_BODY, _CELL, _HEADING, _RED_HEAD = 4.6, 4.0, 7.6, 10.5
_BLACK, _RED = "0 0 0", "208 0 0"
_ASCENT = 0.88  # of the em square, in Noto CJK
_FONT_ID = 2


@dataclass
class _Canvas:
    """Pages that fill from the top; lengths in millimetres."""

    metrics: TTFont
    pages: list[list[str]] = field(default_factory=lambda: [[]])
    y: float = _MARGIN
    used: set[str] = field(default_factory=set)
    last_id: int = FIRST_OBJECT - 1

    def _next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def advance(self, sign: str, size: float) -> float:
        glyph = self.metrics.getBestCmap()[ord(sign)]
        units: int = self.metrics["head"].unitsPerEm
        width: int = self.metrics["hmtx"][glyph][0]
        return width / units * size

    def length(self, text: str, size: float) -> float:
        return sum(self.advance(sign, size) for sign in text)

    def wrapped(
        self, text: str, size: float, width: float, indent: float = 0
    ) -> list[str]:
        """Return *text* in lines no longer than *width*, the first indented."""
        lines, line, left = [], "", width - indent
        for sign in text:
            if self.length(line + sign, size) > left and sign not in "，。；：、）》":
                lines.append(line)
                line, left = "", width
            line += sign
        return [*lines, line]

    def room(self, height: float) -> None:
        """Begin a page unless *height* is left on this one."""
        if self.y + height > HEIGHT - _MARGIN:
            self.pages.append([])
            self.y = _MARGIN

    def text(
        self, text: str, x: float, y: float, size: float, colour: str = _BLACK
    ) -> None:
        """Write *text* with its upper left corner at (*x*, *y*)."""
        if not text:
            return
        self.used.update(text)
        steps = " ".join(number(self.advance(sign, size)) for sign in text[:-1])
        delta = f' DeltaX="{steps}"' if steps else ""
        box = (x, y, self.length(text, size), size * 1.2)
        self.pages[-1].append(
            f'<ofd:TextObject ID="{self._next_id()}" '
            f'Boundary="{" ".join(map(number, box))}" Font="{_FONT_ID}" '
            f'Size="{number(size)}"><ofd:FillColor Value="{colour}"/>'
            f'<ofd:TextCode X="0" Y="{number(size * _ASCENT)}"{delta}>'
            f"{escape(text)}</ofd:TextCode></ofd:TextObject>"
        )

    def path(
        self,
        box: tuple[float, float, float, float],
        data: str,
        colour: str = _BLACK,
        width: float = 0.3,
        *,
        filled: bool = False,
    ) -> None:
        """Draw *data*, whose points count from the corner of *box*."""
        how = 'Stroke="false" Fill="true"' if filled else 'Fill="false"'
        kind = "FillColor" if filled else "StrokeColor"
        self.pages[-1].append(
            f'<ofd:PathObject ID="{self._next_id()}" '
            f'Boundary="{" ".join(map(number, box))}" '
            f'LineWidth="{number(width)}" {how}><ofd:{kind} Value="{colour}"/>'
            f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def rectangle(
        self, x: float, y: float, w: float, h: float, colour: str, width: float
    ) -> None:
        corners = f"M 0 0 L {number(w)} 0 L {number(w)} {number(h)} L 0 {number(h)} C"
        self.path((x, y, w, h), corners, colour, width)


def _put(canvas: _Canvas, block: Block) -> None:
    line = WIDTH - 2 * _MARGIN
    match block:
        case RedHead(unit, reference):
            canvas.text(
                unit,
                (WIDTH - canvas.length(unit, _RED_HEAD)) / 2,
                canvas.y,
                _RED_HEAD,
                _RED,
            )
            x = (WIDTH - canvas.length(reference, _BODY)) / 2
            canvas.text(reference, x, canvas.y + 17, _BODY)
            rule = f"M 0 0 L {number(line)} 0"
            canvas.path((_MARGIN, canvas.y + 25, line, 1), rule, _RED, 0.7)
            canvas.y += 34
        case Title(text):
            x = (WIDTH - canvas.length(text, _HEADING)) / 2
            canvas.text(text, x, canvas.y, _HEADING)
            canvas.y += 17
        case Line(text, align):
            free = line - canvas.length(text, _BODY)
            x = _MARGIN + {"left": 0.0, "center": free / 2, "right": free}[align]
            canvas.room(8)
            canvas.text(text, x, canvas.y, _BODY)
            canvas.y += 8
        case Para(text):
            indent = 2 * _BODY
            for n, part in enumerate(canvas.wrapped(text, _BODY, line, indent)):
                canvas.room(8)
                canvas.text(part, _MARGIN + (0 if n else indent), canvas.y, _BODY)
                canvas.y += 8
        case Table():
            _put_table(canvas, block, line)
            canvas.y += 5
        case Signed(unit, day, sealed):
            canvas.room(42)
            if sealed:
                _put_seal(canvas, WIDTH - _MARGIN - 46, canvas.y - 2)
            for n, text in enumerate((unit, day)):
                x = WIDTH - _MARGIN - 8 - canvas.length(text, _BODY)
                canvas.text(text, x, canvas.y + 12 + 8 * n, _BODY)
            canvas.y += 42
        case PageBreak():
            canvas.room(HEIGHT)


def _put_table(canvas: _Canvas, table: Table, line: float) -> None:
    widths = [line * share / sum(table.widths) for share in table.widths]
    for row in table.rows:
        cells = [
            canvas.wrapped(text, _CELL, width - 4)
            for text, width in zip(row, widths, strict=True)
        ]
        height = 6.2 * max(map(len, cells)) + 4
        canvas.room(height)
        x = _MARGIN
        for lines, width in zip(cells, widths, strict=True):
            canvas.rectangle(x, canvas.y, width, height, _BLACK, 0.25)
            for n, text in enumerate(lines):
                canvas.text(text, x + 2, canvas.y + 3 + 6.2 * n, _CELL)
            x += width
        canvas.y += height


def _put_seal(canvas: _Canvas, x: float, y: float) -> None:
    size, r = 36.0, 17.5
    k = r * 0.5523  # four Bézier curves make a circle
    low, high = number(18 - k), number(18 + k)
    ring = (
        f"M 0.5 18 B 0.5 {low} {low} 0.5 18 0.5 B {high} 0.5 35.5 {low} 35.5 18 "
        f"B 35.5 {high} {high} 35.5 18 35.5 B {low} 35.5 0.5 {high} 0.5 18"
    )
    canvas.path((x, y, size, size), ring, _RED, 1)
    points = " L ".join(f"{number(a)} {number(b)}" for a, b in star(18, 16, 6.5))
    canvas.path((x, y, size, size), f"M {points} C", _RED, 0.3, filled=True)
    text = "样例专用章"
    canvas.text(text, x + (size - canvas.length(text, 3.6)) / 2, y + 25, 3.6, _RED)


def ofd_file(text: Text, made_at: datetime) -> bytes:
    """Return *text* as an OFD document of text objects, dated *made_at*."""
    canvas = _Canvas(TTFont(FONT_FILE, fontNumber=SIMPLIFIED))
    if text.framed:
        for inset, width in ((12.0, 1.2), (14.5, 0.4)):
            canvas.rectangle(
                inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset, "160 0 0", width
            )
        canvas.y += 12
    for block in text.blocks:
        _put(canvas, block)
    font = Resource("font_2.ttf", subset_font(canvas.metrics, canvas.used))
    resources = (
        f'<ofd:Fonts><ofd:Font ID="{_FONT_ID}" FontName="Noto Sans CJK SC" '
        f'FamilyName="Noto Sans CJK SC"><ofd:FontFile>{font.name}</ofd:FontFile>'
        "</ofd:Font></ofd:Fonts>"
    )
    return packed(text, made_at, canvas.pages, "PublicRes", resources, (font,))
