"""Compound files are read as they were written, and end soon if they are hostile."""

from __future__ import annotations

import struct
from contextlib import suppress
from time import perf_counter
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.compound_writer import WORD, compound
from egovarchive.errors import FormatError
from egovarchive.formats import BytesSource, Limits
from egovarchive.formats.compound import Compound, CompoundEntry, EntryKind

STREAMS = {
    "WordDocument": b"text" * 2000,
    "\x05SummaryInformation": b"small",
    "Macros/dir": b"m" * 200,
    "Macros/ThisDocument": bytes(5000),
    "empty": b"",
    "just below": b"b" * 4095,
    "just above": b"a" * 4096,
}
SECTOR = 512
DIRECTORY_AT = 48  # in the header: where the directory starts
FAT_AT = 76  # in the header: where the FAT lies


def opened(data: bytes, limits: Limits | None = None) -> Compound:
    source = BytesSource("a.doc", data)
    return Compound.open(source) if limits is None else Compound.open(source, limits)


def number(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0])


def directory_of(data: bytes) -> int:
    return (number(data, DIRECTORY_AT) + 1) * SECTOR


def changed(data: bytes, at: int, value: int) -> bytes:
    return data[:at] + struct.pack("<I", value) + data[at + 4 :]


def test_streams_are_read_as_they_were_written() -> None:
    found = opened(compound(STREAMS, WORD))
    for path, data in STREAMS.items():
        assert found.read(path, 1 << 20) == data


def test_the_directory_is_told() -> None:
    found = opened(compound(STREAMS, WORD))
    assert found.clsid == UUID("00020906-0000-0000-c000-000000000046")
    assert found.version == 3
    root, *entries = found.entries
    assert (root.path, root.kind) == ("", EntryKind.ROOT)
    told = {entry.path: (entry.size, entry.kind) for entry in entries}
    wanted = {p: (len(data), EntryKind.STREAM) for p, data in STREAMS.items()}
    assert told == {**wanted, "Macros": (0, EntryKind.STORAGE)}


def test_no_more_than_asked_for_is_read() -> None:
    found = opened(compound(STREAMS))
    for path in STREAMS:
        assert found.read(path, 3) == STREAMS[path][:3]
        assert found.read(path, 0) == b""


def test_names_are_found_in_any_case() -> None:
    found = opened(compound(STREAMS))
    entry = found.find("WORDDOCUMENT")
    assert isinstance(entry, CompoundEntry)
    assert entry.size == 8000
    assert found.find("Macros") is None  # a storage is no stream
    with pytest.raises(FormatError, match="no stream 'x'"):
        found.read("x", 9)


def _counted(size: int) -> bytes:
    return (bytes(range(251)) * 20)[:size]


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.text("abcd文", min_size=1, max_size=8),
        # Those above 4,096 bytes lie in sectors of their own.
        st.one_of(st.binary(max_size=300), st.integers(4000, 5000).map(_counted)),
        max_size=12,
    ).filter(lambda streams: len({name.casefold() for name in streams}) == len(streams))
)
def test_whatever_is_written_is_read(streams: dict[str, bytes]) -> None:
    found = opened(compound(streams))
    assert {e.path for e in found.entries[1:]} == set(streams)
    assert {path: found.read(path, 1 << 20) for path in streams} == streams


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a compound file"),
        (b"PK\3\4" + bytes(600), "not a compound file"),
        (compound(STREAMS)[:511], "not a compound file"),
        (compound(STREAMS)[:512], "root"),
        (changed(compound(STREAMS), 24, 0x0009003E), "version 9"),
        (changed(compound(STREAMS), DIRECTORY_AT, 9999), "sector 9999 is not"),
        (changed(compound(STREAMS), DIRECTORY_AT, 0), "root"),
    ],
    ids=["empty", "zip", "cut", "header", "version", "outside", "elsewhere"],
)
def test_what_is_broken_is_an_error(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        opened(data)


def test_a_stream_whose_chain_breaks_off_is_an_error() -> None:
    data = compound({"big": bytes(9000)})
    fat = (number(data, FAT_AT) + 1) * SECTOR
    for value in (0xFFFFFFFE, 0xFFFFFFFF, 123_456):
        broken = opened(changed(data, fat, value))
        assert broken.read("big", SECTOR) == bytes(SECTOR)
        with pytest.raises(FormatError, match=r"breaks off|not in the table"):
            broken.read("big", 9000)


def test_a_stream_that_says_it_is_longer_than_the_file_is_an_error() -> None:
    data = compound({"big": bytes(9000)})
    entry = directory_of(data) + 128
    lying = opened(changed(data, entry + 120, 0x7FFFFFFF))
    with pytest.raises(FormatError):
        lying.read("big", 1 << 40)


def test_folders_in_a_circle_are_an_error() -> None:
    data = compound(STREAMS)
    first = directory_of(data) + 128
    for link in (68, 72, 76):  # left, right, child
        for target in (0, 1):
            with pytest.raises(FormatError, match="in a circle"):
                opened(changed(data, first + link, target))


def test_a_directory_in_a_circle_is_an_error() -> None:
    data = compound(STREAMS)
    fat = (number(data, FAT_AT) + 1) * SECTOR
    start = number(data, DIRECTORY_AT)
    looped = changed(data, fat + 4 * start, start)
    with pytest.raises(FormatError):
        opened(looped, Limits(entries=20))
    with pytest.raises(FormatError, match="missing"):
        opened(looped)


def test_a_table_in_a_circle_ends() -> None:
    """The chain of sectors that name sectors of the FAT leads back to itself."""
    data = bytearray(compound(STREAMS))
    struct.pack_into("<I", data, 68, 0)
    struct.pack_into("<I", data, SECTOR + 508, 0)
    with pytest.raises(FormatError):
        opened(bytes(data) + bytes(50 * SECTOR)).read("x", 1)


def test_too_many_entries_are_an_error() -> None:
    with pytest.raises(FormatError, match="more than 3 directory entries"):
        opened(compound(STREAMS), Limits(entries=3))


def test_storages_too_deep_are_an_error() -> None:
    data = bytearray(compound({f"s{n}": b"" for n in range(200)}))
    start = directory_of(bytes(data))
    for at in range(1, 201):
        entry = start + 128 * at
        data[entry + 66] = 1
        links = (0xFFFFFFFF, 0xFFFFFFFF, at + 1 if at < 200 else 0xFFFFFFFF)
        struct.pack_into("<3I", data, entry + 68, *links)
    with pytest.raises(FormatError, match="too deep"):
        opened(bytes(data))


@pytest.mark.parametrize("filling", [b"\0\0\0\0", b"\1\0\0\0", b"\xfe\xff\xff\xff"])
def test_a_large_hostile_file_ends_soon(filling: bytes) -> None:
    data = compound(STREAMS) + filling * 1_000_000
    start = perf_counter()
    for at in (44, 48, 60, 64, 68, 72, 76):
        with suppress(FormatError):
            found = opened(changed(data, at, 1))
            for entry in found.entries:
                found.read(entry.path, 1 << 20)
    assert perf_counter() - start < 2.0


WHOLE = compound(STREAMS, WORD)


@given(
    st.lists(
        st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=5)), max_size=6
    )
)
def test_damage_is_an_error_of_ours_or_none(damage: list[tuple[int, bytes]]) -> None:
    data = bytearray(WHOLE)
    for at, new in damage:
        data[at : at + len(new)] = new
    try:
        found = opened(bytes(data))
    except FormatError:
        return
    for entry in found.entries:
        with suppress(FormatError):
            assert len(found.read(entry.path, 1 << 20)) <= len(data)
