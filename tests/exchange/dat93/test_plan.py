"""Volumes fit their medium, to the byte, and nothing is lost between them."""

from __future__ import annotations

import io
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egovarchive import Archive
from egovarchive.errors import BatchError, InvalidValueError
from egovarchive.exchange.dat93 import (
    Item,
    plan,
    read,
    read_many,
    stream,
    write_file,
    write_folder,
)
from egovarchive.exchange.dat93.layout import TRANSFER_LIST
from egovarchive.exchange.dat93.totals import Totals
from egovarchive.packages import container
from egovarchive.packages.container import Stored
from egovarchive.records.archival_code import ArchivalCode
from exchange.dat93.batches import description, item, items, kinds, small_archive


@cache
def archive() -> Archive:
    return small_archive(Path(mkdtemp()) / "archive", 9)


@cache
def records() -> tuple[Item, ...]:
    return tuple(items(archive()))


@given(st.integers(25_000, 90_000), st.permutations(range(9)))
@settings(max_examples=25)
def test_volumes_are_as_full_as_they_get(medium: int, order: list[int]) -> None:
    volumes = plan(
        [records()[n] for n in order],
        description(carrier="J019-{}"),
        medium_size=medium,
        signature_room=2_000,
    )
    codes = [code for volume in volumes for code in volume.codes]
    assert codes == [record.code for record in records()]
    for number, volume in enumerate(volumes, start=1):
        assert (volume.place.number, volume.place.volumes) == (number, len(volumes))
        assert len(b"".join(stream(volume))) == volume.file_size
        assert volume.sealed(b"s" * 2_000).file_size <= medium
    sizes = [volume.file_size for volume in volumes]
    # The next volume's first record would not have fitted.
    for volume, follower in pairwise(volumes):
        (alone,) = plan([follower.items[0].item], description())
        assert volume.file_size + alone.file_size > medium - 4_000
    assert len(sizes) < len(records()) or medium < 60_000


def test_a_record_that_fits_no_medium_is_named() -> None:
    with pytest.raises(BatchError, match=str(records()[0].code)) as error:
        plan(records(), description(), medium_size=5_000, signature_room=0)
    assert str(records()[0].code) in error.value.message("zh")


def test_a_signature_that_leaves_no_room_is_refused() -> None:
    (volume,) = plan(records(), description())
    room = volume.file_size + 800
    (volume,) = plan(records(), description(), medium_size=room, signature_room=400)
    volume.sealed(b"s" * 200)
    for signature in (b"", b"s" * 1_000, b"s" * (1 << 21)):
        with pytest.raises(BatchError):
            volume.sealed(signature)


def test_nothing_to_transfer_is_an_error() -> None:
    with pytest.raises(BatchError, match="no record"):
        plan([], description())


def test_one_record_twice_is_an_error() -> None:
    with pytest.raises(BatchError, match="are one record"):
        plan([records()[0], records()[0]], description())
    # Written in another width it is the same number.
    entry = next(iter(archive().entries()))
    wide = ArchivalCode(entry.code.series, entry.code.item, width=6)
    with pytest.raises(BatchError, match="are one record"):
        plan([records()[0], item(archive(), entry, code=wide)], description())


def test_folders_that_a_disk_cannot_tell_apart_are_refused() -> None:
    entry = next(iter(archive().entries()))
    codes = [
        ArchivalCode.parse(f"J019-ZY·2026·D30·{office}-0001")
        for office in ("bgs", "BGS")
    ]
    with pytest.raises(BatchError, match="one folder"):
        plan([item(archive(), entry, code=code) for code in codes], description())


@pytest.mark.parametrize("text", ["", "两\n行", "\x07"])
def test_a_description_cannot_forge_a_line(text: str) -> None:
    with pytest.raises(InvalidValueError):
        description(content=text)


@given(
    st.lists(
        st.tuples(st.text("ab文", min_size=1, max_size=20), st.integers(0, 5 << 30)),
        max_size=20,
    )
)
def test_totals_are_those_of_the_container(files: list[tuple[str, int]]) -> None:
    """Of files beyond 4 GiB too, which no test can write."""
    totals = Totals.none(["sm3"]).plus(files)
    stored: list[Stored] = []
    for path, size in files:
        stored.append(Stored(path, size, 0, stored[-1].end if stored else 0))
    end = stored[-1].end if stored else 0
    assert totals.end == end
    assert totals.file_size == end + len(container.directory(stored))


def test_files_about_the_batch_stand_in_each_volume(tmp_path: Path) -> None:
    about = {TRANSFER_LIST: b"{}" * 500, "其他/a.txt": b""}
    volumes = plan(
        records(),
        description(),
        medium_size=40_000,
        signature_room=1_000,
        about=about,
    )
    assert len(volumes) > 1
    for volume in volumes:
        assert volume.sealed(b"s" * 1_000).file_size <= 40_000
        place = write_file(volume, tmp_path / f"{volume.place.number}.zip")
        assert place.stat().st_size == volume.file_size
        with read(place) as found:
            assert {path: found.about(path) for path in about} == about
            assert found.about("其他/b.txt") is None
            assert found.size == volume.size
            assert not [*found.findings, *found.check()]


@pytest.mark.parametrize(
    "path",
    ["a.txt", "其他/../a", "其他/", "其他/MANIFEST-SM3.txt", "其他/管理过程信息/x"],
)
def test_files_about_the_batch_take_no_other_place(path: str) -> None:
    with pytest.raises(BatchError):
        plan(records(), description(), about={path: b""})


class TestSeveralVolumes:
    @pytest.fixture
    def places(self, tmp_path: Path) -> list[Path]:
        volumes = plan(
            records(), description(), medium_size=40_000, signature_room=1_000
        )
        assert len(volumes) > 2
        places = []
        for volume in volumes:
            place = tmp_path / str(volume.place.number)
            write = write_folder if volume.place.number % 2 else write_file
            places.append(write(volume, place))
        return places

    def test_are_read_in_any_order(self, places: list[Path]) -> None:
        with read_many(places[::-1]) as batch:
            assert not batch.findings
            codes = [r.code for volume in batch.volumes for r in volume.records]
            assert codes == [record.code for record in records()]
            for volume in batch.volumes:
                assert not volume.findings
                assert not list(volume.check())

    def test_one_that_is_missing_is_told(self, places: list[Path]) -> None:
        with read_many(places[1:]) as batch:
            assert kinds(batch.findings) == ["volume"]
            assert "volume 1" in batch.findings[0].message()
            assert "缺第 1 卷" in batch.findings[0].message("zh")

    def test_one_that_is_there_twice_is_told(self, places: list[Path]) -> None:
        with read_many([*places, places[0]]) as batch:
            assert "volume" in kinds(batch.findings)
            assert "record_twice" in kinds(batch.findings)

    def test_one_of_another_batch_is_told(
        self, places: list[Path], tmp_path: Path
    ) -> None:
        (other,) = plan(records()[:1], description(batch="other"))
        write_file(other, tmp_path / "other")
        with read_many([*places, tmp_path / "other"]) as batch:
            assert any("移交批次号" in f.en for f in batch.findings)

    def test_a_milliard_of_missing_volumes_is_told_shortly(
        self, places: list[Path]
    ) -> None:
        said = places[0] / "说明文件.TXT"
        text = said.read_text(encoding="utf-8").replace(
            f"载体数量：{len(places)}", "载体数量：999999999"
        )
        said.write_text(text, encoding="utf-8")
        with read_many(places[:1]) as batch:
            assert len(batch.findings) < 200

    def test_one_that_is_no_volume_is_an_error(
        self, places: list[Path], tmp_path: Path
    ) -> None:
        (tmp_path / "no").write_bytes(io.BytesIO(b"PK").getvalue())
        with pytest.raises(BatchError, match="no volume"):
            read_many([*places, tmp_path / "no"])
