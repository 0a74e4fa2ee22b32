"""The service that asks a signer within its limits, with patience, and looks at it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import pytest
from attrs import define, field

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
from egovarchive.signing import Capabilities, Capable, Closing, Signer, SignRequest
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.service import SigningService
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.signing import SignerContract
from signing.authority import AT, family, signer_of, store_of


@define
class Scripted:
    """A signer that does what the test says before it signs; `script` may raise."""

    inner: KeySigner
    capabilities: Capabilities
    script: Callable[[int, Sequence[SignRequest]], object]
    calls: list[list[str]] = field(factory=list)
    timeouts: list[float | None] = field(factory=list)
    closed: int = 0
    _lock: threading.Lock = field(factory=threading.Lock)

    @property
    def certificate(self) -> bytes:
        return self.inner.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self.inner.chain

    @property
    def algorithms(self) -> tuple[str, ...]:
        return self.inner.algorithms

    def close(self) -> None:
        self.closed += 1

    def sign_many(
        self, requests: Sequence[SignRequest], *, timeout: float | None = None
    ) -> Sequence[bytes]:
        with self._lock:
            number = len(self.calls)
            self.calls.append([request.id for request in requests])
            self.timeouts.append(timeout)
        answer = self.script(number, requests)
        return answer if isinstance(answer, list) else self.inner.sign_many(requests)


def scripted(
    script: Callable[[int, Sequence[SignRequest]], object] = lambda *_: None,
    *,
    max_batch: int | None = None,
    max_parallel: int = 1,
    max_message: int | None = None,
) -> Scripted:
    _, middle, leaf = family()
    limits = Capabilities(
        max_batch=max_batch, max_parallel=max_parallel, max_message=max_message
    )
    return Scripted(signer_of(leaf, middle), limits, script)


def failing(*errors: Exception | None) -> Callable[[int, object], None]:
    """Return a script that raises these, call by call."""

    def script(number: int, _: object) -> None:
        error = errors[number] if number < len(errors) else None
        if error is not None:
            raise error

    return script


def batch(size: int) -> list[SignRequest]:
    return [
        SignRequest(
            id=str(number), algorithm="ecdsa-p256-sha256", message=b"%d" % number
        )
        for number in range(size)
    ]


GONE = SignerUnavailableError("gone", "不可用")
UNKNOWN = OutcomeUnknownError("unknown", "未知")


class TestSigningService(SignerContract):
    @pytest.fixture
    def signer(self) -> SigningService:
        return SigningService(scripted(max_batch=7, max_parallel=3))

    @pytest.fixture
    def verifier(self) -> TrustStore:
        return store_of(family()[0])


def test_work_is_cut_into_calls_of_the_size_that_is_taken() -> None:
    signer = scripted(max_batch=4)
    service = SigningService(signer)
    signatures = service.sign_many(batch(10))
    assert [len(call) for call in signer.calls] == [4, 4, 2]
    assert [each for call in signer.calls for each in call] == list("0123456789")
    assert len(set(signatures)) == 10


@pytest.mark.parametrize("limit", [0, -1])
def test_limits_that_make_no_sense_do_not_stop_the_work(limit: int) -> None:
    service = SigningService(scripted(max_batch=limit, max_parallel=limit))
    assert len(service.sign_many(batch(3))) == 3


def test_a_signer_that_declares_nothing_gets_all_at_once() -> None:
    _, middle, leaf = family()
    plain = signer_of(leaf, middle)
    assert len(SigningService(plain).sign_many(batch(10))) == 10
    SigningService(plain).close()


def test_it_declares_what_the_backend_does_without_its_limits() -> None:
    service = SigningService(scripted(max_batch=4, max_parallel=8, max_message=9_000))
    assert isinstance(service, Capable)
    assert service.capabilities == Capabilities(max_message=9_000)
    assert service.chain == (family()[1].der,)
    assert repr(service).startswith("SigningService(")


def test_closing_it_closes_the_backend() -> None:
    signer = scripted()
    service = SigningService(signer)
    assert isinstance(service, Closing)
    service.close()
    assert signer.closed == 1


def test_so_many_calls_are_under_way_at_a_time_and_no_more() -> None:
    busy, busiest = 0, 0
    lock = threading.Lock()

    def script(*_: object) -> None:
        nonlocal busy, busiest
        with lock:
            busy += 1
            busiest = max(busiest, busy)
        time.sleep(0.02)
        with lock:
            busy -= 1

    signatures = SigningService(
        scripted(script, max_batch=1, max_parallel=3)
    ).sign_many(batch(12))
    assert len(signatures) == 12
    assert busiest == 3


@pytest.mark.parametrize("error", [GONE, UNKNOWN])
def test_what_may_pass_is_tried_again_with_the_same_ids(error: SigningError) -> None:
    signer = scripted(failing(error, error))
    assert len(SigningService(signer).sign_many(batch(3))) == 3
    assert signer.calls == [["0", "1", "2"]] * 3


def test_after_so_many_tries_it_is_told() -> None:
    signer = scripted(failing(*[GONE] * 9))
    with pytest.raises(SignerUnavailableError, match="gone"):
        SigningService(signer, tries=2).sign_many(batch(1))
    assert len(signer.calls) == 2


@pytest.mark.parametrize(
    "kind",
    [
        AuthenticationFailedError,
        KeyNotFoundError,
        PolicyRefusedError,
        AlgorithmUnsupportedError,
        SigningError,
    ],
)
def test_what_will_not_pass_is_not_tried_again(kind: type[SigningError]) -> None:
    signer = scripted(failing(kind("no", "否"), kind("no", "否")), max_batch=1)
    with pytest.raises(kind, match="no"):
        SigningService(signer, tries=9).sign_many(batch(5))
    assert len(signer.calls) == 1


def test_an_error_of_another_kind_is_not_hidden() -> None:
    signer = scripted(failing(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        SigningService(signer).sign_many(batch(1))


def test_nothing_was_signed_is_said_only_if_it_is_true() -> None:
    with pytest.raises(OutcomeUnknownError):
        SigningService(scripted(failing(UNKNOWN, GONE, GONE))).sign_many(batch(1))
    signer = scripted(failing(None, GONE, GONE, GONE), max_batch=1)
    with pytest.raises(OutcomeUnknownError, match="gone"):
        SigningService(signer).sign_many(batch(3))


def test_after_a_failure_nothing_more_is_begun() -> None:
    signer = scripted(
        failing(None, PolicyRefusedError("no", "否")), max_batch=1, max_parallel=1
    )
    with pytest.raises(PolicyRefusedError):
        SigningService(signer).sign_many(batch(50))
    assert len(signer.calls) == 2


def test_one_deadline_is_over_all() -> None:
    signer = scripted(lambda *_: time.sleep(0.06), max_batch=1)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknownError, match="of 50 parts"):
        SigningService(signer).sign_many(batch(50), timeout=0.2)
    assert time.monotonic() - began < 1.5
    timeouts = [each for each in signer.timeouts if each is not None]
    assert timeouts == sorted(timeouts, reverse=True)
    assert timeouts[0] <= 0.2
    assert timeouts[0] - timeouts[-1] > 0.1


def test_a_backend_that_never_returns_does_not_keep_the_caller() -> None:
    released = threading.Event()
    signer = scripted(lambda *_: released.wait(5))
    began = time.monotonic()
    with pytest.raises(OutcomeUnknownError, match="time was over"):
        SigningService(signer, timeout=0.1).sign_many(batch(1))
    assert time.monotonic() - began < 1
    released.set()


def test_there_is_no_pause_for_which_there_is_no_time() -> None:
    signer = scripted(failing(*[GONE] * 9))
    with pytest.raises(SignerUnavailableError):
        SigningService(signer, tries=9).sign_many(batch(1), timeout=0.04)
    assert len(signer.calls) == 1


@pytest.mark.parametrize("answer", [[], [b""], [b"", b""], [b"x"] * 2, [b"x"] * 3])
def test_a_wrong_answer_is_found_out(answer: list[bytes]) -> None:
    signer = scripted(lambda *_: answer)
    with pytest.raises(SigningError, match="returned") as caught:
        SigningService(signer).sign_many(batch(2))
    assert type(caught.value) is SigningError
    assert len(signer.calls) == 1


def test_the_signature_of_another_request_is_found_out() -> None:
    signer = scripted()
    swapped = list(reversed(signer.inner.sign_many(batch(2))))
    with pytest.raises(SigningError, match="wrong signature"):
        SigningService(scripted(lambda *_: swapped)).sign_many(batch(2))
    unchecked = SigningService(scripted(lambda *_: swapped), check=False)
    assert unchecked.sign_many(batch(2)) == swapped
    with pytest.raises(SigningError, match="wrong signature"):
        sign_messages(unchecked, [b"a", b"b"], at=AT)


def test_what_is_hopeless_is_not_sent() -> None:
    signer = scripted(max_message=10)
    service = SigningService(signer)
    long = SignRequest(id="1", algorithm="ecdsa-p256-sha256", message=bytes(11))
    with pytest.raises(SigningError, match="at most 10"):
        service.sign_many([*batch(2), long])
    other = SignRequest(id="1", algorithm="ed25519", message=b"")
    with pytest.raises(AlgorithmUnsupportedError):
        service.sign_many([*batch(2), other])
    assert signer.calls == []


@pytest.mark.parametrize(("timeout", "tries"), [(0, 3), (-1, 3), (60, 0)])
def test_settings_that_make_no_sense_are_refused(timeout: float, tries: int) -> None:
    with pytest.raises(InvalidValueError):
        SigningService(scripted(), timeout=timeout, tries=tries)


def test_messages_are_signed_through_it() -> None:
    signer: Signer = SigningService(scripted(max_batch=3, max_parallel=2), check=False)
    messages = [b"%d" % number for number in range(20)]
    signatures = sign_messages(signer, messages, at=AT)
    store = store_of(family()[0])
    for signature, message in zip(signatures, messages, strict=True):
        store.verify(signature, message, at=AT)


def test_a_certificate_that_is_none_is_found_out() -> None:
    class Strange:
        certificate = b"none"
        chain: tuple[bytes, ...] = ()
        algorithms = ("ed25519",)

        def sign_many(
            self, requests: Sequence[SignRequest], *, timeout: float | None = None
        ) -> list[bytes]:
            raise NotImplementedError

    request = SignRequest(id="1", algorithm="ed25519", message=b"")
    with pytest.raises(SigningError):
        SigningService(Strange()).sign_many([request])
