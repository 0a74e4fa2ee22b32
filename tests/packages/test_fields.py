"""What a package says of itself, and what becomes of it when it is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime

import pytest
from attrs import evolve
from lxml import etree

from corpus.attacks import honest
from corpus.forge import Entry, entries_of, listed, zipped
from egovarchive.errors import PackageError
from egovarchive.packages import Package, build
from egovarchive.packages.fields import basic_values, process_values
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023 as PROFILE
from egovarchive.records.document import Document, File, Role
from packages.filings import ITEM_CODE, bytes_of, filing_of, opened, sha256

Change = Callable[[etree._Element], None]


def changed(
    change: Change,
    path: str = "基本信息元数据.xml",
    entries: Iterable[Entry] | None = None,
) -> Package:
    """Return a whole package, the metadata of which *change* was done to."""
    entries = list(honest() if entries is None else entries)
    for index, entry in enumerate(entries):
        if entry.path.decode() == path:
            root = etree.fromstring(entry.data)
            change(root)
            data = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
            entries[index] = evolve(entry, data=data)
    return opened(zipped(listed(entries)))


def without(tag: str) -> Change:
    def change(root: etree._Element) -> None:
        for node in list(root.iter(tag)):
            parent = node.getparent()
            assert parent is not None
            parent.remove(node)

    return change


def with_text(tag: str, text: str) -> Change:
    def change(root: etree._Element) -> None:
        node = root.find(f".//{tag}")
        assert node is not None
        node.text = text

    return change


def test_every_value_has_an_element_in_the_profile() -> None:
    """A value without one would be lost without a word."""
    filing = filing_of()
    placed = {(i, 0): (f"p{i}", 1) for i in range(3)}
    for values, scheme in (
        (basic_values(filing, placed), PROFILE.basic),
        (process_values(filing), PROFILE.process),
    ):
        known = {part.value for part in scheme.parts}
        assert set(values.texts) | set(values.groups) <= known


def test_the_untouched_package_is_fine() -> None:
    assert changed(lambda _: None).filing() == filing_of()


@pytest.mark.parametrize(
    ("tag", "place"),
    [
        ("project_id", "number"),
        ("title", "title"),
        ("task_code", "item_code"),
        ("transact_time", "concluded_on"),
        ("result", "decision"),
        ("applicant", "applicant"),
        ("fonds_identifier", "fonds"),
        ("retention_period", "retention"),
        ("agent_name", "applicant.name"),
        ("document_role", "documents[0].role"),
        ("current_location", "documents[0].files[0].path"),
    ],
)
def test_what_is_missing_is_named_by_its_place(tag: str, place: str) -> None:
    with pytest.raises(PackageError) as caught:
        changed(without(tag)).filing()
    assert str(caught.value).startswith(f"metadata: {place}: it is missing")
    assert caught.value.message("zh").startswith(f"元数据：{place}: 缺少该项")


@pytest.mark.parametrize(
    ("tag", "text", "place"),
    [
        ("transact_time", "2026年5月20日", "concluded_on"),
        ("transact_time", "2026-02-30", "concluded_on"),
        ("transact_time", "1066-10-14", "concluded_on"),
        ("result", "也许", "decision"),
        ("year", "26", "year"),
        ("year", "二〇二六", "year"),
        ("retention_period", "D0", "retention"),
        ("archival_code_template", "DA/T 99", "template"),
        ("category_code", "文书", "category"),
        ("task_code", "事项", "code"),
        ("project_id", "9" * 65, "number"),
        ("contacted_card", "91350100M000100Y44", "applicant.identifier"),
        ("document_role", "其他", "documents[0].role"),
        ("computer_file_name", "../../etc/passwd", "documents[0].files[0].name"),
        ("file_standard_name", "长" * 201, "documents[0].name"),
    ],
)
def test_what_breaks_its_rule_is_named_by_its_place(
    tag: str, text: str, place: str
) -> None:
    with pytest.raises(PackageError) as caught:
        changed(with_text(tag, text)).filing()
    assert str(caught.value).startswith(f"metadata: {place}: ")
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "text", ["昨天", "2026-05-01T09:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_a_moment_that_cannot_be_is_refused(text: str) -> None:
    package = changed(with_text("action_time", text), "过程信息元数据.xml")
    with pytest.raises(PackageError, match=r"^metadata: steps\[0\]"):
        package.filing()


def test_what_is_optional_may_be_missing() -> None:
    for tag in ("task_basic_code", "social_code", "card_type"):
        drop = without(tag)

        def change(root: etree._Element, drop: Change = drop, tag: str = tag) -> None:
            drop(root)
            if tag == "card_type":
                without("contacted_card")(root)

        filing = changed(change).filing()
        assert filing.case.item.basic_code == ITEM_CODE[19:]


def test_a_file_that_is_not_there_is_refused() -> None:
    package = changed(with_text("current_location", "申报文件/001-b.txt"))
    with pytest.raises(PackageError, match=r"no member '申报文件/001-b\.txt'"):
        package.filing()


DECLARED = {
    "computer_file_modification_time": "2026-05-01T09:00:00+08:00",
    "format_information": "PDF 1.7",
    "total_number_of_pages": "3",
    "pixel_width": "1654",
    "pixel_height": "2339",
    "duration_in_seconds": "92.5",
}


def declaring() -> Package:
    """Return a package with all that may be declared of a file."""
    file = File(
        "a.pdf",
        b"x",
        modified_at=datetime(2026, 5, 1, 9),
        format="PDF 1.7",
        pages=3,
        width=1654,
        height=2339,
        seconds=92.5,
    )
    documents = [Document(name="材料", role=Role.APPLICATION, files=[file])]
    return opened(bytes_of(build(filing_of(*documents), PROFILE)))


def test_what_is_declared_of_a_file_has_an_element_each() -> None:
    package = declaring()
    (file,) = package.filing().case.documents[0].files
    assert (file.pages, file.width, file.height) == (3, 1654, 2339)
    assert (file.format, file.seconds) == ("PDF 1.7", 92.5)
    assert str(file.modified_at) == "2026-05-01 09:00:00+08:00"
    root = etree.fromstring(metadata_of(package))
    assert {tag: root.findtext(f".//{tag}") for tag in DECLARED} == DECLARED


def test_what_is_not_declared_has_no_element() -> None:
    metadata = metadata_of(opened(bytes_of(build(filing_of(), PROFILE))))
    assert not [tag for tag in DECLARED if tag.encode() in metadata]


@pytest.mark.parametrize(
    ("tag", "text", "place"),
    [
        ("total_number_of_pages", "0", "pages"),
        ("total_number_of_pages", "三", "pages"),
        ("pixel_width", "1,654", "width"),
        ("duration_in_seconds", "0", "seconds"),
        ("duration_in_seconds", "00:01:32", "seconds"),
        ("computer_file_modification_time", "昨天", "modified_at"),
    ],
)
def test_what_is_declared_wrongly_is_named_by_its_place(
    tag: str, text: str, place: str
) -> None:
    package = changed(with_text(tag, text), entries=entries_of(declaring()))
    with pytest.raises(PackageError) as caught:
        package.filing()
    place = f"documents[0].files[0].{place}"
    assert str(caught.value).startswith(f"metadata: {place}: ")


def metadata_of(package: Package) -> bytes:
    (member,) = (m for m in package.members if m.path == PROFILE.basic_path)
    return package.read(member)


def test_one_applicant_and_no_more() -> None:
    def twice(root: etree._Element) -> None:
        node = root.find("applicant")
        assert node is not None
        root.insert(0, etree.fromstring(etree.tostring(node, with_tail=False)))

    with pytest.raises(PackageError, match="applicant: it stands 2 times"):
        changed(twice).filing()


def test_a_hostile_number_of_files_is_read_in_time() -> None:
    """Each file asks for its member: by a table, not by a walk."""
    files = [File(f"{number}", b"x") for number in range(20_000)]
    many = filing_of(Document(name="多", role=Role.RESULT, files=files))
    package = opened(bytes_of(build(many, PROFILE, memory=1 << 30)))
    started = time.process_time()
    assert len(package.filing().case.documents[0].files) == 20_000
    assert time.process_time() - started < 8


def test_metadata_is_read_once() -> None:
    package = opened(bytes_of(build(filing_of(), PROFILE)))
    assert package.metadata() is package.metadata()
    assert package.filing() is package.filing()


def test_what_packages_may_declare_anew_leaves_the_others_as_they_were() -> None:
    """Packing a case again gives the package that is stored, byte for byte."""
    stored = "919dbaf1d742bf82356f4efc25b6ece05393d8c20686e8fa90abcc94f48233bd"
    assert sha256(bytes_of(build(filing_of(), PROFILE))) == stored
