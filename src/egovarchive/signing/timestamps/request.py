"""A time-stamp request 时间戳请求: TimeStampReq (RFC 3161, 2.4.1)."""

from __future__ import annotations

from attrs import field, frozen
from attrs.validators import optional

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing import der

from .imprint import Imprint
from .info import check_number, check_policy, take_number

MAX_SIZE = 4096

_EXTENSIONS = 0xA0


@frozen(kw_only=True)
class TimestampRequest:
    """
    What an authority is asked for.

    Args:
        imprint: What to stamp.
        nonce: A number that the token must repeat, never used before: it shows that
            the token was made now. None: there is none.
        policy: The policy to stamp under, dotted; None: the authority's own choice.
        wants_certificate: Whether the authority's certificate shall be inside.
    """

    imprint: Imprint
    nonce: int | None = field(default=None, validator=optional(check_number))
    policy: str | None = field(default=None, validator=optional(check_policy))
    wants_certificate: bool = True

    @property
    def der(self) -> bytes:
        """The TimeStampReq, DER."""
        return der.sequence(
            der.integer(1),
            self.imprint.der,
            b"" if self.policy is None else der.oid(self.policy),
            b"" if self.nonce is None else der.integer(self.nonce),
            der.write(der.BOOLEAN, b"\xff") if self.wants_certificate else b"",
        )

    @classmethod
    def parse(cls, source: bytes) -> TimestampRequest:
        """
        Return the request that *source*, DER, is.

        Raises:
            SignatureInvalidError: It is not one, is too long, asks for a digest not
                in use, or has extensions.
        """
        if len(source) > MAX_SIZE:
            raise SignatureInvalidError(
                f"a time-stamp request of {len(source)} bytes; at most {MAX_SIZE}",
                f"时间戳请求长 {len(source)} 字节，上限为 {MAX_SIZE} 字节",
            )
        whole = der.read(source)
        if take_number(whole) != 1:
            raise SignatureInvalidError(
                "the time-stamp request is not of version 1", "时间戳请求版本不是 1"
            )
        imprint = Imprint.read(whole)
        policy = whole.take_if(der.OID)
        nonce = whole.take_if(der.INTEGER)
        wants = whole.take_if(der.BOOLEAN)
        # X.690, 11.5: a value that is the default is left out.
        if wants is not None and wants.value != b"\xff":
            raise der.DerError("a default is written out", "默认值不应写出")
        if whole.take_if(_EXTENSIONS) is not None:
            raise SignatureInvalidError(
                "the time-stamp request has extensions, which are not understood",
                "时间戳请求含扩展项，本软件不能处理",
            )
        whole.done()
        return cls(
            imprint=imprint,
            nonce=None if nonce is None else take_number(der.Reader.of(nonce.raw)),
            policy=None if policy is None else der.Reader.of(policy.raw).take_oid(),
            wants_certificate=wants is not None,
        )
