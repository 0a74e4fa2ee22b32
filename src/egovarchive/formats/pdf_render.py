"""PDF pages as pictures, with PDFium (extra ``render``)."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import Format, Limits, Page, Source, Tool
from egovarchive.formats.source import open_source

if TYPE_CHECKING:
    import pypdfium2  # type: ignore[import-untyped]

_POINTS: Final = 72  # an inch
_METRE: Final = 39.3701  # inches
_SAMPLES: Final = 3  # bytes of a pixel: red, green, blue
_FORMS: Final = 8  # drawings within drawings


@frozen
class PdfiumRenderer:
    """
    Draws pages.

    Args:
        resolution: Dots per inch; less where a page would be too large.
    """

    resolution: float = 100.0

    @property
    def tool(self) -> Tool:
        from importlib.metadata import (  # noqa: PLC0415 - slow
            PackageNotFoundError,
            version,
        )

        try:
            return Tool("pypdfium2", version("pypdfium2"))
        except PackageNotFoundError:
            return Tool("pypdfium2", "")

    def renders(self, format: Format) -> bool:
        return format.id == "pdf"

    def pages(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Page]:
        try:
            import pypdfium2  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise ToolError(
                "pypdfium2 is not installed: pip install 'egovarchive[render]'",
                "未安装 pypdfium2：pip install 'egovarchive[render]'",
            ) from error
        with open_source(source) as file:
            try:
                document = pypdfium2.PdfDocument(file)
            except pypdfium2.PdfiumError as error:
                raise _unreadable(error) from None
            with closing(document):
                for number in range(len(document)):
                    if number >= limits.pages:
                        raise ToolError(
                            f"more than the {limits.pages} pages that are drawn here",
                            f"页数超过上限 {limits.pages} 页",
                        )
                    try:
                        with closing(document[number]) as page:
                            yield self._page(page, number + 1, limits)
                    except pypdfium2.PdfiumError as error:
                        raise _unreadable(error, number + 1) from None

    def _page(self, page: pypdfium2.PdfPage, number: int, limits: Limits) -> Page:
        width, height = page.get_size()
        area = max(width * height, 1)
        # Its bytes exist twice, as pixels and as rows of the PNG.
        most = min(limits.pixels, limits.memory // (4 * _SAMPLES))
        scale = min(self.resolution / _POINTS, math.sqrt(most / area) * 0.99)
        with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
            picture = png(
                bytes(bitmap.buffer),
                bitmap.width,
                bitmap.height,
                stride=bitmap.stride,
                resolution=scale * _POINTS,
            )
        return Page(number=number, png=picture, details=_details(page, area, limits))


def _unreadable(error: Exception, number: int = 0) -> FormatError:
    where = (f"page {number}: ", f"第 {number} 页：") if number else ("", "")
    return FormatError(
        f"{where[0]}it cannot be drawn: {error}", f"{where[1]}无法显示：{error}"
    )


def _details(page: pypdfium2.PdfPage, area: float, limits: Limits) -> Mapping[str, str]:
    """
    Return what is known of the images on *page*.

    ``images`` is how many there are; of the one that covers most of the page,
    ``pixels`` are its size, ``resolution`` the dots per inch at which it is placed
    (the smaller of both axes), and ``covers`` how much of the page, in per cent.
    """
    import pypdfium2  # noqa: PLC0415 - an extra

    kinds = [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    count, largest, found = 0, 0.0, {}
    for image in page.get_objects(filter=kinds, max_depth=_FORMS):
        count += 1
        if count > limits.entries:
            break
        across, down = _placed(image)
        if across * down <= largest:
            continue
        largest = across * down
        # It was ``get_size`` before pypdfium2 5.
        size = getattr(image, "get_px_size", None) or image.get_size
        width, height = size()
        found = {
            "pixels": f"{width}x{height}",
            "resolution": f"{min(width / across, height / down) * _POINTS:.1f}",
            "covers": f"{min(largest / area, 1):.0%}",
        }
    return {"images": str(count), **found}


def _placed(image: Any) -> tuple[float, float]:
    """Return how wide and high *image* stands on its page, in points."""
    matrix = image.get_matrix()
    # pypdfium2 5 knows the drawing that an image lies in; its matrix counts as well.
    holder = getattr(image, "container", None)
    while holder is not None:
        matrix = matrix.multiply(holder.get_matrix())
        holder = getattr(holder, "container", None)
    return math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)


def png(
    pixels: bytes, width: int, height: int, *, stride: int, resolution: float
) -> bytes:
    """
    Return a PNG (ISO/IEC 15948) of *pixels*, red, green and blue, rows of *stride*.

    Args:
        pixels: The samples, 8 bits each.
        width: In pixels.
        height: In pixels.
        stride: Bytes from one row to the next.
        resolution: Dots per inch.
    """
    rows = bytearray()
    view = memoryview(pixels)
    for start in range(0, height * stride, stride):
        rows.append(0)  # no filter
        rows += view[start : start + width * _SAMPLES]
    dots = round(resolution * _METRE)
    return b"".join((
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        _chunk(b"pHYs", struct.pack(">IIB", dots, dots, 1)),
        _chunk(b"IDAT", zlib.compress(rows)),
        _chunk(b"IEND", b""),
    ))  # fmt: skip


def _chunk(name: bytes, data: bytes) -> bytes:
    return (
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))
    )
