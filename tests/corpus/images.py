"""Pictures for tests: small ones of each format, whole and damaged."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache, partial

from corpus.cannot_make import CannotMakeError
from corpus.damage import DAMAGES
from egovarchive.formats.aspect import Aspect

# How Pillow is told to write each.
RECIPES: dict[str, tuple[str, str, dict[str, object]]] = {
    "jpeg": ("RGB", "JPEG", {"dpi": (300, 300), "quality": 85}),
    "jpeg/progressive": ("L", "JPEG", {"progressive": True}),
    "jpeg/cmyk": ("CMYK", "JPEG", {}),
    "png": ("RGB", "PNG", {"dpi": (300, 300)}),
    "png/bitonal": ("1", "PNG", {}),
    "png/palette": ("P", "PNG", {}),
    "gif": ("P", "GIF", {}),
    "bmp": ("RGB", "BMP", {"dpi": (300, 300)}),
    "tiff": ("L", "TIFF", {"dpi": (300, 300)}),
    "tiff/fax": ("1", "TIFF", {"compression": "group4", "dpi": (300, 300)}),
    "tiff/lzw": ("RGB", "TIFF", {"compression": "tiff_lzw"}),
    "tiff/big": ("L", "TIFF", {"big_tiff": True}),
    "jp2": ("RGB", "JPEG2000", {}),
    "jp2/codestream": ("L", "JPEG2000", {"no_jp2": True}),
    "webp": ("RGB", "WEBP", {}),
}


@cache
def made(name: str, pages: int = 1) -> bytes:
    """
    Return a picture of 160 by 120 pixels by the recipe *name*.

    Raises:
        CannotMakeError: There is no Pillow.
    """
    try:
        from PIL import Image, ImageDraw  # noqa: PLC0415 - only makers need it
    except ImportError as error:
        raise CannotMakeError("Pillow is not installed") from error

    mode, writer, options = RECIPES[name]
    gradient = Image.radial_gradient("L").resize((160, 120))
    image = Image.merge("RGB", (gradient, gradient.rotate(180), gradient.rotate(90)))
    draw = ImageDraw.Draw(image)
    for step in range(0, 120, 7):
        draw.line((0, step, 160, 120 - step), fill=(step, 255 - step, 90))
    picture = image.convert(mode)
    more = [picture.rotate(90 * page) for page in range(1, pages)]
    file = io.BytesIO()
    if more:
        options = {**options, "save_all": True, "append_images": more}
    picture.save(file, writer, **options)
    return file.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(
        ">I", zlib.crc32(name + data)
    )  # fmt: skip


def png(width: int, height: int, pixels: bytes, *, depth: int = 8) -> bytes:
    """Return a grey PNG file whose compressed data is *pixels*, right or wrong."""
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


def png_bomb() -> bytes:
    """Return a PNG file whose 64 pixels inflate to 64 MB."""
    return png(8, 8, zlib.compress(bytes(64 << 20), 9))


def huge_png() -> bytes:
    """Return a PNG file that says it has 40,000 by 40,000 pixels."""
    return png(40_000, 40_000, zlib.compress(bytes(1000)))


def short_png() -> bytes:
    """Return a PNG file with half the rows that its header states."""
    return png(8, 8, zlib.compress(bytes(4 * 9)))


def endless_tiff() -> bytes:
    """Return a TIFF file whose page is followed by itself."""
    data = bytearray(made("tiff"))
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    struct.pack_into("<I", data, at + 2 + 12 * count, at)
    return bytes(data)


def _damaged(name: str, damage: Callable[[bytes], bytes]) -> bytes:
    return damage(made(name))


VALID: dict[str, Callable[[], bytes]] = {
    (name if "/" in name else f"{name}/made"): partial(made, name) for name in RECIPES
}
VALID["tiff/three_pages"] = partial(made, "tiff", 3)
VALID["gif/moving"] = partial(made, "gif", 3)

INVALID: dict[str, tuple[Callable[[], bytes], Aspect]] = {
    f"{name}/cut_in_half": (
        partial(_damaged, name, DAMAGES["cut 50 %"]),
        Aspect.COMPLETE,
    )
    for name in RECIPES
    if "/" not in name
}
INVALID |= {
    f"{name}/junk_appended": (
        partial(_damaged, name, DAMAGES["junk appended"]),
        Aspect.BOUNDED,
    )
    for name in RECIPES
    if "/" not in name
}
INVALID |= {
    "png/bit_flipped": (partial(_damaged, "png", DAMAGES["1 bit"]), Aspect.COMPLETE),
    "png/too_few_rows": (short_png, Aspect.READABLE),
    "png/bomb": (png_bomb, Aspect.READABLE),
    "tiff/endless": (endless_tiff, Aspect.COMPLETE),
    "jpeg/bits_flipped": (
        partial(_damaged, "jpeg", DAMAGES["20 bits"]),
        Aspect.READABLE,
    ),
}
