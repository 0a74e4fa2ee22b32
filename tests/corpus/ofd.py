"""OFD documents, made one by one: what is right, and what is wrong with one thing."""

from __future__ import annotations

from collections.abc import Callable

from corpus.ofd_maker import (
    FONTS,
    NAMESPACE,
    URI,
    action,
    changed,
    document,
    entry_point,
    font,
    medium,
    nested,
    page,
    plain,
    png,
    resources,
    signed,
    with_attachment,
    with_files,
    with_image,
    with_template,
    xml,
    zipped,
)
from egovarchive.formats.aspect import Aspect


def _archival(**changes: bytes | None) -> bytes:
    return changed(**{"OFD": entry_point(doc_type="OFD-A"), **changes})


def _cut_off(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _one_byte_wrong(data: bytes) -> bytes:
    """Return the package with a wrong byte in the font, which is stored as it is."""
    at = data.index(font()) + 40
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE Page [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + f']><Page xmlns="{NAMESPACE}">&i;</Page>'
).encode()
_UNEMBEDDED = resources('<Fonts><Font ID="2" FontName="楷体"/></Fonts>')
_NO_PAGES = document(pages=())
_CIRCLE = (
    '<CompositeGraphicUnits><CompositeGraphicUnit ID="7"><Content>'
    '<CompositeObject ResourceID="7"/></Content></CompositeGraphicUnit>'
    "</CompositeGraphicUnits>"
)

VALID: dict[str, Callable[[], bytes]] = {
    "ofd/plain": changed,
    "ofd/stored": lambda: zipped(plain(), deflated=False),
    "ofd/image": lambda: with_image(png()),
    "ofd/template": with_template,
    "ofd/signed": signed,
    "ofd/ofd_a": _archival,
    "ofd/nested_blocks": lambda: changed(Doc_0__Pages__Page_0__Content=page(nested(3))),
}

INVALID: dict[str, tuple[Callable[[], bytes], Aspect]] = {
    "ofd/cut_off": (lambda: _cut_off(changed()), Aspect.READABLE),
    "ofd/one_byte_wrong": (
        lambda: _one_byte_wrong(zipped(plain(), deflated=False)),
        Aspect.COMPLETE,
    ),
    "ofd/no_entry_point": (lambda: changed(OFD=None), Aspect.READABLE),
    "ofd/no_document": (lambda: changed(Doc_0__Document=None), Aspect.COMPLETE),
    "ofd/no_page": (
        lambda: changed(Doc_0__Pages__Page_0__Content=None),
        Aspect.COMPLETE,
    ),
    "ofd/no_pages": (lambda: changed(Doc_0__Document=_NO_PAGES), Aspect.COMPLETE),
    "ofd/no_public_resources": (
        lambda: changed(Doc_0__PublicRes=None),
        Aspect.COMPLETE,
    ),
    "ofd/image_not_there": (
        lambda: with_files(
            {"Doc_0/DocumentRes.xml": resources(medium("b.png"))},
            Doc_0__Document=document(
                common="<DocumentRes>DocumentRes.xml</DocumentRes>"
            ),
        ),
        Aspect.COMPLETE,
    ),
    "ofd/image_not_defined": (
        lambda: changed(
            Doc_0__Pages__Page_0__Content=page('<ImageObject ID="21" ResourceID="8"/>')
        ),
        Aspect.COMPLETE,
    ),
    "ofd/image_is_none": (lambda: with_image(b"<html></html>"), Aspect.READABLE),
    "ofd/image_cut_off": (lambda: with_image(_cut_off(png())), Aspect.COMPLETE),
    "ofd/image_gif": (lambda: with_image(b"GIF89a" + bytes(9)), Aspect.CONFORMANT),
    "ofd/page_is_no_xml": (
        lambda: changed(Doc_0__Pages__Page_0__Content=b"<Page><Content></Page>"),
        Aspect.READABLE,
    ),
    "ofd/page_is_a_document": (
        lambda: changed(Doc_0__Pages__Page_0__Content=document()),
        Aspect.READABLE,
    ),
    "ofd/entity_bomb": (
        lambda: changed(Doc_0__Pages__Page_0__Content=_BOMB),
        Aspect.READABLE,
    ),
    "ofd/deep_blocks": (
        lambda: changed(Doc_0__Pages__Page_0__Content=page(nested(5000))),
        Aspect.READABLE,
    ),
    "ofd/leads_out": (
        lambda: changed(Doc_0__Document=document(pages=["../../../etc/passwd"])),
        Aspect.SELF_CONTAINED,
    ),
    "ofd/external_resource": (
        lambda: changed(
            Doc_0__Document=document(common="<PublicRes>http://h/r.xml</PublicRes>")
        ),
        Aspect.SELF_CONTAINED,
    ),
    "ofd/font_not_embedded": (
        lambda: changed(Doc_0__PublicRes=_UNEMBEDDED),
        Aspect.SELF_CONTAINED,
    ),
    "ofd/link": (
        lambda: changed(Doc_0__Pages__Page_0__Content=page(more=action(URI))),
        Aspect.PASSIVE,
    ),
    "ofd/opens_a_page": (
        lambda: changed(Doc_0__Document=document(more=action(URI, "DO"))),
        Aspect.PASSIVE,
    ),
    "ofd/attachment": (lambda: with_attachment(b"text"), Aspect.EMBEDDED),
    "ofd/program": (
        lambda: with_attachment(b"MZ\x90\0", "安装.exe"),
        Aspect.EMBEDDED,
    ),
    "ofd/stray_file": (
        lambda: with_files({"Doc_0/Res/hidden.bin": b"?"}),
        Aspect.EMBEDDED,
    ),
    "ofd/sound": (
        lambda: with_image(b"RIFF", name="a.wav", kind="Audio", drawn=""),
        Aspect.EMBEDDED,
    ),
    "ofd/encrypted": (
        lambda: with_files({"Encryptions.xml": xml("Encryptions")}),
        Aspect.UNENCRYPTED,
    ),
    "ofd/rights": (
        lambda: changed(
            Doc_0__Document=document(
                more="<Permissions><Export>false</Export></Permissions>"
            )
        ),
        Aspect.UNENCRYPTED,
    ),
    "ofd/bytes_after": (lambda: changed() + b"<?php ?>", Aspect.BOUNDED),
    "ofd/bytes_before": (lambda: b"%PDF-1.7\n" + changed(), Aspect.BOUNDED),
    "ofd/other_namespace": (
        lambda: changed(OFD=entry_point().replace(b"/2016", b"")),
        Aspect.CONFORMANT,
    ),
    "ofd/other_doc_type": (
        lambda: changed(OFD=entry_point(doc_type="PDF")),
        Aspect.CONFORMANT,
    ),
    "ofd/backslashes": (
        lambda: changed(Doc_0__Document=document(pages=["Pages\\Page_0\\Content.xml"])),
        Aspect.CONFORMANT,
    ),
    "ofd/letter_case": (
        lambda: changed(Doc_0__Document=document(pages=["pages/page_0/content.xml"])),
        Aspect.CONFORMANT,
    ),
    "ofd/no_box": (
        lambda: changed(Doc_0__Document=document(box="0 0 0 0")),
        Aspect.CONFORMANT,
    ),
    "ofd/template_holds_itself": (
        lambda: with_template('<Template TemplateID="5"/>'),
        Aspect.CONFORMANT,
    ),
    "ofd/composite_holds_itself": (
        lambda: changed(Doc_0__PublicRes=resources(FONTS + _CIRCLE)),
        Aspect.CONFORMANT,
    ),
    "ofd/changed_after_signing": (
        lambda: signed(after={"Doc_0/Pages/Page_0/Content.xml": page("")}),
        Aspect.COMPLETE,
    ),
    "ofd/file_not_signed": (
        lambda: signed(leave_out="Doc_0/Res/font_2.ttf"),
        Aspect.CONFORMANT,
    ),
    "ofd/ofd_a_font_not_embedded": (
        lambda: _archival(Doc_0__PublicRes=_UNEMBEDDED),
        Aspect.CONFORMANT,
    ),
    "ofd/ofd_a_deep_blocks": (
        lambda: _archival(Doc_0__Pages__Page_0__Content=page(nested(4))),
        Aspect.CONFORMANT,
    ),
}
