"""Texts and file names that strategies give are those that metadata may hold."""

from __future__ import annotations

from hypothesis import find, given

from egovarchive.records.text import MAX_NAME_BYTES, check_name, check_text
from egovarchive.testing.strategies.texts import file_names, texts


@given(texts(100))
def test_a_text_is_on_one_line(text: str) -> None:
    assert check_text(text, limit=100) == text


@given(texts(100, lines=True))
def test_a_text_of_several_lines_is_one(text: str) -> None:
    assert check_text(text, limit=100, lines=True) == text


@given(file_names)
def test_a_file_name_is_one(name: str) -> None:
    assert check_name(name) == name


def test_the_longest_and_the_odd_are_among_them() -> None:
    assert len(find(texts(100), lambda text: len(text) == 100)) == 100
    assert "\n" in find(texts(100, lines=True), lambda text: "\n" in text)
    assert find(file_names, lambda name: len(name.encode()) == MAX_NAME_BYTES)
    assert find(file_names, lambda name: name.startswith("."))
