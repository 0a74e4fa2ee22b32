"""Pages of PDF as pictures."""

from __future__ import annotations

import io
import random
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pypdfium2", reason="needs the extra render")
pytest.importorskip("pikepdf", reason="the files are made with pikepdf")
pytest.importorskip("simplejpeg", reason="the files are made with simplejpeg")
pytest.importorskip("PIL", reason="the pictures are read with Pillow")

import pikepdf
from PIL import Image

from corpus import pdf as corpus
from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import (
    DEFAULT_LIMITS,
    BytesSource,
    FileSource,
    Limits,
    Page,
)
from egovarchive.formats.pdf_render import PdfiumRenderer, png
from egovarchive.formats.table import FORMATS
from formats.pdf_said import PDF, SAMPLES

DRAW = PdfiumRenderer()


def pages(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Page]:
    return list(DRAW.pages(BytesSource("a.pdf", data), PDF, limits))


def scan(width: float, height: float) -> bytes:
    """Return a page of A4 with a picture of 64 x 64 pixels that is placed so large."""
    pdf = pikepdf.open(io.BytesIO(corpus.with_jpeg()))
    page = pdf.pages[0].obj
    page.MediaBox = pikepdf.Array([0, 0, 595, 842])
    page.Contents = pdf.make_stream(b"q %g 0 0 %g 0 0 cm /X1 Do Q" % (width, height))
    return corpus.saved(pdf)


@pytest.mark.parametrize("path", SAMPLES[:4], ids=lambda path: path.stem[:20])
def test_the_samples_are_drawn(path: Path) -> None:
    (page,) = DRAW.pages(FileSource.of(path), PDF, DEFAULT_LIMITS)
    with Image.open(io.BytesIO(page.png)) as picture:
        picture.load()
        assert picture.mode == "RGB"
        assert picture.size == (827, 1170)
        assert round(picture.info["dpi"][0]) == 100
        # White paper, with something on it.
        assert picture.getpixel((2, 2)) == (255, 255, 255)
        assert picture.getextrema()[0][0] < 100


def test_colours_are_in_their_order() -> None:
    pdf = corpus.document()
    pdf.pages[0].obj.Contents = pdf.make_stream(b"1 0 0 rg 0 0 200 200 re f")
    (page,) = pages(corpus.saved(pdf))
    with Image.open(io.BytesIO(page.png)) as picture:
        assert picture.getpixel((50, 50)) == (255, 0, 0)


def test_the_resolution_is_that_at_which_the_picture_is_placed() -> None:
    (page,) = pages(scan(595, 842))
    assert page.details["pixels"] == "64x64"
    assert page.details["covers"] == "100%"
    assert float(page.details["resolution"]) == pytest.approx(64 * 72 / 842, abs=0.1)
    (small,) = pages(scan(36, 36))
    assert small.details["resolution"] == "128.0"
    assert pages(corpus.plain())[0].details == {"images": "0"}


def test_a_huge_page_is_drawn_small() -> None:
    pdf = corpus.document()
    pdf.pages[0].obj.MediaBox = pikepdf.Array([0, 0, 14400, 14400])
    (page,) = pages(corpus.saved(pdf), evolve(DEFAULT_LIMITS, pixels=250_000))
    with Image.open(io.BytesIO(page.png)) as picture:
        assert picture.size[0] <= 500


def test_pages_beyond_the_limit_are_not_drawn() -> None:
    pdf = corpus.document()
    pdf.add_blank_page()
    with pytest.raises(ToolError, match="more than the 1 pages"):
        pages(corpus.saved(pdf), evolve(DEFAULT_LIMITS, pages=1))


def test_what_cannot_be_opened_is_refused() -> None:
    for data in (b"", b"%PDF-1.7", corpus.encrypted(), corpus.without_pages()):
        with pytest.raises(FormatError, match="cannot be drawn"):
            pages(data)


def test_without_pdfium_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = corpus.plain()
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(ToolError, match=r"egovarchive\[render\]"):
        pages(data)


def test_it_draws_pdf() -> None:
    assert DRAW.renders(PDF)
    assert not DRAW.renders(FORMATS["ofd"])
    assert DRAW.tool.version


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 5), st.randoms())
def test_pixels_come_back_from_the_png(
    width: int, height: int, padding: int, chance: random.Random
) -> None:
    rows = [chance.randbytes(3 * width) for _ in range(height)]
    data = png(
        b"".join(row + bytes(padding) for row in rows),
        width,
        height,
        stride=3 * width + padding,
        resolution=72,
    )
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (width, height)
        assert picture.tobytes() == b"".join(rows)


def test_mutations_never_escape() -> None:
    chance = random.Random(2)  # noqa: S311 - the same each time
    bases = [make() for make in (corpus.plain, corpus.with_jpeg, corpus.cyclic)]
    limits = evolve(DEFAULT_LIMITS, pages=5, pixels=100_000)
    for _ in range(150):
        data = bytearray(chance.choice(bases))
        for _ in range(chance.choice([1, 5, 30])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(FormatError, ToolError):
            pages(bytes(data), limits)
