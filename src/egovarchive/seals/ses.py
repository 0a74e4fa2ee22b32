"""
Seals as they are read 安全电子签章: GB/T 38540—2020 and its relatives.

Three versions are in use: GM/T 0031—2014 (V1), GB/T 38540—2020 (V4) and GM/T 0031—2025
(V5, read as V4: no more of it could be seen than its published implementations). The
number of fields tells the first from the others; those two are told apart by what the
header says. Their texts were not at hand: the structures are those that
implementations agree on.

Strict DER (X.690), but for what `wrapping`, `ses_fields` and `signed_value` list.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError
from egovarchive.seals.notes import Notes
from egovarchive.seals.ses_fields import bits, moment, moment_of, text
from egovarchive.seals.wrapping import unwrapped
from egovarchive.signing import der
from egovarchive.signing.der import Reader
from egovarchive.signing.timestamps.signed_info import SignedInfo

FORMS: Final = {
    1: "GM/T 0031—2014",
    4: "GB/T 38540—2020",
    5: "GM/T 0031—2025",
}
_TAG_0: Final = 0xA0
_OF_V1: Final = 2
_OF_V4: Final = frozenset({4, 5})
_BY_DIGEST: Final = 2
_MOST_CERTIFICATES: Final = 100
_TIMES: Final = frozenset({der.UTC_TIME, der.GENERALIZED_TIME})

_DATA_HASH = ("digest of the document", "原文杂凑值")
_SIGNATURE = ("signature", "签名值")
_TIME = ("time", "签章时间")


@frozen(kw_only=True)
class Seal:
    """
    A seal 电子印章: a picture, bound to signers by who made it.

    Args:
        der: All of it.
        version: As its header has it.
        vendor: Who made the program, by its own word.
        number: Its number 印章标识.
        name: Its name 印章名称.
        signers: Certificates, DER, or digests of those, of whom it belongs to.
        by_digest: Whether they are digests.
        valid_from: First moment in which it may be used.
        valid_until: The last.
        information: The part that its maker signed, DER.
        maker: The maker's certificate, DER.
        algorithm: AlgorithmIdentifier of the maker's signature, DER.
        identifier: The same as it stands there, an object identifier, DER.
        signature: The maker's signature.
    """

    der: bytes = field(repr=False)
    version: int
    vendor: str
    number: str
    name: str
    signers: tuple[bytes, ...] = field(repr=False)
    by_digest: bool
    valid_from: datetime
    valid_until: datetime
    information: bytes = field(repr=False)
    maker: bytes = field(repr=False)
    algorithm: bytes = field(repr=False)
    identifier: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@frozen(kw_only=True)
class SealSignature:
    """
    A signature with a seal 电子签章.

    Args:
        version: 1, 4 or 5.
        seal: The seal.
        signed: The part that was signed (TBS_Sign), DER.
        claimed_at: When, by its own word.
        digest: The digest of the document.
        about: Which document, by its own word.
        signer: The signer's certificate, DER.
        algorithm: AlgorithmIdentifier of the signature, DER.
        signature: The signature.
        timestamp: A time-stamp token over the signature, DER; None without one.
    """

    version: int
    seal: Seal
    signed: bytes = field(repr=False)
    claimed_at: datetime
    digest: bytes = field(repr=False)
    about: str
    signer: bytes = field(repr=False)
    algorithm: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    timestamp: bytes | None = field(repr=False)

    @property
    def form(self) -> str:
        """The standard that it follows."""
        return FORMS.get(self.version, FORMS[4])


def is_ses(structure: bytes) -> bool:
    """Return whether *structure*, strict DER, may be a signature with a seal."""
    content = der.read(structure)
    if not content.more() or structure_tag(content) != der.SEQUENCE:
        return False
    inner = content.take()
    return inner.more() and structure_tag(inner) == der.INTEGER


def structure_tag(reader: Reader) -> int:
    """Return the tag of the first element in *reader*, without reading it."""
    return reader.value[0]


def read_signature(source: bytes, notes: Notes) -> SealSignature:
    """
    Return the signature with a seal that *source* is.

    Raises:
        SignatureInvalidError: It is none.
    """
    whole = der.read(unwrapped(source, notes))
    count = _count(whole)
    signed = whole.take(der.SEQUENCE)
    if count == _OF_V1:
        return _read_v1(whole, signed, notes)
    if count not in _OF_V4:
        raise _no_version(count)
    certificate = whole.take_octets()
    identifier = whole.take(der.OID).raw
    signature = bits(whole, _SIGNATURE, notes)
    timestamp = _timestamp(whole, notes)
    whole.done()
    seal = _seal_in(signed, notes)
    claimed_at = moment(signed, notes)
    digest = bits(signed, _DATA_HASH, notes)
    about = text(signed)
    signed.take_if(_TAG_0)
    signed.done()
    return SealSignature(
        version=seal.version if seal.version in FORMS else 4,
        seal=seal,
        signed=signed.raw,
        claimed_at=claimed_at,
        digest=digest,
        about=about,
        signer=certificate,
        algorithm=der.sequence(identifier),
        signature=signature,
        timestamp=timestamp,
    )


def read_seal(source: bytes, notes: Notes) -> Seal:
    """
    Return the seal that *source* is, as Seal.esl has it.

    Raises:
        SignatureInvalidError: It is none.
    """
    return _seal(der.read(unwrapped(source, notes)), notes)


def _read_v1(whole: Reader, signed: Reader, notes: Notes) -> SealSignature:
    signature = bits(whole, _SIGNATURE, notes)
    whole.done()
    seal = _seal_in(signed, notes)
    claimed_at = _time_of_v1(signed, notes)
    digest = bits(signed, _DATA_HASH, notes)
    about = text(signed)
    certificate = signed.take_octets()
    identifier = signed.take(der.OID).raw
    signed.done()
    return SealSignature(
        version=1,
        seal=seal,
        signed=signed.raw,
        claimed_at=claimed_at,
        digest=digest,
        about=about,
        signer=certificate,
        algorithm=der.sequence(identifier),
        signature=signature,
        timestamp=None,
    )


def _time_of_v1(signed: Reader, notes: Notes) -> datetime:
    """Return when it was signed, by its own word."""
    ahead = Reader.of(signed.raw).take()
    for _ in range(2):
        ahead.take()
    if ahead.take().tag in _TIMES:
        notes.odd("its time is not in a bit string", "签章时间未按 BIT STRING 存放")
        return moment(signed, notes)
    value = bits(signed, _TIME, notes)
    if value[:1] == bytes((der.SEQUENCE,)):
        # It was there before the signature, so it does not prove when that was made.
        token = SignedInfo.parse(unwrapped(value, notes))
        notes.odd(
            "its time is a time-stamp from before it was signed",
            "签章时间为签名之前的时间戳",
        )
        return token.info.gen_time
    if value[:1] and value[0] in _TIMES:
        return moment(Reader.of(value), notes)
    return moment_of(value.strip(b"\0 "), notes)


def _timestamp(whole: Reader, notes: Notes) -> bytes | None:
    tagged = whole.take_if(_TAG_0)
    if tagged is None:
        return None
    value = bits(tagged, ("time-stamp", "时间戳"), notes)
    tagged.done()
    return unwrapped(value, notes) if value else None


def _seal_in(signed: Reader, notes: Notes) -> Seal:
    signed.take_integer()
    return _seal(signed.take(der.SEQUENCE), notes)


def _seal(content: Reader, notes: Notes) -> Seal:
    count = _count(content)
    information = content.take(der.SEQUENCE)
    if count == _OF_V1:
        rest = content.take(der.SEQUENCE)
        content.done()
    elif count in _OF_V4:
        rest = content
    else:
        raise _no_version(count)
    maker = rest.take_octets()
    identifier = rest.take(der.OID).raw
    signature = bits(rest, ("signature of the seal", "印章签名值"), notes)
    rest.take_if(_TAG_0)
    rest.done()

    header = information.take(der.SEQUENCE)
    if (mark := text(header)) != "ES":
        notes.odd(
            f"the header of the seal says {mark!r}, not 'ES'",
            f"印章头标识为 {mark!r}，应为 'ES'",
        )
    version = header.take_integer()
    vendor = text(header)
    header.done()
    number = text(information)
    properties = information.take(der.SEQUENCE)
    information.take(der.SEQUENCE)
    information.take_if(_TAG_0)
    information.done()

    properties.take_integer()
    name = text(properties)
    by_digest = False
    if count != _OF_V1:
        by_digest = properties.take_integer() == _BY_DIGEST
    signers = _signers(properties.take(der.SEQUENCE), by_digest=by_digest)
    _, valid_from, valid_until = (moment(properties, notes) for _ in range(3))
    properties.done()
    return Seal(
        der=content.raw,
        version=version,
        vendor=vendor,
        number=number,
        name=name,
        signers=signers,
        by_digest=by_digest,
        valid_from=valid_from,
        valid_until=valid_until,
        information=information.raw,
        maker=maker,
        algorithm=der.sequence(identifier),
        identifier=identifier,
        signature=signature,
    )


def _signers(entries: Reader, *, by_digest: bool) -> tuple[bytes, ...]:
    found = []
    while entries.more():
        if by_digest:
            entry = entries.take(der.SEQUENCE)
            text(entry)
            found.append(entry.take_octets())
            entry.done()
        else:
            found.append(entries.take_octets())
        if len(found) > _MOST_CERTIFICATES:
            raise SignatureInvalidError(
                f"the seal is bound to more than {_MOST_CERTIFICATES} certificates",
                f"印章绑定的证书超过 {_MOST_CERTIFICATES} 个",
            )
    return tuple(found)


def _count(content: Reader) -> int:
    """Return how many elements *content* has; at most six are counted."""
    ahead = Reader.of(content.raw).take()
    count = 0
    while ahead.more() and count <= max(_OF_V4):
        ahead.take()
        count += 1
    return count


def _no_version(count: int) -> SignatureInvalidError:
    return SignatureInvalidError(
        f"a structure of {count} fields: no version of seals has so many",
        f"结构有 {count} 个字段，与已知的电子签章版本均不符",
    )
