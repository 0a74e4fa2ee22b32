"""Documents in compound files, right and wrong by one thing."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

from corpus.compound_writer import compound
from corpus.packaged import kept
from egovarchive.formats.aspect import Aspect


def word(flags: int = 0, text: bytes = b"", table_end: int = 0) -> bytes:
    """Return the main stream of a text."""
    start = struct.pack("<3H", 0xA5EC, 0xC1, 0) + bytes(4) + struct.pack("<H", flags)
    fib = start.ljust(0x1A2, b"\0") + struct.pack("<2I", 0, table_end)
    return fib.ljust(2048, b"\0") + text


def doc(streams: Mapping[str, bytes] | None = None, main: bytes | None = None) -> bytes:
    main = word() if main is None else main
    return compound({"WordDocument": main, "0Table": bytes(64), **(streams or {})})


def record(kind: int, data: bytes = b"") -> bytes:
    """Return a record of Excel."""
    return struct.pack("<HH", kind, len(data)) + data


def sheet(name: bytes, kind: int = 0) -> bytes:
    return record(0x85, bytes(4) + bytes([0, kind, len(name), 0]) + name)


def book(*records: bytes) -> bytes:
    """Return the main stream of a workbook."""
    return record(0x809, bytes(16)) + b"".join(records) + record(0x0A)


def xls(*records: bytes, **streams: bytes) -> bytes:
    return compound({"Workbook": book(*records), **streams})


def part(kind: int, data: bytes = b"", version: int = 0xF) -> bytes:
    """Return a record of PowerPoint."""
    return struct.pack("<HHI", version, kind, len(data)) + data


def ppt(*parts: bytes, token: int = 0xE391C05F) -> bytes:
    document = part(0x03E8, b"".join(parts))
    user = part(0x0FF6, struct.pack("<3I", 20, token, 0), 0)
    return compound({"PowerPoint Document": document, "Current User": user})


def native(name: bytes, data: bytes) -> bytes:
    """Return a stream as the Packager of Windows makes it."""
    body = struct.pack("<H", 2) + name + b"\0C:\\" + name + b"\0\0\0\3\0"
    body += struct.pack("<I", 4) + b"C:\\\0" + struct.pack("<I", len(data)) + data
    return struct.pack("<I", len(body)) + body


def _outside(tabs: int) -> bytes:
    return record(0x1AE, struct.pack("<HH", tabs, 5) + b"\0b.xls")


VALID: dict[str, Callable[[], bytes]] = {
    "doc/of_libreoffice": lambda: kept("text.doc"),
    "doc/smallest": doc,
    "wps/smallest": doc,
    "xls/of_libreoffice": lambda: kept("sheets.xls"),
    "xls/smallest": lambda: xls(sheet(b"1"), sheet(b"2")),
    "xls/own_sheets_as_source": lambda: xls(
        record(0x1AE, struct.pack("<HH", 1, 0x0401))
    ),
    "et/smallest": lambda: xls(sheet(b"1")),
    "ppt/smallest": ppt,
    "dps/smallest": ppt,
    "ole/of_nothing_known": lambda: compound({"a": b"b"}),
}
INVALID: dict[str, tuple[Callable[[], bytes], Aspect]] = {
    "doc/cut_off": (lambda: kept("text.doc")[:5000], Aspect.COMPLETE),
    "doc/cut_off_at_its_head": (lambda: kept("text.doc")[:100], Aspect.COMPLETE),
    "doc/no_main_stream": (lambda: compound({"a": b"b"}), Aspect.COMPLETE),
    "doc/no_table": (lambda: compound({"WordDocument": word()}), Aspect.COMPLETE),
    "doc/table_too_short": (
        lambda: doc(main=word(table_end=65)), Aspect.COMPLETE,
    ),
    "doc/no_text_of_word": (lambda: doc(main=b"x" * 5000), Aspect.READABLE),
    "doc/encrypted": (lambda: doc(main=word(flags=0x0100)), Aspect.UNENCRYPTED),
    "doc/macros": (lambda: doc({"Macros/VBA": b"x"}), Aspect.PASSIVE),
    "doc/dde": (
        lambda: doc(main=word(text=b"\x13 DDEAUTO c:\\\\cmd.exe \x14")), Aspect.PASSIVE,
    ),
    "doc/dde_in_two_bytes": (
        lambda: doc(main=word(text="\x13 DDE c:\\\\cmd.exe \x14".encode("utf-16-le"))),
        Aspect.PASSIVE,
    ),
    "doc/picture_from_outside": (
        lambda: doc(main=word(text=b'\x13 INCLUDEPICTURE "http://evil/1.png"\x14')),
        Aspect.SELF_CONTAINED,
    ),
    "doc/embedded": (
        lambda: doc({"ObjectPool/_1": native(b"a.exe", b"MZ")}), Aspect.EMBEDDED,
    ),
    "doc/bytes_behind": (lambda: kept("text.doc") + b"more", Aspect.BOUNDED),
    "xls/cut_off": (lambda: kept("sheets.xls")[:3000], Aspect.COMPLETE),
    "xls/last_bytes_cut_off": (lambda: kept("sheets.xls")[:-16], Aspect.COMPLETE),
    "xls/records_cut_off": (
        lambda: compound({"Workbook": book()[:-2] + b"\0\1\1\1"}), Aspect.READABLE,
    ),
    "xls/no_end": (
        lambda: compound({"Workbook": record(0x809, bytes(16))}), Aspect.READABLE,
    ),
    "xls/encrypted": (lambda: xls(record(0x2F, bytes(6))), Aspect.UNENCRYPTED),
    "xls/macro_sheet": (lambda: xls(sheet(b"1", kind=1)), Aspect.PASSIVE),
    "xls/vba": (lambda: xls(**{"_VBA_PROJECT_CUR/dir": b"x"}), Aspect.PASSIVE),
    "xls/other_workbook": (lambda: xls(_outside(1)), Aspect.SELF_CONTAINED),
    "xls/dde": (lambda: xls(_outside(0)), Aspect.PASSIVE),
    "xls/embedded": (lambda: xls(**{"MBD00000001/Package": b"PK"}), Aspect.EMBEDDED),
    "xls/far_bytes_behind": (
        lambda: kept("sheets.xls") + b"PK" * 100_000, Aspect.BOUNDED,
    ),
    "ppt/encrypted": (lambda: ppt(token=0xF3D1C4DF), Aspect.UNENCRYPTED),
    "ppt/macros": (
        lambda: ppt(part(0x07D0, part(0x03FF, part(0x0400, struct.pack("<3I", 1, 1, 2),
                                                   2)))),
        Aspect.PASSIVE,
    ),
    "ppt/control": (lambda: ppt(part(0x0409, part(0x0FEE))), Aspect.PASSIVE),
    "ppt/embedded": (lambda: ppt(part(0x0409, part(0x0FCC))), Aspect.EMBEDDED),
    "ppt/linked": (lambda: ppt(part(0x0409, part(0x0FCE))), Aspect.SELF_CONTAINED),
    "ppt/records_cut_off": (
        lambda: compound({"PowerPoint Document": part(0x03E8, bytes(9))[:-3],
                          "Current User": bytes(20)}),
        Aspect.READABLE,
    ),
    "ppt/no_user": (
        lambda: compound({"PowerPoint Document": part(0x03E8)}), Aspect.COMPLETE,
    ),
    "ole/encrypted_ooxml": (
        lambda: compound({"EncryptedPackage": bytes(5000), "EncryptionInfo": b"x"}),
        Aspect.UNENCRYPTED,
    ),
}  # fmt: skip
