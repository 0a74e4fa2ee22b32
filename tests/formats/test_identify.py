"""Files are told by their content: every format, every sample, whatever the name."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

import egovarchive
from corpus import media
from corpus.cannot_make import CannotMakeError
from corpus.identification import POLYGLOTS, STARTS, VALID, zipped
from egovarchive.formats import BytesSource, FileSource, Identification
from egovarchive.formats.ends import HEAD_SIZE, TAIL_SIZE, Ends
from egovarchive.formats.identify import TABLE, CoreIdentifier
from egovarchive.formats.table import FORMATS
from egovarchive.formats.zip_listing import find_listing

CORE = CoreIdentifier()
FILES = Path(egovarchive.__file__).parent / "testing/samples/files"
SAMPLES = sorted(p for p in FILES.rglob("*.*") if p.is_file())
BY_EXTENSION = {"jpg": "jpeg", "tif": "tiff", "csv": "txt"}


def told(data: bytes) -> Identification:
    return CORE.identify(BytesSource("", data))


def id_of(found: Identification) -> str:
    return "" if found.format is None else found.format.id


def made(name: str) -> bytes:
    if name in media.RECIPES:
        try:
            return media.made(name)
        except CannotMakeError as error:
            pytest.skip(str(error))
    return (VALID.get(name) or STARTS[name])()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_sample_is_told_as_what_it_is(path: Path) -> None:
    found = CORE.identify(FileSource.of(path))
    extension = path.suffix.lstrip(".")
    assert id_of(found) == BY_EXTENSION.get(extension, extension)
    assert (found.before, found.after, found.also) == (0, 0, None)


@pytest.mark.parametrize("name", [*VALID, *STARTS, *media.RECIPES])
def test_each_format_is_told(name: str) -> None:
    found = told(made(name))
    assert id_of(found) == name.split("/", maxsplit=1)[0]
    assert (found.before, found.after, found.also) == (0, 0, None)


def test_no_format_is_left_out_of_the_corpus() -> None:
    assert {name.split("/")[0] for name in (*VALID, *STARTS)} == set(FORMATS)


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("pdf/1.7", "1.7"),
        ("pdf/2.0", "2.0"),
        ("ofd/usual", "1.0"),
        ("ofd/other_space", "1.1"),
        ("jpeg/jfif", "1.01"),
        ("gif/still", "87a"),
        ("bmp/windows", "3.0"),
        ("tiff/big", "BigTIFF"),
        ("dwg/2018", "AC1032"),
        ("rar/5", "5"),
        ("xml/1.1", "1.1"),
    ],
)
def test_versions_are_told(name: str, version: str) -> None:
    assert told(made(name)).version == version


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("ofd/for_archives", "DocType OFD-A"),
        ("zip/not_an_ofd", "its OFD.xml is not an OFD document"),
        ("docx/macros", "with macros"),
        ("doc/saved_by_wps", "saved by WPS Office"),
        ("ole/encrypted", "encrypted OOXML document"),
        ("ole/works", "Microsoft Works document"),
        ("txt/gb18030", "GB18030"),
        ("txt/latin1", "in an unknown 8-bit encoding"),
        ("html/xhtml", "XHTML; ASCII"),
        ("mp4/3gp", "3GPP"),
        ("mp3/tagged", "ID3v2.4"),
    ],
)
def test_what_else_is_known_is_noted(name: str, note: str) -> None:
    assert told(made(name)).note == note


def test_a_claim_of_pdf_a_is_a_note_and_no_more() -> None:
    claim = b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
    for text in (claim, b'<r pdfaid:part="2" pdfaid:conformance="B"/>'):
        data = VALID["pdf/1.7"]().replace(b"endobj", b"endobj\n%" + text, 1)
        found = told(data)
        assert (id_of(found), found.note) == ("pdf", "claims to be PDF/A-2b")


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"", "empty"),
        (b"\0\0\0\x18ftypheic\0\0\0\0heic", "HEIF or AVIF picture"),
        (bytes(range(256)) * 40, ""),
        (b"\x01\x02", ""),
    ],
)
def test_what_is_not_known_is_not_guessed(data: bytes, note: str) -> None:
    found = told(data)
    assert (found.format, found.note) == (None, note)


def test_the_name_decides_nothing() -> None:
    for name in ("a.pdf", "a.txt", "附件"):
        assert id_of(CORE.identify(BytesSource(name, made("png/colour")))) == "png"


def test_the_tool_names_the_version_of_its_tables() -> None:
    found = told(b"a")
    assert (found.tool.name, found.tool.version) == ("egovarchive", TABLE)


def ends(data: bytes) -> tuple[bytes, bytes, int]:
    return data[:HEAD_SIZE], data[-TAIL_SIZE:], len(data)


@pytest.mark.parametrize("name", [*VALID, *STARTS])
def test_both_ends_tell_the_same_as_the_file(name: str) -> None:
    data = made(name)
    assert CORE.identify(Ends(*ends(data))) == told(data)


# Text is told by all that stands there.
BINARY = [
    name
    for name in (*VALID, *STARTS)
    if name.split("/")[0]
    not in {"txt", "json", "html", "xml", "svg", "eml", "script", "p7s"}
    and name != "zip/empty"
]


@pytest.mark.parametrize("name", BINARY)
def test_a_large_file_is_told_by_its_ends_alone(name: str) -> None:
    """Nothing between the ends is needed, for what starts where formats start."""
    data = made(name) + bytes(3 * HEAD_SIZE)
    found = CORE.identify(Ends(*ends(data)))
    if data.startswith(b"PK"):
        assert found.note.endswith(("reach", "at its end"))
    else:
        assert id_of(found) == name.split("/", maxsplit=1)[0]


def test_a_large_directory_out_of_reach_is_read_if_the_source_is_there() -> None:
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"}
    parts |= {f"media/{'n' * 100}{number}": b"" for number in range(1000)}
    data = zipped(parts)
    assert len(data) > HEAD_SIZE + TAIL_SIZE
    alone = CORE.identify(Ends(*ends(data)))
    assert id_of(alone) == "docx"  # by the parts that stand first
    assert alone.note == "its directory was out of reach"
    whole = CORE.identify(Ends(*ends(data), BytesSource("", data)))
    assert (id_of(whole), whole.note) == ("docx", "")


def test_without_its_parts_at_hand_it_is_the_container_only() -> None:
    parts = {f"media/{'n' * 100}{number}": b"" for number in range(2000)}
    parts |= {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"}
    found = CORE.identify(Ends(*ends(zipped(parts))))
    assert (id_of(found), found.note) == ("zip", "its directory was out of reach")


def test_a_zip_file_cut_off_is_told_by_what_is_left() -> None:
    found = told(made("docx/usual")[:-40])
    assert id_of(found) == "docx"
    assert found.note == "no directory was found at its end"


def test_a_mail_with_a_pdf_kept_in_front_is_the_pdf() -> None:
    found = told(b"HTTP/1.1 200 OK\r\nServer: a\r\n\r\n" + made("pdf/1.7"))
    assert (id_of(found), found.before, found.also) == ("pdf", 30, None)


def test_sound_behind_other_bytes_is_told_by_three_whole_frames() -> None:
    frames = made("mp3/frames")
    found = told(bytes(100) + frames)
    assert (id_of(found), found.before) == ("mp3", 100)
    assert told(bytes(100) + frames[: 2 * len(frames) // 4 + 10]).format is None


def test_a_character_cut_off_at_the_end_of_the_head_is_no_error() -> None:
    for codec in ("utf-8", "gb18030", "utf-16"):
        for shift in range(4):
            data = ("a" * shift + "政务" * HEAD_SIZE).encode(codec)
            assert id_of(CORE.identify(Ends(*ends(data)))) == "txt"


class Counted:
    """A source that counts how often it is read, and how much."""

    name = ""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.reads: list[int] = []

    def read(self, offset: int, size: int) -> bytes:
        self.reads.append(size)
        return self.data[offset : offset + size]


@pytest.mark.parametrize("name", [*VALID, *STARTS])
def test_a_small_file_is_read_once(name: str) -> None:
    source = Counted(made(name)[:HEAD_SIZE])
    CORE.identify(source)
    assert len(source.reads) == 1


def hostile() -> Iterator[tuple[str, bytes]]:
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65535, 65535, 2**32 - 2, 0, 0)
    yield "a directory larger than the file", b"PK\3\4" + bytes(60) + end
    yield "end records all over", b"PK\3\4" + end * 3000
    entry = struct.pack("<4s4x2H8x2I3H8xI", b"PK\1\2", 0, 8, 9, 9, 1, 0, 0, 0) + b"a"
    size = len(entry) * 50_000
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 50_000, 50_000, size, 0, 0)
    yield "fifty thousand entries", entry * 50_000 + end
    bomb = zipped({"OFD.xml": b"<OFD " + b" " * 40_000_000 + b"/>", "a": b""})
    yield "a bomb for its first part", bomb
    yield "local headers only", (b"PK\3\4" + bytes(26)) * 9000
    yield "brackets", b"[" * 200_000
    yield "brackets at hand", b"[" * 60_000
    yield "a comment that does not end", b"<?xml version='1.0'?>" + b"<!--" * 100_000
    yield "instructions", b"<?a?>" * 100_000
    yield "header lines", b"a: b\n" * 100_000
    yield "sync bytes", b"\xff\xfb" * 100_000
    yield "markers", b"\xff\xd8\xff" + b"\xff\xda\0\2" * 50_000
    yield "blocks", b"GIF89a" + bytes(7) + b"!\xf9\1" * 60_000
    yield "chunks", b"\x89PNG\r\n\x1a\n" + (bytes(4) + b"abcdefgh") * 10_000
    yield "boxes", b"\0\0\0\x08ftyp" * 50_000
    yield "digits", b"[" + b"9" * 60_000 + b"]"


@pytest.mark.parametrize(("what", "data"), list(hostile()), ids=lambda v: str(v)[:40])
def test_hostile_files_end_soon(what: str, data: bytes) -> None:
    start = perf_counter()
    told(data)
    CORE.identify(Ends(*ends(data)))
    assert perf_counter() - start < 1.0


WHOLE = sorted({**VALID, **STARTS, **{n: m for n, (m, _) in POLYGLOTS.items()}})


@pytest.mark.parametrize("name", [*VALID, *STARTS])
def test_no_beginning_of_a_file_raises_anything(name: str) -> None:
    data = made(name)[:400]
    for size in range(len(data)):
        told(data[:size])


@given(st.data())
def test_damaged_files_raise_nothing(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(WHOLE))
    maker = VALID.get(name) or STARTS.get(name) or POLYGLOTS[name][0]
    found = bytearray(maker()[:4000])
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, max(0, len(found) - 1)))
        found[at : at + 1] = data.draw(st.binary(max_size=3))
    told(bytes(found[: data.draw(st.integers(0, len(found)))]))


@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing(data: bytes) -> None:
    found = told(data)
    assert found.after <= len(data)


@given(st.binary(min_size=1, max_size=400), st.data())
def test_ends_read_as_the_file_does(data: bytes, draws: st.DataObject) -> None:
    head = draws.draw(st.integers(0, len(data)))
    tail = draws.draw(st.integers(0, len(data)))
    file = BytesSource("", data)
    part = Ends(data[:head], data[len(data) - tail :], len(data), file)
    offset = draws.draw(st.integers(0, len(data) + 5))
    size = draws.draw(st.integers(0, len(data) + 5))
    assert part.read(offset, size) == file.read(offset, size)


@given(st.dictionaries(st.text("ab/文", min_size=1), st.binary(max_size=9), max_size=5))
def test_a_directory_is_listed_as_it_was_written(parts: dict[str, bytes]) -> None:
    data = zipped(parts)
    found = find_listing(BytesSource("", b"junk" + data + b"more"))
    assert found is not None
    assert (found.start, found.stop) == (4, 4 + len(data))
    assert [member.name.decode() for member in found.members] == list(parts)


def test_the_ends_of_a_zip64_directory_are_found(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with ZipFile(path, "w") as archive:
        for number in range(65_540):
            archive.writestr(f"{number}", b"")
    found = CORE.identify(FileSource.of(path))
    assert (id_of(found), found.before, found.after) == ("zip", 0, 0)


def test_json_of_any_kind_is_told() -> None:
    for each in ({}, {"a": 1}, [[1]], [{"b": None}], ["x"], [1.5e3]):
        assert id_of(told(json.dumps(each, indent=2).encode())) == "json"
    for text in (b"{a}", b"[a]", b'{"a"', b"{} and more", b"[1] see below"):
        assert id_of(told(text)) == "txt"
