"""OFD documents: what is right passes, what is wrong is found where it should be."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from time import monotonic

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import ofd
from corpus import ofd_maker as made
from egovarchive.errors import EgovArchiveError, FormatError, ToolError
from egovarchive.formats import (
    DEFAULT_LIMITS,
    BytesSource,
    FileSource,
    Format,
    Limits,
    Observation,
    Source,
    Tool,
)
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.ofd.opener import OfdOpener
from egovarchive.formats.ofd.properties import OfdReader
from egovarchive.formats.ofd.validator import OfdValidator
from egovarchive.formats.table import FORMATS
from egovarchive.formats.zip_audit import LimitError
from egovarchive.records.outcome import Outcome
from formats.ofd_reports import OFD, SAMPLES, outcomes, said_of


def test_it_answers_all_that_is_asked_of_ofd_and_of_nothing_else() -> None:
    validator = OfdValidator()
    assert validator.answers(OFD) == OFD.asks == frozenset(Aspect)
    assert not validator.answers(FORMATS["pdf"])
    assert not validator.isolated


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_sample_documents_pass(sample: Path) -> None:
    assert not list(OfdValidator().validate(FileSource.of(sample), OFD, DEFAULT_LIMITS))


def test_there_are_samples() -> None:
    assert len(SAMPLES) == 8


@pytest.mark.parametrize("name", ofd.VALID)
def test_what_is_right_passes(name: str) -> None:
    assert not said_of(ofd.VALID[name]())


@pytest.mark.parametrize("name", ofd.INVALID)
def test_what_is_wrong_is_found_where_it_should_be(name: str) -> None:
    make, aspect = ofd.INVALID[name]
    try:
        said = said_of(make())
    except FormatError:
        assert aspect is Aspect.READABLE
        return
    assert aspect in {one.aspect for one in said}, said
    for one in said:
        assert one.en
        assert any("一" <= letter <= "鿿" for letter in one.zh), one.zh


# What each does beside, so that no check cries wolf over another's finding.
ALONE = {
    "ofd/one_byte_wrong": {
        Aspect.COMPLETE: Outcome.FAILED,
        Aspect.READABLE: Outcome.FAILED,
    },
    "ofd/no_page": {Aspect.COMPLETE: Outcome.FAILED},
    "ofd/no_public_resources": {
        # The font on the page is named, and the file that nothing names any more.
        Aspect.COMPLETE: Outcome.WARNED,
        Aspect.EMBEDDED: Outcome.WARNED,
    },
    "ofd/image_not_defined": {Aspect.COMPLETE: Outcome.FAILED},
    "ofd/image_is_none": {
        Aspect.READABLE: Outcome.FAILED,
        Aspect.CONFORMANT: Outcome.WARNED,
    },
    "ofd/bytes_after": {Aspect.BOUNDED: Outcome.FAILED},
    "ofd/backslashes": {Aspect.CONFORMANT: Outcome.WARNED},
    "ofd/letter_case": {Aspect.CONFORMANT: Outcome.WARNED},
    "ofd/other_namespace": {Aspect.CONFORMANT: Outcome.WARNED},
    "ofd/template_holds_itself": {Aspect.CONFORMANT: Outcome.FAILED},
    "ofd/composite_holds_itself": {Aspect.CONFORMANT: Outcome.FAILED},
    "ofd/stray_file": {Aspect.EMBEDDED: Outcome.WARNED},
    "ofd/program": {Aspect.EMBEDDED: Outcome.FAILED, Aspect.CONFORMANT: Outcome.WARNED},
    "ofd/rights": {
        Aspect.UNENCRYPTED: Outcome.WARNED,
        Aspect.CONFORMANT: Outcome.WARNED,
    },
    "ofd/changed_after_signing": {Aspect.COMPLETE: Outcome.FAILED},
    "ofd/file_not_signed": {Aspect.CONFORMANT: Outcome.WARNED},
}


@pytest.mark.parametrize("name", ALONE)
def test_nothing_else_is_said(name: str) -> None:
    assert outcomes(ofd.INVALID[name][0]()) == ALONE[name]


def test_a_font_that_is_not_embedded_fails_ofd_a_only() -> None:
    ordinary = ofd.INVALID["ofd/font_not_embedded"][0]()
    archival = ofd.INVALID["ofd/ofd_a_font_not_embedded"][0]()
    assert outcomes(ordinary)[Aspect.SELF_CONTAINED] is Outcome.WARNED
    assert outcomes(archival)[Aspect.SELF_CONTAINED] is Outcome.FAILED


def test_what_leads_out_fails_and_is_not_followed() -> None:
    parts = made.plain()
    parts["Doc_0/Document.xml"] = made.document(pages=["../../secret.xml"])
    parts["secret.xml"] = made.page()
    found = outcomes(made.zipped(parts))
    assert found[Aspect.SELF_CONTAINED] is Outcome.FAILED
    # It was not reached, so nothing refers to it.
    assert found[Aspect.EMBEDDED] is Outcome.WARNED


@pytest.mark.parametrize(
    ("event", "outcome"),
    [("DO", Outcome.FAILED), ("PO", Outcome.FAILED), ("CLICK", Outcome.WARNED)],
)
def test_what_it_does_by_itself_fails(event: str, outcome: Outcome) -> None:
    data = made.changed(
        Doc_0__Pages__Page_0__Content=made.page(more=made.action(made.URI, event))
    )
    assert outcomes(data)[Aspect.PASSIVE] is outcome


def test_turning_to_a_page_is_no_action_to_speak_of() -> None:
    goto = '<Goto><Dest Type="Fit" PageID="100"/></Goto>'
    assert not said_of(
        made.changed(Doc_0__Document=made.document(more=made.action(goto, "DO")))
    )


def test_an_image_that_nobody_decodes_was_not_read() -> None:
    data = made.with_image(b"\xff\x4f\xff\x51" + bytes(99), called="JP2")
    assert outcomes(data) == {Aspect.READABLE: Outcome.NOT_PERFORMED}


class Decoder:
    """Says that every JPEG 2000 image is well, or what it is told to say or raise."""

    tool = Tool("decoder", "1")
    isolated = True

    def __init__(self, *said: Observation | EgovArchiveError) -> None:
        self.said = said

    def answers(self, format: Format) -> frozenset[Aspect]:
        return frozenset({Aspect.READABLE} if format.id == "jp2" else ())

    def validate(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Observation]:
        assert source.read(0, 2) == JP2[:2]
        assert 0 < limits.seconds <= DEFAULT_LIMITS.seconds
        for each in self.said:
            if isinstance(each, EgovArchiveError):
                raise each
            yield each


JP2 = b"\xff\x4f\xff\x51" + bytes(99)


def by(decoder: Decoder) -> list[Observation]:
    source = BytesSource("a.ofd", made.with_image(JP2, called="JP2"))
    return list(OfdValidator((decoder,)).validate(source, OFD, DEFAULT_LIMITS))


def test_images_are_shown_to_the_validators_it_was_given() -> None:
    assert OfdValidator((Decoder(),)).isolated
    assert not by(Decoder())


@pytest.mark.parametrize(
    ("said", "aspect", "outcome"),
    [
        (
            Observation(Aspect.READABLE, Outcome.FAILED, "broken", "损坏"),
            Aspect.READABLE,
            Outcome.FAILED,
        ),
        (
            Observation(Aspect.BOUNDED, Outcome.FAILED, "longer", "多余"),
            Aspect.BOUNDED,
            Outcome.WARNED,
        ),
        (FormatError("no image", "不是图像"), Aspect.READABLE, Outcome.FAILED),
        (LimitError("too large", "过大"), Aspect.READABLE, Outcome.NOT_PERFORMED),
        (ToolError("missing", "缺失"), Aspect.READABLE, Outcome.NOT_PERFORMED),
    ],
)
def test_what_is_said_of_an_image_is_said_of_the_document(
    said: Observation | EgovArchiveError, aspect: Aspect, outcome: Outcome
) -> None:
    (found,) = by(Decoder(said))
    assert (found.aspect, found.outcome) == (aspect, outcome)
    assert found.place == "Doc_0/Res/a.png"


def test_jpeg_is_decoded_where_a_decoder_is_there() -> None:
    pytest.importorskip("simplejpeg", reason="the extra `image` is not installed")
    numpy = pytest.importorskip("numpy")
    from PIL import Image  # noqa: PLC0415 - of the same extra

    from egovarchive.formats.images import JpegValidator  # noqa: PLC0415 - the same

    into = BytesIO()
    noise = numpy.random.default_rng(0).integers(0, 255, (99, 99), numpy.uint8)
    Image.fromarray(noise).save(into, "JPEG")
    whole = into.getvalue()
    broken = whole[:1500] + b"\xff\xd9" * 300 + whole[2100:]
    validator = OfdValidator((JpegValidator(),))
    outcomes_of = []
    for data in (whole, broken):
        document = made.with_image(data, name="a.jpg", called="JPEG")
        source = BytesSource("a.ofd", document)
        said = validator.validate(source, OFD, DEFAULT_LIMITS)
        outcomes_of.append({(one.aspect, one.outcome) for one in said})
        assert outcomes(document)[Aspect.READABLE] is Outcome.NOT_PERFORMED
    assert not outcomes_of[0]
    assert (Aspect.READABLE, Outcome.FAILED) in outcomes_of[1]


def test_an_image_whose_bytes_are_wrong_is_said_to_be_broken_once() -> None:
    data = made.with_image(made.png(99, 99))
    with zipfile.ZipFile(BytesIO(data)) as file:
        entry = file.getinfo("Doc_0/Res/a.png")
    at = entry.header_offset + 30 + len(entry.filename) + 20
    damaged = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
    said = [one for one in said_of(damaged) if one.aspect is Aspect.COMPLETE]
    assert [one.place for one in said] == ["Doc_0/Res/a.png"]


def test_a_hundred_thousand_pages_are_not_all_looked_at() -> None:
    data = made.changed(
        Doc_0__Document=made.document(pages=["Pages/Page_0/Content.xml"] * 100_000)
    )
    started = monotonic()
    found = outcomes(data)
    assert found[Aspect.READABLE] is Outcome.NOT_PERFORMED
    assert monotonic() - started < 10


def test_no_more_findings_are_named_than_the_limits_allow() -> None:
    data = made.changed(
        Doc_0__Document=made.document(pages=[f"{number}.xml" for number in range(5000)])
    )
    said = [one for one in said_of(data) if one.aspect is Aspect.COMPLETE]
    assert len(said) == DEFAULT_LIMITS.findings + 1
    assert said[-1].en == f"{5000 - DEFAULT_LIMITS.findings} more findings"


def test_a_document_too_large_to_look_at_has_not_failed() -> None:
    """What is beyond the limits may be right."""
    with pytest.raises(ToolError):
        said_of(made.changed(), evolve(DEFAULT_LIMITS, entries=2))
    with pytest.raises(ToolError):
        said_of(made.changed(), evolve(DEFAULT_LIMITS, inflated=100))


@pytest.mark.parametrize("name", ["Doc_0/Res/font_2.ttf", "Doc_0/PublicRes.xml"])
def test_a_part_that_inflates_to_a_gigabyte_is_not_inflated(name: str) -> None:
    parts = made.plain()
    del parts[name]
    into = BytesIO(made.zipped(parts))
    with (
        zipfile.ZipFile(into, "a", zipfile.ZIP_DEFLATED) as file,
        file.open(name, "w", force_zip64=True) as bomb,
    ):
        for _ in range(64):
            bomb.write(bytes(1 << 20))
    started = monotonic()
    found = outcomes(into.getvalue())
    assert monotonic() - started < 1
    assert found[Aspect.READABLE] is Outcome.NOT_PERFORMED


def test_it_ends_when_the_time_is_up() -> None:
    pages = {
        f"Doc_0/Pages/{number}.xml": made.page(made.TEXT * 1000) for number in range(99)
    }
    data = made.with_files(
        pages,
        Doc_0__Document=made.document(
            pages=[f"Pages/{number}.xml" for number in range(99)]
        ),
    )
    found = outcomes(data, evolve(DEFAULT_LIMITS, seconds=0.05))
    assert found[Aspect.READABLE] is Outcome.NOT_PERFORMED
    assert found[Aspect.PASSIVE] is Outcome.NOT_PERFORMED


def test_an_encrypted_part_is_not_said_to_be_broken() -> None:
    data = made.with_files(
        {"Encryptions.xml": made.xml("Encryptions")},
        Doc_0__Pages__Page_0__Content=b"\x8a\x11\x02",
    )
    found = outcomes(data)
    assert found[Aspect.UNENCRYPTED] is Outcome.FAILED
    assert found[Aspect.READABLE] is Outcome.NOT_PERFORMED


def everything(data: bytes) -> None:
    """Put all tools to work on *data*; only errors raised on purpose may come."""
    source = BytesSource("a.ofd", data)
    limits = evolve(DEFAULT_LIMITS, seconds=5.0)
    with suppress(EgovArchiveError):
        list(OfdValidator().validate(source, OFD, limits))
    with suppress(EgovArchiveError):
        OfdReader().read(source, OFD, limits)
    with suppress(EgovArchiveError):
        list(OfdOpener().children(source, OFD, limits))


@pytest.mark.parametrize("name", [*ofd.INVALID, *ofd.VALID])
def test_damage_never_escapes(name: str) -> None:
    whole = (ofd.INVALID[name][0] if name in ofd.INVALID else ofd.VALID[name])()
    if len(whole) > 100_000:
        pytest.skip("too large to be damaged often")
    chance = random.Random(name)  # noqa: S311 - the same each time
    for _ in range(6):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        everything(bytes(data))
        everything(whole[: chance.randrange(len(whole))])


TEXTS = st.text('<>/="& aA0.\\:#\x00\n楷', max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    page=st.one_of(st.binary(max_size=200), TEXTS.map(str.encode)),
    location=TEXTS,
    attributes=st.sampled_from(["DocType", "BaseLoc", "ID", "Event", "PhysicalBox"]),
    value=TEXTS,
)
def test_whatever_stands_in_a_part_is_only_read(
    page: bytes, location: str, attributes: str, value: str
) -> None:
    parts = made.plain()
    parts["Doc_0/Pages/Page_0/Content.xml"] = page
    parts["Doc_0/PublicRes.xml"] = parts["Doc_0/PublicRes.xml"].replace(
        b"font_2.ttf", location.encode()
    )
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(
        b"<Pages>", f'<Pages {attributes}="{value}">'.encode()
    )
    everything(made.zipped(parts))
