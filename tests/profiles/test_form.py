"""Forms: how the text of an element is written."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.packages import texts
from egovarchive.profiles import form
from egovarchive.profiles.form import Form
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023

FORMS = {name: each for name, each in vars(form).items() if isinstance(each, Form)}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("TEXT", "甲", None),
        ("LINES", "甲\n乙", None),
        ("DATE", "2024-02-29", "2023-02-29"),
        ("DATE", "2024-02-29", "20240229"),
        ("MOMENT", "2026-11-23T09:00:00+08:00", "2026-11-23"),
        ("MOMENT", "2026-11-23 09:00", "2026-11-23T25:00"),
        ("INTEGER", "0", "00"),
        ("INTEGER", "12", "-1"),
        ("INTEGER", "12", "１２"),
        ("SECONDS", "2.95", "2.9500"),
        ("SECONDS", "0.001", "0.000"),
        ("SECONDS", "999999999.999", "1000000000"),
        ("SECONDS", "3", "0"),
        ("SECONDS", "0.5", ".5"),
        ("SECONDS", "10", "1e1"),
        ("YEAR", "2026", "0026"),
        ("USCC", "91350100M000100Y43", "91350100M000100Y44"),
        ("RESIDENT_ID", "11010519491231002X", "11010519491231002"),
        ("REGION_CODE", "610800", "990000"),
        ("ITEM_CODE", "0100190012", "0100.1"),
        ("FONDS", "J019", "j019"),
        ("CATEGORY", "ZY·XK", "ZY·"),
        ("OFFICE", "办公室", "办·公"),
        ("RETENTION", "D30", "D100"),
        ("RETENTION", "Y", "N"),
    ],
)
def test_a_form_tells_texts_apart(name: str, good: str, bad: str | None) -> None:
    assert FORMS[name].fits(good)
    assert bad is None or not FORMS[name].fits(bad)


def test_every_form_has_words_in_both_languages() -> None:
    for each in FORMS.values():
        assert each.en.isascii()
        assert not each.zh.isascii()


_NEAR = st.from_regex(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-5][0-9](:[0-6][0-9])?)?",
    fullmatch=True,
)


@given(_NEAR | st.text("0123456789-: T+.", max_size=30) | st.text("0.19", max_size=6))
@pytest.mark.parametrize(
    ("each", "read"),
    [
        (form.DATE, texts.day),
        (form.MOMENT, texts.moment),
        (form.SECONDS, texts.seconds),
    ],
    ids=["date", "moment", "seconds"],
)
def test_what_a_package_reads_has_the_form_and_nothing_else(
    each: Form, read: Callable[[str], object], text: str
) -> None:
    try:
        read(text)
    except ValueError:
        assert not each.fits(text)
    else:
        assert each.fits(text)


def test_a_pattern_is_a_regular_expression() -> None:
    with pytest.raises(InvalidValueError, match="not a regular expression") as caught:
        Form("x", "某", pattern="(")
    assert caught.value.place == "pattern"


def test_a_profile_may_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(GBT42727_2023)) == GBT42727_2023  # noqa: S301
