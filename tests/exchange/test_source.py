"""Bytes at hand, or the path of a file, within limits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from egovarchive.errors import ContentError
from egovarchive.exchange.invalid_file import InvalidFileError
from egovarchive.exchange.source import Limits, bytes_of


def test_bytes_and_a_path_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "案.json"
    path.write_bytes(b"abc")
    for source in (b"abc", path, str(path)):
        assert bytes_of(source, Limits(size=3)) == b"abc"
        with pytest.raises(InvalidFileError, match="more than 2 bytes"):
            bytes_of(source, Limits(size=2))


def test_an_endless_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(InvalidFileError, match="more than 1000 bytes"):
        bytes_of(path, Limits(size=1000))


def test_what_cannot_be_read_is_a_typed_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing", "pipe", "", "nul\0", "x" * 300):
        with pytest.raises(ContentError):
            bytes_of(tmp_path / name, Limits())
