"""
Make the files of `egovarchive.testing.samples`; run by hand, results are committed.

Usage: ``python tools/make_samples.py [FOLDER…]``, with folders such as
``05-scanned-paper``; all if none is named. Prints what each file is, as JSON.

What it needs, and the versions that made the files in the repository:

* From Debian 12: libreoffice-writer-nogui and libreoffice-calc-nogui 7.4.7 (DOCX,
  XLSX, most PDF), librsvg2-bin 2.54.7 (drawings as PDF and PNG), poppler-utils
  22.12.0 (pages for the scans), ffmpeg 5.1.9 (WAV, MP3, MP4), espeak-ng 1.51
  (speech), faketime 0.9.10 (each program runs at the moment the file says),
  fonts-noto-cjk 20220127 (SIL Open Font License 1.1: subsets may be embedded).
* From PyPI: pillow 13.0.0 (JPEG, TIFF, seals), numpy 2.4.6, fonttools 4.68.0 (font
  subsets in OFD), pyhanko 0.38.0 (one signed PDF); ofdkit 0.2.0 and easyofd
  20260427, which read each OFD back.

OFD is written by `samples/ofd_parts.py`: no program here writes it by the standard.

The same versions make the same bytes, but for the signed PDF, whose key is new
each time and kept nowhere.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from samples.cases import CASES
from samples.content import Book, Drawing, Film, Photo, Plain, Speech, Text
from samples.description import described
from samples.facts import SampleFile
from samples.media import film_file, speech_file
from samples.ofd import ofd_file
from samples.ofd_image import image_ofd_file
from samples.office import office_file
from samples.pictures import drawing_file, photo_jpeg
from samples.readback import check_file
from samples.scans import scan_file
from samples.signed_pdf import signed_pdf

_TARGET = Path(__file__).parents[1] / "src/egovarchive/testing/samples/files"
_DESCRIPTION = "case.json"  # kept by hand


def make(file: SampleFile) -> bytes:
    """Return the bytes of *file*, from the program for its kind of content."""
    suffix, content, made_at = Path(file.name).suffix, file.content, file.made_at
    match content:
        case Text() if file.scan is not None:
            return scan_file(content, file.scan, suffix, made_at)
        case Text() if suffix == ".ofd":
            ofd = image_ofd_file if content.as_image else ofd_file
            return ofd(content, made_at)
        case Text():
            data = office_file(content, suffix, made_at)
            return signed_pdf(data, content.signer, made_at) if content.signer else data
        case Book():
            return office_file(content, suffix, made_at)
        case Plain(text, signature, newline):
            encoding = "utf-8-sig" if signature else "utf-8"
            return text.replace("\n", newline).encode(encoding)
        case Drawing():
            return drawing_file(content, suffix, made_at)
        case Photo():
            return photo_jpeg(content, made_at)
        case Speech():
            return speech_file(content, suffix, made_at)
        case Film():
            return film_file(content, made_at)


def main(wanted: list[str]) -> None:
    """Make the folders *wanted*, or all, and print what they hold."""
    cases = [case for case in CASES if not wanted or case.folder in wanted]
    for case in cases:
        folder = _TARGET / case.folder
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if old.name != _DESCRIPTION:
                old.unlink()
        for file in case.files:
            data = make(file)
            check_file(file, data)
            (folder / file.name).write_bytes(data)
            print(f"{len(data):8,} {case.folder}/{file.name}", file=sys.stderr)
    print(json.dumps([described(case) for case in cases], ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
