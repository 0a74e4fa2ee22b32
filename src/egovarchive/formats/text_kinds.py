"""What texts are: their encoding, and what their first words make them."""

from __future__ import annotations

import codecs
import re
from typing import Final

from egovarchive.formats.ends import Ends
from egovarchive.formats.match import Match

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8 with a byte order mark"),
    (b"\xff\xfe", "utf-16-le", "UTF-16LE"),
    (b"\xfe\xff", "utf-16-be", "UTF-16BE"),
)
# XML 1.0 appendix F.1: what "<?" looks like without a byte order mark.
_BARE: Final = (
    (b"<\0?\0", "utf-16-le", "UTF-16LE"),
    (b"\0<\0?", "utf-16-be", "UTF-16BE"),
)

# Tab, line feed, form feed, carriage return; DOS's end of file; escapes of terminals.
_ALLOWED: Final = frozenset(b"\t\n\f\r\x1a\x1b")
_CONTROL_BYTES: Final = (*range(0x20), 0x7F)
_PRINTABLE: Final = bytes(
    byte for byte in range(256) if byte in _ALLOWED or byte not in _CONTROL_BYTES
)
_CONTROLS: Final = 0.01  # share of them that a text may have
_PRIVATE: Final = 0.05  # share of private-use characters that a GB18030 text may have
_PRIVATE_USE: Final = re.compile("[\ue000-\uf8ff]+")
_BEGINNING: Final = 8 << 10  # characters
_SKIPS: Final = 64  # comments and instructions before the first element

_ELEMENT: Final = re.compile(r"<([A-Za-z_\u0080-\uffff][\w.:-]*)(?=[\s/>])")
_VERSION: Final = re.compile(r"""<\?xml\s+version\s*=\s*["'](1\.\d)["']""")
_DOCTYPE: Final = re.compile(r"<!doctype\s+([\w.:-]+)", re.IGNORECASE)
_HTML: Final = re.compile(
    "html|head|body|title|frameset|table|div|p|script|meta|style|h1|span|center|br"
    "|font|a|img"
)

# RFC 5322 §3.6: field names; three of these, one of them who or when.
_FIELDS: Final = re.compile(r"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){3}")
_MAIL: Final = re.compile(
    "from|to|cc|subject|received|date|message-id|mime-version|return-path"
    "|delivered-to|content-type|x-mailer"
)
_MAIL_FIELDS: Final = 3
_NAMES: Final = re.compile(r"^([A-Za-z-]+):", re.MULTILINE)

_JSON_START: Final = re.compile(r'\{\s*(?:"|\})|\[\s*(?:[\[{"\]\d-]|true|false|null)')


def text_kind(ends: Ends) -> Match | None:
    """Return what the text is, its encoding as note; None if it is none."""
    decoded = _decoded(ends)
    if decoded is None:
        return None
    text, encoding = decoded
    start = text[:_BEGINNING].lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        found = _markup(start, ends.tail)
    elif start.startswith(("{", "[")):
        found = _json(text, ends)
    elif start.startswith(("-----BEGIN PKCS7-----", "-----BEGIN CMS-----")):
        found = Match("p7s")
    else:
        found = _mail(start)
    found = found or Match("txt")
    notes = [found.note, encoding]
    if b"\0" in ends.tail and not encoding.startswith("UTF-16"):
        notes.append("binary at its end")
    return Match(found.id, found.version, "; ".join(note for note in notes if note))


def _decoded(ends: Ends) -> tuple[str, str] | None:
    """Return the text at the start, and its encoding; None if it is no text."""
    head = ends.head
    for mark, codec, encoding in (*_BOMS, *_BARE):
        if head.startswith(mark):
            start = 0 if b"<" in mark else len(mark)
            return _strict(head[start:], codec, encoding, ends)
    if b"\0" in head:  # almost all that is no text ends here, at no cost
        return None
    controls = len(head.translate(None, _PRINTABLE))
    if controls > len(head) * _CONTROLS:
        return None
    if head.isascii():
        return head.decode("ascii"), "ASCII"
    found = _strict(head, "utf-8", "UTF-8", ends)
    if found is None:
        found = _strict(head, "gb18030", "GB18030", ends)
        if found is not None and _private(found[0]) > len(found[0]) * _PRIVATE:
            found = None
    if found is None and not controls:
        found = head.decode("latin-1"), "in an unknown 8-bit encoding"
    return found


def _strict(
    data: bytes, codec: str, encoding: str, ends: Ends
) -> tuple[str, str] | None:
    """Return *data* decoded; a character may be cut off where the head ends."""
    whole = ends.size <= len(ends.head)
    try:
        text = codecs.getincrementaldecoder(codec)().decode(data, final=whole)
    except UnicodeDecodeError:
        return None
    if codec.startswith("utf-16") and "\0" in text:
        return None
    return text, encoding


def _private(text: str) -> int:
    return sum(len(run) for run in _PRIVATE_USE.findall(text))


def _markup(text: str, tail: bytes) -> Match | None:
    """Return what the first element of *text* makes it."""
    declared = _VERSION.match(text)
    version = declared[1] if declared else ""
    rest = text
    for _ in range(_SKIPS):
        if rest.startswith("<!--"):
            rest = rest.partition("-->")[2].lstrip()
        elif rest.startswith("<?"):
            rest = rest.partition("?>")[2].lstrip()
        elif doctype := _DOCTYPE.match(rest):
            if (name := doctype[1].lower()) in {"html", "svg"}:
                return Match(name, note="XHTML" if declared and name == "html" else "")
            declared = declared or doctype
            inner = "[" in rest.partition(">")[0]
            rest = rest.partition("]>" if inner else ">")[2].lstrip()
        else:
            break
    element = _ELEMENT.match(rest)
    if element is None:
        return Match("xml", version) if declared else None
    name = element[1].rpartition(":")[2].lower()
    if name == "svg":
        return Match("svg")
    if name == "html" or (_HTML.fullmatch(name) and not declared):
        return Match("html", note="XHTML" if declared else "")
    if declared or tail.rstrip(b" \t\r\n\0").endswith(b">"):
        return Match("xml", version)
    return None


def _json(text: str, ends: Ends) -> Match | None:
    """Return JSON if all of it is, or both its ends are where only they are kept."""
    start = text.lstrip("\ufeff \t\r\n")
    if not _JSON_START.match(start):
        return None
    if ends.size > len(ends.head):
        closing = b"}" if start.startswith("{") else b"]"
        return (
            Match("json") if ends.tail.rstrip(b" \t\r\n\0").endswith(closing) else None
        )
    import json  # noqa: PLC0415 - only for what looks like it

    try:
        json.loads(start)
    # A number of more digits than allowed is a ValueError, too.
    except (ValueError, RecursionError):
        return None
    return Match("json")


def _mail(start: str) -> Match | None:
    start = start.replace("\r\n", "\n")
    if not _FIELDS.match(start):
        return None
    header = start.partition("\n\n")[0]
    names = {name.lower() for name in _NAMES.findall(header)}
    known = [name for name in names if _MAIL.fullmatch(name)]
    if len(known) < _MAIL_FIELDS or not names & {"from", "received", "date"}:
        return None
    return Match("eml")
