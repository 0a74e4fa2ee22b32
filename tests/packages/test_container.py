"""The container is a ZIP that everyone can open, and of one form only."""

from __future__ import annotations

import io
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.forge import Entry, listed
from egovarchive.errors import UnsafePackageError
from egovarchive.packages import build, container, read
from egovarchive.packages.container import (
    LARGEST_SMALL,
    Stored,
    crc32,
    directory,
    header,
    header_size,
    locate,
    members_of,
)
from egovarchive.packages.measure import measure
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023 as PROFILE
from egovarchive.records.document import Document, File, Role
from packages.filings import Zeros, filing_of, opened, packed

GIB = 1 << 30
NAMES = "申请表.pdf", "a & b (c).txt", "é.png", "𠮷野家.txt"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    files = [File(name, name.encode() * 100) for name in NAMES]
    path = tmp_path / "package.zip"
    path.write_bytes(packed(*files, seal=b"signature"))
    return path


@pytest.fixture
def unzipped(package: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "unzipped"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    return folder


def run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program), reason=f"needs {program}")


def test_python_opens_it(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        infos = archive.infolist()
        for name, info in zip(NAMES, infos[: len(NAMES)], strict=True):
            assert info.filename.endswith(f"-{name}")
            assert archive.read(info) == name.encode() * 100
    for info in infos:
        assert info.compress_type == zipfile.ZIP_STORED
        assert info.date_time == (1980, 1, 1, 0, 0, 0)
        assert info.flag_bits == 1 << 11
        assert stat.S_ISREG(info.external_attr >> 16)
        assert not info.external_attr >> 16 & 0o222
        assert (info.extra, info.comment) == (b"", b"")
    assert [info.filename for info in infos][-3:] == [
        "manifest-sha256.txt",
        "manifest-sm3.txt",
        "manifest-sm3.txt.p7s",
    ]


@needs("unzip")
def test_unzip_accepts_it(package: Path, tmp_path: Path) -> None:
    assert "No errors detected" in run("unzip", "-t", str(package))
    run("unzip", "-q", str(package), "-d", str(tmp_path / "out"))
    names = {path.name for path in (tmp_path / "out" / "申报文件").iterdir()}
    assert names == {f"{n:03}-{name}" for n, name in enumerate(NAMES, 1)}


def test_whatever_other_reader_there_is_accepts_it(package: Path) -> None:
    readers = [
        (sys.executable, "-m", "zipfile", "-t"),
        ("zip", "-T"),
        ("jar", "tf"),
        ("bsdtar", "-tf"),
        ("7z", "t"),
    ]
    for reader in readers:
        if shutil.which(reader[0]):
            run(*reader, str(package))


@needs("sha256sum")
def test_sha256sum_accepts_what_was_unzipped(unzipped: Path) -> None:
    said = run("sha256sum", "-c", "--strict", "manifest-sha256.txt", cwd=unzipped)
    lines = said.splitlines()
    assert len(lines) == len(NAMES) + 2
    assert all(line.endswith(": OK") for line in lines)
    changed = next((unzipped / "申报文件").iterdir())
    changed.chmod(0o644)
    changed.write_bytes(b"changed")
    done = subprocess.run(
        ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"],
        cwd=unzipped,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1


@needs("openssl")
def test_openssl_agrees_with_the_manifest_of_sm3(unzipped: Path) -> None:
    manifest = (unzipped / "manifest-sm3.txt").read_text(encoding="utf-8")
    listed_paths = []
    for line in manifest.splitlines():
        digest, _, path = line.partition("  ")
        said = run("openssl", "dgst", "-sm3", "-r", path, cwd=unzipped)
        assert said.split()[0] == digest
        listed_paths.append(path)
    there = [
        path.relative_to(unzipped).as_posix()
        for path in unzipped.rglob("*")
        if path.is_file()
    ]
    unlisted = {"manifest-sm3.txt", "manifest-sm3.txt.p7s"}
    assert set(there) - unlisted == set(listed_paths)


sizes = st.integers(0, 100) | st.sampled_from(
    [LARGEST_SMALL - 1, LARGEST_SMALL, LARGEST_SMALL + 1, LARGEST_SMALL + 2, 1 << 40]
)
paths = st.text("ab一é/.", min_size=1, max_size=10)


@given(st.lists(st.tuples(paths, sizes, st.integers(0, 0xFFFFFFFF)), max_size=6))
def test_a_directory_reads_as_it_was_written(
    members: list[tuple[str, int, int]],
) -> None:
    stored, offset = [], 0
    for path, size, crc in members:
        stored.append(Stored(path, size, crc, offset))
        assert len(header(path, size, crc)) == header_size(path, size)
        assert stored[-1].data_offset == offset + header_size(path, size)
        offset = stored[-1].end
    data = directory(stored)
    assert locate(data[-container.TAIL_SIZE :], offset + len(data)) == (
        offset,
        len(data),
    )
    assert members_of(data, offset) == tuple(stored)
    with pytest.raises(UnsafePackageError):
        members_of(data, offset + 1)


@given(st.binary(max_size=300))
def test_no_bytes_are_a_directory_by_chance(data: bytes) -> None:
    for start in (0, 5):
        try:
            members = members_of(data, start)
        except UnsafePackageError:
            continue
        assert directory(members) == data


class _Sparse(io.RawIOBase):
    """A file with some written places, and zeros between them."""

    def __init__(self, places: dict[int, bytes], size: int) -> None:
        self._places, self._size, self._at = places, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        size = max(0, min(len(buffer), self._size - self._at))
        found = bytearray(size)
        for start, data in self._places.items():
            for n in range(
                max(start, self._at), min(start + len(data), self._at + size)
            ):
                found[n - self._at] = data[n - start]
        buffer[:size] = found
        self._at += size
        return size


@pytest.mark.parametrize(
    "large", [LARGEST_SMALL, LARGEST_SMALL + 1, LARGEST_SMALL + 2, 5 * GIB]
)
def test_members_beyond_4_gib_are_found_by_others(large: int) -> None:
    first = Stored("录像.mp4", large, 1, 0)
    second = Stored("a.txt", 5, crc32(b"hello"), first.end)
    third = Stored("b.txt", 5, crc32(b"world"), second.end)
    members = first, second, third
    tail = directory(members)
    places = {
        stored.offset: header(stored.path, stored.size, stored.crc) + data
        for stored, data in zip(members, (b"", b"hello", b"world"), strict=True)
    }
    file = _Sparse({**places, third.end: tail}, third.end + len(tail))
    with zipfile.ZipFile(io.BufferedReader(file)) as archive:
        infos = archive.infolist()
        assert [info.file_size for info in infos] == [large, 5, 5]
        assert [info.compress_size for info in infos] == [large, 5, 5]
        assert [info.header_offset for info in infos] == [m.offset for m in members]
        assert archive.read("a.txt") == b"hello"
        assert archive.read("b.txt") == b"world"
        with archive.open("录像.mp4") as stream:
            assert stream.read(10) == bytes(10)


@pytest.mark.parametrize("count", [65_534, 65_535, 65_536, 70_000])
def test_very_many_members_are_found_by_others(count: int) -> None:
    body, members = [], []
    offset = 0
    for number in range(count):
        path, data = f"申报文件/{number}", b"%d" % number
        members.append(Stored(path, len(data), crc32(data), offset))
        body.append(header(path, len(data), crc32(data)) + data)
        offset = members[-1].end
    whole = b"".join(body) + directory(members)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        infos = archive.infolist()
        assert len(infos) == count
        for number in (0, 65_533, count - 1):
            assert archive.read(f"申报文件/{number}") == b"%d" % number
    start, length = locate(whole[-container.TAIL_SIZE :], len(whole))
    assert members_of(whole[start:], start) == tuple(members)
    assert length == len(whole) - start
    needs_64 = count >= 65_535
    assert (b"PK\6\6" in whole[start:]) is needs_64


@needs("unzip")
def test_a_package_of_very_many_members_can_be_read(tmp_path: Path) -> None:
    entries = [Entry(path=f"a/{n}".encode(), data=b"x") for n in range(66_000)]
    body, stored, offset = [], [], 0
    for entry in listed(entries):
        path = entry.path.decode()
        stored.append(Stored(path, len(entry.data), crc32(entry.data), offset))
        body.append(header(path, len(entry.data), crc32(entry.data)) + entry.data)
        offset = stored[-1].end
    data = b"".join(body) + directory(stored)
    package = opened(data)
    assert len(package.members) == 66_001
    assert b"".join(package.payload()) == data
    last = package.members[-2]
    assert measure(package, last).digests == last.digests
    path_on_disk = tmp_path / "package.zip"
    path_on_disk.write_bytes(data)
    assert "No errors detected" in run("unzip", "-tq", str(path_on_disk))


class _Holes(io.FileIO):
    """A file that does not write zeros, but leaves a hole."""

    _ZEROS = bytes(1 << 20)

    def write(self, data: Any, /) -> int:
        if data == self._ZEROS:
            self.seek(len(data), io.SEEK_CUR)
            return len(data)
        return super().write(data)


def test_a_document_beyond_4_gib_is_packed_and_read(tmp_path: Path) -> None:
    size = 4 * GIB + 1
    files = [File("录像.mp4", Zeros(size)), File("说明.txt", b"after it")]
    package = build(
        filing_of(Document(name="录像", role=Role.PROCEDURE, files=files)),
        PROFILE,
        algorithms=["sha256"],
        room=lambda: _Holes(tmp_path / "room", "w+b"),
        memory=0,
    ).sealed(b"s")
    assert package.members[0].size == size
    payload: Any = package.payload()
    with zipfile.ZipFile(payload) as archive:
        infos = archive.infolist()
        assert infos[0].file_size == size
        assert package.members[0].stored.crc == infos[0].CRC
        assert archive.read(infos[1]) == b"after it"
        assert archive.read("manifest-sha256.txt") == package.manifest
    found = read(payload, PROFILE)
    assert found.members[0].size == size
    assert found.read(found.members[1]) == b"after it"
    assert found.filing().case.documents[0].files[0].content.size == size  # type: ignore[attr-defined]
    package.close()
