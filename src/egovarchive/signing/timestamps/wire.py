"""
One HTTP exchange with an authority, within limits of time, of size and of trust.

No redirect, no cookie, no proxy that was not asked for. The deadline is over all of
it, looking up the name included: who sends one byte a second gains nothing.
"""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Thread
from typing import Any, cast

from attrs import define, field, frozen
from typing_extensions import Self

from egovarchive.errors import (
    TimestampError,
    TimestampRefusedError,
    TimestampUnavailableError,
)
from egovarchive.signing.deadline import Deadline

# What may come besides the body: a status line and headers, or chunks' sizes.
_MAX_EXTRA = 65_536
_OK = 200
_SERVER_ERRORS = 500


@frozen
class Place:
    """A host and its port."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@frozen(kw_only=True)
class Route:
    """
    How to get to a server.

    Args:
        server: Where it is.
        path: What is asked for there.
        tls: How to know it; None: it is spoken to in clear.
        proxy: Through whom; None: directly.
    """

    server: Place
    path: str
    tls: ssl.SSLContext | None
    proxy: Place | None = None


@frozen
class Reply:
    """The status, the media type and the body of an answer."""

    status: int
    media_type: str
    body: bytes = field(repr=False)


def post(  # noqa: PLR0913 - one exchange is all of these
    route: Route,
    body: bytes,
    *,
    headers: Mapping[str, str],
    proxy_headers: Mapping[str, str],
    limit: int,
    deadline: Deadline,
) -> Reply:
    """
    Return the answer to *body*.

    Args:
        route: To whom.
        body: What is sent.
        headers: For the server, in ASCII.
        proxy_headers: For the proxy, in ASCII.
        limit: The longest body to read, in bytes.
        deadline: When all of it must be over.

    Raises:
        TimestampUnavailableError: There was no whole answer in time.
        TimestampRefusedError: The proxy does not lead there.
        TimestampError: The server is not the one it should be, or says too much.
    """
    name = str(route.server)
    try:
        with _Wire.open(route.proxy or route.server, deadline) as wire:
            path, sent = route.path, dict(headers)
            if route.proxy is not None and route.tls is None:
                path = f"http://{name.removesuffix(':80')}{path}"
                sent.update(proxy_headers)
            elif route.proxy is not None:
                _tunnel(wire, name, proxy_headers)
            if route.tls is not None:
                wire.secure(route.tls, route.server.host)
            return _read(wire, _asked(wire, route.server, path, body, sent), limit)
    except _TooMuchError as error:
        raise TimestampError(
            f"{name} answered with more than {limit} bytes",
            f"{name} 的应答超过 {limit} 字节",
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise TimestampError(
            f"{name} is not known by its certificate: {error.verify_message}",
            f"无法确认 {name} 的身份：{error.verify_message}",
        ) from error
    except TimeoutError as error:
        raise _lost(name, "no answer in time", "未在时限内应答") from error
    except (OSError, HTTPException, ValueError) as error:
        # Texts of these errors may hold what was sent.
        why = getattr(error, "strerror", None) or type(error).__name__
        raise _lost(name, f"no answer ({why})", f"没有应答（{why}）") from error


def _asked(
    wire: _Wire, server: Place, path: str, body: bytes, headers: Mapping[str, str]
) -> HTTPResponse:
    connection = HTTPConnection(server.host, server.port)
    connection.sock = cast("socket.socket", wire)
    connection.request(
        "POST", path, body, {"Connection": "close", **headers}, encode_chunked=False
    )
    return connection.getresponse()


def _read(wire: _Wire, response: HTTPResponse, limit: int) -> Reply:
    expected = response.length
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise HTTPException
    wire.left = limit + _MAX_EXTRA
    body = response.read(limit + 1)
    if len(body) > limit:
        raise _TooMuchError
    if expected is not None and len(body) != expected:
        raise HTTPException
    return Reply(response.status, response.headers.get_content_type(), body)


def _tunnel(wire: _Wire, name: str, headers: Mapping[str, str]) -> None:
    lines = [f"CONNECT {name} HTTP/1.1", f"Host: {name}"]
    lines += [f"{key}: {value}" for key, value in headers.items()]
    wire.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
    response = HTTPResponse(cast("socket.socket", wire), method="CONNECT")
    response.begin()
    if response.status != _OK:
        passing = response.status >= _SERVER_ERRORS
        kind = TimestampUnavailableError if passing else TimestampRefusedError
        raise kind(
            f"the proxy does not lead to {name}: status {response.status}",
            f"代理不通往 {name}：状态码 {response.status}",
        )


class _TooMuchError(Exception):
    """More bytes came than anyone would send."""


@define
class _Wire:
    """A socket of which every wait ends at the deadline, and every flood somewhere."""

    plain: socket.socket
    deadline: Deadline
    left: int = _MAX_EXTRA

    @classmethod
    def open(cls, place: Place, deadline: Deadline) -> _Wire:
        error: OSError = TimeoutError()
        for family, kind, protocol, address in _addresses(place, deadline):
            plain = socket.socket(family, kind, protocol)
            try:
                plain.settimeout(_waiting(deadline))
                plain.connect(address)
            except OSError as caught:
                plain.close()
                error = caught
            else:
                return cls(plain, deadline)
        raise error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.plain.close()

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        self.plain.settimeout(_waiting(self.deadline))
        self.plain = context.wrap_socket(self.plain, server_hostname=host)

    # http.client asks a socket for these three things only.

    def sendall(self, data: bytes) -> None:
        self.plain.settimeout(_waiting(self.deadline))
        self.plain.sendall(data)

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        """Leave it open: it is closed where it was opened."""


class _Incoming(io.RawIOBase):
    def __init__(self, wire: _Wire) -> None:
        super().__init__()
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        wire = self._wire
        wire.plain.settimeout(_waiting(wire.deadline))
        size = wire.plain.recv_into(buffer)
        # A chunk of size -1 has `http.client` read until memory is full.
        wire.left -= size
        if wire.left < 0:
            raise _TooMuchError
        return size


def _addresses(
    place: Place, deadline: Deadline
) -> list[tuple[socket.AddressFamily, socket.SocketKind, int, Any]]:
    """Look up a name, in a thread, as no one can tell the system how long to take."""
    found: list[Any] = []
    errors: list[OSError] = []

    def look_up() -> None:
        try:
            found.extend(
                socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
            )
        except (OSError, UnicodeError) as error:
            errors.append(OSError(str(error)))

    thread = Thread(target=look_up, name="egovarchive-lookup", daemon=True)
    thread.start()
    thread.join(_waiting(deadline))
    if thread.is_alive():
        raise TimeoutError
    if errors:
        raise errors[0]
    return [(family, kind, protocol, to) for family, kind, protocol, _, to in found]


def _waiting(deadline: Deadline) -> float | None:
    """Return the seconds to wait; 0 would mean not to wait, and is a time-out."""
    left = deadline.left()
    if left is not None and left <= 0:
        raise TimeoutError
    return left


def _lost(name: str, why: str, why_zh: str) -> TimestampUnavailableError:
    return TimestampUnavailableError(f"{name}: {why}", f"{name}：{why_zh}")
