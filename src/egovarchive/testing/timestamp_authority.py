"""A time-stamp authority for tests 测试用时间戳机构: real tokens, faults at will."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta, timezone
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

from egovarchive.errors import (
    SignatureInvalidError,
    TimestampError,
    TimestampRefusedError,
    TimestampUnavailableError,
)
from egovarchive.signing.timestamps.imprint import Imprint
from egovarchive.signing.timestamps.info import TokenInfo
from egovarchive.signing.timestamps.request import TimestampRequest
from egovarchive.signing.timestamps.response import (
    GRANTED,
    REJECTED,
    WAITING,
    TimestampResponse,
    accepted_token,
)
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.timestamp_faults import Fault, said_wrong, signed_wrong
from egovarchive.testing.timestamp_keys import AuthorityKeys, Flaw
from egovarchive.testing.timestamp_token import TokenParts

if TYPE_CHECKING:
    import ssl

POLICY = "2.999.3161.1"


_FLAWS = {Fault[flaw.name]: flaw for flaw in Flaw}
_REFUSALS = {
    Fault.REJECTED: TimestampResponse(
        REJECTED, ("the policy is not ours",), ("unacceptedPolicy",)
    ),
    Fault.WAITING: TimestampResponse(WAITING),
    Fault.OUT_OF_ORDER: TimestampResponse(REJECTED, (), ("timeNotAvailable",)),
}
# In one process there is no HTTP: what a client would make of it is raised.
_WITHOUT_HTTP: dict[Fault, type[TimestampError]] = {
    Fault.LATE: TimestampUnavailableError,
    Fault.DRIPS: TimestampUnavailableError,
    Fault.DROPS: TimestampUnavailableError,
    Fault.CUT_SHORT: TimestampUnavailableError,
    Fault.BUSY: TimestampUnavailableError,
    Fault.FORBIDDEN: TimestampRefusedError,
    Fault.REDIRECTS: TimestampRefusedError,
    Fault.WRONG_TYPE: TimestampError,
    Fault.OVERSIZED: TimestampError,
    Fault.ENDLESS: TimestampError,
}


def _now() -> datetime:
    return datetime.now(timezone.utc)


class TestAuthority:
    """
    A time-stamp authority with a root, a certificate and a key of its own.

    It is a `Timestamper`; `serve` makes it a server as well. Threads may share one.

    Args:
        algorithm: With which it signs: ``"ecdsa-p256-sha256"``, ``"rsa-pkcs1-sha256"``,
            ``"ed25519"``, ``"ml-dsa-65"`` or ``"sm2-sm3"``.
        clock: Returns what time it is; None: the machine's.
        faults: What to do wrong, one for each request, None for nothing. When they
            are used up, all is well. ``itertools.repeat(Fault.LATE)`` never ends.
        policy: Under which it stamps if none is asked for, dotted.
        accuracy: What it says of its clock; None: nothing.
        binding: The version of its SigningCertificate attribute, 1 or 2.
    """

    __test__ = False

    def __init__(  # noqa: PLR0913 - one value each, all with a default
        self,
        *,
        algorithm: str = "ecdsa-p256-sha256",
        clock: Callable[[], datetime] | None = None,
        faults: Iterable[Fault | None] = (),
        policy: str = POLICY,
        accuracy: timedelta | None = timedelta(seconds=1),
        binding: int = 2,
    ) -> None:
        self._clock = clock or _now
        self._keys = AuthorityKeys(algorithm, self._clock())
        self._faults = iter(faults)
        self._policy = policy
        self._accuracy = accuracy
        self._binding = binding
        self._serials = count(1)
        self._lock = Lock()
        self._requests: list[bytes] = []

    def __repr__(self) -> str:
        return f"TestAuthority({self._policy!r})"

    @property
    def trust(self) -> TrustStore:
        """Who trusts the root of this authority."""
        return TrustStore([self._keys.root])

    @property
    def root(self) -> bytes:
        """The root's certificate, DER."""
        return self._keys.root

    @property
    def certificate(self) -> bytes:
        """The authority's certificate, DER."""
        return self._keys.good.certificate

    @property
    def key_pem(self) -> bytes:
        """The authority's private key, PKCS #8 in PEM."""
        return self._keys.key_pem

    @property
    def requests(self) -> tuple[bytes, ...]:
        """What it was asked, DER, so far."""
        with self._lock:
            return tuple(self._requests)

    def misbehave(self, *faults: Fault | None) -> None:
        """Do *faults* wrong, one for each request from now on."""
        with self._lock:
            self._faults = iter(faults)

    def stamp(
        self, digest: bytes, algorithm: str, *, timeout: float | None = None
    ) -> bytes:
        """
        Return a token over *digest*, as `Timestamper` says, or a fault's error.

        Raises:
            TimestampError: What the next fault leads to.
        """
        del timeout  # Nothing here takes time.
        at = self._clock()
        request = TimestampRequest(
            imprint=Imprint(algorithm, digest), nonce=1 + len(self.requests)
        )
        fault = self.next_fault(request.der)
        if fault is not None and fault in _WITHOUT_HTTP:
            raise _WITHOUT_HTTP[fault](
                f"the test authority fails: {fault.name}",
                f"测试用时间戳机构故障：{fault.name}",
            )
        return accepted_token(
            self.reply(request.der, fault),
            request,
            trust=self.trust,
            at=at,
            tolerance=timedelta(minutes=5),
            policies={self._policy},
        )

    def serve(
        self, *, tls: ssl.SSLContext | None = None
    ) -> AbstractContextManager[str]:
        """Return a server on this machine; while it is open, its URL."""
        from egovarchive.testing.timestamp_server import serving  # noqa: PLC0415

        return serving(self, tls)

    def next_fault(self, request: bytes) -> Fault | None:
        """Note *request*, and return what to do wrong with it."""
        with self._lock:
            fault = next(self._faults, None)
            self._requests.append(request)
            return fault

    def reply(self, request: bytes, fault: Fault | None = None) -> bytes:
        """Return the TimeStampResp, DER, to *request*, with one thing wrong."""
        if fault is Fault.GARBAGE:
            return b"<html>"
        try:
            asked = TimestampRequest.parse(request)
        except SignatureInvalidError as error:
            bad = TimestampResponse(REJECTED, (str(error),), ("badRequest",))
            return bad.der
        if fault is not None and fault in _REFUSALS:
            return _REFUSALS[fault].der
        token = None if fault is Fault.NO_TOKEN else self.token(asked, fault)
        answer = TimestampResponse(GRANTED, token=token).der
        if fault is Fault.TRUNCATED:
            return answer[: len(answer) // 2]
        return answer + b"\x00" if fault is Fault.TRAILING else answer

    def token(self, request: TimestampRequest, fault: Fault | None = None) -> bytes:
        """Return the token, DER, that answers *request*, with one thing wrong."""
        info = TokenInfo(
            policy=request.policy or self._policy,
            imprint=request.imprint,
            serial=next(self._serials),
            gen_time=self._clock(),
            accuracy=self._accuracy,
            nonce=request.nonce,
        )
        flaw = None if fault is None else _FLAWS.get(fault)
        parts = TokenParts.of(
            said_wrong(info, fault),
            self._keys.good if flaw is None else self._keys.flawed(flaw),
            binding=self._binding,
            with_certificates=request.wants_certificate,
        )
        return signed_wrong(parts, info, fault).der
