"""An answer comes back as it was given, or not at all."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import ToolError
from egovarchive.formats import (
    Aspect,
    Facts,
    Identification,
    Limits,
    Observation,
    Scan,
    Tool,
    Verdict,
)
from egovarchive.formats.cache import Cache, FolderCache, Key, MemoryCache, remembered
from egovarchive.formats.cached_answer import CachedAnswer, from_json, to_json
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome

TOOL = Tool("reader", "1.2", "2026-11-20")
KEY = Key(sha256="ab" * 32, question="validate:pdf", tool=TOOL)

texts = st.text(max_size=20)
numbers = st.integers(min_value=0)
floats = st.floats(allow_nan=False, allow_infinity=False)
moments = st.datetimes(
    timezones=st.none() | st.timezones().map(lambda _: timezone(timedelta(hours=8)))
)
formats = st.none() | st.sampled_from(list(FORMATS.values()))
tools = st.builds(Tool, texts, texts, texts)
observations = st.builds(
    Observation,
    st.sampled_from(Aspect),
    st.sampled_from(Outcome),
    texts,
    texts,
    texts,
)
facts = st.builds(
    Facts,
    **{
        name: st.none() | numbers
        for name in ("pages", "width", "height", "sample_rate")
    },
    **{name: st.none() | floats for name in ("resolution", "seconds")},
    **{
        name: st.none() | texts
        for name in ("colour", "compression", "application", "title")
    },
    **{name: st.none() | moments for name in ("created", "modified")},
    codecs=st.none() | st.lists(texts, max_size=3).map(tuple),
)
identifications = st.builds(
    Identification,
    tool=tools,
    format=formats,
    version=texts,
    puid=texts,
    before=numbers,
    after=numbers,
    also=formats,
    note=texts,
)
scans = st.builds(
    Scan,
    tool=tools,
    verdict=st.sampled_from(Verdict),
    signature=texts,
    en=texts,
    zh=texts,
    data_at=st.none() | moments,
)
answers: st.SearchStrategy[CachedAnswer] = st.one_of(
    st.lists(observations, max_size=3).map(tuple), facts, identifications, scans
)


@given(answers)
def test_every_answer_comes_back(answer: CachedAnswer) -> None:
    text = to_json(answer)
    assert text.isascii()
    assert "\n" not in text
    assert from_json(text) == answer


@given(answers, st.data())
def test_a_damaged_answer_is_refused_or_is_an_answer(
    answer: CachedAnswer, data: st.DataObject
) -> None:
    text = to_json(answer)
    at = data.draw(st.integers(0, len(text) - 1))
    with_another = text[:at] + data.draw(st.characters()) + text[at + 1 :]
    for damaged in (with_another, text[:at], text[:at] + text[at + 1 :]):
        try:
            found = from_json(damaged)
        except ValueError:
            continue
        assert from_json(to_json(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"kind": "scan"}',
        '{"kind": "command", "value": {}}',
        '{"kind": ["scan"], "value": {}}',
        '{"kind": "observations", "value": {}}',
        '{"kind": "observations", "value": [1]}',
        json.dumps({"kind": "facts", "value": {}}),
        json.dumps({"kind": "facts", "value": dict.fromkeys(FORMATS)}),
        "[" * 100_000,
    ],
)
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an answer"):
        from_json(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [("pages", True), ("pages", "3"), ("codecs", "abc"), ("created", 3), ("title", 1)],
)
def test_a_fact_of_another_type_is_refused(name: str, value: object) -> None:
    found = json.loads(to_json(Facts()))
    found["value"][name] = value
    with pytest.raises(ValueError, match="not an answer"):
        from_json(json.dumps(found))


def test_every_fact_is_kept() -> None:
    kept = json.loads(to_json(Facts()))["value"]
    assert set(kept) == {each.name for each in attrs.fields(Facts)}


class CacheContract:
    """What every cache must do."""

    @pytest.fixture
    def cache(self, tmp_path: Path) -> Cache:
        raise NotImplementedError

    def test_what_was_put_is_got(self, cache: Cache) -> None:
        assert cache.get(KEY) is None
        cache.put(KEY, Facts(pages=3))
        assert cache.get(KEY) == Facts(pages=3)

    def test_the_last_answer_counts(self, cache: Cache) -> None:
        cache.put(KEY, Facts(pages=3))
        cache.put(KEY, Facts(pages=4))
        assert cache.get(KEY) == Facts(pages=4)

    @pytest.mark.parametrize(
        "other",
        [
            attrs.evolve(KEY, sha256="cd" * 32),
            attrs.evolve(KEY, question="validate:ofd"),
            attrs.evolve(KEY, tool=Tool("reader", "1.2", "2026-11-21")),
            attrs.evolve(KEY, limits=Limits(pages=3)),
            attrs.evolve(KEY, policy="strict"),
        ],
    )
    def test_another_question_has_another_answer(
        self, cache: Cache, other: Key
    ) -> None:
        cache.put(KEY, Facts(pages=3))
        assert cache.get(other) is None
        assert other.digest != KEY.digest

    def test_threads_share_it(self, cache: Cache) -> None:
        def use(number: int) -> CachedAnswer | None:
            key = attrs.evolve(KEY, policy=str(number % 7))
            cache.put(key, Facts(pages=number % 7))
            return cache.get(key)

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(use, range(200)))
        assert found == [Facts(pages=number % 7) for number in range(200)]


class TestMemoryCache(CacheContract):
    @pytest.fixture
    def cache(self, tmp_path: Path) -> Cache:
        return MemoryCache()

    def test_the_least_used_goes_first(self) -> None:
        cache = MemoryCache(most=2)
        first, second, third = (attrs.evolve(KEY, policy=name) for name in "abc")
        cache.put(first, Facts(pages=1))
        cache.put(second, Facts(pages=2))
        assert cache.get(first)
        cache.put(third, Facts(pages=3))
        assert len(cache) == 2
        assert cache.get(second) is None
        assert cache.get(first) == Facts(pages=1)


class TestFolderCache(CacheContract):
    @pytest.fixture
    def cache(self, tmp_path: Path) -> Cache:
        return FolderCache(tmp_path / "cache" / "answers")

    def test_it_outlives_its_object(self, tmp_path: Path) -> None:
        FolderCache(tmp_path).put(KEY, Facts(pages=3))
        assert FolderCache(tmp_path).get(KEY) == Facts(pages=3)

    def test_only_its_owner_reads_it(self, tmp_path: Path) -> None:
        FolderCache(tmp_path / "new").put(KEY, Facts(title="秘密"))
        for path in (tmp_path / "new").rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0

    @pytest.mark.parametrize(
        "damage",
        [
            lambda entry: b"",
            lambda entry: entry[:-1],
            lambda entry: entry.replace(b"3", b"4"),
            lambda entry: entry + b" ",
            lambda entry: b"\x80\x04\x95" + entry,
            lambda entry: entry.replace(b"\n", b""),
        ],
    )
    def test_a_damaged_entry_is_as_good_as_none(
        self, tmp_path: Path, damage: Callable[[bytes], bytes]
    ) -> None:
        cache = FolderCache(tmp_path)
        cache.put(KEY, Facts(pages=3))
        [path] = tmp_path.rglob("*.json")
        path.write_bytes(damage(path.read_bytes()))
        assert cache.get(KEY) is None
        cache.put(KEY, Facts(pages=3))
        assert cache.get(KEY) == Facts(pages=3)

    def test_an_entry_does_not_stand_for_another(self, tmp_path: Path) -> None:
        cache = FolderCache(tmp_path)
        cache.put(KEY, Facts(pages=3))
        [path] = tmp_path.rglob("*.json")
        other = attrs.evolve(KEY, policy="strict")
        place = tmp_path / other.digest[:2] / f"{other.digest[2:]}.json"
        place.parent.mkdir(exist_ok=True)
        path.rename(place)
        assert cache.get(other) is None

    def test_nothing_half_written_remains(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        cache = FolderCache(tmp_path)
        monkeypatch.setattr(Path, "replace", full)
        cache.put(KEY, Facts(pages=3))
        assert cache.get(KEY) is None
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]

    def test_its_folder_may_go_at_any_time(self, tmp_path: Path) -> None:
        cache = FolderCache(tmp_path / "a")
        (tmp_path / "a").rmdir()
        cache.put(KEY, Facts(pages=3))
        assert cache.get(KEY) is None

    def test_a_huge_answer_is_not_kept(self, tmp_path: Path) -> None:
        cache = FolderCache(tmp_path)
        cache.put(KEY, Facts(title="x" * (17 << 20)))
        assert cache.get(KEY) is None

    def test_a_folder_that_cannot_be_made_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(ToolError, match="no cache can be made"):
            FolderCache(tmp_path / "file" / "cache")


def test_a_question_is_asked_once() -> None:
    cache = MemoryCache()
    asked = []

    def ask() -> Facts:
        asked.append(1)
        return Facts(pages=3)

    for _ in range(3):
        assert remembered(cache, KEY, Facts, ask) == Facts(pages=3)
    assert len(asked) == 1
    assert remembered(None, KEY, Facts, ask) == Facts(pages=3)
    assert len(asked) == 2


def test_an_answer_of_another_kind_is_asked_anew() -> None:
    cache = MemoryCache()
    cache.put(KEY, Scan(tool=TOOL, verdict=Verdict.CLEAN))
    assert remembered(cache, KEY, Facts, Facts) == Facts()


@pytest.mark.parametrize(
    "answer",
    [
        Scan(tool=TOOL, verdict=Verdict.NOT_SCANNED),
        (Observation(Aspect.READABLE, Outcome.NOT_PERFORMED, "late", "超时"),),
    ],
)
def test_what_was_not_done_is_not_kept(answer: Scan | tuple[Observation, ...]) -> None:
    cache = MemoryCache()
    assert remembered(cache, KEY, type(answer), lambda: answer) == answer
    assert len(cache) == 0
