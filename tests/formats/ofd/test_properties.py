"""What OFD documents say of themselves, and what lies in them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from attrs import evolve

from corpus import ofd
from corpus import ofd_maker as made
from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import DEFAULT_LIMITS, BytesSource, Facts, FileSource
from egovarchive.formats.ofd.opener import OfdOpener
from egovarchive.formats.ofd.properties import OfdReader, moment
from egovarchive.formats.table import FORMATS
from formats.ofd_reports import OFD, SAMPLES


def facts(data: bytes) -> Facts:
    return OfdReader().read(BytesSource("a.ofd", data), OFD, DEFAULT_LIMITS)


def children(data: bytes) -> dict[str, bytes]:
    source = BytesSource("a.ofd", data)
    return {
        child.name: child.read(0, child.size)
        for child in OfdOpener().children(source, OFD, DEFAULT_LIMITS)
    }


def test_they_are_for_ofd_only() -> None:
    assert OfdReader().reads(OFD)
    assert OfdOpener().opens(OFD)
    assert not OfdReader().reads(FORMATS["pdf"])
    assert not OfdOpener().opens(FORMATS["zip"])
    assert not OfdReader().isolated
    assert not OfdOpener().isolated
    assert OfdReader().tool == OfdOpener().tool


def test_its_facts_are_those_of_doc_info() -> None:
    assert facts(made.changed()) == Facts(
        pages=1,
        application="corpus 1.0",
        title="公共场所卫生许可证",
        created=datetime(2025, 3, 17),
    )


def test_pages_are_counted_as_listed() -> None:
    many = made.document(pages=["Pages/Page_0/Content.xml"] * 30_000)
    assert facts(made.changed(Doc_0__Document=many)).pages == 30_000


def test_a_document_that_cannot_be_read_has_no_number_of_pages() -> None:
    with pytest.raises(FormatError):
        facts(made.changed(Doc_0__Document=b"<Document"))


def test_a_document_beyond_the_limits_is_not_wrong() -> None:
    source = BytesSource("a.ofd", made.changed())
    with pytest.raises(ToolError):
        OfdReader().read(source, OFD, evolve(DEFAULT_LIMITS, entries=2))


def test_what_it_does_not_say_is_not_there() -> None:
    bare = made.xml("OFD", "<DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody>")
    assert facts(made.changed(OFD=bare)) == Facts(pages=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-17", datetime(2025, 3, 17)),
        ("20250317", datetime(2025, 3, 17)),
        ("2025-03-17T16:10:00", datetime(2025, 3, 17, 16, 10)),
        ("2025-03-17 16:10:00.25", datetime(2025, 3, 17, 16, 10)),
        ("20250317161000Z", datetime(2025, 3, 17, 16, 10, tzinfo=timezone.utc)),
        (
            "2025-03-17T16:10:00+08:00",
            datetime(2025, 3, 17, 16, 10, tzinfo=timezone(timedelta(hours=8))),
        ),
        ("2025-03-17T16:10:00+99:00", None),
        ("2025-13-17", None),
        ("0000-01-01", None),
        ("2025年3月17日", None),
        ("", None),
    ],
)
def test_dates_are_read_as_real_files_write_them(
    text: str, expected: datetime | None
) -> None:
    assert moment(text) == expected


def test_attachments_and_images_are_taken_out_and_parts_and_fonts_are_not() -> None:
    assert children(made.changed()) == {}
    assert children(made.signed()) == {}
    assert children(made.with_attachment(b"MZ", "安装.exe")) == {"安装.exe": b"MZ"}
    assert children(made.with_image(made.png())) == {"a.png": made.png()}


def test_what_nothing_mentions_is_taken_out_too() -> None:
    data = made.with_files({"Doc_0/../x/evil.sh": b"#!", "page.xml": b"no part"})
    assert children(data) == {"evil.sh": b"#!", "page.xml": b"no part"}


def test_a_part_that_is_none_is_a_file_like_any_other() -> None:
    data = made.changed(Doc_0__Pages__Page_0__Content=b"X5O!P%")
    assert children(data) == {"Content.xml": b"X5O!P%"}


def test_what_cannot_be_taken_out_is_not_passed_over() -> None:
    source = BytesSource("a.ofd", made.with_attachment(b"text"))
    limits = evolve(DEFAULT_LIMITS, seconds=-1.0)
    with pytest.raises(FormatError):
        list(OfdOpener().children(source, OFD, limits))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_another_reader_reads_the_same(sample: Path) -> None:
    """`ofdkit`, written by others from the same standard."""
    ofdkit = pytest.importorskip("ofdkit", reason="ofdkit is not installed")
    found = OfdReader().read(FileSource.of(sample), OFD, DEFAULT_LIMITS)
    with ofdkit.open(str(sample)) as other:
        assert found.pages == len(other.pages)
        assert found.title == other.info.title
        assert found.application == f"{other.info.creator} {other.info.creator_version}"
        assert found.created == moment(other.info.creation_date)


@pytest.mark.parametrize("name", ofd.VALID)
def test_another_reader_opens_what_the_corpus_says_is_right(name: str) -> None:
    ofdkit = pytest.importorskip("ofdkit", reason="ofdkit is not installed")
    data = ofd.VALID[name]()
    with ofdkit.open(data) as other:
        assert facts(data).pages == len(other.pages)
        assert "卫生许可证" in other.text()
