"""E-mail messages."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.texts import INVALID, VALID, eml, message, with_attachment
from egovarchive.errors import EgovArchiveError, FormatError, ToolError
from egovarchive.formats import Aspect, BytesSource, Facts, Limits, Observation
from egovarchive.formats.mail import MailOpener, MailReader, MailValidator
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome

EML = FORMATS["eml"]


def said(data: bytes) -> list[Observation]:
    return list(MailValidator().validate(BytesSource("a.eml", data), EML, Limits()))


def facts(data: bytes) -> Facts:
    return MailReader().read(BytesSource("a.eml", data), EML, Limits())


def children(data: bytes) -> dict[str, bytes]:
    source = BytesSource("a.eml", data)
    return {
        each.name: each.read(0, each.size)
        for each in MailOpener().children(source, EML, Limits())
    }


@pytest.mark.parametrize("case", [case for case in VALID if case.startswith("eml/")])
def test_a_right_message_passes(case: str) -> None:
    assert not said(VALID[case]())


@pytest.mark.parametrize("case", [case for case in INVALID if case.startswith("eml/")])
def test_a_wrong_message_does_not(case: str) -> None:
    make, aspect = INVALID[case]
    found = [each for each in said(make()) if each.aspect is aspect]
    assert {each.outcome for each in found} & {Outcome.FAILED, Outcome.WARNED}
    assert all(each.en and each.zh for each in found)


def test_it_answers_all_that_is_asked() -> None:
    assert MailValidator().answers(EML) == EML.asks
    assert not MailValidator().answers(FORMATS["txt"])


def test_attachments_are_named_and_taken_out() -> None:
    data = bytes(with_attachment())
    (found,) = said(data)
    assert found.aspect is Aspect.EMBEDDED
    assert "申请表.pdf" in found.zh
    assert children(data) == {"申请表.pdf": b"%PDF-1.7 attached"}
    assert MailOpener().opens(EML)


def test_messages_in_messages_are_opened_too() -> None:
    outer = message()
    outer.add_attachment(with_attachment())
    assert children(bytes(outer)) == {"申请表.pdf": b"%PDF-1.7 attached"}
    assert {each.aspect for each in said(bytes(outer))} == {Aspect.EMBEDDED}


def test_a_broken_part_does_not_hide_the_others() -> None:
    mail = EmailMessage()
    mail["From"] = "a@example.com"
    for name in ("a.bin", "b.bin"):
        mail.add_attachment(
            b"x" * 30, maintype="application", subtype="octet-stream", filename=name
        )
    data = bytes(mail).replace(b"eHh4", b"e*h4", 1)
    taken = MailOpener().children(BytesSource("a.eml", data), EML, Limits())
    assert next(taken).name == "b.bin"
    with pytest.raises(FormatError, match="base64"):
        next(taken)


def test_a_message_tells_its_subject_and_date() -> None:
    mail = message()
    mail["X-Mailer"] = "窗口系统 1.0"
    found = facts(bytes(mail))
    assert found.title == "受理通知书"
    assert found.application == "窗口系统 1.0"
    zone = timezone(timedelta(hours=8))
    assert found.created == datetime(2026, 3, 2, 9, 30, tzinfo=zone)


def test_headers_that_make_no_sense_have_no_facts() -> None:
    data = b"Date: tomorrow\r\nSubject: =?x-klingon?b?8J+?=\r\n\r\n"
    assert facts(data).created is None
    assert facts(b"X: y\r\n\r\n") == Facts()


def test_gb2312_of_old_programs_is_read() -> None:
    data = eml("Content-Type: text/plain; charset=gb2312\r\n"
               "Content-Transfer-Encoding: 8bit\r\n\r\n").rstrip()  # fmt: skip
    assert not said(data + b"\r\n\r\n" + "㐀申请".encode("gb18030"))


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(FormatError, match="no header"):
        said(b"")
    with pytest.raises(FormatError, match="no header"):
        facts(b"\r\nbody")


def test_what_may_be_nested_too_deeply_is_not_parsed() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(2000)
    )
    chain = b"Content-Type: message/rfc822\r\n\r\n" * 2000
    for data in (nested, chain):
        with pytest.raises(ToolError, match="within each other"):
            said(data)


def test_a_message_that_is_too_large_is_not_parsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("egovarchive.formats.mail._LARGEST", 3)
    with pytest.raises(ToolError, match="at most 3 are read"):
        said(b"A: b")


def test_many_lines_and_open_boundaries_end_in_time() -> None:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(90)
    )
    started = time.process_time()
    with suppress(EgovArchiveError):
        said(b"From: a\r\n" + head + b"\r\n" + b"--x\r\n" * 50_000)
    assert time.process_time() - started < 10


@given(st.binary(max_size=300))
def test_any_bytes_end_with_findings_or_what_is_meant(data: bytes) -> None:
    for look in (said, facts, children):
        with suppress(EgovArchiveError):
            look(data)


def test_mutated_messages_raise_only_what_is_meant() -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same every time
    originals = [bytes(with_attachment()), *(
        make() for case, (make, _) in INVALID.items() if case.startswith("eml/")
    )]  # fmt: skip
    for _ in range(600):
        data = bytearray(chance.choice(originals))
        for _ in range(5):
            data[chance.randrange(len(data))] = chance.choice(
                [chance.randrange(256), *b'=?;:"\r\n*']
            )
        for look in (said, facts, children):
            with suppress(EgovArchiveError):
                look(bytes(data))
