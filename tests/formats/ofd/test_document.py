"""The parts of OFD documents: whether they are there, and as they should be."""

from __future__ import annotations

import pytest

from corpus import ofd_maker as made
from egovarchive.errors import FormatError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.ofd.part import REFERENCES, ROOTS, Role, UnreadPart
from egovarchive.formats.ofd.tree import parts
from egovarchive.formats.ofd.xml import MAX_TAGS, parse
from egovarchive.formats.zip_audit import LimitError
from egovarchive.records.outcome import Outcome
from formats.ofd_reports import opened, outcomes, read_parts, said_of


def test_all_parts_are_come_to_from_the_entry_point() -> None:
    found = [
        (part.name, part.role) for part in read_parts(opened(made.with_template()))
    ]
    assert found == [
        ("OFD.xml", Role.OFD),
        ("Doc_0/Document.xml", Role.DOCUMENT),
        ("Doc_0/PublicRes.xml", Role.PUBLIC_RES),
        ("Doc_0/Tpls/Tpl_0/Content.xml", Role.TEMPLATE),
        ("Doc_0/Pages/Page_0/Content.xml", Role.PAGE),
    ]


def test_each_role_has_a_root_and_its_references() -> None:
    assert set(ROOTS) == set(REFERENCES) == set(Role)


def test_parts_that_lead_back_to_themselves_end() -> None:
    res = made.xml("Page", "<PageRes>Content.xml</PageRes>")
    data = made.changed(
        Doc_0__Pages__Page_0__Content=res,
        Doc_0__Document=made.document(
            pages=["Pages/Page_0/Content.xml", "Document.xml", "../OFD.xml"]
        ),
    )
    found = [part.name for part in parts(opened(data)) if isinstance(part, UnreadPart)]
    assert found == ["Doc_0/Document.xml", "OFD.xml", "Doc_0/Pages/Page_0/Content.xml"]


def test_names_are_found_as_resources_write_them() -> None:
    """A Res has a BaseLoc, that real files leave out, or write from the root."""

    def based(base: str) -> bytes:
        part = made.xml("Res", made.FONTS, f'BaseLoc="{base}"')
        return made.changed(Doc_0__PublicRes=part)

    for base in ("Res", "./Res/", "/Doc_0/Res"):
        assert not said_of(based(base))
    assert outcomes(based("Doc_0/Res")) == {Aspect.CONFORMANT: Outcome.WARNED}
    assert outcomes(based("../../Res"))[Aspect.SELF_CONTAINED] is Outcome.FAILED


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("<DocID>0123456789abcdef0123456789abcdef</DocID>", "", Outcome.WARNED),
        ("<DocInfo>", "<Other>", None),
        ('DocType="OFD"', "", Outcome.WARNED),
        ("<DocBody>", "<Body>", None),
    ],
)
def test_the_entry_point_has_what_it_needs(
    old: str, new: str, outcome: Outcome | None
) -> None:
    part = made.entry_point().decode().replace(old, new)
    part = part.replace(old.replace("<", "</"), new.replace("<", "</"))
    found = outcomes(made.changed(OFD=part.encode()))
    assert found[Aspect.CONFORMANT] is (outcome or Outcome.FAILED)


def test_a_body_without_document_shows_nothing() -> None:
    bare = made.entry_point().replace(b"<DocRoot>Doc_0/Document.xml</DocRoot>", b"")
    assert outcomes(made.changed(OFD=bare))[Aspect.COMPLETE] is Outcome.FAILED


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("<MaxUnitID>999</MaxUnitID>", "", Outcome.WARNED),
        ("PageArea>", "Other>", Outcome.WARNED),
        ("CommonData>", "Other>", Outcome.FAILED),
        ('ID="101"', 'ID="100"', Outcome.WARNED),
        ('BaseLoc="Pages/Page_0/Content.xml"', "", Outcome.FAILED),
        ("0 0 210 297", "0 0 210", Outcome.FAILED),
        ("0 0 210 297", "0 0 -1 297", Outcome.FAILED),
        ("0 0 210 297", "0 0 inf 297", Outcome.FAILED),
        ("0 0 210 297", "a b c d", Outcome.FAILED),
    ],
)
def test_the_document_has_what_it_needs(old: str, new: str, outcome: Outcome) -> None:
    whole = made.document(pages=["Pages/Page_0/Content.xml"] * 2)
    part = whole.decode().replace(old, new).encode()
    assert part != whole
    found = outcomes(made.changed(Doc_0__Document=part))
    assert found[Aspect.CONFORMANT] is outcome


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ("<Annotations>Annots.xml</Annotations>", "Annots.xml"),
        ("<Attachments>Attachs.xml</Attachments>", "Attachs.xml"),
        ("<CustomTags>Tags.xml</CustomTags>", "Tags.xml"),
    ],
)
def test_lists_that_are_not_there_warn(more: str, name: str) -> None:
    (found,) = said_of(made.changed(Doc_0__Document=made.document(more=more)))
    assert (found.aspect, found.outcome) == (Aspect.COMPLETE, Outcome.WARNED)
    assert name in found.en
    assert name in found.zh


def test_what_is_used_must_be_defined() -> None:
    content = (
        '<TextObject Font="9" Size="1"/><CompositeObject ResourceID="8"/>'
        '<PathObject DrawParam="7"/>'
    )
    part = made.page(content, '<Template TemplateID="6"/>')
    said = said_of(made.changed(Doc_0__Pages__Page_0__Content=part))
    assert {(one.en, one.outcome) for one in said} == {
        ("font '9' is used, but not defined", Outcome.WARNED),
        ("composite object '8' is used, but not defined", Outcome.FAILED),
        ("drawing parameters '7' is used, but not defined", Outcome.WARNED),
        ("template page '6' is used, but not defined", Outcome.FAILED),
    }


def test_nothing_is_missed_because_a_part_could_not_be_read() -> None:
    """The broken resources may define the font, and mention its file."""
    found = outcomes(made.changed(Doc_0__PublicRes=b"<Res"))
    assert found.pop(Aspect.READABLE) is Outcome.FAILED
    assert set(found.values()) == {Outcome.NOT_PERFORMED}


@pytest.mark.parametrize(
    ("font", "outcome"),
    [
        (b"", Outcome.FAILED),
        (b"<html>", Outcome.WARNED),
        (made.font()[:-1], Outcome.WARNED),
        (made.font()[:28], Outcome.FAILED),
        (made.font()[:20], Outcome.FAILED),
        (made.font().replace(b"\0\1\0\0", b"OTTO", 1), None),
        (b"%!PS-AdobeFont", None),
    ],
)
def test_fonts_are_whole(font: bytes, outcome: Outcome | None) -> None:
    data = made.with_files({"Doc_0/Res/font_2.ttf": font})
    assert outcomes(data).get(Aspect.READABLE) is outcome


def test_an_image_that_is_another_than_it_says_warns() -> None:
    found = outcomes(made.with_image(made.png(), called="JPG"))
    assert found == {Aspect.CONFORMANT: Outcome.WARNED}


def test_jbig2_without_header_is_not_judged() -> None:
    found = outcomes(made.with_image(b"\0\0\0\0\x30\0\1", called="JB2"))
    assert found == {Aspect.READABLE: Outcome.NOT_PERFORMED}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings_of_real_files_are_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    part = made.page().decode().replace("UTF-8", declared).encode(encoding)
    assert not said_of(made.changed(Doc_0__Pages__Page_0__Content=part))


def test_an_encoding_that_nobody_knows_is_an_error_of_the_file() -> None:
    part = made.page().replace(b"UTF-8", b"no-such")
    data = made.changed(Doc_0__Pages__Page_0__Content=part)
    assert outcomes(data)[Aspect.READABLE] is Outcome.FAILED


def test_comments_stand_for_nothing() -> None:
    part = made.document(pages=["Pages/Page_0/Content.xml"]).replace(
        b"PublicRes.xml", b"Public<!-- -->Res.xml"
    )
    assert not said_of(made.changed(Doc_0__Document=part))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_document_type_is_read(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a><a/>'
    with pytest.raises(FormatError, match="DOCTYPE"):
        parse(text.encode(encoding))


def test_what_is_too_much_is_not_said_to_be_wrong() -> None:
    for data in (b"<a>" + b"<b/>" * MAX_TAGS + b"</a>", b"<a>" * 300 + b"</a>" * 300):
        with pytest.raises(LimitError):
            parse(data)


def test_text_within_a_resident_number_is_masked() -> None:
    """What a report quotes may be anybody's."""
    location = "110105194912310021.xml"
    (found,) = said_of(made.changed(Doc_0__Document=made.document(
        pages=["Pages/Page_0/Content.xml", location]
    )))  # fmt: skip
    assert "19491231" not in found.en + found.zh
