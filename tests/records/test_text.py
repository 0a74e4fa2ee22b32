"""What a metadata value and a file name may hold."""

from __future__ import annotations

import unicodedata

import pytest
from attrs import field, frozen
from hypothesis import assume, example, given
from hypothesis import strategies as st
from lxml import etree

from egovarchive.errors import InvalidValueError
from egovarchive.records.text import MAX_NAME_BYTES, Text, check_name, check_text, fold

DEVICES = ["con", "CON", "nul.txt", "Aux.tar.gz", "com1", "LPT9.pdf", "prn .txt"]
DEVICES += ["com¹.pdf", "lpt³"]
_ascii = st.text(st.characters(max_codepoint=0x7F), min_size=1, max_size=20)
BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]


@given(value=st.text(max_size=40), lines=st.booleans())
@example(value="\r", lines=True)
@example(value="a\rb", lines=True)
@example(value="a\tb\nc", lines=True)
@example(value="\x85", lines=False)
@example(value="\ufeff", lines=False)
def test_whatever_text_is_let_in_comes_back_from_xml(
    *, value: str, lines: bool
) -> None:
    try:
        check_text(value, limit=40, lines=lines)
    except InvalidValueError:
        return
    element = etree.Element("a")
    element.text = value
    assert etree.fromstring(etree.tostring(element)).text == value
    assert value.strip()
    assert lines or "\n" not in value
    assert not any(unicodedata.category(c) == "Cc" and c not in "\t\n" for c in value)


@pytest.mark.parametrize("value", ["", " ", "\u3000", "\n\t "])
def test_blank_text_is_refused(value: str) -> None:
    with pytest.raises(InvalidValueError, match="empty"):
        check_text(value, limit=10, lines=True)


@pytest.mark.parametrize("code", [0x00, 0x08, 0x1B, 0x7F, 0x85, 0xD800, 0xFFFD, 0xFFFE])
def test_a_forbidden_character_is_named_by_its_code(code: int) -> None:
    with pytest.raises(InvalidValueError, match=f"U\\+{code:04X}") as caught:
        check_text(f"a{chr(code)}b", limit=10, lines=True)
    assert f"U+{code:04X}" in caught.value.message("zh")


@pytest.mark.parametrize("character", "\t\n\r")
def test_a_line_stays_one_line(character: str) -> None:
    with pytest.raises(InvalidValueError, match="holds the character"):
        check_text(f"a{character}b", limit=10)


def test_several_lines_end_with_line_feeds_only() -> None:
    assert check_text("一\n二\t三", limit=10, lines=True) == "一\n二\t三"
    with pytest.raises(InvalidValueError, match=r"U\+000D"):
        check_text("一\r\n二", limit=10, lines=True)


def test_length_is_counted_in_characters() -> None:
    assert check_text("办" * 5, limit=5) == "办" * 5
    with pytest.raises(InvalidValueError, match="6 characters, more than 5"):
        check_text("办" * 6, limit=5)


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="is not text"):
        check_text(5, limit=5)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="is not text"):
        check_name(b"a.pdf")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        "a/b",
        "../a",
        "/etc/passwd",
        "a\\b",
        "C:",
        "C:\\a",
        "a\x00b",
        "a\nb",
        "a\x1bb",
        "a\x7fb",
        "a\x85b",
        "a<b",
        "a>b",
        'a"b',
        "a|b",
        "a?b",
        "a*b",
        " a.pdf",
        "a.pdf ",
        "a.pdf.",
        *DEVICES,
        *(f"a{chr(code)}fdp.exe" for code in (*BIDI, 0xD800, 0xFFFD)),
    ],
    ids=ascii,
)
def test_a_name_that_some_system_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_name(name)
    assert caught.value.rule == "file names in a package"
    assert str(caught.value).startswith("the file name ")
    assert caught.value.message("zh").startswith("文件名")
    assert str(caught.value).isprintable()


def test_a_name_of_300_bytes_is_refused() -> None:
    assert check_name("文" * 80) == "文" * 80
    with pytest.raises(InvalidValueError, match="has 300 bytes, more than 240"):
        check_name("文" * 100)
    with pytest.raises(InvalidValueError, match="has 241 bytes"):
        check_name("a" * 241)
    assert check_name("a" * 255, limit=255) == "a" * 255


@pytest.mark.parametrize(
    "name",
    ["申请表.pdf", ".profile", "a b.txt", "con-1.pdf", "common.txt", "com10", "é.pdf"],
)
def test_an_ordinary_name_passes_unchanged(name: str) -> None:
    assert check_name(name) == name


def test_a_name_becomes_nfc() -> None:
    assert check_name("re\u0301sume\u0301.pdf") == "résumé.pdf"
    # A compatibility ideograph is another character in NFC too.
    assert check_name("\uf900.pdf") == "豈.pdf"


@given(st.text())
def test_a_name_that_passes_is_one_name_in_its_folder(value: str) -> None:
    try:
        name = check_name(value)
    except InvalidValueError:
        return
    assert check_name(name) == name
    assert name == unicodedata.normalize("NFC", value)
    assert not set(name) & set('/\\:*?"<>|\0\n\r')
    assert name not in {".", ".."}
    assert len(name.encode()) <= MAX_NAME_BYTES


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.PDF", "A.pdf"),
        ("STRASSE", "straße"),
        ("é", "e\u0301"),
        ("ａ.pdf", "a.pdf"),  # full width
        ("ﬁle", "FILE"),  # ligature
        ("ΐ", "Ϊ\u0301"),  # folding case takes this one apart
        ("ΣΑΣ", "σας"),
    ],
)
def test_names_that_differ_in_case_or_form_only_fold_alike(
    one: str, other: str
) -> None:
    assert fold(one) == fold(other)


@given(st.text(max_size=20))
@example("ΐ")
@example("\u0345\u0301")
def test_what_is_folded_folds_to_itself(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text(max_size=20))
def test_form_does_not_count(name: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, name)) == fold(name)


@given(_ascii, _ascii)
def test_plain_different_names_stay_apart(one: str, other: str) -> None:
    assume(one.lower() != other.lower())
    assert fold(one) != fold(other)


@frozen
class _Labelled:
    label: str = field(validator=Text(3))
    note: str | None = field(default=None, validator=Text(3, optional=True, lines=True))


def test_the_validator_names_the_field() -> None:
    assert _Labelled("abc", "a\nb").note == "a\nb"
    with pytest.raises(InvalidValueError) as caught:
        _Labelled("abcd")
    assert caught.value.place == "label"
    with pytest.raises(InvalidValueError) as caught:
        _Labelled("abc", "")
    assert caught.value.place == "note"


def test_only_an_optional_text_may_be_none() -> None:
    assert _Labelled("abc").note is None
    with pytest.raises(InvalidValueError, match="None is not text"):
        _Labelled(None)  # type: ignore[arg-type]
