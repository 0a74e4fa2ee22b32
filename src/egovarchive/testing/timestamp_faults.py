"""What a test authority can do wrong 测试用时间戳机构的故障."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto

from attrs import evolve

from egovarchive.signing.timestamps.imprint import Imprint
from egovarchive.signing.timestamps.info import TokenInfo
from egovarchive.testing.timestamp_token import TokenParts, binding_to


class Fault(Enum):
    """What an authority can do wrong."""

    # To the exchange.
    LATE = auto()
    """Nothing comes until the server is closed."""
    DRIPS = auto()
    """One byte comes every now and then."""
    DROPS = auto()
    """The connection is closed without an answer."""
    CUT_SHORT = auto()
    """The connection is closed in the middle of the answer."""
    BUSY = auto()
    """Status 503."""
    FORBIDDEN = auto()
    """Status 403."""
    REDIRECTS = auto()
    """Status 307."""
    WRONG_TYPE = auto()
    """The media type is that of a web page."""
    OVERSIZED = auto()
    """More than anyone would read."""
    ENDLESS = auto()
    """A chunk of size -1, and then on and on."""
    # To the response.
    GARBAGE = auto()
    """No DER."""
    TRUNCATED = auto()
    """Half of the response."""
    TRAILING = auto()
    """A response with a byte after it."""
    REJECTED = auto()
    """Status rejection, unacceptedPolicy."""
    WAITING = auto()
    """Status waiting."""
    OUT_OF_ORDER = auto()
    """Status rejection, timeNotAvailable."""
    NO_TOKEN = auto()
    """Granted, and no token."""
    # To what the token says.
    WRONG_NONCE = auto()
    """The nonce of another request."""
    NO_NONCE = auto()
    """None at all."""
    WRONG_IMPRINT = auto()
    """Another digest."""
    WRONG_ALGORITHM = auto()
    """The same digest by another algorithm."""
    WRONG_POLICY = auto()
    """A policy that nobody asked for."""
    FUTURE = auto()
    """A time an hour from now."""
    PAST = auto()
    """A time an hour ago."""
    WRONG_NAME = auto()
    """Another authority's name."""
    # To the signature.
    BAD_SIGNATURE = auto()
    """One bit is wrong."""
    ALTERED = auto()
    """The time is changed after signing."""
    NO_BINDING = auto()
    """Nothing binds the certificate."""
    WRONG_BINDING = auto()
    """Another certificate is bound."""
    NO_ATTRIBUTES = auto()
    """No signed attributes: the content itself is signed."""
    TWO_SIGNERS = auto()
    """The same signer twice."""
    # To the certificate.
    NO_PURPOSE = auto()
    """It has no extended key usage."""
    NOT_CRITICAL = auto()
    """Its extended key usage is not critical."""
    MORE_PURPOSES = auto()
    """It is for e-mail too."""
    EXPIRED = auto()
    """It was valid until yesterday."""
    NOT_YET = auto()
    """It is valid from tomorrow."""
    UNKNOWN = auto()
    """Another root issued it."""


def said_wrong(  # noqa: PLR0911 - one for each fault
    info: TokenInfo, fault: Fault | None
) -> TokenInfo:
    """Return *info*, or one that says what *fault* makes it say."""
    imprint = info.imprint
    match fault:
        case Fault.WRONG_NONCE:
            return evolve(info, nonce=(info.nonce or 0) + 1)
        case Fault.NO_NONCE:
            return evolve(info, nonce=None)
        case Fault.WRONG_IMPRINT:
            other = bytes((imprint.digest[0] ^ 1,)) + imprint.digest[1:]
            return evolve(info, imprint=evolve(imprint, digest=other))
        case Fault.WRONG_ALGORITHM:
            # Both are of 32 bytes; whoever looks at these alone is none the wiser.
            other_name = "sha256" if imprint.algorithm == "sm3" else "sm3"
            return evolve(info, imprint=Imprint(other_name, imprint.digest[:32]))
        case Fault.WRONG_POLICY:
            return evolve(info, policy="2.999.3161.666")
        case Fault.FUTURE:
            return evolve(info, gen_time=info.gen_time + timedelta(hours=1))
        case Fault.PAST:
            return evolve(info, gen_time=info.gen_time - timedelta(hours=1))
        case Fault.WRONG_NAME:
            # A directoryName without parts: nobody's.
            return evolve(info, authority=b"\xa4\x02\x30\x00")
    return info


def signed_wrong(  # noqa: PLR0911 - one for each fault
    parts: TokenParts, info: TokenInfo, fault: Fault | None
) -> TokenParts:
    """Return *parts*, which say *info*, or ones that are signed as *fault* has it."""
    match fault:
        case Fault.BAD_SIGNATURE:
            sign = parts.key.sign
            return evolve(
                parts, key=evolve(parts.key, sign=lambda message: sign(message + b"."))
            )
        case Fault.ALTERED:
            other_time = evolve(info, gen_time=info.gen_time - timedelta(seconds=1))
            return evolve(parts, sent=other_time.der)
        case Fault.NO_BINDING:
            return evolve(parts, attributes=parts.attributes[:-1])
        case Fault.WRONG_BINDING:
            [*others, _] = parts.attributes
            return evolve(parts, attributes=(*others, binding_to(parts.key.chain[0])))
        case Fault.NO_ATTRIBUTES:
            return evolve(parts, attributes=())
        case Fault.TWO_SIGNERS:
            return evolve(parts, signers=2)
    return parts
