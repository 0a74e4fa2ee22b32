"""RTF texts."""

from __future__ import annotations

import random
import struct
import time
from contextlib import suppress
from datetime import datetime

import pytest

from corpus.packaged import kept
from corpus.texts import INVALID, VALID, rtf
from egovarchive.errors import EgovArchiveError, FormatError, ToolError
from egovarchive.formats import BytesSource, Facts, Limits, Observation
from egovarchive.formats.rtf import RtfOpener, RtfReader, RtfValidator
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome

RTF = FORMATS["rtf"]


def said(data: bytes, limits: Limits | None = None) -> list[Observation]:
    source = BytesSource("a.rtf", data)
    return list(RtfValidator().validate(source, RTF, limits or Limits()))


def facts(data: bytes) -> Facts:
    return RtfReader().read(BytesSource("a.rtf", data), RTF, Limits())


def children(data: bytes) -> list[bytes]:
    source = BytesSource("a.rtf", data)
    return [each.read(0, 999) for each in RtfOpener().children(source, RTF, Limits())]


@pytest.mark.parametrize("case", [case for case in VALID if case.startswith("rtf/")])
def test_a_right_text_passes(case: str) -> None:
    assert not said(VALID[case]())


@pytest.mark.parametrize("case", [case for case in INVALID if case.startswith("rtf/")])
def test_a_wrong_text_does_not(case: str) -> None:
    make, aspect = INVALID[case]
    found = [each for each in said(make()) if each.aspect is aspect]
    assert {each.outcome for each in found} & {Outcome.FAILED, Outcome.WARNED}
    assert all(each.en and each.zh for each in found)


def test_it_answers_all_that_is_asked() -> None:
    assert RtfValidator().answers(RTF) == RTF.asks
    assert not RtfValidator().answers(FORMATS["txt"])


def test_what_does_not_start_as_rtf_is_refused() -> None:
    with pytest.raises(FormatError, match="should start with"):
        said(b"rtf1")
    with pytest.raises(FormatError):
        facts(b"rtf1")


def test_a_text_that_is_too_large_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("egovarchive.formats.rtf._LARGEST", 10)
    with pytest.raises(ToolError, match="at most 10"):
        said(rtf())


def test_what_takes_too_long_is_said() -> None:
    found = said(rtf("{}" * 100_000), Limits(seconds=-1))
    assert {each.outcome for each in found} == {Outcome.NOT_PERFORMED}
    assert {each.aspect for each in found} == RTF.asks


def test_escaped_braces_are_text() -> None:
    assert not said(rtf(r"\{ \} \\ \{"))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_cut_off_text_is_not_complete(share: float) -> None:
    good = kept("text.rtf")
    assert said(good[: int(len(good) * share)])


def test_many_groups_end_in_time() -> None:
    started = time.process_time()
    assert said(rtf("{" * 1_000_000))
    assert said(rtf("\\fldinst " * 100_000 + "{\\bin" * 100_000))
    assert time.process_time() - started < 8


def test_a_text_tells_its_title_and_dates() -> None:
    found = facts(kept("text.rtf"))
    assert found.title == "不予受理通知书"
    assert found.created == datetime(2026, 3, 2, 9, 30)
    assert found.modified == datetime(2026, 3, 2, 10, 15)
    assert found.application is not None
    assert found.application.startswith("LibreOffice/")


def test_titles_are_read_however_they_are_written() -> None:
    gbk = "".join(f"\\'{byte:02x}" for byte in "申请".encode("gbk"))
    for title in (gbk, r"\u30003?\u-29705?", r"\u30003\'c9\u-29705\'c7"):
        assert facts(rtf(info=f"{{\\info{{\\title {title}}}}}")).title == "申请"
    assert facts(rtf(info=r"{\info{\title a\{b{\*\x c}}}")).title is not None
    assert facts(rtf(info=r"{\info\nofpages7}")).pages == 7


def test_a_text_that_says_nothing_has_no_facts() -> None:
    assert facts(rtf()) == Facts()
    assert facts(rtf(info=r"{\info{\creatim\yr2026\mo13\dy1}}")).created is None


def test_embedded_objects_are_taken_out() -> None:
    names = b"".join(struct.pack("<I", len(n)) + n for n in (b"Package\0", b"", b""))
    data = struct.pack("<2I", 0x501, 2) + names + struct.pack("<I", 2) + b"MZ"
    body = f"{{\\object\\objemb{{\\*\\objdata {data.hex()}\n}}}}"
    assert children(rtf(body)) == [b"MZ"]
    assert children(rtf("{\\*\\objdata 0105}")) == [b"\1\5"]
    assert RtfOpener().opens(RTF)


@pytest.mark.parametrize("data", ["zz", "010", r"01{\*\x}05", r"01\bin1 x"])
def test_objects_that_hide_are_named(data: str) -> None:
    with pytest.raises(FormatError, match="hexadecimal digits only"):
        children(rtf(f"{{\\*\\objdata {data}}}"))


def test_mutated_texts_raise_only_what_is_meant() -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same every time
    good = kept("text.rtf")
    for _ in range(300):
        data = bytearray(good)
        for _ in range(6):
            data[chance.randrange(len(data))] = chance.choice(b"{}\\'u0 \xff")
        for look in (said, facts, children):
            with suppress(EgovArchiveError):
                look(bytes(data))
