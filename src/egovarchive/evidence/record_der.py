"""Evidence records 证据记录 in their one form: RFC 4998, appendix A, in DER."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import field, frozen

from egovarchive.errors import EvidenceError, SignatureInvalidError
from egovarchive.signing import der

from .nodes import size_of

# A time-stamp has some 3 kB. A record that is renewed each year for a century has a
# third of these.
MAX_SIZE: Final = 1 << 20
MAX_TIMESTAMPS: Final = 300

_VERSION = 1
_ALGORITHM, _ATTRIBUTES, _REDUCED = 0xA0, 0xA1, 0xA2
_CRYPTO_INFOS, _ENCRYPTION = 0xA0, 0xA1

# FIPS 180-4 and GM/T 0006. Weaker ones are left out, whatever a record says.
_IDENTIFIERS: Final = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
    "sm3": "1.2.156.10197.1.401",
}
# RFC 5754, 2: NULL and nothing mean the same here when read.
_NAMES = {
    der.algorithm_identifier(dotted, null=null)[2:]: name
    for name, dotted in _IDENTIFIERS.items()
    for null in (False, True)
}


@frozen
class ArchiveTimestamp:
    """
    One archive time-stamp 归档时间戳 (RFC 4998, 4).

    Args:
        algorithm: How its digests were taken: a name of `records.digest.ALGORITHMS`.
        reduced: Its reduced hash tree: what is joined on the way up, in turn; None:
            the token is over the one digest itself.
        token: The time-stamp token, DER.
        encoded: All of it, DER.
    """

    algorithm: str
    reduced: tuple[tuple[bytes, ...], ...] | None = field(repr=False)
    token: bytes = field(repr=False)
    encoded: bytes = field(repr=False)

    @classmethod
    def of(
        cls,
        algorithm: str,
        reduced: Sequence[Sequence[bytes]] | None,
        token: bytes,
    ) -> ArchiveTimestamp:
        """Return the archive time-stamp of these, encoded."""
        parts = [der.write(_ALGORITHM, der.oid(_IDENTIFIERS[algorithm]))]
        lists = None
        if reduced is not None:
            lists = tuple(tuple(sorted(values)) for values in reduced)
            parts.append(
                der.write(
                    _REDUCED,
                    *(der.sequence(*map(der.octets, values)) for values in lists),
                )
            )
        return cls(algorithm, lists, token, der.sequence(*parts, token))


@frozen
class EvidenceRecord:
    """
    A parsed or made evidence record. Nothing is verified.

    Args:
        chains: The oldest first. Within a chain, each time-stamp is over the one
            before; each chain has a hash algorithm of its own.
    """

    chains: tuple[tuple[ArchiveTimestamp, ...], ...]

    @classmethod
    def decode(cls, source: bytes) -> EvidenceRecord:
        """
        Return the evidence record that *source*, DER, is.

        Raises:
            EvidenceError: It is not one, or not in its one strict form.
        """
        if len(source) > MAX_SIZE:
            raise EvidenceError(
                f"an evidence record of {len(source)} bytes; at most {MAX_SIZE}",
                f"证据记录长 {len(source)} 字节，上限为 {MAX_SIZE} 字节",
            )
        try:
            return cls(_read(source))
        except SignatureInvalidError as error:
            en, zh = error.args
            raise EvidenceError(
                f"not an evidence record: {en}", f"不是证据记录：{zh}"
            ) from error

    def encode(self) -> bytes:
        """Return this record, DER."""
        algorithms = dict.fromkeys(chain[0].algorithm for chain in self.chains)
        return der.sequence(
            der.integer(_VERSION),
            der.sequence(
                *(der.algorithm_identifier(_IDENTIFIERS[name]) for name in algorithms)
            ),
            sequence_of(self.chains),
        )


def sequence_of(chains: Sequence[Sequence[ArchiveTimestamp]]) -> bytes:
    """Return the ArchiveTimeStampSequence of *chains*, DER: what a new one covers."""
    return der.sequence(
        *(der.sequence(*(each.encoded for each in chain)) for chain in chains)
    )


def _read(source: bytes) -> tuple[tuple[ArchiveTimestamp, ...], ...]:
    whole = der.read(source)
    version = whole.take_integer()
    if version != _VERSION:
        raise _malformed(f"version {version}", f"版本 {version}")
    algorithms = whole.take(der.SEQUENCE)
    named = set()
    while algorithms.more():
        named.add(_name_of(algorithms.take(der.SEQUENCE)))
    # Certificates and the like, put there to help; nothing rests on them.
    whole.take_if(_CRYPTO_INFOS)
    if whole.take_if(_ENCRYPTION) is not None:
        raise _malformed("it is over encrypted data", "其对象为加密数据")
    sequence = whole.take(der.SEQUENCE)
    whole.done()
    chains: list[tuple[ArchiveTimestamp, ...]] = []
    left = MAX_TIMESTAMPS
    while sequence.more():
        chains.append(_read_chain(sequence.take(der.SEQUENCE), left))
        left -= len(chains[-1])
    if not chains:
        raise _malformed("it has no time-stamp", "没有时间戳")
    # RFC 4998, 3.1: those and no others.
    if named != {chain[0].algorithm for chain in chains}:
        raise _malformed(
            "it names other hash algorithms than it uses", "声明的散列算法与实际不符"
        )
    return tuple(chains)


def _read_chain(chain: der.Reader, most: int) -> tuple[ArchiveTimestamp, ...]:
    found: list[ArchiveTimestamp] = []
    while chain.more():
        if len(found) == most:
            raise _malformed(
                f"more than {MAX_TIMESTAMPS} time-stamps",
                f"时间戳超过 {MAX_TIMESTAMPS} 个",
            )
        found.append(_read_timestamp(chain.take(der.SEQUENCE)))
    if not found:
        raise _malformed("a chain is empty", "存在空的时间戳链")
    if {each.algorithm for each in found} != {found[0].algorithm}:
        raise _malformed(
            "a chain has two hash algorithms", "同一时间戳链使用了两种散列算法"
        )
    return tuple(found)


def _read_timestamp(element: der.Reader) -> ArchiveTimestamp:
    identifier = element.take_if(_ALGORITHM)
    if element.take_if(_ATTRIBUTES) is not None:
        raise _malformed(
            "a time-stamp has attributes, which are not understood",
            "归档时间戳含属性，本软件不能处理",
        )
    tagged = element.take_if(_REDUCED)
    token = element.take(der.SEQUENCE).raw
    element.done()
    algorithm = _algorithm_in(token) if identifier is None else _name_of(identifier)
    reduced = None if tagged is None else _read_lists(tagged, size_of(algorithm))
    return ArchiveTimestamp(algorithm, reduced, token, element.raw)


def _algorithm_in(token: bytes) -> str:
    """Return what *token* is over a digest by; RFC 4998, 4.1, where nothing else is."""
    # Few records need it, and it loads much.
    from egovarchive.signing.timestamps.signed_info import SignedInfo  # noqa: PLC0415

    return SignedInfo.parse(token).info.imprint.algorithm


def _read_lists(tagged: der.Reader, size: int) -> tuple[tuple[bytes, ...], ...]:
    lists = []
    while tagged.more():
        values = []
        part = tagged.take(der.SEQUENCE)
        while part.more():
            values.append(part.take_octets())
        # Of other lengths, values could be cut out of a document that is a leaf.
        if not values or any(len(value) != size for value in values):
            raise _malformed(
                f"a part of its hash tree is not digests of {size} bytes",
                f"散列树的一部分不是 {size} 字节的摘要",
            )
        lists.append(tuple(values))
    if not lists:
        raise _malformed("its hash tree is empty", "散列树为空")
    return tuple(lists)


def _name_of(identifier: der.Reader) -> str:
    name = _NAMES.get(identifier.value)
    if name is None:
        dotted = identifier.take_oid()
        raise _malformed(
            f"the hash algorithm {dotted} is not in use", f"散列算法 {dotted} 不可用"
        )
    return name


def _malformed(en: str, zh: str) -> EvidenceError:
    return EvidenceError(f"not an evidence record: {en}", f"不是证据记录：{zh}")
