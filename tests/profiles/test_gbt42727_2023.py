"""The generic package of GB/T 42727—2023."""

from __future__ import annotations

import re
from typing import Any

import attrs
import pytest

from egovarchive.profiles import Element, Group
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023 as PROFILE
from egovarchive.records.case import MAX_NUMBER_LENGTH, Case, JointHandling, Licence
from egovarchive.records.document import Digitisation, Document, File, Role
from egovarchive.records.filing import Filing
from egovarchive.records.item import ServiceItem
from egovarchive.records.party import Party
from egovarchive.records.step import Step
from egovarchive.records.text import MAX_NAME_BYTES, Text

PARTS = [*PROFILE.basic.walk(), *PROFILE.process.walk()]
ELEMENTS = [(path, part) for path, part in PARTS if isinstance(part, Element)]


def test_the_layout_is_that_of_the_standard() -> None:
    """GB/T 42727—2023, chapter 7: 申报文件, 过程文件, 结果文件."""
    assert dict(PROFILE.folders) == {
        Role.APPLICATION: "申报文件",
        Role.PROCEDURE: "过程文件",
        Role.RESULT: "结果文件",
    }
    assert PROFILE.basic_path == "基本信息元数据.xml"
    assert PROFILE.process_path == "过程信息元数据.xml"


@pytest.mark.parametrize(("path", "element"), ELEMENTS, ids=[p for p, _ in ELEMENTS])
def test_each_element_says_where_it_comes_from(path: str, element: Element) -> None:
    assert element.source in {"own", "practice"} or re.fullmatch(
        r"DA/T 46—2009 M[1-9][0-9]?", element.source
    )
    assert element.tag.isascii()
    assert f".{path}".endswith(f".{element.value}")


def test_no_number_of_da_t_46_stands_for_two_names() -> None:
    names: dict[str, set[str]] = {}
    for _, element in ELEMENTS:
        names.setdefault(element.source, set()).add(element.tag)
    for source, tags in names.items():
        if source.startswith("DA/T"):
            assert len(tags) == 1


def test_what_a_record_cannot_be_without_is_required() -> None:
    required = {path for path, element in ELEMENTS if element.required}
    assert required >= {
        "fonds",
        "year",
        "retention",
        "number",
        "title",
        "item_code",
        "item_name",
        "concluded_on",
        "decision",
        "applicant.name",
        "documents.name",
        "documents.role",
        "documents.files.path",
        "documents.files.size",
        "steps.activity",
        "steps.at",
    }


def test_groups_have_titles_of_their_own() -> None:
    groups = [part for _, part in PARTS if isinstance(part, Group)]
    assert len({group.title for group in groups}) == len(groups)


RECORDS: dict[str, list[type[Any]]] = {
    "": [Filing, Case],
    "applicant": [Party],
    "agent": [Party],
    "licences": [Licence],
    "joint": [JointHandling],
    "documents": [Document],
    "documents.digitised": [Digitisation],
    "documents.files": [File],
    "steps": [Step],
}


def limits() -> dict[str, int]:
    """Return how long each text of our records may be, by the path of its element."""
    found = {}
    for path, classes in RECORDS.items():
        for cls in classes:
            for attribute in attrs.fields(cls):
                if isinstance(attribute.validator, Text):
                    found[f"{path}.{attribute.name}".strip(".")] = (
                        attribute.validator.limit
                    )
    for attribute in attrs.fields(ServiceItem):
        if isinstance(attribute.validator, Text):
            found[f"item_{attribute.name}"] = attribute.validator.limit
    return found


def test_a_text_may_be_as_long_as_in_our_records() -> None:
    expected = limits()
    assert len(expected) > 30
    lengths = {path: element.length for path, element in ELEMENTS}
    assert {path: lengths[path] for path in expected} == expected
    others = {
        path: length
        for path, length in lengths.items()
        if length is not None
        and path not in expected
        # What signatures proved is no record of ours: it is cut to fit.
        and not path.startswith("documents.files.signatures.")
    }
    assert others == {
        "electronic_record_code": 155,  # 16 + 64 + 4 + 3 + 64, and four hyphens
        "item_code": MAX_NUMBER_LENGTH,
        "applicant.identifier": 64,
        "agent.identifier": 64,
        "joint.parts.number": MAX_NUMBER_LENGTH,
        "documents.files.name": MAX_NAME_BYTES,
    }


def test_a_text_that_may_run_over_lines_does_so_in_our_records() -> None:
    over_lines = {
        f"steps.{attribute.name}"
        for attribute in attrs.fields(Step)
        if isinstance(attribute.validator, Text) and attribute.validator.lines
    }
    forms = {path: element.form for path, element in ELEMENTS}
    assert {p for p, form in forms.items() if getattr(form, "lines", 0)} == over_lines
