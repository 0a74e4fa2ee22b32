"""Electronic licence identifier 电子证照标识 (GB/T 36904)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36 as oracle

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers import LicenceId
from egovarchive.testing.strategies.identifiers import licence_ids

ROOT = "1.2.156.3005.2."

RIGHT = [
    ROOT + "11100000000013338W011.11430000006122244L.20230000403.002.S",
    ROOT + "11100000000013338W011.11430000006122244L.20230000403.001.U",
    ROOT + "11100000000013338W032.11220000013544541J.2430599.001.F",
    ROOT + "11100000MB03271699022.340100.000000016.001.9",
    ROOT + "11100000000013338W009.11330105002500287C.2025052201.002.0",
]
WRONG = {
    # A placeholder in the comment of a program, never computed.
    ROOT + "11100000000013338W050.91610800064834709T.2023000001.001.X": "2",
    # An example in the documentation of an interface.
    ROOT + "11100000000013661B006.113700000045046442"
    ".209FA4E88F9E4C878F3E9BED2CE7EA49.001.M": "D",
}


@pytest.mark.parametrize("text", RIGHT)
def test_a_sample_with_the_right_check_character_passes(text: str) -> None:
    licence = LicenceId.parse(text)
    assert licence.check_ok
    assert licence.warning() is None
    assert licence.warning("zh") is None
    assert str(licence) == text


@pytest.mark.parametrize(("text", "expected"), WRONG.items())
def test_a_sample_with_a_wrong_one_is_accepted_with_a_warning(
    text: str, expected: str
) -> None:
    licence = LicenceId.parse(text)
    assert str(licence) == text
    assert not licence.check_ok
    assert licence.expected_check == expected
    en, zh = licence.warning(), licence.warning("zh")
    assert en is not None
    assert zh is not None
    assert f"'{text}': the check character is '{text[-1]}', expected '{expected}'" in en
    assert f"'{text}'：校验位为 '{text[-1]}'，应为 '{expected}'" in zh


def test_the_segments_have_names() -> None:
    licence = LicenceId.parse(RIGHT[3])
    assert licence == LicenceId(
        type_code="11100000MB03271699022",
        issuer="340100",
        serial="000000016",
        version="001",
        check="9",
    )
    assert repr(licence) == f"LicenceId({RIGHT[3]!r})"


@given(licence_ids)
def test_text_and_value_are_the_same_thing(licence: LicenceId) -> None:
    assert LicenceId.parse(str(licence)) == licence
    assert LicenceId.parse(str(licence).lower()) == licence
    assert hash(LicenceId.parse(str(licence))) == hash(licence)


@given(licence_ids)
def test_the_check_character_is_the_oracles(licence: LicenceId) -> None:
    assert licence.check_ok
    assert oracle.is_valid(str(licence).removeprefix(ROOT).replace(".", ""))


@given(licence_ids, st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_any_other_check_character_is_warned_of(licence: LicenceId, other: str) -> None:
    changed = evolve(licence, check=other)
    assert changed.check_ok == (other == licence.check)
    assert (changed.warning() is None) == changed.check_ok


@pytest.mark.parametrize(
    "text",
    [
        "",
        ROOT,
        ROOT.rstrip("."),
        RIGHT[0].removeprefix(ROOT),
        RIGHT[0].replace("3005.2", "3005.3"),
        f" {RIGHT[0]}",
        f"{RIGHT[0]}.S",
        RIGHT[0].removesuffix(".S"),
        "." * 100_000,
        "x" * 100_000,
    ],
)
def test_another_root_or_number_of_segments_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="five segments") as caught:
        LicenceId.parse(text)
    assert caught.value.rule == "GB/T 36904"
    assert "不是电子证照标识" in caught.value.message("zh")
    assert len(str(caught.value)) < 400


GOOD = {
    "type_code": "11100000MB03271699022",
    "issuer": "340100",
    "serial": "000000016",
    "version": "001",
    "check": "9",
}


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("type_code", "11100000MB0327169902", "length 20, expected 21"),
        ("type_code", "11100000MB0327169902_", "character 21 '_' is not allowed"),
        ("issuer", "34010", "length 5, expected 6–18"),
        ("issuer", "1" * 19, "length 19, expected 6–18"),
        ("issuer", "34０100", "character 3 is full-width"),
        ("serial", "", "length 0, expected 1–64"),
        ("serial", "1" * 65, "length 65, expected 1–64"),
        ("serial", "0624_001", "character 5 '_' is not allowed"),
        ("serial", "ſ", "character 1 is not allowed"),
        ("serial", "ß", "character 1 is not allowed"),
        ("version", "1", "length 1, expected 3"),
        ("version", "00A", "character 3 'A' is not allowed"),
        ("check", "", "length 0, expected 1"),
        ("check", "99", "length 2, expected 1"),
        ("check", "9\n", "character 2 is a space"),
    ],
)
def test_a_malformed_segment_is_refused_and_named(
    name: str, value: str, what: str
) -> None:
    segments = GOOD | {name: value}
    makers: list[Callable[[], LicenceId]] = [
        lambda: LicenceId(**segments),
        lambda: LicenceId.parse(ROOT + ".".join(segments.values())),
        lambda: evolve(LicenceId(**GOOD), **{name: value}),
    ]
    for make in makers:
        with pytest.raises(InvalidValueError) as caught:
            make()
        assert caught.value.place == name
        assert what in str(caught.value)


@given(st.text(max_size=60))
def test_text_of_any_script_is_refused_with_the_one_error(text: str) -> None:
    with pytest.raises(InvalidValueError):
        LicenceId.parse(ROOT + text)


def test_a_personal_number_as_serial_is_masked_in_the_warning() -> None:
    warning = LicenceId(**GOOD | {"serial": "11010519491231002X"}).warning()
    assert warning is not None
    assert "19491231" not in warning


def test_an_identifier_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        LicenceId.parse(RIGHT[0]).check = "0"  # type: ignore[misc]
