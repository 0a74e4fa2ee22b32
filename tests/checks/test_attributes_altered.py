"""Metadata that is wrong in one attribute is caught, and by the check for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

import pytest
from lxml import etree

from archive.office import case, document, new_archive
from checks.subjects import subject
from checks.told_files import OFD, SCAN, TOOLS, altered, scan, sound
from egovarchive.checks import Report, Stage, run
from egovarchive.checks.attribute import ATTRIBUTES
from egovarchive.checks.attributes import compare
from egovarchive.packages import Package
from egovarchive.records.document import Document, File, Role
from egovarchive.records.outcome import Outcome

CHECK = "authenticity.content_attributes"
# Each attribute: its element, what stands there wrongly, and what the check says.
ALTERED: dict[str, tuple[str, str, Outcome]] = {
    "name": ("computer_file_name", "别的名称.tif", Outcome.FAILED),
    "size": ("computer_file_size", "7", Outcome.FAILED),
    "format": ("format_information", "image/png", Outcome.FAILED),
    "pages": ("total_number_of_pages", "3", Outcome.FAILED),
    "width": ("pixel_width", "2480", Outcome.FAILED),
    "height": ("pixel_height", "3509", Outcome.FAILED),
    "seconds": ("duration_in_seconds", "12.5", Outcome.FAILED),
    "program": ("document_creating_application", "WPS 2019", Outcome.WARNED),
    "created_at": (
        "computer_file_creation_time", "2025-03-16T10:00:00+08:00", Outcome.WARNED,
    ),
    "modified_at": (
        "computer_file_modification_time", "2025-07-01T09:14:00+08:00", Outcome.WARNED,
    ),
    "resolution": ("scanning_resolution", "600", Outcome.WARNED),
    "colour_mode": ("scanning_color_model", "彩色", Outcome.WARNED),
    "compression": ("image_compression_scheme", "LZW", Outcome.WARNED),
}  # fmt: skip


@cache
def told_in_full() -> Package:
    """Return a package in which each attribute is declared, rightly, and once."""
    paper = File(
        "扫描件.tif",
        SCAN,
        modified_at=datetime(2025, 7, 1, 9, 12),
        format="TIFF",
        pages=2,
        width=2481,
        height=3508,
    )
    licence = File(
        "许可证.ofd",
        OFD,
        created_at=datetime(2025, 3, 17),
        program="egovarchive samples",
    )
    return new_archive().pack(
        case(
            documents=[
                Document(
                    name="申请表",
                    role=Role.APPLICATION,
                    files=[paper],
                    digitised=scan(),
                ),
                document(File("录音.wav", sound(10), seconds=10), name="录音"),
                document(licence, name="许可证"),
            ]
        )
    )


def with_text(tag: str, text: str) -> Package:
    """Return the package that tells all, with another *text* in its first *tag*."""

    def change(root: etree._Element) -> None:
        node = next(root.iter(tag))
        assert node.text != text
        node.text = text

    return altered(told_in_full(), change)


def reported(package: Package) -> Report:
    return run(subject(package, tools=TOOLS), Stage.ARCHIVING)


def complaints(report: Report) -> set[tuple[str, Outcome]]:
    """Return what did not pass, without what nobody could look at."""
    fine = {Outcome.PASSED, Outcome.NOT_PERFORMED}
    return {(f.check, f.outcome) for f in report.findings if f.outcome not in fine}


@cache
def usual() -> frozenset[tuple[str, Outcome]]:
    return frozenset(complaints(reported(told_in_full())))


def test_a_package_that_tells_all_rightly_is_fine() -> None:
    assert not [check for check, _ in usual() if check == CHECK]


def test_each_attribute_is_altered_once() -> None:
    assert list(ALTERED) == list(dict.fromkeys(a.value for a in ATTRIBUTES))


@pytest.mark.parametrize("attribute", ALTERED)
def test_metadata_wrong_in_one_attribute_is_caught_by_this_check_alone(
    attribute: str,
) -> None:
    tag, text, outcome = ALTERED[attribute]
    new = complaints(reported(with_text(tag, text))) - usual()
    expected = {(CHECK, outcome)}
    if attribute == "size":
        # It is looked at without any tool, too: that check is always required.
        expected.add(("authenticity.links", Outcome.FAILED))
    assert new == expected


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("computer_file_size", "1,234"),
        ("total_number_of_pages", "两页"),
        ("duration_in_seconds", "00:00:10"),
        ("pixel_width", "1e3"),
        ("computer_file_modification_time", "昨天"),
        ("scanning_color_model", "黑白"),
    ],
)
def test_what_cannot_be_read_is_left_to_the_checks_of_forms(
    tag: str, text: str
) -> None:
    package = with_text(tag, text)
    found = list(compare(subject(package, tools=TOOLS)))
    assert {one.outcome for one in found} <= {Outcome.PASSED, Outcome.NOT_PERFORMED}
    kinds = {"authenticity.metadata_types", "authenticity.metadata_values"}
    checks: Iterable[str] = (c for c, _ in complaints(reported(package)))
    assert kinds & set(checks)
