"""Forming a package: what goes in comes out, and is read once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from egovarchive.packages import build
from egovarchive.packages.container import crc32, header
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023 as PROFILE
from egovarchive.records.digest import hexdigest
from egovarchive.records.document import Document, File, Role
from egovarchive.records.filing import Filing
from packages.filings import (
    Counting,
    Rooms,
    bytes_of,
    filing_of,
    filings,
    opened,
)

ID = "7f2668adfd0e7a361d81053ff8606b8beea82635309d703e6ce9cd8f6888f1f4"


def document(*files: File, role: Role = Role.APPLICATION) -> Document:
    return Document(name="材料", role=role, files=files)


@given(filings)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=80)
def test_what_is_packed_can_be_read_back(filing: Filing) -> None:
    package = build(filing, PROFILE)
    read = opened(bytes_of(package))
    assert package.filing() == filing
    assert read.filing() == filing
    for given_one, found in zip(
        filing.case.documents, read.filing().case.documents, strict=True
    ):
        for file, again in zip(given_one.files, found.files, strict=True):
            assert list(again.content.chunks()) == list(file.content.chunks())


@given(filings)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
def test_what_was_read_packs_to_the_same_bytes(filing: Filing) -> None:
    data = bytes_of(build(filing, PROFILE))
    assert bytes_of(build(opened(data).filing(), PROFILE)) == data


def test_a_package_knows_itself_as_its_reader_does() -> None:
    package = build(filing_of(), PROFILE).sealed(b"signature")
    read = opened(bytes_of(package))
    assert (read.id, read.size) == (package.id, package.size)
    assert read.manifests == package.manifests
    assert read.signature == package.signature == b"signature"
    assert [m.path for m in read.members] == [m.path for m in package.members]
    assert package.size == len(bytes_of(package))


def test_members_stand_in_the_layout_of_the_profile() -> None:
    package = build(filing_of(), PROFILE)
    assert [member.path for member in package.members] == [
        "申报文件/001-a.txt",
        "结果文件/001-c.txt",
        "过程文件/001-b.txt",
        "基本信息元数据.xml",
        "过程信息元数据.xml",
        "manifest-sha256.txt",
    ]
    assert list(package.manifests) == ["sha256", "sm3"]
    assert package.primary == "sm3"
    assert package.signature_path == "manifest-sm3.txt.p7s"


def test_like_names_of_two_documents_stay_apart_and_in_order() -> None:
    package = build(
        filing_of(
            document(File("a.txt", b"1"), File("b.txt", b"2")),
            document(File("A.TXT", b"3")),
            document(File("a.txt", b"4"), role=Role.RESULT),
        ),
        PROFILE,
    )
    assert [package.read(m) for m in package.members[:4]] == [b"1", b"2", b"3", b"4"]
    assert package.members[2].path == "申报文件/003-A.TXT"


def test_each_member_is_measured_on_the_way() -> None:
    data = bytes(range(256)) * 5
    package = build(filing_of(document(File("a.bin", data))), PROFILE)
    member = package.members[0]
    assert member.size == member.stored.size == len(data)
    assert member.measured == member.digests
    assert member.stored.crc == crc32(data)
    for each in package.members:
        for algorithm, value in each.digests.items():
            assert hexdigest(algorithm, package.read(each)) == value
        stored = each.stored
        assert package.header(each) == header(stored.path, stored.size, stored.crc)


@pytest.mark.parametrize("memory", [0, 100, 1 << 20])
@pytest.mark.parametrize("size", [1, 511, 512, 513, 2_500_000])
def test_a_source_is_read_exactly_once(size: int, memory: int) -> None:
    source = Counting(os.urandom(size))
    package = build(filing_of(document(File("a", source))), PROFILE, memory=memory)
    assert source.reads == 1
    assert package.read(package.members[0]) == source.data
    bytes_of(package.sealed(b"s"))
    package.filing()
    assert source.reads == 1
    package.close()


def test_the_same_bytes_come_from_memory_from_a_file_and_from_a_lent_room() -> None:
    filing = filing_of(document(File("a", os.urandom(100_000)), File("b", b"\n" * 999)))
    whole = bytes_of(build(filing, PROFILE).sealed(b"s"))
    rooms = Rooms()
    for package in (
        build(filing, PROFILE, memory=0),
        build(filing, PROFILE, memory=50_000),
        build(filing, PROFILE, memory=0, room=rooms),
    ):
        sealed = package.sealed(b"s")
        assert bytes_of(sealed) == whole
        assert bytes_of(sealed) == whole  # and again
        assert len(bytes_of(package)) < len(whole)
        assert bytes_of(sealed) == whole
        package.close()
    assert [file.closed for file in rooms.lent] == [True]


def test_a_lent_room_is_handed_back_as_the_payload() -> None:
    """So a storage that lent it need not copy it."""
    rooms = Rooms()
    package = build(filing_of(), PROFILE, memory=0, room=rooms)
    assert package.payload() is rooms.lent[0]
    small = build(filing_of(), PROFILE, room=rooms)
    assert isinstance(small.payload(), list)
    assert len(rooms.lent) == 1


def test_a_large_package_comes_in_small_pieces() -> None:
    data = os.urandom(3_000_000).replace(b"\n", b"")
    filing = filing_of(document(File("a", data)))
    for package in (build(filing, PROFILE, memory=0), build(filing, PROFILE)):
        assert max(map(len, package.payload())) <= 1 << 20
        package.close()


def test_algorithms_are_the_archives_choice() -> None:
    package = build(filing_of(), PROFILE, algorithms=["sha512"])
    assert list(package.manifests) == ["sha512"]
    assert [m.path for m in package.members][-1] == "过程信息元数据.xml"
    assert opened(bytes_of(package)).filing() == filing_of()
    four = build(filing_of(), PROFILE, algorithms=["sha256", "sm3", "sha384", "sha512"])
    assert list(four.manifests) == ["sm3", "sha384", "sha512", "sha256"]
    assert opened(bytes_of(four)).primary == "sha256"


_LARGE = """
import sys
from pathlib import Path

sys.path[:0] = sys.argv[2].split(":")
from egovarchive.packages import build, read
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.document import Document, File, Role
from packages.filings import filing_of

document = Document(name="录像", role=Role.PROCEDURE, files=[File.at(sys.argv[1])])
package = build(filing_of(document), GBT42727_2023).sealed(b"s")
size = sum(map(len, package.payload()))
assert size == package.size > 300 << 20
member = package.members[0]
assert sum(map(len, package.chunks(member))) == member.size
package.close()
# Not `resource`: its peak counts what the parent had before this program began.
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) >> 10)
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="needs /proc")
def test_a_large_document_is_never_whole_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "录像.mp4"
    with path.open("wb") as file:
        file.truncate(300 << 20)
    done = subprocess.run(
        [sys.executable, "-c", _LARGE, str(path), ":".join(sys.path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100  # MiB


_PACK = """
import hashlib, sys, locale, time

sys.path[:0] = sys.argv[1].split(":")
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
from egovarchive.packages import build
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from packages.filings import bytes_of, filing_of

package = build(filing_of(), GBT42727_2023)
print(package.id, hashlib.sha256(bytes_of(package)).hexdigest(), time.tzname)
"""


def test_neither_place_nor_language_nor_chance_changes_a_byte() -> None:
    found, zones = set(), set()
    for zone, language, seed in (
        ("UTC", "C", "0"),
        ("Pacific/Kiritimati", "C.UTF-8", "1"),
        ("America/New_York", "zh_CN.GB18030", "2"),
        ("Asia/Shanghai", "tr_TR.UTF-8", "3"),
        ("Asia/Kathmandu", "de_DE.ISO-8859-1", "4"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", _PACK, ":".join(sys.path)],
            capture_output=True,
            text=True,
            check=False,
            env={
                "PATH": os.environ["PATH"],
                "TZ": zone,
                "LC_ALL": language,
                "PYTHONHASHSEED": seed,
                "PYTHONUTF8": seed if seed in "01" else "0",
            },
        )
        assert done.returncode == 0, done.stderr
        manifest, package, zone_name = done.stdout.split(maxsplit=2)
        found.add((manifest, package))
        zones.add(zone_name)
    here = build(filing_of(), PROFILE)
    assert found == {(here.id, hexdigest("sha256", bytes_of(here)))}
    assert len(zones) > 1


def test_these_bytes_never_change() -> None:
    """With other bytes, a deposit that is tried again would be another package."""
    assert build(filing_of(), PROFILE).id == ID


def test_the_order_of_things_is_the_cases_own() -> None:
    one = File("a.txt", b"1"), File("b.txt", b"2")
    assert build(filing_of(document(*one)), PROFILE).id != (
        build(filing_of(document(*reversed(one))), PROFILE).id
    )
