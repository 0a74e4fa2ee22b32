"""Form as a page: one file of HTML, made to be printed on A4; nothing runs in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from egovarchive.exchange.forms.escaped import escaped
from egovarchive.exchange.forms.form import Cell, Form, Grid, Line, Signature, Spot
from egovarchive.exchange.forms.words import FormLanguage, Words

_POLICY: Final = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
)
# Fonts of Windows, macOS and Linux, in this order: whichever is there is of the same
# kind, and nothing is loaded.
_STYLE: Final = """
:root { color-scheme: light; }
body { font: 15px/1.5 SimSun, "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC",
  serif; color: #111; background: #fff; max-width: WIDTH; margin: 2rem auto;
  padding: 0 1rem; }
h1, h2, th { font-family: SimHei, "Heiti SC", "Noto Sans CJK SC", "Source Han Sans SC",
  "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.3; text-align: center; margin: 0 0 1.2rem; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .4rem; }
h1 small { display: block; font-size: .95rem; }
small { font-size: .8em; font-weight: normal; color: #555; }
p { margin: .4rem 0; } td p, th p { margin: 0; min-height: 1.5em; }
td small, th small { display: block; }
table { border-collapse: collapse; width: 100%; table-layout: fixed;
  margin: 0 0 1rem; }
th, td { border: 1px solid #222; padding: .35rem .5rem; text-align: left;
  vertical-align: middle; overflow-wrap: anywhere; }
th { font-weight: 600; background: #f5f5f5; text-align: center;
  padding: .35rem .2rem; }
.list { font-size: .9em; } .list th, .list td { padding: .2rem .3rem; }
.right { text-align: right; } td.sign { vertical-align: top; }
p.room { min-height: 2.6em; }
@media print { @page { size: PAPER; margin: 18mm 15mm;
    @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt; } }
  body { margin: 0; padding: 0; max-width: none; font-size: 10.5pt; }
  th { background: none; } small { color: #333; }
  thead { display: table-header-group; } tr { break-inside: avoid; }
  h2 { break-after: avoid; } .page { break-before: page; } }
"""
_PAPER: Final = {False: ("52rem", "A4 portrait"), True: ("74rem", "A4 landscape")}


def form_html(form: Form, lang: FormLanguage = "both") -> str:
    """
    Return *form* as one page of HTML, which loads nothing and runs nothing.

    With *lang* ``"both"``, Chinese has the English beside it, smaller.
    """
    width, paper = _PAPER[form.landscape]
    style = _STYLE.replace("WIDTH", width).replace("PAPER", paper)
    text, beside = form.title.of(lang)
    head = (
        f'<!DOCTYPE html>\n<html lang="{"en" if lang == "en" else "zh-CN"}">\n'
        '<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{_POLICY}<title>{escaped(text)}</title>\n"
        f"<style>{style}</style>\n</head>\n<body>\n"
        f"<h1>{escaped(text)}{_beside(beside)}</h1>\n"
    )
    parts = (piece for part in form.parts for piece in _part(part, lang))
    return "".join((head, *parts, "</body>\n</html>\n"))


def _part(part: Grid | Words, lang: FormLanguage) -> Iterator[str]:
    if isinstance(part, Words):
        yield f"{_line(Line(*part.of(lang)))}\n"
        return
    kinds = ["page"] if part.page else []
    caption = part.caption.of(lang)
    if caption[0]:
        text = f"{escaped(caption[0])}{_beside(caption[1])}"
        yield f"<h2{_classes(kinds)}>{text}</h2>\n"
        kinds = []
    whole = sum(part.widths)
    # Rows under heads that are repeated are many: they stand closer.
    yield f"<table{_classes([*kinds, *['list'] * bool(part.repeated)])}><colgroup>"
    for width in part.widths:
        yield f'<col style="width:{100 * width / whole:.2f}%">'
    yield "</colgroup>\n"
    rows = [_row(spots, lang) for spots in part.laid_out()]
    if part.repeated:
        yield f"<thead>{''.join(rows[: part.repeated])}</thead>\n"
    yield f"<tbody>{''.join(rows[part.repeated :])}</tbody></table>\n"


def _row(spots: Sequence[Spot], lang: FormLanguage) -> str:
    cells = "".join(_cell(spot.cell, lang) for spot in spots if spot.begins)
    return f"<tr>{cells}</tr>\n"


def _cell(cell: Cell, lang: FormLanguage) -> str:
    name = "th" if cell.head else "td"
    span = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    span += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    kind = _classes(["sign"] if isinstance(cell.content, Signature) else [])
    lines = "".join(_line(line) for line in cell.lines(lang))
    return f"<{name}{kind}{span}>{lines}</{name}>"


def _line(line: Line) -> str:
    kind = _classes([name for name in ("right", "room") if getattr(line, name)])
    return f"<p{kind}>{escaped(line.text)}{_beside(line.beside)}</p>"


def _classes(names: Sequence[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""


def _beside(text: str) -> str:
    return f" <small>{escaped(text)}</small>" if text else ""
