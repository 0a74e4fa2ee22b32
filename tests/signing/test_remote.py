"""A signing service over HTTP, that loses answers, delays, repeats, and lies."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    InvalidValueError,
    KeyNotFoundError,
    OutcomeUnknownError,
    PolicyRefusedError,
    SignerUnavailableError,
    SigningError,
)
from egovarchive.signing import SignRequest, libcrypto
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.registry import Registry
from egovarchive.signing.remote import RemoteSigner, open_remote_signer
from egovarchive.signing.service import SigningService
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.signing import SignerContract
from signing.authority import AT, family, issue, store_of
from signing.signing_server import TOKEN, Answer, Service, service_of, serving


def token(uri: str, what: str) -> str:
    assert uri.startswith("sign+http")
    return {"token": TOKEN, "password": ""}[what]


@pytest.fixture
def service() -> Service:
    _, middle, leaf = family()
    return service_of(leaf, middle)


@pytest.fixture
def uri(service: Service) -> Iterator[str]:
    with serving(service) as port:
        yield f"sign+http://127.0.0.1:{port}/v1"


@pytest.fixture
def remote(uri: str) -> Iterator[RemoteSigner]:
    signer = open_remote_signer(uri, token)
    yield signer
    signer.close()


def request(message: bytes = b"message", name: str = "") -> SignRequest:
    return SignRequest(
        id=name or message.hex(), algorithm="ecdsa-p256-sha256", message=message
    )


def batch(size: int) -> list[SignRequest]:
    return [request(b"%d" % number) for number in range(size)]


class TestRemoteSigner(SignerContract):
    @pytest.fixture
    def signer(self, remote: RemoteSigner) -> RemoteSigner:
        return remote

    @pytest.fixture
    def verifier(self) -> TrustStore:
        return store_of(family()[0])


class TestRemoteSignerOfMessages(SignerContract):
    @pytest.fixture
    def signer(self) -> Iterator[RemoteSigner]:
        service = service_of(issue("ed", kind="ed25519"))
        service.form = "message"
        service.limits = {"max_batch": 7, "max_message": 100_000}
        with serving(service) as port:
            remote = open_remote_signer(f"sign+http://localhost:{port}/v1/", token)
            yield remote
            remote.close()

    @pytest.fixture
    def verifier(self, signer: RemoteSigner) -> TrustStore:
        return TrustStore([signer.certificate])


def test_messages_do_not_leave_where_digests_do(
    remote: RemoteSigner, service: Service
) -> None:
    remote.sign_many([request(b"content of a citizen's file" * 9, "1")])
    assert len(service.bodies[0]) < 500
    [sent] = json.loads(service.bodies[0])["requests"]
    assert len(base64.b64decode(sent["digest"])) == 32


def test_an_rsa_key_signs_the_same_digest() -> None:
    service = service_of(issue("rsa", kind="rsa3072"))
    with serving(service) as port:
        signer = Registry().open(f"sign+http://127.0.0.1:{port}/v1", token)
        [signature] = sign_messages(signer, [b"message"], at=AT)
        store = TrustStore([signer.certificate])
        store.verify(signature, b"message", at=AT)
        signer.close()


def test_an_sm2_key_signs_e() -> None:
    made = KeySigner.self_signed("某市行政审批局", at=AT, algorithm="sm2-sm3")
    native = libcrypto.library()
    if native is None:
        pytest.skip("no libcrypto with SM2")
    pem = made.private_pem().decode()
    key = native.private_key(base64.b64decode("".join(pem.splitlines()[1:-1])))
    service = Service(made, None, sign_digest=key.sign)
    with serving(service) as port:
        signer = Registry().open(f"sign+http://127.0.0.1:{port}/v1", token)
        [signature] = sign_messages(signer, [b"message"], at=AT)
        TrustStore([made.certificate]).verify(signature, b"message", at=AT)
        signer.close()


def test_connections_are_kept(remote: RemoteSigner, service: Service) -> None:
    for number in range(10):
        remote.sign_many([request(b"%d" % number)])
    assert (service.asked, service.connections) == (11, 1)
    remote.close()
    with pytest.raises(SigningError, match="closed"):
        remote.sign_many([request()])


def test_a_kept_connection_that_was_closed_is_no_error(
    remote: RemoteSigner, service: Service
) -> None:
    service.hang_up = True
    for number in range(3):
        remote.sign_many([request(b"%d" % number)])
        time.sleep(0.02)
    assert service.made == 3


def test_a_lost_answer_is_asked_for_again_and_not_signed_twice(
    remote: RemoteSigner, service: Service
) -> None:
    service.lose = 2
    with pytest.raises(OutcomeUnknownError, match="closed"):
        remote.sign_many(batch(5))
    assert (service.made, service.lose) == (5, 0)
    service.lose = 2
    signatures = SigningService(remote).sign_many(batch(8))
    assert (len(signatures), service.made) == (8, 8)
    service.lose = 99
    with pytest.raises(OutcomeUnknownError):
        SigningService(remote).sign_many(batch(9))
    assert service.made == 9


def test_batches_are_of_the_size_it_takes_and_so_many_at_a_time(
    remote: RemoteSigner, service: Service
) -> None:
    service.delay = 0.03
    signer = SigningService(remote)
    signatures = signer.sign_many(batch(750))
    assert len(set(signatures)) == 750
    assert sorted(service.batches) == [50] + [100] * 7
    assert 2 <= service.busiest <= 4
    assert service.connections <= 5


@pytest.mark.parametrize(
    ("status", "kind", "sent"),
    [
        (401, AuthenticationFailedError, 1),
        (403, PolicyRefusedError, 1),
        (404, KeyNotFoundError, 1),
        (409, SigningError, 1),
        (413, SigningError, 1),
        (422, AlgorithmUnsupportedError, 1),
        (302, SigningError, 1),
        (204, SigningError, 1),
        (429, SignerUnavailableError, 3),
        (503, SignerUnavailableError, 3),
        (500, OutcomeUnknownError, 3),
        (504, OutcomeUnknownError, 3),
    ],
)
def test_each_refusal_is_told_and_only_the_passing_are_tried_again(
    remote: RemoteSigner,
    service: Service,
    status: int,
    kind: type[SigningError],
    sent: int,
) -> None:
    service.statuses = [status] * 9
    with pytest.raises(SigningError, match=str(status)) as caught:
        SigningService(remote, tries=3).sign_many([request()])
    assert type(caught.value) is kind
    assert 9 - len(service.statuses) == sent
    service.statuses = [503, 500]
    assert len(SigningService(remote, tries=3).sign_many([request()])) == 1


def test_after_a_first_part_nobody_says_that_nothing_was_signed(
    remote: RemoteSigner, service: Service
) -> None:
    service.limits["max_parallel"] = 1
    service.statuses = []
    signer = SigningService(remote, tries=1)

    def refuse_the_second(_: str, answer: Answer) -> Answer:
        service.statuses = [503]
        return answer

    service.spoil = refuse_the_second
    with pytest.raises(OutcomeUnknownError, match="503"):
        signer.sign_many(batch(450))


def test_a_wrong_token_is_not_sent_again(uri: str, service: Service) -> None:
    with pytest.raises(AuthenticationFailedError, match="401") as caught:
        Registry().open(uri, lambda _, __: "wr0ng", tries=5)
    assert "wr0ng" not in str(caught.value) + repr(caught.value)
    assert service.asked == 1


@pytest.mark.parametrize("given", ["a b", "a\r\nX: y", "é", b"\xff"])
def test_what_cannot_be_a_token_is_not_repeated(
    uri: str, service: Service, given: str | bytes
) -> None:
    with pytest.raises(InvalidValueError) as caught:
        open_remote_signer(uri, lambda _, __: given)
    assert str(given) not in str(caught.value)
    assert service.asked == 0


def _other_ids(answer: Answer) -> Answer:
    for entry in answer["signatures"]:
        entry["id"] += "x"
    return answer


def _swapped(answer: Answer) -> Answer:
    first, second, *_ = entries = answer["signatures"]
    first["signature"], second["signature"] = second["signature"], first["signature"]
    return {"signatures": entries}


SPOILT: dict[str, Callable[[Answer], Answer]] = {
    "nothing": lambda _: {},
    "not a list": lambda _: {"signatures": 5},
    "one missing": lambda a: {"signatures": a["signatures"][1:]},
    "one too many": lambda a: {"signatures": a["signatures"] + a["signatures"][:1]},
    "one twice": lambda a: {"signatures": a["signatures"][:1] * 2},
    "no entries": lambda _: {"signatures": [1, 2]},
    "an id that is none": lambda _: {"signatures": [{"id": []}, {"id": {}}]},
    "no signature": lambda a: {
        "signatures": [{"id": e["id"]} for e in a["signatures"]]
    },
    "not base64": lambda a: {
        "signatures": [{"id": e["id"], "signature": "?é"} for e in a["signatures"]]
    },
    "of other requests": _other_ids,
    "swapped": _swapped,
    "of another message": lambda a: {
        "signatures": [
            {"id": e["id"], "signature": a["signatures"][0]["signature"]}
            for e in a["signatures"]
        ]
    },
    "empty": lambda a: {
        "signatures": [{"id": e["id"], "signature": ""} for e in a["signatures"]]
    },
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_service_that_answers_wrongly_is_found_out(
    remote: RemoteSigner, service: Service, name: str
) -> None:
    service.spoil = lambda _, answer: SPOILT[name](answer)
    with pytest.raises(SigningError) as caught:
        SigningService(remote).sign_many(batch(2))
    assert type(caught.value) is SigningError
    assert len(service.batches) == 1


def test_answers_may_come_in_any_order(remote: RemoteSigner, service: Service) -> None:
    service.spoil = lambda _, answer: {"signatures": answer["signatures"][::-1]}
    assert len(SigningService(remote).sign_many(batch(5))) == 5


HEAD = b"HTTP/1.1 200 OK\r\n"
RAW = {
    "no JSON": HEAD + b"Content-Length: 3\r\n\r\n{,}",
    "no UTF-8": HEAD + b"Content-Length: 2\r\n\r\n\xff\xfe",
    "deep": HEAD + b"Content-Length: 9000\r\n\r\n" + b"[" * 9000,
    "not HTTP": b"SSH-2.0-OpenSSH\r\n\r\n",
    "broken off": HEAD + b"Content-Length: 500\r\n\r\n{",
    "a bad chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a chunk broken off": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    "a bad length": HEAD + b"Content-Length: -5\r\n\r\n{",
    "a head without end": HEAD + b"X: y\r\n" * 20_000,
    "a long line": HEAD + b"X: " + b"y" * 100_000,
    "nothing": b"\r\n",
}


@pytest.mark.parametrize("name", RAW)
def test_what_is_no_answer_leaves_the_outcome_unknown(
    remote: RemoteSigner, service: Service, name: str
) -> None:
    service.raw = RAW[name]
    with pytest.raises(OutcomeUnknownError):
        remote.sign_many([request()])


def test_a_list_is_no_answer(remote: RemoteSigner, service: Service) -> None:
    service.raw = HEAD + b"Content-Length: 2\r\n\r\n[]"
    with pytest.raises(SigningError, match="protocol"):
        remote.sign_many([request()])


@pytest.mark.parametrize(
    "head", [b"Content-Length: 99999999\r\n\r\n", b"Connection: close\r\n\r\n"]
)
def test_an_answer_without_end_is_not_read(
    remote: RemoteSigner, service: Service, head: bytes
) -> None:
    service.raw = HEAD + head + b" " * 3_000_000
    with pytest.raises(SigningError, match="more than"):
        remote.sign_many([request()])


@pytest.mark.parametrize("slowly", ["delay", "drip"])
def test_no_time_out_is_overstepped(
    remote: RemoteSigner, service: Service, slowly: str
) -> None:
    setattr(service, slowly, {"delay": 1.5, "drip": 0.05}[slowly])
    began = time.monotonic()
    with pytest.raises(OutcomeUnknownError, match="in time"):
        remote.sign_many([request()], timeout=0.2)
    assert time.monotonic() - began < 1
    with pytest.raises(OutcomeUnknownError):
        SigningService(remote).sign_many(batch(300), timeout=0.2)
    assert time.monotonic() - began < 1.4


def test_nobody_there_is_unavailable(uri: str, remote: RemoteSigner) -> None:
    with pytest.raises(SignerUnavailableError):
        open_remote_signer("sign+http://127.0.0.1:1/v1", token)


def test_a_request_that_is_hopeless_is_not_sent(
    remote: RemoteSigner, service: Service
) -> None:
    with pytest.raises(AlgorithmUnsupportedError):
        remote.sign_many([SignRequest(id="1", algorithm="ed25519", message=b"")])
    with pytest.raises(SigningError, match="two different requests"):
        remote.sign_many([request(b"a", "1"), request(b"b", "1")])
    assert service.batches == []


@pytest.mark.parametrize(
    "spoilt",
    [
        {"certificates": []},
        {"certificates": "x"},
        {"certificates": [1]},
        {"certificates": ["AAAA"]},
        {"certificates": ["?"]},
        {"certificates": ["AAAA"] * 11},
        {"algorithms": []},
        {"algorithms": None},
        {"input": "both"},
        {"input": []},
        {"max_batch": 0},
        {"max_batch": "5"},
        {"max_parallel": True},
        {"max_parallel": -1},
        {"max_message": 1.5},
    ],
)
def test_a_key_that_is_not_described_is_not_used(
    uri: str, service: Service, spoilt: Answer
) -> None:
    service.spoil = lambda _, answer: {**answer, **spoilt}
    with pytest.raises(SigningError):
        open_remote_signer(uri, token)


def test_what_it_promises_is_kept_within_limits(uri: str, service: Service) -> None:
    service.limits = {"max_batch": 10**9, "max_parallel": 10**9}
    signer = open_remote_signer(uri, token)
    signer.close()
    declared = signer.capabilities
    assert (declared.max_batch, declared.max_parallel) == (10_000, 32)
    assert declared.protection == "service"


@pytest.mark.parametrize(
    "text",
    [
        "sign+http://example.org/v1",
        "sign+http://127.0.0.1.example.org/v1",
        "sign+http://127.0.0.1/v1?ca=system",
        "sign+https://127.0.0.1/v1",
        "sign+https://127.0.0.1/v1?ca=/nothing.pem",
        "sign+https:///v1?ca=system",
        "sign+https:v1?ca=system",
    ],
)
def test_a_malformed_uri_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        open_remote_signer(text, token)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Return files: a CA's certificate, identities of a server, of us, of another."""
    folder = tmp_path_factory.mktemp("tls")
    ca = issue("TLS CA", number=20, ca=True)
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(ip_address("127.0.0.1")),
    ]
    server, elsewhere = (
        issue(
            "server", ca, number=21, extra=[(x509.SubjectAlternativeName(each), False)]
        )
        for each in (names, [x509.DNSName("elsewhere.example")])
    )
    client = issue("client", ca, number=22)

    def write(name: str, *parts: bytes) -> Path:
        (folder / name).write_bytes(b"".join(parts))
        return folder / name

    return (
        write("ca.pem", ca.pem),
        write("server.pem", server.pem, server.key_pem),
        write("client.pem", client.pem, client.key_pem),
        write("elsewhere.pem", elsewhere.pem, elsewhere.key_pem),
    )


def _server_side(identity: Path, ca: Path | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity)
    if ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(ca)
    return context


def test_over_tls_the_server_is_known_by_the_ca_that_was_named(
    service: Service, tls: tuple[Path, ...], tmp_path: Path
) -> None:
    ca, identity, _, elsewhere = tls
    with serving(service, _server_side(identity)) as port:
        signer = Registry().open(f"sign+https://localhost:{port}/v1?ca={ca}", token)
        assert len(sign_messages(signer, [b"a", b"b"], at=AT)) == 2
        signer.close()
        asked = service.asked
        stranger = tmp_path / "stranger.pem"
        stranger.write_bytes(issue("stranger", number=23, ca=True).pem)
        for named in (stranger, "system"):
            with pytest.raises(SigningError, match="not known by its certificate"):
                open_remote_signer(
                    f"sign+https://localhost:{port}/v1?ca={named}", token
                )
        assert service.asked == asked
    with (
        serving(service, _server_side(elsewhere)) as port,
        pytest.raises(SigningError, match="not known by its certificate"),
    ):
        open_remote_signer(f"sign+https://localhost:{port}/v1?ca={ca}", token)


def test_over_tls_we_may_have_an_identity_of_our_own(
    service: Service, tls: tuple[Path, ...]
) -> None:
    ca, identity, own, _ = tls
    with serving(service, _server_side(identity, ca)) as port:
        uri = f"sign+https://localhost:{port}/v1?ca={ca}&identity={own}"
        signer = Registry().open(uri, token)
        assert len(signer.sign_many([request()])) == 1
        signer.close()
        with pytest.raises(SigningError):
            open_remote_signer(f"sign+https://localhost:{port}/v1?ca={ca}", token)
    with pytest.raises(InvalidValueError, match="TLS"):
        open_remote_signer(f"sign+https://localhost/v1?ca={ca}&identity={ca}", token)


def test_many_threads_share_one(remote: RemoteSigner, service: Service) -> None:
    service.delay = 0.005
    errors: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 5):
                SigningService(remote).sign_many([request(b"%d" % number)])
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=work, args=(5 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert service.made == 40
