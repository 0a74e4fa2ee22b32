"""What is written is what is read, and what other people's programs read."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from egovarchive import Archive
from egovarchive.errors import BatchError, DigestMismatchError, PackageError
from egovarchive.exchange.dat93 import (
    PlannedVolume,
    plan,
    read,
    stream,
    write_file,
    write_folder,
)
from egovarchive.exchange.dat93.layout import folder_of
from egovarchive.packages.unpacked import read_folder
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.digest import Digest, hexdigest
from egovarchive.testing import samples
from exchange.dat93.batches import (
    description,
    item,
    items,
    one_volume,
    record_folder,
    small_archive,
    tree,
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = samples.new_archive(tmp_path_factory.mktemp("samples") / "a")
    for case in samples.all_cases():
        archive.deposit(case)
    return archive


@pytest.fixture(scope="module")
def volume(archive: Archive) -> PlannedVolume:
    return one_volume(archive).sealed(b"a signature")


@pytest.fixture(scope="module")
def folder(volume: PlannedVolume, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(volume, tmp_path_factory.mktemp("folder") / "移交")


@pytest.fixture(scope="module")
def file(volume: PlannedVolume, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_file(volume, tmp_path_factory.mktemp("file") / "移交.zip")


@pytest.fixture(params=["folder", "file"])
def place(request: pytest.FixtureRequest, folder: Path, file: Path) -> Path:
    return folder if request.param == "folder" else file


def test_a_volume_is_read_as_it_was_written(
    archive: Archive, volume: PlannedVolume, place: Path
) -> None:
    with read(place) as found:
        assert not found.findings
        assert not list(found.check())
        assert found.signature == b"a signature"
        assert found.manifest == volume.manifest
        assert found.digest == volume.digest
        assert found.size == volume.size
        assert not found.against(count=12, size=volume.size, digest=volume.digest)
        assert found.statement.unit == "某某市行政审批服务局"
        assert found.statement.count == 12
        assert [record.code for record in found.records] == list(volume.codes)
        for record, planned in zip(found.records, volume.items, strict=True):
            assert record.history == planned.item.history
            assert record.evidence == planned.item.evidence
            assert record.row.title == planned.item.title
            assert record.row.date == planned.item.date
            assert record.row.period == planned.item.period
            assert record.row.classification is planned.item.classification


def test_packages_come_back_byte_for_byte(archive: Archive, place: Path) -> None:
    for checked_first in (False, True):
        with read(place) as found:
            if checked_first:
                assert not list(found.check(["sha256"]))
            for record in found.records:
                package = record.package(GBT42727_2023)
                stored = b"".join(archive.storage.get(archive.entry(record.code).key))
                assert b"".join(package.payload()) == stored
                assert package.id == archive.entry(record.code).package


def test_the_files_of_a_record_are_listed(archive: Archive, place: Path) -> None:
    with read(place) as found:
        for record in found.records:
            package = archive.package(record.code)
            files = {file.path: file for file in record.files}
            for member in package.members:
                assert files[member.path].size == member.size
                for algorithm, digest in member.digests.items():
                    assert files[member.path].digests[algorithm] == digest
            assert len(files) == len(package.members) + 2


def test_the_folder_of_a_record_is_an_exported_package(
    volume: PlannedVolume, folder: Path, archive: Archive
) -> None:
    unpacked = read_folder(record_folder(folder, volume), GBT42727_2023)
    assert unpacked.package.id == archive.entry(volume.codes[0]).package
    assert not unpacked.extra


def test_sizes_and_digest_are_known_before(
    volume: PlannedVolume, folder: Path, file: Path
) -> None:
    assert file.stat().st_size == volume.file_size
    files = tree(folder)
    signature = files.pop("其他/manifest-sm3.txt.p7s")
    assert signature == b"a signature"
    assert sum(map(len, files.values())) == volume.size
    manifest = files["其他/manifest-sm3.txt"]
    assert volume.digest == Digest("sm3", hexdigest("sm3", manifest))


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is not installed")
def test_sha256sum_agrees(folder: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "其他/manifest-sha256.txt"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK") == len(tree(folder)) - 3


@pytest.mark.skipif(not shutil.which("unzip"), reason="unzip is not installed")
def test_unzip_gives_the_folder(file: Path, folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(["unzip", "-tq", file], capture_output=True, check=False)
    assert done.returncode == 0
    subprocess.run(["unzip", "-q", file, "-d", tmp_path / "u"], check=True)
    assert tree(tmp_path / "u") == tree(folder)
    assert not read(tmp_path / "u").findings


def test_the_directory_is_plain_xml(volume: PlannedVolume, folder: Path) -> None:
    root = etree.parse(str(folder / "目录文件.XML")).getroot()
    assert root.tag == "文件目录"
    assert [row.findtext("档号") for row in root] == [str(c) for c in volume.codes]
    assert [row.findtext("顺序号") for row in root] == [str(n) for n in range(1, 13)]
    for code in volume.codes:
        assert (folder / folder_of(code)).is_dir()


def test_the_order_given_changes_nothing(archive: Archive) -> None:
    records = items(archive)
    (one,) = plan(records, description())
    (two,) = plan(iter(records[::-1]), description())
    assert b"".join(stream(one)) == b"".join(stream(two))


def test_a_stream_goes_on_from_any_byte(tmp_path: Path) -> None:
    volume = one_volume(small_archive(tmp_path / "a", 2))
    whole = b"".join(stream(volume))
    assert len(whole) == volume.file_size
    for start in {*range(0, len(whole), 97), len(whole) - 1, len(whole)}:
        assert b"".join(stream(volume, start)) == whole[start:]
    for start in (-1, len(whole) + 1):
        with pytest.raises(BatchError, match=str(start)):
            list(stream(volume, start))


@pytest.mark.parametrize("algorithms", [["sha256"], ["sha256", "sm3"], ["sha512"]])
def test_checksum_files_of_other_algorithms(
    algorithms: list[str], tmp_path: Path
) -> None:
    volume = one_volume(small_archive(tmp_path / "a", 2), algorithms=algorithms)
    assert volume.digest.algorithm == algorithms[0]
    write_folder(volume, tmp_path / "f")
    write_file(volume, tmp_path / "f.zip")
    for place in (tmp_path / "f", tmp_path / "f.zip"):
        with read(place) as found:
            assert not found.findings
            assert not list(found.check())
            assert found.digest == volume.digest


def test_a_record_damaged_in_storage_is_not_written(tmp_path: Path) -> None:
    archive = small_archive(tmp_path / "a", 1)
    volume = one_volume(archive)
    (entry,) = archive.entries()
    data = bytearray(b"".join(archive.storage.get(entry.key)))
    data[archive.package(entry.code).members[0].stored.data_offset] ^= 1
    archive.storage.delete(entry.key)
    archive.storage.put(entry.key, [bytes(data)])
    with pytest.raises(DigestMismatchError, match="001-申请表"):
        write_folder(volume, tmp_path / "f")
    with pytest.raises(DigestMismatchError):
        write_file(volume, tmp_path / "f.zip")
    assert not (tmp_path / "f").exists()
    assert not list(tmp_path.glob("*.zip*"))


def test_a_record_changed_since_it_was_planned_is_refused(tmp_path: Path) -> None:
    archive = small_archive(tmp_path / "a", 2)
    one, two = archive.entries()
    opened = [archive.package(one.code), archive.package(two.code)]
    (volume,) = plan([item(archive, one, open=lambda: opened.pop(0))], description())
    with pytest.raises(DigestMismatchError, match="since the batch was planned"):
        list(stream(volume))


def test_a_file_that_is_there_is_compared(tmp_path: Path) -> None:
    volume = one_volume(small_archive(tmp_path / "a", 1))
    path = write_file(volume, tmp_path / "f.zip")
    before = path.stat()
    assert write_file(volume, path) == path
    assert path.stat().st_ino == before.st_ino
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(BatchError, match="not this volume"):
        write_file(volume, path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "f.zip"]


def test_what_belongs_to_no_package_is_told(tmp_path: Path) -> None:
    volume = one_volume(small_archive(tmp_path / "a", 1))
    root = write_folder(volume, tmp_path / "f")
    (record_folder(root, volume) / "多余.txt").write_text("?", encoding="utf-8")
    with (
        read(root) as found,
        pytest.raises(PackageError, match=r"not of the package .*多余"),
    ):
        found.records[0].package(GBT42727_2023)
