"""
One HTTP server, spoken to within limits: of time, of size, of trust.

No proxy, no redirect, no cookie, no certificate that was not chosen. A deadline is
over all of an exchange: a server that sends one byte a second gains nothing.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from threading import Lock

from attrs import define, field, frozen
from typing_extensions import Buffer

from egovarchive.errors import (
    InvalidValueError,
    OutcomeUnknownError,
    SignerUnavailableError,
    SigningError,
)

from .deadline import Deadline

# Seconds. Servers and what stands between close idle connections, without a word.
_IDLE = 5.0
_PIECE = 65_536
_KEPT = 32


@frozen(kw_only=True)
class Query:
    """
    What is asked of a server. It may safely be sent twice.

    Args:
        path: What is asked for, ASCII.
        body: What is sent; None asks with GET.
        headers: Further headers, ASCII.
        limit: The longest answer to read, in bytes.
    """

    path: str
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    limit: int


@frozen
class Reply:
    """The status and the body of an answer."""

    status: int
    body: bytes = field(repr=False)


class Endpoint:
    """
    A server, and the connections kept open to it. Threads may share one.

    Args:
        host: Its name or address.
        port: Its port.
        tls: How to know it; None speaks in clear, which is for this machine only.
    """

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        self._host = host
        self._port = port
        self._tls = tls
        self._idle: list[tuple[float, _Connection]] = []
        self._closed = False
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"Endpoint({self._host!r}, {self._port})"

    def close(self) -> None:
        """Close all connections that are not in use."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.abandon()

    def exchange(self, query: Query, deadline: Deadline) -> Reply:
        """
        Return the answer to *query*.

        Raises:
            SignerUnavailableError: The server cannot be reached. Nothing was sent.
            OutcomeUnknownError: Something was sent, and no whole answer came.
            SigningError: The server is not the one it should be, or says too much.
        """
        kept = self._take()
        if kept is not None:
            # It may have been closed while idle; that says nothing of the server.
            with suppress(_GoneError):
                return self._speak(kept, query, deadline)
        fresh = _Connection(self._host, self._port, self._tls, deadline)
        fresh.connect()
        try:
            return self._speak(fresh, query, deadline)
        except _GoneError as error:
            raise _lost(
                self._host, "the connection was closed", "连接被关闭"
            ) from error

    def _speak(
        self, connection: _Connection, query: Query, deadline: Deadline
    ) -> Reply:
        connection.deadline = deadline
        method = "GET" if query.body is None else "POST"
        headers = {"Accept-Encoding": "identity", **query.headers}
        reusable = False
        try:
            connection.request(method, query.path, query.body, headers)
            response = connection.getresponse()
            with response:
                content = response.read(query.limit + 1)
                reusable = response.isclosed() and not response.will_close
        except TimeoutError as error:
            raise _lost(self._host, "no answer in time", "未在时限内应答") from error
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            raise _GoneError from error
        except (OSError, HTTPException, ValueError) as error:
            # Its text may hold what was sent.
            why = type(error).__name__
            raise _lost(
                self._host, f"no HTTP answer ({why})", f"没有 HTTP 应答（{why}）"
            ) from None
        finally:
            self._put_back(connection, reusable=reusable)
        if len(content) > query.limit:
            raise SigningError(
                f"{self._host} answered with more than {query.limit} bytes",
                f"{self._host} 的应答超过 {query.limit} 字节",
            )
        if response.length:
            raise _lost(self._host, "the answer broke off", "应答中断")
        return Reply(response.status, content)

    def _take(self) -> _Connection | None:
        with self._lock:
            if self._closed:
                raise SigningError("the signer is closed", "签名者已关闭")
            while self._idle:
                since, connection = self._idle.pop()
                if time.monotonic() - since < _IDLE:
                    return connection
                connection.abandon()
        return None

    def _put_back(self, connection: _Connection, *, reusable: bool) -> None:
        with self._lock:
            if reusable and not self._closed and len(self._idle) < _KEPT:
                self._idle.append((time.monotonic(), connection))
                return
        connection.abandon()


def tls_context(
    ca: str, *, identity: str | None = None, password: bytes | None = None
) -> ssl.SSLContext:
    """
    Return how to know a server.

    Args:
        ca: Path of a PEM file with the certificates that may vouch for it, or
            ``"system"`` for all that this machine trusts.
        identity: Path of a PEM file with our own certificate and its key, for servers
            that ask for one.
        password: What that key is encrypted with.

    Raises:
        InvalidValueError: A file cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if ca == "system":
            context.load_default_certs(ssl.Purpose.SERVER_AUTH)
        else:
            context.load_verify_locations(cafile=ca)
        if identity is not None:
            # Without a password OpenSSL would ask at the terminal.
            context.load_cert_chain(identity, password=password or b"")
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or type(error).__name__
        raise InvalidValueError(
            f"a certificate for TLS cannot be used: {why}",
            f"TLS 证书不可用：{why}",
            place="signer",
        ) from None
    return context


class _GoneError(Exception):
    """The other side closed the connection before a whole answer came."""


class _Connection(HTTPConnection):
    """A connection of which every wait ends at the deadline of the moment."""

    def __init__(
        self, host: str, port: int, tls: ssl.SSLContext | None, deadline: Deadline
    ) -> None:
        super().__init__(host, port)
        self.deadline = deadline
        self._tls = tls
        self._watched: _Watched | None = None

    def connect(self) -> None:
        """
        Connect, and make sure of who is there.

        Raises:
            SignerUnavailableError: Nobody is.
            SigningError: It is somebody else.
        """
        self.deadline.check_begun()
        plain: socket.socket | None = None
        try:
            plain = socket.create_connection(
                (self.host, self.port), timeout=self.deadline.left()
            )
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                plain.settimeout(_waiting(self.deadline))
                plain = self._tls.wrap_socket(plain, server_hostname=self.host)
        except ssl.SSLCertVerificationError as error:
            plain.close() if plain else None
            raise SigningError(
                f"{self.host} is not known by its certificate: {error.verify_message}",
                f"无法确认 {self.host} 的身份：{error.verify_message}",
            ) from error
        except (OSError, ValueError) as error:
            plain.close() if plain else None
            why = getattr(error, "strerror", None) or type(error).__name__
            raise SignerUnavailableError(
                f"{self.host} cannot be reached: {why}",
                f"无法连接 {self.host}：{why}",
            ) from error
        self.sock = self._watched = _Watched(plain, self)

    def abandon(self) -> None:
        """Close the connection, and what was to be read from it."""
        self.close()
        if self._watched is not None:
            self._watched.abandon()


@define
class _Watched:
    """A socket as http.client uses one: these three methods, and no other."""

    _plain: socket.socket
    _connection: _Connection
    _raw: socket.SocketIO | None = field(default=None, init=False)

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        for start in range(0, len(view), _PIECE):
            self._plain.settimeout(_waiting(self._connection.deadline))
            self._plain.sendall(view[start : start + _PIECE])

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - always "rb"
        self._raw = raw = self._plain.makefile("rb", buffering=0)
        return io.BufferedReader(_Incoming(raw, self._plain, self._connection))

    def close(self) -> None:
        # What is still to be read through the file of `makefile` stays.
        self._plain.close()

    def abandon(self) -> None:
        """Close the socket now, whoever still reads from it."""
        if self._raw is not None:
            self._raw.close()
        self._plain.close()


class _Incoming(io.RawIOBase):
    def __init__(
        self, raw: socket.SocketIO, plain: socket.socket, connection: _Connection
    ) -> None:
        super().__init__()
        self._raw = raw
        self._plain = plain
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int | None:
        self._plain.settimeout(_waiting(self._connection.deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        super().close()
        self._raw.close()


def _waiting(deadline: Deadline) -> float | None:
    """Return the seconds to wait; 0 would mean not to wait, and is a time-out."""
    left = deadline.left()
    if left is not None and left <= 0:
        raise TimeoutError
    return left


def _lost(host: str, why: str, why_zh: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(f"{host}: {why}", f"{host}：{why_zh}")
