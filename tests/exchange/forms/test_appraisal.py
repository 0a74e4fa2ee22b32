"""The appraisal report: what is kept has a new period, and the sums are right."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.forms.appraisal import AppraisalRow, Member, Opinion
from egovarchive.exchange.forms.form_html import form_html
from egovarchive.records.retention import RetentionPeriod
from exchange.forms.printed_forms import appraisal, approval, listed


@pytest.mark.parametrize(
    ("opinion", "period"),
    [
        (Opinion.KEEP, None),
        (Opinion.KEEP, RetentionPeriod.parse("长期")),
        (Opinion.DESTROY, RetentionPeriod(10)),
    ],
)
def test_what_is_kept_has_a_new_period_and_nothing_else_has(
    opinion: Opinion, period: RetentionPeriod | None
) -> None:
    with pytest.raises(InvalidValueError):
        AppraisalRow(listed(1), opinion=opinion, new_period=period, reason="理由")


@pytest.mark.parametrize(
    "change",
    [
        {"members": ()},
        {"members": [Member("王某", "档案部门"), Member("王某", "业务部门")]},
        {"rows": ()},
        {"rows": appraisal().rows * 2},
        {"approvals": [approval(), approval()]},
        {"summary": " "},
    ],
)
def test_what_breaks_its_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        evolve(appraisal(), **change)


@given(st.lists(st.sampled_from([None, 10, 30]), min_size=1, max_size=8))
def test_the_sums_are_those_of_the_rows(kept: list[int | None]) -> None:
    rows = [
        AppraisalRow(listed(i), opinion=Opinion.DESTROY, reason="理由")
        if years is None
        else AppraisalRow(
            listed(i),
            opinion=Opinion.KEEP,
            new_period=RetentionPeriod(years),
            reason="理由",
        )
        for i, years in enumerate(kept, start=1)
    ]
    form = evolve(appraisal(), rows=rows)
    assert sum(form.totals().values()) == len(kept)
    assert form.totals()[Opinion.DESTROY] == kept.count(None)


def test_the_report_names_team_result_and_list() -> None:
    page = form_html(appraisal().form())
    for words in (
        "共鉴定 2 件：续存 1 件（30年 1 件），拟销毁 1 件",
        "2 appraised: 1 to be kept (30 years: 1), 1 to be destroyed",
        "王某", "业务部门（签名）", "题名一", "涉及诉讼", "批准人（签名）",
    ):  # fmt: skip
        assert words in page
    agreed = evolve(appraisal(), approvals=[approval()])
    assert "分管领导（签名）" in form_html(agreed.form())
