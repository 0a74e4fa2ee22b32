"""Texts of metadata and names of files, as hypothesis strategies."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.records.text import MAX_NAME_BYTES, check_name

_CHINESE = (
    "中华人民共和国政务服务事项申请材料某市局审批许可证（）《》、；，。“”·—〔〕㐀𠀀"
)
_ANY = st.characters(
    exclude_categories=["Cc", "Cs"], exclude_characters="\ufffd\ufffe\uffff"
)
_IN_NAMES = st.characters(
    exclude_categories=["Cc", "Cf", "Cs"],
    exclude_characters='<>:"|?*\\/\ufffd\ufffe\uffff',
)
# What a file may legally be called, though few expect it.
_ODD_NAMES = (
    ".隐藏",
    "a",
    "no extension",
    "两  个空格.pdf",
    "COM10.txt",
    "console.log",
    "..pdf",
    "-rf",
    "~$申请表.docx",
    "100%.pdf",
    "$(HOME).txt",
    "a;b&c.txt",
    "'引号'.txt",
    "ﬁ.txt",
    "Ünïcode.txt",
    "👍.png",
    "\u3000全角空格.txt",
    "中" * (MAX_NAME_BYTES // 3),
    "x" * MAX_NAME_BYTES,
)


def texts(limit: int, *, lines: bool = False) -> st.SearchStrategy[str]:
    """Return texts of 1 to *limit* characters, not blank; over *lines*, if asked."""
    alphabet = st.sampled_from(_CHINESE + ("\n\t" if lines else "")) | _ANY
    some = st.text(alphabet, min_size=1, max_size=min(limit, 20))
    longest = st.sampled_from(["长" * limit, "𠀀" * limit, "x" * limit])
    # One in eight is as long as may be.
    often = some.filter(lambda text: not text.isspace())
    return st.integers(0, 7).flatmap(lambda n: often if n else longest)


def _may_be_named(name: str) -> bool:
    try:
        return check_name(name) == name
    except InvalidValueError:
        return False


def _normal(stem: str, suffix: str) -> str:
    return unicodedata.normalize("NFC", stem + suffix)


file_names: st.SearchStrategy[str] = st.one_of(
    st.builds(
        _normal,
        st.text(st.sampled_from(_CHINESE), min_size=1, max_size=20),
        st.sampled_from([".pdf", ".ofd", ".jpg", ".XML", ".tar.gz", ""]),
    ),
    st.builds(_normal, st.text(_IN_NAMES, min_size=1, max_size=20), st.just("")),
    st.sampled_from(_ODD_NAMES),
).filter(_may_be_named)
"""File names that a package may hold: Chinese, odd, and as long as may be."""
