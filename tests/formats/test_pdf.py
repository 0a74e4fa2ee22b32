"""What the plain bytes of a PDF tell."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pikepdf", reason="the files are made with pikepdf")
pytest.importorskip("simplejpeg", reason="the files are made with simplejpeg")

from corpus import pdf as corpus
from egovarchive.errors import FormatError
from egovarchive.formats import DEFAULT_LIMITS, Aspect, BytesSource, FileSource
from egovarchive.formats.pdf import PdfValidator, header_offset
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome
from formats.pdf_said import PDF, SAMPLES, objections, outcomes, said

CORE = PdfValidator()
ANSWERED = {Aspect.COMPLETE, Aspect.BOUNDED, Aspect.UNENCRYPTED}
WRONG = {
    name: (make, aspect)
    for name, (make, aspect) in corpus.INVALID.items()
    # The page tree is for those who read PDF.
    if aspect in ANSWERED and make not in {corpus.cyclic, corpus.claims_pages}
}


def test_it_answers_only_what_bytes_tell() -> None:
    assert CORE.answers(PDF) == ANSWERED
    assert not CORE.answers(FORMATS["ofd"])
    assert not CORE.isolated
    assert str(CORE.tool) == "egovarchive.pdf 1"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem[:20])
def test_the_samples_pass(path: Path) -> None:
    assert not list(CORE.validate(FileSource.of(path), PDF, DEFAULT_LIMITS))


@pytest.mark.parametrize("name", corpus.VALID)
def test_right_files_pass(name: str) -> None:
    assert not said(CORE, corpus.VALID[name]())


@pytest.mark.parametrize(
    ("make", "aspect"),
    WRONG.values(),
    ids=list(WRONG),
)
def test_what_is_wrong_is_found(make: Callable[[], bytes], aspect: Aspect) -> None:
    found = said(CORE, make())
    assert aspect in objections(found)
    assert all(one.en and one.zh for one in found)


@pytest.mark.parametrize("cut", [0.5, 0.99, -16])
@pytest.mark.parametrize("path", SAMPLES[:6], ids=lambda path: path.stem[:20])
def test_what_is_cut_off_is_not_complete(cut: float, path: Path) -> None:
    data = path.read_bytes()
    end = int(cut if cut < 0 else len(data) * cut)
    found = outcomes(said(CORE, data[:end]))
    assert Outcome.FAILED in found[Aspect.COMPLETE]


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(FormatError, match="expected %PDF-"):
        header_offset(BytesSource("a.pdf", b"\0" * 8 + corpus.plain()[8:]))


def test_bytes_before_and_after_are_counted() -> None:
    assert header_offset(BytesSource("a.pdf", corpus.with_junk_before())) == 64
    (after,) = said(CORE, corpus.with_junk_after())
    assert after.aspect is Aspect.BOUNDED
    assert "69 more bytes" in after.en
    assert "69 字节" in after.zh
    assert after.place == "@576"


def test_much_after_the_end_is_found_as_well() -> None:
    (found,) = said(CORE, corpus.plain() + b"x" * (3 << 20))
    assert (found.aspect, found.outcome) == (Aspect.BOUNDED, Outcome.FAILED)


def test_padding_at_the_end_hides_nothing() -> None:
    assert not said(CORE, corpus.plain() + b"\r\n" + b"\0" * 4096)


def test_an_update_ends_as_well() -> None:
    whole = corpus.plain()
    table = len(whole)
    update = whole + (
        b"xref\n0 1\n0000000000 65535 f \ntrailer << /Size 5 /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % table
    )
    assert not said(CORE, update)


def test_without_a_trailer_encryption_is_not_known() -> None:
    found = outcomes(said(CORE, corpus.cut_off()))
    assert found[Aspect.UNENCRYPTED] == {Outcome.NOT_PERFORMED}


@given(st.binary(max_size=200), st.integers(0, 600), st.integers(0, 60))
def test_no_bytes_make_it_stumble(noise: bytes, at: int, gone: int) -> None:
    data = corpus.plain()
    for changed in (noise, data[:at] + noise + data[at + gone :]):
        said(CORE, changed)


def test_damage_anywhere_is_survived() -> None:
    chance = random.Random(3)  # noqa: S311 - the same each time
    data = SAMPLES[0].read_bytes()
    for _ in range(200):
        changed = bytearray(data)
        start = chance.randrange(len(data))
        changed[start : start + 300] = chance.randbytes(chance.randrange(300))
        said(CORE, bytes(changed[: chance.randrange(len(changed))]))
