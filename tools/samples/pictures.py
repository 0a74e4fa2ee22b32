"""Pictures: the seal, photographs of drawn scenes, vector drawings."""

from __future__ import annotations

import io
import math
from datetime import datetime
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from samples.content import Drawing, Photo
from samples.program import run_at

FONT_FILE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SIMPLIFIED = 2  # the face of the collection for simplified Chinese
_PHOTO_SIZE = (720, 480)
_EXIF_MAKE, _EXIF_MODEL, _EXIF_MOMENT, _EXIF_TAKEN = 0x010F, 0x0110, 0x0132, 0x9003


def font(size: int) -> ImageFont.FreeTypeFont:
    """Return Noto Sans CJK SC with *size* pixels."""
    return ImageFont.truetype(FONT_FILE, size, index=SIMPLIFIED)


def star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """Return the corners of a five-pointed star."""
    return [
        (
            x + (radius if n % 2 == 0 else radius * 0.382) * math.sin(n * math.pi / 5),
            y - (radius if n % 2 == 0 else radius * 0.382) * math.cos(n * math.pi / 5),
        )
        for n in range(10)
    ]


@cache
def seal_png(unit: str) -> bytes:
    """Return a red round seal of *unit* as PNG; it says that it is a sample."""
    size = 210
    image = Image.new("RGBA", (size, size), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    red = (208, 0, 0, 220)
    draw.ellipse((6, 6, size - 7, size - 7), outline=red, width=5)
    draw.polygon(star(size / 2, size / 2, 36), fill=red)
    ring = unit.removesuffix("（样例）")
    step = min(24, 250 / len(ring))
    for n, sign in enumerate(ring):
        angle = (n - (len(ring) - 1) / 2) * step
        glyph = Image.new("RGBA", (26, 26), (255, 255, 255, 0))
        ImageDraw.Draw(glyph).text((13, 13), sign, red, font(22), anchor="mm")
        turned = glyph.rotate(-angle, Image.Resampling.BICUBIC, expand=True)
        x = size / 2 + 80 * math.sin(math.radians(angle)) - turned.width / 2
        y = size / 2 - 80 * math.cos(math.radians(angle)) - turned.height / 2
        image.alpha_composite(turned, (round(x), round(y)))
    draw.text((size / 2, size * 0.8), "样例专用章", red, font(20), anchor="mm")
    file = io.BytesIO()
    image.quantize(12).save(file, "PNG", optimize=True)
    return file.getvalue()


def scene(name: str) -> Image.Image:
    """Return the picture of a room that has the things *name* says."""
    width, height = _PHOTO_SIZE
    seed = sum(name.encode())
    image = Image.new("RGB", _PHOTO_SIZE, (206, 210, 204))
    draw = ImageDraw.Draw(image)
    floor = int(height * 0.62)
    draw.rectangle((0, floor, width, height), fill=(142, 136, 126))
    for n in range(-12, 24):  # tiles run to a vanishing point
        draw.line(
            (width / 2 + n * 22, floor, width / 2 + n * 110, height), (120, 114, 106), 2
        )
    for n in range(1, 7):
        y = floor + int((height - floor) * (n / 7) ** 1.6)
        draw.line((0, y, width, y), (120, 114, 106), 2)
    _SCENES[name](draw, floor)
    grain = np.random.default_rng(seed).normal(0, 5, (height, width, 1))
    across = np.linspace(-1, 1, width)[None, :, None]
    down = np.linspace(-1, 1, height)[:, None, None]
    light = 1.05 - 0.22 * (across**2 + down**2)
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2)), dtype=float)
    return Image.fromarray(np.clip(blurred * light + grain, 0, 255).astype(np.uint8))


def _workshop(draw: ImageDraw.ImageDraw, floor: int) -> None:
    draw.rectangle((60, 60, 250, 190), (168, 196, 214), (90, 96, 100), 6)  # window
    draw.line((155, 60, 155, 190), (90, 96, 100), 4)
    draw.rectangle((330, floor - 170, 520, floor + 20), (176, 180, 184), (90, 90, 92))
    draw.rectangle((350, floor - 140, 500, floor - 40), (52, 54, 58))  # oven
    draw.ellipse((490, floor - 25, 504, floor - 11), (200, 40, 40))
    draw.polygon(
        [(60, 350), (480, 350), (560, 410), (20, 410)], (196, 198, 200), (110, 112, 114)
    )  # table
    draw.rectangle((50, 410, 62, 470), (110, 112, 114))
    draw.rectangle((520, 410, 532, 470), (110, 112, 114))
    for n in range(6):
        draw.ellipse(
            (90 + n * 66, 364, 140 + n * 66, 392), (214, 168, 96), (150, 104, 40)
        )
    draw.text((560, 80), "生产车间", (180, 30, 30), font(30))


def _store(draw: ImageDraw.ImageDraw, floor: int) -> None:
    colours = ((196, 170, 120), (170, 142, 96), (210, 190, 150), (152, 170, 184))
    for shelf in range(3):
        y = 150 + shelf * 100
        draw.rectangle((70, y, 650, y + 10), (96, 104, 110))
        for n in range(8):
            high = 46 + (n * 7 + shelf * 13) % 30
            box = (84 + n * 70, y - high, 140 + n * 70, y)
            draw.rectangle(box, colours[(n + shelf) % 4], (90, 80, 60))
            draw.line((box[0], y - high / 2, box[2], y - high / 2), (120, 100, 70), 2)
    for x in (66, 358, 646):
        draw.rectangle((x, 70, x + 9, floor + 60), (80, 88, 94))
    draw.text((280, 20), "原料库", (30, 60, 120), font(34))


def _shop(draw: ImageDraw.ImageDraw, floor: int) -> None:
    draw.rectangle((90, 40, 630, 110), (150, 24, 24))
    draw.text((360, 75), "某某样例便利店", (250, 226, 120), font(44), anchor="mm")
    draw.rectangle((90, 110, 630, floor + 70), (176, 190, 198), (80, 80, 84), 5)
    for x in (225, 360, 495):
        draw.line((x, 110, x, floor + 70), (80, 80, 84), 5)
    draw.rectangle((366, 116, 490, floor + 66), (120, 138, 150))
    draw.ellipse((374, 250, 386, 262), (220, 220, 200))
    for n in range(9):
        draw.rectangle(
            (104 + n % 3 * 38, 150 + n // 3 * 66, 134 + n % 3 * 38, 204 + n // 3 * 66),
            (200 - n * 12, 120 + n * 8, 90),
            (70, 70, 70),
        )


_SCENES = {"workshop": _workshop, "store": _store, "shop": _shop}


def photo_jpeg(photo: Photo, made_at: datetime) -> bytes:
    """Return *photo* as JPEG with Exif data and the moment printed in the corner."""
    image = scene(photo.scene)
    moment = made_at.strftime("%Y:%m:%d %H:%M:%S")
    caption = f"{photo.caption} {made_at:%Y-%m-%d %H:%M}"
    ImageDraw.Draw(image).text(
        (_PHOTO_SIZE[0] - 12, _PHOTO_SIZE[1] - 10),
        caption,
        (255, 210, 60),
        font(20),
        anchor="rs",
    )
    exif = Image.Exif()
    exif[_EXIF_MAKE] = "Sample"
    exif[_EXIF_MODEL] = "Inspection camera"
    exif[_EXIF_MOMENT] = moment
    exif[_EXIF_TAKEN] = moment
    file = io.BytesIO()
    image.save(file, "JPEG", quality=62, optimize=True, exif=exif, dpi=(72, 72))
    return file.getvalue()


def drawing_file(drawing: Drawing, suffix: str, made_at: datetime) -> bytes:
    """Return *drawing* as rsvg-convert writes it: ``.pdf`` or ``.png``."""
    return run_at(
        made_at,
        "rsvg-convert",
        "--format",
        suffix.removeprefix("."),
        "--zoom",
        str(drawing.zoom),
        stdin=drawing.svg.encode(),
    )
