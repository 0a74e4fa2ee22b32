"""ZIP files as documents, and what is taken out of them."""

from __future__ import annotations

import io
import tarfile
import time
from pathlib import Path

import pytest

from corpus.zip_maker import Member, deflated, overlapping_bomb, plain_zip, zip_of
from egovarchive.errors import FormatError
from egovarchive.formats import Aspect, BytesSource, FileSource, Limits
from egovarchive.formats.table import FORMATS
from egovarchive.formats.zip_files import ZipOpener, ZipValidator
from egovarchive.records.outcome import Outcome

ZIP = FORMATS["zip"]
TEXT = b"".join(b"%d" % n for n in range(1000))


def said(data: bytes, limits: Limits | None = None) -> set[tuple[Aspect, Outcome]]:
    return {
        (each.aspect, each.outcome)
        for each in ZipValidator().validate(
            BytesSource("a.zip", data), ZIP, limits or Limits()
        )
    }


def children(data: bytes, limits: Limits | None = None) -> dict[str, bytes]:
    source = BytesSource("a.zip", data)
    return {
        child.name: child.read(0, child.size)
        for child in ZipOpener().children(source, ZIP, limits or Limits())
    }


def test_a_good_archive_passes() -> None:
    assert not said(plain_zip({"a/b.txt": TEXT, "许可证.pdf": TEXT}))
    assert ZipValidator().answers(ZIP) == ZIP.asks
    assert not ZipValidator().answers(FORMATS["pdf"])


def test_a_changed_entry_is_not_readable() -> None:
    data = zip_of([Member(name=b"a", data=TEXT)]).replace(b"1011", b"1111", 1)
    assert said(data) == {(Aspect.READABLE, Outcome.FAILED)}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_a_cut_off_archive_is_not_complete(share: float) -> None:
    data = plain_zip({"a.txt": TEXT, "b.txt": TEXT})
    found = said(data[: int(len(data) * share)])
    assert (Aspect.COMPLETE, Outcome.FAILED) in found
    assert (Aspect.READABLE, Outcome.FAILED) in found
    assert (Aspect.BOUNDED, Outcome.NOT_PERFORMED) in found


def test_archives_in_archives_are_named() -> None:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("empty"))
    inner = plain_zip({"a": TEXT})
    for data in (inner, b"Rar!\x1a\x07\x01\0", b"\x1f\x8b\x08", tar.getvalue()):
        found = said(plain_zip({"inner": data}))
        assert found == {(Aspect.EMBEDDED, Outcome.WARNED)}
    assert not said(plain_zip({"a.docx": inner}))


def test_an_encrypted_archive_is_not_readable_without_its_key() -> None:
    assert said(zip_of([Member(name=b"a", flags=1)])) == {
        (Aspect.UNENCRYPTED, Outcome.FAILED),
        (Aspect.READABLE, Outcome.NOT_PERFORMED),
        (Aspect.EMBEDDED, Outcome.NOT_PERFORMED),
    }


@pytest.mark.parametrize(
    "data",
    [
        overlapping_bomb(),
        zip_of([Member(name=b"a", method=8, packed=deflated(bytes(99 << 20)), size=1)]),
        zip_of([Member(name=b"a", method=8, data=bytes(99 << 20))]),
        zip_of([Member(name=b"%d" % n, method=8, data=bytes(1 << 20))
                for n in range(100)]),
    ],
)  # fmt: skip
def test_a_bomb_is_a_finding_and_ends_in_time(data: bytes) -> None:
    started = time.process_time()
    found = said(data, Limits(inflated=64 << 20))
    assert {outcome for _, outcome in found} & {Outcome.FAILED, Outcome.NOT_PERFORMED}
    assert time.process_time() - started < 2


def test_what_takes_too_long_is_said() -> None:
    found = said(plain_zip({"a": TEXT, "b": TEXT}), Limits(seconds=-1))
    assert found == {(Aspect.READABLE, Outcome.NOT_PERFORMED)}


def test_too_many_entries_are_not_looked_at() -> None:
    found = said(plain_zip({"a": TEXT, "b": TEXT}), Limits(entries=1))
    assert {outcome for _, outcome in found} == {Outcome.NOT_PERFORMED}
    assert {aspect for aspect, _ in found} == set(ZIP.asks)


def test_its_files_are_taken_out() -> None:
    files = {"a.txt": TEXT, "许可证.pdf": b"%PDF", "folder/b.txt": b"b"}
    data = plain_zip({**files, "folder/": b""})
    assert children(data) == {"a.txt": TEXT, "许可证.pdf": b"%PDF", "b.txt": b"b"}


def test_large_files_are_taken_out_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egovarchive.formats.zip_contents._IN_MEMORY", 10)
    data = zip_of([
        Member(name=b"stored", data=TEXT),
        Member(name=b"packed", data=TEXT, method=8),
    ])  # fmt: skip
    assert children(data) == {"stored": TEXT, "packed": TEXT}


def test_a_broken_file_does_not_hide_the_others() -> None:
    data = zip_of([
        Member(name=b"a", crc=1),
        Member(name=b"b"),
        Member(name=b"c", flags=1),
    ])  # fmt: skip
    taken = ZipOpener().children(BytesSource("a.zip", data), ZIP, Limits())
    assert next(taken).name == "b"
    with pytest.raises(FormatError, match="a: its CRC-32"):
        next(taken)


def test_a_file_on_disk_is_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(plain_zip({"a.txt": TEXT}))
    assert not list(ZipValidator().validate(FileSource.of(path), ZIP, Limits()))
    assert ZipOpener().opens(ZIP)
    assert str(ZipValidator().tool) == str(ZipOpener().tool) == "egovarchive.zip 1"
