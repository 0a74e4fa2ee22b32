"""Forming a package: what goes in comes out, and is read once."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings

from egovarchive.errors import (
    ContentError,
    DigestMismatchError,
    InvalidValueError,
    PackageError,
)
from egovarchive.packages import build, xml
from egovarchive.packages.build import HEAD_SIZE, MAX_FILES
from egovarchive.packages.container import MAX_MEMBERS, crc32, header
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023 as PROFILE
from egovarchive.records.digest import Digest, hexdigest
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
    assert member.head == data[:HEAD_SIZE]
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


@pytest.mark.parametrize("algorithms", [["md5"], [], ["sm3", "sm3"], ["sm3", "sha1"]])
def test_weak_repeated_or_no_algorithms_are_refused(algorithms: list[str]) -> None:
    source = Counting(b"x")
    with pytest.raises(InvalidValueError):
        build(filing_of(document(File("a", source))), PROFILE, algorithms=algorithms)
    assert source.reads == 0


def test_a_declared_digest_is_kept_to() -> None:
    for algorithm in ("sm3", "sha256"):
        right = Digest(algorithm, hexdigest(algorithm, b"x"))
        build(filing_of(document(File("a", b"x", digest=right))), PROFILE)
        wrong = File("甲.pdf", b"y", digest=right)
        with pytest.raises(DigestMismatchError) as caught:
            build(filing_of(document(wrong)), PROFILE)
        found = hexdigest(algorithm, b"y")
        for message in (str(caught.value), caught.value.message("zh")):
            assert "甲.pdf" in message
            assert str(right) in message
            assert found in message


def test_a_digest_that_is_not_taken_cannot_be_kept_to() -> None:
    """To let it pass unlooked at would be to say that it is right."""
    declared = Digest("sha512", hexdigest("sha512", b"x"))
    with pytest.raises(InvalidValueError, match="declared with sha512") as caught:
        build(filing_of(document(File("甲.pdf", b"x", digest=declared))), PROFILE)
    assert caught.value.rule == "digests of the archive"


@pytest.mark.parametrize(
    ("one", "other"),
    [("a.pdf", "a.pdf"), ("a.pdf", "A.PDF"), ("é.pdf", "É.pdf"), ("ａ.pdf", "a.pdf")],
)
def test_two_files_of_one_name_are_refused(one: str, other: str) -> None:
    files = File(one, b"1"), File(other, b"2")
    with pytest.raises(InvalidValueError, match="one name") as caught:
        build(filing_of(document(File("b", b"3")), document(*files)), PROFILE)
    assert caught.value.place == "documents[1].files[1].name"
    assert one in str(caught.value)


def test_the_very_same_file_twice_is_refused() -> None:
    file = File("a.pdf", b"1")
    with pytest.raises(InvalidValueError, match="one name"):
        build(filing_of(document(file, file)), PROFILE)


class _Broken:
    """Content that fails after its first bytes."""

    def chunks(self) -> Iterator[bytes]:
        yield b"some"
        raise ContentError("the line is dead", "线路中断")


def _empty(folder: Path) -> Any:
    (folder / "empty").touch()
    return folder / "empty"


def _changing(folder: Path) -> Any:
    path = folder / "changing"
    path.write_bytes(bytes(3 << 20))

    class Changing:
        def chunks(self) -> Iterator[bytes]:
            for piece in File.at(path).content.chunks():
                with path.open("ab") as file:
                    file.write(b"more")
                yield piece

    return Changing()


def _read_before(_: Path) -> Any:
    source = File("a", io.BytesIO(b"x")).content
    list(source.chunks())
    return source


BAD: list[tuple[Callable[[Path], Any], str]] = [
    (lambda folder: folder / "missing", "No such file"),
    (lambda folder: folder, "not a regular file"),
    (_empty, "it is empty"),
    (lambda _: b"", "it is empty"),
    (lambda _: io.BytesIO(), "it is empty"),
    (_changing, "changed while it was read"),
    (_read_before, "read before"),
    (lambda _: _Broken(), "the line is dead"),
    (lambda _: io.StringIO("text"), "gave str"),
]


@pytest.mark.parametrize("memory", [0, 8 << 20], ids=["in a room", "in memory"])
@pytest.mark.parametrize(("source", "reason"), BAD)
def test_content_that_cannot_be_had_leaves_nothing(
    source: Callable[[Path], Any], reason: str, memory: int, tmp_path: Path
) -> None:
    rooms = Rooms()
    files = File("前.pdf", b"fine"), File("坏.pdf", source(tmp_path))
    with pytest.raises(ContentError, match=f"^坏.pdf: .*{reason}") as caught:
        build(filing_of(document(*files)), PROFILE, room=rooms, memory=memory)
    assert caught.value.message("zh").startswith("坏.pdf：")
    assert all(file.closed for file in rooms.lent)
    assert len(rooms.lent) == (0 if memory else 1)


@pytest.mark.parametrize("wrong", ["digest", "algorithm", "interrupt"])
def test_whatever_goes_wrong_the_room_is_given_back(wrong: str) -> None:
    class Interrupted:
        def chunks(self) -> Iterator[bytes]:
            raise KeyboardInterrupt
            yield b""

    file, error = {
        "digest": (
            File("a", b"y", digest=Digest("sm3", "0" * 64)),
            DigestMismatchError,
        ),
        "algorithm": (
            File("a", b"y", digest=Digest("sha512", "0" * 128)),
            InvalidValueError,
        ),
        "interrupt": (File("a", Interrupted()), KeyboardInterrupt),
    }[wrong]
    rooms = Rooms()
    with pytest.raises(error):
        build(filing_of(document(file)), PROFILE, room=rooms, memory=0)
    assert [file.closed for file in rooms.lent] == [True]


def _full() -> BinaryIO:
    return Path("/dev/full").open("r+b")


def _nowhere() -> BinaryIO:
    return Path("/nonexistent/room").open("w+b")


@pytest.mark.parametrize(
    ("room", "reason"),
    [(_full, "No space left on device"), (_nowhere, "No such file or directory")],
)
@pytest.mark.parametrize("size", [10, 3 << 20])
def test_no_room_is_an_error(
    room: Callable[[], BinaryIO], reason: str, size: int
) -> None:
    def packed() -> None:
        filing = filing_of(document(File("a", bytes(size))))
        list(build(filing, PROFILE, room=room, memory=0).sealed(b"s").payload())

    with pytest.raises(PackageError, match=reason) as caught:
        packed()
    assert reason in caught.value.message("zh")
    assert isinstance(caught.value.__cause__, OSError)


def test_more_files_than_a_package_may_have_are_refused_unread() -> None:
    source = Counting(b"x")
    files = [File(f"{number}", source) for number in range(MAX_FILES + 1)]
    with pytest.raises(PackageError, match=f"more than {MAX_FILES}"):
        build(filing_of(document(*files)), PROFILE)
    assert source.reads == 0
    assert MAX_FILES < MAX_MEMBERS


def test_metadata_that_could_not_be_read_again_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filing = filing_of()
    step = filing.case.steps[0]
    many = evolve(step, opinion="长" * 10_000), *[step] * 10
    larger = evolve(filing, case=evolve(filing.case, steps=many))
    monkeypatch.setattr(xml, "MAX_SIZE", 20_000)
    build(filing, PROFILE)
    with pytest.raises(PackageError, match=r"过程信息元数据\.xml: \d+ bytes are more"):
        build(larger, PROFILE)


def test_a_stream_may_not_pass_4_gib_but_a_known_size_may() -> None:
    """The header has another length then, and stands before the bytes."""

    class Sized:
        size = 0xFFFF_FFFF

        def chunks(self) -> Iterator[bytes]:
            yield b"x"

    with pytest.raises(ContentError, match="4 GiB"):
        build(filing_of(document(File("a", Sized()))), PROFILE)


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
