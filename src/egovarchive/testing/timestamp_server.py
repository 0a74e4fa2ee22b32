"""A test authority as an HTTP server on this machine (RFC 3161, 3.4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING

from egovarchive.signing.timestamps.http import REPLY
from egovarchive.signing.timestamps.request import MAX_SIZE
from egovarchive.testing.timestamp_authority import TestAuthority
from egovarchive.testing.timestamp_faults import Fault

if TYPE_CHECKING:
    import ssl

_STATUS = {Fault.BUSY: 503, Fault.FORBIDDEN: 403, Fault.REDIRECTS: 307}
_DRIP = 0.02


@contextmanager
def serving(authority: TestAuthority, tls: ssl.SSLContext | None) -> Iterator[str]:
    """Serve *authority* on a free port of this machine, and give its URL."""
    closing = Event()

    class Handler(_Handler):
        answers = authority
        closed = closing

    server = _Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        scheme = "http" if tls is None else "https"
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}/tsa"
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Whoever is kept waiting is let go when the event is set, and waited for.
    block_on_close = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients that go away in the middle are what is tested."""


class _Handler(BaseHTTPRequestHandler):
    answers: TestAuthority
    closed: Event

    protocol_version = "HTTP/1.1"
    timeout = 5.0

    def do_POST(self) -> None:
        """Answer a time-stamp request."""
        self.close_connection = True
        size = int(self.headers.get("Content-Length") or 0)
        request = self.rfile.read(min(size, MAX_SIZE + 1))
        fault = self.answers.next_fault(request)
        with suppress(OSError):
            self._answer(request, fault)

    def _answer(self, request: bytes, fault: Fault | None) -> None:
        match fault:
            case Fault.LATE:
                self.closed.wait(60)
            case Fault.DROPS:
                pass
            case Fault.BUSY | Fault.FORBIDDEN | Fault.REDIRECTS:
                self._send(b"", status=_STATUS[fault])
            case Fault.DRIPS:
                self._begin(1000)
                while not self.closed.wait(_DRIP):
                    self.wfile.write(b".")
            case Fault.OVERSIZED:
                self._send(bytes(2_000_000))
            case Fault.ENDLESS:
                self._endless()
            case Fault.WRONG_TYPE:
                self._send(self.answers.reply(request), media_type="text/html")
            case Fault.CUT_SHORT:
                answer = self.answers.reply(request)
                self._begin(len(answer))
                self.wfile.write(answer[:-10])
            case _:
                self._send(self.answers.reply(request, fault))

    def _send(self, body: bytes, *, status: int = 200, media_type: str = REPLY) -> None:
        self._begin(len(body), status=status, media_type=media_type)
        self.wfile.write(body)

    def _begin(self, size: int, *, status: int = 200, media_type: str = REPLY) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(size))
        if status == _STATUS[Fault.REDIRECTS]:
            self.send_header("Location", self.path)
        self.end_headers()

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", REPLY)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"-1\r\n")
        while not self.closed.is_set():
            self.wfile.write(bytes(65_536))

    def log_message(self, *_: object) -> None:
        """Say nothing: tests are read by what fails."""
