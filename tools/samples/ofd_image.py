"""OFD of page images: what conversion services often hand out."""

from __future__ import annotations

import io
from datetime import datetime

from samples.content import Text
from samples.ofd_parts import FIRST_OBJECT, HEIGHT, WIDTH, Resource, number, packed
from samples.scans import page_images

_RESOLUTION = 150  # dots per inch
_FIRST_IMAGE = 1


def image_ofd_file(text: Text, made_at: datetime) -> bytes:
    """Return *text* as an OFD document of page images, dated *made_at*."""
    images = []
    for n, page in enumerate(page_images(text, _RESOLUTION, made_at)):
        file = io.BytesIO()
        page.quantize(16).save(file, "PNG", optimize=True)
        images.append(Resource(f"page_{n}.png", file.getvalue()))
    size = f"{number(WIDTH)} 0 0 {number(HEIGHT)} 0 0"
    pages = [
        [
            (
                f'<ofd:ImageObject ID="{FIRST_OBJECT + n}" CTM="{size}" '
                f'Boundary="0 0 {number(WIDTH)} {number(HEIGHT)}" '
                f'ResourceID="{_FIRST_IMAGE + n}"/>'
            )
        ]
        for n, _ in enumerate(images)
    ]
    declared = "".join(
        f'<ofd:MultiMedia ID="{_FIRST_IMAGE + n}" Type="Image" Format="PNG">'
        f"<ofd:MediaFile>{image.name}</ofd:MediaFile></ofd:MultiMedia>"
        for n, image in enumerate(images)
    )
    resources = f"<ofd:MultiMedias>{declared}</ofd:MultiMedias>"
    return packed(text, made_at, pages, "DocumentRes", resources, tuple(images))
