"""Files of many kinds, and packages that declare what they are."""

from __future__ import annotations

import io
import wave
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve
from lxml import etree

import egovarchive
from archive.office import case, new_archive, signer
from checks.subjects import BASIC, opened, sealed
from corpus.forge import entries_of, zipped
from corpus.images import chunk, png
from egovarchive.formats.identify import CoreIdentifier
from egovarchive.formats.jpeg import JpegWalk
from egovarchive.formats.ofd.properties import OfdReader
from egovarchive.formats.office_facts import OoxmlReader
from egovarchive.formats.png import PngWalk
from egovarchive.formats.riff import RiffWalk
from egovarchive.formats.tiff import TiffWalk
from egovarchive.formats.toolbox import Toolbox
from egovarchive.packages import Package
from egovarchive.records.document import ColourMode, Digitisation, Document, File, Role

SAMPLES = Path(egovarchive.__file__).parent / "testing/samples/files"
OFD = SAMPLES / "01-licence-granted/公共场所卫生许可证.ofd"
DOCX = SAMPLES / "01-licence-granted/公共场所卫生许可证申请表.docx"
PDF = SAMPLES / "01-licence-granted/卫生检测报告.pdf"
SHEETS = SAMPLES / "03-corrected-and-resubmitted/取水量计算表.xlsx"
PHOTO = SAMPLES / "06-on-site-inspection/核查照片1-生产车间.jpg"
SCAN = SAMPLES / "05-scanned-paper/林木采伐申请表（扫描件）.tif"
TOOLS = Toolbox(
    identifiers=(CoreIdentifier(),),
    readers=(
        OfdReader(),
        PngWalk(),
        JpegWalk(),
        RiffWalk(),
        TiffWalk(),
        OoxmlReader(),
    ),
)


def picture() -> bytes:
    """Return a picture of 3 by 2 pixels that says when it was changed."""
    whole = png(3, 2, zlib.compress(bytes(8)))
    moment = b"\x07\xe9\x05\x01\x09\x1e\x00"  # 2025-05-01 09:30:00
    return whole[:33] + chunk(b"tIME", moment) + whole[33:]


def sound(seconds: float) -> bytes:
    """Return silence of 8,000 samples a second."""
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(1)
        writer.setframerate(8000)
        writer.writeframes(b"\x80" * round(8000 * seconds))
    return out.getvalue()


def packed(*files: File, **changes: Any) -> Package:
    values = {"name": "材料", "role": Role.APPLICATION, "files": files}
    return new_archive().pack(case(documents=[Document(**{**values, **changes})]))


def scan(**changes: Any) -> Digitisation:
    """Return how the scan of the samples was made, with *changes*."""
    values: dict[str, Any] = {
        "resolution": 300,
        "colour_mode": ColourMode.BITONAL,
        "compression": "CCITT G4",
        "verified_by": "李四",
        "verified_on": date(2026, 11, 2),
    }
    return Digitisation(**{**values, **changes})


def altered(package: Package, change: Callable[[etree._Element], None]) -> Package:
    """Return *package*, *change* done to its metadata, listed and signed anew."""
    entries = list(entries_of(package))
    for index, entry in enumerate(entries):
        if entry.path.decode() == BASIC:
            root = etree.fromstring(entry.data)
            change(root)
            data = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
            entries[index] = evolve(entry, data=data)
    return opened(zipped(sealed(entries, signer())))
