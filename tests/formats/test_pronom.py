"""PRONOM identifiers are a second opinion; without its package they are not given."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import egovarchive
from corpus.identification import STARTS, VALID
from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import BytesSource, FileSource, Identification
from egovarchive.formats.identify import CoreIdentifier
from egovarchive.formats.pronom import PUIDS, PronomIdentifier, disagree
from egovarchive.formats.table import FORMATS

FILES = Path(egovarchive.__file__).parent / "testing/samples/files"
SAMPLES = sorted(p for p in FILES.glob("*/*") if p.suffix != ".json")


@pytest.fixture(scope="module")
def pronom() -> PronomIdentifier:
    pytest.importorskip("pygfried", reason="the extra is not installed")
    return PronomIdentifier()


def named(name: str) -> Identification:
    return Identification(tool=CoreIdentifier().tool, format=FORMATS.get(name))


def test_every_sample_has_an_identifier(pronom: PronomIdentifier) -> None:
    for path in SAMPLES:
        source = FileSource.of(path)
        found = pronom.identify(source)
        assert re.fullmatch(r"x?-?fmt/\d+", found.puid), path
        assert not disagree(CoreIdentifier().identify(source), found), path


def test_the_versions_of_the_tool_and_its_signatures_are_told(
    pronom: PronomIdentifier,
) -> None:
    assert pronom.tool.name == "siegfried"
    assert re.fullmatch(r"[\d.]+", pronom.tool.version)
    assert "DROID_SignatureFile" in pronom.tool.data
    assert pronom.identify(BytesSource("", b"a")).tool == pronom.tool


def test_what_pronom_says_is_kept_in_its_words(pronom: PronomIdentifier) -> None:
    path = next(p for p in SAMPLES if p.suffix == ".png")
    found = pronom.identify(FileSource.of(path))
    assert (found.puid, found.version) == ("fmt/11", "1.0")
    assert found.note == "Portable Network Graphics"
    assert found.format == FORMATS["png"]


def test_pronom_does_not_know_ofd(pronom: PronomIdentifier) -> None:
    found = pronom.identify(BytesSource("a.ofd", STARTS["ofd/usual"]()))
    assert (found.puid, found.format) == ("x-fmt/263", FORMATS["zip"])


def test_the_name_decides_nothing(pronom: PronomIdentifier, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"\x07\x01 nothing that is known \x02")
    assert pronom.identify(FileSource.of(path)).puid == ""
    data = VALID["png/colour"]()
    for name in ("a.json", "a.pdf", "附件", "a\udcff.doc"):
        assert pronom.identify(BytesSource(name, data)).puid.startswith("fmt/1")


def test_an_empty_file_has_none(pronom: PronomIdentifier) -> None:
    found = pronom.identify(BytesSource("a.txt", b""))
    assert (found.puid, found.format, found.note) == ("", None, "empty")


def test_a_file_that_is_gone_is_an_error(
    pronom: PronomIdentifier, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a")
    source = FileSource.of(path)
    path.unlink()
    with pytest.raises((FormatError, ToolError)):
        pronom.identify(source)


def test_without_its_package_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pygfried", None)
    with pytest.raises(ToolError, match=r"pip install 'egovarchive\[pronom\]'"):
        PronomIdentifier().identify(BytesSource("", b"a"))


def test_every_identifier_stands_for_a_format_of_ours() -> None:
    assert set(PUIDS.values()) <= set(FORMATS)
    assert all(re.fullmatch(r"(x-)?fmt/\d+", puid) for puid in PUIDS)


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("pdf", "pdf", False),
        ("pdf", "", False),
        ("ofd", "zip", False),
        ("zip", "ofd", False),
        ("wps", "doc", False),
        ("xml", "txt", False),
        ("pdf", "docx", True),
        ("ofd", "docx", True),
        ("png", "jpeg", True),
        ("pdf", "zip", True),
    ],
)
def test_a_container_does_not_contradict_what_it_holds(
    one: str, other: str, *, contradict: bool
) -> None:
    assert disagree(named(one), named(other)) is contradict
