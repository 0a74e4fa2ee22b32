"""Reading a package, strictly: one form, or an error."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from corpus.attacks import ATTACKS, Attack, honest, honest_package
from corpus.forge import Entry, listed, manifest_of, zipped
from corpus.make_corpus import INVALID, KEPT
from egovarchive.errors import ContentError, PackageError, UnsafePackageError
from egovarchive.packages import Package, build, read
from egovarchive.packages.container import MAX_DIRECTORY, MAX_MEMBERS, header
from egovarchive.packages.measure import measure
from egovarchive.packages.package import MAX_SIGNATURE
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023 as PROFILE
from egovarchive.records.document import File
from packages.filings import bytes_of, filing_of, opened, packed


def is_whole(package: Package) -> bool:
    """Whether each member has the bytes, the sum and the header it must have."""
    found = [(member, measure(package, member)) for member in package.members]
    return all(
        measured.fault is None and measured.digests == member.digests
        for member, measured in found
    )


def test_the_forge_can_be_honest() -> None:
    data = honest_package()
    assert zipped(listed(honest())) == data
    assert is_whole(opened(data))


@pytest.mark.parametrize(("attack", "error"), ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_refused_with_a_reason(attack: Attack, error: str) -> None:
    with pytest.raises(PackageError, match=error) as caught:
        opened(attack())
    assert caught.value.message("zh").strip()
    assert caught.value.message("zh") != str(caught.value)
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_package_is_as_its_script_makes_it_and_refused(name: str) -> None:
    path = INVALID / name / "package.zip"
    attack, error = ATTACKS[name]
    assert path.read_bytes() == attack()
    with path.open("rb") as file, pytest.raises(PackageError, match=error):
        read(file, PROFILE)


def test_every_package_of_the_corpus_has_a_script() -> None:
    assert {folder.name for folder in INVALID.iterdir()} == set(KEPT)


def test_no_changed_byte_goes_unnoticed() -> None:
    """Every byte of a package, one after the other, with one bit turned."""
    data = packed(File("甲.txt", b"content"), seal=b"signature")
    package = opened(data)
    assert is_whole(package)
    start = data.index(b"signature", data.index(b".p7s"))
    signed = range(start, start + len(b"signature"))
    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 1 << (position % 8)
        try:
            found = opened(bytes(changed))
        except PackageError:
            continue
        assert position not in signed  # its sum in the container gives it away
        assert not is_whole(found), position


def test_no_part_of_a_package_is_a_package() -> None:
    data = packed(File("甲.txt", b"content"), seal=b"signature")
    for size in range(len(data)):
        with pytest.raises(UnsafePackageError):
            opened(data[:size])


def test_no_end_of_a_package_is_a_package() -> None:
    data = packed(File("甲.txt", b"content"), seal=b"signature")
    for start in range(1, len(data)):
        with pytest.raises(UnsafePackageError):
            opened(data[start:])


@given(st.binary(max_size=2_000))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with pytest.raises(UnsafePackageError):
        opened(data)


@given(st.data())
def test_no_patch_raises_anything_else(data: st.DataObject) -> None:
    whole = honest_package()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 50)))
    patch = data.draw(st.binary(max_size=50) | st.just(whole[end : end + 100]))
    changed = whole[:start] + patch + whole[end:]
    try:
        package = opened(changed)
        package.filing()
    except PackageError:
        return
    assert changed == whole or not is_whole(package)


def test_a_header_that_lies_is_seen_when_its_member_is_read() -> None:
    first, *others = honest()
    lies: tuple[dict[str, object], ...] = (
        {"path": first.path[:-1] + b"x"},
        {"flags": 1 << 11 | 1},
        {"method": 8},
        {"size": 0},
        {"crc": 0},
        {"time": 1},
    )
    for lie in lies:
        forged = evolve(first, local=lie)
        package = opened(zipped(listed([forged, *others])))
        fault = measure(package, package.members[0]).fault
        assert fault is not None
        assert "header" in fault[0]
        stored = package.members[0].stored
        right = header(stored.path, stored.size, stored.crc)
        assert package.header(package.members[0]) != right


@pytest.mark.parametrize("seal", [None, b"s", bytes(MAX_SIGNATURE)])
def test_a_package_is_the_same_bytes_after_reading(seal: bytes | None) -> None:
    data = packed(File("甲.txt", b"content"), seal=seal)
    assert bytes_of(opened(data)) == data
    assert opened(data).signature == seal
    assert opened(data).size == len(data)


def test_a_package_may_be_sealed_after_reading() -> None:
    """Packed here, signed elsewhere."""
    unsealed = packed(File("甲.txt", b"content"))
    sealed = packed(File("甲.txt", b"content"), seal=b"signature")
    assert bytes_of(opened(unsealed).sealed(b"signature")) == sealed
    assert bytes_of(opened(sealed).sealed(b"another")) == packed(
        File("甲.txt", b"content"), seal=b"another"
    )


@pytest.mark.parametrize("signature", [b"", bytes(MAX_SIGNATURE + 1)])
def test_what_could_not_be_read_again_is_no_seal(signature: bytes) -> None:
    with pytest.raises(PackageError):
        build(filing_of(), PROFILE).sealed(signature)


@pytest.mark.parametrize("name", ["名" * 80, "a" * 240])
def test_the_longest_file_name_can_be_read_again(name: str) -> None:
    package = opened(packed(File(name, b"x")))
    assert package.filing().case.documents[0].files[0].name == name


def test_a_file_on_disk_is_read_by_parts(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(packed(File("大.bin", bytes(3_000_000)), seal=b"s"))
    with path.open("rb") as file:
        package = read(file, PROFILE)
        assert file.tell() < path.stat().st_size
        member = package.member("申报文件/001-大.bin")
        sizes = [len(piece) for piece in package.chunks(member)]
        assert sum(sizes) == member.size == 3_000_000
        assert max(sizes) <= 1 << 20
        assert is_whole(package)


def test_content_that_a_package_lost_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(packed(File("大.bin", bytes(3_000_000)), seal=b"s"))
    with path.open("r+b") as file:
        package = read(file, PROFILE)
        content = package.filing().case.documents[0].files[0].content
        file.truncate(1_000_000)
        with pytest.raises(ContentError, match=r"大\.bin: \d+ bytes are there, not 30"):
            list(content.chunks())
        assert not is_whole(package)


def test_a_member_that_is_not_there_is_an_error() -> None:
    with pytest.raises(PackageError, match="no member '结果文件/001'"):
        opened(honest_package()).member("结果文件/001")


def test_a_package_without_metadata_says_so() -> None:
    entries = [entry for entry in honest() if not entry.path.endswith(b".xml")]
    package = opened(zipped(listed(entries)))
    assert is_whole(package)
    for ask in (package.metadata, package.filing):
        with pytest.raises(PackageError, match=r"no member '基本信息元数据\.xml'"):
            ask()


def _timed(data: bytes, error: str, *, seconds: float) -> None:
    started = time.process_time()
    with pytest.raises(PackageError, match=error) as caught:
        opened(data)
    assert time.process_time() - started < seconds
    assert len(str(caught.value)) < 1_000


def _many(count: int, path: str = "{}") -> list[Entry]:
    return [Entry(path=path.format(n).encode(), data=b"x") for n in range(count)]


def test_more_members_than_allowed_are_refused() -> None:
    directory = b"".join(entry.listing(0) for entry in _many(MAX_MEMBERS + 1))
    end = zipped([])
    end = end[:12] + len(directory).to_bytes(4, "little") + end[16:]
    _timed(directory + end, f"more than {MAX_MEMBERS} members", seconds=5)


def test_a_directory_larger_than_allowed_is_not_read() -> None:
    data = bytes(MAX_DIRECTORY) + zipped([])  # whose end says that it starts at 0
    _timed(data, "a directory of 67108886 bytes from 0", seconds=1)


def test_very_many_names_in_one_path_are_refused_at_once() -> None:
    data = zipped(listed(_many(60, "a/" * 32_000 + "{}")))
    _timed(data, "more than 16 names", seconds=3)


def test_very_many_lines_that_are_not_there_are_refused_at_once() -> None:
    lines = b"".join(b"%064x  gone%d\n" % (n, n) for n in range(90_000))
    data = zipped([*honest(), manifest_of("sm3", lines)])
    _timed(data, "and the members differ", seconds=3)


def test_a_manifest_of_empty_lines_is_refused_at_once() -> None:
    data = zipped([*honest(), manifest_of("sm3", b"\n" * (60 << 20))])
    _timed(data, "more than 100000 lines", seconds=3)


def test_a_manifest_larger_than_allowed_is_not_read() -> None:
    data = zipped([*honest(), manifest_of("sm3", b"\n" * ((64 << 20) + 1))])
    _timed(data, "more than 67108864", seconds=3)
