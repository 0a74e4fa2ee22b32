"""Message imprint 消息摘要: the digest that a time-stamp is over (RFC 3161, 2.4.1)."""

from __future__ import annotations

from attrs import field, frozen

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.records.digest import ALGORITHMS, check_algorithm
from egovarchive.signing import der
from egovarchive.signing.der import Reader

# FIPS 180-4 and GM/T 0006. Weaker ones are left out: a token over a digest that can
# be made to fit two documents says nothing about either.
_IDENTIFIERS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
    "sm3": "1.2.156.10197.1.401",
}
# RFC 4055, 2.1: NULL and nothing mean the same here when read.
_NAMES = {
    der.algorithm_identifier(dotted, null=null): name
    for name, dotted in _IDENTIFIERS.items()
    for null in (False, True)
}


def _check_size(imprint: Imprint, _: object, value: bytes) -> None:
    size = ALGORITHMS[check_algorithm(imprint.algorithm)] // 2
    if len(value) != size:
        raise InvalidValueError(
            f"a {imprint.algorithm} digest has {size} bytes, not {len(value)}",
            f"{imprint.algorithm} 摘要为 {size} 字节，而不是 {len(value)} 字节",
            rule="GB/T 32905—2016, FIPS 180-4",
            place="digest",
        )


@frozen
class Imprint:
    """
    A digest, and how it was taken.

    Args:
        algorithm: A name of `records.digest.ALGORITHMS`.
        digest: The digest itself.
    """

    algorithm: str
    digest: bytes = field(validator=_check_size)

    @property
    def der(self) -> bytes:
        """The MessageImprint, DER, with NULL as `openssl ts` writes it."""
        identifier = der.algorithm_identifier(_IDENTIFIERS[self.algorithm], null=True)
        return der.sequence(identifier, der.octets(self.digest))

    @classmethod
    def read(cls, reader: Reader) -> Imprint:
        """
        Return the MessageImprint that comes next in *reader*.

        Raises:
            SignatureInvalidError: It is none, or of an algorithm not in use.
        """
        content = reader.take(der.SEQUENCE)
        identifier = content.take(der.SEQUENCE)
        digest = content.take_octets()
        content.done()
        name = _NAMES.get(identifier.raw)
        if name is None:
            dotted = identifier.take_oid()
            raise SignatureInvalidError(
                f"the time-stamp is over a digest by {dotted}, which is not in use",
                f"时间戳所用的摘要算法 {dotted} 不可用",
            )
        try:
            return cls(name, digest)
        except InvalidValueError as error:
            raise SignatureInvalidError(*error.args) from None
