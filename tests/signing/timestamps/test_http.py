"""By HTTP: what fails is told apart, tried again where that helps, and ends in time."""

from __future__ import annotations

import base64
import select
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from egovarchive.errors import (
    InvalidValueError,
    TimestampError,
    TimestampRefusedError,
    TimestampUnavailableError,
)
from egovarchive.signing.timestamps.http import HttpTimestamper, basic_credentials
from egovarchive.signing.timestamps.request import TimestampRequest
from egovarchive.testing.timestamps import Fault, TestAuthority
from signing.authority import issue
from signing.timestamps.desk import DIGEST

SECRET = "s3cret-password"  # noqa: S105 - nobody's


def now() -> datetime:
    return datetime.now(timezone.utc)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[TestAuthority, str]]:
    authority = TestAuthority()
    with authority.serve() as url:
        yield authority, url


@pytest.fixture
def authority(served: tuple[TestAuthority, str]) -> TestAuthority:
    served[0].misbehave()
    return served[0]


@pytest.fixture
def url(served: tuple[TestAuthority, str]) -> str:
    return served[1]


def client(authority: TestAuthority, url: str, **given: Any) -> HttpTimestamper:
    given = {"trust": authority.trust, "clock": now, "pause": 0.0, **given}
    return HttpTimestamper(url, **given)


TRANSIENT = {
    Fault.DROPS,
    Fault.CUT_SHORT,
    Fault.BUSY,
    Fault.WAITING,
    Fault.OUT_OF_ORDER,
}
SLOW = {Fault.LATE, Fault.DRIPS}
REFUSED = {Fault.FORBIDDEN, Fault.REDIRECTS, Fault.REJECTED}
WRONG = set(Fault) - TRANSIENT - SLOW - REFUSED


@pytest.mark.parametrize("fault", sorted(TRANSIENT, key=str), ids=str)
def test_what_passes_is_tried_again(
    authority: TestAuthority, url: str, fault: Fault
) -> None:
    before = len(authority.requests)
    authority.misbehave(fault, fault)
    assert client(authority, url).stamp(DIGEST, "sha256")
    assert len(authority.requests) == before + 3
    authority.misbehave(*[fault] * 3)
    with pytest.raises(TimestampUnavailableError):
        client(authority, url).stamp(DIGEST, "sha256")
    assert len(authority.requests) == before + 6


@pytest.mark.parametrize("fault", sorted(REFUSED, key=str), ids=str)
def test_what_is_refused_is_not(
    authority: TestAuthority, url: str, fault: Fault
) -> None:
    before = len(authority.requests)
    authority.misbehave(fault)
    with pytest.raises(TimestampRefusedError):
        client(authority, url).stamp(DIGEST, "sha256")
    assert len(authority.requests) == before + 1


@pytest.mark.parametrize("fault", sorted(WRONG, key=str), ids=str)
def test_a_wrong_answer_is_never_handed_on(
    authority: TestAuthority, url: str, fault: Fault
) -> None:
    before = len(authority.requests)
    authority.misbehave(fault)
    with pytest.raises(TimestampError) as caught:
        client(authority, url, policies=["2.999.3161.1"]).stamp(DIGEST, "sha256")
    assert type(caught.value) is TimestampError
    assert len(authority.requests) == before + 1


@pytest.mark.parametrize("fault", sorted(SLOW, key=str), ids=str)
def test_who_is_slow_gains_nothing(
    authority: TestAuthority, url: str, fault: Fault
) -> None:
    authority.misbehave(fault, fault, fault)
    began = time.monotonic()
    with pytest.raises(TimestampUnavailableError, match="in time"):
        client(authority, url).stamp(DIGEST, "sha256", timeout=0.2)
    assert time.monotonic() - began < 2


def test_the_pauses_end_with_the_time(authority: TestAuthority, url: str) -> None:
    authority.misbehave(*[Fault.BUSY] * 9)
    began = time.monotonic()
    with pytest.raises(TimestampUnavailableError, match="503"):
        client(authority, url, pause=5.0, attempts=9, timeout=1.0).stamp(
            DIGEST, "sha256"
        )
    assert time.monotonic() - began < 1


def test_no_time_is_no_time(authority: TestAuthority, url: str) -> None:
    with pytest.raises(TimestampUnavailableError):
        client(authority, url).stamp(DIGEST, "sha256", timeout=0)


def test_every_request_has_a_nonce_of_its_own(
    authority: TestAuthority, url: str
) -> None:
    authority.misbehave(*[Fault.BUSY] * 2)
    before = len(authority.requests)
    client(authority, url).stamp(DIGEST, "sha256")
    requests = [TimestampRequest.parse(r) for r in authority.requests[before:]]
    assert len({request.nonce for request in requests}) == 3
    assert {request.imprint.digest for request in requests} == {DIGEST}


def test_a_policy_is_asked_for_and_insisted_on(
    authority: TestAuthority, url: str
) -> None:
    asking = client(authority, url, policy="2.999.77")
    assert asking.stamp(DIGEST, "sha256")
    request = TimestampRequest.parse(authority.requests[-1])
    assert request.policy == "2.999.77"
    authority.misbehave(Fault.WRONG_POLICY)
    with pytest.raises(TimestampError, match="policy"):
        asking.stamp(DIGEST, "sha256")


@pytest.mark.parametrize("hours", [-1, 1])
def test_clocks_must_agree(authority: TestAuthority, url: str, hours: int) -> None:
    there = client(authority, url, clock=lambda: now() + timedelta(hours=hours))
    with pytest.raises(TimestampError, match=r"clock|later than"):
        there.stamp(DIGEST, "sha256")
    far = timedelta(hours=2)
    there = client(
        authority, url, clock=lambda: now() + timedelta(hours=hours), tolerance=far
    )
    assert there.stamp(DIGEST, "sha256")


def test_nobody_there() -> None:
    authority = TestAuthority()
    with authority.serve() as url:
        pass
    with pytest.raises(TimestampUnavailableError, match="refused"):
        client(authority, url).stamp(DIGEST, "sha256")
    with pytest.raises(TimestampUnavailableError):
        client(authority, "http://does-not-exist.invalid/").stamp(DIGEST, "sha256")


@contextmanager
def tunnelling() -> Iterator[tuple[str, list[str]]]:
    """Serve as a proxy that leads wherever it is asked to, and note where."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            seen.append(self.path)
            host, _, port = self.path.partition(":")
            with socket.create_connection((host, int(port)), 5) as there:
                self.send_response(200)
                self.end_headers()
                both = [self.connection, there]
                while both:
                    for one in select.select(both, [], [], 5)[0]:
                        data = one.recv(65_536)
                        (there if one is self.connection else self.connection).sendall(
                            data
                        )
                        if not data:
                            both = []

        def log_message(self, *_: object) -> None:
            pass

    with listening(Handler) as url:
        yield url, seen


class TestTls:
    """A server is known by its certificate, or it is not spoken to."""

    @pytest.fixture
    def secure(self, tmp_path: Path) -> Iterator[tuple[str, Path]]:
        import ipaddress  # noqa: PLC0415

        from cryptography import x509  # noqa: PLC0415

        names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        root = issue("TLS 根", number=61, ca=True)
        server = issue(
            "127.0.0.1",
            root,
            number=62,
            extra=[(x509.SubjectAlternativeName(names), False)],
        )
        (tmp_path / "server.pem").write_bytes(server.pem + server.key_pem)
        (tmp_path / "root.pem").write_bytes(root.pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "server.pem")
        self.authority = TestAuthority()
        with self.authority.serve(tls=context) as url:
            yield url, tmp_path / "root.pem"

    def test_a_known_one(self, secure: tuple[str, Path]) -> None:
        url, root = secure
        tls = ssl.create_default_context(cafile=str(root))
        given: dict[str, Any] = {
            "tls": tls,
            "credentials": lambda: basic_credentials("u", SECRET),
        }
        assert client(self.authority, url, **given).stamp(DIGEST, "sha256")

    def test_through_a_tunnel(self, secure: tuple[str, Path]) -> None:
        url, root = secure
        tls = ssl.create_default_context(cafile=str(root))
        with tunnelling() as (proxy, seen):
            there = client(self.authority, url, tls=tls, proxy=proxy)
            assert there.stamp(DIGEST, "sha256")
        assert seen == [url.removeprefix("https://").removesuffix("/tsa")]

    def test_an_unknown_one(self, secure: tuple[str, Path]) -> None:
        with pytest.raises(TimestampError, match="not known by its certificate"):
            client(self.authority, secure[0]).stamp(DIGEST, "sha256")
        assert self.authority.requests == ()


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def raw(answer: bytes) -> Iterator[str]:
    """Serve exactly *answer* to everyone."""
    stopped = Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)

    def serve() -> None:
        while not stopped.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection, suppress(OSError):
                connection.settimeout(2)
                connection.recv(65_536)
                connection.sendall(answer)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        stopped.set()
        thread.join()
        listener.close()


TYPE = b"Content-Type: application/timestamp-reply\r\n"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", TimestampUnavailableError),
        (b"\x00" * 100, TimestampUnavailableError),
        (b"SSH-2.0-OpenSSH\r\n", TimestampUnavailableError),
        (b"HTTP/1.1 abc\r\n\r\n", TimestampUnavailableError),
        (b"HTTP/1.1 200 OK\r\n", TimestampError),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500, TimestampUnavailableError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000, TimestampError),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 9_000, TimestampError),
        (b"HTTP/1.1 200 OK\r\n" + TYPE + b"\r\n", TimestampError),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n" + TYPE + b"\r\n",
            TimestampUnavailableError,
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n" + TYPE + b"\r\nabc",
            TimestampUnavailableError,
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: -9\r\n" + TYPE + b"\r\nabc",
            TimestampError,
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
            + TYPE
            + b"\r\nzz\r\nabc",
            TimestampUnavailableError,
        ),
    ],
)
def test_what_is_hardly_http(
    authority: TestAuthority, answer: bytes, error: type[TimestampError]
) -> None:
    with raw(answer) as url, pytest.raises(error) as caught:
        client(authority, url, attempts=1).stamp(DIGEST, "sha256", timeout=5)
    assert type(caught.value) is error


class _Recorder(BaseHTTPRequestHandler):
    """A proxy or server that notes what it sees, and has one answer."""

    seen: list[tuple[str, dict[str, str]]]
    status = 503

    def do_POST(self) -> None:
        self.seen.append((self.path, dict(self.headers)))
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_CONNECT = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def recording(status: int) -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    seen: list[tuple[str, dict[str, str]]] = []
    handler = type("Handler", (_Recorder,), {"seen": seen, "status": status})
    with listening(handler) as url:
        yield url, seen


class TestProxy:
    """Only one that is named is gone through."""

    def test_those_of_the_environment_are_not(
        self, authority: TestAuthority, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert client(authority, url).stamp(DIGEST, "sha256")

    def test_http_is_asked_of_the_proxy(self, authority: TestAuthority) -> None:
        with recording(502) as (proxy, seen):
            there = client(
                authority,
                "http://tsa.example/stamp?x=1",
                proxy=proxy,
                attempts=1,
                proxy_credentials=lambda: basic_credentials("u", SECRET),
            )
            with pytest.raises(TimestampUnavailableError, match="502"):
                there.stamp(DIGEST, "sha256")
        [(path, headers)] = seen
        assert path == "http://tsa.example/stamp?x=1"
        assert headers["Host"] == "tsa.example"
        encoded = base64.b64encode(f"u:{SECRET}".encode()).decode()
        assert headers["Proxy-Authorization"] == f"Basic {encoded}"

    @pytest.mark.parametrize(
        ("status", "error"),
        [(407, TimestampRefusedError), (502, TimestampUnavailableError)],
    )
    def test_https_is_tunnelled(
        self, authority: TestAuthority, status: int, error: type[TimestampError]
    ) -> None:
        with recording(status) as (proxy, seen):
            there = client(
                authority,
                "https://tsa.example/",
                proxy=proxy,
                attempts=1,
                credentials=lambda: basic_credentials("u", SECRET),
            )
            with pytest.raises(error, match=str(status)):
                there.stamp(DIGEST, "sha256")
        [(path, headers)] = seen
        assert path == "tsa.example:443"
        assert "Authorization" not in headers


class TestSecrets:
    """Credentials come by callback, and are shown to nobody."""

    def test_they_are_sent(self, authority: TestAuthority) -> None:
        with recording(401) as (url, seen):
            there = client(
                authority, url, credentials=lambda: basic_credentials("u", SECRET)
            )
            with pytest.raises(TimestampRefusedError, match="credentials") as caught:
                there.stamp(DIGEST, "sha256")
        assert "Authorization" in seen[0][1]
        assert SECRET not in repr(there) + str(caught.value)

    def test_they_are_not_sent_in_clear(self, authority: TestAuthority) -> None:
        with pytest.raises(InvalidValueError, match="https"):
            client(authority, "http://tsa.example/", credentials=lambda: SECRET)

    @pytest.mark.parametrize("value", ["", f"{SECRET}\r\nX: y", f"{SECRET}口令"])
    def test_a_bad_one_is_not_quoted(
        self, authority: TestAuthority, url: str, value: str
    ) -> None:
        there = client(authority, url, credentials=lambda: value)
        with pytest.raises(InvalidValueError) as caught:
            there.stamp(DIGEST, "sha256")
        assert SECRET not in f"{caught.value}{caught.value.message('zh')}"

    @pytest.mark.parametrize(
        "url", [f"http://u:{SECRET}@tsa.example/", f"http://u:{SECRET}@[bad/"]
    )
    def test_none_stand_in_a_url(self, authority: TestAuthority, url: str) -> None:
        with pytest.raises(InvalidValueError) as caught:
            client(authority, url)
        assert SECRET not in f"{caught.value}{caught.value.message('zh')}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tsa.example",
        "ftp://tsa.example/",
        "http://",
        "http:///x",
        "http://tsa.example/#x",
        "http://tsa.example:99999/",
        "http://tsa.example:x/",
        "http://tsa.example/\r\nX: y",
        "http://tsa.example/ x",
        "http://时间戳.example/",
    ],
)
def test_a_url_is_one(authority: TestAuthority, url: str) -> None:
    with pytest.raises(InvalidValueError, match="URL"):
        client(authority, url)


@pytest.mark.parametrize(
    "given",
    [
        {"timeout": 0.0},
        {"attempts": 0},
        {"pause": -1.0},
        {"policy": "x"},
        {"policies": ["1.2", "x"]},
        {"proxy": "https://127.0.0.1:8080"},
        {"proxy": "http://127.0.0.1:8080/path"},
    ],
    ids=str,
)
def test_a_value_has_its_range(
    authority: TestAuthority, url: str, given: dict[str, Any]
) -> None:
    with pytest.raises(InvalidValueError):
        client(authority, url, **given)


def test_faults_may_go_on_for_ever() -> None:
    authority = TestAuthority(faults=repeat(Fault.DROPS))
    for _ in range(5):
        with pytest.raises(TimestampUnavailableError, match="DROPS"):
            authority.stamp(DIGEST, "sha256")
