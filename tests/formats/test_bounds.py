"""What stands before the start and behind the end of a file is found, and named."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from corpus import media
from corpus.cannot_make import CannotMakeError
from corpus.identification import (
    INVALID,
    POLYGLOTS,
    STARTS,
    VALID,
    pdf,
    picture,
    zipped,
)
from egovarchive.formats import BytesSource, Identification
from egovarchive.formats.ends import HEAD_SIZE, TAIL_SIZE, Ends
from egovarchive.formats.identify import CoreIdentifier

JUNK = b"\x07junk that is no format\x07" * 3
# Formats whose own structure tells where they end.
ENDING = [
    "pdf/1.7",
    "jpeg/jfif",
    "jpeg/progressive",
    "jpeg/exif",
    "png/colour",
    "gif/still",
    "bmp/windows",
    "webp/lossless",
    "zip/two",
    "zip/with_a_comment",
    "ofd/usual",
    "docx/usual",
    "odt/usual",
    "wav/plain",
    "avi/plain",
    "mp4/usual",
    "mov/usual",
    "m4a/usual",
    "jp2/file",
    "wmv/usual",
    "7z/0.4",
]


def told(data: bytes) -> Identification:
    return CoreIdentifier().identify(BytesSource("", data))


def made(name: str) -> bytes:
    return (VALID.get(name) or STARTS[name])()


def film(name: str) -> bytes:
    try:
        return media.made(name)
    except CannotMakeError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_polyglot_is_told_as_both(name: str) -> None:
    maker, other = POLYGLOTS[name]
    found = told(maker())
    assert found.format is not None
    assert found.also is not None
    assert (found.format.id, found.also.id) == (name.split("/", maxsplit=1)[0], other)


def test_every_polyglot_is_in_the_corpus_of_the_invalid() -> None:
    assert set(INVALID) == set(POLYGLOTS)


@pytest.mark.parametrize("name", ENDING)
def test_bytes_behind_the_end_are_counted(name: str) -> None:
    found = told(made(name) + JUNK)
    assert (found.before, found.after, found.also) == (0, len(JUNK), None)


@pytest.mark.parametrize("name", ["mp4", "mov", "avi", "wav", "m4a", "wma", "wmv"])
def test_bytes_behind_sound_and_film_are_counted(name: str) -> None:
    assert told(film(name) + JUNK).after == len(JUNK)


@pytest.mark.parametrize("name", [n for n in ENDING if n != "pdf/1.7"])
def test_a_file_cut_off_has_nothing_behind_its_end(name: str) -> None:
    """A thumbnail's end is not the picture's, nor a box that is too long junk."""
    data = made(name)
    for size in range(max(30, len(data) - 60), len(data), 7):
        assert told(data[:size]).after == 0


def test_a_large_picture_cut_off_has_nothing_behind_its_end() -> None:
    noise = picture("JPEG")
    assert told(noise[:-2]).after == 0
    thumb = b"\xff\xe1" + struct.pack(">H", 2 + len(noise)) + noise
    whole = noise[:2] + thumb + noise[2:]
    assert told(whole).after == 0
    assert told(whole[:-10]).after == 0


@pytest.mark.parametrize("name", ["jpeg/jfif", "png/colour", "gif/still", "pdf/1.7"])
def test_a_large_archive_behind_a_file_is_found(name: str) -> None:
    """Neither the end of the one nor the start of the other is in the last 64 KiB."""
    archive = zipped({"a": bytes(range(256)) * 1000}, stored=True)
    data = made(name) + archive
    for source in (None, BytesSource("", data)):
        ends = Ends(data[:HEAD_SIZE], data[-TAIL_SIZE:], len(data), source)
        found = CoreIdentifier().identify(ends)
        assert found.also is not None
        assert found.also.id == "zip"


@pytest.mark.parametrize(
    "end", [b"", b"\n", b"\r\n", b"\r\n\r\n", b" \n", b"\t\n\n"], ids=repr
)
def test_blanks_behind_a_pdf_are_not_junk(end: bytes) -> None:
    assert told(pdf().rstrip() + end).after == 0


def test_bytes_before_a_pdf_are_counted() -> None:
    for junk in (b"\n", b"\xef\xbb\xbf", JUNK, b"\0" * 1000):
        found = told(junk + pdf())
        assert found.format is not None
        assert (found.format.id, found.before, found.also) == ("pdf", len(junk), None)


def test_what_starts_later_is_no_pdf() -> None:
    """Readers look at the first 1024 bytes."""
    assert told(b"\1" * 1024 + pdf()).format is not None
    assert told(b"\1" * 1025 + pdf()).format is None


def test_bytes_before_an_archive_are_counted() -> None:
    for junk in (b"\1\2" * 50, b"plain text, and nothing else\n"):
        found = told(junk + zipped({"a": b"a"}))
        assert found.format is not None
        assert (found.format.id, found.before, found.after) == ("zip", len(junk), 0)


def test_an_archive_far_behind_a_text_is_found() -> None:
    found = told(b"plain text\n" * 9000 + zipped({"a": b"a"}))
    assert found.format is not None
    assert found.also is not None
    assert (found.format.id, found.also.id) == ("txt", "zip")
    assert found.note == "ASCII; binary at its end"


def test_an_attachment_that_was_not_compressed_is_no_polyglot() -> None:
    found = told(pdf(body=zipped({"a.txt": b"a"})))
    assert (found.also, found.after) == (None, 0)


def test_an_earlier_picture_in_a_file_of_several_is_the_file() -> None:
    one = picture("JPEG")
    found = told(one + one)
    assert (found.after, found.also) == (len(one), None)


def bmp_without_a_size() -> bytes:
    data = bytearray(picture("BMP"))
    data[2:6] = bytes(4)
    return bytes(data)


def wave_that_was_streamed() -> bytes:
    data = bytearray(film("wav"))
    data[4:8] = b"\xff\xff\xff\xff"
    return bytes(data)


@pytest.mark.parametrize("maker", [bmp_without_a_size, wave_that_was_streamed])
def test_a_header_that_does_not_say_its_size_is_no_lie(
    maker: Callable[[], bytes],
) -> None:
    assert told(maker()).after == 0


def test_text_that_names_formats_is_text() -> None:
    found = told("见 <script> 与 %PDF-1.7、PK 的说明\n".encode())
    assert found.format is not None
    assert (found.format.id, found.also) == ("txt", None)
