"""PDF files, made one by one: what is right, and what is wrong with one thing."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import numpy as np
import pikepdf
import simplejpeg  # type: ignore[import-untyped]

from egovarchive.formats.aspect import Aspect

CONTENT = b"q 1 0 0 RG 2 w 20 20 160 160 re S Q\n" * 8


def document() -> pikepdf.Pdf:
    """Return a document of one page that needs nothing and does nothing."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    page.obj.Contents = pdf.make_indirect(
        pikepdf.Stream(pdf, zlib.compress(CONTENT), Filter=pikepdf.Name.FlateDecode)
    )
    return pdf


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    """Return the bytes of *pdf*, with plain objects and streams as they are."""
    options.setdefault("object_stream_mode", pikepdf.ObjectStreamMode.disable)
    if "encryption" not in options:
        options["deterministic_id"] = True
        options["stream_decode_level"] = pikepdf.StreamDecodeLevel.none
    into = io.BytesIO()
    pdf.save(into, compress_streams=False, **options)  # type: ignore[arg-type]
    return into.getvalue()


def plain() -> bytes:
    return saved(document())


def with_object_streams() -> bytes:
    return saved(document(), object_stream_mode=pikepdf.ObjectStreamMode.generate)


def linearized() -> bytes:
    return saved(document(), linearize=True)


def _catalog(**entries: bytes) -> bytes:
    """Return a document whose catalog has *entries*, in the syntax of PDF."""
    pdf = document()
    for key, text in entries.items():
        pdf.Root[f"/{key}"] = pikepdf.Object.parse(text)
    return saved(pdf)


def with_javascript() -> bytes:
    return _catalog(OpenAction=b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>")


def with_launch() -> bytes:
    return _catalog(OpenAction=b"<< /Type /Action /S /Launch /F (cmd.exe) >>")


def with_xfa() -> bytes:
    return _catalog(AcroForm=b"<< /Fields [] /XFA (x) >>")


def with_submit() -> bytes:
    return _catalog(OpenAction=b"<< /S /SubmitForm /F (http://example.invalid/) >>")


def with_link_to_a_file() -> bytes:
    return _catalog(OpenAction=b"<< /S /GoToR /F (other.pdf) /D [0 /Fit] >>")


def with_attachment(name: str = "报价.xlsx", data: bytes = b"PK\3\4 rows") -> bytes:
    pdf = document()
    pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
    return saved(pdf)


def _with_font(name: bytes) -> bytes:
    pdf = document()
    font = pikepdf.Object.parse(
        b"<< /Type /Font /Subtype /TrueType /BaseFont /%s /FirstChar 32 /LastChar 32"
        b" /Widths [250] /FontDescriptor << /Type /FontDescriptor /FontName /%s >> >>"
        % (name, name)
    )
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(F1=pdf.make_indirect(font))
    )
    return saved(pdf)


def without_its_font() -> bytes:
    # 宋体 (SimSun), its name in GBK as older programs write it.
    return _with_font(b"#CB#CE#CC#E5")


def with_a_standard_font() -> bytes:
    return _with_font(b"Helvetica")


def _with_object(text: bytes, data: bytes = b"") -> bytes:
    pdf = document()
    stream = pdf.make_stream(data)
    for key, value in pikepdf.Object.parse(text).items():
        stream[key] = value
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(X1=stream)
    )
    return saved(pdf)


def with_external_stream() -> bytes:
    return _with_object(b"<< /Type /XObject /Subtype /Form /F (elsewhere.bin) >>")


def with_reference() -> bytes:
    return _with_object(
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Ref << /F (a.pdf) >> >>"
    )


def jpeg() -> bytes:
    """Return a small JPEG picture."""
    pixels = np.random.default_rng(7).integers(0, 255, (64, 64, 3), np.uint8)
    return bytes(simplejpeg.encode_jpeg(pixels, quality=90))


def _with_picture(data: bytes, name: bytes, width: int, height: int) -> bytes:
    return _with_object(
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8"
        b" /ColorSpace /DeviceRGB /Filter /%s >>" % (width, height, name),
        data,
    )


def with_jpeg() -> bytes:
    return _with_picture(jpeg(), b"DCTDecode", 64, 64)


def damaged_jpeg() -> bytes:
    data = jpeg()
    return _with_picture(data[: len(data) // 2] + b"\xff\xd9", b"DCTDecode", 64, 64)


def white_picture() -> bytes:
    """A picture that shrinks a thousandfold, as scans of empty pages do."""
    data = zlib.compress(b"\xff" * (1000 * 1000 * 3), 9)
    return _with_picture(data, b"FlateDecode", 1000, 1000)


def bomb() -> bytes:
    """A stream of 64 KiB that gives 64 MiB, and says that it is a picture of a dot."""
    return _with_picture(zlib.compress(b"\0" * (64 << 20), 9), b"FlateDecode", 1, 1)


def damaged_stream() -> bytes:
    """One byte of the checksum of a content stream is wrong: qpdf does not see it."""
    data, content = bytearray(plain()), zlib.compress(CONTENT)
    data[data.index(content) + len(content) - 1] ^= 1
    return bytes(data)


def encrypted() -> bytes:
    return saved(document(), encryption=pikepdf.Encryption(user="secret", owner="o"))


def restricted() -> bytes:
    allowed = pikepdf.Permissions(extract=False, modify_other=False)
    return saved(
        document(), encryption=pikepdf.Encryption(user="", owner="o", allow=allowed)
    )


def cyclic() -> bytes:
    """A page tree whose root is its own child."""
    pdf = document()
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    return saved(pdf)


def claims_pages() -> bytes:
    """One page, and a claim of 100,000."""
    data = plain()
    table = int(data.split()[-2])
    data = data.replace(b"/Count 1", b"/Count 100000")
    head, mark, _ = data.rpartition(b"startxref")
    return head + mark + b"\n%d\n%%%%EOF\n" % (table + 5)


def many_pages() -> bytes:
    """100,000 pages, all of them the same one."""
    pdf = document()
    pdf.Root.Pages.Kids.extend([pdf.Root.Pages.Kids[0]] * 99_999)
    pdf.Root.Pages.Count = 100_000
    return saved(pdf)


def without_pages() -> bytes:
    pdf = document()
    del pdf.Root.Pages.Kids[0]
    pdf.Root.Pages.Count = 0
    return saved(pdf)


def cut_off() -> bytes:
    data = plain()
    return data[: len(data) // 2]


def cut_short() -> bytes:
    return plain()[:-16]


def linearized_cut_off() -> bytes:
    """The first half of a linearized file can be a document that ends properly."""
    data = linearized()
    return data[: data.index(b"%%EOF") + 6]


def update_cut_off() -> bytes:
    return plain() + b"9 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\n"


def with_junk_after() -> bytes:
    return plain() + b"PK\3\4" + b"\0" * 60 + b"more"


def with_junk_before() -> bytes:
    return b"MZ\x90\0" + b"junk " * 12 + plain()


def with_mark_before() -> bytes:
    return b"\xef\xbb\xbf" + plain()


def wrong_startxref() -> bytes:
    head, mark, _ = plain().rpartition(b"startxref")
    return head + mark + b"\n7\n%%EOF\n"


def claims_pdfa(data: bytes | None = None) -> bytes:
    """A document that claims PDF/A-2b, and has a script."""
    pdf = pikepdf.open(io.BytesIO(data or with_javascript()))
    pdf.Root.Metadata = pdf.make_stream(
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/'
        b'1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:pdfaid="http://www.aiim.org'
        b'/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B"/></rdf:RDF></x:xmpmeta>',
        pikepdf.Dictionary(Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML),
    )
    return saved(pdf)


VALID: dict[str, Callable[[], bytes]] = {
    "pdf/plain": plain,
    "pdf/with_object_streams": with_object_streams,
    "pdf/linearized": linearized,
    "pdf/with_jpeg": with_jpeg,
    "pdf/white_picture": white_picture,
}

INVALID: dict[str, tuple[Callable[[], bytes], Aspect]] = {
    "pdf/with_javascript": (with_javascript, Aspect.PASSIVE),
    "pdf/with_launch": (with_launch, Aspect.PASSIVE),
    "pdf/with_xfa": (with_xfa, Aspect.PASSIVE),
    "pdf/with_submit": (with_submit, Aspect.PASSIVE),
    "pdf/with_link_to_a_file": (with_link_to_a_file, Aspect.SELF_CONTAINED),
    "pdf/with_attachment": (with_attachment, Aspect.EMBEDDED),
    "pdf/without_its_font": (without_its_font, Aspect.SELF_CONTAINED),
    "pdf/with_a_standard_font": (with_a_standard_font, Aspect.SELF_CONTAINED),
    "pdf/with_external_stream": (with_external_stream, Aspect.SELF_CONTAINED),
    "pdf/with_reference": (with_reference, Aspect.SELF_CONTAINED),
    "pdf/encrypted": (encrypted, Aspect.UNENCRYPTED),
    "pdf/restricted": (restricted, Aspect.UNENCRYPTED),
    "pdf/damaged_stream": (damaged_stream, Aspect.READABLE),
    "pdf/damaged_jpeg": (damaged_jpeg, Aspect.READABLE),
    "pdf/without_pages": (without_pages, Aspect.READABLE),
    "pdf/cyclic": (cyclic, Aspect.COMPLETE),
    "pdf/claims_pages": (claims_pages, Aspect.COMPLETE),
    "pdf/cut_off": (cut_off, Aspect.COMPLETE),
    "pdf/cut_short": (cut_short, Aspect.COMPLETE),
    "pdf/linearized_cut_off": (linearized_cut_off, Aspect.COMPLETE),
    "pdf/update_cut_off": (update_cut_off, Aspect.COMPLETE),
    "pdf/wrong_startxref": (wrong_startxref, Aspect.COMPLETE),
    "pdf/with_junk_after": (with_junk_after, Aspect.BOUNDED),
    "pdf/with_junk_before": (with_junk_before, Aspect.BOUNDED),
    "pdf/with_mark_before": (with_mark_before, Aspect.BOUNDED),
    "pdf/claims_pdfa": (claims_pdfa, Aspect.CONFORMANT),
}
