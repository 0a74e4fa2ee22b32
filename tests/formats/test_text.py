"""Plain text and JSON."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.texts import INVALID, VALID
from egovarchive.errors import FormatError
from egovarchive.formats import BytesSource, Limits, Observation
from egovarchive.formats.table import FORMATS
from egovarchive.formats.text import TextValidator
from egovarchive.formats.text_encoding import (
    Encoding,
    decoded,
    guesses,
    marked,
    named,
)
from egovarchive.records.outcome import Outcome

MINE = ("txt", "json")


def said(data: bytes, kind: str = "txt") -> list[Observation]:
    source = BytesSource(f"a.{kind}", data)
    return list(TextValidator().validate(source, FORMATS[kind], Limits()))


@pytest.mark.parametrize("case", [case for case in VALID if case.startswith(MINE)])
def test_a_right_text_passes(case: str) -> None:
    assert not said(VALID[case](), case.partition("/")[0])


@pytest.mark.parametrize("case", [case for case in INVALID if case.startswith(MINE)])
def test_a_wrong_text_does_not(case: str) -> None:
    make, aspect = INVALID[case]
    found = said(make(), case.partition("/")[0])
    assert {each.aspect for each in found} == {aspect}
    assert {each.outcome for each in found} & {Outcome.FAILED, Outcome.WARNED}
    assert all(each.en and each.zh for each in found)


def test_it_answers_all_that_is_asked() -> None:
    for kind in MINE:
        assert TextValidator().answers(FORMATS[kind]) == FORMATS[kind].asks
    assert not TextValidator().answers(FORMATS["html"])


def test_harmless_oddities_are_warnings() -> None:
    for case in ("control", "lost_character", "private_use", "turned"):
        make, _ = INVALID[f"txt/{case}"]
        assert [each.outcome for each in said(make())] == [Outcome.WARNED]


def test_a_character_may_lie_between_two_pieces() -> None:
    text = "a" + "表" * 400_000
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert not said(text.encode(encoding))


@pytest.mark.parametrize("text", [
    "[" * 100_000 + "]" * 100_000,
    '{"a":' * 100_000,
])  # fmt: skip
def test_json_that_is_too_deep_is_not_parsed(text: str) -> None:
    (found,) = said(text.encode(), "json")
    assert found.outcome is Outcome.NOT_PERFORMED


def test_brackets_in_strings_are_no_depth() -> None:
    assert not said(json.dumps("[" * 1000 + '"\\' * 10).encode(), "json")


@pytest.mark.parametrize("text", ['"' + '\\"' * 500_000, "1" * 1_000_000, '"\\'])
def test_json_that_makes_work_ends_in_time(text: str) -> None:
    started = time.process_time()
    said(text.encode(), "json")
    assert time.process_time() - started < 2


def test_json_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egovarchive.formats.text._LARGEST_JSON", 3)
    assert [each.outcome for each in said(b'["a"]', "json")] == [Outcome.NOT_PERFORMED]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_whatever_is_json_is_read(value: object) -> None:
    assert not said(json.dumps(value).encode(), "json")


@given(st.binary(max_size=300))
def test_any_bytes_end_with_findings_only(data: bytes) -> None:
    said(data)
    said(data, "json")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GB2312", "gb18030"),
        ("gbk", "gb18030"),
        ("UTF8", "utf-8"),
        ("big5", "big5"),
        ("x-klingon", None),
        ("", None),
        ("../utf-8", None),
    ],
)
def test_encodings_are_known_by_their_names(name: str, expected: str | None) -> None:
    found = named(name)
    assert (found.name if found else None) == expected


def test_what_is_no_encoding_of_texts_is_none() -> None:
    for name in ("rot13", "hex", "zlib"):
        assert named(name) is None


def test_what_cannot_be_decoded_is_refused() -> None:
    for name in ("idna", "punycode", "unicode_escape", "ascii", "utf-7"):
        encoding = named(name)
        assert encoding is not None
        with pytest.raises(FormatError, match=r"^not .*, near byte"):
            list(decoded([b"\\ud800\xff\x80\\x"], encoding))


def test_marks_and_guesses() -> None:
    assert marked(b"\xef\xbb\xbfa") == Encoding("utf-8", 3)
    assert marked("a".encode("utf-32")) == Encoding("utf-32-le", 4)
    assert marked(b"a") is None
    assert next(guesses("abc".encode("utf-16-be"))) == Encoding("utf-16-be")
    assert list(decoded([b"\xff", b"\xfea", b"\0"], Encoding("utf-16-le", 2))) == [
        "", "", "a", "",
    ]  # fmt: skip
