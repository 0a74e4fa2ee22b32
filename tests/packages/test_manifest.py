"""Manifests are plain checksum files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import PackageError
from egovarchive.packages.manifest import (
    MAX_LINES,
    algorithm_of,
    decode,
    encode,
    manifest_path,
)
from egovarchive.records.digest import ALGORITHMS, hexdigest

A = hexdigest("sm3", b"a")
paths = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n"),
    min_size=1,
    max_size=20,
)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(st.lists(paths, unique=True, max_size=10))
def test_what_is_written_is_read(algorithm: str, names: list[str]) -> None:
    lines = [(hexdigest(algorithm, name.encode()), name) for name in names]
    found = decode(encode(lines), manifest_path(algorithm))
    assert [(digest, path) for path, digest in found.items()] == lines


@given(st.binary(max_size=200))
def test_only_what_would_be_written_is_read(data: bytes) -> None:
    try:
        found = decode(data, "manifest-sm3.txt")
    except PackageError:
        return
    assert encode((digest, path) for path, digest in found.items()) == data


def test_a_line_is_digest_two_spaces_path() -> None:
    assert encode([(A, "申报文件/001-a.pdf")]).decode() == f"{A}  申报文件/001-a.pdf\n"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_manifest_is_known_by_its_path(algorithm: str) -> None:
    assert algorithm_of(manifest_path(algorithm)) == algorithm
    for path in (
        f"申报文件/{manifest_path(algorithm)}",
        manifest_path(algorithm).upper(),
        f"{manifest_path(algorithm)}.p7s",
        "manifest-md5.txt",
    ):
        assert algorithm_of(path) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f"{A} a\n", 1),
        (f"{A} *a\n", 1),
        (f"{A}\ta\n", 1),
        (f"{A}  \n", 1),
        (f"\\{A}  a\n", 1),
        (f"{A.upper()}  a\n", 1),
        (f"{A[:-1]}  a\n", 1),
        (f"{A}{A}  a\n", 1),
        ("\n", 1),
        ("# comment\n", 1),
        (f"\ufeff{A}  a\n", 1),
        (f"{A}  a\n\n{A}  b\n", 2),
        (f"{A}  a\n{A}  b\n{A}  a\n", 3),
    ],
)
def test_a_line_of_another_form_is_named_by_its_number(text: str, number: int) -> None:
    with pytest.raises(PackageError, match=f"^manifest-sm3.txt line {number}: ") as it:
        decode(text.encode(), "manifest-sm3.txt")
    assert it.value.message("zh").startswith(f"manifest-sm3.txt 第 {number} 行")


def test_the_last_line_ends_as_the_others() -> None:
    with pytest.raises(PackageError, match="no end of line"):
        decode(f"{A}  a".encode(), "manifest-sm3.txt")


def test_a_manifest_is_utf_8() -> None:
    with pytest.raises(PackageError, match=r"manifest-sm3\.txt: 'utf-8'"):
        decode(f"{A}  ".encode() + "甲\n".encode("gbk"), "manifest-sm3.txt")


def test_more_lines_than_a_package_may_have_members_are_refused() -> None:
    with pytest.raises(PackageError, match=f"more than {MAX_LINES} lines"):
        decode(b"\n" * (MAX_LINES + 1), "manifest-sm3.txt")
