"""The sample files are what their names say, small, and tell of no machine."""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import wave
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

import egovarchive
from egovarchive.records.text import MAX_NAME_BYTES, check_name, fold

_FOLDER = Path(egovarchive.__file__).parent / "testing/samples/files"
_CASES = sorted(path for path in _FOLDER.iterdir() if path.is_dir())
# What the cases themselves are stands beside their files.
_FILES = sorted(p for p in _FOLDER.glob("*/*") if p.name != "case.json")
_MOST_BYTES = 2_000_000

# Where a person's or a machine's files are; and who ran the programs.
_MACHINE = re.compile(
    rb"/(?:root|home|work|tmp|Users|mnt)/|[A-Z]:\\\\?Users|\broot\b|localhost|\.local\b"
)
_OFD = "{http://www.ofdspec.org/2016}"


def _named(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


each_file = pytest.mark.parametrize("path", _FILES, ids=_named)


def _xml(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def _members(data: bytes) -> dict[str, bytes]:
    """Return the members of a ZIP, each read against its checksum."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def _check_ooxml(data: bytes, main_part: str) -> None:
    members = _members(data)
    assert {"[Content_Types].xml", "docProps/core.xml", main_part} <= members.keys()
    for name, part in members.items():
        if name.endswith((".xml", ".rels")):
            _xml(part)


def _check_docx(data: bytes) -> None:
    _check_ooxml(data, "word/document.xml")


def _check_xlsx(data: bytes) -> None:
    _check_ooxml(data, "xl/workbook.xml")


def _check_ofd(data: bytes) -> None:
    """Walk from OFD.xml to each page and each resource."""
    members = _members(data)
    (root,) = _xml(members["OFD.xml"]).iter(f"{_OFD}DocRoot")
    document = _xml(members[str(root.text)])
    pages = [page.get("BaseLoc", "") for page in document.iter(f"{_OFD}Page")]
    assert pages
    for page in pages:
        objects = _xml(members[f"Doc_0/{page}"])
        assert [*objects.iter(f"{_OFD}TextObject", f"{_OFD}ImageObject")]
    (listed,) = document.iter(f"{_OFD}PublicRes", f"{_OFD}DocumentRes")
    resources = _xml(members[f"Doc_0/{listed.text}"])
    files = [e.text for e in resources.iter(f"{_OFD}FontFile", f"{_OFD}MediaFile")]
    assert files
    assert all(members[f"Doc_0/Res/{name}"] for name in files)


def _check_xml(data: bytes) -> None:
    assert len(_xml(data)) > 0


def _check_txt(data: bytes) -> None:
    text = data.decode("utf-8-sig")
    assert re.search("[\u4e00-\u9fff]", text)
    assert "\ufffd" not in text


def _streams(pdf: bytes) -> Iterator[bytes]:
    """Yield the streams of *pdf* that are deflated, inflated."""
    for found in re.finditer(
        rb"/FlateDecode(?:[^>]|>(?!>))*>>\s*stream\r?\n(.*?)\r?\nendstream",
        pdf,
        re.DOTALL,
    ):
        yield zlib.decompressobj().decompress(found[1])


def _check_pdf(data: bytes) -> None:
    """The last cross-reference is where the file says, and streams inflate."""
    assert data.rstrip().endswith(b"%%EOF")
    place = int(re.findall(rb"startxref\s+(\d+)\s+%%EOF", data)[-1])
    assert re.match(rb"xref\b|\d+ \d+ obj\b", data[place : place + 32])
    assert b"/Encrypt" not in data
    assert [*_streams(data)]
    assert re.search(rb"/FontFile[23]?\b", data) or any(
        b"/FontFile" in stream for stream in _streams(data)
    ), "no font is embedded"


def _check_png(data: bytes) -> None:
    """Each chunk has its checksum, from IHDR to IEND."""
    place, kinds, pixels = 8, [], b""
    while place < len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + size]
        (checksum,) = struct.unpack_from(">I", data, place + 8 + size)
        assert checksum == zlib.crc32(kind + body)
        kinds.append(kind)
        pixels += body if kind == b"IDAT" else b""
        place += 12 + size
    assert (kinds[0], kinds[-1]) == (b"IHDR", b"IEND")
    assert zlib.decompress(pixels)


def _jpeg_segments(data: bytes) -> dict[int, bytes]:
    """Return the segments of *data* before its scan, by marker."""
    place, segments = 2, {}
    while data[place + 1] != 0xDA:
        mark, code, size = struct.unpack_from(">BBH", data, place)
        assert mark == 0xFF
        segments[code] = data[place + 4 : place + 2 + size]
        place += 2 + size
    return segments


def _check_jpeg(data: bytes) -> None:
    segments = _jpeg_segments(data)
    assert {0xC0, 0xC4, 0xDB} <= segments.keys()
    height, width = struct.unpack_from(">HH", segments[0xC0], 1)
    assert min(height, width) > 100
    assert data.endswith(b"\xff\xd9")


def _tiff_pages(data: bytes) -> list[dict[int, tuple[int, bytes]]]:
    """Return the directories of *data*: per tag its count and its value field."""
    pages = []
    (place,) = struct.unpack_from("<I", data, 4)
    while place:
        (count,) = struct.unpack_from("<H", data, place)
        page = {}
        for n in range(count):
            tag, _, number, value = struct.unpack_from(
                "<HHI4s", data, place + 2 + 12 * n
            )
            page[tag] = number, value
        pages.append(page)
        (place,) = struct.unpack_from("<I", data, place + 2 + 12 * count)
    return pages


def _tiff_rational(data: bytes, field: tuple[int, bytes]) -> float:
    numerator, denominator = struct.unpack_from(
        "<II", data, int.from_bytes(field[1], "little")
    )
    return float(numerator) / float(denominator)


def _check_tiff(data: bytes) -> None:
    """Each page is CCITT Group 4 at 300 dots an inch."""
    pages = _tiff_pages(data)
    assert pages
    for page in pages:
        assert int.from_bytes(page[259][1][:2], "little") == 4
        assert _tiff_rational(data, page[282]) == _tiff_rational(data, page[283]) == 300


def _check_wav(data: bytes) -> None:
    with wave.open(io.BytesIO(data)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
        assert 1 <= seconds <= 3
        frames = sound.readframes(sound.getnframes())
        assert len(frames) == sound.getnframes() * sound.getsampwidth()
        assert any(frames), "it is silent"


def _check_mp3(data: bytes) -> None:
    """After the ID3 tag, MPEG frames follow one another to the end."""
    a, b, c, d = data[6:10]
    place, frames = 10 + (a << 21 | b << 14 | c << 7 | d), 0
    while place < len(data):
        sync, rates = data[place + 1], data[place + 2]
        assert data[place] == 0xFF
        assert sync >> 1 == 0b1111001, "MPEG-2 layer III"
        kbits = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96)[(rates >> 4) - 1]
        hertz = (22050, 24000, 16000)[rates >> 2 & 3]
        place += 72 * kbits * 1000 // hertz + (rates >> 1 & 1)
        frames += 1
    assert place == len(data)
    assert 1 <= frames * 576 / 16000 <= 3.1


def _boxes(data: bytes, start: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """Yield the boxes of an MP4 from *start*: kind and body."""
    while start < len(data):
        size, kind = struct.unpack_from(">I4s", data, start)
        assert 8 <= size <= len(data) - start
        yield kind, data[start + 8 : start + size]
        start += size


def _check_mp4(data: bytes) -> None:
    boxes = dict(_boxes(data))
    assert {b"ftyp", b"moov", b"mdat"} <= boxes.keys()
    movie = [*_boxes(boxes[b"moov"])]
    assert [kind for kind, _ in movie].count(b"trak") == 2, "sound and picture"
    scale, duration = struct.unpack_from(">II", dict(movie)[b"mvhd"], 12)
    assert 1 <= duration / scale <= 3


_FORMATS: dict[str, tuple[bytes, Callable[[bytes], None]]] = {
    ".docx": (b"PK\x03\x04", _check_docx),
    ".jpg": (b"\xff\xd8\xff", _check_jpeg),
    ".mp3": (b"ID3", _check_mp3),
    ".mp4": (b"\x00\x00\x00 ftypisom", _check_mp4),
    ".ofd": (b"PK\x03\x04", _check_ofd),
    ".pdf": (b"%PDF-1.", _check_pdf),
    ".png": (b"\x89PNG\r\n\x1a\n", _check_png),
    ".tif": (b"II*\x00", _check_tiff),
    ".txt": (b"", _check_txt),
    ".wav": (b"RIFF", _check_wav),
    ".xlsx": (b"PK\x03\x04", _check_xlsx),
    ".xml": (b"<?xml ", _check_xml),
}


@each_file
def test_a_file_is_what_its_name_says(path: Path) -> None:
    signature, check = _FORMATS[path.suffix]
    data = path.read_bytes()
    assert data, "it is empty"
    assert data.startswith(signature)
    check(data)


@pytest.mark.parametrize(
    "path", [path for path in _FILES if path.suffix != ".txt"], ids=_named
)
def test_half_a_file_is_not_what_its_name_says(path: Path) -> None:
    """The checks above can fail; but half a text is a text."""
    _, check = _FORMATS[path.suffix]
    data = path.read_bytes()
    with pytest.raises(
        (
            AssertionError,
            IndexError,
            struct.error,
            zipfile.BadZipFile,
            etree.XMLSyntaxError,
        )
    ):
        check(data[: len(data) // 2])


@each_file
def test_a_name_may_stand_in_a_package(path: Path) -> None:
    assert unicodedata.is_normalized("NFC", path.name)
    assert check_name(path.name) == path.name
    assert len(path.name.encode()) <= MAX_NAME_BYTES


@each_file
def test_a_file_names_no_machine(path: Path) -> None:
    data = path.read_bytes()
    parts = [data]
    if data.startswith(b"PK"):
        parts = list(_members(data).values())
    elif path.suffix == ".pdf":
        parts += _streams(data)
    elif path.suffix == ".jpg":
        # In the pixels anything may come about; in the segments it was written.
        parts = list(_jpeg_segments(data).values())
    for part in parts:
        found = _MACHINE.search(part)
        assert found is None, found


def test_there_are_twelve_cases_of_three_to_seven_files() -> None:
    assert len(_CASES) == 12
    assert [case.name[:2] for case in _CASES] == [f"{n:02}" for n in range(1, 13)]
    for case in _CASES:
        files = [path for path in _FILES if path.parent == case]
        assert 3 <= len(files) <= 7, case.name


def test_every_format_is_there() -> None:
    assert {path.suffix for path in _FILES} == _FORMATS.keys()


def test_all_files_together_are_small() -> None:
    files = [path for path in _FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= _MOST_BYTES


def test_no_two_names_of_a_case_collide() -> None:
    for case in _CASES:
        names = [fold(path.name) for path in case.iterdir()]
        assert len(set(names)) == len(names), case.name


def test_some_names_are_hard() -> None:
    """Long, with spaces, brackets and full-width signs."""
    names = [path.name for path in _FILES]
    assert max(len(name.encode()) for name in names) > 180
    for sign in " []()【】（）《》“”：，—\u3000":
        assert any(sign in name for name in names), sign


def test_scans_say_their_resolution() -> None:
    scans = [*_FOLDER.glob("05-*/*.jpg"), *_FOLDER.glob("09-*/*.jpg")]
    assert len(scans) == 3
    for path in scans:
        jfif = _jpeg_segments(path.read_bytes())[0xE0]
        assert struct.unpack_from(">BHH", jfif, 7) == (1, 200, 200), path.name


def test_photographs_say_when_they_were_taken() -> None:
    photographs = [*_FOLDER.glob("06-*/*.jpg"), *_FOLDER.glob("08-*/*.jpg")]
    assert len(photographs) == 3
    for path in photographs:
        exif = _jpeg_segments(path.read_bytes())[0xE1]
        assert re.search(rb"2025:\d\d:\d\d \d\d:\d\d:\d\d", exif), path.name


def test_one_text_has_a_byte_order_mark_and_others_have_none() -> None:
    marked = [
        path.name
        for path in _FILES
        if path.suffix == ".txt" and path.read_bytes().startswith(b"\xef\xbb\xbf")
    ]
    assert marked == ["办理过程记录.txt"]


def test_one_pdf_bears_a_signature() -> None:
    signed = [
        path.name
        for path in _FILES
        if path.suffix == ".pdf" and b"/ByteRange" in path.read_bytes()
    ]
    assert signed == ["变更申请表 (电子签名版).pdf"]
