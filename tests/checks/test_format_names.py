"""What people call formats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.checks.format_names import formats_called, puid_in
from egovarchive.formats.pronom import PUIDS
from egovarchive.formats.table import FORMATS


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("PDF", "pdf"),
        (".pdf", "pdf"),
        ("pdf文件", "pdf"),
        ("PDF 1.7", "pdf"),
        ("PDF/A-1b", "pdf"),
        ("application/pdf", "pdf"),
        ("OFD版式文件", "ofd"),
        ("OFD 1.1", "ofd"),
        ("版式文件", "ofd pdf"),
        ("JPG图片", "jpeg"),
        ("image/jpg", "jpeg"),
        ("image/x-png", "png"),
        ("TIF", "tiff"),
        ("TIFF 6.0", "tiff"),
        ("text/plain; charset=utf-8", "txt"),
        ("纯文本", "txt"),
        ("Word", "doc docx"),
        ("Word 2019 文档", "doc docx"),
        ("Word 97-2003", "doc"),
        ("ＷＰＳ 文字", "wps"),
        ("audio/x-wav", "wav"),
        ("WAV音频文件", "wav"),
        ("mp3", "mp3"),
        ("mp4", "m4a mp4"),
        ("JPEG 2000", "jp2"),
        ("7z", "7z"),
        ("fmt/18", "pdf"),
        (" X-FMT/111 ", "txt"),
        ("fmt/99999", ""),
        ("扫描件", ""),
        ("电子文档", ""),
        ("17", ""),
        ("", ""),
    ],
)
def test_a_format_has_many_names(text: str, ids: str) -> None:
    assert formats_called(text) == set(ids.split())


@pytest.mark.parametrize("puid", PUIDS)
def test_a_puid_stands_for_one_format(puid: str) -> None:
    assert puid_in(puid) == puid
    assert formats_called(puid) == {PUIDS[puid]}


@pytest.mark.parametrize("text", ["fmt", "fmt/", "fmt/1x", "xfmt/1", "a fmt/1", "pdf"])
def test_what_is_no_puid_is_none(text: str) -> None:
    assert puid_in(text) == ""


@given(st.text())
def test_any_text_may_be_asked_about(text: str) -> None:
    assert formats_called(text) <= set(FORMATS)


def test_a_long_text_takes_no_time() -> None:
    assert formats_called("文件" * 1_000_000) == frozenset()
