"""Office documents in ZIP files (OOXML, ODF), right and wrong by one thing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus.zip_maker import Member, plain_zip, zip_of
from egovarchive.formats.aspect import Aspect

_KEPT = Path(__file__).parent / "valid" / "office"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_WORD = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)
_SLIDES = (
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
)
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"


def kept(name: str) -> bytes:
    """Return the file *name* that LibreOffice wrote."""
    return (_KEPT / name).read_bytes()


def rels(*arrows: tuple[str, str, str]) -> bytes:
    """Return a list of relationships: type, target, and mode if it leads outside."""
    rows = "".join(
        f'<Relationship Id="r{n}" Type="{_REL}{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for n, (kind, target, mode) in enumerate(arrows)
    )
    space = f"{_PACKAGE}relationships"
    return f'<Relationships xmlns="{space}">{rows}</Relationships>'.encode()


def types(**overrides: str) -> bytes:
    rows = "".join(
        f'<Override PartName="/{name.replace("__", "/")}.xml" ContentType="{kind}"/>'
        for name, kind in overrides.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}content-types">'
        '<Default Extension="rels" ContentType="application/'
        'vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    ).encode()


def word_parts(body: str = "") -> dict[str, bytes]:
    """Return the parts of a text; change them, then zip them."""
    return {
        "[Content_Types].xml": types(word__document=_WORD),
        "_rels/.rels": rels(("officeDocument", "word/document.xml", "")),
        "word/document.xml": (
            f'<w:document xmlns:w="{_W}"><w:body><w:p>{body}</w:p></w:body>'
            "</w:document>"
        ).encode(),
    }


def docx() -> bytes:
    """Return the smallest text there is."""
    return plain_zip(word_parts())


def _word_with(name: str, data: bytes = b"x", *arrows: tuple[str, str, str]) -> bytes:
    parts = {**word_parts(), name: data}
    if arrows:
        parts["word/_rels/document.xml.rels"] = rels(*arrows)
    return plain_zip(parts)


def _word_pointing(*arrows: tuple[str, str, str]) -> bytes:
    return plain_zip({**word_parts(), "word/_rels/document.xml.rels": rels(*arrows)})


def _word_without(name: str) -> bytes:
    return plain_zip({k: v for k, v in word_parts().items() if k != name})


def pptx() -> bytes:
    return plain_zip({
        "[Content_Types].xml": types(ppt__presentation=_SLIDES),
        "_rels/.rels": rels(("officeDocument", "ppt/presentation.xml", "")),
        "ppt/_rels/presentation.xml.rels": rels(("slide", "slides/slide1.xml", "")),
        "ppt/presentation.xml": (
            f'<p:presentation xmlns:p="{_P}"><p:sldIdLst><p:sldId id="256"/>'
            "</p:sldIdLst></p:presentation>"
        ).encode(),
        "ppt/slides/slide1.xml": f'<p:sld xmlns:p="{_P}"/>'.encode(),
    })  # fmt: skip


def _docx_with_wrong_crc() -> bytes:
    return zip_of([
        Member(name=name.encode(), data=data, crc=7, local_crc=7)
        for name, data in word_parts().items()
    ])  # fmt: skip


def _dde() -> bytes:
    runs = "".join(
        f"<w:r>{run}</w:r>"
        for run in (
            '<w:fldChar w:fldCharType="begin"/>',
            "<w:instrText> DDE</w:instrText>",
            "<w:instrText>AUTO c:\\\\cmd.exe</w:instrText>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    return plain_zip(word_parts(runs))


def _doctype() -> bytes:
    return plain_zip({
        **word_parts(),
        "word/styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    })  # fmt: skip


_ODF_NS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink"'
)
_ODF = "application/vnd.oasis.opendocument."


def odf(
    kind: str = "text",
    body: str = "",
    *,
    listed: str = "",
    more: dict[str, bytes] | None = None,
    mimetype: bytes | None = None,
) -> bytes:
    """Return an OpenDocument; *listed* are more entries of its manifest."""
    entries = "".join(
        f'<m:file-entry m:full-path="{name}" m:media-type="{media}"/>'
        for name, media in (("/", _ODF + kind), ("content.xml", "text/xml"))
    )
    parts = {
        "content.xml": f"<office:document-content {_ODF_NS}><office:body>{body}"
        "</office:body></office:document-content>".encode(),
        "META-INF/manifest.xml": (
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f"{entries}{listed}</m:manifest>"
        ).encode(),
        **(more or {}),
    }
    first = (_ODF + kind).encode() if mimetype is None else mimetype
    return zip_of([
        Member(name=b"mimetype", data=first),
        *(Member(name=n.encode(), data=d, method=8) for n, d in parts.items()),
    ])  # fmt: skip


def entry(name: str, media: str = "", inner: str = "") -> str:
    """Return an entry of a manifest."""
    return (
        f'<m:file-entry m:full-path="{name}" m:media-type="{media}">{inner}'
        "</m:file-entry>"
    )


def odp() -> bytes:
    page = '<draw:page draw:name="一"/>'
    return odf(
        "presentation",
        f"<office:presentation>{page * 2}</office:presentation>",
        more={
            "meta.xml": f"<office:document-meta {_ODF_NS}>"
            "<office:meta/></office:document-meta>".encode()
        },
        listed=entry("meta.xml", "text/xml"),
    )


VALID: dict[str, Callable[[], bytes]] = {
    "docx/of_libreoffice": lambda: kept("text.docx"),
    "docx/smallest": docx,
    "docx/with_a_hyperlink": lambda: _word_pointing(
        ("hyperlink", "http://www.example.gov.cn/", "External")
    ),
    "xlsx/of_libreoffice": lambda: kept("sheets.xlsx"),
    "pptx/smallest": pptx,
    "odt/of_libreoffice": lambda: kept("text.odt"),
    "odt/smallest": odf,
    "ods/of_libreoffice": lambda: kept("sheets.ods"),
    "odp/smallest": odp,
}
INVALID: dict[str, tuple[Callable[[], bytes], Aspect]] = {
    "docx/cut_off": (lambda: kept("text.docx")[:-200], Aspect.COMPLETE),
    "docx/wrong_crc": (_docx_with_wrong_crc, Aspect.READABLE),
    "docx/no_content_types": (
        lambda: _word_without("[Content_Types].xml"), Aspect.COMPLETE,
    ),
    "docx/no_relationships": (lambda: _word_without("_rels/.rels"), Aspect.COMPLETE),
    "docx/no_main_part": (lambda: _word_without("word/document.xml"), Aspect.COMPLETE),
    "docx/image_missing": (
        lambda: _word_pointing(("image", "media/1.png", "")), Aspect.COMPLETE,
    ),
    "docx/not_well_formed": (
        lambda: plain_zip({**word_parts(), "word/document.xml": b"<a><b></a>"}),
        Aspect.READABLE,
    ),
    "docx/doctype": (_doctype, Aspect.READABLE),
    "docx/macros": (
        lambda: _word_with("word/vbaProject.bin", b"x",
                           ("vbaProject", "vbaProject.bin", "")),
        Aspect.PASSIVE,
    ),
    "docx/macros_nobody_points_to": (
        lambda: _word_with("word/vbaProject.bin"), Aspect.PASSIVE,
    ),
    "docx/activex": (lambda: _word_with("word/activeX/activeX1.bin"), Aspect.PASSIVE),
    "docx/dde": (_dde, Aspect.PASSIVE),
    "docx/outside_template": (
        lambda: _word_pointing(("attachedTemplate", "http://evil/t.dotm", "External")),
        Aspect.SELF_CONTAINED,
    ),
    "docx/outside_image": (
        lambda: _word_pointing(("image", "http://evil/1.png", "External")),
        Aspect.SELF_CONTAINED,
    ),
    "docx/outside_object": (
        lambda: _word_pointing(("oleObject", "file:///C:/a.xls", "External")),
        Aspect.SELF_CONTAINED,
    ),
    "docx/embedded_object": (
        lambda: _word_with("word/embeddings/o.bin", b"x",
                           ("oleObject", "embeddings/o.bin", "")),
        Aspect.EMBEDDED,
    ),
    "docx/bytes_in_front": (lambda: b"MZ" + docx(), Aspect.BOUNDED),
    "docx/bytes_behind": (lambda: docx() + b"more", Aspect.BOUNDED),
    "docx/encrypted_entry": (
        lambda: zip_of([
            Member(name=n.encode(), data=d, flags=1) for n, d in word_parts().items()
        ]),
        Aspect.UNENCRYPTED,
    ),
    "docx/is_a_presentation": (pptx, Aspect.COMPLETE),
    "xlsx/macro_sheet": (
        lambda: plain_zip({
            "[Content_Types].xml": types(xl__workbook="application/vnd.ms-excel."
                                         "sheet.macroEnabled.main+xml"),
            "_rels/.rels": rels(("officeDocument", "xl/workbook.xml", "")),
            "xl/workbook.xml": b"<workbook/>",
            "xl/macrosheets/sheet1.xml": b"<macrosheet/>",
        }),
        Aspect.PASSIVE,
    ),
    "xlsx/outside_workbook": (
        lambda: plain_zip({
            "[Content_Types].xml": types(xl__workbook="application/vnd.openxmlformats-"
                                         "officedocument.spreadsheetml.sheet.main+xml"),
            "_rels/.rels": rels(("officeDocument", "xl/workbook.xml", "")),
            "xl/workbook.xml": b"<workbook/>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": rels(
                ("externalLinkPath", "file:///C:/b.xlsx", "External")),
        }),
        Aspect.SELF_CONTAINED,
    ),
    "xlsx/dde_link": (
        lambda: plain_zip({
            "[Content_Types].xml": types(xl__workbook="application/vnd.openxmlformats-"
                                         "officedocument.spreadsheetml.sheet.main+xml"),
            "_rels/.rels": rels(("officeDocument", "xl/workbook.xml", "")),
            "xl/workbook.xml": b"<workbook/>",
            "xl/externalLinks/externalLink1.xml": b"<externalLink><ddeLink/>"
                                                  b"</externalLink>",
        }),
        Aspect.PASSIVE,
    ),
    "pptx/cut_off": (lambda: pptx()[:-30], Aspect.COMPLETE),
    "odt/cut_off": (lambda: kept("text.odt")[:5000], Aspect.COMPLETE),
    "odt/no_mimetype": (
        lambda: plain_zip({"content.xml": b"<a/>", "META-INF/manifest.xml": b"<a/>"}),
        Aspect.COMPLETE,
    ),
    "odt/wrong_mimetype": (lambda: odf(mimetype=b"text/plain"), Aspect.COMPLETE),
    "odt/no_content": (
        lambda: zip_of([Member(name=b"mimetype", data=b"application/vnd.oasis."
                               b"opendocument.text")]),
        Aspect.COMPLETE,
    ),
    "odt/listed_but_missing": (lambda: odf(listed=entry("a.png")), Aspect.COMPLETE),
    "odt/there_but_not_listed": (lambda: odf(more={"a.png": b"x"}), Aspect.COMPLETE),
    "odt/not_well_formed": (lambda: odf(body="<a>"), Aspect.READABLE),
    "odt/doctype": (
        lambda: odf(more={"styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        Aspect.READABLE,
    ),
    "odt/encrypted": (
        lambda: odf(
            listed=entry("b.xml", inner="<m:encryption-data/>"), more={"b.xml": b"\1"}
        ),
        Aspect.UNENCRYPTED,
    ),
    "odt/macro": (
        lambda: odf(more={"Basic/Standard/Module1.xml": b"<module/>"}), Aspect.PASSIVE,
    ),
    "odt/script": (lambda: odf(more={"Scripts/python/a.py": b"1"}), Aspect.PASSIVE),
    "odt/event": (
        lambda: odf(body='<script:event-listener script:event-name="dom:load"/>'),
        Aspect.PASSIVE,
    ),
    "odt/outside_image": (
        lambda: odf(body='<draw:image xlink:href="http://evil/1.png"/>'),
        Aspect.SELF_CONTAINED,
    ),
    "odt/image_beside_it": (
        lambda: odf(body='<draw:image xlink:href="../1.png"/>'), Aspect.SELF_CONTAINED,
    ),
    "ods/dde": (
        lambda: odf("spreadsheet", body="<office:dde-source/>"), Aspect.SELF_CONTAINED,
    ),
    "odt/embedded_object": (
        lambda: odf(
            listed=entry("Object 1", "application/vnd.sun.star.oleobject"),
            more={"Object 1": b"x"},
        ),
        Aspect.EMBEDDED,
    ),
    "odp/bytes_behind": (lambda: odp() + b"more", Aspect.BOUNDED),
}  # fmt: skip
