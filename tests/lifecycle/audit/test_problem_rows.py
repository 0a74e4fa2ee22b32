"""Rows of an audit are read by others, and shown on a page and a chart."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from egovarchive.errors import ToolError
from egovarchive.lifecycle.audit import chart as charts
from egovarchive.lifecycle.audit.audit import Audit, audit_rows
from egovarchive.lifecycle.audit.problem_row import ProblemRow
from lifecycle.audit.audited import ON, row


@pytest.fixture(scope="module")
def found() -> Audit:
    """Return an audit with problems of every kind of value."""
    return audit_rows(
        [
            row(item=3, on_hold=True, transfer_due_on=date(2020, 1, 1)),
            row(item=4, unit="<script>\u202e", sealed=False),
            row(item=5, retention_ends_on=date(2020, 12, 31)),
        ],
        on=ON,
        schedule="2026-2",
        sealed_upto=ON,
    )


@pytest.fixture(scope="module")
def expected(found: Audit) -> list[ProblemRow]:
    rows = list(found.rows())
    assert len(rows) == 8
    return rows


def test_polars_reads_an_audit(found: Audit, expected: list[ProblemRow]) -> None:
    pytest.importorskip("nanoarrow", reason="nanoarrow is not installed")
    polars = pytest.importorskip("polars", reason="polars is not installed")
    assert polars.DataFrame(found).to_dicts() == expected


def test_pyarrow_reads_an_audit(found: Audit, expected: list[ProblemRow]) -> None:
    pytest.importorskip("nanoarrow", reason="nanoarrow is not installed")
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    table = pyarrow.RecordBatchReader.from_stream(found).read_all()
    assert table.to_pylist() == expected
    assert [str(kind) for kind in table.schema.types].count("string") == 7


def test_duckdb_reads_an_audit(found: Audit, expected: list[ProblemRow]) -> None:
    pytest.importorskip("nanoarrow", reason="nanoarrow is not installed")
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    with duckdb.connect() as connection:
        connection.register("found", found)
        rows = connection.execute("select * from found").fetchall()
    assert rows == [tuple(each.values()) for each in expected]


def test_an_empty_audit_is_an_empty_stream() -> None:
    pytest.importorskip("nanoarrow", reason="nanoarrow is not installed")
    polars = pytest.importorskip("polars", reason="polars is not installed")
    empty = audit_rows([], on=ON, schedule=None, sealed_upto=None)
    frame = polars.DataFrame(empty)
    assert frame.columns == list(ProblemRow.__annotations__)
    assert len(frame) == 0


def test_many_rows_are_read_in_their_order() -> None:
    pytest.importorskip("nanoarrow", reason="nanoarrow is not installed")
    polars = pytest.importorskip("polars", reason="polars is not installed")
    many = audit_rows(
        (row(item=n + 1, on_hold=True) for n in range(20_000)),
        on=ON,
        schedule=None,
        sealed_upto=None,
    )
    assert polars.DataFrame(many)["record"].to_list() == list(range(20_000))


@pytest.mark.parametrize(
    ("missing", "extra", "act"),
    [
        ("nanoarrow", "arrow", lambda found: found.__arrow_c_stream__()),
        ("matplotlib", "notebook", lambda found: found.chart()),
    ],
)
def test_a_missing_extra_is_named(
    found: Audit, monkeypatch: pytest.MonkeyPatch, missing: str, extra: str, act: Any
) -> None:
    for name in [*sys.modules, missing]:
        if name.partition(".")[0] == missing:
            monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ToolError, match=rf"egovarchive\[{extra}\]") as caught:
        act(found)
    assert f"未安装 {missing}" in caught.value.message("zh")


def test_the_page_is_in_both_languages_and_escaped(found: Audit) -> None:
    page = found._repr_html_()
    assert "移交逾期 transfer overdue" in page
    assert "&lt;script&gt;\\u202e" in page
    assert "<script>" not in page
    assert page.startswith("<div><table>")


def test_a_page_stays_short() -> None:
    many = audit_rows(
        (row(item=n + 1, item_code=f"i{n}", on_hold=n == 4000) for n in range(5000)),
        on=ON,
        schedule=None,
        sealed_upto=None,
    )
    page = many._repr_html_()
    assert len(page) < 20_000
    assert "4,980 more" in page
    assert "<td>i4000</td>" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_chart_is_drawn(found: Audit, tmp_path: Path, lang: Any) -> None:
    """A character without a glyph would warn, and so fail."""
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    figure = found.chart(lang)
    figure.savefig(tmp_path / "chart.png")
    assert (tmp_path / "chart.png").stat().st_size > 5000
    assert str(ON) in figure.axes[0].get_title()


def test_without_a_chinese_font_the_chart_is_english(
    found: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    monkeypatch.setattr(charts, "_HINTS", ())
    axes = found.chart("zh").axes[0]
    assert axes.get_title() == f"Deadlines by year, as of {ON}"
    legend = axes.get_legend()
    assert legend is not None
    assert "transfer" in [text.get_text() for text in legend.get_texts()]
