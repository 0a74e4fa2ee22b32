"""A batch from outside: what is wrong in it is told, what is not safe is refused."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zlib import crc32

import pytest

from egovarchive.errors import BatchError, InvalidValueError, PackageError
from egovarchive.exchange.dat93 import (
    Finding,
    Kind,
    PlannedVolume,
    folder_source,
    read,
    stream,
)
from egovarchive.packages import container
from egovarchive.packages.container import Stored
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.digest import Digest
from exchange.dat93.batches import (
    kinds,
    record_folder,
    resealed,
    tree,
    written,
)

FORM = "申报文件/001-申请表.txt"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[PlannedVolume, Path]:
    return written(tmp_path_factory.mktemp("clean"))


@pytest.fixture
def data(volume: PlannedVolume) -> bytes:
    """Return a good batch as one file."""
    return b"".join(stream(volume))


@pytest.fixture
def volume(clean: tuple[PlannedVolume, Path]) -> PlannedVolume:
    return clean[0]


@pytest.fixture
def root(clean: tuple[PlannedVolume, Path], tmp_path: Path) -> Path:
    """Return a copy of a good batch, to be damaged."""
    shutil.copytree(clean[1], tmp_path / "batch")
    return tmp_path / "batch"


def findings_of(root: Path) -> list[Finding]:
    with read(root) as volume:
        return [*volume.findings, *volume.check()]


def zipped(files: dict[str, bytes]) -> bytes:
    """Return *files* in the container's one form, whatever their names."""
    out, members = BytesIO(), []
    for path, data in files.items():
        members.append(Stored(path, len(data), crc32(data), out.tell()))
        out.write(container.header(path, len(data), crc32(data)) + data)
    out.write(container.directory(members))
    return out.getvalue()


def bound(path: Path) -> None:
    """Make a socket at *path*, whose full name would be too long for one."""
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


class TestDamage:
    def test_a_file_missing(self, root: Path, volume: PlannedVolume) -> None:
        (record_folder(root, volume) / FORM).unlink()
        (found,) = findings_of(root)
        assert found.kind is Kind.FILE_MISSING
        assert found.code == str(volume.codes[0])
        with read(root) as batch, pytest.raises(PackageError, match="001-申请表"):
            batch.records[0].package(GBT42727_2023)

    def test_a_file_added(self, root: Path, volume: PlannedVolume) -> None:
        (record_folder(root, volume, 1) / "新.txt").write_bytes(b"new")
        (found,) = findings_of(root)
        assert (found.kind, found.code) == (Kind.FILE_ADDED, str(volume.codes[1]))

    @pytest.mark.parametrize("where", [0, -1])
    def test_a_file_changed(
        self, where: int, root: Path, volume: PlannedVolume
    ) -> None:
        file = record_folder(root, volume) / FORM
        data = bytearray(file.read_bytes())
        data[where] ^= 1
        file.write_bytes(data)
        (found,) = findings_of(root)
        assert (found.kind, found.code) == (Kind.FILE_CHANGED, str(volume.codes[0]))
        assert found.expected != found.found
        with read(root) as batch:
            assert kinds(batch.check(["sha256"])) == ["file_changed"]
            assert kinds(batch.check(["sm3"])) == ["file_changed"]
            with pytest.raises(InvalidValueError):
                batch.check(["sha512"])

    def test_a_file_renamed(self, root: Path, volume: PlannedVolume) -> None:
        file = record_folder(root, volume) / FORM
        file.rename(file.with_name("改名.txt"))
        (found,) = findings_of(root)
        assert (found.kind, found.code) == (Kind.FILE_RENAMED, str(volume.codes[0]))
        assert "改名" in found.found

    def test_two_files_exchanged(self, root: Path, volume: PlannedVolume) -> None:
        one, two = (record_folder(root, volume, n) / FORM for n in (0, 1))
        one.rename(one.with_name("x"))
        two.rename(one)
        one.with_name("x").rename(two)
        assert kinds(findings_of(root)) == ["file_changed"] * 2

    def test_a_record_missing(self, root: Path, volume: PlannedVolume) -> None:
        shutil.rmtree(record_folder(root, volume))
        found = findings_of(root)
        assert {f.code for f in found} == {str(volume.codes[0])}
        assert "record_missing" in kinds(found)
        assert kinds(found).count("file_missing") == 7

    def test_a_record_that_no_row_names(
        self, root: Path, volume: PlannedVolume
    ) -> None:
        one = record_folder(root, volume)
        name = one.name.replace("0001", "0009")
        shutil.copytree(one, one.with_name(name))
        found = findings_of(root)
        assert {f.code for f in found} == {name}
        assert "record_unlisted" in kinds(found)

    @pytest.mark.parametrize(
        "place", ["x.txt", "J019/x.txt", "J019/ZY·XK/2026/D30/x/y"]
    )
    def test_a_file_that_belongs_nowhere(self, place: str, root: Path) -> None:
        (root / place).parent.mkdir(exist_ok=True)
        (root / place).write_bytes(b"?")
        assert kinds(findings_of(root)) == ["file_added", "file_misplaced"]

    def test_a_duplicate_code(self, root: Path) -> None:
        file = root / "目录文件.XML"
        text = file.read_text(encoding="utf-8").replace("D30-0002", "D30-0001")
        file.write_text(text, encoding="utf-8")
        found = kinds(findings_of(root))
        assert "record_twice" in found
        assert "record_unlisted" in found
        resealed(root)
        with read(root) as batch:
            assert len(batch.records) == 2
            assert not list(batch.check())

    def test_a_row_too_few(self, root: Path) -> None:
        file = root / "目录文件.XML"
        head, _, rest = file.read_text(encoding="utf-8").partition("  <文件>")
        file.write_text(head + "  <文件>" + rest.split("  <文件>", 1)[1], "utf-8")
        found = kinds(findings_of(root))
        assert {"count", "range", "record_unlisted", "file_changed"} <= set(found)

    def test_a_statement_that_says_otherwise(self, root: Path) -> None:
        file = root / "说明文件.TXT"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("3件", "4件").replace("0003", "0004"), "utf-8")
        resealed(root)
        assert kinds(findings_of(root)) == ["count", "range"]

    def test_a_form_that_says_otherwise(
        self, root: Path, volume: PlannedVolume
    ) -> None:
        with read(root) as batch:
            found = batch.against(
                count=4, size=volume.size - 1, digest=Digest("sm3", "0" * 64)
            )
            assert kinds(found) == ["count", "digest", "size"]
            assert not batch.against()

    def test_checksum_files_that_differ(self, root: Path) -> None:
        file = root / "其他" / "manifest-sha256.txt"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(lines[1:]), encoding="utf-8")
        assert kinds(findings_of(root)) == ["digest", "file_changed"]

    def test_a_package_resealed_with_another_file(
        self, root: Path, volume: PlannedVolume
    ) -> None:
        """The package's own manifest still tells, and its signature."""
        (record_folder(root, volume) / FORM).write_bytes(b"forged")
        resealed(root)
        assert not findings_of(root)
        with read(root) as batch:
            package = batch.records[0].package(GBT42727_2023)
            member = package.member(FORM)
            assert package.read(member) == b"forged"
            assert batch.digest != volume.digest


class TestWhatCannotBeRead:
    @pytest.mark.parametrize("path", ["说明文件.TXT", "目录文件.XML"])
    @pytest.mark.parametrize("how", ["missing", "huge", "binary"])
    def test_without_its_texts(self, path: str, how: str, root: Path) -> None:
        (root / path).unlink()
        if how == "huge":
            with (root / path).open("wb") as file:
                file.truncate(1 << 30)
        elif how == "binary":
            (root / path).write_bytes(b"\xff" * 100)
        with pytest.raises(BatchError, match=path):
            read(root)

    def test_without_checksums(self, root: Path) -> None:
        for path in (root / "其他").glob("manifest-*"):
            path.unlink()
        with pytest.raises(BatchError, match="no checksum file"):
            read(root)

    @pytest.mark.parametrize("data", [b"", b"?\n", b"\xff", b"0" * 64 + b"  x"])
    def test_with_broken_checksums(self, data: bytes, root: Path) -> None:
        (root / "其他" / "manifest-sm3.txt").write_bytes(data)
        with pytest.raises(BatchError):
            read(root)

    def test_what_is_not_there(self, tmp_path: Path) -> None:
        for place in (tmp_path / "no", tmp_path, Path("/dev/null"), Path("a\0b")):
            with pytest.raises(BatchError):
                read(place)


class TestFolders:
    @pytest.mark.parametrize(
        "make",
        [
            lambda path: path.symlink_to("/etc/passwd"),
            lambda path: path.symlink_to("/etc"),
            lambda path: path.symlink_to("."),
            os.mkfifo,
            bound,
        ],
    )
    def test_links_and_special_files_are_refused(
        self,
        make: Callable[[Path], None],
        root: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.chdir(root)
        make(root / "x")
        with pytest.raises(BatchError, match="'x' is neither"):
            read(root)

    @pytest.mark.parametrize(
        "name",
        [
            "文件.txt".encode("gbk"),
            "e\u0301".encode(),
            b"a\\b",
            b"con.txt",
            b"a\nb",
            b"a:b",
            b"a ",
            "\u202etxt.exe".encode(),
        ],
    )
    def test_unsafe_names_are_refused(self, name: bytes, root: Path) -> None:
        (root / os.fsdecode(name)).write_bytes(b"?")
        with pytest.raises(BatchError) as error:
            read(root)
        assert error.value.message("zh").startswith("路径")
        str(error.value).encode()

    @pytest.mark.parametrize("name", ["A/x", "a.TXT", "ａ.txt"])
    def test_names_that_collide_are_refused(self, name: str, root: Path) -> None:
        (root / "a").mkdir()
        (root / "a" / "y").write_bytes(b"?")
        (root / "a.txt").write_bytes(b"?")
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"?")
        with pytest.raises(BatchError, match="cannot both be there"):
            read(root)

    def test_depth_is_bounded(self, root: Path) -> None:
        (root / "/".join("d" * 60)).mkdir(parents=True)
        with pytest.raises(BatchError, match="more than 22 names"):
            read(root)

    def test_count_is_bounded(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(folder_source, "MAX_FILES", 20)
        with pytest.raises(BatchError, match="more than 20 files"):
            read(root)

    def test_a_link_put_there_later_is_not_followed(
        self, root: Path, volume: PlannedVolume, tmp_path: Path
    ) -> None:
        folder = record_folder(root, volume)
        with read(root) as batch:
            shutil.move(folder, tmp_path / "moved")
            folder.symlink_to(tmp_path / "moved")
            assert "file_unreadable" in kinds(batch.check())
            with pytest.raises(PackageError):
                batch.records[0].package(GBT42727_2023)

    def test_a_file_that_grows_is_told(self, root: Path, volume: PlannedVolume) -> None:
        with read(root) as batch:
            with (record_folder(root, volume) / FORM).open("ab") as file:
                file.write(b"more")
            assert kinds(batch.check()) == ["file_unreadable"]


class TestFiles:
    def test_bytes_changed_anywhere_are_told(self, data: bytes, tmp_path: Path) -> None:
        file = tmp_path / "batch.zip"
        for at in range(0, len(data), 211):
            damaged = bytearray(data)
            damaged[at] ^= 1
            file.write_bytes(damaged)
            try:
                assert findings_of(file)
            except BatchError:
                continue

    def test_truncated_it_is_refused(self, data: bytes, tmp_path: Path) -> None:
        file = tmp_path / "batch.zip"
        for size in range(0, len(data), 997):
            file.write_bytes(data[:size])
            with pytest.raises(BatchError):
                read(file)

    @pytest.mark.parametrize(
        "path", ["/etc/passwd", "../x", "a/../../x", "a\\b", "C:/x", "a//b", "", "./x"]
    )
    def test_paths_that_escape_are_refused(self, path: str, tmp_path: Path) -> None:
        (tmp_path / "x.zip").write_bytes(zipped({path: b"?"}))
        with pytest.raises(BatchError, match="not safe"):
            read(tmp_path / "x.zip")

    @pytest.mark.parametrize("other", ["a", "A", "a/b", "ａ", "A/b"])
    def test_paths_that_collide_are_refused(self, other: str, tmp_path: Path) -> None:
        out, members = BytesIO(), []
        for path in ("a", "x", other):
            members.append(Stored(path, 1, crc32(b"?"), out.tell()))
            out.write(container.header(path, 1, crc32(b"?")) + b"?")
        out.write(container.directory(members))
        (tmp_path / "x.zip").write_bytes(out.getvalue())
        with pytest.raises(BatchError, match="cannot both be there"):
            read(tmp_path / "x.zip")

    def test_another_programs_zip_is_to_be_unpacked_first(
        self, root: Path, tmp_path: Path
    ) -> None:
        with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as file:
            for path, data in tree(root).items():
                file.writestr(path, data)
            file.writestr("bomb", b"\0" * (1 << 24))
        with pytest.raises(BatchError, match="unpack it first"):
            read(tmp_path / "x.zip")

    def test_a_directory_that_claims_much_is_refused(self, tmp_path: Path) -> None:
        end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65535, 65535, 1 << 31, 0, 0)
        with (tmp_path / "x.zip").open("wb") as file:
            file.truncate(1 << 31)
            file.seek(0, 2)
            file.write(end)
        with pytest.raises(BatchError):
            read(tmp_path / "x.zip")

    def test_a_header_that_says_otherwise_is_told(
        self, data: bytes, tmp_path: Path
    ) -> None:
        at = data.index("申报文件/001".encode())
        forged = (
            data[:at]
            + "申报文件/009".encode()
            + data[at + len("申报文件/001".encode()) :]
        )
        (tmp_path / "x.zip").write_bytes(forged)
        assert kinds(findings_of(tmp_path / "x.zip")) == ["file_unreadable"]
