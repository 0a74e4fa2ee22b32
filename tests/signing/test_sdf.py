"""SDF devices: a small library that behaves like one, compiled by the tests."""

from __future__ import annotations

import _ctypes
import base64
import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    InvalidValueError,
    KeyNotFoundError,
    OutcomeUnknownError,
    SignerUnavailableError,
    SigningError,
)
from egovarchive.signing import Closing, SignRequest
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.registry import Registry
from egovarchive.signing.sdf import SdfSigner, open_sdf_signer
from egovarchive.signing.service import SigningService
from egovarchive.signing.sm2 import PublicPoint
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.signing import SignerContract
from signing import native
from signing.authority import AT, family

CODE = "11111111"
COMMUNICATION, HARDWARE = 0x01000003, 0x01000004


class State(ctypes.Structure):
    """What the device is told, and tells."""

    _fields_ = (
        ("key", ctypes.c_ubyte * 4096),
        ("key_size", ctypes.c_uint),
        ("x", ctypes.c_ubyte * 32),
        ("y", ctypes.c_ubyte * 32),
        ("bits", ctypes.c_uint),
        ("code", ctypes.c_char * 64),
        ("tries", ctypes.c_int),
        ("asked", ctypes.c_int),
        ("sessions", ctypes.c_int),
        ("fail_with", ctypes.c_int),
        ("fail_times", ctypes.c_int),
        ("lie", ctypes.c_int),
        ("wait_ms", ctypes.c_int),
        ("signatures", ctypes.c_int),
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return native.build("sdf_device.c", tmp_path_factory.mktemp("sdf"))


@pytest.fixture(scope="module")
def made() -> KeySigner:
    return KeySigner.self_signed("某市行政审批局", at=AT, algorithm="sm2-sm3")


@pytest.fixture
def state(library: Path, made: KeySigner) -> State:
    """Return the state of the device, which holds the key of *made* and behaves."""
    state = State.in_dll(ctypes.CDLL(str(library)), "device_state")
    ctypes.memset(ctypes.byref(state), 0, ctypes.sizeof(state))
    _give(state, made)
    state.code = CODE.encode()
    state.bits = 256
    return state


def _give(state: State, signer: KeySigner) -> None:
    pem = signer.private_pem().decode()
    secret = base64.b64decode("".join(pem.splitlines()[1:-1]))
    ctypes.memmove(state.key, secret, len(secret))
    state.key_size = len(secret)
    point = PublicPoint.read(Certificate.parse(signer.certificate).key_info)
    ctypes.memmove(state.x, point.x.to_bytes(32, "big"), 32)
    ctypes.memmove(state.y, point.y.to_bytes(32, "big"), 32)


@pytest.fixture
def restart(library: Path) -> Callable[[], object]:
    return ctypes.CDLL(str(library)).device_restart


@pytest.fixture
def uri(library: Path, made: KeySigner, tmp_path: Path) -> str:
    chain = tmp_path / "chain.pem"
    chain.write_bytes(made.certificate_pem())
    return f"sdf://{library}?key=1&certificate={chain}"


def code(uri: str, what: str) -> str:
    assert uri.startswith("sdf:")
    assert what == "pin"
    return CODE


@pytest.fixture
def device(uri: str, state: State) -> Iterator[SdfSigner]:
    signer = open_sdf_signer(uri, code)
    yield signer
    signer.close()


def request(message: bytes = b"message") -> SignRequest:
    return SignRequest(id=message.hex(), algorithm="sm2-sm3", message=message)


class TestSdfSigner(SignerContract):
    @pytest.fixture
    def signer(self, device: SdfSigner) -> SdfSigner:
        return device

    @pytest.fixture
    def verifier(self, made: KeySigner) -> TrustStore:
        return TrustStore([made.certificate])


def test_one_session_serves_all(device: SdfSigner, state: State) -> None:
    for _ in range(3):
        device.sign_many([request()] * 5)
    assert (state.asked, state.sessions, state.signatures) == (1, 1, 15)
    assert isinstance(device, Closing)
    device.close()
    device.close()
    assert state.sessions == 0
    with pytest.raises(SigningError, match="closed"):
        device.sign_many([request()])


def test_a_wrong_code_is_given_once(uri: str, state: State) -> None:
    with pytest.raises(AuthenticationFailedError, match="0x01000100") as caught:
        Registry().open(uri, lambda _, __: "22222222", tries=5)
    assert "22222222" not in str(caught.value) + repr(caught.value)
    assert (state.asked, state.tries, state.sessions) == (1, 1, 0)


def test_a_code_that_was_changed_is_not_tried_again(
    uri: str, state: State, restart: Callable[[], object]
) -> None:
    service = Registry().open(uri, code, tries=5)
    state.code = b"changed"
    restart()
    for _ in range(4):
        with pytest.raises(AuthenticationFailedError):
            service.sign_many([request()])
    # Once at the start, and once for the session that was lost.
    assert (state.asked, state.tries) == (2, 1)


def test_a_code_left_out_is_told_as_such(uri: str, state: State) -> None:
    signer = open_sdf_signer(uri, lambda _, __: b"")
    with pytest.raises(AuthenticationFailedError, match="0x01000007"):
        signer.sign_many([request()])
    assert state.asked == 0
    signer.close()


def test_a_lost_session_is_opened_anew(
    device: SdfSigner, state: State, restart: Callable[[], object]
) -> None:
    device.sign_many([request()])
    restart()
    assert len(device.sign_many([request(), request(b"other")])) == 2
    assert (state.asked, state.sessions) == (2, 1)


def test_a_session_lost_again_and_again_is_an_error(
    device: SdfSigner, state: State
) -> None:
    state.fail_with, state.fail_times = COMMUNICATION, 2
    with pytest.raises(
        SignerUnavailableError, match=r"SDF_InternalSign_ECC.*0x01000003"
    ):
        device.sign_many([request()])
    assert len(device.sign_many([request()])) == 1


def test_a_busy_device_is_asked_again_by_the_service(
    device: SdfSigner, state: State
) -> None:
    state.fail_with, state.fail_times = HARDWARE, 1
    with pytest.raises(SignerUnavailableError):
        device.sign_many([request()])
    state.fail_times = 2
    assert len(SigningService(device).sign_many([request()])) == 1
    # Some vendors leave SDR_BASE out.
    state.fail_with, state.fail_times = HARDWARE & 0xFF, 1
    with pytest.raises(SignerUnavailableError, match="0x00000004"):
        device.sign_many([request()])


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (0x0100000D, SigningError),
        (0x7FFFFFFF, SigningError),
        (-1, SigningError),
        (0x01000009, AlgorithmUnsupportedError),
        (0x01000008, KeyNotFoundError),
        (0x01000018, AuthenticationFailedError),
    ],
)
def test_other_failures_are_final(
    device: SdfSigner, state: State, value: int, kind: type[SigningError]
) -> None:
    state.fail_with, state.fail_times = value, 9
    with pytest.raises(SigningError, match=f"0x{value & 0xFFFFFFFF:08X}") as caught:
        SigningService(device).sign_many([request()])
    assert type(caught.value) is kind
    assert state.fail_times == 8


@pytest.mark.parametrize("lie", [1, 2, 3])
def test_a_device_that_lies_is_found_out(
    device: SdfSigner, state: State, lie: int
) -> None:
    state.lie = lie
    with pytest.raises(SigningError):
        sign_messages(device, [b"message"], at=AT)
    with pytest.raises(SigningError):
        SigningService(device).sign_many([request()])


def test_a_slow_device_does_not_hold_up_others_for_ever(
    device: SdfSigner, state: State
) -> None:
    state.wait_ms = 400
    first = threading.Thread(target=lambda: device.sign_many([request()]))
    first.start()
    time.sleep(0.1)
    with pytest.raises(SignerUnavailableError, match="in use"):
        device.sign_many([request()], timeout=0.05)
    first.join()
    with pytest.raises(OutcomeUnknownError, match="1 of 2"):
        device.sign_many([request(), request()], timeout=0.2)
    state.wait_ms = 900
    began = time.monotonic()
    with pytest.raises(OutcomeUnknownError):
        SigningService(device).sign_many([request()], timeout=0.1)
    assert time.monotonic() - began < 0.8


def test_the_key_must_be_the_certificate_s(
    uri: str, state: State, library: Path, tmp_path: Path
) -> None:
    _give(state, KeySigner.self_signed("other", at=AT, algorithm="sm2-sm3"))
    with pytest.raises(SigningError, match="key 1 of the device is not"):
        open_sdf_signer(uri, code)
    state.x[5] ^= 1
    with pytest.raises(SigningError, match="no SM2 public key"):
        open_sdf_signer(uri, code)
    _give(state, KeySigner.self_signed("other", at=AT, algorithm="sm2-sm3"))
    state.bits = 384
    with pytest.raises(SigningError, match="384 bits"):
        open_sdf_signer(uri, code)
    chain = tmp_path / "p256.pem"
    chain.write_bytes(family()[2].pem)
    with pytest.raises(SigningError, match="not the public key of an SM2 key"):
        open_sdf_signer(f"sdf://{library}?key=1&certificate={chain}", code)
    assert state.sessions == 0


def test_a_key_that_is_not_there(uri: str, state: State) -> None:
    with pytest.raises(KeyNotFoundError, match="0x01000008"):
        open_sdf_signer(uri.replace("key=1", "key=2"), code)
    assert state.sessions == 0


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("key=1", "key=0"),
        ("key=1", "key=-1"),
        ("key=1", "key=１"),
        ("key=1", "key=65536"),
        ("key=1&", ""),
        ("key=1", "key=1&code=2"),
        ("sdf://", "sdf://host"),
        ("sdf:///", "sdf:"),
    ],
)
def test_a_malformed_uri_is_refused(
    uri: str, state: State, was: str, becomes: str
) -> None:
    with pytest.raises(InvalidValueError):
        open_sdf_signer(uri.replace(was, becomes, 1), code)


@pytest.mark.parametrize("name", ["nothing.so", "chain.pem"])
def test_what_is_no_such_library_is_refused(
    uri: str, tmp_path: Path, name: str
) -> None:
    chain = tmp_path / "chain.pem"
    with pytest.raises(SigningError, match="SDF library"):
        open_sdf_signer(f"sdf://{tmp_path / name}?key=1&certificate={chain}", code)


def test_another_library_is_no_device(uri: str, tmp_path: Path) -> None:
    other, chain = _ctypes.__file__, tmp_path / "chain.pem"
    with pytest.raises(SigningError, match="SDF_OpenDevice"):
        open_sdf_signer(f"sdf://{other}?key=1&certificate={chain}", code)
