"""
OFD (GB/T 33190—2016): the parts of a document of one body.

The one free program found that writes OFD, easyofd, gives it a namespace of its
own, so this writer is ours; two readers that are not ours read back what it writes.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from xml.sax.saxutils import escape

from samples.content import Text

WIDTH, HEIGHT = 210.0, 297.0  # millimetres
FIRST_OBJECT = 20  # smaller numbers are for resources, pages and layers
_FIRST_PAGE, _FIRST_LAYER = 4, 12
_NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Resource:
    """A font or picture in the document."""

    name: str
    data: bytes


def number(value: float) -> str:
    """Return *value* as OFD writes it, to a thousandth."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def packed(
    text: Text,
    made_at: datetime,
    pages: list[list[str]],
    kind: str,
    declared: str,
    resources: tuple[Resource, ...],
) -> bytes:
    """
    Return an OFD document.

    Args:
        text: Gives title and author.
        made_at: Date in the document, and time of its members.
        pages: Objects of each page, in XML.
        kind: Of resources: ``PublicRes`` for fonts, ``DocumentRes`` for pictures.
        declared: The resources, in XML.
        resources: Their bytes.
    """
    last_object = FIRST_OBJECT + sum(map(len, pages))
    members: dict[str, str | bytes] = {
        "OFD.xml": _entrance(text, made_at),
        "Doc_0/Document.xml": _document(len(pages), kind, last_object),
        f"Doc_0/{kind}.xml": f'<ofd:Res {_NAMESPACE} BaseLoc="Res">{declared}</ofd:Res>',
        **{
            f"Doc_0/Pages/Page_{n}/Content.xml": _page(objects, n)
            for n, objects in enumerate(pages)
        },
        **{f"Doc_0/Res/{resource.name}": resource.data for resource in resources},
    }
    file = io.BytesIO()
    moment = (made_at.year, made_at.month, made_at.day, made_at.hour, made_at.minute, 0)
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            member = zipfile.ZipInfo(name, moment)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, _HEAD + data if isinstance(data, str) else data)
    return file.getvalue()


def _entrance(text: Text, made_at: datetime) -> str:
    identifier = md5(f"{text.title} {made_at}".encode(), usedforsecurity=False)
    return (
        f'<ofd:OFD {_NAMESPACE} DocType="OFD" Version="1.1"><ofd:DocBody>'
        f"<ofd:DocInfo><ofd:DocID>{identifier.hexdigest()}</ofd:DocID>"
        f"<ofd:Title>{escape(text.title)}</ofd:Title>"
        f"<ofd:Author>{escape(text.author)}</ofd:Author>"
        f"<ofd:CreationDate>{made_at:%Y-%m-%d}</ofd:CreationDate>"
        "<ofd:Creator>egovarchive samples</ofd:Creator>"
        "<ofd:CreatorVersion>1.0</ofd:CreatorVersion></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )


def _document(pages: int, kind: str, last_object: int) -> str:
    listed = "".join(
        f'<ofd:Page ID="{_FIRST_PAGE + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>'
        for n in range(pages)
    )
    return (
        f"<ofd:Document {_NAMESPACE}><ofd:CommonData>"
        f"<ofd:MaxUnitID>{last_object}</ofd:MaxUnitID><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 {number(WIDTH)} {number(HEIGHT)}</ofd:PhysicalBox>"
        f"</ofd:PageArea><ofd:{kind}>{kind}.xml</ofd:{kind}></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )


def _page(objects: list[str], place: int) -> str:
    return (
        f"<ofd:Page {_NAMESPACE}><ofd:Content>"
        f'<ofd:Layer ID="{_FIRST_LAYER + place}" Type="Body">{"".join(objects)}'
        "</ofd:Layer></ofd:Content></ofd:Page>"
    )
