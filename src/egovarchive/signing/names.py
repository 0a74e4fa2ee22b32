"""Distinguished names 可辨别名称 as text (RFC 4514)."""

from __future__ import annotations

from . import der

# RFC 4514, 3: the names every reader must know.
_KEYWORDS = {
    "2.5.4.3": "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}

# Tag of a string type to its encoding. T61String is read as what it is used for.
_ENCODINGS = {
    12: "utf-8",
    18: "ascii",
    19: "ascii",
    20: "latin-1",
    22: "ascii",
    28: "utf-32-be",
    30: "utf-16-be",
}

_SPECIAL = frozenset('"+,;<>\\')


def name_text(name: bytes) -> str:
    """
    Return the Name *name*, DER, as text, the most particular part first.

    Control and direction-changing characters come out escaped, so that a name
    cannot pass for another on a screen.

    Raises:
        DerError: It is not a Name.
    """
    parts = []
    rest = der.read(name)
    while rest.more():
        pairs = []
        for pair in rest.take_set(der.SEQUENCE):
            kind = pair.take_oid()
            value = pair.take()
            pair.done()
            pairs.append(f"{_KEYWORDS.get(kind, kind)}={_text(value)}")
        parts.append("+".join(pairs))
    return ",".join(reversed(parts))


def _text(value: der.Reader) -> str:
    try:
        text = value.value.decode(_ENCODINGS[value.tag])
    except (KeyError, UnicodeDecodeError):
        return f"#{value.raw.hex()}"
    escaped = "".join(_escaped(character) for character in text)
    if escaped[:1] in {" ", "#"}:
        escaped = f"\\{escaped}"
    if text.endswith(" ") and len(text) > 1:
        escaped = f"{escaped[:-1]}\\ "
    return escaped


def _escaped(character: str) -> str:
    if character in _SPECIAL:
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\{octet:02x}" for octet in character.encode("utf-8"))
