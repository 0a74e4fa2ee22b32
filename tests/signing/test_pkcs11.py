"""PKCS #11 tokens: SoftHSM, through a module that counts PINs and misbehaves."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from attrs import evolve, frozen

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    InvalidValueError,
    KeyNotFoundError,
    OutcomeUnknownError,
    PolicyRefusedError,
    SignerUnavailableError,
    SigningError,
    ToolError,
)
from egovarchive.signing import SignRequest
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.pkcs11 import Pkcs11Signer, open_pkcs11_signer
from egovarchive.signing.registry import Registry
from egovarchive.signing.service import SigningService
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.signing import SignerContract
from signing import native
from signing.authority import AT, Issued, family, issue, store_of

pkcs11 = pytest.importorskip("pkcs11")

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
if not MODULE.exists() or shutil.which("softhsm2-util") is None:
    pytest.skip("SoftHSM is not installed", allow_module_level=True)

LABEL = "lab"
PIN, OWNER_PIN = "123456", "87654321"
SESSION_LOST, NOT_LOGGED_IN, DEVICE_ERROR = 0xB3, 0x101, 0x30
ECDSA = 0x1041


class State(ctypes.Structure):
    """What the module is told, and tells."""

    _fields_ = (
        ("asked", ctypes.c_int),
        ("wrong", ctypes.c_int),
        ("fail_with", ctypes.c_ulong),
        ("fail_times", ctypes.c_int),
        ("lie", ctypes.c_int),
        ("shorten", ctypes.c_int),
        ("wait_ms", ctypes.c_int),
        ("hidden", ctypes.c_ulong),
    )


@frozen
class Tokens:
    """A token with keys and certificates, and the module to reach it by."""

    module: Path
    rsa: Issued
    p384: Issued

    def uri(self, label: str, **query: str) -> str:
        more = "".join(f"&{name}={quote(value)}" for name, value in query.items())
        return f"pkcs11:token=lab;object={label}?module-path={self.module}{more}"


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tokens]:
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    root, middle, leaf = family()
    tokens = Tokens(
        native.build("pkcs11_shim.c", folder),
        issue("rsa", middle, kind="rsa3072"),
        issue("p384", middle, kind="p384"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(settings))
        patch.setenv("PKCS11_SHIM_MODULE", str(MODULE))
        _util("--init-token", "--free", "--label", "lab", "--so-pin", OWNER_PIN)
        for number, (label, issued) in enumerate(
            [("p256", leaf), ("rsa", tokens.rsa), ("p384", tokens.p384)], 1
        ):
            pem = folder / f"{label}.pem"
            pem.write_bytes(issued.key_pem)
            key_id = f"{number:02x}"
            _util(
                "--import", str(pem), "--token", "lab", "--label", label, "--id", key_id
            )
        _put_certificates(tokens, {b"\1": leaf, b"": middle, b"\xf0": root})
        yield tokens
        pkcs11.unload(str(tokens.module))


def _util(*arguments: str) -> None:
    subprocess.run(
        ["softhsm2-util", *arguments, "--pin", PIN], check=True, capture_output=True
    )


def _put_certificates(tokens: Tokens, certificates: dict[bytes, Issued]) -> None:
    [token] = pkcs11.lib(str(tokens.module)).get_tokens(LABEL)
    with token.open(rw=True, user_pin=PIN) as session:
        for key_id, issued in certificates.items():
            session.create_object(
                {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    pkcs11.Attribute.TOKEN: True,
                    pkcs11.Attribute.ID: key_id,
                    pkcs11.Attribute.SUBJECT: issued.certificate.subject.public_bytes(),
                    pkcs11.Attribute.VALUE: issued.der,
                }
            )


@pytest.fixture
def state(tokens: Tokens) -> State:
    state = State.in_dll(ctypes.CDLL(str(tokens.module)), "shim_state")
    ctypes.memset(ctypes.byref(state), 0, ctypes.sizeof(state))
    return state


def pin(uri: str, what: str) -> str:
    assert uri.startswith("pkcs11:")
    assert what == "pin"
    return PIN


@pytest.fixture
def device(tokens: Tokens, state: State) -> Iterator[Pkcs11Signer]:
    signer = open_pkcs11_signer(tokens.uri("p256"), pin)
    yield signer
    signer.close()


def request(message: bytes = b"message") -> SignRequest:
    return SignRequest(id=message.hex(), algorithm="ecdsa-p256-sha256", message=message)


class TestP256OnAToken(SignerContract):
    @pytest.fixture
    def signer(self, device: Pkcs11Signer) -> Pkcs11Signer:
        return device

    @pytest.fixture
    def verifier(self) -> TrustStore:
        return store_of(family()[0])


class TestRsaOnAToken(SignerContract):
    @pytest.fixture
    def signer(
        self, tokens: Tokens, state: State, tmp_path: Path
    ) -> Iterator[Pkcs11Signer]:
        chain = tmp_path / "chain.pem"
        chain.write_bytes(tokens.rsa.pem + family()[1].pem)
        uri = tokens.uri("rsa", certificate=str(chain))
        signer = open_pkcs11_signer(uri, pin)
        yield signer
        signer.close()

    @pytest.fixture
    def verifier(self) -> TrustStore:
        return store_of(family()[0])


def test_a_key_of_another_curve_by_its_id(
    tokens: Tokens, state: State, tmp_path: Path
) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_bytes(tokens.p384.pem + family()[1].pem)
    uri = tokens.uri("p384", certificate=str(chain)).replace("object=p384", "id=%03")
    signer = Registry().open(uri, pin)
    [signature] = sign_messages(signer, [b"message"], at=AT)
    store_of(family()[0]).verify(signature, b"message", at=AT)
    signer.close()


def test_certificates_come_from_the_token(device: Pkcs11Signer) -> None:
    root, middle, leaf = family()
    assert device.certificate == leaf.der
    assert device.chain == (middle.der, root.der)
    assert device.capabilities.protection == "device"
    assert "某市行政审批局" in repr(device)


def test_one_session_serves_all(device: Pkcs11Signer, state: State) -> None:
    for _ in range(3):
        device.sign_many([request()] * 5)
    assert state.asked == 1
    device.close()
    device.close()
    with pytest.raises(SigningError, match="closed"):
        device.sign_many([request()])


def test_a_wrong_pin_is_given_once(tokens: Tokens, state: State) -> None:
    with pytest.raises(AuthenticationFailedError, match="PinIncorrect") as caught:
        Registry().open(tokens.uri("p256"), lambda _, __: "000000", tries=5)
    assert "000000" not in str(caught.value) + repr(caught.value)
    assert (state.asked, state.wrong) == (1, 1)
    [token] = pkcs11.lib(str(tokens.module)).get_tokens(LABEL)
    assert pkcs11.TokenFlag.USER_PIN_COUNT_LOW in token.flags


def test_a_pin_that_was_changed_is_not_tried_again(
    tokens: Tokens, state: State
) -> None:
    pins = iter([PIN, "000000"])
    service = Registry().open(tokens.uri("p256"), lambda _, __: next(pins), tries=5)
    state.fail_with, state.fail_times = SESSION_LOST, 1
    for _ in range(4):
        with pytest.raises(AuthenticationFailedError):
            service.sign_many([request()])
    assert (state.asked, state.wrong) == (2, 1)


@pytest.mark.parametrize("given", ["", b"\xff\xfe"])
def test_what_cannot_be_a_pin_is_not_given(
    tokens: Tokens, state: State, given: str | bytes
) -> None:
    with pytest.raises(AuthenticationFailedError):
        open_pkcs11_signer(tokens.uri("p256"), lambda _, __: given)
    assert state.asked == 0


@pytest.mark.parametrize("value", [SESSION_LOST, NOT_LOGGED_IN, 0x60, 0x32])
def test_a_lost_session_is_opened_anew(
    device: Pkcs11Signer, state: State, value: int
) -> None:
    state.fail_with, state.fail_times = value, 1
    assert len(device.sign_many([request(), request(b"other")])) == 2
    assert state.asked == 2


def test_a_session_lost_again_and_again_is_an_error(
    device: Pkcs11Signer, state: State
) -> None:
    state.fail_with, state.fail_times = SESSION_LOST, 2
    with pytest.raises(SignerUnavailableError, match="SessionHandleInvalid"):
        device.sign_many([request()])
    assert len(device.sign_many([request()])) == 1


def test_two_signers_may_share_a_token(
    tokens: Tokens, device: Pkcs11Signer, state: State
) -> None:
    """Who is logged in is the process: closing one logs the other out."""
    other = open_pkcs11_signer(tokens.uri("p256"), pin)
    device.sign_many([request()])
    other.sign_many([request()])
    device.close()
    assert len(other.sign_many([request(), request()])) == 2
    other.close()


@pytest.mark.parametrize(
    ("value", "kind", "tried"),
    [
        (DEVICE_ERROR, SignerUnavailableError, 3),
        (0x6, SignerUnavailableError, 3),
        (0x70, AlgorithmUnsupportedError, 1),
        (0x200, PolicyRefusedError, 1),
        (0xA4, AuthenticationFailedError, 1),
        (0x5, SigningError, 1),
        (0x80000001, SigningError, 1),
    ],
)
def test_a_failure_says_what_can_be_done(
    device: Pkcs11Signer,
    state: State,
    value: int,
    kind: type[SigningError],
    tried: int,
) -> None:
    state.fail_with, state.fail_times = value, 9
    with pytest.raises(SigningError, match="refuses") as caught:
        SigningService(device, tries=3).sign_many([request()])
    assert type(caught.value) is kind
    assert state.fail_times == 9 - tried
    state.fail_times = 0
    assert len(device.sign_many([request()])) == 1


def test_after_a_first_signature_nobody_says_that_nothing_was_signed(
    device: Pkcs11Signer, state: State
) -> None:
    requests = [request(b"%d" % number) for number in range(200)]

    def fail() -> None:
        time.sleep(0.05)
        state.fail_with, state.fail_times = DEVICE_ERROR, 1

    state.wait_ms = 2
    later = threading.Thread(target=fail)
    later.start()
    with pytest.raises(OutcomeUnknownError, match="DeviceError"):
        device.sign_many(requests)
    later.join()


def test_a_token_that_lies_is_found_out(device: Pkcs11Signer, state: State) -> None:
    state.lie = 1
    with pytest.raises(SigningError, match="wrong signature"):
        sign_messages(device, [b"message"], at=AT)
    with pytest.raises(SigningError, match="wrong signature"):
        SigningService(device).sign_many([request()])
    state.lie, state.shorten = 0, 3
    with pytest.raises(SigningError, match="61 bytes"):
        device.sign_many([request()])


def test_a_busy_token_is_not_waited_for_without_time(
    device: Pkcs11Signer, state: State
) -> None:
    state.wait_ms = 300
    first = threading.Thread(target=lambda: device.sign_many([request()]))
    first.start()
    time.sleep(0.1)
    with pytest.raises(SignerUnavailableError, match="in use"):
        device.sign_many([request()], timeout=0.05)
    first.join()


def test_a_mechanism_that_is_not_offered(tokens: Tokens, state: State) -> None:
    state.hidden = ECDSA
    with pytest.raises(AlgorithmUnsupportedError, match="ECDSA"):
        open_pkcs11_signer(tokens.uri("p256"), pin)


def test_a_kind_of_key_that_has_no_mechanism(
    tokens: Tokens, state: State, tmp_path: Path
) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_bytes(issue("ed", kind="ed25519").pem)
    with pytest.raises(AlgorithmUnsupportedError, match="ed25519"):
        open_pkcs11_signer(tokens.uri("p256", certificate=str(chain)), pin)


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("object=p256", "object=nothing", "0 private keys 'nothing'"),
        ("object=p256", "id=%FF", "0 private keys 'ff'"),
        ("object=p256", "object=p256;id=%02", "0 private keys"),
        ("object=p256", "object=rsa", "0 certificates with the id"),
        ("token=lab", "token=nothing", "0 tokens"),
        ("token=lab", "token=lab;serial=nothing", "0 tokens"),
    ],
)
def test_a_key_that_is_not_there(
    tokens: Tokens, state: State, was: str, becomes: str, message: str
) -> None:
    with pytest.raises(KeyNotFoundError, match=message):
        open_pkcs11_signer(tokens.uri("p256").replace(was, becomes), pin)


def test_the_key_must_be_the_certificate_s(
    tokens: Tokens, state: State, tmp_path: Path
) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_bytes(tokens.rsa.pem)
    with pytest.raises(SigningError, match="not that of the certificate"):
        open_pkcs11_signer(tokens.uri("p256", certificate=str(chain)), pin)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("token=lab;", ""),
        ("object=p256", "type=private"),
        ("object=p256", "object=p256;type=cert"),
        ("object=p256", "object=p256;slot-id=1"),
        ("object=p256", "object=%FF"),
        ("module-path", "module-name"),
        ("?", "?x="),
    ],
)
def test_a_malformed_uri_is_refused(tokens: Tokens, was: str, becomes: str) -> None:
    with pytest.raises(InvalidValueError):
        open_pkcs11_signer(tokens.uri("p256").replace(was, becomes, 1), pin)


def test_what_is_no_module_is_refused(tokens: Tokens, tmp_path: Path) -> None:
    nothing = evolve(tokens, module=tmp_path / "nothing.so")
    with pytest.raises(SigningError, match="no PKCS #11 module"):
        open_pkcs11_signer(nothing.uri("p256"), pin)
    (tmp_path / "text.so").write_text("text")
    text = evolve(tokens, module=tmp_path / "text.so")
    with pytest.raises(SigningError):
        open_pkcs11_signer(text.uri("p256"), pin)


def test_without_the_extra_it_says_what_to_install(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(ToolError, match=r"pip install 'egovarchive\[pkcs11\]'"):
        open_pkcs11_signer(tokens.uri("p256"), pin)
