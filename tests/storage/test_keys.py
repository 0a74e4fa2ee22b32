from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import StorageError
from egovarchive.storage.keys import check_key, is_key
from egovarchive.testing.storage import BAD_KEYS, ODD_KEYS


@pytest.mark.parametrize("key", ODD_KEYS, ids=ascii)
def test_a_key_comes_back_as_it_is(key: str) -> None:
    assert check_key(key) is key
    assert is_key(key)


@pytest.mark.parametrize("key", BAD_KEYS, ids=ascii)
def test_what_is_no_key_is_named_with_its_rule(key: str) -> None:
    assert not is_key(key)
    with pytest.raises(StorageError) as refused:
        check_key(key)
    assert repr(key) in refused.value.message("en")
    assert repr(key) in refused.value.message("zh")


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("", "not empty"),
        ("a\ud800/b", "surrogates"),
        ("a\tb", "control"),
        ("a\x9fb", "control"),
        ("a\\b", "backslash"),
        ("/a", "starts nor ends"),
        ("a/", "starts nor ends"),
        ("a//b", "empty"),
        ("a/../b", "dot"),
        ("a/.b", "dot"),
        ("a/" + "件" * 86, "255 bytes"),
        ("/".join(["一" * 80] * 5), "1024 bytes"),
    ],
    ids=ascii,
)
def test_each_rule_is_told_by_name(key: str, rule: str) -> None:
    with pytest.raises(StorageError, match=rule):
        check_key(key)


def test_the_limits_themselves_are_allowed() -> None:
    assert is_key("a" * 255)
    assert is_key("/".join(["a" * 204] * 4 + ["a" * 204]))
    assert len("/".join(["a" * 204] * 5)) == 1024


@given(st.text(alphabet=st.characters() | st.sampled_from("./\\-a一"), max_size=30))
def test_a_key_is_what_a_reader_of_the_rules_takes_for_one(text: str) -> None:
    segments = text.split("/")
    allowed = (
        all(segment and not segment.startswith(".") for segment in segments)
        and not any(ord(c) < 32 or 127 <= ord(c) < 160 or c == "\\" for c in text)
        and not any(0xD800 <= ord(c) < 0xE000 for c in text)
    )
    assert is_key(text) == allowed
