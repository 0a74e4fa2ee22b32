"""An invalid file: every value in it that breaks its rule."""

from __future__ import annotations

import pickle

import pytest

from egovarchive.errors import EgovArchiveError, InvalidValueError
from egovarchive.exchange.case_json import CaseJsonError
from egovarchive.exchange.invalid_file import MAX_ERRORS, Findings, InvalidFileError


def _error(place: str = "") -> InvalidValueError:
    return InvalidValueError("it is wrong", "有误", rule="a rule", place=place)


def test_each_error_stands_on_a_line_in_both_languages() -> None:
    error = InvalidFileError([_error("a"), _error("b[1]")])
    assert str(error) == "a: it is wrong (a rule)\nb[1]: it is wrong (a rule)"
    assert error.message("zh") == "a: 有误 (a rule)\nb[1]: 有误 (a rule)"
    assert isinstance(error, EgovArchiveError)
    assert isinstance(error, ValueError)


def test_errors_within_errors_are_told_one_by_one() -> None:
    inner = InvalidFileError([_error("a"), _error("[0]"), _error()]).within("x")
    outer = InvalidFileError([_error("y"), inner]).within("$")
    assert [e.place for e in outer.errors] == ["$.y", "$.x.a", "$.x[0]", "$.x"]


def test_no_more_errors_are_listed_than_someone_reads() -> None:
    inner = InvalidFileError(_error(str(i)) for i in range(MAX_ERRORS + 5))
    for error in (inner, inner.within("$"), InvalidFileError([inner])):
        assert len(error.errors) == MAX_ERRORS
        assert str(error).endswith("(only the first 100 errors are listed)")
        assert error.message("zh").endswith("（仅列出前 100 处错误）")
    assert not InvalidFileError(inner.errors).more


@pytest.mark.parametrize("count", [1, MAX_ERRORS + 1])
def test_another_process_gets_the_same_errors(count: int) -> None:
    error = CaseJsonError(_error(str(i)) for i in range(count))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is CaseJsonError
    assert str(again) == str(error)
    assert [e.place for e in again.errors] == [e.place for e in error.errors]


def test_findings_settle_all_or_nothing() -> None:
    findings = Findings()
    findings.settle()
    with findings.at("a"):
        raise _error("b")
    with findings.at("right"):
        pass
    findings.add(_error("c"))
    with pytest.raises(InvalidFileError) as caught:
        findings.settle()
    assert [e.place for e in caught.value.errors] == ["a.b", "c"]


def test_findings_let_other_errors_through() -> None:
    findings = Findings()
    with pytest.raises(KeyError), findings.at("a"):
        raise KeyError
    findings.settle()
