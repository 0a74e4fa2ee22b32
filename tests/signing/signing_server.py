"""A signing service as docs/reference/signing-service.md describes it, with faults."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from attrs import define, field
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from egovarchive.signing import SignRequest
from egovarchive.signing.keys import KeySigner
from signing.authority import Issued

TOKEN = "t0ken"  # noqa: S105 - not a real one
Answer = dict[str, Any]


@define
class Service:
    """
    What the server does, and has done.

    Args:
        signer: Whose key signs messages.
        issued: Its key, where digests are signed.
        sign_digest: Signs digests instead.
        form: ``"digest"`` or ``"message"``.
        delay: Seconds before each answer.
        lose: So many answers to ``/sign`` are not sent, after signing.
        statuses: Statuses to answer ``/sign`` with, instead of signing.
        spoil: Changes an answer.
        raw: Sent instead of any answer: all the octets.
        drip: Seconds between the octets of an answer.
        hang_up: Close each connection after its answer, without saying so.
    """

    signer: KeySigner
    issued: Issued | None
    form: str = "digest"
    sign_digest: Callable[[bytes], bytes] | None = None
    delay: float = 0.0
    lose: int = 0
    statuses: list[int] = field(factory=list)
    spoil: Callable[[str, Answer], Answer] | None = None
    raw: bytes | None = None
    drip: float = 0.0
    hang_up: bool = False
    limits: Answer = field(factory=lambda: {"max_batch": 100, "max_parallel": 4})
    signed: dict[str, str] = field(factory=dict)
    made: int = 0
    batches: list[int] = field(factory=list)
    asked: int = 0
    connections: int = 0
    busy: int = 0
    busiest: int = 0
    bodies: list[bytes] = field(factory=list)
    lock: threading.Lock = field(factory=threading.Lock)

    def key(self) -> Answer:
        chain = (self.signer.certificate, *self.signer.chain)
        return {
            "certificates": [base64.b64encode(each).decode() for each in chain],
            "algorithms": list(self.signer.algorithms),
            "input": self.form,
            **self.limits,
        }

    def sign(self, body: Answer) -> Answer:
        requests = body["requests"]
        self.batches.append(len(requests))
        return {
            "signatures": [
                {"id": one["id"], "signature": self._signature(one)} for one in requests
            ]
        }

    def _signature(self, one: Answer) -> str:
        with self.lock:
            if one["id"] not in self.signed:
                made = self._make(one)
                self.signed[one["id"]] = base64.b64encode(made).decode()
                self.made += 1
            return self.signed[one["id"]]

    def _make(self, one: Answer) -> bytes:
        content = base64.b64decode(one[self.form])
        if self.form == "message":
            request = SignRequest(
                id=one["id"], algorithm=one["algorithm"], message=content
            )
            return self.signer.sign_many([request])[0]
        if self.sign_digest is not None:
            return self.sign_digest(content)
        hashed = utils.Prehashed(hashes.SHA256())
        assert self.issued is not None
        key = self.issued.key
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(content, padding.PKCS1v15(), hashed)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key.sign(content, ec.ECDSA(hashed))


class _Handler(BaseHTTPRequestHandler):
    service: ClassVar[Service]
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        self.service.connections += 1
        super().setup()

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.answer("key", self.service.key)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.service.bodies.append(body)
        self.answer("sign", lambda: self.service.sign(json.loads(body)))

    def answer(self, what: str, make: Callable[[], Answer]) -> None:
        with self.service.lock:
            self.service.asked += 1
            self.service.busy += 1
            self.service.busiest = max(self.service.busiest, self.service.busy)
        try:
            self.reply(what, make)
        except OSError:
            self.close_connection = True
        finally:
            with self.service.lock:
                self.service.busy -= 1

    def reply(self, what: str, make: Callable[[], Answer]) -> None:
        time.sleep(self.service.delay)
        status, content = 200, b"{}"
        if self.path != f"/v1/{what}":
            status = 404
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            status = 401
        elif what == "sign" and self.service.statuses:
            status = self.service.statuses.pop(0)
        else:
            found = make()
            if self.service.spoil is not None:
                found = self.service.spoil(what, found)
            content = json.dumps(found).encode()
        if what == "sign" and self.service.lose:
            self.service.lose -= 1
            self.close_connection = True
            return
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n\r\n"
        octets = self.service.raw or head.encode() + content
        if self.service.drip:
            for octet in octets:
                self.wfile.write(bytes((octet,)))
                time.sleep(self.service.drip)
        self.wfile.write(octets if not self.service.drip else b"")
        self.close_connection = self.service.hang_up or self.service.raw is not None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def serving(service: Service, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve on this machine; give the port."""
    handler = type("Handler", (_Handler,), {"service": service})
    server = _Server(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=lambda: server.serve_forever(0.01), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def service_of(issued: Issued, *above: Issued) -> Service:
    pem = b"".join(each.pem for each in (issued, *above))
    return Service(KeySigner.from_pem(issued.key_pem, pem), issued)
