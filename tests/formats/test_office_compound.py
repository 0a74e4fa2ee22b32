"""Documents of Word, Excel, PowerPoint 97–2003, and of Kingsoft."""

from __future__ import annotations

import random
import struct
import time
from contextlib import suppress
from datetime import datetime, timezone

import pytest

from corpus.compound_writer import compound
from corpus.compounds import INVALID, VALID, doc, native, part, ppt, record
from corpus.packaged import kept
from egovarchive.errors import EgovArchiveError, FormatError
from egovarchive.formats import Aspect, BytesSource, Facts, Limits, Observation
from egovarchive.formats.compound_end import used_and_covered
from egovarchive.formats.compound_files import CompoundOpener, CompoundReader
from egovarchive.formats.office_compound import CompoundValidator
from egovarchive.formats.summary import properties
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome


def said(data: bytes, kind: str) -> list[Observation]:
    source = BytesSource(f"a.{kind}", data)
    return list(CompoundValidator().validate(source, FORMATS[kind], Limits()))


def facts(data: bytes, kind: str) -> Facts:
    source = BytesSource(f"a.{kind}", data)
    return CompoundReader().read(source, FORMATS[kind], Limits())


def kind_of(case: str) -> str:
    return case.partition("/")[0]


@pytest.mark.parametrize("case", VALID)
def test_a_right_document_passes(case: str) -> None:
    assert not said(VALID[case](), kind_of(case))


@pytest.mark.parametrize("case", INVALID)
def test_a_wrong_document_does_not(case: str) -> None:
    make, aspect = INVALID[case]
    found = [each for each in said(make(), kind_of(case)) if each.aspect is aspect]
    assert {each.outcome for each in found} & {Outcome.FAILED, Outcome.WARNED}
    assert all(each.en and each.zh for each in found)


def test_it_answers_all_that_is_asked_of_documents() -> None:
    for kind in ("doc", "xls", "ppt", "wps", "et", "dps"):
        assert CompoundValidator().answers(FORMATS[kind]) == FORMATS[kind].asks
    left = FORMATS["ole"].asks - CompoundValidator().answers(FORMATS["ole"])
    assert left == {Aspect.SELF_CONTAINED}
    assert not CompoundValidator().answers(FORMATS["docx"])


def test_what_is_encrypted_is_not_called_free_of_macros() -> None:
    for case in ("xls/encrypted", "ppt/encrypted"):
        found = said(INVALID[case][0](), kind_of(case))
        assert Observation(
            Aspect.PASSIVE, Outcome.NOT_PERFORMED, "is encrypted", "已加密",
            found[-1].place if case.startswith("xls") else "",
        ) in found  # fmt: skip


def test_streams_that_share_their_bytes_are_not_read() -> None:
    data = bytearray(compound({f"s{n}": bytes(5000) for n in range(30)}))
    at = data.index("s7".encode("utf-16-le"))
    struct.pack_into("<I", data, at + 120, 1 << 30)
    (found,) = said(bytes(data), "ole")
    assert found.aspect is Aspect.COMPLETE
    assert "the file only" in found.en


def test_the_end_of_a_large_file_is_found() -> None:
    """Its table has more sectors than the header can name."""
    free = struct.pack("<128I", *[0xFFFFFFFF] * 128)
    last = struct.pack("<128I", 0xFFFFFFFE, *[0xFFFFFFFF] * 127)
    more = struct.pack("<128I", 1, *[0xFFFFFFFF] * 127)
    header = bytearray(512)
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 44, 110)
    struct.pack_into("<2I", header, 68, 2, 1)
    struct.pack_into("<109I", header, 76, *[0] * 109)
    source = BytesSource("a", bytes(header) + free + last + more + bytes(60_000))
    used, covered = used_and_covered(source)
    assert used == (109 * 128 + 2) * 512
    assert covered == (110 * 128 + 1) * 512
    cut = BytesSource("a", source.data[: 4 * 512 - 1])
    assert used_and_covered(cut)[0] == 512


def test_very_many_streams_end_in_time() -> None:
    data = compound({f"{n}": b"x" for n in range(3000)})
    started = time.process_time()
    (found,) = said(data, "ole")
    assert found.outcome is Outcome.NOT_PERFORMED
    assert time.process_time() - started < 4


def test_records_that_contain_each_other_end_in_time() -> None:
    deep = b""
    for _ in range(5000):
        deep = part(0x03E8, deep)
    started = time.process_time()
    assert not said(ppt(deep), "ppt")
    said(compound({"Workbook": record(0x809) + bytes(4) * 200_000 + b"x"}), "xls")
    assert time.process_time() - started < 4


def test_a_text_tells_its_title_and_dates() -> None:
    found = facts(kept("text.doc"), "doc")
    assert found.title == "不予受理通知书"
    assert found.created == datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc)
    assert found.modified == datetime(2026, 3, 2, 10, 15, tzinfo=timezone.utc)


def test_a_workbook_tells_its_sheets() -> None:
    assert facts(kept("sheets.xls"), "xls").pages == 2


def test_a_document_that_says_nothing_has_no_facts() -> None:
    assert facts(doc(), "doc") == Facts()
    assert facts(ppt(), "ppt") == Facts()


def property_set(*values: tuple[int, bytes]) -> bytes:
    """Return a set of *values*: numbers, and what stands under them."""
    places, body = b"", b""
    start = 8 + 8 * len(values)
    for number, value in values:
        places += struct.pack("<2I", number, start + len(body))
        body += value
    section = struct.pack("<2I", start + len(body), len(values)) + places + body
    return bytes(44) + struct.pack("<I", 48) + section


def test_properties_are_read_in_their_code_page() -> None:
    text = "申请表".encode("gbk") + b"\0"
    data = property_set(
        (1, struct.pack("<HHhH", 2, 0, 936, 0)),
        (2, struct.pack("<HHI", 30, 0, len(text)) + text),
        (4, struct.pack("<HHI", 31, 0, 3) + "张三\0".encode("utf-16-le")),
        (12, struct.pack("<HHQ", 64, 0, 0)),
        (13, struct.pack("<HHQ", 64, 0, 1 << 63)),
        (14, struct.pack("<HHi", 3, 0, 12)),
        (17, struct.pack("<HH", 71, 0)),
    )
    assert properties(data) == {1: 936, 2: "申请表", 4: "张三", 14: 12}
    assert not properties(data[:50])
    assert facts(doc({"\x05SummaryInformation": data}), "doc").pages == 12


def test_an_unknown_code_page_does_no_harm() -> None:
    data = property_set(
        (1, struct.pack("<HHhH", 2, 0, 12345, 0)),
        (2, struct.pack("<HHI", 30, 0, 1) + b"a\0\0\0"),
    )
    assert properties(data)[2] == "a"


def test_slides_are_read_from_the_second_set() -> None:
    data = property_set((7, struct.pack("<HHi", 3, 0, 9)))
    streams = {"PowerPoint Document": b"", "\x05DocumentSummaryInformation": data}
    assert facts(compound(streams), "ppt").pages == 9


def test_embedded_files_are_taken_out() -> None:
    data = compound({
        "ObjectPool/\x01Ole10Native": native("表.exe".encode("gbk"), b"MZ"),
        "MBD1/Package": b"PK\3\4",
        "Broken/\x01Ole10Native": b"\1\0\0\0x",
    })  # fmt: skip
    taken = CompoundOpener().children(
        BytesSource("a.doc", data), FORMATS["doc"], Limits()
    )
    assert {each.name: each.read(0, 99) for each in taken} == {
        "表.exe": b"MZ",
        "Package": b"PK\3\4",
        "Ole10Native": b"x",
    }
    assert CompoundOpener().opens(FORMATS["ppt"])
    assert CompoundReader().reads(FORMATS["wps"])


def test_a_file_that_is_none_is_refused() -> None:
    with pytest.raises(FormatError):
        facts(b"x" * 1000, "doc")
    with pytest.raises(FormatError):
        next(CompoundOpener().children(
            BytesSource("a", b"x"), FORMATS["doc"], Limits()
        ))  # fmt: skip


def test_damage_that_can_be_seen_is_seen() -> None:
    good = kept("text.doc")
    for share in (0.1, 0.3, 0.5):
        assert said(good[: int(len(good) * share)], "doc")


def test_mutated_documents_end_with_findings_only() -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same every time
    originals = [(kind_of(case), make()) for case, make in VALID.items()]
    for _ in range(600):
        kind, good = chance.choice(originals)
        data = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        said(bytes(data), kind)
        source = BytesSource("a", bytes(data))
        with suppress(EgovArchiveError):
            facts(bytes(data), kind)
        with suppress(EgovArchiveError):
            list(CompoundOpener().children(source, FORMATS[kind], Limits()))
