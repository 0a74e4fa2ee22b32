"""Batches that somebody altered on the way, or that a trusted sender made so."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.exchange_office import ARCHIVES, Exchange, new_exchange
from archive.office import signer
from egovarchive.archive.transfer.incoming import Incoming
from egovarchive.errors import BatchError
from egovarchive.exchange.dat93.layout import MANIFESTS
from egovarchive.lifecycle.dialogue.reason import Ground
from egovarchive.lifecycle.dialogue.received import ReceivedRecord, RecordFate
from egovarchive.records.digest import hexdigest
from egovarchive.signing import cms

HUGE = 1 << 40  # bytes; of a sparse file, none of them is on the disk


@pytest.fixture
def both(tmp_path: Path) -> Exchange:
    return new_exchange(tmp_path)


@pytest.fixture
def volume(both: Exchange) -> Path:
    """Return a volume of two records, in a folder."""
    [found] = both.send(both.deposit(2), medium="硬盘").volumes
    return found


def received(both: Exchange, volume: Path) -> tuple[ReceivedRecord, ...]:
    return both.archives.accession.receive(
        volume, archives=ARCHIVES, by="接收人"
    ).records


def first_document(volume: Path) -> Path:
    return next(path for path in sorted(volume.rglob("*.txt")) if "申报" in str(path))


def resign(both: Exchange, volume: Path, *added: Path) -> None:
    """Make the checksum files of *volume* anew, with what was *added*, and sign."""
    there = [(volume / path, name) for path, name in MANIFESTS.items()]
    there = [(path, name) for path, name in there if path.exists()]
    [signature] = (volume / "其他").glob("*.p7s")
    primary = signature.with_suffix("")
    # The primary one lists the others.
    for path, algorithm in sorted(there, key=lambda each: each[0] == primary):
        paths = [line[line.index("  ") + 2 :] for line in path.read_text().splitlines()]
        paths += [each.relative_to(volume).as_posix() for each in added]
        path.write_text(
            "".join(
                f"{hexdigest(algorithm, (volume / each).read_bytes())}  {each}\n"
                for each in paths
            )
        )
    [data] = cms.sign_messages(signer(), [primary.read_bytes()], at=both.clock())
    signature.write_bytes(data)


def test_signed_anew_without_a_change_it_is_taken(both: Exchange, volume: Path) -> None:
    resign(both, volume)
    assert {each.fate for each in received(both, volume)} == {RecordFate.ACCEPTED}


@pytest.mark.parametrize("how", ["instead", "beside"])
def test_a_file_without_end_is_neither_copied_nor_read(
    both: Exchange, volume: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = first_document(volume)
    place = path if how == "instead" else path.with_name("009-大.txt")
    place.touch()
    os.truncate(place, HUGE)
    monkeypatch.delattr(Incoming, "look_closer")
    huge, other = received(both, volume)
    assert huge.reason is not None
    assert huge.reason.ground is Ground.COUNT_MISMATCH
    assert other.fate is RecordFate.ACCEPTED


def test_a_file_that_the_sender_adds_to_a_package_is_not_taken(
    both: Exchange, volume: Path
) -> None:
    more = first_document(volume).with_name("009-多余.txt")
    more.write_bytes(b"x")
    resign(both, volume, more)
    bad, other = received(both, volume)
    assert bad.reason is not None
    assert bad.reason.ground is Ground.PACKAGE_UNREADABLE
    assert other.fate is RecordFate.ACCEPTED


def test_a_file_that_the_sender_changes_is_not_taken(
    both: Exchange, volume: Path
) -> None:
    path = first_document(volume)
    path.write_bytes(path.read_bytes()[::-1])
    resign(both, volume)
    bad, other = received(both, volume)
    assert bad.fate is RecordFate.REJECTED
    assert other.fate is RecordFate.ACCEPTED


def _twice(text: str) -> str:
    row = text[text.index("  <文件>") : text.index("</文件>\n") + len("</文件>\n")]
    return text.replace("</文件目录>", f"{row}</文件目录>")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("目录文件.XML", _twice),
        ("目录文件.XML", lambda text: text.replace("-0001</档号>", "-0009</档号>")),
        ("说明文件.TXT", lambda text: text.replace("2件", "3件")),
    ],
)
def test_a_sender_who_describes_it_wrongly_is_told(
    both: Exchange, volume: Path, name: str, change: Callable[[str], str]
) -> None:
    """A code twice, a code that is not listed, another count: all of it signed."""
    path = volume / name
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    resign(both, volume)
    keys = list(both.archives.storage.keys())
    with pytest.raises(BatchError) as caught:
        received(both, volume)
    assert caught.value.message("zh") != caught.value.message("en")
    assert list(both.archives.storage.keys()) == keys


def test_history_is_kept_as_it_came_whatever_it_says(
    both: Exchange, volume: Path
) -> None:
    """It is what the sender says, and no check rests on it."""
    [history, *_] = sorted((volume / "其他").rglob("*.jsonl"))
    history.write_bytes(b"\xff\x00 no journal\n")
    resign(both, volume)
    records = received(both, volume)
    assert {each.fate for each in records} == {RecordFate.ACCEPTED}
    assert both.archives.accession.history(records[0].code) == b"\xff\x00 no journal\n"
