"""PDF, opened and read to the end."""

from __future__ import annotations

import base64
import io
import random
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pikepdf", reason="needs the extra pdf")
pytest.importorskip("simplejpeg", reason="needs the extra pdf")

import pikepdf

from corpus import pdf as corpus
from egovarchive.errors import EgovArchiveError, FormatError, ToolError
from egovarchive.formats import (
    DEFAULT_LIMITS,
    Aspect,
    BytesSource,
    FileSource,
    Format,
    Limits,
    Source,
)
from egovarchive.formats.pdf_date import pdf_date, xmp_date
from egovarchive.formats.pdf_filters import (
    LimitError,
    OddError,
    ascii85,
    ascii_hex,
    inflate,
)
from egovarchive.formats.pdf_reader import (
    PikepdfOpener,
    PikepdfReader,
    PikepdfValidator,
)
from egovarchive.formats.pdf_xmp import Xmp
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome
from formats.pdf_said import PDF, SAMPLES, objections, outcomes, said

READER = PikepdfValidator()
FAILED, WARNED = Outcome.FAILED, Outcome.WARNED
NOT_PERFORMED = Outcome.NOT_PERFORMED
# The core looks at these.
PLAIN = {
    corpus.update_cut_off,
    corpus.with_junk_after,
    corpus.with_junk_before,
    corpus.with_mark_before,
}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem[:20])
def test_the_samples_pass(path: Path) -> None:
    found = list(READER.validate(FileSource.of(path), PDF, DEFAULT_LIMITS))
    assert not objections(found)
    assert outcomes(found) == {Aspect.CONFORMANT: {NOT_PERFORMED}}


@pytest.mark.parametrize("name", corpus.VALID)
def test_right_files_pass(name: str) -> None:
    found = said(READER, corpus.VALID[name]())
    assert outcomes(found) == {Aspect.CONFORMANT: {NOT_PERFORMED}}


WRONG = {name: pair for name, pair in corpus.INVALID.items() if pair[0] not in PLAIN}


@pytest.mark.parametrize(("make", "aspect"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_found(make: Callable[[], bytes], aspect: Aspect) -> None:
    found = said(READER, make())
    if make is corpus.linearized_cut_off:
        aspect = Aspect.READABLE  # not even qpdf finds a document in it
    assert aspect in objections(found)
    assert all(one.en and one.zh for one in found)


def test_what_is_wrong_with_one_thing_leaves_the_rest_alone() -> None:
    for make in (corpus.with_javascript, corpus.with_attachment, corpus.with_launch):
        assert len(objections(said(READER, make()))) == 1


def test_of_a_damaged_file_nothing_passes_that_could_be_lost() -> None:
    found = outcomes(said(READER, corpus.cut_short()))
    for aspect in READER.answers(PDF) - {Aspect.COMPLETE}:
        assert found[aspect] == {NOT_PERFORMED}


def test_a_file_that_vanishes_is_an_error_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(corpus.plain())
    source = FileSource.of(path)
    path.unlink()
    with pytest.raises(FormatError):
        list(READER.validate(source, PDF, DEFAULT_LIMITS))


class TestStreams:
    """Every stream is decoded to its last byte."""

    def test_one_wrong_byte_of_a_checksum_is_found_where_qpdf_finds_nothing(
        self,
    ) -> None:
        data = corpus.damaged_stream()
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert not pdf.check_pdf_syntax()
        (found,) = [one for one in said(READER, data) if one.outcome is FAILED]
        assert found.aspect is Aspect.READABLE
        assert found.place == "object 4"

    def test_each_byte_of_compressed_data_counts(self) -> None:
        data, content = corpus.plain(), zlib.compress(corpus.CONTENT)
        start = data.index(content)
        end = start + len(content)
        for at in range(start, end):
            damaged = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]
            if at == end - 5:
                continue  # the bits that fill up the last byte before the checksum
            assert Aspect.READABLE in objections(said(READER, damaged)), at

    def test_a_bomb_is_left_alone_in_time(self) -> None:
        start = time.monotonic()
        found = said(READER, corpus.bomb())
        assert outcomes(found)[Aspect.READABLE] == {NOT_PERFORMED}
        assert time.monotonic() - start < 2

    def test_streams_together_have_a_limit(self) -> None:
        limits = evolve(DEFAULT_LIMITS, inflated=100)
        found = outcomes(said(READER, corpus.plain(), limits))
        assert found[Aspect.READABLE] == {NOT_PERFORMED}

    def test_a_stream_without_checksum_is_odd_and_not_damaged(self) -> None:
        packed = zlib.compress(b"some data" * 99)
        with pytest.raises(OddError):
            inflate(packed[:-4], 1 << 20)
        with pytest.raises(FormatError) as error:
            inflate(packed[:-6], 1 << 20)
        assert not isinstance(error.value, OddError)
        with pytest.raises(OddError, match="follow"):
            inflate(packed + b"junk", 1 << 20)
        assert inflate(packed + b"\r\n", 1 << 20) == 9 * 99
        assert inflate(b"", 0) == 0

    @given(st.binary(max_size=5000), st.integers(0, 9))
    def test_what_was_compressed_comes_back(self, data: bytes, level: int) -> None:
        into = bytearray()
        assert inflate(zlib.compress(data, level), len(data), into) == len(data)
        assert into == data
        if data:
            with pytest.raises(LimitError):
                inflate(zlib.compress(data, level), len(data) - 1)

    @given(st.binary(max_size=200))
    def test_text_filters_give_back_or_refuse(self, data: bytes) -> None:
        assert ascii_hex(data.hex().encode() + b">") == data
        assert ascii85(base64.a85encode(data) + b"~>") == data
        for decode in (ascii_hex, ascii85):
            with suppress(FormatError):
                decode(data)

    def test_filters_are_undone_in_their_order(self) -> None:
        pdf = corpus.document()
        packed = base64.a85encode(zlib.compress(b"x" * 900)) + b"~>"
        names = pikepdf.Array([pikepdf.Name.ASCII85Decode, pikepdf.Name.FlateDecode])
        pdf.Root.Extra = pikepdf.Stream(pdf, packed, Filter=names)
        whole = corpus.saved(pdf)
        assert not objections(said(READER, whole))
        damaged = whole.replace(packed[-9:-2], b"!!!!!!!")
        assert Aspect.READABLE in objections(said(READER, damaged))

    def test_what_cannot_be_decoded_strictly_is_said(self) -> None:
        pdf = corpus.document()
        pdf.Root.Extra = pikepdf.Stream(pdf, b"\0", Filter=pikepdf.Name.JPXDecode)
        found = said(READER, corpus.saved(pdf))
        (told,) = [one for one in found if one.aspect is Aspect.READABLE]
        assert told.outcome is NOT_PERFORMED
        assert "JPXDecode" in told.en

    def test_a_filter_that_is_none_fails(self) -> None:
        pdf = corpus.document()
        pdf.Root.Extra = pikepdf.Stream(pdf, b"\0", Filter=pikepdf.Name.Zap)
        assert Aspect.READABLE in objections(said(READER, corpus.saved(pdf)))

    def test_a_jpeg_of_too_many_pixels_is_left_alone(self) -> None:
        limits = evolve(DEFAULT_LIMITS, pixels=100)
        found = outcomes(said(READER, corpus.with_jpeg(), limits))
        assert found[Aspect.READABLE] == {NOT_PERFORMED}


class TestPages:
    """The page tree may be cyclic, deep, or a lie."""

    def test_a_cycle_ends(self) -> None:
        found = said(READER, corpus.cyclic())
        assert any("met before" in one.en for one in found)

    def test_a_claim_of_pages_is_held_against_what_is_there(self) -> None:
        found = said(READER, corpus.claims_pages())
        assert any("100000" in one.en and "found 1" in one.en for one in found)

    def test_a_hundred_thousand_pages_end_in_time(self) -> None:
        data = corpus.many_pages()
        start = time.monotonic()
        found = outcomes(said(READER, data))
        assert found[Aspect.READABLE] == {NOT_PERFORMED}
        assert time.monotonic() - start < 3
        facts = PikepdfReader().read(BytesSource("a.pdf", data), PDF, DEFAULT_LIMITS)
        assert facts.pages is None

    def test_a_tree_of_great_depth_is_walked(self) -> None:
        pdf = corpus.document()
        page = pdf.Root.Pages.Kids[0]
        node = page
        for _ in range(3000):
            node = pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Pages, Count=1, Kids=pikepdf.Array([node])
                )
            )
        pdf.Root.Pages.Kids[0] = node
        found = said(READER, corpus.saved(pdf))
        assert not any("met before" in one.en for one in found)

    def test_a_page_that_is_missing_fails(self) -> None:
        pdf = corpus.document()
        pdf.Root.Pages.Kids.append(pikepdf.Object.parse(b"null"))
        assert Aspect.COMPLETE in objections(said(READER, corpus.saved(pdf)))

    def test_too_many_objects_are_not_looked_at(self) -> None:
        limits = evolve(DEFAULT_LIMITS, entries=2)
        found = outcomes(said(READER, corpus.with_javascript(), limits))
        assert NOT_PERFORMED in found[Aspect.PASSIVE]
        with pytest.raises(FormatError):
            list(PikepdfOpener().children(_source(corpus.plain()), PDF, limits))


class TestContents:
    """What acts, what lies in it, what it needs."""

    def test_fonts_that_are_missing_are_named(self) -> None:
        (found,) = [
            one
            for one in said(READER, corpus.without_its_font())
            if one.aspect is Aspect.SELF_CONTAINED
        ]
        assert found.outcome is FAILED
        assert "宋体" in found.en
        assert found.en.startswith("not self-contained: ")

    def test_a_standard_font_is_warned_of(self) -> None:
        found = outcomes(said(READER, corpus.with_a_standard_font()))
        assert found[Aspect.SELF_CONTAINED] == {WARNED}

    def test_links_to_the_web_are_only_noted(self) -> None:
        pdf = corpus.document()
        pdf.Root.OpenAction = pikepdf.Object.parse(b"<< /S /URI /URI (http://x) >>")
        found = outcomes(said(READER, corpus.saved(pdf)))
        assert found[Aspect.SELF_CONTAINED] == {Outcome.PASSED}

    def test_names_that_only_look_like_actions_are_none(self) -> None:
        pdf = corpus.document()
        pdf.Root.StructTreeRoot = pikepdf.Object.parse(
            b"<< /Type /StructTreeRoot /K << /Type /StructElem /S /Sound >> >>"
        )
        assert not objections(said(READER, corpus.saved(pdf)))

    def test_restrictions_are_told_from_a_password(self) -> None:
        locked = said(READER, corpus.encrypted())
        assert outcomes(locked)[Aspect.READABLE] == {NOT_PERFORMED}
        (free,) = [
            one
            for one in said(READER, corpus.restricted())
            if one.aspect is Aspect.UNENCRYPTED
        ]
        assert free.outcome is FAILED
        assert "extract, modify_other" in free.en
        for tool in (PikepdfReader().read, _children):
            with pytest.raises(FormatError, match="password"):
                tool(_source(corpus.encrypted()), PDF, DEFAULT_LIMITS)

    def test_a_claim_is_no_conformance(self) -> None:
        (claim,) = said(READER, corpus.claims_pdfa(corpus.plain()))
        assert (claim.aspect, claim.outcome) == (Aspect.CONFORMANT, NOT_PERFORMED)
        assert "PDF/A-2b" in claim.en

    def test_long_lists_are_counted(self) -> None:
        pdf = corpus.document()
        script = pikepdf.Object.parse(b"<< /S /JavaScript /JS (1) >>")
        pdf.Root.Extra = pikepdf.Array([script] * 50)
        found = said(READER, corpus.saved(pdf))
        passive = [one for one in found if one.aspect is Aspect.PASSIVE]
        assert len(passive) == DEFAULT_LIMITS.findings + 1
        assert passive[-1].en == "30 more findings"

    def test_what_follows_a_signature_is_noted(self) -> None:
        (signed,) = [path for path in SAMPLES if path.stem.startswith("变更申请表")]
        data = signed.read_bytes()
        update = data + (
            b"9999 0 obj\n(changed)\nendobj\nxref\n9999 1\n%010d 00000 n \n"
            b"trailer << /Size 10000 /Root %s /Prev %s >>\nstartxref\n%d\n%%%%EOF\n"
            % (
                len(data),
                data[data.rindex(b"/Root") + 5 :].split(b"R")[0].strip() + b" R",
                data.split()[-2],
                len(data) + len(b"9999 0 obj\n(changed)\nendobj\n"),
            )
        )
        notes = [one for one in said(READER, update) if "signature" in one.en]
        assert [one.outcome for one in notes] == [WARNED]
        assert notes[0].place == f"@{len(data)}"


def _source(data: bytes) -> BytesSource:
    return BytesSource("a.pdf", data)


def _children(source: Source, pdf: Format, limits: Limits) -> list[Source]:
    return list(PikepdfOpener().children(source, pdf, limits))


class TestFacts:
    def test_a_sample_says_what_made_it(self) -> None:
        (path,) = [path for path in SAMPLES if path.stem == "卫生检测报告"]
        facts = PikepdfReader().read(FileSource.of(path), PDF, DEFAULT_LIMITS)
        china = timezone(timedelta(hours=8))
        assert facts.pages == 1
        assert facts.title == "公共场所卫生检测报告"
        assert facts.application == "Writer / LibreOffice 7.4"
        assert facts.created == datetime(2025, 2, 24, 16, 32, tzinfo=china)
        assert facts.modified is None

    def test_a_document_that_says_nothing_says_nothing(self) -> None:
        facts = PikepdfReader().read(_source(corpus.plain()), PDF, DEFAULT_LIMITS)
        assert (facts.pages, facts.title, facts.created) == (1, None, None)

    def test_metadata_speaks_where_the_dictionary_is_silent(self) -> None:
        xmp = Xmp.parse(
            b'<x xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
            b' xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description>'
            b'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">T</rdf:li></rdf:Alt>'
            b"</dc:title></rdf:Description></x>"
        )
        assert xmp == Xmp(title="T")
        assert not xmp.claim

    @pytest.mark.parametrize(
        "data", [b"", b"<x>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"\xff"]
    )
    def test_metadata_that_is_not_xml_is_refused(self, data: bytes) -> None:
        with pytest.raises(FormatError, match="XMP"):
            Xmp.parse(data)

    def test_dates_have_a_zone_if_they_say_one(self) -> None:
        assert pdf_date("D:2025") == datetime(2025, 1, 1)
        assert pdf_date("20250224163200Z") == datetime(
            2025, 2, 24, 16, 32, tzinfo=timezone.utc
        )
        assert pdf_date("D:20251399") is None
        assert pdf_date("yesterday") is None
        assert xmp_date("2025-02-24T16:32:00.5+08:00") == datetime(
            2025, 2, 24, 16, 32, tzinfo=timezone(timedelta(hours=8))
        )
        assert xmp_date("2025-02") == datetime(2025, 2, 1)

    @given(st.text(max_size=40))
    def test_no_text_makes_dates_stumble(self, text: str) -> None:
        pdf_date(text)
        xmp_date(text)
        pdf_date("D:20250101000000+99'99'")


class TestAttachments:
    def test_they_are_taken_out(self) -> None:
        data = corpus.with_attachment("../../报价.xlsx", b"rows" * 1000)
        (child,) = PikepdfOpener().children(_source(data), PDF, DEFAULT_LIMITS)
        assert child.name == "../../报价.xlsx"
        assert child.read(0, child.size) == b"rows" * 1000

    def test_none_are_none(self) -> None:
        assert not _children(_source(corpus.plain()), PDF, DEFAULT_LIMITS)

    def test_those_that_are_too_large_end_it(self) -> None:
        data = corpus.with_attachment("a", b"x" * 5000)
        limits = evolve(DEFAULT_LIMITS, inflated=1000)
        with pytest.raises(FormatError):
            _children(_source(data), PDF, limits)


def test_it_is_for_pdf_and_runs_apart() -> None:
    for tool in (READER, PikepdfReader(), PikepdfOpener()):
        assert tool.isolated
        assert tool.tool.name == "pikepdf"
        assert tool.tool.version == pikepdf.__version__
    assert not READER.answers(FORMATS["ofd"])
    assert not PikepdfReader().reads(FORMATS["ofd"])
    assert not PikepdfOpener().opens(FORMATS["ofd"])


def test_without_pikepdf_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = _source(corpus.plain())
    monkeypatch.setitem(sys.modules, "pikepdf", None)
    with pytest.raises(ToolError, match=r"egovarchive\[pdf\]"):
        list(READER.validate(source, PDF, DEFAULT_LIMITS))


def test_mutations_never_escape_and_end_in_time() -> None:
    chance = random.Random(11)  # noqa: S311 - the same each time
    bases = [make() for make in corpus.VALID.values()]
    bases += [make() for make, _ in corpus.INVALID.values()]
    start = time.monotonic()
    for _ in range(400):
        data = bytearray(chance.choice(bases))
        for _ in range(chance.choice([1, 3, 20])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.2:
            cut = chance.randrange(len(data))
            data[cut : cut + chance.randrange(200)] = b""
        source = _source(bytes(data))
        said(READER, source.data)
        for tool in (PikepdfReader().read, _children):
            with suppress(EgovArchiveError):
                tool(source, PDF, DEFAULT_LIMITS)
    assert time.monotonic() - start < 30


def test_damage_to_samples_is_found() -> None:
    """Of 20 flipped bits, and of 512 bytes made zero, at least so many are found."""
    chance = random.Random(5)  # noqa: S311 - the same each time
    found = {"flip20": 0, "zero512": 0}
    for path in SAMPLES:
        data = bytearray(path.read_bytes())
        size = len(data)
        flipped, zeroed = bytearray(data), bytearray(data)
        for _ in range(20):
            flipped[chance.randrange(size // 10, size - size // 20)] ^= 1
        start = chance.randrange(size // 4, size // 2)
        zeroed[start : start + 512] = bytes(512)
        for name, changed in (("flip20", flipped), ("zero512", zeroed)):
            found[name] += bool(objections(said(READER, bytes(changed))))
    assert found == {"flip20": len(SAMPLES), "zero512": len(SAMPLES)}
