"""No byte of a record can change unnoticed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.subjects import data_of, expected_of, fresh, opened, ran
from egovarchive.checks import Stage
from egovarchive.errors import PackageError

DATA = data_of(fresh())
EXPECTED = expected_of(opened(DATA))


@settings(max_examples=300)
@given(at=st.integers(0, len(DATA) - 1), flip=st.integers(1, 255))
def test_a_changed_byte_is_a_finding_or_no_package(at: int, flip: int) -> None:
    altered = DATA[:at] + bytes([DATA[at] ^ flip]) + DATA[at + 1 :]
    try:
        package = opened(altered)
    except PackageError:
        return
    report = ran(package, Stage.PRESERVATION, expected=EXPECTED)
    assert not report.passed
    assert report.failures


@given(size=st.integers(0, len(DATA) - 1))
def test_a_part_is_no_package(size: int) -> None:
    for part in (DATA[:size], DATA[size + 1 :]):
        try:
            opened(part)
        except PackageError:
            continue
        raise AssertionError(size)
