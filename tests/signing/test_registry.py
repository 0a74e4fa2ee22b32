"""From a line of a settings file to a signer; and nothing secret in that line."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)

from egovarchive.errors import (
    AuthenticationFailedError,
    InvalidValueError,
    SigningError,
)
from egovarchive.signing import SecretProvider, Signer
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.registry import Registry
from egovarchive.signing.service import SigningService
from egovarchive.signing.uri import SignerUri
from signing.authority import AT

SECRET = "hunter2"  # noqa: S105 - not a real one
MADE = KeySigner.self_signed("测试", at=AT)


def secret(uri: str, what: str) -> str:
    assert SECRET not in uri
    assert what in {"password", "pin", "token"}
    return SECRET


def refuse(uri: str, what: str) -> str:
    raise AssertionError((uri, what))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "chain.pem").write_bytes(MADE.certificate_pem())
    (tmp_path / "clear.pem").write_bytes(MADE.private_pem())
    (tmp_path / "locked.pem").write_bytes(MADE.private_pem(SECRET.encode()))
    return tmp_path


def test_a_key_file_is_opened(key: Path) -> None:
    uri = f"file://{key}/clear.pem?certificate={key}/chain.pem"
    signer = Registry().open(uri, refuse)
    assert signer.certificate == MADE.certificate
    assert len(sign_messages(signer, [b"a", b"b"], at=AT)) == 2
    signer.close()


def test_a_password_is_asked_for_where_one_is_needed(key: Path) -> None:
    uri = f"file://{key}/locked.pem?certificate={key}/chain.pem"
    assert Registry().open(uri, secret).certificate == MADE.certificate
    assert (
        Registry().open(uri, lambda *_: SECRET.encode()).certificate == MADE.certificate
    )
    with pytest.raises(AuthenticationFailedError) as caught:
        Registry().open(uri, lambda *_: "wrong-one")
    assert "wrong-one" not in str(caught.value)
    with pytest.raises(SigningError, match="asks for its password"):
        Registry().open(uri)


def test_a_pkcs12_file_is_opened(key: Path) -> None:
    (key / "signer.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(
            None,
            load_pem_private_key(MADE.private_pem(), None),  # type: ignore[arg-type]
            x509.load_der_x509_certificate(MADE.certificate),
            None,
            BestAvailableEncryption(SECRET.encode()),
        )
    )
    uri = f"file://{key}/signer.p12"
    assert Registry().open(uri, secret).certificate == MADE.certificate
    with pytest.raises(InvalidValueError, match="certificate"):
        Registry().open(f"{uri}?certificate=/x", secret)


def test_a_path_may_be_relative_and_have_spaces(
    key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(key)
    (key / "a b.pem").write_bytes(MADE.private_pem())
    signer = Registry().open("file:a%20b.pem?certificate=chain.pem")
    assert signer.certificate == MADE.certificate


@pytest.mark.parametrize(
    "text",
    [
        f"pkcs11:token=lab;object=key;pin-value={SECRET}?module-path=/lib.so",
        f"pkcs11:token=lab;object=key?module-path=/lib.so&pin-value={SECRET}",
        f"pkcs11:token=lab;object=key?module-path=/lib.so&pin-source={SECRET}",
        f"pkcs11:token=lab;object=key?module-path=/lib.so&PIN={SECRET}",
        f"pkcs11:token=lab;object=key?module-path=/lib.so&%70in={SECRET}",
        f"file:///key.pem?certificate=/chain.pem&password={SECRET}",
        f"file:///key.pem;password={SECRET}?certificate=/chain.pem",
        f"sdf:///lib.so?key=1&passwd={SECRET}",
        f"sdf:///lib.so?key=1&userPwd={SECRET}",
        f"sign+https://user:{SECRET}@host/?ca=system",
        f"sign+https://{SECRET}@host/?ca=system",
        f"sign+https://host/?ca=system&token={SECRET}",
        f"sign+https://host/?ca=system&authorization={SECRET}",
        f"nothing:x?client-secret={SECRET}",
        # Not known to be secrets, and not repeated either.
        f"file:///key.pem?{SECRET}",
        f"file:///key.pem?certificate=/chain.pem&{SECRET}",
        f"file:///key.pem#{SECRET}",
        f"pkcs11:{SECRET}",
        SECRET,
        f"//{SECRET}",
        f"sign+https://host:{SECRET}/",
        f"sign+https://[{SECRET}/",
        "file:///" + SECRET * 1_000,
        f"file:///key.pem?certificate=/chain.pem&certificate={SECRET}",
        f"file:///\x00{SECRET}",
        f"file:///key.pem?certificate=%FF{SECRET}",
    ],
)
def test_a_secret_in_a_uri_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Registry().open(text, refuse)
    told = traceback.format_exception(caught.value, chain=True, limit=0)
    everything = "".join(told) + repr(caught.value) + caught.value.message("zh")
    assert SECRET not in everything


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "File:///key.pem",
        "file:///key.pem?certificat=/x",
        "file:///key.pem?certificate=",
        "file:///key.pem",
        "file://elsewhere/key.pem?certificate=/x",
        "file:?certificate=/x",
        "file:///a b?certificate=/x",
        "file:///%FF?certificate=/x",
    ],
)
def test_a_malformed_uri_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises((InvalidValueError, SigningError)):
        Registry().open(text, refuse)


@pytest.mark.parametrize("name", ["nothing.pem", ".", "%00.pem", "large.pem"])
def test_a_file_that_cannot_be_read(key: Path, name: str) -> None:
    (key / "large.pem").write_bytes(bytes(1_000_001))
    with pytest.raises(SigningError):
        Registry().open(f"file://{key}/{name}?certificate={key}/chain.pem", refuse)
    with pytest.raises(SigningError):
        Registry().open(f"file://{key}/clear.pem?certificate={key}/{name}", refuse)


def test_a_file_without_a_certificate_is_named(key: Path) -> None:
    uri = f"file://{key}/clear.pem?certificate={key}/clear.pem"
    with pytest.raises(InvalidValueError, match=r"clear\.pem"):
        Registry().open(uri, refuse)


def test_an_unknown_scheme_lists_what_is_known() -> None:
    known = r"\['file', 'pkcs11', 'sdf', 'sign\+http', 'sign\+https'\]"
    with pytest.raises(
        InvalidValueError, match=f"no signer backend for 'hsm'.*{known}"
    ):
        Registry().open("hsm:x")
    assert Registry().schemes[0] == "file"
    assert "pkcs11" in repr(Registry())


def _opens(uri: str, secrets: SecretProvider) -> Signer:
    assert secrets(uri, "pin") == SECRET
    return MADE


def test_a_backend_may_be_registered() -> None:
    registry = Registry()
    registry.register("my-hsm", _opens)
    signer = registry.open("my-hsm:x", secret)
    assert isinstance(signer, SigningService)
    assert signer.certificate == MADE.certificate
    assert "my-hsm" not in Registry().schemes
    with pytest.raises(InvalidValueError, match="two signer backends"):
        registry.register("my-hsm", _opens)
    with pytest.raises(InvalidValueError, match="two signer backends"):
        registry.register("file", _opens)
    for wrong in ("", "My", "a:b", "é"):
        with pytest.raises(InvalidValueError):
            registry.register(wrong, _opens)


def _install(
    monkeypatch: pytest.MonkeyPatch, *entries: tuple[str, str]
) -> Callable[[], Registry]:
    group = "egovarchive.signers"
    found = [metadata.EntryPoint(name, value, group) for name, value in entries]

    def entry_points(**wanted: str) -> list[metadata.EntryPoint]:
        assert wanted == {"group": group}
        return found

    monkeypatch.setattr(metadata, "entry_points", entry_points)
    return Registry.installed


def test_installed_packages_add_backends_when_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed = _install(
        monkeypatch,
        ("my-hsm", f"{__name__}:_opens"),
        ("broken", "egovarchive_no_such_package:opens"),
        ("broken2", "egovarchive.signing:no_such_name"),
    )
    assert "my-hsm" not in Registry().schemes
    # Loading one that is broken is the affair of who uses it.
    registry = installed()
    assert {"my-hsm", "broken", "file"} <= set(registry.schemes)
    for name in ("broken", "broken2"):
        with pytest.raises(SigningError, match="cannot be loaded"):
            registry.open(f"{name}:x")


def test_no_package_takes_a_scheme_that_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(InvalidValueError, match="two signer backends for 'file'"):
        _install(monkeypatch, ("file", "x:y"))()
    with pytest.raises(InvalidValueError, match="two signer backends for 'a'"):
        _install(monkeypatch, ("a", "x:y"), ("a", "z:y"))()


@pytest.mark.parametrize("given", ["x" * 4_097, "a\0b", b"\0"])
def test_what_cannot_be_a_secret_is_not_used(key: Path, given: str | bytes) -> None:
    uri = f"file://{key}/locked.pem?certificate={key}/chain.pem"
    with pytest.raises(InvalidValueError, match="'password'"):
        Registry().open(uri, lambda *_: given)


def test_a_uri_is_read_as_it_was_written() -> None:
    uri = SignerUri.parse("pkcs11:token=a%20b;id=%01%FF?module-path=/a%2Fb")
    assert uri.attributes() == {"token": b"a b", "id": b"\x01\xff"}
    assert uri.query == {"module-path": "/a/b"}
    with pytest.raises(InvalidValueError):
        _ = uri.path
