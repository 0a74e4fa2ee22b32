"""Scans: resolution, skew, blank pages."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from corpus import images
from egovarchive.formats import DEFAULT_LIMITS, BytesSource, FileSource
from egovarchive.formats.scan_quality import ScanFinding, ScanRules, scan_quality
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome
from formats.walk_outcomes import SAMPLES

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
ImageDraw = pytest.importorskip("PIL.ImageDraw", reason="Pillow is not installed")
pytest.importorskip("numpy", reason="numpy is not installed")

A4 = {200: (1654, 2339), 300: (2480, 3508), 100: (827, 1169)}


def page(dpi: int, *, turned: float = 0.0, lines: int = 40) -> Picture:
    """Return an A4 page of *lines* of text."""
    width, height = A4[dpi]
    image = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(image)
    step = height // 50
    for line in range(lines):
        for word in range(8):
            left = width // 10 + word * width // 10
            top = height // 12 + line * step
            draw.rectangle((left, top, left + width // 13, top + step // 3), fill=30)
    turned_page: Picture = image.rotate(
        turned, fillcolor=250, resample=Image.Resampling.BILINEAR
    )
    return turned_page


def said(
    image: Picture, dpi: int | None, writer: str = "PNG", **options: object
) -> list[ScanFinding]:
    file = io.BytesIO()
    if dpi is not None:
        options["dpi"] = (dpi, dpi)
    image.save(file, writer, **options)
    source = BytesSource("scan", file.getvalue())
    return scan_quality(source, FORMATS[writer.lower()], DEFAULT_LIMITS)


@pytest.mark.parametrize("dpi", [200, 300])
@pytest.mark.parametrize("writer", ["PNG", "JPEG", "TIFF"])
def test_a_good_scan_passes(dpi: int, writer: str) -> None:
    assert not said(page(dpi), dpi, writer)


def test_the_scanned_samples_pass() -> None:
    for name in ("申请表（扫描件）.tif", "记录（扫描件）.tif", "林权证第1页.jpg"):
        (path,) = SAMPLES.rglob(f"*{name}")
        form = FORMATS["jpeg" if path.suffix == ".jpg" else "tiff"]
        assert not scan_quality(FileSource.of(path), form, DEFAULT_LIMITS)


def test_too_low_a_resolution_fails() -> None:
    (found,) = said(page(100), 100)
    assert found.outcome is Outcome.FAILED
    assert found.en == "its resolution should be at least 200 dpi, and is 100"
    assert found.zh == "分辨率应不低于 200 dpi，实为 100 dpi"
    assert found.place == "page 1"


def test_a_resolution_that_lies_warns() -> None:
    """300 dpi written over 100, or 72 left in by a program."""
    (high,) = said(page(300), 72)
    assert high.outcome is Outcome.WARNED
    assert "as A4 it has 300 dpi" in high.en
    (low,) = said(page(100), 300)
    assert low.outcome is Outcome.NEEDS_REVIEW
    assert "as A4 it has 100 dpi" in low.en


def test_a_resolution_that_is_not_stated_is_asked_for() -> None:
    (high,) = said(page(300), None)
    assert high.outcome is Outcome.WARNED
    (low,) = said(page(100), None)
    assert low.outcome is Outcome.NEEDS_REVIEW


def test_an_a3_page_is_no_mistake() -> None:
    assert not said(page(300), 212)


@pytest.mark.parametrize("turned", [-6.0, -1.6, 1.6, 4.0])
def test_a_skew_page_waits_for_a_person(turned: float) -> None:
    (found,) = said(page(200, turned=turned), 200)
    assert found.outcome is Outcome.NEEDS_REVIEW
    stated = float(found.en.removeprefix("it is skew by ").partition("°")[0])
    assert abs(abs(stated) - abs(turned)) <= 0.3


@pytest.mark.parametrize("turned", [-0.5, 0.4])
def test_a_little_skew_passes(turned: float) -> None:
    assert not said(page(200, turned=turned), 200)


def test_a_blank_page_waits_for_a_person() -> None:
    (found,) = said(page(200, lines=0), 200)
    assert found.outcome is Outcome.NEEDS_REVIEW
    assert found.en.startswith("it may be blank")


def test_each_page_is_looked_at() -> None:
    pages = [page(200, lines=0), page(200, turned=3)]
    found = said(page(200), 200, "TIFF", save_all=True, append_images=pages)
    assert [each.place for each in found] == ["page 2", "page 3"]


def test_other_rules_are_kept() -> None:
    file = io.BytesIO()
    page(200, turned=1.6).save(file, "PNG", dpi=(200, 200))
    source, form = BytesSource("scan", file.getvalue()), FORMATS["png"]
    rules = ScanRules(resolution=300, skew=5)
    (found,) = scan_quality(source, form, DEFAULT_LIMITS, rules)
    assert found.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("data", "form"),
    [(b"%PDF-1.7", "pdf"), (b"not a picture", "png"), (images.huge_png(), "png")],
)
def test_what_cannot_be_looked_at_is_said(data: bytes, form: str) -> None:
    found = scan_quality(BytesSource("scan", data), FORMATS[form], DEFAULT_LIMITS)
    assert [each.outcome for each in found] == [Outcome.NOT_PERFORMED]


@pytest.mark.parametrize("module", ["PIL", "numpy"])
def test_without_the_extra_nothing_is_performed(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    source = BytesSource("scan", images.made("png"))
    *_, found = scan_quality(source, FORMATS["png"], DEFAULT_LIMITS)
    assert found.outcome is Outcome.NOT_PERFORMED
    assert "pip install 'egovarchive[image]'" in found.en
