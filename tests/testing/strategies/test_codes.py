"""Archival codes that strategies give are read back from their text."""

from __future__ import annotations

from hypothesis import find, given

from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.series import Series, Template
from egovarchive.testing.strategies.codes import archival_codes, series


@given(archival_codes)
def test_a_code_is_read_back(code: ArchivalCode) -> None:
    again = ArchivalCode.parse(str(code))
    assert again == code
    assert str(again) == str(code)


@given(series)
def test_a_series_begins_its_codes(one: Series) -> None:
    assert ArchivalCode.parse(f"{one}-0001").series == one


def test_every_template_and_period_is_among_them() -> None:
    older = find(series, lambda one: one.template is Template.DAT22_2015)
    newer = find(series, lambda one: one.template is Template.DAT13_2022)
    assert {older.template, newer.template} == set(Template)
    assert find(series, lambda one: one.retention.legacy == "长期").retention.title
    assert find(series, lambda one: one.retention.is_permanent).retention.title
    assert find(series, lambda one: one.office is not None).office
