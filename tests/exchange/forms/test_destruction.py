"""The destruction list on paper: nothing is said to be destroyed by one person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.forms.destruction import (
    DestructionListForm,
    DestructionRow,
    ListKind,
)
from egovarchive.exchange.forms.form_html import form_html
from exchange.forms.printed_forms import approval, destruction, listed, row


def proposed() -> DestructionListForm:
    return evolve(
        destruction(), approvals=(), witnesses=(), method=None, destroyed_on=None
    )


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"rows": []}, "rows"),
        ({"rows": [row(1), row(2), row(1)]}, "rows[2]"),
        ({"witnesses": ["赵某"]}, "witnesses"),
        ({"witnesses": ["赵某", "赵 某"]}, "witnesses"),
        ({"witnesses": ()}, "witnesses"),
        ({"approvals": ()}, "approvals"),
        ({"approvals": [approval(), approval()]}, "approvals"),
        ({"method": None}, "method"),
        ({"destroyed_on": date(2026, 3, 9)}, "destroyed_on"),
        ({"proposed_on": date(2026, 4, 1)}, "destroyed_on"),
        ({"kind": "destroy"}, "kind"),
    ],
)
def test_paper_that_would_say_too_much_is_refused(
    change: dict[str, Any], place: str
) -> None:
    with pytest.raises(InvalidValueError) as caught:
        evolve(destruction(), **change)
    assert caught.value.place == place
    assert caught.value.message("zh") != caught.value.message("en")


def test_before_it_is_carried_out_there_is_room_for_two_witnesses() -> None:
    page = form_html(proposed().form(), "zh")
    assert page.count("监销人（签名）") == 2
    assert page.count("批准人（签名）") == 1
    assert "已销毁" not in page


def test_afterwards_it_says_how_and_when() -> None:
    page = form_html(destruction().form(), "zh")
    for words in ("已销毁，2026年3月20日", "覆写", "赵某", "钱某", "李某", "同意"):
        assert words in page
    purge = evolve(destruction(), kind=ListKind.PURGE)
    assert "移交后清除本单位副本" in form_html(purge.form(), "zh")


def test_without_titles_there_is_no_column_for_them() -> None:
    assert "题名" not in form_html(destruction().form())
    titled = DestructionRow(listed(9, "某某题名"), opinion="同意销毁", note="备注一")
    page = form_html(evolve(destruction(), rows=[row(), titled]).form())
    for words in ("题名", "某某题名", "备注一"):
        assert words in page


def test_a_third_witness_has_a_place_too() -> None:
    three = evolve(destruction(), witnesses=["赵某", "钱某", "周某"])
    assert form_html(three.form(), "zh").count("监销人（签名）") == 3
