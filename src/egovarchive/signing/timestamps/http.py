"""Time-stamps by HTTP (RFC 3161, 3.4)."""

from __future__ import annotations

import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from egovarchive.errors import (
    InvalidValueError,
    TimestampError,
    TimestampRefusedError,
    TimestampUnavailableError,
)
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.signing.deadline import Deadline
from egovarchive.signing.trust import TrustStore

from .imprint import Imprint
from .info import check_policy
from .request import TimestampRequest
from .response import MAX_SIZE, accepted_token

if TYPE_CHECKING:
    import ssl

    from .wire import Place, Reply, Route

QUERY = "application/timestamp-query"
REPLY = "application/timestamp-reply"

# RFC 3161, 2.4.1, leaves the size to the client; `openssl ts` takes as many.
NONCE_BITS = 64

Credentials: TypeAlias = Callable[[], str]
"""Returns the value of an Authorization header; asked before each attempt."""

_PORTS = {"http": 80, "https": 443}
_OWN_HOSTS = {"localhost", "127.0.0.1", "::1"}
_OK = 200
# Request Timeout, Too Many Requests; from 500 on, the server is to blame.
_PASSING = {408, 429}
_SERVER_ERRORS = 500
_NO_ENTRY = {401, 403, 407}


def basic_credentials(user: str, password: str) -> str:
    """Return the value of an Authorization header (RFC 7617)."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


class HttpTimestamper:
    """
    A `Timestamper` that asks one authority by HTTP.

    Each attempt is a new request with a new nonce, and what comes is verified. What
    passes (no answer, an overloaded server) is tried again, with longer and longer
    pauses; what was refused is not. Redirects are refused. Threads may share one.

    Args:
        url: ``"https://…"`` or ``"http://…"``. A token is no secret; credentials are,
            and go in clear to this machine only.
        trust: Who is trusted; the authority, or who vouches for it.
        clock: Returns what time it is, with a time zone.
        policy: The policy to ask for, dotted; None: the authority's own choice.
        policies: The policies that are accepted, dotted; None: the one asked for,
            and if none is, every one.
        tolerance: By how much the authority's clock may differ from ours.
        timeout: Seconds for a call that names no timeout.
        attempts: How often it is tried at most.
        pause: Seconds before the second attempt; twice as long before each further
            one, and up to half as much again, so that many do not come at once.
        tls: How to know a server by ``https``; None: as this machine does.
        credentials: Asked before each attempt for what the authority wants to see.
        proxy: ``"http://host:port"`` of the proxy to go through. Those that the
            environment names are not.
        proxy_credentials: Asked for what the proxy wants to see. It goes in clear.

    Raises:
        InvalidValueError: A value is outside its range.
    """

    def __init__(  # noqa: PLR0913 - one value each, most of them with a default
        self,
        url: str,
        *,
        trust: TrustStore,
        clock: Callable[[], datetime],
        policy: str | None = None,
        policies: Collection[str] | None = None,
        tolerance: timedelta = timedelta(minutes=5),
        timeout: float = 30.0,
        attempts: int = 3,
        pause: float = 0.5,
        tls: ssl.SSLContext | None = None,
        credentials: Credentials | None = None,
        proxy: str | None = None,
        proxy_credentials: Credentials | None = None,
    ) -> None:
        for each in (*(policies or ()), *([] if policy is None else [policy])):
            check_policy(None, None, each)
        if timeout <= 0 or attempts < 1 or pause < 0:
            raise InvalidValueError(
                f"a time-out of {timeout} seconds, {attempts} attempts and a pause "
                f"of {pause} seconds; the first two must be above 0",
                f"时限 {timeout} 秒、尝试 {attempts} 次、间隔 {pause} 秒；"
                "前两者须大于 0",
            )
        self._route = _route(url, tls, proxy)
        if credentials is not None and not (
            self._route.tls or self._route.server.host in _OWN_HOSTS
        ):
            raise InvalidValueError(
                "credentials are not sent in clear: give an https URL",
                "凭据不得明文发送：请使用 https 地址",
                place="credentials",
            )
        self._url = url
        self._trust = trust
        self._clock = clock
        self._policy = policy
        self._policies = None if policies is None else frozenset(policies)
        self._tolerance = tolerance
        self._timeout = timeout
        self._attempts = attempts
        self._pause = pause
        self._credentials = credentials
        self._proxy_credentials = proxy_credentials

    def __repr__(self) -> str:
        return f"HttpTimestamper({self._url!r})"

    def stamp(
        self, digest: bytes, algorithm: str, *, timeout: float | None = None
    ) -> bytes:
        """
        Return a token over *digest*, DER. It has been verified.

        Args:
            digest: The digest of what is to be stamped.
            algorithm: How it was taken: a name of `records.digest.ALGORITHMS`.
            timeout: Seconds for all attempts and pauses; None: the one that this was
                made with.

        Raises:
            TimestampUnavailableError: No answer in time, however often it was tried.
            TimestampRefusedError: The authority will not give it.
            TimestampError: What the authority gave does not verify, or it is not
                the server that it should be.
            InvalidValueError: *digest* is not one of *algorithm*.
        """
        imprint = Imprint(algorithm, digest)
        deadline = Deadline.after(self._timeout if timeout is None else timeout)
        pause = self._pause
        for _ in range(self._attempts - 1):
            try:
                return self._asked_once(imprint, deadline)
            except TimestampUnavailableError:
                waiting = pause * (1 + secrets.randbelow(500) / 1000)
                if waiting >= (deadline.left() or 0.0):
                    raise
            time.sleep(waiting)
            pause *= 2
        return self._asked_once(imprint, deadline)

    def _asked_once(self, imprint: Imprint, deadline: Deadline) -> bytes:
        from .wire import post  # noqa: PLC0415 - the network, when it is needed

        request = TimestampRequest(
            imprint=imprint, nonce=secrets.randbits(NONCE_BITS), policy=self._policy
        )
        headers = {"Content-Type": QUERY, "Accept": REPLY}
        reply = post(
            self._route,
            request.der,
            headers={**headers, **_authorization("Authorization", self._credentials)},
            proxy_headers=_authorization(
                "Proxy-Authorization", self._proxy_credentials
            ),
            limit=MAX_SIZE,
            deadline=deadline,
        )
        _check(reply, str(self._route.server))
        return accepted_token(
            reply.body,
            request,
            trust=self._trust,
            at=self._clock(),
            tolerance=self._tolerance,
            policies=self._policies,
        )


def _route(url: str, tls: ssl.SSLContext | None, proxy: str | None) -> Route:
    import ssl  # noqa: PLC0415 - the network, when it is needed

    from .wire import Route  # noqa: PLC0415

    server, rest = _split(url, "url")
    secure = url.lower().startswith("https:")
    if secure and tls is None:
        tls = ssl.create_default_context()
    through = None
    if proxy is not None:
        through, more = _split(proxy, "proxy")
        if more != "/" or not proxy.lower().startswith("http:"):
            raise _no_url("proxy", "it is no http://host:port", "不是 http://主机:端口")
    return Route(server=server, path=rest, tls=tls if secure else None, proxy=through)


def _split(url: str, place: str) -> tuple[Place, str]:
    """Return where *url* leads, and what is asked for there."""
    from .wire import Place  # noqa: PLC0415 - the network, when it is needed

    if not url.isascii() or not url.isprintable() or " " in url:
        raise _no_url(place, "it has characters that must be quoted", "含须转义的字符")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _no_url(place, "it is malformed", "格式不正确") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.fragment:
        raise _no_url(place, "it is no http or https URL", "不是 http 或 https 地址")
    if "@" in parts.netloc:
        raise _no_url(
            place,
            "it has a user or password in it: give credentials",
            "不得含用户名或口令：请使用 credentials 参数",
        )
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.hostname, port or _PORTS[parts.scheme]), rest


def _no_url(place: str, why: str, why_zh: str) -> InvalidValueError:
    # The URL itself is left out: there may be a password in it.
    return InvalidValueError(
        f"the URL cannot be used: {why}", f"URL 不可用：{why_zh}", place=place
    )


def _authorization(name: str, credentials: Credentials | None) -> dict[str, str]:
    if credentials is None:
        return {}
    value = credentials()
    if not value or not value.isascii() or not value.isprintable():
        raise InvalidValueError(
            "the credentials cannot stand in a header",
            "凭据不能写入 HTTP 头",
            place="credentials",
        )
    return {name: value}


def _check(reply: Reply, name: str) -> None:
    """Return if *reply* may hold a time-stamp response."""
    status = reply.status
    if status in _PASSING or status >= _SERVER_ERRORS:
        raise TimestampUnavailableError(
            f"{name} has no time-stamp now: status {status}",
            f"{name} 暂时无法签发时间戳：状态码 {status}",
        )
    if status in _NO_ENTRY:
        raise TimestampRefusedError(
            f"{name} wants other credentials: status {status}",
            f"{name} 拒绝所给凭据：状态码 {status}",
        )
    if status != _OK:
        raise TimestampRefusedError(
            f"{name} gives no time-stamp: status {status}",
            f"{name} 拒绝签发时间戳：状态码 {status}",
        )
    if reply.media_type != REPLY:
        raise TimestampError(
            f"{name} answered with something else than a time-stamp: "
            f"{quoted(reply.media_type)}",
            f"{name} 的应答不是时间戳：{quoted(reply.media_type)}",
        )
