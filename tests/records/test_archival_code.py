"""Archival codes 档号 and the series they are counted in, in both templates."""

from __future__ import annotations

import time
import warnings

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.records.archival_code import ArchivalCode, LookalikeWarning
from egovarchive.records.retention import LEGACY, PERMANENT, RetentionPeriod
from egovarchive.records.series import Series, Template

NEW, OLD = Template.DAT13_2022, Template.DAT22_2015
ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

EXAMPLES = [
    ("A439-WS·2015·D30·003-005", "A439", "WS", 2015, "D30", "003", 5, NEW),
    ("Z109-WS·2011·Y·办公室-0001", "Z109", "WS", 2011, "Y", "办公室", 1, NEW),
    ("Z008-WS·2019·Y-037", "Z008", "WS", 2019, "Y", None, 37, NEW),
    ("C015-WY·TZGG·2019·D10-00001", "C015", "WY·TZGG", 2019, "D10", None, 1, NEW),
    ("Z109-WS·2011-Y-BGS-0001", "Z109", "WS", 2011, "Y", "BGS", 1, OLD),
]

levels = st.text(ALNUM, min_size=1, max_size=8)
series = st.builds(
    Series,
    fonds=st.text(ALNUM, min_size=1, max_size=16),
    category=st.lists(levels, min_size=1, max_size=5)
    .map(tuple)
    .filter(lambda category: category[0][0].isalpha()),
    year=st.integers(1000, 9999),
    retention=st.just(PERMANENT)
    | st.builds(RetentionPeriod, st.integers(1, 99))
    | st.builds(lambda name: RetentionPeriod(legacy=name), st.sampled_from(LEGACY)),
    # Digits alone, as in the standard's example, are the hardest to tell from an item.
    office=st.none()
    | st.text("0123456789", min_size=1, max_size=9)
    | st.text(ALNUM + "办公室某处", min_size=1, max_size=32),
    template=st.sampled_from(Template),
)
codes = st.builds(ArchivalCode, series, st.integers(1, 999_999_999), st.integers(3, 9))


@pytest.mark.parametrize(
    ("text", "fonds", "category", "year", "retention", "office", "item", "template"),
    EXAMPLES,
    ids=[example[0] for example in EXAMPLES],
)
def test_the_examples_of_the_standards(  # noqa: PLR0917
    text: str,
    fonds: str,
    category: str,
    year: int,
    retention: str,
    office: str | None,
    item: int,
    template: Template,
) -> None:
    """DA/T 13—2022 and DA/T 22—2015 5.4.2."""
    code = ArchivalCode.parse(text)
    assert code.series == Series(
        fonds,
        tuple(category.split("·")),
        year,
        RetentionPeriod.parse(retention),
        office,
        template,
    )
    assert code.item == item
    assert str(code) == text
    assert repr(code) == f"ArchivalCode.parse({text!r})"


@pytest.mark.parametrize("text", ["J019-ZY·JC·CC·2019·D30-001-001", "XK·ZC·01"])
def test_what_the_standard_shows_beside_items_is_no_code_of_one(text: str) -> None:
    """A code by file 按卷, and a category alone."""
    with pytest.raises(InvalidValueError, match="not an archival code"):
        ArchivalCode.parse(text)


@given(codes)
def test_text_and_value_are_the_same_thing(code: ArchivalCode) -> None:
    again = ArchivalCode.parse(str(code))
    assert again == code
    assert str(again) == str(code)


@given(codes)
def test_a_code_is_its_series_and_its_item(code: ArchivalCode) -> None:
    head, _, item = str(code).rpartition("-")
    assert head == str(code.series)
    assert int(item) == code.item
    assert len(item) >= code.width


@given(codes, codes)
def test_different_codes_are_written_differently(
    one: ArchivalCode, other: ArchivalCode
) -> None:
    assert (str(one) == str(other)) <= (one == other)


def test_zeros_before_a_number_do_not_make_another() -> None:
    one, other = (
        ArchivalCode.parse(f"Z008-WS·2019·Y-{item}") for item in ("037", "0037")
    )
    assert one == other
    assert str(one) != str(other)


def test_a_long_number_outgrows_its_width() -> None:
    series = ArchivalCode.parse("Z008-WS·2019·Y-037").series
    assert str(ArchivalCode(series, 12345, 4)).endswith("-12345")
    assert str(ArchivalCode(series, 1)).endswith("-0001")


@pytest.mark.parametrize("lookalike", "\u30fb\u2022\uff0e\u2027\u22c5")
def test_a_lookalike_of_the_dot_warns_and_is_put_right(lookalike: str) -> None:
    text = "A439-WS·2015·D30·003-005"
    with pytest.warns(LookalikeWarning, match="is read as"):
        code = ArchivalCode.parse(text.replace("·", lookalike))
    assert str(code) == text


def test_the_right_dot_does_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ArchivalCode.parse("A439-WS·2015·D30·003-005")


@pytest.mark.parametrize(
    "text",
    [
        "Z109-WS·2011·Y-BGS-0001",  # a dot before the period, a hyphen after it
        "Z109-WS·2011-Y·BGS-0001",
        "Z109-WS-2011-Y-BGS-0001",
        "Z109-WS·2011·Y·BGS·0001",
    ],
)
def test_the_separators_of_two_standards_do_not_mix(text: str) -> None:
    with pytest.raises(InvalidValueError, match="not an archival code") as caught:
        ArchivalCode.parse(text)
    assert text in caught.value.message("zh")
    assert caught.value.rule == "DA/T 13—2022, DA/T 22—2015 5.4.2"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Z008",
        "Z008-WS·2019·Y",
        "Z008-WS·2019·Y-",
        "Z008-WS·2019·Y-12",
        "Z008-WS·2019·Y-1234567890",
        "Z008-WS·19·Y-037",
        "Z008-WS·2019·D0-037",
        "Z008-WS·2019·X-037",
        "z008-WS·2019·Y-037",
        "Z008-ws·2019·Y-037",
        "Z008-1S·2019·Y-037",
        "Z008-WS·2019·Y-０３７",
        " Z008-WS·2019·Y-037",
        "Z008-WS·2019·Y-037\n",
        "Z008-WS·2019·Y··037",
        "Z008-WS·A·B·C·D·E·2019·Y-037",
        "Z008-WS·TOOLONGALEVEL·2019·Y-037",
        "Z008-WS·2019·Y·a/b-037",
        "Z008-WS·2019·Y-000",
        "Z008-WS·0999·Y-037",
    ],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        ArchivalCode.parse(text)


def test_a_hostile_text_is_refused_at_once() -> None:
    for text in ("A-B" + "·2019" * 200_000, "A-B" + "·2019·Y" * 100_000 + "-"):
        started = time.process_time()
        with pytest.raises(InvalidValueError) as caught:
            ArchivalCode.parse(text)
        assert time.process_time() - started < 2
        assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"fonds": "a439"}, "fonds"),
        ({"fonds": ""}, "fonds"),
        ({"fonds": "A-1"}, "fonds"),
        ({"category": ()}, "category"),
        ({"category": ("WS",) * 6}, "category"),
        ({"category": ("WS", "")}, "category"),
        ({"category": ("1S",)}, "category"),
        ({"category": ("文书",)}, "category"),
        ({"year": 999}, "year"),
        ({"year": 10_000}, "year"),
        ({"office": ""}, "office"),
        ({"office": "a·b"}, "office"),
        ({"office": "a-b"}, "office"),
        ({"office": "a/b"}, "office"),
    ],
)
def test_a_bad_part_of_a_series_is_refused_at_its_place(
    change: dict[str, object], place: str
) -> None:
    good = Series("A439", ("WS",), 2015, RetentionPeriod(30))
    with pytest.raises(InvalidValueError) as caught:
        evolve(good, **change)  # type: ignore[arg-type]
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"item": 0}, "item"),
        ({"item": 1_000_000_000}, "item"),
        ({"width": 2}, "width"),
        ({"width": 10}, "width"),
    ],
)
def test_a_bad_item_number_is_refused_at_its_place(
    change: dict[str, int], place: str
) -> None:
    good = ArchivalCode.parse("Z008-WS·2019·Y-037")
    with pytest.raises(InvalidValueError) as caught:
        evolve(good, **change)  # type: ignore[arg-type]
    assert caught.value.place == place
