"""Maker of OFD documents: their parts, and packages of them."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping

from egovarchive.records.digest import hexdigest

NAMESPACE = "http://www.ofdspec.org/2016"
SM3 = "1.2.156.10197.1.401"
Parts = dict[str, bytes]


def xml(root: str, content: str = "", attributes: str = "") -> bytes:
    """Return one part, whose elements need no prefix."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{root} xmlns="{NAMESPACE}" {attributes}>{content}</{root}>'
    ).encode()


def zipped(parts: Mapping[str, bytes], *, deflated: bool = True) -> bytes:
    """Return *parts* as a package, the same bytes each time."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as file:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (2025, 3, 17, 16, 10, 0))
            entry.compress_type = (
                zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
            )
            file.writestr(entry, data)
    return into.getvalue()


def font() -> bytes:
    """Return the smallest that has the shape of a font: one table."""
    table = b"\0" * 54
    record = struct.pack(">4s3I", b"head", 0, 28, len(table))
    return struct.pack(">I4H", 0x00010000, 1, 16, 0, 0) + record + table


def png(width: int = 2, height: int = 2) -> bytes:
    """Return a grey image."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)

    header = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + b"\x80" * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def entry_point(
    *, doc_type: str = "OFD", more: str = "", bodies: int = 1, version: str = "1.1"
) -> bytes:
    body = (
        "<DocBody><DocInfo><DocID>0123456789abcdef0123456789abcdef</DocID>"
        "<Title>公共场所卫生许可证</Title><CreationDate>2025-03-17</CreationDate>"
        "<Creator>corpus</Creator><CreatorVersion>1.0</CreatorVersion></DocInfo>"
        f"<DocRoot>Doc_0/Document.xml</DocRoot>{more}</DocBody>"
    )
    return xml("OFD", body * bodies, f'DocType="{doc_type}" Version="{version}"')


def document(
    *,
    pages: Iterable[str] = ("Pages/Page_0/Content.xml",),
    common: str = "<PublicRes>PublicRes.xml</PublicRes>",
    more: str = "",
    box: str = "0 0 210 297",
) -> bytes:
    listed = "".join(
        f'<Page ID="{100 + number}" BaseLoc="{location}"/>'
        for number, location in enumerate(pages)
    )
    return xml(
        "Document",
        "<CommonData><MaxUnitID>999</MaxUnitID><PageArea>"
        f"<PhysicalBox>{box}</PhysicalBox></PageArea>{common}</CommonData>"
        f"<Pages>{listed}</Pages>{more}",
    )


TEXT = (
    '<TextObject ID="20" Boundary="10 10 60 8" Font="2" Size="7">'
    '<TextCode X="0" Y="6">卫生许可证</TextCode></TextObject>'
)


def page(content: str = TEXT, more: str = "") -> bytes:
    return xml(
        "Page", f'{more}<Content><Layer ID="12" Type="Body">{content}</Layer></Content>'
    )


def resources(content: str) -> bytes:
    return xml("Res", content, 'BaseLoc="Res"')


FONTS = (
    '<Fonts><Font ID="2" FontName="仿宋"><FontFile>font_2.ttf</FontFile></Font></Fonts>'
)


def medium(file: str, kind: str = "Image", called: str = "PNG") -> str:
    return (
        f'<MultiMedias><MultiMedia ID="1" Type="{kind}" Format="{called}">'
        f"<MediaFile>{file}</MediaFile></MultiMedia></MultiMedias>"
    )


def plain() -> Parts:
    """Return the parts of a document of one page, that needs and does nothing else."""
    return {
        "OFD.xml": entry_point(),
        "Doc_0/Document.xml": document(),
        "Doc_0/PublicRes.xml": resources(FONTS),
        "Doc_0/Pages/Page_0/Content.xml": page(),
        "Doc_0/Res/font_2.ttf": font(),
    }


def changed(**changes: bytes | None) -> bytes:
    """
    Return the plain document with other parts.

    Args:
        changes: The bytes of a part by its name, ``__`` for a slash and ``_xml`` left
            out: ``Doc_0__Document=…``; None takes it away.
    """
    parts = plain()
    for key, data in changes.items():
        name = key.replace("__", "/") + ".xml"
        if data is None:
            del parts[name]
        else:
            parts[name] = data
    return zipped(parts)


def with_files(files: Mapping[str, bytes], **changes: bytes | None) -> bytes:
    """Return the plain document with other parts, and *files* added."""
    with zipfile.ZipFile(io.BytesIO(changed(**changes))) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    return zipped({**parts, **files})


def with_image(
    data: bytes,
    *,
    name: str = "a.png",
    kind: str = "Image",
    called: str = "PNG",
    drawn: str = '<ImageObject ID="21" Boundary="0 0 9 9" ResourceID="1"/>',
) -> bytes:
    """Return the plain document with one medium in it."""
    return with_files(
        {
            f"Doc_0/Res/{name}": data,
            "Doc_0/DocumentRes.xml": resources(medium(name, kind, called)),
        },
        Doc_0__Document=document(
            common="<PublicRes>PublicRes.xml</PublicRes>"
            "<DocumentRes>DocumentRes.xml</DocumentRes>"
        ),
        Doc_0__Pages__Page_0__Content=page(TEXT + drawn),
    )


def with_attachment(data: bytes, name: str = "说明.txt") -> bytes:
    listed = (
        f'<Attachment ID="1" Name="{name}" Format="{name.rpartition(".")[2]}">'
        f"<FileLoc>{name}</FileLoc></Attachment>"
    )
    return with_files(
        {
            "Doc_0/Attachs/Attachments.xml": xml("Attachments", listed),
            f"Doc_0/Attachs/{name}": data,
        },
        Doc_0__Document=document(
            more="<Attachments>Attachs/Attachments.xml</Attachments>"
        ),
    )


def action(inner: str, event: str = "CLICK") -> str:
    return f'<Actions><Action Event="{event}">{inner}</Action></Actions>'


URI = '<URI URI="http://example.org/"/>'


def with_template(content: str = "") -> bytes:
    return with_files(
        {"Doc_0/Tpls/Tpl_0/Content.xml": page("", content)},
        Doc_0__Document=document(
            common="<PublicRes>PublicRes.xml</PublicRes>"
            '<TemplatePage ID="5" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
        ),
        Doc_0__Pages__Page_0__Content=page(more='<Template TemplateID="5"/>'),
    )


def with_annotations(annotation: str) -> bytes:
    return with_files(
        {
            "Doc_0/Annots/Annotations.xml": xml(
                "Annotations",
                '<Page PageID="100"><FileLoc>Page_0/Annotation.xml</FileLoc></Page>',
            ),
            "Doc_0/Annots/Page_0/Annotation.xml": xml("PageAnnot", annotation),
        },
        Doc_0__Document=document(
            more="<Annotations>Annots/Annotations.xml</Annotations>"
        ),
    )


def nested(depth: int) -> str:
    return "<PageBlock>" * depth + TEXT + "</PageBlock>" * depth


def signed(
    *,
    method: str = SM3,
    algorithm: str = "sm3",
    count: int = 1,
    leave_out: str = "",
    after: Mapping[str, bytes] | None = None,
) -> bytes:
    """
    Return the plain document, signed.

    Args:
        method: The CheckMethod that is written.
        algorithm: The one that is used.
        count: How many signatures; each covers the list of signatures as it then was.
        leave_out: A file that no signature covers.
        after: Parts that are replaced when all was signed.
    """
    parts = plain()
    listing = "Doc_0/Signs/Signatures.xml"
    parts["OFD.xml"] = entry_point(more=f"<Signatures>/{listing}</Signatures>")
    for number in range(count):
        entries = (
            f'<Signature ID="{each}" Type="Seal" BaseLoc="Sign_{each}/Signature.xml"/>'
            for each in range(number + 1)
        )
        parts[listing] = xml("Signatures", "".join(entries))
        folder = f"Doc_0/Signs/Sign_{number}"
        references = "".join(
            f'<Reference FileRef="/{name}"><CheckValue>'
            f"{_check_value(algorithm, data)}</CheckValue></Reference>"
            for name, data in parts.items()
            if name != leave_out
        )
        parts[f"{folder}/Signature.xml"] = xml(
            "Signature",
            '<SignedInfo><Provider ProviderName="corpus"/>'
            f"<SignatureDateTime>20250317161000Z</SignatureDateTime>"
            f'<References CheckMethod="{method}">{references}</References>'
            "</SignedInfo><SignedValue>SignedValue.dat</SignedValue>",
        )
        parts[f"{folder}/SignedValue.dat"] = b"\x30\x00"
    return zipped({**parts, **(after or {})})


def _check_value(algorithm: str, data: bytes) -> str:
    return base64.b64encode(bytes.fromhex(hexdigest(algorithm, data))).decode()
