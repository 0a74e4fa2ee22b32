"""PDF documents with real signatures in them, written from scratch."""

from __future__ import annotations

from collections.abc import Callable

Sign = Callable[[bytes], bytes]

_FIELD = (
    b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (s1) /V 5 0 R "
    b"/Rect [0 0 0 0] /F 132 /P 3 0 R >>"
)
ROOM = 12_000  # bytes kept free for a signature
_WIDTH = 50  # characters kept free for a ByteRange


def pdf(
    sign: Sign,
    *,
    subfilter: str = "ETSI.CAdES.detached",
    more: str = "/M (D:20261123163005+08'00')",
    kind: str = "Sig",
    room: int = ROOM,
) -> bytes:
    """
    Return a document of one page with one signature.

    Args:
        sign: Makes the signature over what it covers.
        subfilter: What the signature is called.
        more: Entries that its dictionary has besides.
        kind: Type of the dictionary.
        room: Bytes that are kept free for it.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /SigFlags 3 >>>>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [4 0 R] >>",
        _FIELD,
        _dictionary(subfilter, more, kind, room),
    ]
    return _filled(_written(b"%PDF-1.7\n", objects, 1), sign)


def signed_again(data: bytes, sign: Sign, **changes: str) -> bytes:
    """Return *data* with a second signature, added to it."""
    subfilter = changes.get("subfilter", "ETSI.CAdES.detached")
    objects = [_dictionary(subfilter, "", changes.get("kind", "Sig"), ROOM)]
    return _filled(_written(data, objects, 6, before=_start(data)), sign, len(data))


def added(data: bytes, text: bytes = b"<< /Type /Page >>") -> bytes:
    """Return *data* with an object changed after it was signed."""
    return _written(data, [text], 3, before=_start(data))


def _dictionary(subfilter: str, more: str, kind: str, room: int) -> bytes:
    named = f"/SubFilter /{subfilter}" if subfilter else ""
    return (
        f"<< /Type /{kind} /Filter /Adobe.PPKLite {named} {more} "
        f"/ByteRange [{' ' * _WIDTH}] /Contents <{'0' * 2 * room}> >>"
    ).encode()


def _written(
    data: bytes, objects: list[bytes], first: int, *, before: int | None = None
) -> bytes:
    out = bytearray(data)
    offsets = []
    for number, each in enumerate(objects, start=first):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    if before is None:
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + first)
    else:
        out += b"xref\n%d %d\n" % (first, len(objects))
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    trail = b"" if before is None else b" /Prev %d" % before
    out += b"trailer\n<< /Size %d /Root 1 0 R%s >>\n" % (
        max(6, first + len(objects)),
        trail,
    )
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _start(data: bytes) -> int:
    return int(data.rpartition(b"startxref\n")[2].split()[0])


def _filled(data: bytes, sign: Sign, at: int = 0) -> bytes:
    start = data.index(b"/Contents <", at) + len(b"/Contents ")
    end = data.index(b">", start) + 1
    numbers = f"0 {start} {end} {len(data) - end}".ljust(_WIDTH).encode()
    place = data.index(b"/ByteRange [", at) + len(b"/ByteRange [")
    data = data[:place] + numbers + data[place + _WIDTH :]
    value = sign(data[:start] + data[end:]).hex().encode()
    room = end - start - 2
    assert len(value) <= room
    return data[: start + 1] + value.ljust(room, b"0") + data[end - 1 :]
