"""Kept: read once, taken apart once, as long as there is room."""

from __future__ import annotations

import pytest
from attrs import define, field

from corpus.packaged import VALID
from egovarchive.errors import FormatError
from egovarchive.formats import DEFAULT_LIMITS, BytesSource
from egovarchive.formats.kept import LARGEST, Kept, Room
from egovarchive.formats.table import FORMATS
from egovarchive.formats.tools import core_tools
from egovarchive.formats.zip_audit import ZipFile

DATA = VALID["docx/whole"]() if "docx/whole" in VALID else next(iter(VALID.values()))()


@define
class Counted:
    """A source that counts how often it is read."""

    data: bytes = field(repr=False)
    reads: int = 0
    name: str = "a.docx"

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, size: int) -> bytes:
        self.reads += 1
        return self.data[offset : offset + size]


def test_all_tools_together_read_it_once() -> None:
    source, tools = Counted(DATA), core_tools()
    kept = Kept(source, Room())
    form = tools.identify(kept)[0].format
    assert form is not None
    tools.validate(kept, form)
    list(tools.facts(kept, form))
    assert source.reads == 1
    assert (kept.name, kept.size) == (source.name, source.size)


@pytest.mark.parametrize("name", [name for name in VALID if name.startswith("docx/")])
def test_they_say_of_it_what_they_say_of_the_file(name: str) -> None:
    data, tools = VALID[name](), core_tools()
    bare, kept = BytesSource("a.docx", data), Kept(BytesSource("a.docx", data), Room())
    assert tools.identify(kept) == tools.identify(bare)
    form = FORMATS["docx"]
    assert tools.validate(kept, form) == tools.validate(bare, form)
    assert list(tools.facts(kept, form)) == list(tools.facts(bare, form))


def test_its_directory_is_read_once_for_each_set_of_limits() -> None:
    kept = Kept(BytesSource("a.docx", DATA), Room())
    first = ZipFile.open(kept)
    assert ZipFile.open(kept) is first
    assert ZipFile.open(kept, DEFAULT_LIMITS, name_encoding="gbk") is not first


def test_what_there_is_no_room_for_is_not_kept() -> None:
    room = Room(left=2 * len(DATA) - 1)
    first, second = Counted(DATA), Counted(DATA)
    for source in (first, second):
        kept = Kept(source, room)
        assert kept.read(0, 2) + kept.read(2, 2) == DATA[:4]
        assert ZipFile.open(kept).entries
    assert first.reads == 1
    assert second.reads > 2
    assert not Room().take(LARGEST + 1)


def test_what_cannot_be_taken_apart_says_so_each_time() -> None:
    kept = Kept(BytesSource("a.docx", DATA[:100]), Room())
    for _ in range(2):
        with pytest.raises(FormatError):
            ZipFile.open(kept)
