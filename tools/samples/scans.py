"""Scans: paper that is printed by LibreOffice, soiled, and written as TIFF or JPEG."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image, ImageFilter, TiffImagePlugin

from samples.content import Text
from samples.facts import Scan
from samples.office import office_file
from samples.program import run_at

_MODES = {"bitonal": "L", "grey": "L", "colour": "RGB"}
_PAPER = 248  # scanned paper is not quite white
_MAKE, _MODEL, _SOFTWARE, _MOMENT = 271, 272, 305, 306  # TIFF tags


def page_images(text: Text, resolution: int, made_at: datetime) -> list[Image.Image]:
    """Return the pages of *text*, rendered by poppler from LibreOffice's PDF."""
    with TemporaryDirectory() as name:
        pdf = Path(name) / "pages.pdf"
        pdf.write_bytes(office_file(text, ".pdf", made_at))
        run_at(
            made_at, "pdftoppm", "-r", str(resolution), "-png", str(pdf), f"{name}/page"
        )
        return [
            Image.open(io.BytesIO(page.read_bytes())).convert("RGB")
            for page in sorted(Path(name).glob("page*.png"))
        ]


def _soiled(page: Image.Image, mode: str, seed: int) -> Image.Image:
    chance = np.random.default_rng(seed)
    turned = page.rotate(
        chance.uniform(-0.5, 0.5), Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)
    )
    soft = turned.convert(_MODES[mode]).filter(ImageFilter.GaussianBlur(0.6))
    pixels = np.asarray(soft, dtype=float) * (_PAPER / 255)
    height, width = pixels.shape[:2]
    for _ in range(160):  # specks of dust
        y, x = chance.integers(0, height - 4), chance.integers(0, width - 4)
        pixels[y : y + chance.integers(1, 4), x : x + chance.integers(1, 4)] = 70
    if mode == "bitonal":
        return Image.fromarray(np.where(pixels < 150, 0, 255).astype(np.uint8)).convert(
            "1", dither=Image.Dither.NONE
        )
    # Grain is coarse, as a scanner's sensor and JPEG leave it.
    coarse = chance.normal(0, 1.8, (height // 4 + 1, width // 4 + 1))
    grain = np.kron(coarse, np.ones((4, 4)))[:height, :width]
    grain = grain[..., None] if pixels.ndim == 3 else grain
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))


def scan_file(text: Text, scan: Scan, suffix: str, made_at: datetime) -> bytes:
    """Return *text* as a scanner writes it: one ``.tif`` of all pages, or a ``.jpg``."""
    seed = sum(text.title.encode())
    pages = [
        _soiled(page, scan.colour_mode, seed + n)
        for n, page in enumerate(page_images(text, scan.resolution, made_at))
    ]
    file = io.BytesIO()
    dpi = (scan.resolution, scan.resolution)
    if suffix == ".jpg":
        (page,) = pages
        page.save(file, "JPEG", quality=28, optimize=True, dpi=dpi)
        return file.getvalue()
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[_MAKE] = "Sample"
    tags[_MODEL] = "Sheet-fed scanner"
    tags[_SOFTWARE] = "Pillow"
    tags[_MOMENT] = made_at.strftime("%Y:%m:%d %H:%M:%S")
    pages[0].save(
        file,
        "TIFF",
        save_all=True,
        append_images=pages[1:],
        compression="group4",
        dpi=dpi,
        tiffinfo=tags,
    )
    return file.getvalue()
