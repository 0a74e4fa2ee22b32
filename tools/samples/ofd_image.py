"""OFD of page images, by easyofd: what conversion services often hand out."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from samples.content import Text
from samples.program import run_at
from samples.scans import page_images

_RESOLUTION = 130  # dots per inch
# In a process of its own: easyofd asks the clock, which is stopped there only.
_PROGRAM = """
import sys
from pathlib import Path
from easyofd.ofd import OFD
from loguru import logger
from PIL import Image
logger.remove()
*pages, target = sys.argv[1:]
Path(target).write_bytes(OFD().jpg2ofd([Image.open(page) for page in pages]))
"""


def image_ofd_file(text: Text, made_at: datetime) -> bytes:
    """Return *text* as OFD of page images, written by easyofd."""
    with TemporaryDirectory() as name:
        paths = []
        for n, page in enumerate(page_images(text, _RESOLUTION, made_at)):
            paths.append(f"{name}/page_{n}.png")
            page.quantize(16).save(paths[-1])
        target = Path(name) / "file.ofd"
        # It leaves a folder where it runs.
        command = (sys.executable, "-c", _PROGRAM, *paths, str(target))
        run_at(made_at, *command, folder=name)
        return target.read_bytes()
