"""Mutations of files, described and sealed as if that were right."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import evolve

from acceptance.mutation import ARRANGEMENT, Damage, Mutation, Victim
from corpus import ofd, packaged, pdf
from corpus.identification import picture, program, zipped
from corpus.ofd_maker import page
from corpus.packaged import word_parts
from corpus.resealed import Parts
from corpus.zip_maker import plain_zip
from egovarchive.records.schedule import ScheduleRule
from egovarchive.testing.scanning import eicar
from seals.sealed_ofd import sealed
from seals.seals import Making

CONTENT = "integrity.content"
FORMAT = "usability.format"
READABLE = "usability.readable"
UNENCRYPTED = "usability.unencrypted"
SELF_CONTAINED = "usability.self_contained"
CONFORMANCE = "usability.conformance"
PASSIVE = "security.active_content"
EMBEDDED = "security.embedded_files"
HIDDEN = "security.hidden_data"
MALWARE = "security.malware"
EXTRA = "security.extra_files"
TYPES = "authenticity.metadata_types"
LINKS = "authenticity.links"
LAYOUT = "authenticity.layout"
ATTRIBUTES = "authenticity.content_attributes"
MATERIALS = "integrity.materials"
ATTACHMENTS = "integrity.attachments"
SCANS = "usability.scan_quality"
SIGNATURES = "authenticity.document_signatures"
Change = Callable[[bytes], bytes]


def _row(
    name: str, damage: Damage, by: Iterable[str], also: Iterable[str] = ()
) -> Mutation:
    return Mutation(name=name, damage=damage, by=by, also=also)


def _file(
    name: str, ends: str, change: Change, by: Iterable[str], also: Iterable[str] = ()
) -> Mutation:
    """Return the mutation of the first file that ends in one of *ends*."""

    def damage(victim: Victim) -> Parts | None:
        path = victim.parts.ending(*ends.split())
        if path is None:
            return None
        data = victim.parts.members[path]
        changed = change(data)
        assert changed != data
        return victim.parts.stored(path, changed)

    # What the file says of itself is no more what the metadata says of it.
    return _row(name, damage, by, {*also, ATTRIBUTES})


def _with(data: Callable[[], bytes]) -> Change:
    return lambda _: data()


def _invalid(table: Mapping[str, tuple[Callable[[], bytes], Any]], name: str) -> Change:
    return lambda _: table[name][0]()


def _changed_after_sealing(_: bytes) -> bytes:
    return sealed(Making().sign, after={"Doc_0/Pages/Page_0/Content.xml": page("")})


def _middle(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


def _entry_altered(data: bytes) -> bytes:
    """Change one byte of the first entry of a ZIP file that is long enough."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = max(archive.infolist(), key=lambda each: each.compress_size)
    at = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


def _macros(data: bytes) -> bytes:
    """Return a Word file with a macro project."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return plain_zip({**parts, "word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def _encrypted_pdf(data: bytes) -> bytes:
    import pikepdf  # noqa: PLC0415 - an extra

    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(into, encryption=pikepdf.Encryption(owner="o", user="u"))
    return into.getvalue()


def _small_scan(_: bytes) -> bytes:
    from PIL import Image  # noqa: PLC0415 - an extra

    into = io.BytesIO()
    page = Image.effect_noise((413, 585), 80).convert("RGB")
    page.save(into, "JPEG", dpi=(50, 50))
    return into.getvalue()


def _added(path: str) -> Damage:
    return lambda victim: victim.parts.put(path, "夹带的文件".encode())


def _removed(victim: Victim) -> Parts:
    return victim.parts.put(victim.parts.files[0], None)


def _further_removed(victim: Victim) -> Parts | None:
    for document in victim.case.documents:
        if len(document.files) > 1:
            name = document.files[1].name
            path = victim.parts.ending(f"-{name}")
            assert path is not None
            return victim.parts.put(path, None)
    return None


def _moved(victim: Victim) -> Parts:
    path = victim.parts.files[0]
    data = victim.parts.members[path]
    return victim.parts.put(path, None).put(path.replace("001-", "009-"), data)


def _out_of_its_folder(victim: Victim) -> Parts:
    path = victim.parts.files[0]
    return victim.parts.renamed(path, "其他/" + path.rpartition("/")[2])


def _retyped(victim: Victim) -> Parts | None:
    path = victim.parts.ending(".pdf")
    return path and victim.parts.renamed(path, path[:-4] + ".jpg")  # type: ignore[return-value]


def _swapped(victim: Victim) -> Parts:
    one, other = victim.parts.files[:2]
    first, second = (victim.parts.members[path] for path in (one, other))
    return victim.parts.put(one, second).put(other, first)


def _swapped_with_sizes(victim: Victim) -> Parts:
    one, other = victim.parts.files[:2]
    first, second = (victim.parts.members[path] for path in (one, other))
    return victim.parts.stored(one, second).stored(other, first)


def _without_first_document(victim: Victim) -> Parts:
    document = victim.case.documents[0]
    parts = victim.parts
    for file in document.files:
        path = parts.ending(f"-{file.name}")
        assert path is not None
        parts = parts.put(path, None)
    return parts.rewritten(r"\s*<document title.*?</document>", "")


def _rule(victim: Victim, **changes: Any) -> Mapping[str, ScheduleRule]:
    return {"rule": evolve(ARRANGEMENT.rule_for(victim.case), **changes)}


def _untouched(victim: Victim) -> Parts:
    return victim.parts


def _same_under_another_name(victim: Victim) -> Parts:
    path = victim.parts.files[0]
    return victim.parts.put(f"{path}.bak", victim.parts.members[path])


FILES = (
    _file("PDF cut in half", ".pdf", lambda data: data[: len(data) // 2],
          {CONTENT}, {READABLE, CONFORMANCE, HIDDEN}),
    _file("Word file cut in half", ".docx", lambda data: data[: len(data) // 2],
          {FORMAT}, {CONTENT, READABLE}),
    _file("OFD cut short", ".ofd", lambda data: data[:-40],
          {READABLE}, {CONTENT, FORMAT}),
    _file("JPEG cut in half", ".jpg", lambda data: data[: len(data) // 2],
          {CONTENT}, {READABLE, SCANS}),
    _file("TIFF cut in half", ".tif", lambda data: data[: len(data) // 2],
          {CONTENT}, {READABLE, SCANS}),
    _file("sound cut in half", ".wav", lambda data: data[: len(data) // 2],
          {CONTENT}, {READABLE}),
    _file("video cut in half", ".mp4", lambda data: data[: len(data) // 2],
          {CONTENT}, {READABLE}),
    _file("one byte of a Word file's part", ".docx", _entry_altered,
          {READABLE}, {CONTENT}),
    _file("one byte of an OFD's part", ".ofd", _entry_altered, {CONTENT}, {READABLE}),
    _file("only zeros", ".pdf", lambda data: bytes(len(data)), {FORMAT}),
    _file("PDF encrypted", ".pdf", _encrypted_pdf, {UNENCRYPTED}, {CONFORMANCE}),
    _file("OFD encrypted", ".ofd", _invalid(ofd.INVALID, "ofd/encrypted"),
          {UNENCRYPTED}, {CONFORMANCE}),
    _file("Word file with macros", ".docx", _macros, {PASSIVE}, {EMBEDDED}),
    _file("PDF with a script", ".pdf", _with(pdf.with_javascript), {PASSIVE}),
    _file("PDF with an attachment", ".pdf", _with(pdf.with_attachment), {EMBEDDED}),
    _file("OFD with an attachment", ".ofd", _invalid(ofd.INVALID, "ofd/attachment"),
          {EMBEDDED}),
    _file("PDF without its font", ".pdf", _with(pdf.without_its_font),
          {SELF_CONTAINED}, {CONFORMANCE}),
    _file("OFD that leads out", ".ofd", _invalid(ofd.INVALID, "ofd/leads_out"),
          {SELF_CONTAINED}, {CONTENT, CONFORMANCE, EMBEDDED}),
    _file("Word file with an outside template", ".docx",
          _invalid(packaged.INVALID, "docx/outside_template"), {SELF_CONTAINED}),
    _file("page of a sealed OFD changed", ".ofd", _changed_after_sealing,
          {SIGNATURES, CONTENT}, {CONFORMANCE}),
    _file("OFD of another name space", ".ofd",
          _invalid(ofd.INVALID, "ofd/other_namespace"), {CONFORMANCE}),
    _file("ZIP behind a PDF", ".pdf", lambda data: data + zipped({"a.txt": b"a"}),
          {HIDDEN}, {CONTENT}),
    _file("ZIP behind a JPEG", ".jpg", lambda data: data + zipped({"a.txt": b"a"}),
          {HIDDEN}),
    _file("bytes before a PDF", ".pdf", lambda data: b"MZ" + bytes(60) + data,
          {HIDDEN}, {CONTENT}),
    _file("bytes behind a TIFF", ".tif", lambda data: data + b"more" * 9, {HIDDEN}),
    _file("a program called PDF", ".pdf", _with(program), {FORMAT}),
    _file("a picture called Word file", ".docx", lambda _: picture("PNG"), {FORMAT}),
    _file("a script called PDF", ".pdf", lambda _: b"#!/bin/sh\nrm -r /\n", {FORMAT}),
    _file("a ZIP called OFD", ".ofd", lambda _: zipped({"a.txt": b"a"}),
          {FORMAT}, {EMBEDDED}),
    _file("a virus", ".docx .tif", lambda _: b"\n" + eicar(), {MALWARE, FORMAT}),
    _file("a virus attached to a PDF", ".pdf",
          lambda _: pdf.with_attachment("a.txt", eicar()), {MALWARE, EMBEDDED}),
    _file("a virus in a Word file", ".docx", lambda _: plain_zip(
        {**word_parts(), "word/embeddings/oleObject1.bin": eicar()}),
          {MALWARE, EMBEDDED}),
    _row("a scan too small", lambda victim: victim.parts.stored(path, _small_scan(b""))
         if victim.case.documents[0].digitised and (path := victim.parts.ending(".jpg"))
         else None, {SCANS}, {ATTRIBUTES}),
    _row("a file added", _added("申报文件/099-夹带.txt"), {LINKS, EXTRA}),
    _row("a file added outside of the folders", _added("夹带.txt"),
         {LAYOUT, LINKS, EXTRA}),
    _row("a file twice", _same_under_another_name, {LINKS, EXTRA}, {FORMAT}),
    _row("a file removed", _removed, {LINKS}, {TYPES}),
    _row("a further file removed", _further_removed, {ATTACHMENTS, LINKS},
         {TYPES}),
    _row("a file renamed, its description not", _moved, {LINKS, EXTRA}, {TYPES}),
    _row("a file in a folder of no kind", _out_of_its_folder, {LAYOUT}),
    _row("PDF named .jpg", _retyped, {FORMAT}, {ATTRIBUTES}),
    _row("two files swapped", _swapped, {LINKS, FORMAT}, {ATTRIBUTES}),
    _row("two files swapped, their sizes too", _swapped_with_sizes,
         {FORMAT}, {ATTRIBUTES, SCANS}),
    _row("required material missing", _without_first_document, {MATERIALS}),
    Mutation(
        name="excluded material present",
        damage=_untouched,
        by={MATERIALS},
        changes=lambda victim: _rule(
            victim, excluded=[victim.case.documents[1].name]
        ),
    ),
    Mutation(
        name="material outside of the scope",
        damage=_untouched,
        by={MATERIALS},
        changes=lambda victim: _rule(victim, optional=["其他材料"]),
    ),
)  # fmt: skip
