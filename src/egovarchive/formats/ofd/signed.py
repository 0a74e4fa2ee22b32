"""
Signed references of OFD (GB/T 33190—2016, clause 18): the digests that signatures list.

A signature covers its own description, and this lists files with their digests. Whether
the files still have them is told here; who signed, and whether seal and certificate
are good, is not.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from typing import Final, cast

from attrs import field, frozen

from egovarchive.errors import FormatError
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import OfdPart
from egovarchive.formats.ofd.xml import children, text_of
from egovarchive.records.digest import Hasher, hasher
from egovarchive.records.term import Term

DEFAULT_METHOD: Final = "MD5"  # GB/T 33190—2016, clause 18.2: if none is given
WEAK: Final = frozenset({"md5", "sha1"})
_ALGORITHMS: Final = {
    "SM3": "sm3", "1.2.156.10197.1.401": "sm3", "1.2.156.10197.1.401.1": "sm3",
    "MD5": "md5", "1.2.840.113549.2.5": "md5",
    "SHA1": "sha1", "1.3.14.3.2.26": "sha1",
    "SHA256": "sha256", "2.16.840.1.101.3.4.2.1": "sha256",
    "SHA384": "sha384", "2.16.840.1.101.3.4.2.2": "sha384",
    "SHA512": "sha512", "2.16.840.1.101.3.4.2.3": "sha512",
}  # fmt: skip


class Match(Term):
    """Whether a signed file is still what was signed."""

    SAME = "the_same", "一致"
    DIFFERENT = "different", "不一致"
    MISSING = "missing", "文件不存在"
    UNKNOWN = "not_to_be_told", "无法判断"


@frozen
class SignedReference:
    """
    One file that a signature covers.

    Args:
        text: How the signature names it.
        name: The file in the package; empty if it is not there.
        match: Whether it is what was signed.
        expected: The digest that was signed, in hexadecimal; empty if none can be read.
        found: The digest that the file has; empty if it cannot be told.
    """

    text: str
    name: str
    match: Match
    expected: str = ""
    found: str = ""


@frozen(kw_only=True)
class OfdSignature:
    """
    What a signature says that it covers.

    Args:
        part: The name of its Signature.xml.
        listed_in: The name of the list that it stands in.
        number: Its ID in that list.
        type: ``Seal`` or ``Sign``.
        provider: The program that made it, by its own word.
        signed_at: When, by its own word, as written.
        method: How digests were taken, as written.
        algorithm: The same, as we call it; empty if it is not known.
        references: What it covers.
        more: How many references there are beyond the limits.
    """

    part: str
    listed_in: str
    number: str
    type: str
    provider: str
    signed_at: str
    method: str
    algorithm: str
    references: tuple[SignedReference, ...] = field(repr=False)
    more: int = 0


class Digests:
    """The digests of the files of a package, each taken once."""

    def __init__(self, package: OfdPackage) -> None:
        self._package = package
        self._taken: dict[tuple[str, str], str] = {}

    def of(self, name: str, algorithm: str) -> str:
        """Return the digest of the file *name*; empty if it cannot be read."""
        key = (name, algorithm)
        if key not in self._taken:
            self._taken[key] = self._take(name, algorithm)
        return self._taken[key]

    def _take(self, name: str, algorithm: str) -> str:
        taken = _HASHERS.get(algorithm, lambda: hasher(algorithm))()
        try:
            for chunk in self._package.chunks(name):
                taken.update(chunk)
        except FormatError:
            return ""  # said where all files of the package are read
        return taken.hexdigest()


# Old signatures have these; they are compared with, and never made.
_HASHERS: Final[dict[str, Callable[[], Hasher]]] = {
    "md5": lambda: cast("Hasher", hashlib.md5(usedforsecurity=False)),
    "sha1": lambda: cast("Hasher", hashlib.sha1(usedforsecurity=False)),
}


def read_signature(
    part: OfdPart, number: str, type: str, package: OfdPackage, digests: Digests
) -> OfdSignature:
    """
    Return what the Signature.xml *part* covers, held against the files of *package*.

    Args:
        part: The description of a signature.
        number: Its ID in the list of signatures.
        type: Its Type in the same.
        package: The files.
        digests: Theirs.
    """
    information = next(part.content.right_in("Signature", "SignedInfo"), None)
    lists = children(information, "References")
    method = str(lists[0].get("CheckMethod", "")).strip() if lists else ""
    method = method or DEFAULT_METHOD
    algorithm = _ALGORITHMS.get(method.upper().replace("-", ""), "")
    folders = [part.name.rpartition("/")[0], "", part.document.rpartition("/")[0]]
    listed = list(part.content.right_in("References", "Reference"))
    most = package.limits.entries
    references = []
    for element in listed[:most]:
        text = str(element.get("FileRef", ""))
        name = package.find(text, folders).name
        value = text_of(element, "CheckValue")
        references.append(_compared(text, name, value, algorithm, digests))
    providers = children(information, "Provider")
    return OfdSignature(
        part=part.name,
        listed_in=part.document,
        number=number,
        type=type or "Seal",
        provider=str(providers[0].get("ProviderName", "")) if providers else "",
        signed_at=text_of(information, "SignatureDateTime"),
        method=method,
        algorithm=algorithm,
        references=tuple(references),
        more=len(listed) - len(references),
    )


def _compared(
    text: str, name: str, value: str, algorithm: str, digests: Digests
) -> SignedReference:
    if not name:
        return SignedReference(text, name, Match.MISSING)
    if not algorithm:
        return SignedReference(text, name, Match.UNKNOWN)
    try:
        expected = base64.b64decode("".join(value.split()), validate=True).hex()
    except (binascii.Error, ValueError):
        return SignedReference(text, name, Match.DIFFERENT)
    found = digests.of(name, algorithm)
    if not found:
        return SignedReference(text, name, Match.UNKNOWN, expected)
    match = Match.SAME if found == expected else Match.DIFFERENT
    return SignedReference(text, name, match, expected, found)
