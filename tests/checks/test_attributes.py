"""What metadata says of files, held against the files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from attrs import define, evolve, field
from lxml import etree

from checks.subjects import subject
from checks.told_files import (
    DOCX,
    OFD,
    PDF,
    PHOTO,
    SCAN,
    SHEETS,
    TOOLS,
    altered,
    packed,
    picture,
    scan,
    sound,
)
from egovarchive.checks.attribute import ATTRIBUTES, Comparison
from egovarchive.checks.attributes import compare
from egovarchive.checks.check import Said
from egovarchive.errors import FormatError
from egovarchive.formats import Facts, Format, Identification, Limits, Source, Tool
from egovarchive.formats.format import Kind
from egovarchive.formats.identify import CoreIdentifier
from egovarchive.formats.png import PngWalk
from egovarchive.formats.toolbox import Toolbox
from egovarchive.packages import Package
from egovarchive.profiles import Element
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.document import ColourMode, File
from egovarchive.records.outcome import Outcome


def compared(package: Package, tools: Toolbox = TOOLS) -> list[Said]:
    return list(compare(subject(package, tools=tools)))


def said(file: File, tools: Toolbox = TOOLS) -> list[tuple[Outcome, str]]:
    """Return what is said of *file*; look that it is said in both languages."""
    found = compared(packed(file), tools)
    assert all(one.en and one.zh and one.zh != one.en for one in found)
    return [(one.outcome, one.en) for one in found]


def outcomes(file: File, tools: Toolbox = TOOLS) -> list[Outcome]:
    return [outcome for outcome, _ in said(file, tools)]


RIGHT = [
    pytest.param(name, content, declared, id=f"{name}: {list(declared)}")
    for name, content, declared in (
        ("a.txt", b"text", {}),
        ("2025-note.txt", b"text", {"format": "txt"}),
        ("a.png", picture(), {"width": 3, "height": 2, "pages": 1}),
        ("a.png", picture(), {"format": "image/png"}),
        ("a.png", picture(), {"modified_at": datetime(2025, 5, 1, 9, 30, 40)}),
        ("a.png", picture(), {"created_at": datetime(2020, 1, 1)}),
        ("a.wav", sound(2.9), {"seconds": 2.9, "format": "WAV"}),
        ("a.wav", sound(2.9), {"seconds": 3}),
        ("a.wav", sound(0.1), {"seconds": 0.3}),
        ("a.wav", sound(30), {"seconds": 30.6}),
        ("a.ofd", OFD, {"pages": 1, "format": "OFD版式文件"}),
        ("a.ofd", OFD, {"created_at": datetime(2025, 3, 17, 15, 20)}),
        ("a.ofd", OFD, {"program": "egovarchive samples"}),
        ("a.docx", DOCX, {"created_at": datetime(2025, 3, 2, 20, 15)}),
        ("a.docx", DOCX, {"created_at": datetime(2025, 3, 3, 4, 15)}),
        ("a.docx", DOCX, {"pages": 7}),  # which it does not tell
        ("a.docx", DOCX, {"program": "LibreOffice Writer 7.4"}),
        ("a.xlsx", SHEETS, {"pages": 2, "format": "Excel"}),
        ("a.jpg", PHOTO, {"created_at": datetime(2025, 8, 13, 9, 42)}),
        ("a.jpg", PHOTO, {"width": 720, "height": 480, "format": "JPG图片"}),
        ("a.jpg", PHOTO, {"width": 480, "height": 720}),  # held upright
        ("a.tif", SCAN, {"pages": 2, "width": 2481, "height": 3508}),
    )
]


@pytest.mark.parametrize(("name", "content", "declared"), RIGHT)
def test_what_is_declared_rightly_passes(
    name: str, content: Any, declared: dict[str, Any]
) -> None:
    assert outcomes(File(name, content, **declared)) == [Outcome.PASSED]


WRONG = [
    pytest.param(name, content, declared, outcome, id=f"{name}: {declared}")
    for name, content, declared, outcome in (
        ("a.txt", b"text", {"format": "PDF"}, Outcome.FAILED),
        ("a.png", picture(), {"width": 4}, Outcome.FAILED),
        ("a.png", picture(), {"height": 3}, Outcome.FAILED),
        ("a.png", picture(), {"pages": 2}, Outcome.FAILED),
        ("a.png", picture(), {"format": "image/jpeg"}, Outcome.FAILED),
        ("a.png", picture(), {"format": "视频"}, Outcome.FAILED),
        ("a.png", picture(), {"modified_at": datetime(2025, 5, 1)}, Outcome.WARNED),
        ("a.wav", sound(2.9), {"seconds": 3.2}, Outcome.FAILED),
        ("a.wav", sound(30), {"seconds": 29.3}, Outcome.FAILED),
        ("a.wav", sound(30), {"format": "mp3"}, Outcome.FAILED),
        ("a.ofd", OFD, {"pages": 2}, Outcome.FAILED),
        ("a.ofd", OFD, {"format": "OFD 1.0"}, Outcome.WARNED),
        ("a.ofd", OFD, {"created_at": datetime(2025, 3, 18)}, Outcome.WARNED),
        ("a.ofd", OFD, {"program": "WPS Office 12.1"}, Outcome.WARNED),
        ("a.docx", DOCX, {"program": "LibreOffice 6.1"}, Outcome.WARNED),
        ("a.xlsx", SHEETS, {"pages": 1}, Outcome.WARNED),
        ("a.tif", SCAN, {"pages": 1}, Outcome.FAILED),
        ("a.jpg", PHOTO, {"width": 480}, Outcome.FAILED),
    )
]


@pytest.mark.parametrize(("name", "content", "declared", "outcome"), WRONG)
def test_what_is_declared_wrongly_is_told(
    name: str, content: Any, declared: dict[str, Any], outcome: Outcome
) -> None:
    assert outcomes(File(name, content, **declared)) == [outcome]


def test_a_finding_names_both_and_who_read_it() -> None:
    package = packed(File("a.png", picture(), width=4))
    (found,) = compared(package)
    (member,) = (m for m in package.members if m.path.endswith("a.png"))
    assert found == Said(
        Outcome.FAILED,
        "申报文件/001-a.png",
        "width in pixels: the metadata says '4', the file '3'",
        "像素宽：元数据为 '4'，文件实为 '3'",
        expected="4",
        found="3",
        tool=str(PngWalk().tool),
        digest=f"sha256:{member.digests['sha256']}",
    )


def test_a_pdf_has_as_many_pages_as_it_has() -> None:
    pytest.importorskip("pikepdf")
    from egovarchive.formats.pdf_reader import PikepdfReader  # noqa: PLC0415

    tools = evolve(TOOLS, readers=(PikepdfReader(),))
    right = File(
        "a.pdf",
        PDF,
        pages=1,
        format="PDF 1.6",
        program="LibreOffice 7.4",
        created_at=datetime(2025, 2, 24, 16, 32),
    )
    assert outcomes(right, tools) == [Outcome.PASSED]
    assert outcomes(evolve(right, pages=2), tools) == [Outcome.FAILED]
    assert outcomes(evolve(right, format="PDF 1.7"), tools) == [Outcome.WARNED]


@pytest.mark.parametrize(
    ("name", "content", "declared", "zh"),
    [
        ("a.wav", sound(1), {"pages": 1}, "WAV 音频没有该属性"),
        ("a.wav", sound(1), {"width": 1}, "WAV 音频没有该属性"),
        ("a.ofd", OFD, {"seconds": 3}, "OFD 版式文件没有该属性"),
        ("a.txt", b"text", {"seconds": 3}, "纯文本没有该属性"),
    ],
)
def test_what_a_file_cannot_have_is_told(
    name: str, content: Any, declared: dict[str, Any], zh: str
) -> None:
    (found,) = compared(packed(File(name, content, **declared)))
    assert found.outcome is Outcome.WARNED
    assert found.zh.endswith(zh)


@pytest.mark.parametrize(
    ("name", "content", "declared", "why"),
    [
        ("a.txt", b"text", {"pages": 3}, "pages: no tool tells it of this file"),
        ("a.bin", b"\0\1\2\3", {"pages": 3}, "pages: the format of the file is not"),
        ("a.bin", b"\0\1\2\3", {"format": "PDF"}, "format: the format of the file"),
        ("a.png", picture(), {"format": "某种格式"}, "format: '某种格式' cannot be"),
        ("a.png", picture(), {"format": "fmt/99999"}, "format: 'fmt/99999' cannot be"),
        ("a.ofd", OFD, {"width": 3}, "width in pixels: no tool tells it"),
    ],
)
def test_what_nobody_can_tell_has_not_passed(
    name: str, content: Any, declared: dict[str, Any], why: str
) -> None:
    ((outcome, en),) = said(File(name, content, **declared))
    assert outcome is Outcome.NOT_PERFORMED
    assert en.startswith(why)


def test_files_beside_it_pass() -> None:
    found = compared(packed(File("a.txt", b"text", pages=3), File("b.txt", b"text")))
    assert [(one.outcome, one.en) for one in found] == [
        (Outcome.PASSED, "1 files"),
        (Outcome.NOT_PERFORMED, "pages: no tool tells it of this file"),
    ]


@define
class Reader:
    """Reads what it is told to, and counts how often."""

    facts: Facts | FormatError
    reads_of: int = field(default=0, init=False)
    tool: Tool = field(default=Tool("reader", "1"))
    isolated: bool = False

    def reads(self, format: Format) -> bool:  # noqa: A002 - as the contract has it
        return True

    def read(
        self,
        source: Source,
        format: Format,  # noqa: A002 - as the contract has it
        limits: Limits,
    ) -> Facts:
        self.reads_of += 1
        if isinstance(self.facts, FormatError):
            raise self.facts
        return self.facts


def with_readers(*readers: Reader) -> Toolbox:
    return evolve(TOOLS, readers=readers)


def test_a_reader_that_fails_says_why_it_was_not_compared() -> None:
    tools = with_readers(Reader(FormatError("it is torn", "文件已损坏")))
    (found,) = compared(packed(File("a.txt", b"text", pages=3)), tools)
    assert found.outcome is Outcome.NOT_PERFORMED
    assert (found.en, found.zh) == ("pages: it is torn", "页数：文件已损坏")


def test_the_first_reader_that_tells_it_is_believed() -> None:
    torn = Reader(FormatError("torn", "损坏"))
    tools = with_readers(
        torn, Reader(Facts()), Reader(Facts(pages=3)), Reader(Facts(pages=4))
    )
    assert outcomes(File("a.txt", b"text", pages=3), tools) == [Outcome.PASSED]
    assert outcomes(File("a.txt", b"text", pages=4), tools) == [Outcome.FAILED]


def test_a_file_of_which_nothing_is_declared_is_not_read() -> None:
    reader = Reader(Facts(pages=3))
    assert outcomes(File("a.txt", b"text"), with_readers(reader)) == [Outcome.PASSED]
    assert reader.reads_of == 0
    declared = File("a.txt", b"text", pages=3, program="x", width=3)
    said(declared, with_readers(reader))
    assert reader.reads_of == 1


def test_what_a_hostile_file_says_of_itself_is_quoted() -> None:
    tools = with_readers(Reader(Facts(application="\0\u202e" + "x" * 10_000)))
    (found,) = compared(packed(File("a.txt", b"text", program="WPS")), tools)
    assert found.outcome is Outcome.WARNED
    assert (found.en + found.found).isprintable()
    assert len(found.en) < 400
    assert len(found.found) < 400


@define
class Pronom:
    """An identifier that gives a PRONOM identifier."""

    puid: str
    tool: Tool = field(default=Tool("pronom", "1"))

    def identify(self, source: Source) -> Identification:
        return Identification(tool=self.tool, puid=self.puid)


@pytest.mark.parametrize(
    ("declared", "outcome"),
    [
        ("fmt/11", Outcome.PASSED),  # PNG 1.0, as it is
        ("fmt/13", Outcome.WARNED),  # PNG 1.2: the version
        ("fmt/18", Outcome.FAILED),  # PDF
        ("fmt/99999", Outcome.NOT_PERFORMED),
    ],
)
def test_a_puid_is_compared_by_what_it_stands_for(
    declared: str, outcome: Outcome
) -> None:
    tools = evolve(TOOLS, identifiers=(CoreIdentifier(), Pronom("fmt/11")))
    found = outcomes(File("a.png", picture(), format=declared), tools)
    assert outcome in found
    assert set(found) <= {outcome, Outcome.WARNED}
    unknown = evolve(TOOLS, identifiers=(CoreIdentifier(), Pronom("fmt/99999")))
    found = outcomes(File("a.png", picture(), format="fmt/99999"), unknown)
    assert found == [Outcome.PASSED]


def test_a_file_that_no_metadata_describes_is_left_to_others() -> None:
    def change(root: etree._Element) -> None:
        (node,) = root.iter("file")
        parent = node.getparent()
        assert parent is not None
        parent.remove(node)

    (found,) = compared(altered(packed(File("a.png", picture())), change))
    assert (found.outcome, found.en) == (Outcome.PASSED, "no file to ask this of")


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.PASSED),
        ({"compression": "Group 4"}, Outcome.PASSED),
        ({"compression": "某种压缩"}, Outcome.PASSED),
        ({"compression": None}, Outcome.PASSED),
        ({"resolution": 200}, Outcome.WARNED),
        ({"colour_mode": ColourMode.COLOUR}, Outcome.WARNED),
        ({"compression": "JPEG"}, Outcome.WARNED),
    ],
)
def test_a_scan_is_what_its_digitisation_says(
    changes: dict[str, Any], outcome: Outcome
) -> None:
    package = packed(File("a.tif", SCAN), digitised=scan(**changes))
    assert [one.outcome for one in compared(package)] == [outcome]


def test_each_attribute_has_an_element_in_the_profile() -> None:
    elements = {
        path: part
        for path, part in GBT42727_2023.basic.walk("")
        if isinstance(part, Element)
    }
    for attribute in ATTRIBUTES:
        path = f"documents.{attribute.group or 'files'}.{attribute.value}"
        assert path in elements


def test_only_what_is_informative_may_be_declared_of_any_kind_of_file() -> None:
    for attribute in ATTRIBUTES:
        if attribute.comparison is Comparison.INFORMATIVE:
            assert all(attribute.informs(kind) for kind in Kind)
