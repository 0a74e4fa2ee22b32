"""What a time-stamp token says: TSTInfo (RFC 3161, 2.4.2)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from attrs import field, frozen
from attrs.validators import optional

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.signing import der

from .imprint import Imprint

# RFC 3161, 2.4.2: clients must be ready for 160 bits. It says nothing of nonces;
# these are ours, so that there is no need for more.
MAX_NUMBER_BITS = 160
# About 68 years. A clock that bad is none.
_MAX_SECONDS_BITS = 31
_MAX_FRACTION = 999

_TAG_0, _TAG_1 = 0x80, 0x81
_AUTHORITY, _EXTENSIONS = 0xA0, 0xA1

# Seconds may have a fraction, without closing zeros (RFC 3161, 2.4.2). More digits
# than nine say nothing that a clock could know.
_MOMENT = re.compile(rb"([0-9]{14})(?:\.([0-9]{0,8}[1-9]))?Z")
# Under the roots 0 and 1, the second arc ends at 39 (X.660).
_ARC = r"(?:0|[1-9][0-9]*)"
_DOTTED = re.compile(rf"(?:[01]\.[1-3]?[0-9]|2\.{_ARC})(?:\.{_ARC})*")
_MAX_DOTTED = 200


def check_policy(_: object, __: object, value: str) -> None:
    """
    Return if *value* is an object identifier in dotted form.

    Raises:
        InvalidValueError: It is not.
    """
    if len(value) > _MAX_DOTTED or not _DOTTED.fullmatch(value):
        raise InvalidValueError(
            f"not an object identifier: {value[:100]!r}",
            f"不是对象标识符：{value[:100]!r}",
            rule="RFC 3161 TSAPolicyId",
            place="policy",
        )


def check_number(_: object, __: object, value: int) -> None:
    """
    Return if *value* is a number from 0 to 160 bits.

    Raises:
        InvalidValueError: It is not.
    """
    if value < 0 or value.bit_length() > MAX_NUMBER_BITS:
        raise InvalidValueError(
            f"a number must be positive, of at most {MAX_NUMBER_BITS} bits",
            f"数值应为正，且不超过 {MAX_NUMBER_BITS} 位",
            rule="RFC 3161, 2.4.2",
        )


def take_number(reader: der.Reader, bits: int = MAX_NUMBER_BITS) -> int:
    """
    Return the integer that comes next in *reader*.

    Raises:
        DerError: It is none, negative, or of more than *bits* bits.
    """
    value = reader.take_integer()
    if value < 0 or value.bit_length() > bits:
        raise der.DerError(
            f"a number is negative, or has more than {bits} bits",
            f"数值为负，或超过 {bits} 位",
        )
    return value


@frozen(kw_only=True)
class TokenInfo:
    """
    The content of a token, as it stands there. Nothing is verified yet.

    Args:
        policy: The authority's policy, dotted.
        imprint: What was stamped.
        serial: The authority's number of the token.
        gen_time: When, UTC; what is finer than a microsecond is cut off.
        accuracy: By how much that may be wrong; None: it does not say.
        ordering: Whether the authority's times alone tell which token was first.
        nonce: The number that came with the request; None: there was none.
        authority: Whom the token says that it is from: a GeneralName, DER. None:
            it does not say.
    """

    policy: str = field(validator=check_policy)
    imprint: Imprint
    serial: int = field(validator=check_number)
    gen_time: datetime
    accuracy: timedelta | None = None
    ordering: bool = False
    nonce: int | None = field(default=None, validator=optional(check_number))
    authority: bytes | None = None

    @property
    def der(self) -> bytes:
        """The TSTInfo, DER."""
        ordering = der.write(der.BOOLEAN, b"\xff") if self.ordering else b""
        nonce = b"" if self.nonce is None else der.integer(self.nonce)
        named = self.authority
        return der.sequence(
            der.integer(1),
            der.oid(self.policy),
            self.imprint.der,
            der.integer(self.serial),
            _written(self.gen_time),
            b"" if self.accuracy is None else _accuracy(self.accuracy),
            ordering,
            nonce,
            b"" if named is None else der.write(_AUTHORITY, named),
        )

    @classmethod
    def parse(cls, source: bytes) -> TokenInfo:
        """
        Return the TSTInfo that *source*, DER, is.

        Raises:
            SignatureInvalidError: It is not one, or is over a digest not in use.
        """
        whole = der.read(source)
        if take_number(whole) != 1:
            raise SignatureInvalidError(
                "the time-stamp is not of version 1", "时间戳版本不是 1"
            )
        policy = whole.take_oid()
        imprint = Imprint.read(whole)
        serial = take_number(whole)
        gen_time = _moment(whole.take(der.GENERALIZED_TIME))
        accuracy = None
        if (tagged := whole.take_if(der.SEQUENCE)) is not None:
            accuracy = _duration(tagged)
        ordering = whole.take_if(der.BOOLEAN)
        # X.690, 11.5: a value that is the default is left out.
        if ordering is not None and ordering.value != b"\xff":
            raise der.DerError("a default is written out", "默认值不应写出")
        nonce = whole.take_if(der.INTEGER)
        named = None
        if (tagged := whole.take_if(_AUTHORITY)) is not None:
            named = tagged.take().raw
            tagged.done()
        if (tagged := whole.take_if(_EXTENSIONS)) is not None:
            _check_extensions(tagged)
        whole.done()
        return cls(
            policy=policy,
            imprint=imprint,
            serial=serial,
            gen_time=gen_time,
            accuracy=accuracy,
            ordering=ordering is not None,
            nonce=None if nonce is None else take_number(der.Reader.of(nonce.raw)),
            authority=named,
        )


def _moment(element: der.Reader) -> datetime:
    found = _MOMENT.fullmatch(element.value)
    if found is None:
        raise der.DerError("not a moment in UTC", "不是协调世界时的时间")
    whole = der.Reader.of(der.write(der.GENERALIZED_TIME, found[1] + b"Z")).take_time()
    fraction = (found[2] or b"").ljust(6, b"0")[:6]
    return whole.replace(microsecond=int(fraction))


def _written(moment: datetime) -> bytes:
    moment = moment.astimezone(timezone.utc)
    text = f"{moment.year:04}{moment.strftime('%m%d%H%M%S')}"
    if moment.microsecond:
        text += f".{moment.microsecond:06}".rstrip("0")
    return der.write(der.GENERALIZED_TIME, f"{text}Z".encode())


def _duration(content: der.Reader) -> timedelta:
    whole = content.take_if(der.INTEGER)
    millis, micros = (_fraction(content.take_if(tag)) for tag in (_TAG_0, _TAG_1))
    content.done()
    seconds = 0
    if whole is not None:
        seconds = take_number(der.Reader.of(whole.raw), _MAX_SECONDS_BITS)
    return timedelta(seconds=seconds, milliseconds=millis, microseconds=micros)


def _fraction(element: der.Reader | None) -> int:
    if element is None:
        return 0
    # Tagged implicitly: the tag stands in the place of INTEGER's.
    value = take_number(der.Reader.of(der.write(der.INTEGER, element.value)))
    if not 1 <= value <= _MAX_FRACTION:
        raise der.DerError(
            f"a thousandth is not from 1 to {_MAX_FRACTION}",
            f"千分之一位的数值不在 1 至 {_MAX_FRACTION} 之间",
        )
    return value


def _accuracy(accuracy: timedelta) -> bytes:
    millis, micros = divmod(accuracy.microseconds, 1000)
    seconds = accuracy.days * 86_400 + accuracy.seconds
    return der.sequence(
        der.integer(seconds) if seconds else b"",
        *(
            bytes((tag,)) + der.integer(value)[1:]
            for tag, value in ((_TAG_0, millis), (_TAG_1, micros))
            if value
        ),
    )


def _check_extensions(content: der.Reader) -> None:
    """Return if none need be understood: they are let through, and mean nothing."""
    while content.more():
        extension = content.take(der.SEQUENCE)
        dotted = extension.take_oid()
        critical = extension.take_if(der.BOOLEAN)
        extension.take_octets()
        extension.done()
        if critical is not None:
            raise SignatureInvalidError(
                f"the time-stamp has the extension {dotted}, "
                "which is critical and not understood",
                f"时间戳的扩展项 {dotted} 为关键项，而本软件不能处理",
            )
