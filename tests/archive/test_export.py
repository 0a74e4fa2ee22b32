"""Reading a record: one document, or all of it in a folder."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.office import (
    archive_in,
    case,
    document,
    in_threads,
    new_archive,
    permissions_count,
    signer,
)
from egovarchive import Archive
from egovarchive.errors import (
    ArchiveError,
    DigestMismatchError,
    EgovArchiveError,
    EntryNotFoundError,
    NotStoredError,
    PackageError,
)
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.document import File
from egovarchive.storage.memory import MemoryStorage

LARGE = bytes(range(256)) * 80_000  # 20 MB
SMALL = "申请".encode() * 100
CASE = case(documents=[document(File("大.bin", LARGE), File("小.txt", SMALL))])
LARGE_PATH, SMALL_PATH = "申报文件/001-大.bin", "申报文件/002-小.txt"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return archive_in(tmp_path / "archive")


@pytest.fixture
def entry(archive: Archive) -> Entry:
    return archive.deposit(CASE)


def alter(archive: Archive, entry: Entry, path: str, *, at: int = 10) -> None:
    """Change one byte of the document at *path*, as it is stored."""
    member = archive.package(entry.code).member(path)
    data = bytearray(b"".join(archive.storage.get(entry.key)))
    data[member.stored.data_offset + at] ^= 1
    archive.storage.delete(entry.key)
    archive.storage.put(entry.key, [bytes(data)])


class Counting(MemoryStorage):
    """A storage that counts the bytes it gives of packages."""

    given = 0

    def get(
        self, key: str, offset: int = 0, size: int | None = None
    ) -> Iterator[bytes]:
        return self._counted(key, super().get(key, offset, size))

    def _counted(self, key: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.given += len(chunk) * key.startswith("packages/")
            yield chunk


class TestADocument:
    @pytest.mark.parametrize("step", [-1, 1 << 22, 1000])
    def test_is_read_as_any_file(
        self, archive: Archive, entry: Entry, step: int
    ) -> None:
        with archive.open_document(entry.code, LARGE_PATH) as file:
            assert file.readable()
            assert b"".join(iter(lambda: file.read(step), b"")) == LARGE
        with archive.open_document(str(entry.code), SMALL_PATH) as file:
            assert io.TextIOWrapper(file, "utf-8").read() == SMALL.decode()

    def test_costs_its_own_bytes_and_little_more(self) -> None:
        storage = Counting()
        archive = new_archive(storage)
        entry = archive.deposit(CASE)
        storage.given = 0
        with archive.open_document(entry.code, SMALL_PATH) as file:
            assert file.read() == SMALL
        assert storage.given < 100_000
        storage.given = 0
        with archive.open_document(entry.code, LARGE_PATH) as file:
            assert file.read(10) == LARGE[:10]
        assert storage.given < 4 << 20

    @pytest.mark.parametrize("at", [0, 5_000_000, len(LARGE) - 1])
    def test_that_was_altered_never_comes_to_its_end(
        self, archive: Archive, entry: Entry, at: int
    ) -> None:
        alter(archive, entry, LARGE_PATH, at=at)
        with archive.open_document(entry.code, LARGE_PATH) as file:
            for _ in range(len(LARGE) >> 20):
                assert len(file.read(1 << 20)) == 1 << 20
            # Not one byte more than there are is asked for.
            for _ in range(2):
                with pytest.raises(DigestMismatchError, match=LARGE_PATH):
                    file.read(len(LARGE) % (1 << 20))
        with (
            archive.open_document(entry.code, LARGE_PATH) as file,
            pytest.raises(DigestMismatchError),
        ):
            file.read()
        with archive.open_document(entry.code, SMALL_PATH) as file:
            assert file.read() == SMALL

    def test_that_is_not_there(self, archive: Archive, entry: Entry) -> None:
        with pytest.raises(PackageError, match="003"):
            archive.open_document(entry.code, "申报文件/003-无.txt")
        with pytest.raises(EntryNotFoundError):
            archive.open_document("J019-ZY·XK·2026·D30-0002", LARGE_PATH)
        archive.storage.delete(entry.key)
        with pytest.raises(NotStoredError):
            archive.open_document(entry.code, LARGE_PATH)

    def test_closed_early_holds_nothing_open(
        self, archive: Archive, entry: Entry
    ) -> None:
        def open_files() -> int:
            return sum(
                ".zip" in str(path.resolve())
                for path in Path("/proc/self/fd").iterdir()
            )

        before = open_files()
        file = archive.open_document(entry.code, LARGE_PATH)
        file.read(10)
        assert open_files() == before + 1
        file.close()
        assert open_files() == before


class TestAnExport:
    def test_has_every_file_and_plain_programs_accept_it(
        self, archive: Archive, entry: Entry, tmp_path: Path
    ) -> None:
        folder = archive.export(entry.code, tmp_path / "deep" / "out")
        assert (folder / LARGE_PATH).read_bytes() == LARGE
        assert (folder / SMALL_PATH).read_bytes() == SMALL
        names = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
        assert names == {
            LARGE_PATH,
            SMALL_PATH,
            "基本信息元数据.xml",
            "过程信息元数据.xml",
            "manifest-sha256.txt",
            "manifest-sm3.txt",
            "manifest-sm3.txt.p7s",
        }
        self._run(folder, "sha256sum", "--strict", "-c", "manifest-sha256.txt")
        (tmp_path / "trust.pem").write_bytes(signer().certificate_pem())
        self._run(
            folder,
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER"),
            *("-in", "manifest-sm3.txt.p7s", "-content", "manifest-sm3.txt"),
            *("-purpose", "any", "-out", "/dev/null"),
            *("-CAfile", str(tmp_path / "trust.pem")),
        )

    def _run(self, folder: Path, *command: str) -> None:
        if shutil.which(command[0]) is None:
            pytest.skip(f"needs {command[0]}")
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def test_goes_into_an_empty_folder(
        self,
        archive: Archive,
        entry: Entry,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
        archive.export(entry.code, tmp_path / "one")
        assert (tmp_path / "one" / SMALL_PATH).exists()
        monkeypatch.chdir(tmp_path / "two")
        archive.export(entry.code, ".")
        assert (tmp_path / "two" / SMALL_PATH).exists()

    @pytest.mark.parametrize("path", [LARGE_PATH, SMALL_PATH, "过程信息元数据.xml"])
    @pytest.mark.parametrize("there", [True, False])
    def test_of_an_altered_record_leaves_all_as_it_was(
        self, archive: Archive, entry: Entry, tmp_path: Path, path: str, *, there: bool
    ) -> None:
        alter(archive, entry, path)
        out = tmp_path / "out"
        if there:
            out.mkdir()
        with pytest.raises(DigestMismatchError, match=path):
            archive.export(entry.code, out)
        assert sorted(p.name for p in tmp_path.iterdir()) == (
            ["archive", "out"] if there else ["archive"]
        )
        assert not there or list(out.iterdir()) == []

    def test_overwrites_nothing(
        self, archive: Archive, entry: Entry, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_bytes(b"kept")
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "file").write_bytes(b"kept")
        for name in ("file", "full", "file/below", "/"):
            with pytest.raises(ArchiveError) as caught:
                archive.export(entry.code, tmp_path / name)
            assert caught.value.message("zh") != caught.value.message("en")
        assert (tmp_path / "file").read_bytes() == b"kept"
        assert [p.name for p in (tmp_path / "full").iterdir()] == ["file"]

    def test_into_a_folder_that_may_not_be_written(
        self, archive: Archive, entry: Entry, tmp_path: Path
    ) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o555)
        with permissions_count(), pytest.raises(ArchiveError, match="Permission"):
            archive.export(entry.code, closed / "out")
        assert list(closed.iterdir()) == []

    def test_by_two_at_once_is_whole(
        self, archive: Archive, entry: Entry, tmp_path: Path
    ) -> None:
        def export(_: int) -> None:
            try:
                archive.export(entry.code, tmp_path / "out")
            except EgovArchiveError as error:
                assert isinstance(error, ArchiveError)  # noqa: PT017 - or it wins

        in_threads(4, export)
        assert (tmp_path / "out" / LARGE_PATH).read_bytes() == LARGE
        assert sorted(p.name for p in tmp_path.iterdir()) == ["archive", "out"]
