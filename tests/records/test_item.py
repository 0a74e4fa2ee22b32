"""Service items and their codes."""

from __future__ import annotations

import pytest

from egovarchive.errors import InvalidValueError
from egovarchive.records.item import ServiceItem
from records.cases import IMPLEMENTING_CODE, SHORT_CODE


def test_the_basic_code_is_read_from_an_implementing_code() -> None:
    item = ServiceItem(code=IMPLEMENTING_CODE, name="食品经营许可")
    assert item.implementing_code is not None
    assert item.basic_code == item.implementing_code.basic_code == "442199806003"
    stated = ServiceItem(
        code=IMPLEMENTING_CODE, name="食品经营许可", basic_code="442199806003"
    )
    unstated = ServiceItem(code=IMPLEMENTING_CODE, name="食品经营许可", basic_code=None)
    assert item == stated == unstated


def test_a_basic_code_that_contradicts_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="'442199806004' is not") as caught:
        ServiceItem(code=IMPLEMENTING_CODE, name="许可", basic_code="442199806004")
    assert caught.value.place == "basic_code"


def test_an_older_code_is_opaque() -> None:
    item = ServiceItem(code=SHORT_CODE, name="许可", basic_code="任意")
    assert item.code == SHORT_CODE
    assert item.implementing_code is None
    assert item.basic_code == "任意"
    assert ServiceItem(code=SHORT_CODE, name="许可").basic_code is None


def test_a_code_takes_its_normal_form() -> None:
    item = ServiceItem(code=IMPLEMENTING_CODE.lower(), name="许可")
    assert item.code == IMPLEMENTING_CODE


@pytest.mark.parametrize("code", ["", "9" * 65, "事项", IMPLEMENTING_CODE[:-1] + "·"])
def test_what_is_no_code_is_refused_at_its_place(code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        ServiceItem(code=code, name="许可")
    assert caught.value.place == "code"
