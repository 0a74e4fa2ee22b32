"""What cannot be packed is a typed error, and leaves nothing behind."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from attrs import evolve

from egovarchive.errors import (
    ContentError,
    DigestMismatchError,
    InvalidValueError,
    PackageError,
)
from egovarchive.packages import build, xml
from egovarchive.packages.build import MAX_FILES
from egovarchive.packages.container import MAX_MEMBERS
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023 as PROFILE
from egovarchive.records.digest import Digest, hexdigest
from egovarchive.records.document import Document, File, Role
from packages.filings import (
    Counting,
    Rooms,
    filing_of,
)


def document(*files: File, role: Role = Role.APPLICATION) -> Document:
    return Document(name="材料", role=role, files=files)


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
