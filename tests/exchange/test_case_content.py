"""Content of a case in JSON: below a folder, or base64."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.case_content import (
    check_relative,
    from_base64,
    in_folder,
    nowhere,
    path_in,
    to_base64,
)
from egovarchive.records.content import BytesContent, FileContent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file in it, and one beside it."""
    inside = tmp_path / "案卷"
    (inside / "申请材料").mkdir(parents=True)
    (inside / "申请材料" / "表 1.pdf").write_bytes(b"inside")
    (tmp_path / "secret.txt").write_bytes(b"outside")
    return inside


def test_a_path_leads_down_from_its_folder(folder: Path) -> None:
    content = in_folder(folder)("申请材料/表 1.pdf")
    assert b"".join(content.chunks()) == b"inside"
    assert path_in(folder, content) == "申请材料/表 1.pdf"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../secret.txt", "'..'"),
        ("申请材料/../../secret.txt", "'..'"),
        ("/etc/passwd", "is absolute"),
        ("//server/share", "is absolute"),
        ("..\\secret.txt", "U\\+005C"),
        ("C:/secret.txt", "U\\+003A"),
        ("file:///etc/passwd", "U\\+003A"),
        ("a\0b", "U\\+0000"),
        ("a\nb", "U\\+000A"),
        ("\ud800", "U\\+D800"),
        ("", "empty name"),
        (".", "'.'"),
        ("./a", "'.'"),
        ("a//b", "empty name"),
        ("a/", "empty name"),
    ],
)
def test_no_path_leaves_its_folder(folder: Path, path: str, why: str) -> None:
    with pytest.raises(InvalidValueError, match=why):
        check_relative(path)
    with pytest.raises(InvalidValueError, match=why):
        in_folder(folder)(path)


def test_no_link_leads_out_of_the_folder(folder: Path) -> None:
    (folder / "link.txt").symlink_to("../secret.txt")
    (folder / "up").symlink_to("..")
    (folder / "like").mkdir()
    # A folder whose name only begins like ours is another one.
    beside = folder.with_name(folder.name + "2")
    beside.mkdir()
    (beside / "x").write_bytes(b"x")
    (folder / "beside").symlink_to(beside / "x")
    for path in ("link.txt", "up/secret.txt", "beside"):
        with pytest.raises(
            InvalidValueError, match="leads out of its folder by a link"
        ):
            in_folder(folder)(path)


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "link.pdf").symlink_to("申请材料/表 1.pdf")
    assert b"".join(in_folder(folder)("link.pdf").chunks()) == b"inside"


def test_a_folder_may_itself_be_a_link(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    content = in_folder(link)("申请材料/表 1.pdf")
    assert path_in(link, content) == "申请材料/表 1.pdf"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("missing.pdf", "No such file"),
        ("申请材料", "no regular file"),
        ("pipe", "no regular file"),
        ("empty.pdf", "an empty file"),
        ("loop", "symbolic links"),
        ("x" * 300, "too long"),
        ("申请材料/表 1.pdf/x", "Not a directory"),
    ],
)
def test_a_path_names_a_file_with_bytes(folder: Path, name: str, why: str) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "empty.pdf").touch()
    (folder / "loop").symlink_to("loop")
    with pytest.raises(InvalidValueError, match=why):
        in_folder(folder)(name)


def test_without_a_folder_a_path_leads_nowhere() -> None:
    with pytest.raises(InvalidValueError, match="leads nowhere"):
        nowhere("a.pdf")


def test_only_a_file_in_the_folder_has_a_path(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="no file"):
        path_in(folder, BytesContent(b"x"))
    with pytest.raises(InvalidValueError, match="has an empty name"):
        path_in(folder, FileContent(tmp_path / "secret.txt"))
    with pytest.raises(InvalidValueError, match="name it"):
        path_in(None, FileContent(tmp_path / "secret.txt"))


@given(st.binary(min_size=1))
def test_base64_is_read_back(data: bytes) -> None:
    text = to_base64(BytesContent(data))
    assert from_base64(text) == BytesContent(data)
    assert text == base64.b64encode(data).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "====",
        "A===",
        "YQ",
        "YQ=",
        "YQ==\n",
        "YWJj\nYWJj",
        "YW-_",
        "YQ==YQ==",
        "中文中文",
    ],
)
def test_base64_has_one_form(text: str) -> None:
    with pytest.raises(InvalidValueError, match="no base64"):
        from_base64(text)
