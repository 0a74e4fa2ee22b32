"""Scan quality of digitised paper: resolution, skew, blank pages (DA/T 31—2017)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING, Final

from attrs import frozen

from egovarchive.errors import EgovArchiveError
from egovarchive.formats.format import Format
from egovarchive.formats.images import READERS, strict_pillow
from egovarchive.formats.limits import Limits
from egovarchive.formats.source import Source, open_source
from egovarchive.records.outcome import Outcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

_READERS: Final = {**READERS, "jpeg": "JPEG"}
_INCH: Final = 25.4  # millimetres
_LONGEST_SIDE: Final = 1200  # pixels on which skew and ink are measured
_DARKEST: Final = 160  # of 255: what is lighter is paper
_MOST_POINTS: Final = 60_000
_WIDEST: Final = 10.0  # degrees that are tried to each side
_COARSE: Final = 0.5
_FINE: Final = 0.1


@frozen(kw_only=True)
class ScanRules:
    """
    What is asked of scans.

    The numbers of DA/T 31—2017 were not at hand in print: they are as archives commonly
    cite them, and are to be checked against your copy and your own rules.

    Args:
        resolution: Dots per inch, at the least.
        papers: Sizes of paper in millimetres, by name, the shorter side first.
        tolerance: Share by which a page may differ from its paper.
        skew: Degrees, above which a person looks.
        ink: Share of the page that is dark, below which it may be blank.
        picture: The same, above which it is a picture, and has no lines to be skew.
    """

    resolution: float = 200.0
    papers: tuple[tuple[str, float, float], ...] = (
        ("A4", 210.0, 297.0),
        ("A3", 297.0, 420.0),
    )
    tolerance: float = 0.08
    skew: float = 1.0
    ink: float = 0.0015
    picture: float = 0.4


DEFAULT_RULES: Final = ScanRules()


@frozen
class ScanFinding:
    """
    What is to be said of one page of a scan.

    Args:
        outcome: The answer; skew and blank pages are for a person to judge.
        en: Why, in English, naming what was expected and found.
        zh: The same in Chinese.
        place: Which page; empty for all.
    """

    outcome: Outcome
    en: str
    zh: str
    place: str = ""


def scan_quality(
    source: Source, format: Format, limits: Limits, rules: ScanRules | None = None
) -> list[ScanFinding]:
    """
    Return what is to be said of the scan *source*; nothing if all is well.

    Without *rules* those of `DEFAULT_RULES` are asked.

    What cannot be looked at is *not performed*: other formats than pictures, files
    that cannot be opened, and all of them without the extra ``image``.
    """
    if format.id not in _READERS:
        return [_idle(f"{format.en} is no picture", f"{format.zh}不是图像格式")]
    found: list[ScanFinding] = []
    try:
        with strict_pillow(limits):
            found.extend(_pages(source, format, limits, rules or DEFAULT_RULES))
    except EgovArchiveError as error:
        found.append(_idle(error.message("en"), error.message("zh")))
    except ImportError:
        found.append(_idle(
            "numpy is not installed: pip install 'egovarchive[image]'",
            "未安装 numpy：pip install 'egovarchive[image]'",
        ))  # fmt: skip
    # What Pillow raises on damaged files is of any kind; other checks say what it is.
    except Exception as error:  # noqa: BLE001
        reason = type(error).__name__
        found.append(_idle(f"it cannot be opened ({reason})", f"无法打开（{reason}）"))
    return found


def _idle(en: str, zh: str, place: str = "") -> ScanFinding:
    return ScanFinding(Outcome.NOT_PERFORMED, en, zh, place)


def _pages(
    source: Source, format: Format, limits: Limits, rules: ScanRules
) -> Iterator[ScanFinding]:
    from PIL import Image  # noqa: PLC0415

    until = monotonic() + limits.seconds
    with (
        open_source(source) as file,
        Image.open(file, formats=[_READERS[format.id]]) as image,
    ):
        for number in range(limits.pages):
            try:
                image.seek(number)
            except EOFError:
                return
            place = f"page {number + 1}"
            if monotonic() > until:
                yield _idle("no time was left for it", "检测超时，未检测", place)
                return
            yield from _resolution(image, rules, place)
            yield from _look(image, rules, place)


def _declared(image: Image) -> float | None:
    """Return the resolution that *image* declares, the smaller of both axes."""
    stated = image.info.get("dpi")
    try:
        least = float(min(stated)) if stated else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    # 1 is what writers put who mean a ratio of sides, and no resolution.
    return least if math.isfinite(least) and least > 1 else None


def _resolution(image: Image, rules: ScanRules, place: str) -> Iterator[ScanFinding]:
    """Compare what is declared with the number of pixels that paper would have."""
    short, long = sorted(image.size)
    declared = _declared(image)
    as_paper = _as_paper(short, long, rules)
    name, least = as_paper[0] if as_paper else ("", 0.0)
    fits = declared is not None and any(
        math.isclose(declared, dots, rel_tol=rules.tolerance) for _, dots in as_paper
    )
    if declared is None:
        outcome = Outcome.WARNED
        if as_paper and least < rules.resolution * (1 - rules.tolerance):
            outcome = Outcome.NEEDS_REVIEW
        implied = f"; as {name} it has {least:.0f}" if as_paper else ""
        yield ScanFinding(
            outcome,
            f"expected a declared resolution of at least {rules.resolution:.0f} dpi, "
            f"found none{implied}",
            f"应标明分辨率且不低于 {rules.resolution:.0f} dpi，实际未标明"
            + (f"（按 {name} 计为 {least:.0f} dpi）" if as_paper else ""),
            place,
        )
    elif as_paper and not fits:
        width, height = (pixels / declared * _INCH for pixels in (short, long))
        outcome = Outcome.WARNED
        if least < rules.resolution * (1 - rules.tolerance):
            outcome = Outcome.NEEDS_REVIEW
        yield ScanFinding(
            outcome,
            f"its {declared:.0f} dpi would make it {width:.0f} x {height:.0f} mm; "
            f"as {name} it has {least:.0f} dpi",
            f"按标明的 {declared:.0f} dpi 计幅面为 {width:.0f}×{height:.0f} 毫米，"
            f"按 {name} 计应为 {least:.0f} dpi",
            place,
        )
    elif round(declared) < rules.resolution:
        yield ScanFinding(
            Outcome.FAILED,
            f"its resolution should be at least {rules.resolution:.0f} dpi, "
            f"and is {declared:.0f}",
            f"分辨率应不低于 {rules.resolution:.0f} dpi，实为 {declared:.0f} dpi",
            place,
        )


def _as_paper(short: int, long: int, rules: ScanRules) -> list[tuple[str, float]]:
    """Return what papers have these proportions, and the resolution each means."""
    found = []
    for name, width, height in rules.papers:
        across, down = short * _INCH / width, long * _INCH / height
        if math.isclose(across, down, rel_tol=rules.tolerance):
            found.append((name, (across + down) / 2))
    return found


def _look(image: Image, rules: ScanRules, place: str) -> Iterator[ScanFinding]:
    import numpy as np  # noqa: PLC0415

    grey = image.convert("L")
    grey.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    shades = np.asarray(grey, dtype=np.float32)
    # Ink is darker than the paper by more than the paper varies.
    spread = float(shades.std())
    ink = shades < min(float(shades.mean()) - spread, _DARKEST)
    share = float(ink.mean())
    if share < rules.ink:
        yield ScanFinding(
            Outcome.NEEDS_REVIEW,
            f"it may be blank: {share:.2%} of it is dark, expected {rules.ink:.2%}",
            f"疑似空白页：深色占比应不低于 {rules.ink:.2%}，实为 {share:.2%}",
            place,
        )
    elif share < rules.picture and abs(angle := skew(ink)) > rules.skew:
        yield ScanFinding(
            Outcome.NEEDS_REVIEW,
            f"it is skew by {angle:.1f}°, expected at most {rules.skew:g}°",
            f"页面倾斜应不超过 {rules.skew:g}°，实为 {angle:.1f}°",
            place,
        )


def skew(ink: NDArray[np.bool_]) -> float:
    """
    Return by how many degrees the lines of *ink*, True where dark, are turned.

    The page is turned until the sums of its rows differ most from row to row: then
    lines of text stand in rows of their own. Beyond 10° it is not looked for.
    """
    import numpy as np  # noqa: PLC0415

    rows, columns = np.nonzero(ink)
    step = max(1, len(rows) // _MOST_POINTS)
    rows, columns = rows[::step], columns[::step]

    def contrast(degrees: float) -> float:
        turn = math.radians(degrees)
        turned = (rows * math.cos(turn) - columns * math.sin(turn)).astype(np.int64)
        sums = np.bincount(turned - turned.min()).astype(np.float64)
        return float((np.diff(sums) ** 2).sum())

    coarse = np.arange(-_WIDEST, _WIDEST + _COARSE / 2, _COARSE)
    best = float(max(coarse, key=contrast))
    fine = np.arange(best - _COARSE, best + _COARSE + _FINE / 2, _FINE)
    return round(float(max(fine, key=contrast)), 1)
