"""Pictures decoded to the last pixel."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import sys
from collections.abc import Callable

import pytest

from corpus import images
from corpus.damage import DAMAGES
from egovarchive.errors import EgovArchiveError, ToolError
from egovarchive.formats import Aspect, BytesSource, Limits, Validator
from egovarchive.formats.images import JpegValidator, PictureValidator, _complaints
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome
from formats.walk_outcomes import SAMPLES, fails, mutated, observed, outcomes

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
pytest.importorskip("simplejpeg", reason="simplejpeg is not installed")

CUTS = ("cut 50 %", "cut 99 %", "last 16 cut")


def validator_of(name: str) -> Validator:
    return JpegValidator() if name == "jpeg" else PictureValidator()


def test_they_run_code_of_others_and_say_which() -> None:
    for tool in (JpegValidator(), PictureValidator()):
        assert tool.isolated
        assert tool.tool.version
        assert not tool.answers(FORMATS["pdf"])


@pytest.mark.parametrize("name", images.VALID)
def test_nothing_is_said_of_a_picture_that_is_whole(name: str) -> None:
    form = name.partition("/")[0]
    assert not outcomes(validator_of(form), images.VALID[name](), form)


def test_nothing_is_said_of_the_samples() -> None:
    suffixes = {".jpg": "jpeg", ".png": "png", ".tif": "tiff"}
    found = [path for path in SAMPLES.rglob("*") if path.suffix in suffixes]
    assert len(found) > 10
    for path in found:
        form = suffixes[path.suffix]
        assert not outcomes(validator_of(form), path.read_bytes(), form), path.name


@pytest.mark.parametrize("damage", CUTS)
@pytest.mark.parametrize("name", images.VALID)
def test_a_cut_off_picture_is_unreadable(name: str, damage: str) -> None:
    form = name.partition("/")[0]
    data = DAMAGES[damage](images.VALID[name]())
    # The last bytes of a page may be those of a directory that nobody needs.
    if outcomes(validator_of(form), data, form).get(Aspect.READABLE) is None:
        assert form in {"gif", "tiff"}
        return
    assert fails(validator_of(form), data, form)


@pytest.mark.parametrize("damage", ["20 bits", "512 zeroed"])
def test_heavy_damage_of_jpeg_is_found(damage: str) -> None:
    for name in ("jpeg", "jpeg/progressive", "jpeg/cmyk"):
        assert fails(JpegValidator(), DAMAGES[damage](images.made(name)), "jpeg")


def test_damaged_lines_of_a_fax_are_found() -> None:
    data = DAMAGES["20 bits"](images.made("tiff/fax"))
    (found, *_) = observed(PictureValidator(), data, "tiff")
    assert found.outcome is Outcome.FAILED


def test_a_jpeg_with_padding_before_its_end_only_warns() -> None:
    data = images.made("jpeg")
    padded = data[:-2] + bytes(40) + data[-2:]
    found = outcomes(JpegValidator(), padded, "jpeg")
    assert set(found.values()) <= {Outcome.WARNED}
    junk = data[:-2] + b"\x55" * 40 + data[-2:]
    assert outcomes(JpegValidator(), junk, "jpeg")[Aspect.READABLE] is Outcome.FAILED


def test_an_odd_tag_only_warns() -> None:
    """Real scanners write resolutions of two numbers; every pixel is there."""
    data = bytearray(images.made("tiff"))
    place = data.index(struct.pack("<HHI", 282, 5, 1))
    struct.pack_into("<I", data, place + 4, 2)
    found = outcomes(PictureValidator(), bytes(data), "tiff")
    assert found == {Aspect.READABLE: Outcome.WARNED}


def test_damage_is_not_called_an_early_end() -> None:
    data = DAMAGES["512 zeroed"](images.made("jpeg"))
    found = outcomes(JpegValidator(), data, "jpeg")
    assert found[Aspect.READABLE] is Outcome.FAILED
    assert found[Aspect.COMPLETE] is Outcome.NOT_PERFORMED


def test_every_page_is_decoded() -> None:
    data = images.made("tiff/fax", 3)
    limited = outcomes(PictureValidator(), data, "tiff", Limits(pages=2))
    assert limited == {Aspect.READABLE: Outcome.NOT_PERFORMED}
    assert not outcomes(PictureValidator(), data, "tiff")


@pytest.mark.parametrize(
    ("make", "form"),
    [(images.huge_png, "png"), (lambda: images.made("jpeg"), "jpeg")],
)
def test_too_many_pixels_are_not_decoded(make: Callable[[], bytes], form: str) -> None:
    found = outcomes(validator_of(form), make(), form, Limits(pixels=1000))
    assert found[Aspect.READABLE] is Outcome.NOT_PERFORMED


def test_a_file_larger_than_memory_allows_is_not_read() -> None:
    with pytest.raises(ToolError, match="too large"):
        observed(JpegValidator(), images.made("jpeg"), "jpeg", Limits(memory=4000))


def test_pillow_told_to_paint_over_is_no_witness(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from PIL import ImageFile  # noqa: PLC0415

    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(ToolError, match="truncated"):
        observed(PictureValidator(), images.made("png"), "png")


def test_pillow_is_left_as_it_was() -> None:
    before = Image.MAX_IMAGE_PIXELS
    observed(PictureValidator(), images.made("png"), "png", Limits(pixels=5))
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize(("module", "form"), [("simplejpeg", "jpeg"), ("PIL", "png")])
def test_a_missing_extra_is_named(
    module: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ToolError, match=r"pip install 'egovarchive\[image\]'"):
        observed(validator_of(form), images.made(form), form)


def test_complaints_are_heard_however_many() -> None:
    with _complaints() as said, contextlib.suppress(BlockingIOError):
        for _ in range(30_000):
            os.write(2, b"damaged line\n")
    assert said[0] == "damaged line"


def test_a_picture_that_is_another_is_unreadable() -> None:
    file = io.BytesIO()
    Image.new("L", (4, 4)).save(file, "GIF")
    for form in ("png", "tiff", "jpeg", "bmp", "jp2", "webp"):
        assert fails(validator_of(form), file.getvalue(), form)


@pytest.mark.parametrize("name", images.VALID)
def test_hostile_bytes_are_a_finding(name: str) -> None:
    form = name.partition("/")[0]
    tool = validator_of(form)
    for data in mutated(images.VALID[name](), 15):
        source = BytesSource("file", data)
        try:
            list(tool.validate(source, FORMATS[form], Limits(pixels=1_000_000)))
        except EgovArchiveError:
            continue
