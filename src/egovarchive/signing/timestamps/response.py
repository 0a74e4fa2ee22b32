"""A time-stamp response 时间戳响应: TimeStampResp (RFC 3161, 2.4.2)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from attrs import field, frozen

from egovarchive.errors import (
    SignatureInvalidError,
    TimestampError,
    TimestampRefusedError,
    TimestampUnavailableError,
)
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.signing import der
from egovarchive.signing.trust import TrustStore

from .info import take_number
from .request import TimestampRequest
from .token import verify_token

MAX_SIZE = 300_000

GRANTED, GRANTED_WITH_CHANGES, REJECTED, WAITING = 0, 1, 2, 3
_GRANTED = {GRANTED, GRANTED_WITH_CHANGES}
# RFC 4210, 5.2.3: 4 and 5 warn of a revocation.
_LAST_STATUS = 5

FAILURES = {
    0: "badAlg",
    2: "badRequest",
    5: "badDataFormat",
    14: "timeNotAvailable",
    15: "unacceptedPolicy",
    16: "unacceptedExtension",
    17: "addInfoNotAvailable",
    25: "systemFailure",
}
_PASSING = {"timeNotAvailable", "systemFailure"}
_MAX_TEXTS = 10

_UTF8_STRING = 12


@frozen
class TimestampResponse:
    """
    An authority's answer. Nothing in it is verified.

    Args:
        status: `GRANTED`, `GRANTED_WITH_CHANGES`, `REJECTED`, `WAITING`, or a warning.
        texts: What it says about that.
        failures: Why it did not, names of `FAILURES`.
        token: The token, DER; None: there is none.
    """

    status: int
    texts: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    token: bytes | None = field(default=None, repr=False)

    @property
    def der(self) -> bytes:
        """The TimeStampResp, DER."""
        texts = [der.write(_UTF8_STRING, text.encode()) for text in self.texts]
        return der.sequence(
            der.sequence(
                der.integer(self.status),
                der.sequence(*texts) if texts else b"",
                _failure_bits(self.failures),
            ),
            self.token or b"",
        )

    @classmethod
    def parse(cls, source: bytes) -> TimestampResponse:
        """
        Return the response that *source*, DER, is.

        Raises:
            SignatureInvalidError: It is not one, or too long.
        """
        if len(source) > MAX_SIZE:
            raise SignatureInvalidError(
                f"a time-stamp response of {len(source)} bytes; at most {MAX_SIZE}",
                f"时间戳响应长 {len(source)} 字节，上限为 {MAX_SIZE} 字节",
            )
        whole = der.read(source)
        info = whole.take(der.SEQUENCE)
        token = whole.take(der.SEQUENCE).raw if whole.more() else None
        whole.done()
        status = take_number(info)
        texts = _texts(info.take_if(der.SEQUENCE))
        failures: tuple[str, ...] = ()
        if info.more():
            octets, _ = info.take_bits()
            failures = tuple(
                name
                for bit, name in FAILURES.items()
                if bit // 8 < len(octets) and octets[bit // 8] & (0x80 >> bit % 8)
            )
        info.done()
        if status > _LAST_STATUS or (status in _GRANTED) != (token is not None):
            raise SignatureInvalidError(
                f"a time-stamp response of status {status} "
                f"{'without a' if token is None else 'with a'} token",
                f"时间戳响应的状态为 {status}，却{'无' if token is None else '有'}令牌",
            )
        return cls(status, texts, failures, token)

    def granted(self) -> bytes:
        """
        Return the token.

        Raises:
            TimestampUnavailableError: There is none now.
            TimestampRefusedError: There will be none for such a request.
        """
        if self.token is not None:
            return self.token
        said = ", ".join((*self.failures, *(quoted(text) for text in self.texts)))
        said = said or f"status {self.status}"
        if self.status == WAITING or _PASSING & {*self.failures}:
            raise TimestampUnavailableError(
                f"the authority has no time-stamp now: {said}",
                f"时间戳机构暂时无法签发：{said}",
            )
        raise TimestampRefusedError(
            f"the authority gives no time-stamp: {said}",
            f"时间戳机构拒绝签发：{said}",
        )


def accepted_token(  # noqa: PLR0913 - all that there is to compare
    answer: bytes,
    request: TimestampRequest,
    *,
    trust: TrustStore,
    at: datetime,
    tolerance: timedelta,
    policies: Collection[str] | None = None,
) -> bytes:
    """
    Return the token in *answer*, verified as the answer to *request*.

    Args:
        answer: A TimeStampResp, DER.
        request: What was asked for.
        trust: Who is trusted; authorities, or who vouches for them.
        at: When the answer came.
        tolerance: By how much the authority's clock may differ from the one of *at*,
            besides the accuracy that the token admits.
        policies: The policies that are accepted, dotted; None: the one asked for,
            and if none was, every one.

    Raises:
        TimestampUnavailableError: There is none now; ask again later.
        TimestampRefusedError: The authority will not give it.
        TimestampError: What it gave does not verify, or its clock is wrong.
    """
    if policies is None and request.policy is not None:
        policies = {request.policy}
    try:
        token = TimestampResponse.parse(answer).granted()
        verified = verify_token(
            token,
            request.imprint.digest,
            request.imprint.algorithm,
            trust=trust,
            at=at,
            nonce=request.nonce,
            policies=policies,
            leeway=tolerance,
        )
    except SignatureInvalidError as error:
        raise TimestampError(
            f"the authority's answer cannot be used: {error}",
            f"时间戳机构的答复不可用：{error.message('zh')}",
        ) from error
    # The nonce shows that the token is new; only a second clock, that its time is.
    if at - verified.gen_time > tolerance + (verified.accuracy or timedelta()):
        raise TimestampError(
            f"the authority's clock says {verified.gen_time.isoformat()}, "
            f"ours {at.isoformat()}",
            f"时间戳机构的时钟为 {verified.gen_time.isoformat()}，"
            f"本机为 {at.isoformat()}",
        )
    return token


def _failure_bits(failures: Collection[str]) -> bytes:
    bits = [bit for bit, name in FAILURES.items() if name in failures]
    if not bits:
        return b""
    # Named bits: closing zeros are left out (X.690, 11.2.2).
    size = max(bits) + 1
    unused = -size % 8
    value = sum(1 << (size - 1 - bit) for bit in bits) << unused
    octets = value.to_bytes((size + unused) // 8, "big")
    return der.write(der.BIT_STRING, bytes((unused,)), octets)


def _texts(content: der.Reader | None) -> tuple[str, ...]:
    if content is None:
        return ()
    texts = []
    while content.more():
        value = content.take(_UTF8_STRING).value
        try:
            texts.append(value.decode())
        except UnicodeDecodeError:
            raise der.DerError("a text is not UTF-8", "文本不是 UTF-8") from None
        if len(texts) > _MAX_TEXTS:
            raise der.DerError("too many texts", "文本过多")
    return tuple(texts)
