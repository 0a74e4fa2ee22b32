"""A segment has one form: what was written is read, and nothing else is."""

from __future__ import annotations

import hashlib
import json
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import JournalError
from egovarchive.journal import Head, Segment
from egovarchive.journal.segment import MAX_SIZE, head_of
from egovarchive.lifecycle.entry import EntryRow
from egovarchive.records.moment import CHINA
from egovarchive.testing.catalog import JournalWriter, series_of
from egovarchive.testing.strategies.codes import series
from egovarchive.testing.strategies.events import events_of
from journal.entries import entries_of

FONDS = "J019"
PLAIN = JournalWriter()
PLAIN.write(PLAIN.row(transfer=5, end=9), PLAIN.row(), PLAIN.row())
PLAIN.write()
PLAIN.write(PLAIN.row(series_of(2)), PLAIN.row())
PLAIN.write(events=[PLAIN.event(PLAIN.rows[0]["code"]), PLAIN.event()])
PLAIN.write(PLAIN.row(), events=[PLAIN.event(PLAIN.rows[1]["code"])])
AT = PLAIN.steps[0][0].at
FIRST, HEAD = PLAIN.steps[0]


def written() -> list[bytes]:
    return [segment.encode() for segment, _ in PLAIN.steps]


def refused(data: bytes, previous: Head, match: str | None = None) -> JournalError:
    with pytest.raises(JournalError, match=match) as caught:
        Segment.decode(data, previous)
    number = previous.number + 1
    assert f"journal of {previous.fonds}, segment {number}: " in caught.value.message()
    assert f"{previous.fonds} 登记簿第 {number} 段：" in caught.value.message("zh")
    return caught.value


class TestForm:
    def test_is_this(self) -> None:
        row: EntryRow = {
            "code": "J019-ZY·XK·2026·D30-0001",
            "case_number": 'C-"1"\\',
            "item_code": "0100190012",
            "concluded_on": "2026-05-20",
            "registered_at": "2026-11-23T09:00:00+08:00",
            "schedule": "2026",
            "transfer_due_on": "2031-05-20",
            "statutory_transfer_on": None,
            "retention_ends_on": "2056-12-31",
            "package": "ab" * 32,
            "key": f"packages/J019/2026/05/{'ab' * 32}.zip",
            "size": 1234,
            "signature": None,
        }
        at = datetime(2026, 11, 23, 9, 0, 1, tzinfo=CHINA)
        segment = Segment(previous=Head(FONDS), at=at, registered=(row,))
        assert segment.encode().decode() == (
            '{"at":"2026-11-23T09:00:01+08:00","fonds":"J019","journal":1,'
            '"previous":{},"segment":1}\n'
            '{"case_number":"C-\\"1\\"\\\\","code":"J019-ZY·XK·2026·D30-0001",'
            '"concluded_on":"2026-05-20","event":"registered",'
            '"item_code":"0100190012",'
            f'"key":"packages/J019/2026/05/{"ab" * 32}.zip","package":"{"ab" * 32}",'
            '"registered_at":"2026-11-23T09:00:00+08:00",'
            '"retention_ends_on":"2056-12-31","schedule":"2026","signature":null,'
            '"size":1234,"statutory_transfer_on":null,'
            '"transfer_due_on":"2031-05-20"}\n'
        )

    @given(st.data())
    def test_is_read_as_it_was_written(self, data: st.DataObject) -> None:
        fonds = data.draw(series).fonds
        where = series.map(lambda drawn: evolve(drawn, fonds=fonds))
        entries = data.draw(st.lists(entries_of(where), max_size=4))
        happened = data.draw(st.lists(events_of(where), max_size=4))
        segment = Segment(
            previous=Head(fonds, 7, {"sha256": "0" * 64, "sm3": "1" * 64}),
            at=data.draw(st.datetimes(datetime(1900, 1, 1), datetime(9998, 12, 31))),
            registered=tuple(entry.row() for entry in entries),
            events=tuple(happened),
        )
        encoded = segment.encode()
        again = Segment.decode(encoded, segment.previous)
        assert again == segment
        assert again.encode() == encoded

    def test_is_canonical_json_a_line(self) -> None:
        for data in written():
            text = data.decode("utf-8")
            assert text.endswith("\n")
            for line in text.split("\n")[:-1]:
                again = json.dumps(
                    json.loads(line),
                    ensure_ascii=False,
                    sort_keys=True,
                    separators=(",", ":"),
                )
                assert again == line

    def test_holds_the_time_in_china(self) -> None:
        moment = datetime(2026, 12, 31, 16, 30, tzinfo=timezone.utc)
        for at in (moment, moment.astimezone(timezone(timedelta(hours=-9)))):
            segment = Segment(previous=Head(FONDS), at=at, registered=())
            assert b'"at":"2027-01-01T00:30:00+08:00"' in segment.encode()
            assert Segment.decode(segment.encode(), Head(FONDS)) == segment

    def test_takes_separators_of_lines_for_text(self) -> None:
        """To `str.splitlines` a line ends there, to JSON it does not."""
        writer = JournalWriter()
        rows = [writer.row(case=f"甲{odd}乙") for odd in "\u2028\u2029\x85"]
        segment, _ = writer.write(*rows)
        assert Segment.decode(segment.encode(), Head(FONDS)) == segment

    def test_has_events_behind_entries(self) -> None:
        segment, _ = PLAIN.steps[-1]
        heading, entry, event = segment.encode().decode().split("\n")[:-1]
        assert '"event":"registered"' in entry
        assert '"event":"reviewed"' in event
        before = segment.previous
        assert Segment.decode(f"{heading}\n{event}\n".encode(), before).events
        refused(
            f"{heading}\n{event}\n{entry}\n".encode(),
            before,
            "entry 2: registered behind an event",
        )
        later = entry.replace("registered", "melted")
        for lines in ((later,), (event, later), (entry, event, later), (later, event)):
            refused(
                "".join(f"{line}\n" for line in (heading, *lines)).encode(),
                before,
                "unknown event 'melted': written by a newer version",
            )

    def test_has_events_of_its_own_fonds_alone(self) -> None:
        writer = JournalWriter("J02")
        writer.write(writer.row())
        event = writer.event(writer.rows[0]["code"])
        segment = Segment(previous=Head(FONDS), at=AT, registered=(), events=(event,))
        refused(segment.encode(), Head(FONDS), "entry 1: .* is not of J019")

    def test_takes_no_half_characters(self) -> None:
        segment, _ = PLAIN.steps[0]
        row = segment.registered[0].copy()
        row["schedule"] = "\ud800"
        broken = evolve(segment, registered=(row,))
        with pytest.raises(JournalError, match="no UTF-8"):
            broken.encode()


class TestChain:
    def test_holds_with_any_digest_program(self, tmp_path: Path) -> None:
        previous: dict[str, str] = {}
        for number, data in enumerate(written(), start=1):
            heading = json.loads(data.split(b"\n")[0])
            assert heading["segment"] == number
            assert heading["previous"] == previous
            path = tmp_path / "segment.jsonl"
            path.write_bytes(data)
            sum_ = subprocess.run(
                ["sha256sum", str(path)], capture_output=True, text=True, check=True
            )
            previous = {
                "sha256": sum_.stdout.split()[0],
                "sm3": hashlib.new("sm3", data).hexdigest(),
            }
            assert previous["sha256"] == hashlib.sha256(data).hexdigest()

    def test_is_broken_by_any_change(self) -> None:
        """A changed byte is found in its segment, or by the one that follows."""
        segments = written()
        heads = [Head(FONDS), *[head for _, head in PLAIN.steps]]
        unnoticed = 0
        for place, data in enumerate(segments):
            for at in range(len(data)):
                byte = data[at]
                for new in (
                    b"",
                    bytes([byte ^ 1]),
                    bytes([byte ^ 0x20]),
                    b"0",
                    b"\xc3",
                ):
                    changed = data[:at] + new + data[at + 1 :]
                    if changed == data:
                        continue
                    try:
                        segment = Segment.decode(changed, heads[place])
                    except JournalError:
                        continue
                    head = head_of(segment, changed)
                    assert head != heads[place + 1]
                    if place + 1 < len(segments):
                        refused(segments[place + 1], head, "previous is")
                    else:
                        unnoticed += 1
        # Nothing follows the last: its head tells, which the catalog remembers.
        assert unnoticed > 100

    @pytest.mark.parametrize("size", [0, 1, 40, len(written()[0]) - 1])
    def test_is_broken_where_a_segment_is_cut(self, size: int) -> None:
        refused(written()[0][:size], Head(FONDS))


HEADINGS: dict[str, tuple[Any, str]] = {
    "another format": ({"journal": 2}, "journal is '2', not 1"),
    "another fonds": ({"fonds": "J020"}, "fonds is 'J020', not J019"),
    "another number": ({"segment": 2}, "segment is '2', not 1"),
    "a number that is true": ({"segment": True}, "canonical"),
    "a number with a fraction": ({"segment": 1.0}, "canonical"),
    "another segment before": ({"previous": {"sha256": "0"}}, "previous is"),
    "no object before": ({"previous": []}, "previous is"),
    "something more": ({"note": "x"}, "canonical"),
    "no time": ({"at": None}, "TypeError"),
    "a number for a time": ({"at": 7}, "TypeError"),
    "no day of the calendar": ({"at": "2026-02-30T09:00:00+08:00"}, "broken"),
    "the end of all time": ({"at": "9999-12-31T23:59:59-14:00"}, "outside the cal"),
    "another zone": ({"at": "2026-11-23T01:00:00+00:00"}, "canonical"),
    "no zone": ({"at": "2026-11-23T09:00:00"}, "canonical"),
}


class TestHeading:
    @pytest.mark.parametrize("what", HEADINGS)
    def test_with_another_value_is_refused(self, what: str) -> None:
        changes, match = HEADINGS[what]
        line, rest = FIRST.encode().decode().split("\n", 1)
        value = {**json.loads(line), **changes}
        text = json.dumps(
            value, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        refused(f"{text}\n{rest}".encode(), Head(FONDS), match)

    @pytest.mark.parametrize(
        "line",
        [
            "",
            "{}",
            "[]",
            "null",
            "7",
            '"at"',
            "{",
            "[" * 100_000,
            '{"a":' * 100_000,
            "1" * 100_000,
            "NaN",
            "\ufeff{}",
        ],
        ids=lambda line: f"{line[:5]}-{len(line)}",
    )
    def test_that_is_none_is_refused(self, line: str) -> None:
        refused(f"{line}\n".encode(), Head(FONDS), "heading is broken")

    def test_in_another_form_is_refused(self) -> None:
        data = FIRST.encode()
        for old, new in (
            (b'{"at"', b'{ "at"'),
            (b'"journal":1', b'"journal": 1'),
            (b'"journal":1', b'"journal":1,"journal":1'),
            (b'"fonds"', b'"\\u0066onds"'),
            (b"+08:00", b"+08:00:00"),
            (b"}\n", b"}\r\n"),
            (b"}\n", b"} \n"),
        ):
            refused(data.replace(old, new, 1), Head(FONDS), "canonical")

    def test_has_no_room_for_what_was_there_before(self) -> None:
        refused(b"\xef\xbb\xbf" + FIRST.encode(), Head(FONDS))
        refused(b"\n" + FIRST.encode(), Head(FONDS))


class TestBytes:
    def test_that_are_too_many_are_refused_before_they_are_read(self) -> None:
        refused(bytes(MAX_SIZE + 1), Head(FONDS), "larger than 67108864 bytes")

    def test_that_are_no_text_are_refused(self) -> None:
        data = FIRST.encode()
        refused(data.replace("·".encode(), b"\xb7", 1), Head(FONDS), "no UTF-8")
        refused(data.decode().encode("utf-16"), Head(FONDS), "no UTF-8")
        # Half of a pair, as some programs write it; and a zero in two bytes.
        refused(data.replace(b"C-000001", b"\xed\xa0\x80"), Head(FONDS), "no UTF-8")
        refused(data.replace(b"C-000001", b"\xc0\x80"), Head(FONDS), "no UTF-8")

    def test_after_the_last_line_are_refused(self) -> None:
        data = FIRST.encode()
        refused(data + b"\n", Head(FONDS), "entry 4: no JSON")
        refused(data + b" ", Head(FONDS), "last line is not whole")
        refused(data[:-1], Head(FONDS), "last line is not whole")
        refused(b"", Head(FONDS), "no line is whole")

    @given(st.binary(max_size=200))
    def test_of_any_kind_are_refused(self, data: bytes) -> None:
        refused(data, Head(FONDS))
        refused(FIRST.encode() + data + b"\n", Head(FONDS), "entry 4|UTF-8")
