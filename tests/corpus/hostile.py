"""Hostile files: small ones that cost much, that never end, that lie, that lead out."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import pairwise
from typing import Final

from attrs import field, frozen

from corpus import images, ofd, packaged, pdf
from corpus.media import film_without_sound_or_pictures
from corpus.ofd_maker import changed, document, with_files
from corpus.packaged import word_parts
from corpus.zip_maker import Member, overlapping_bomb, plain_zip, zip_of

WHOLE, READABLE = "integrity.content", "usability.readable"
ALONE = "usability.self_contained"
HIDDEN, EMBEDDED = "security.hidden_data", "security.embedded_files"
FORMAT, PASSIVE = "usability.format", "security.active_content"
_MB: Final = 1 << 20


def _names(value: Iterable[str]) -> frozenset[str]:
    return frozenset(value)


@frozen
class Hostile:
    """
    One file, and who must speak of it.

    Args:
        make: Returns its bytes.
        checks: Each of these must fail, warn, or say that it was not performed.
    """

    make: Callable[[], bytes] = field(repr=False)
    checks: frozenset[str] = field(converter=_names)


def _xml_bomb() -> bytes:
    names = "abcdefghi"
    entities = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names)
    )
    return (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "lol">{entities}]><r>&i;</r>'
    ).encode()


def _quadratic_xml() -> bytes:
    """Return XML with one entity of 100 kB, used 20,000 times: 2 GB of text."""
    text = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "' + b"a" * 100_000
    return text + b'">]><r>' + b"&a;" * 20_000 + b"</r>"


def _deep_xml() -> bytes:
    return b'<?xml version="1.0"?>' + b"<a>" * 100_000 + b"</a>" * 100_000


def _zip_bomb() -> bytes:
    """Return an archive of 1 MB that gives 1 GB."""
    into = io.BytesIO()
    with (
        zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("zeros.txt", "w", force_zip64=True) as member,
    ):
        zeros = bytes(16 * _MB)
        for _ in range(64):
            member.write(zeros)
    return into.getvalue()


def _matryoshka() -> bytes:
    """Return 40 archives, each in the one before it."""
    data = b"MZ"
    for _ in range(40):
        data = plain_zip({"a.zip": data})
    return data


def _word_bomb() -> bytes:
    """Return a Word file whose text inflates to 64 MB."""
    blank = b" " * (64 * _MB)
    main = word_parts()["word/document.xml"].replace(b"</w:body>", blank + b"</w:body>")
    return plain_zip({**word_parts(), "word/document.xml": main})


def _pdf_with(filters: str, data: bytes) -> bytes:
    """Return a PDF file whose content is *data*, through *filters*."""
    import pikepdf  # noqa: PLC0415 - an extra

    made = pdf.document()
    names = pikepdf.Object.parse(filters.encode())
    page = made.pages[0]
    page.obj.Contents = made.make_indirect(pikepdf.Stream(made, data, Filter=names))
    return pdf.saved(made)


def _pdf_bomb_in_bombs() -> bytes:
    """Return a PDF file whose content was deflated three times: 64 MB in 1 kB."""
    data = zlib.compress(bytes(64 * _MB), 9)
    data = zlib.compress(data, 9)
    data = zlib.compress(data, 9)
    return _pdf_with("[/FlateDecode /FlateDecode /FlateDecode]", data)


def _huge_jpeg() -> bytes:
    """Return a picture whose header says 40,000 by 40,000 pixels."""
    data = bytearray(images.made("jpeg"))
    at = min(found for mark in (b"\xff\xc0", b"\xff\xc2")
             if (found := data.find(mark)) > 0)  # fmt: skip
    struct.pack_into(">HH", data, at + 5, 40_000, 40_000)
    return bytes(data)


def _huge_bmp() -> bytes:
    return b"BM" + struct.pack(
        "<IHHIIiiHHIIiiII",
        54, 0, 0, 54, 40, 40_000, 40_000, 1, 24, 0, 0, 2835, 2835, 0, 0,
    )  # fmt: skip


def _gbk_names(*, flagged: bool = False) -> bytes:
    """Return an archive as a Chinese Windows writes it; *flagged*: it claims UTF-8."""
    return zip_of([
        Member(name="申请表/身份证.txt".encode("gbk"), flags=flagged << 11),
        Member(name="申请表/营业执照.txt".encode("gbk"), flags=flagged << 11),
    ])  # fmt: skip


def _many_members() -> bytes:
    """Return an archive of 60,000 empty members, all at one place."""
    whole = plain_zip({"a": b""})
    start = whole.index(b"PK\1\2")
    entry = whole[start : whole.index(b"PK\5\6")]
    count = 60_000
    end = struct.pack("<2H2H2IH", 0, 0, count, count, len(entry) * count, start, 0)
    return whole[:start] + entry * count + b"PK\5\6" + end


def _pages_claimed_by_ofd() -> bytes:
    return changed(
        Doc_0__Document=document(pages=["Pages/Page_0/Content.xml"] * 100_000)
    )


HOSTILE: Final[Mapping[str, Hostile]] = {
    "zip_bomb.zip": Hostile(_zip_bomb, {READABLE}),
    "zip_of_overlapping_members.zip": Hostile(overlapping_bomb, {WHOLE}),
    "zip_in_zip.zip": Hostile(_matryoshka, {EMBEDDED}),
    "zip_of_many_members.zip": Hostile(_many_members, {WHOLE}),
    "word_bomb.docx": Hostile(_word_bomb, {READABLE}),
    "png_bomb.png": Hostile(images.png_bomb, {READABLE}),
    "png_of_40000_by_40000.png": Hostile(images.huge_png, {READABLE}),
    "jpeg_of_40000_by_40000.jpg": Hostile(_huge_jpeg, {READABLE}),
    "bmp_of_40000_by_40000.bmp": Hostile(_huge_bmp, {WHOLE}),
    "endless_tiff.tif": Hostile(images.endless_tiff, {WHOLE}),
    "xml_bomb.xml": Hostile(_xml_bomb, {READABLE}),
    "xml_bomb_quadratic.xml": Hostile(_quadratic_xml, {READABLE}),
    "xml_without_end.xml": Hostile(_deep_xml, {READABLE}),
    "xml_bomb_in_ofd.ofd": Hostile(ofd.INVALID["ofd/entity_bomb"][0], {READABLE}),
    "xml_bomb_in_docx.docx": Hostile(packaged.INVALID["docx/doctype"][0], {READABLE}),
    "pdf_bomb.pdf": Hostile(pdf.bomb, {READABLE}),
    "pdf_bomb_in_bombs.pdf": Hostile(_pdf_bomb_in_bombs, {READABLE}),
    "pdf_of_circles.pdf": Hostile(pdf.cyclic, {WHOLE}),
    "pdf_that_claims_100000_pages.pdf": Hostile(pdf.claims_pages, {WHOLE}),
    "pdf_of_100000_pages.pdf": Hostile(pdf.many_pages, {READABLE}),
    "ofd_of_100000_pages.ofd": Hostile(_pages_claimed_by_ofd, {READABLE}),
    "ofd_with_parts_outside.ofd": Hostile(
        lambda: with_files({"../../etc/cron.d/x": b"* * * * * root x"}), {EMBEDDED}
    ),
    "ofd_that_leads_out.ofd": Hostile(ofd.INVALID["ofd/leads_out"][0], {ALONE}),
    "ofd_of_circles.ofd": Hostile(
        ofd.INVALID["ofd/composite_holds_itself"][0], {"usability.conformance"}
    ),
    "word_with_a_template_outside.docx": Hostile(
        packaged.INVALID["docx/outside_template"][0], {ALONE}
    ),
    "video_without_a_byte.mp4": Hostile(bytes, {READABLE, FORMAT}),
    "sound_without_a_byte.mp3": Hostile(bytes, {READABLE, FORMAT}),
    "picture_without_a_byte.jpg": Hostile(bytes, {READABLE, FORMAT}),
    "video_of_no_length.mp4": Hostile(film_without_sound_or_pictures, {WHOLE}),
    "names_in_gbk.zip": Hostile(_gbk_names, {FORMAT}),
    "names_in_gbk_that_claim_utf8.zip": Hostile(
        partial(_gbk_names, flagged=True), {READABLE}
    ),
}
"""What each is, by what it is called on disk."""
