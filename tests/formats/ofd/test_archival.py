"""OFD-A: each rule of the table is kept by something, and broken by something."""

from __future__ import annotations

import pytest

from corpus import ofd
from corpus import ofd_maker as made
from egovarchive.formats import DEFAULT_LIMITS, BytesSource
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.ofd.archival import (
    RULES,
    SOURCE,
    ArchivalRule,
    Weight,
    archival_findings,
)
from egovarchive.formats.ofd.validator import OfdValidator
from egovarchive.records.outcome import Outcome
from formats.ofd_reports import OFD, opened


def _document(more: str) -> bytes:
    return made.changed(Doc_0__Document=made.document(more=more))


def _page(content: str, more: str = "") -> bytes:
    return made.changed(Doc_0__Pages__Page_0__Content=made.page(content, more))


def _resources(content: str) -> bytes:
    return made.changed(Doc_0__PublicRes=made.resources(made.FONTS + content))


def _colours(attributes: str) -> bytes:
    return _resources(f'<ColorSpaces><ColorSpace ID="3" {attributes}/></ColorSpaces>')


def _outline(inner: str, more: str = "") -> bytes:
    entry = f'<OutlineElem Title="a">{made.action(inner)}</OutlineElem>'
    return _document(f"<Outlines>{entry}</Outlines>{more}")


def _image(more: str) -> bytes:
    listed = made.medium("a.png").replace("<MediaFile>", f"{more}<MediaFile>")
    return made.with_files(
        {
            "Doc_0/DocumentRes.xml": made.resources(listed),
            "Doc_0/Res/a.png": made.png(),
        },
        Doc_0__Document=made.document(
            common="<PublicRes>PublicRes.xml</PublicRes>"
            "<DocumentRes>DocumentRes.xml</DocumentRes>"
        ),
    )


def _note(attributes: str, inner: str = "") -> bytes:
    return made.with_annotations(
        f'<Annot ID="9" Type="Stamp" {attributes}>{inner}</Annot>'
    )


FIXED = 'ReadOnly="true" NoZoom="true" NoRotate="true"'
# One document, or more, that breaks each rule and claims nothing.
BROKEN: dict[str, list[bytes]] = {
    "6.1": [ofd.INVALID["ofd/leads_out"][0]()],
    "6.2.1 a)": [made.changed()],
    "6.2.1 c)": [made.changed(OFD=made.entry_point(bodies=2))],
    "6.2.2 a)": [ofd.INVALID["ofd/rights"][0]()],
    "6.2.2 b)": [_document("<VPreferences/>")],
    "6.2.2 c)": [_document(made.action(made.URI))],
    "6.2.2 e)": [_document("<Extensions>Extensions.xml</Extensions>")],
    "6.2.3 c)": [_page(made.TEXT, made.action(made.URI))],
    "6.2.3 e)": [_page(made.nested(4)), _page(made.nested(200))],
    "6.2.5 a)": [_outline(made.URI)],
    "6.2.5 b)": [
        _outline('<Goto><Dest PageID="7"/></Goto>'),
        _outline('<Goto><Bookmark Name="b"/></Goto>'),
    ],
    "6.2.6 a)": [_resources("<DrawParams/>")],
    "6.2.6 b)": [ofd.INVALID["ofd/font_not_embedded"][0]()],
    "6.2.6 e)": [ofd.INVALID["ofd/image_gif"][0]()],
    "6.2.6 f)": [_image('<x xmlns="urn:maker"/>')],
    "6.2.6 g)": [ofd.INVALID["ofd/sound"][0]()],
    "6.3.1 b)": [_colours('Type="Lab"')],
    "6.3.1 c)": [_colours('Type="RGB"')],
    "6.5 b)": [_page('<ImageObject ID="4" Interpolate="true"/>')],
    "6.6 c)": [_page('<TextObject ID="4" Font="2"/>')],
    "6.6 d)": [_page('<TextObject ID="4" Font="2" Size="3" CTM="2 0 0 1 0 0"/>')],
    "6.9 a)": [_note(FIXED, made.action(made.URI))],
    "6.10.1": [
        _note(""),
        _note(FIXED.replace('"true"', '"false"', 1)),
        _note(FIXED, "<Appearance><PageBlock/></Appearance>"),
    ],
    "6.13": [made.signed()],
    "6.15": [made.with_attachment(b"x", "表.xlsx")],
    "6.16": [ofd.INVALID["ofd/encrypted"][0]()],
}  # fmt: skip
# What breaks no rule, though it comes near.
_MARKS = '<Bookmarks><Bookmark Name="b"><Dest PageID="100"/></Bookmark></Bookmarks>'
KEPT: dict[str, bytes] = {
    **{name: make() for name, make in ofd.VALID.items() if name != "ofd/signed"},
    "a bookmark": _outline('<Goto><Bookmark Name="b"/></Goto>', _MARKS),
    "a destination": _outline('<Goto><Dest PageID="100"/></Goto>'),
    "a small picture": _image("<Thumbnail/>"),
    "a profile": _colours('Type="GRAY" Profile="font_2.ttf"'),
    "stretched": _page('<TextObject Font="2" Size="3" HScale="2" CTM="2 0 0 1 0 0"/>'),
    "turned": _page('<TextObject Font="2" Size="3" CTM="0 1 -1 0 0 0"/>'),
    "no numbers": _page('<TextObject Font="2" Size="3" CTM="none at all"/>'),
    "too few numbers": _page('<TextObject Font="2" Size="3" CTM="2 0 0 1"/>'),
    "not interpolated": _page('<ImageObject ID="4" Interpolate="false"/>'),
    "a note": _note(FIXED),
    "a text attached": made.with_attachment(b"text"),
}


def broken(data: bytes, *, required: bool = False) -> dict[str, Outcome]:
    """Return the outcome of each clause that *data* breaks."""
    return {
        one.en.split(": ")[0].removeprefix("OFD-A "): one.outcome
        for one in archival_findings(opened(data), required=required)
    }


def test_each_rule_has_its_broken_document() -> None:
    assert [rule.clause for rule in RULES] == list(BROKEN)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.clause)
def test_each_rule_is_broken_by_what_breaks_it(rule: ArchivalRule) -> None:
    strict = Outcome.WARNED if rule.weight is Weight.ADVICE else Outcome.FAILED
    for data in BROKEN[rule.clause]:
        assert broken(data, required=True)[rule.clause] is strict
        ordinary = broken(data).get(rule.clause)
        assert ordinary is (Outcome.WARNED if rule.weight is Weight.RULE else None)


@pytest.mark.parametrize("name", KEPT)
def test_what_comes_near_breaks_no_rule(name: str) -> None:
    assert not broken(KEPT[name])
    assert set(broken(KEPT[name], required=True)) <= {"6.2.1 a)"}


def test_what_claims_to_be_ofd_a_must_be() -> None:
    """DocType makes the claim; the same document without it only warns."""
    blocks = made.page(made.nested(4))
    claim = made.entry_point(doc_type="OFD-A")
    data = made.changed(OFD=claim, Doc_0__Pages__Page_0__Content=blocks)
    assert broken(data) == {"6.2.3 e)": Outcome.FAILED}
    data = made.changed(Doc_0__Pages__Page_0__Content=blocks)
    assert broken(data) == {"6.2.3 e)": Outcome.WARNED}


def test_a_signed_original_is_not_asked_to_lose_its_seal() -> None:
    assert not broken(made.signed())
    assert broken(made.signed(), required=True)["6.13"] is Outcome.FAILED


def test_a_validator_can_require_ofd_a() -> None:
    source = BytesSource("a.ofd", made.changed())
    validator = OfdValidator(archival=True)
    (found,) = validator.validate(source, OFD, DEFAULT_LIMITS)
    assert (found.aspect, found.outcome) == (Aspect.CONFORMANT, Outcome.FAILED)
    assert found.en == (f"OFD-A 6.2.1 a): DocType is OFD-A; found 'OFD' ({SOURCE})")
    assert "据开源检查程序" in found.zh


def test_one_finding_counts_all_places() -> None:
    (found,) = archival_findings(
        opened(_page('<ImageObject ID="4" Interpolate="true"/>' * 50))
    )
    assert "(50 times)" in found.en
    assert "共 50 处" in found.zh
    assert found.place == "Doc_0/Pages/Page_0/Content.xml"
