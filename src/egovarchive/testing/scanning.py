"""The contract of a `Scanner`, as tests to subclass."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from attrs import frozen

from egovarchive.errors import FormatError
from egovarchive.formats import (
    DEFAULT_LIMITS,
    BytesSource,
    FileSource,
    Limits,
    Scanner,
    Source,
    Verdict,
)
from egovarchive.formats.source import Part


def eicar() -> bytes:
    """
    Return the file that every scanner reports although it does nothing.

    https://www.eicar.org: 68 bytes. It is put together here, as a file that holds it
    would itself be reported.
    """
    parts = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}", "EICAR", "STANDARD", "ANTIVIRUS"]
    return f"{parts[0]}${'-'.join([*parts[1:], 'TEST'])}-FILE!$H+H*".encode("ascii")


@frozen
class _Broken:
    """A source whose bytes cannot be had, from *at* on."""

    name: str
    size: int
    at: int

    def read(self, offset: int, size: int) -> bytes:
        if offset + size > self.at:
            raise FormatError("the file has gone", "文件已不存在")
        return bytes(size)


@frozen
class _Short:
    """A source that has fewer bytes than it says."""

    name: str
    size: int

    def read(self, offset: int, size: int) -> bytes:
        return b"abc"[offset : offset + size]


class ScannerContract:
    """
    What every scanner must do.

    ::

        class TestMyScanner(ScannerContract):
            @pytest.fixture
            def scanner(self):
                return MyScanner(...)

            @pytest.fixture
            def unreachable(self):
                return MyScanner("nowhere")
    """

    @pytest.fixture
    def scanner(self) -> Scanner:
        """Return the scanner under test. It knows `infected`, and is up to date."""
        raise NotImplementedError

    @pytest.fixture
    def unreachable(self) -> Scanner:
        """Return one that cannot do its work."""
        raise NotImplementedError

    @pytest.fixture
    def infected(self) -> bytes:
        """Return what the scanner must find."""
        return eicar()

    @pytest.fixture
    def limits(self) -> Limits:
        """Return limits that the scanner keeps to."""
        return DEFAULT_LIMITS

    @pytest.mark.parametrize("size", [0, 1, 1000, (1 << 20) + 1])
    def test_a_clean_file_is_clean(
        self, scanner: Scanner, limits: Limits, size: int
    ) -> None:
        found = scanner.scan(BytesSource("a.bin", b"a" * size), limits)
        assert (found.verdict, found.signature) == (Verdict.CLEAN, "")

    def test_an_infected_file_is_infected(
        self, scanner: Scanner, limits: Limits, infected: bytes
    ) -> None:
        found = scanner.scan(BytesSource("a.bin", infected), limits)
        assert found.verdict is Verdict.INFECTED
        assert found.signature

    def test_it_says_who_it_is(self, scanner: Scanner, limits: Limits) -> None:
        found = scanner.scan(BytesSource("a.bin", b"a"), limits)
        assert found.tool.name
        assert found.tool.version

    def test_it_says_the_same_again(
        self, scanner: Scanner, limits: Limits, infected: bytes
    ) -> None:
        source = BytesSource("a.bin", infected)
        assert scanner.scan(source, limits) == scanner.scan(source, limits)

    def test_bytes_may_lie_anywhere(
        self, scanner: Scanner, limits: Limits, infected: bytes, tmp_path: Path
    ) -> None:
        alone, within = tmp_path / "alone.bin", tmp_path / "within.bin"
        alone.write_bytes(infected)
        within.write_bytes(b"before" + infected + b"after")
        whole = FileSource.of(within)
        sources: list[Source] = [
            FileSource.of(alone),
            FileSource(within, "within.bin", len(infected), 6),
            Part("part.bin", whole, 6, len(infected)),
            Part("part.bin", BytesSource("b", within.read_bytes()), 6, len(infected)),
        ]
        for source in sources:
            assert scanner.scan(source, limits).verdict is Verdict.INFECTED
        clean = Part("part.bin", whole, 0, 6)
        assert scanner.scan(clean, limits).verdict is Verdict.CLEAN

    @pytest.mark.parametrize(
        "name",
        ["", "政务 服务.pdf", "$(false); 'a.com", "../../a", "a\n.b", "a.\0", "\udcff"],
    )
    def test_a_name_decides_nothing(
        self, scanner: Scanner, limits: Limits, infected: bytes, name: str
    ) -> None:
        for data, verdict in ((b"a", Verdict.CLEAN), (infected, Verdict.INFECTED)):
            found = scanner.scan(BytesSource(name, data), limits)
            assert found.verdict is verdict

    def test_a_long_name_decides_nothing(
        self, scanner: Scanner, limits: Limits
    ) -> None:
        found = scanner.scan(BytesSource("a." + "b" * 5000, b"a"), limits)
        assert found.verdict is Verdict.CLEAN

    @pytest.mark.parametrize("at", [0, 1 << 20])
    def test_what_cannot_be_read_is_not_scanned(
        self, scanner: Scanner, limits: Limits, at: int
    ) -> None:
        found = scanner.scan(_Broken("a.bin", 3 << 20, at), limits)
        assert found.verdict is Verdict.NOT_SCANNED
        assert found.en
        assert found.zh

    def test_what_is_not_all_there_is_not_scanned(
        self, scanner: Scanner, limits: Limits, tmp_path: Path
    ) -> None:
        (tmp_path / "a.bin").write_bytes(b"abc")
        sources: list[Source] = [
            _Short("a.bin", 1000),
            FileSource(tmp_path / "a.bin", "a.bin", 1000),
            FileSource(tmp_path / "b.bin", "b.bin", 0),
        ]
        for source in sources:
            assert scanner.scan(source, limits).verdict is Verdict.NOT_SCANNED

    def test_one_that_cannot_work_has_not_scanned(
        self, unreachable: Scanner, limits: Limits, infected: bytes
    ) -> None:
        for data in (b"", b"a", infected):
            found = unreachable.scan(BytesSource("a.bin", data), limits)
            assert found.verdict is Verdict.NOT_SCANNED
            assert found.en
            assert found.zh

    def test_without_time_it_has_not_scanned(self, scanner: Scanner) -> None:
        started = time.monotonic()
        found = scanner.scan(BytesSource("a.bin", b"a"), Limits(seconds=1e-6))
        assert found.verdict is Verdict.NOT_SCANNED
        assert time.monotonic() - started < 5

    def test_threads_share_it(
        self, scanner: Scanner, limits: Limits, infected: bytes
    ) -> None:
        expected = [Verdict.CLEAN, Verdict.INFECTED] * 4
        sources = [
            BytesSource("a.bin", infected if verdict is Verdict.INFECTED else b"a")
            for verdict in expected
        ]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda each: scanner.scan(each, limits), sources))
        assert [each.verdict for each in found] == expected
