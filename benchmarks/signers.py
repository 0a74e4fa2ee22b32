"""
How fast a signing service that takes 20 ms signs: ``python -m benchmarks.signers``.

A service on this machine waits 20 ms before each answer, as a real one does for its
network, its queue and its device. The same requests go to it one by one, one by one
but several at a time, and in batches several at a time.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from attrs import evolve, frozen

from egovarchive.signing import Capabilities, Signer, SignRequest
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.remote import RemoteSigner, open_remote_signer
from egovarchive.signing.service import SigningService

DELAY = 0.020
BATCH, PARALLEL = 100, 4
TARGET = 1_000
AT = datetime(2026, 1, 1, tzinfo=timezone.utc)


@frozen
class Limited:
    """The remote signer, as if it took less at a time."""

    remote: RemoteSigner
    capabilities: Capabilities

    @property
    def certificate(self) -> bytes:
        return self.remote.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self.remote.chain

    @property
    def algorithms(self) -> tuple[str, ...]:
        return self.remote.algorithms

    def sign_many(
        self, requests: Sequence[SignRequest], *, timeout: float | None = None
    ) -> list[bytes]:
        return self.remote.sign_many(requests, timeout=timeout)


class Handler(BaseHTTPRequestHandler):
    """The service: the protocol of docs/reference/signing-service.md."""

    protocol_version = "HTTP/1.1"
    key = KeySigner.self_signed("benchmark", at=AT)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(
            {
                "certificates": [base64.b64encode(self.key.certificate).decode()],
                "algorithms": list(self.key.algorithms),
                "input": "message",
                "max_batch": BATCH,
                "max_parallel": PARALLEL,
                "max_message": 65_536,
            }
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = [
            SignRequest(
                id=one["id"],
                algorithm=one["algorithm"],
                message=base64.b64decode(one["message"]),
            )
            for one in body["requests"]
        ]
        signatures = self.key.sign_many(asked)
        time.sleep(DELAY)
        self._answer(
            {
                "signatures": [
                    {"id": one.id, "signature": base64.b64encode(each).decode()}
                    for one, each in zip(asked, signatures, strict=True)
                ]
            }
        )

    def _answer(self, answer: object) -> None:
        content = json.dumps(answer).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n\r\n"
        self.wfile.write(head.encode() + content)


@contextmanager
def serving() -> Iterator[str]:
    """Serve; give the URI."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"sign+http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def rate(signer: Signer, count: int) -> float:
    """Return the detached signatures, verified, that *signer* gives in a second."""
    messages = [b"manifest %d" % number for number in range(count)]
    began = time.perf_counter()
    sign_messages(signer, messages, at=AT, check=True)
    spent = time.perf_counter() - began
    return count / spent


def main() -> int:
    """Print a table; return 1 if the target is missed."""
    with serving() as uri:
        remote = open_remote_signer(uri, lambda *_: "")
        declared = remote.capabilities
        ways = {
            "one by one": (evolve(declared, max_batch=1, max_parallel=1), 50),
            f"one by one, {PARALLEL} at a time": (evolve(declared, max_batch=1), 200),
            f"batches of {BATCH}": (evolve(declared, max_parallel=1), 2_000),
            f"batches of {BATCH}, {PARALLEL} at a time": (declared, 8_000),
        }
        print(f"## A signing service that takes {DELAY * 1000:.0f} ms (P-256)\n")
        print("| How | Signatures a second |")
        print("|---|---:|")
        best = 0.0
        for name, (limits, count) in ways.items():
            service = SigningService(Limited(remote, limits), check=False)
            best = max(rate(service, count) for _ in range(3))
            print(f"| {name} | {best:,.0f} |")
        remote.close()
    print(f"\nTarget: {TARGET:,} a second: {'met' if best >= TARGET else 'missed'}")
    return 0 if best >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
