"""Chart: how many records meet a deadline in which year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from egovarchive.errors import Language
from egovarchive.lifecycle.audit.extra import extra

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    from egovarchive.lifecycle.audit.audit import Audit

_WORDS: Final = {
    "title": ("Deadlines by year, as of {on}", "按年度统计的期限（截至 {on}）"),
    "year": ("year", "年度"),
    "records": ("records", "件数"),
    "overdue": ("day of the audit", "审计日"),
}
# What the names of fonts with Chinese characters have in them, so that not every font
# of a machine is opened.
_HINTS: Final = (
    *("CJK", "Han", "Hei", "Song", "Sung", "Ming", "Kai", "Fang", "YaHei", "PingFang"),
    *("WenQuanYi", "Droid Sans Fallback", "Unicode", "Gothic", "Uming", "Ukai"),
)
_PLAIN: Final = (400, "regular", "normal", "book")  # weights of fonts
_SIZE: Final = (9.0, 4.5)  # inches


def chart(audit: Audit, lang: Language) -> Figure:
    """
    Return a bar for each year and kind of deadline.

    Raises:
        ToolError: matplotlib is not installed.
    """
    figure: Figure = extra("matplotlib.figure", "notebook").Figure(
        figsize=_SIZE, layout="constrained"
    )
    said = [word for pair in _WORDS.values() for word in pair]
    said += [kind.zh for kind in audit.deadlines]
    font = _font("".join(said)) if lang == "zh" else None
    if font is None:
        lang = "en"
    axes = figure.add_subplot()
    wide = 0.8 / len(audit.deadlines)
    for place, (kind, found) in enumerate(audit.deadlines.items()):
        axes.bar(
            [year + (place - (len(audit.deadlines) - 1) / 2) * wide for year in found],
            list(found.values()),
            wide,
            color=f"C{place}",
            label=kind.label(lang),
        )
    on = audit.question.on
    axes.axvline(on.year, color="0.4", linestyle=":", label=_say("overdue", lang))
    axes.set_title(_say("title", lang).format(on=on), fontproperties=font)
    axes.set_xlabel(_say("year", lang), fontproperties=font)
    axes.set_ylabel(_say("records", lang), fontproperties=font)
    axes.locator_params("both", integer=True)
    axes.legend(prop=font)
    return figure


def _say(what: str, lang: Language) -> str:
    en, zh = _WORDS[what]
    return zh if lang == "zh" else en


def _font(text: str) -> FontProperties | None:
    """Return a font that has all characters of *text*, or None."""
    manager = extra("matplotlib.font_manager", "notebook")
    open_font = extra("matplotlib.ft2font", "notebook").FT2Font
    needed = {ord(character) for character in text}
    fonts = sorted(
        manager.fontManager.ttflist,
        key=lambda each: (each.weight not in _PLAIN, each.style, each.fname),
    )
    for entry in fonts:
        if not any(hint in entry.name for hint in _HINTS):
            continue
        try:
            has = needed <= open_font(entry.fname).get_charmap().keys()
        except (OSError, RuntimeError):  # it was removed, or is broken
            continue
        if has:
            found: FontProperties = manager.FontProperties(fname=entry.fname)
            return found
    return None
