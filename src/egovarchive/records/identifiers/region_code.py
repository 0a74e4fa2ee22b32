"""Code of an administrative division 行政区划代码 (GB/T 2260)."""

from __future__ import annotations

from egovarchive.records.identifiers.form import DIGITS, Form

PROVINCE_CODES = frozenset(
    {
        *("11", "12", "13", "14", "15"),  # 华北
        *("21", "22", "23"),  # 东北
        *("31", "32", "33", "34", "35", "36", "37"),  # 华东
        *("41", "42", "43", "44", "45", "46"),  # 中南
        *("50", "51", "52", "53", "54"),  # 西南
        *("61", "62", "63", "64", "65"),  # 西北
        *("71", "81", "82"),  # 台湾、香港、澳门
    }
)
"""The first two digits of the 34 divisions at province level 省级行政区."""

_FORM = Form(
    "a region code", "行政区划代码", "GB/T 2260", (DIGITS,) * 12, lengths=(6, 9, 12)
)


def check_region_code(text: str) -> str:
    """
    Return *text*, if it has the form of a region code.

    Six digits reach down to the county; nine and twelve, of the divisions used in
    statistics 统计用区划代码, to the township and the village. The first two must
    be one of the 34 province-level codes, which are common knowledge and do not
    change. Nothing below is looked up: codes are abolished, and a record keeps the
    code of the time of handling. ``100000``, with which some systems mean the
    whole country, is no region and is refused.

    >>> check_region_code("610800")
    '610800'
    >>> check_region_code("990000")
    Traceback (most recent call last):
    egovarchive.errors.InvalidValueError: not a region code: '990000': \
no province has the code '99' (GB/T 2260)

    Raises:
        InvalidValueError: The length, a character or the province is wrong.
    """
    _FORM.check(text)
    if text[:2] not in PROVINCE_CODES:
        raise _FORM.refused(
            text,
            f"no province has the code '{text[:2]}'",
            f"没有代码为 '{text[:2]}' 的省级行政区",
        )
    return text
