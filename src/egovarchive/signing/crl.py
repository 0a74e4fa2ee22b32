"""
Certificate revocation lists 证书撤销列表 (RFC 5280, 5; GB/T 20518): version 2.

Read strictly: a list with an unknown critical extension, of itself or of one entry, is
refused as a whole, and so is an indirect one. A delta list is read: what it lists is
revoked, but that it does not list something says nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError

from . import der
from .certificates import AUTHORITY_KEY_IDENTIFIER, take_whole_octets
from .distribution import Scope
from .extensions import Extension, check_understood, read_extensions, time_in
from .names import name_text

CRL_NUMBER = "2.5.29.20"
REASON = "2.5.29.21"
INVALIDITY_DATE = "2.5.29.24"
DELTA = "2.5.29.27"
ISSUING_DISTRIBUTION_POINT = "2.5.29.28"
# X.509, 9.5.2.8: since when the list goes on listing certificates that have expired.
EXPIRED_CERTIFICATES = "2.5.29.60"

MAX_CRL_SIZE = 16_000_000

# CRLReason (RFC 5280, 5.3.1).
REASONS = {
    0: "unspecified",
    1: "keyCompromise",
    2: "cACompromise",
    3: "affiliationChanged",
    4: "superseded",
    5: "cessationOfOperation",
    6: "certificateHold",
    8: "removeFromCRL",
    9: "privilegeWithdrawn",
    10: "aACompromise",
}
HOLD, REMOVED = "certificateHold", "removeFromCRL"

_UNDERSTOOD = frozenset(
    {
        AUTHORITY_KEY_IDENTIFIER,
        CRL_NUMBER,
        DELTA,
        ISSUING_DISTRIBUTION_POINT,
        EXPIRED_CERTIFICATES,
    }
)
_UNDERSTOOD_IN_ENTRY = frozenset({REASON, INVALIDITY_DATE})
_ENUMERATED = 10
_EXPLICIT_0, _KEY_ID = 0xA0, 0x80
_VERSION_2 = b"\x01"


@frozen
class Revoked:
    """
    That a certificate was taken back.

    Args:
        at: When the issuer did it.
        reason: Why, a name of `REASONS`.
        invalid_since: Since when the key may have been in other hands, if that is
            said.
    """

    at: datetime
    reason: str = "unspecified"
    invalid_since: datetime | None = None

    @property
    def since(self) -> datetime:
        """From when on signatures are not good: the earlier of both."""
        return (
            self.at if self.invalid_since is None else min(self.at, self.invalid_since)
        )


@frozen(kw_only=True, slots=False)
class RevocationList:
    """
    A parsed list. Nobody vouches for it yet.

    Args:
        der: All of it.
        signed: The part that the issuer signed, DER.
        issuer: Name of who issued it, DER.
        this_update: When it was made.
        next_update: When the next one comes at the latest.
        revoked: By serial number, the content octets.
        scope: What it is about.
        number: Its number, if it has one.
        delta: Whether it only has what is new since another list.
        expired_since: It still has certificates that expired after this; None: it
            may have dropped what has expired.
        authority_key_id: Identifier of the issuer's key, if it is said.
        signature_algorithm: AlgorithmIdentifier, DER.
        signature: The issuer's signature.
    """

    der: bytes = field(repr=False)
    signed: bytes = field(repr=False, eq=False)
    issuer: bytes = field(repr=False, eq=False)
    this_update: datetime = field(eq=False)
    next_update: datetime = field(eq=False)
    revoked: Mapping[bytes, Revoked] = field(repr=False, eq=False)
    scope: Scope = field(repr=False, eq=False)
    number: int | None = field(eq=False)
    delta: bool = field(eq=False)
    expired_since: datetime | None = field(repr=False, eq=False)
    authority_key_id: bytes | None = field(repr=False, eq=False)
    signature_algorithm: bytes = field(repr=False, eq=False)
    signature: bytes = field(repr=False, eq=False)

    @classmethod
    def parse(cls, source: bytes) -> RevocationList:
        """
        Return the list that *source*, DER, is.

        Raises:
            SignatureInvalidError: It is not one, not in its one strict form, or has
                what is not understood here.
        """
        if len(source) > MAX_CRL_SIZE:
            raise SignatureInvalidError(
                f"a revocation list of {len(source)} bytes; at most {MAX_CRL_SIZE}",
                f"证书撤销列表长 {len(source)} 字节，上限为 {MAX_CRL_SIZE} 字节",
            )
        whole = der.read(source)
        body = whole.take(der.SEQUENCE)
        algorithm = whole.take(der.SEQUENCE).raw
        signature = take_whole_octets(whole)
        whole.done()
        version = body.take_if(der.INTEGER)
        if version is None or version.value != _VERSION_2:
            raise SignatureInvalidError(
                "not a revocation list of version 2", "不是第 2 版证书撤销列表"
            )
        if body.take(der.SEQUENCE).raw != algorithm:
            raise SignatureInvalidError(
                "the revocation list names two different signature algorithms",
                "证书撤销列表内外声明的签名算法不一致",
            )
        issuer = body.take(der.SEQUENCE).raw
        this_update = body.take_time()
        # RFC 5280, 5.1.2.5: it must be there; without it a list would never be old.
        next_update = body.take_time()
        revoked = _revoked(body)
        extensions: dict[str, Extension] = {}
        if (tagged := body.take_if(_EXPLICIT_0)) is not None:
            extensions = read_extensions(tagged.take(der.SEQUENCE))
            tagged.done()
        body.done()
        check_understood(extensions, _UNDERSTOOD)
        expired = extensions.get(EXPIRED_CERTIFICATES)
        point = extensions.get(ISSUING_DISTRIBUTION_POINT)
        return cls(
            der=source,
            signed=body.raw,
            issuer=issuer,
            this_update=this_update,
            next_update=next_update,
            revoked=revoked,
            scope=Scope() if point is None else Scope.read(point, issuer),
            number=_number(extensions),
            delta=DELTA in extensions,
            expired_since=None if expired is None else time_in(expired),
            authority_key_id=_authority_key_id(extensions),
            signature_algorithm=algorithm,
            signature=signature,
        )

    @cached_property
    def issuer_text(self) -> str:
        """Who issued it (RFC 4514)."""
        return name_text(self.issuer)

    @cached_property
    def sha256(self) -> bytes:
        """SHA-256 of all of it."""
        return hashlib.sha256(self.der).digest()


def _revoked(body: der.Reader) -> dict[bytes, Revoked]:
    found: dict[bytes, Revoked] = {}
    entries = body.take_if(der.SEQUENCE)
    while entries is not None and entries.more():
        entry = entries.take(der.SEQUENCE)
        serial = entry.take(der.INTEGER).value
        moment = entry.take_time()
        revoked = Revoked(moment)
        if entry.more():
            extensions = read_extensions(entry.take(der.SEQUENCE))
            check_understood(extensions, _UNDERSTOOD_IN_ENTRY)
            revoked = revoked_as(moment, extensions)
        entry.done()
        if serial in found:
            raise SignatureInvalidError(
                "the revocation list has a certificate twice",
                "证书撤销列表中同一证书重复出现",
            )
        found[serial] = revoked
    return found


def revoked_as(moment: datetime, extensions: Mapping[str, Extension]) -> Revoked:
    """
    Return what an entry with *extensions* says of a revocation at *moment*.

    Raises:
        SignatureInvalidError: They are malformed, or the reason is not a known one.
    """
    reason, since = extensions.get(REASON), extensions.get(INVALIDITY_DATE)
    return Revoked(
        moment,
        "unspecified"
        if reason is None
        else reason_named(der.read(reason.value, _ENUMERATED).value),
        None if since is None else time_in(since),
    )


def reason_named(value: bytes) -> str:
    """
    Return the name of the CRLReason *value*, content octets.

    Raises:
        SignatureInvalidError: There is none.
    """
    if len(value) != 1 or value[0] not in REASONS:
        raise der.DerError("not a reason for a revocation", "不是撤销原因")
    return REASONS[value[0]]


def _number(extensions: Mapping[str, Extension]) -> int | None:
    extension = extensions.get(CRL_NUMBER)
    if extension is None:
        return None
    whole = der.Reader.of(extension.value)
    number = whole.take_integer()
    whole.done()
    # RFC 5280, 5.2.3: at most 20 octets.
    if not 0 <= number < 1 << 160:
        raise der.DerError("not the number of a revocation list", "不是撤销列表编号")
    return number


def _authority_key_id(extensions: Mapping[str, Extension]) -> bytes | None:
    extension = extensions.get(AUTHORITY_KEY_IDENTIFIER)
    if extension is None:
        return None
    found = der.read(extension.value).take_if(_KEY_ID)
    return None if found is None else found.value
