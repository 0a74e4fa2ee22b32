"""Where the bytes of a package lie until they are stored."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import PackageError
from egovarchive.packages.body import FileBody, Spool
from packages.filings import Rooms

pieces = st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=8)


@given(pieces, st.integers(0, 100), st.integers(0, 200), st.integers(0, 200), st.data())
def test_a_spool_is_its_bytes_wherever_they_lie(
    parts: list[bytes], limit: int, offset: int, size: int, data: st.DataObject
) -> None:
    rooms = Rooms()
    spool = Spool(rooms, limit)
    whole = bytearray()
    starts = []
    for part in parts:
        assert spool.append(part) == len(whole)
        starts.append(len(whole))
        whole += part
    which = data.draw(st.integers(0, len(parts) - 1))
    other = bytes(len(parts[which]))
    spool.replace(starts[which], other)
    whole[starts[which] : starts[which] + len(other)] = other
    assert spool.size == len(whole)
    assert spool.read(offset, size) == whole[offset : offset + size]
    assert b"".join(spool.chunks(offset, size)) == whole[offset : offset + size]
    for tail in (b"a long tail", b"tail", b""):
        assert b"".join(spool.payload(tail)) == whole + tail
    assert spool.append(b"more") == len(whole)
    assert spool.read(0, 1000) == whole + b"more"
    assert len(rooms.lent) == (len(whole) + 4 > limit)
    spool.close()


def test_without_a_room_it_has_its_own_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spool = Spool(limit=10)
    spool.append(bytes(2_500_000))
    found = list(spool.payload(b"tail"))
    assert max(map(len, found)) <= 1 << 20
    assert b"".join(found) == bytes(2_500_000) + b"tail"
    assert not list(tmp_path.iterdir())
    spool.close()
    spool.close()


def test_a_full_disk_is_an_error_and_can_be_left() -> None:
    def full() -> BinaryIO:
        return Path("/dev/full").open("r+b")

    spool = Spool(full, 0)
    with pytest.raises(PackageError, match="No space left on device"):
        spool.append(bytes(1 << 20))
    spool.close()


def test_a_disk_that_fails_is_an_error() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    body = FileBody(Failing(b"x"), 1)
    with pytest.raises(PackageError, match="Input/output error") as caught:
        body.read(0, 1)
    assert isinstance(caught.value.__cause__, OSError)


def test_a_file_gives_its_bytes_in_small_pieces() -> None:
    data = bytes(range(256)) * 10_000
    body = FileBody(io.BytesIO(data), len(data))
    assert body.read(1_000, 5) == data[1_000:1_005]
    assert body.read(len(data) - 2, 5) == data[-2:]
    found = list(body.chunks(0, len(data)))
    assert max(map(len, found)) <= 1 << 20
    assert b"".join(found) == data
    body.close()
    assert body.file.closed
