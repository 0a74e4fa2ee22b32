"""
Contract 契约 of catalogs: what every backend must pass.

Subclass in a test module, and give the fixture ``catalog``, a new and empty one for
each test; and ``another``, a second one at the same place, if the backend keeps what
it has where others find it::

    class TestMyCatalog(CatalogContract, SharedCatalogContract):
        @pytest.fixture
        def catalog(self, tmp_path):
            return MyCatalog(tmp_path)

        @pytest.fixture
        def another(self, catalog, tmp_path):
            return MyCatalog(tmp_path)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egovarchive.catalog import Catalog
from egovarchive.errors import (
    CatalogMismatchError,
    ConflictError,
    EntryNotFoundError,
    InvalidValueError,
)
from egovarchive.journal import Head
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.testing.catalog_events import CatalogEventsContract
from egovarchive.testing.catalog_journal import (
    FIRST,
    FONDS,
    JournalWriter,
    Step,
    series_of,
)
from egovarchive.testing.catalog_model import Act, Model, acts
from egovarchive.testing.catalog_questions import CatalogQuestionsContract
from egovarchive.testing.catalog_shared import SharedCatalogContract, state_of
from egovarchive.testing.catalog_standing import CatalogStandingContract
from egovarchive.testing.storage_groups import race

__all__ = ["CatalogContract", "JournalWriter", "SharedCatalogContract", "series_of"]

# Each example clears the one catalog of its test; backends share these tests by
# inheriting them.
examples = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.differing_executors,
        HealthCheck.too_slow,
    ],
)


class SourceError(Exception):
    """What a journal's reader may raise."""


def broken(steps: list[Step]) -> Iterator[Step]:
    """Yield *steps*, and then fail."""
    yield from steps
    raise SourceError


class CatalogContract(
    CatalogQuestionsContract, CatalogEventsContract, CatalogStandingContract
):
    """What a catalog takes in, and what it answers."""

    def test_an_empty_one_knows_nothing(self, catalog: Catalog) -> None:
        assert catalog.head(FONDS) == Head(FONDS)
        assert list(catalog.entries()) == []
        assert list(catalog.due(DeadlineKind.TRANSFER, FIRST)) == []
        assert catalog.last_item(series_of()) == 0
        assert catalog.entry_of_case(FONDS, "C-000001") is None
        with pytest.raises(EntryNotFoundError, match=r"J019.*0001") as missing:
            catalog.entry(ArchivalCode(series_of(), 1))
        assert "档号" in missing.value.message("zh")

    def test_what_was_applied_is_found(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        row = writer.row(transfer=10, statutory=20, end=30)
        catalog.apply(*writer.write(row), {row["package"]: "某公司食品经营许可"})
        entry = Entry.of_row(row)
        assert catalog.entry(entry.code) == entry
        assert catalog.entry(entry.code).title == "某公司食品经营许可"
        assert catalog.entry(entry.code).row() == row
        assert catalog.entry_of_case(FONDS, entry.case_number) == entry
        assert catalog.entry_of_case("J020", entry.case_number) is None
        assert catalog.last_item(entry.code.series) == 1
        assert catalog.head(FONDS) == writer.head

    def test_a_code_is_found_however_wide_it_is_written(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        catalog.apply(*writer.write(writer.row()))
        narrow = ArchivalCode(series_of(), 1, 3)
        assert str(catalog.entry(narrow).code).endswith("-0001")

    def test_texts_are_kept_as_they_are(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        numbers = [
            "a'b\"c\\d",
            "%_*?",
            "é",
            "e\u0301",
            "办件〔2026〕1号",
            "A",
            "a",
            "😀 ",
        ]
        rows = [writer.row(case=number) for number in numbers]
        catalog.apply(*writer.write(*rows))
        for row, number in zip(rows, numbers, strict=True):
            found = catalog.entry_of_case(FONDS, number)
            assert found is not None
            assert found.row() == row

    def test_segments_are_taken_in_order(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        for step in writer.write_plain(2, 0, 3):
            catalog.apply(*step)
            assert catalog.head(FONDS) == step[1]
        assert [entry.row() for entry in catalog.entries()] == writer.rows

    def test_one_applied_again_adds_its_titles_and_nothing_else(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        for step in writer.write_plain(2, 2):
            catalog.apply(*step)
        for segment, head in reversed(writer.steps):
            first, second = segment.registered
            catalog.apply(segment, head, {first["package"]: "甲"})
            catalog.apply(segment, head, {second["package"]: "乙"})
        assert catalog.head(FONDS) == writer.head
        assert [entry.row() for entry in catalog.entries()] == writer.rows
        assert [entry.title for entry in catalog.entries()] == ["甲", "乙"] * 2

    def test_one_out_of_order_changes_nothing(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        first, second, third = writer.write_plain(2, 2, 2)
        for applied, early in ((None, second), (first, third)):
            if applied is not None:
                catalog.apply(*applied)
            before = state_of(catalog)
            with pytest.raises(CatalogMismatchError) as refused:
                catalog.apply(*early)
            assert "目录" in refused.value.message("zh")
            with pytest.raises(CatalogMismatchError):
                catalog.apply_all([early])
            assert state_of(catalog) == before

    def test_one_of_another_journal_is_refused_whatever_its_number(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        stranger = JournalWriter(salt="other packages, under the same codes")
        for step in writer.write_plain(2, 2):
            catalog.apply(*step)
        before = state_of(catalog)
        for step in stranger.write_plain(2, 2, 2, 2):
            titles = {row["package"]: "别" for row in step[0].registered}
            with pytest.raises(CatalogMismatchError, match="another journal"):
                catalog.apply(*step, titles)
        assert state_of(catalog) == before

    def test_fonds_are_kept_apart(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        other = JournalWriter("J02")
        for mine, its in zip(
            writer.write_plain(2, 1), other.write_plain(1, 3), strict=True
        ):
            catalog.apply(*mine)
            catalog.apply(*its)
        assert catalog.head(FONDS) == writer.head
        assert catalog.head("J02") == other.head
        assert catalog.last_item(series_of(0, "J02")) == 4
        for fonds in (FONDS, "J02"):
            found = catalog.entry_of_case(fonds, "C-000001")
            assert found is not None
            assert found.fonds == fonds

    @pytest.mark.parametrize("earlier", [True, False])
    @pytest.mark.parametrize("what", ["code", "case"])
    def test_nothing_is_registered_twice(
        self, catalog: Catalog, writer: JournalWriter, what: str, *, earlier: bool
    ) -> None:
        catalog.apply(*writer.write(writer.row()))
        rows = [writer.row(), writer.row()]
        known = writer.rows[0] if earlier else rows[0]
        item = ArchivalCode.parse(known["code"]).item
        rows.append(
            writer.row(item=item)
            if what == "code"
            else writer.row(case=known["case_number"])
        )
        draft, before = writer.draft(rows), state_of(catalog)
        for act in self._ways_to_apply(catalog, draft):
            with pytest.raises(ConflictError, match="registered already") as refused:
                act()
            assert "已被登记" in refused.value.message("zh")
            assert state_of(catalog) == before
        catalog.apply(*writer.draft(rows[:2]))

    def _ways_to_apply(
        self, catalog: Catalog, draft: Step
    ) -> Iterator[Callable[[], object]]:
        yield lambda: catalog.apply(*draft)
        yield lambda: catalog.apply_all([draft])

    def test_nothing_is_registered_twice_in_a_rebuild(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        catalog.apply(*writer.write(writer.row(), writer.row()))
        before = state_of(catalog)
        for again in (writer.row(item=1), writer.row(case="C-000001")):
            steps = [*writer.steps, writer.draft([writer.row(), again])]
            with pytest.raises(ConflictError):
                catalog.rebuild(FONDS, steps)
            assert state_of(catalog) == before

    def test_many_at_once_are_as_many_one_by_one(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        first, *others = writer.write_plain(3, 0, 64, 1, 500)
        assert catalog.apply_all([first]) == 3
        assert catalog.apply_all(iter([first, *others])) == 568
        assert catalog.apply_all([]) == 0
        assert catalog.head(FONDS) == writer.head
        assert [entry.row() for entry in catalog.entries()] == writer.rows

    def test_of_many_all_are_taken_or_none(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        for sizes in ((), (1, 2)):
            catalog.apply_all(writer.write_plain(*sizes))
            before = state_of(catalog)
            more = writer.write_plain(2, 2, 2)
            with pytest.raises(SourceError):
                catalog.apply_all(broken(more))
            with pytest.raises(CatalogMismatchError):
                catalog.apply_all([more[0], more[2]])
            assert state_of(catalog) == before
            catalog.apply_all(more)

    def test_a_rebuild_replaces_one_fonds_and_its_titles(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        other = JournalWriter("J02")
        catalog.apply_all([*other.write_plain(2), *writer.write_plain(1, 2)])
        catalog.describe({row["code"]: "题名" for row in [*other.rows, *writer.rows]})
        anew = JournalWriter()
        assert catalog.rebuild(FONDS, anew.write_plain(3, 1)) == 4
        assert catalog.head(FONDS) == anew.head
        assert catalog.head("J02") == other.head
        rows = [(entry.row(), entry.title) for entry in catalog.entries()]
        assert rows == [
            *((row, None) for row in anew.rows),
            *((row, "题名") for row in other.rows),
        ]
        assert catalog.rebuild("J02", []) == 0
        assert catalog.head("J02") == Head("J02")
        assert [entry.row() for entry in catalog.entries()] == anew.rows

    def test_a_rebuild_that_fails_leaves_all_as_it_was(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        catalog.apply_all(writer.write_plain(2, 2))
        catalog.describe({row["code"]: "题名" for row in writer.rows})
        before = state_of(catalog)
        with pytest.raises(SourceError):
            catalog.rebuild(FONDS, broken(writer.steps))
        with pytest.raises(CatalogMismatchError):
            catalog.rebuild(FONDS, writer.steps[1:])
        assert state_of(catalog) == before

    def test_titles_are_remembered(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        step = writer.write(*[writer.row() for _ in range(3)])
        catalog.apply(*step)
        first, second, _ = [row["code"] for row in writer.rows]
        catalog.describe({first: "甲", second: "乙", f"{first[:-4]}0009": "无"})
        assert [entry.title for entry in catalog.entries()] == ["甲", "乙", None]
        catalog.describe({second: "丙"})
        catalog.apply(*step)
        assert [entry.title for entry in catalog.entries()] == ["甲", "丙", None]

    def test_a_title_of_no_code_changes_nothing(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        catalog.apply(*writer.write(writer.row()))
        with pytest.raises(InvalidValueError, match="not an archival code"):
            catalog.describe({writer.rows[0]["code"]: "甲", "J019": "乙"})
        assert [entry.title for entry in catalog.entries()] == [None]

    def test_a_cleared_one_begins_anew(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        catalog.apply_all(
            [*writer.write_plain(2), *JournalWriter("J02").write_plain(1)]
        )
        catalog.clear()
        assert state_of(catalog) == ([], [Head(FONDS), Head("J02")], [])
        assert catalog.last_item(series_of()) == 0
        assert catalog.entry_of_case(FONDS, "C-000001") is None
        catalog.apply(*writer.steps[0])
        assert [entry.row() for entry in catalog.entries()] == writer.rows

    def test_a_closed_one_may_be_used_again(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        catalog.close()
        catalog.apply(*writer.write(writer.row()))
        before = state_of(catalog)
        catalog.close()
        catalog.close()
        assert state_of(catalog) == before

    def test_threads_may_apply_the_same_segments(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        steps = writer.write_plain(*[3] * 30)
        sizes = set[int]()

        def apply() -> None:
            for step in steps:
                catalog.apply(
                    *step, {row["package"]: "甲" for row in step[0].registered}
                )

        def look() -> None:
            while catalog.head(FONDS).number < len(steps):
                sizes.add(len(list(catalog.entries(limit=200))))

        race([apply, apply, apply, look, look])
        assert [entry.row() for entry in catalog.entries()] == writer.rows
        assert {entry.title for entry in catalog.entries()} == {"甲"}
        assert all(size % 3 == 0 for size in sizes), "no segment is seen in part"

    @examples
    @given(acts=acts, size=st.integers(1, 5))
    def test_it_answers_as_a_plain_list_does(
        self, catalog: Catalog, acts: list[Act], size: int
    ) -> None:
        catalog.clear()
        model = Model(catalog)
        for act in acts:
            model.do(act)
        model.check(size)
