"""
Files of each format that is told apart, and files of two formats at once.

`VALID` are whole; `STARTS` have no more than tells them: no reader could open them.
"""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Callable
from functools import cache, partial
from unittest import SkipTest

from corpus.compound_writer import KINGSOFT_WRITER, WORD, compound
from egovarchive.formats.aspect import Aspect

Maker = Callable[[], bytes]

_LETTER = "关于某某许可的说明\n一、申请人已于2025年3月提交材料。\n二、特此说明。\n" * 4


def zipped(
    parts: dict[str, bytes], *, comment: bytes = b"", stored: bool = False
) -> bytes:
    """Return a ZIP file of *parts*."""
    file = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 3, 1, 0, 0, 0)), data, method)
        archive.comment = comment
    return file.getvalue()


def picture(form: str, **options: object) -> bytes:
    """Return a small picture, as Pillow writes it."""
    try:
        from PIL import Image  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SkipTest("Pillow is not installed") from error

    file = io.BytesIO()
    image = Image.linear_gradient("L").resize((40, 30)).convert("RGB")
    image.save(file, form, **options)
    return file.getvalue()


@cache
def pdf(version: str = "1.7", body: bytes = b"") -> bytes:
    """Return a PDF file of one empty page."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(body), body),
    ]
    data = b"%%PDF-%b\n" % version.encode()
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + (
        b"xref\n0 5\n0000000000 65535 f \n%btrailer\n<</Size 5/Root 1 0 R>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (table, len(data))
    )


def _tar(form: int) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = 5
        archive.addfile(member, io.BytesIO(b"hello"))
    return file.getvalue()


_HTML = (
    "<!DOCTYPE html>\n<html><head><title>通知</title></head><body>公告</body></html>"
)
_SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
_MAIL = (
    "Received: from a.example by b.example\r\nFrom: a@a.example\r\n"
    "To: b@b.example\r\nSubject: test\r\n\r\nHello\r\n"
)

VALID: dict[str, Maker] = {
    "pdf/1.7": pdf,
    "pdf/2.0": partial(pdf, "2.0"),
    "pdf/with_a_stored_attachment": lambda: pdf(body=zipped({"a.txt": b"a"})),
    "html/whole": _HTML.encode,
    "html/fragment": "<p>公告</p>\n<p>内容</p>".encode,
    "html/xhtml": lambda: (
        b"<?xml version='1.0'?>\n<!-- a -->\n<html xmlns="
        b"'http://www.w3.org/1999/xhtml'><body/></html>"
    ),
    "svg/bare": _SVG.encode,
    "svg/declared": f'<?xml version="1.0"?>\n<!--x-->{_SVG}'.encode,
    "xml/declared": '<?xml version="1.0" encoding="UTF-8"?>\n<甲/>'.encode,
    "xml/1.1": lambda: b'<?xml version="1.1"?><a/>',
    "xml/bare": lambda: b"<record><name>a</name></record>\n",
    "xml/utf16": lambda: '<?xml version="1.0" encoding="UTF-16"?><甲/>'.encode(
        "utf-16"
    ),
    "xml/gbk": lambda: '<?xml version="1.0" encoding="GBK"?><甲>文</甲>'.encode("gbk"),
    "xml/with_a_doctype": lambda: b'<!DOCTYPE a [<!ENTITY b "c>">]>\n<a>&b;</a>',
    "json/object": lambda: json.dumps({"名称": [1, None]}, ensure_ascii=False).encode(),
    "json/list": lambda: b'[{"a": 1}]',
    "txt/utf8": _LETTER.encode,
    "txt/utf8_with_a_mark": partial(_LETTER.encode, "utf-8-sig"),
    "txt/gb18030": partial(_LETTER.encode, "gb18030"),
    "txt/utf16": partial(_LETTER.encode, "utf-16"),
    "txt/latin1": lambda: "Señor, el año que viene, é à".encode("latin-1"),
    "txt/like_json": "[2024] 第3号\n关于通知".encode,
    "txt/like_xml": lambda: b"<see below> for all",
    "txt/about_pdf": lambda: b"A PDF file starts with %PDF-1.7 and a line feed.\n",
    "txt/a_standard": "MZ/T 044—2013 民政业务电子政务\n".encode,
    "txt/long": (_LETTER * 1000).encode,
    "eml/mail": _MAIL.encode,
    "script/shell": lambda: b"#!/bin/sh\necho 1\n",
    "jpeg/jfif": partial(picture, "JPEG"),
    "jpeg/progressive": lambda: picture("JPEG", progressive=True),
    "png/colour": partial(picture, "PNG"),
    "gif/still": partial(picture, "GIF"),
    "bmp/windows": partial(picture, "BMP"),
    "tiff/classic": partial(picture, "TIFF"),
    "tiff/big": lambda: picture("TIFF", big_tiff=True),
    "webp/lossless": lambda: picture("WEBP", lossless=True),
    "zip/two": lambda: zipped({"a.txt": b"a", "附件.txt": b"b"}),
    "zip/empty": partial(zipped, {}),
    "zip/with_a_comment": lambda: zipped({"a.txt": b"a"}, comment=b"made by hand"),
    "gzip/text": lambda: gzip.compress(b"hello", mtime=0),
    "tar/ustar": partial(_tar, tarfile.USTAR_FORMAT),
    "tar/gnu": partial(_tar, tarfile.GNU_FORMAT),
}
"""Whole files, by the format that they must be told as and what is special."""

_TYPES = "[Content_Types].xml"
_TYPE = b'<Types><Override PartName="/x.xml" ContentType="application/%b+xml"/></Types>'


def _odf(kind: bytes) -> Maker:
    mime = b"application/vnd.oasis.opendocument." + kind
    return lambda: zipped({"mimetype": mime, "content.xml": b"<a/>"}, stored=True)


def _ole(*streams: str, kingsoft: bool = False) -> Maker:
    clsid = KINGSOFT_WRITER if kingsoft else WORD
    return lambda: compound(dict.fromkeys(streams, b"x" * 99), clsid)


def _frame() -> bytes:
    return b"\xff\xfb\x90\x00" + bytes(413)


def _adts() -> bytes:
    return b"\xff\xf1\x50\x80\x0c\x9f\xfc" + bytes(93)


def _box(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(data)) + name + data


def _riff(kind: bytes) -> bytes:
    return (
        b"RIFF"
        + struct.pack("<I", 20)
        + kind
        + b"junk"
        + struct.pack("<I", 8)
        + bytes(8)
    )


_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_AUDIO = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")
_OFD = b'<?xml version="1.0"?><%bOFD xmlns%b="%b" %b><a/></%bOFD>'


def _ofd(
    prefix: bytes, space: bytes, attributes: bytes, name: str = "OFD.xml"
) -> Maker:
    colon = prefix + b":" if prefix else b""
    bind = b":" + prefix if prefix else b""
    root = _OFD % (colon, bind, space, attributes, colon)
    return lambda: zipped({name: root, "Doc_0/Document.xml": b"<a/>"})


def program() -> bytes:
    """Return the headers of a program for Windows."""
    return b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(60)


def _rest_in_a_comment() -> bytes:
    """Return a PDF file with a ZIP archive in it, whose comment is all the rest."""
    data = bytearray(pdf(body=zipped({"a.txt": b"a"})))
    end = data.rfind(b"PK\5\6")
    struct.pack_into("<H", data, end + 20, len(data) - end - 22)
    return bytes(data)


STARTS: dict[str, Maker] = {
    "ofd/usual": _ofd(
        b"ofd", b"http://www.ofdspec.org/2016", b'DocType="OFD" Version="1.0"'
    ),
    "ofd/other_space": _ofd(
        b"", b"http://www.ofdspec.org", b"Version='1.1' DocType='OFD'"
    ),
    "ofd/lower_case": _ofd(b"o", b"http://www.ofdspec.org/2016", b"", "ofd.xml"),
    "ofd/for_archives": _ofd(
        b"ofd", b"http://www.ofdspec.org/2016", b'DocType="OFD-A"'
    ),
    "zip/not_an_ofd": lambda: zipped({"OFD.xml": b"<root/>"}),
    "docx/usual": lambda: zipped({_TYPES: b"<Types/>", "word/document.xml": b"<a/>"}),
    "docx/other_name": lambda: zipped(
        {
            "x.xml": b"<a/>",
            _TYPES: _TYPE
            % b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        }
    ),
    "docx/macros": lambda: zipped(
        {
            _TYPES: b"<Types/>",
            "word/document.xml": b"<a/>",
            "word/vbaProject.bin": b"x",
        }
    ),
    "xlsx/usual": lambda: zipped({_TYPES: b"<Types/>", "xl/workbook.xml": b"<a/>"}),
    "xlsx/other_name": lambda: zipped(
        {
            "x.xml": b"<a/>",
            _TYPES: _TYPE % b"vnd.ms-excel.sheet.macroEnabled.main",
        }
    ),
    "pptx/usual": lambda: zipped(
        {_TYPES: b"<Types/>", "ppt/presentation.xml": b"<a/>"}
    ),
    "odt/usual": _odf(b"text"),
    "ods/usual": _odf(b"spreadsheet"),
    "odp/template": _odf(b"presentation-template"),
    "doc/usual": _ole("WordDocument", "1Table"),
    "doc/saved_by_wps": _ole("WordDocument", "WpsCustomData"),
    "doc/with_a_sheet_in_it": _ole("WordDocument", "ObjectPool/Workbook"),
    "xls/usual": _ole("Workbook"),
    "xls/95": _ole("Book"),
    "ppt/usual": _ole("PowerPoint Document", "Current User"),
    "wps/kingsoft": _ole("WordDocument", "WpsCustomData", kingsoft=True),
    "et/kingsoft": _ole("Workbook", kingsoft=True),
    "dps/kingsoft": _ole("PowerPoint Document", kingsoft=True),
    "ole/encrypted": _ole("EncryptedPackage", "EncryptionInfo"),
    "ole/works": _ole("CONTENTS", "MatOST"),
    "ole/mail": _ole("__properties_version1.0"),
    "rtf/usual": lambda: rb"{\rtf1\ansi hello}",
    "jpeg/exif": lambda: b"\xff\xd8\xff\xe1\0\x10Exif\0\0" + bytes(8) + b"\xff\xd9",
    "jp2/file": lambda: (
        b"\0\0\0\x0cjP  \r\n\x87\n" + _box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
    ),
    "jp2/codestream": lambda: b"\xff\x4f\xff\x51\0\x29" + bytes(40),
    "wmf/placeable": lambda: b"\xd7\xcd\xc6\x9a" + bytes(36),
    "wmf/bare": lambda: b"\1\0\x09\0\0\3" + bytes(36),
    "emf/usual": lambda: b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(60),
    "dwg/2018": lambda: b"AC1032\0\0\0\0\0" + bytes(100),
    "wav/plain": lambda: _riff(b"WAVE"),
    "wav/large": lambda: b"RF64\xff\xff\xff\xffWAVEds64" + bytes(40),
    "avi/plain": lambda: _riff(b"AVI "),
    "mp3/frames": lambda: _frame() * 4,
    "mp3/tagged": lambda: b"ID3\4\0\0\0\0\0\x0a" + bytes(10) + _frame() * 3,
    "aac/frames": lambda: _adts() * 4,
    "flac/plain": lambda: b"fLaC\0\0\0\x22" + bytes(34),
    "flac/tagged": lambda: (
        b"ID3\4\0\0\0\0\0\x0a" + bytes(10) + b"fLaC\0\0\0\x22" + bytes(34)
    ),
    "m4a/usual": lambda: (
        _box(b"ftyp", b"M4A \0\0\2\0isomM4A ") + _box(b"moov", bytes(8))
    ),
    "mp4/usual": lambda: _box(b"ftyp", b"isom\0\0\2\0isom") + _box(b"moov", bytes(8)),
    "mp4/3gp": lambda: _box(b"ftyp", b"3gp4\0\0\2\0isom") + _box(b"moov", bytes(8)),
    "mov/usual": lambda: _box(b"ftyp", b"qt  \0\0\2\0qt  ") + _box(b"moov", bytes(8)),
    "mov/without_a_brand": lambda: _box(b"wide") + _box(b"mdat", bytes(8)),
    "amr/narrow": lambda: b"#!AMR\n" + bytes(32),
    "amr/wide": lambda: b"#!AMR-WB\n" + bytes(32),
    "ogg/vorbis": lambda: b"OggS\0\2" + bytes(22) + b"\x01vorbis" + bytes(22),
    "wma/usual": lambda: _ASF + struct.pack("<Q", 70) + _AUDIO + bytes(30),
    "wmv/usual": lambda: _ASF + struct.pack("<Q", 86) + _AUDIO + _VIDEO + bytes(30),
    "mpg/programme": lambda: b"\0\0\1\xba\x44" + bytes(60),
    "mpg/packets": lambda: (b"G" + bytes(187)) * 4,
    "flv/usual": lambda: b"FLV\1\5\0\0\0\x09" + bytes(16),
    "mkv/webm": lambda: b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(30),
    "rar/4": lambda: b"Rar!\x1a\x07\0" + bytes(30),
    "rar/5": lambda: b"Rar!\x1a\x07\1\0" + bytes(30),
    "7z/0.4": lambda: b"7z\xbc\xaf\x27\x1c\0\4" + bytes(24),
    "p7s/rsa": lambda: (
        b"\x30\x82\1\0\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + bytes(245)
    ),
    "p7s/sm2": lambda: (
        b"\x30\x80\x06\x0a\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x02" + bytes(9)
    ),
    "p7s/pem": lambda: b"-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n",
    "exe/windows": program,
    "exe/dos": lambda: b"MZ\x90\0\3\0\0\0\4" + bytes(40),
    "elf/64": lambda: b"\x7fELF\2\1\1" + bytes(60),
}
"""What tells a format, and no more, by that format and what is special."""

POLYGLOTS: dict[str, tuple[Maker, str]] = {
    "jpeg/zip_behind": (lambda: picture("JPEG") + zipped({"a.txt": b"a"}), "zip"),
    "jpeg/ofd_behind": (lambda: picture("JPEG") + STARTS["ofd/usual"](), "ofd"),
    "jpeg/rar_behind": (lambda: picture("JPEG") + b"Rar!\x1a\x07\0" + bytes(30), "rar"),
    "png/zip_behind": (lambda: picture("PNG") + zipped({"a.txt": b"a"}), "zip"),
    "png/program_behind": (lambda: picture("PNG") + program(), "exe"),
    "gif/html_behind": (lambda: picture("GIF") + b"<script>alert(1)</script>", "html"),
    "gif/html_in_a_comment": (
        lambda: picture("GIF", comment=b"<script>alert(1)</script>"),
        "html",
    ),
    "pdf/zip_behind": (lambda: pdf() + zipped({"a.txt": b"a"}), "zip"),
    "pdf/rest_in_a_zip_comment": (_rest_in_a_comment, "zip"),
    "pdf/program_before": (lambda: b"MZ" + bytes(60) + pdf(), "exe"),
    "pdf/html_before": (lambda: b"<html><body>\n" + bytes(4) + pdf(), "html"),
    "script/pdf_behind": (lambda: b"#!/bin/sh\nexit\n" + pdf(), "pdf"),
    "html/pdf_behind": (lambda: b"<html><body>\n" + pdf(), "pdf"),
    "zip/program_before": (lambda: b"MZ" + bytes(60) + zipped({"a.txt": b"a"}), "exe"),
    "zip/pdf_in_its_comment": (lambda: zipped({"a.txt": b"a"}, comment=pdf()), "pdf"),
    "exe/zip_behind": (lambda: program() + zipped({"a.txt": b"a"}), "zip"),
    "script/zip_behind": (
        lambda: b"#!/bin/sh\nexit\n" + zipped({"a.txt": b"a"}),
        "zip",
    ),
    "docx/sheet_beside": (
        lambda: zipped(
            {
                _TYPES: b"<Types/>",
                "word/document.xml": b"<a/>",
                "xl/workbook.xml": b"<a/>",
            }
        ),
        "xlsx",
    ),
    "mp3/pdf_in_its_tag": (
        lambda: b"ID3\4\0\0\0\0\x0a\0" + pdf().ljust(1280, b"\0") + _frame() * 3,
        "pdf",
    ),
    "mp4/zip_behind": (lambda: STARTS["mp4/usual"]() + zipped({"a.txt": b"a"}), "zip"),
    "wav/zip_behind": (lambda: STARTS["wav/plain"]() + zipped({"a.txt": b"a"}), "zip"),
}
"""Files of two formats, by the one they are told as; beside them, the other's id."""

INVALID: dict[str, tuple[Maker, Aspect]] = {
    name: (maker, Aspect.BOUNDED) for name, (maker, _) in POLYGLOTS.items()
}
"""Files that are more than their format, and the aspect that must not pass."""
