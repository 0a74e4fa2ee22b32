"""Glyphs: a TrueType font of the few that an OFD document needs."""

from __future__ import annotations

import io

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

_NOTDEF = ".notdef"
_NAMES = {  # by their numbers in the name table; the licence stays with the glyphs
    "copyright": 0,
    "familyName": 1,
    "styleName": 2,
    "uniqueFontIdentifier": 3,
    "fullName": 4,
    "version": 5,
    "psName": 6,
    "licenseDescription": 13,
    "licenseInfoURL": 14,
}


def subset_font(source: TTFont, signs: set[str]) -> bytes:
    """
    Return the glyphs of *signs* in *source* as a TrueType font.

    The outlines of *source* are cubic, which several OFD readers do not know.
    """
    characters = {ord(s): source.getBestCmap()[ord(s)] for s in sorted(signs)}
    order = [_NOTDEF, *dict.fromkeys(characters.values())]
    outlines = source.getGlyphSet()
    glyphs, metrics = {}, {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
        glyphs[name] = pen.glyph()
        metrics[name] = (source["hmtx"][name][0], 0)
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(characters)
    builder.setupGlyf(glyphs)
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {name: (width, table[name].xMin) for name, (width, _) in metrics.items()}
    )
    ascent, descent = source["hhea"].ascent, source["hhea"].descent
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    builder.setupNameTable(
        {name: source["name"].getDebugName(n) for name, n in _NAMES.items()}, mac=False
    )
    builder.setupOS2(
        sTypoAscender=source["OS/2"].sTypoAscender,
        sTypoDescender=source["OS/2"].sTypoDescender,
        usWinAscent=ascent,
        usWinDescent=-descent,
        fsType=0,  # may be embedded and installed
    )
    builder.setupPost(keepGlyphNames=False)
    head = builder.font["head"]
    head.created = head.modified = source["head"].modified  # not this run's moment
    builder.font.recalcTimestamp = False
    file = io.BytesIO()
    builder.font.save(file)
    return file.getvalue()
