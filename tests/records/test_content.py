"""Where the bytes of a document come from, and what goes wrong there."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from egovarchive.errors import ContentError
from egovarchive.records.content import (
    CHUNK_SIZE,
    BytesContent,
    Content,
    FileContent,
    StreamContent,
    as_content,
)


def bytes_of(content: Content) -> bytes:
    return b"".join(content.chunks())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "申请表.pdf"
    path.write_bytes(b"%PDF-1.7 " + bytes(2 * CHUNK_SIZE))
    return path


def test_a_path_bytes_and_a_stream_give_the_same(file: Path) -> None:
    data = file.read_bytes()
    with file.open("rb") as stream:
        for source in (file, str(file), data, bytearray(data), stream):
            content = as_content(source)  # type: ignore[arg-type]
            assert bytes_of(content) == data


def test_content_passes_as_it_is() -> None:
    content = BytesContent(b"abc")
    assert as_content(content) is content


def test_pieces_are_small_whatever_the_source(file: Path) -> None:
    data = file.read_bytes()
    for content in (
        FileContent(file),
        BytesContent(data),
        StreamContent(io.BytesIO(data)),
    ):
        pieces = list(content.chunks())
        assert max(map(len, pieces)) <= CHUNK_SIZE
        assert b"".join(pieces) == data


def test_sizes_are_known_before_reading(file: Path) -> None:
    assert FileContent(file).size == len(file.read_bytes())
    assert BytesContent(b"abc").size == 3


def test_bytes_and_paths_can_be_read_again(file: Path) -> None:
    for content in (BytesContent(b"abc"), FileContent(file)):
        assert bytes_of(content) == bytes_of(content)


def test_a_changed_bytearray_does_not_change_the_content() -> None:
    data = bytearray(b"abc")
    content = as_content(data)  # type: ignore[arg-type]
    data[0] = 0
    assert bytes_of(content) == b"abc"


def test_nothing_is_opened_before_it_is_read(tmp_path: Path) -> None:
    as_content(tmp_path / "not there")


@pytest.mark.parametrize("act", [bytes_of, lambda content: content.size])
def test_a_missing_file_is_an_error_that_names_it(act: object, tmp_path: Path) -> None:
    content = FileContent(tmp_path / "缺失.pdf")
    with pytest.raises(ContentError, match=r"缺失\.pdf: No such file") as caught:
        act(content)  # type: ignore[operator]
    assert "缺失.pdf" in caught.value.message("zh")


@pytest.mark.parametrize("act", [bytes_of, lambda content: content.size])
def test_a_path_that_cannot_be_is_an_error(act: object) -> None:
    with pytest.raises(ContentError, match="null"):
        act(FileContent(Path("a\0b")))  # type: ignore[operator]


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="not a regular file"):
        bytes_of(FileContent(tmp_path))


@pytest.mark.timeout(10)
def test_a_pipe_without_a_writer_does_not_hang(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ContentError, match="not a regular file"):
        bytes_of(FileContent(pipe))


@pytest.mark.timeout(10)
def test_a_device_without_end_is_not_read() -> None:
    with pytest.raises(ContentError, match="not a regular file"):
        bytes_of(FileContent(Path("/dev/zero")))


_UNREADABLE = """
import os
from pathlib import Path

from egovarchive.errors import ContentError
from egovarchive.records.content import FileContent

if os.getuid() == 0:
    os.setuid(65534)
try:
    list(FileContent(Path("secret")).chunks())
except ContentError as error:
    print(error)
"""


def test_an_unreadable_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "secret").chmod(0)
    tmp_path.chmod(0o701)
    # Root reads everything: another process looks, and is nobody by then.
    done = subprocess.run(
        [sys.executable, "-c", _UNREADABLE],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert "cannot read secret: Permission denied" in done.stdout


def changing(path: Path, change: object) -> None:
    pieces = FileContent(path).chunks()
    next(pieces)
    change()  # type: ignore[operator]
    with pytest.raises(ContentError, match="changed while it was read") as caught:
        list(pieces)
    assert str(path) in caught.value.message("zh")


def test_a_file_that_grows_meanwhile_is_refused(file: Path) -> None:
    def grow() -> None:
        with file.open("ab") as stream:
            stream.write(b"more")

    changing(file, grow)


def test_a_file_that_shrinks_meanwhile_is_refused(file: Path) -> None:
    changing(file, lambda: os.truncate(file, 10))


def test_a_file_rewritten_in_its_size_is_refused(file: Path) -> None:
    def rewrite() -> None:
        before = file.stat().st_mtime_ns
        with file.open("r+b") as stream:
            stream.seek(CHUNK_SIZE)
            stream.write(b"other")
        os.utime(file, ns=(before + 1, before + 1))

    changing(file, rewrite)


def test_a_file_that_grows_for_ever_is_not_read_for_ever(file: Path) -> None:
    def read_and_append() -> Iterator[bytes]:
        with file.open("ab") as stream:
            for piece in FileContent(file).chunks():
                stream.write(piece)
                stream.flush()
                yield piece

    with pytest.raises(ContentError, match="changed while it was read"):
        list(islice(read_and_append(), 10))


def test_a_stream_is_read_once() -> None:
    content = as_content(io.BytesIO(b"abc"))
    assert bytes_of(content) == b"abc"
    with pytest.raises(ContentError, match="read before"):
        bytes_of(content)


def test_a_stream_gives_what_it_has_left() -> None:
    stream = io.BytesIO(b"abcdef")
    stream.seek(3)
    assert bytes_of(as_content(stream)) == b"def"


class _Broken:
    """A stream that gives some bytes and then fails."""

    def __init__(self, then: object) -> None:
        self._steps: Iterator[object] = iter([b"some", then])

    def read(self, size: int, /) -> bytes:
        step = next(self._steps)
        if isinstance(step, Exception):
            raise step
        return step  # type: ignore[return-value]


@pytest.mark.parametrize(
    "error",
    [OSError(5, "Input/output error"), ValueError("closed"), EOFError(), LookupError()],
)
def test_a_stream_that_fails_is_an_error_with_its_cause(error: Exception) -> None:
    with pytest.raises(ContentError, match="cannot read the stream: ") as caught:
        bytes_of(as_content(_Broken(error)))
    assert caught.value.__cause__ is error


def test_a_compressed_stream_cut_short_is_an_error() -> None:
    whole = gzip.compress(bytes(10_000), mtime=0)
    with gzip.open(io.BytesIO(whole[:-12])) as stream:
        content = as_content(stream)
        with pytest.raises(ContentError, match="cannot read the stream"):
            bytes_of(content)


@pytest.mark.parametrize("given", ["text", None, 5])
def test_a_stream_that_gives_no_bytes_is_refused(given: object) -> None:
    """A raw stream's None means "none yet": the end it is not."""
    with pytest.raises(ContentError, match=f"gave {type(given).__name__}, not bytes"):
        bytes_of(as_content(_Broken(given)))


def test_a_file_opened_as_text_is_refused(file: Path) -> None:
    with file.open(encoding="latin-1") as stream:
        content = as_content(stream)  # type: ignore[arg-type]
        with pytest.raises(ContentError, match="gave str, not bytes"):
            bytes_of(content)
