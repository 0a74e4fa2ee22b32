"""
Signers by name 签名者登记: from a line of a settings file to a signer.

What a scheme means is said by a `Registry`, an object that is passed around. Other
packages add backends by an entry point of the group ``egovarchive.signers``, named as
the scheme; they are looked at by `Registry.installed` only, and imported when a URI
with their scheme is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TypeAlias

from egovarchive.errors import InvalidValueError, SigningError

from . import SecretProvider, Signer
from .service import TIMEOUT, TRIES, SigningService
from .uri import SignerUri, scheme_of

ENTRY_POINTS = "egovarchive.signers"

# Makes a signer of a URI with the scheme it is registered for.
Opener: TypeAlias = Callable[[str, SecretProvider], Signer]


def _own(module: str, name: str) -> Opener:
    """Return an opener of this package that is imported when it is first used."""

    def open_signer(uri: str, secrets: SecretProvider) -> Signer:
        opener: Opener = getattr(import_module(f"egovarchive.signing.{module}"), name)
        return opener(uri, secrets)

    return open_signer


_OWN: Mapping[str, Opener] = {
    "file": _own("files", "open_file_signer"),
    "pkcs11": _own("pkcs11", "open_pkcs11_signer"),
    "sdf": _own("sdf", "open_sdf_signer"),
    "sign+https": _own("remote", "open_remote_signer"),
    "sign+http": _own("remote", "open_remote_signer"),
}


def no_secrets(uri: str, what: str) -> str:  # noqa: ARG001 - a SecretProvider
    """Give no secret: for keys that need none."""
    raise SigningError(
        f"the signer asks for its {what}, and nobody was named who gives it",
        f"签名者需要 {what}，但未指定由谁提供",
    )


class Registry:
    """
    Which backend opens which scheme.

    A new one knows the backends of this package: ``file``, ``pkcs11``, ``sdf``,
    ``sign+https`` and, to this machine only, ``sign+http``.
    """

    def __init__(self) -> None:
        self._openers: dict[str, Opener] = dict(_OWN)

    @classmethod
    def installed(cls) -> Registry:
        """
        Return a registry that also knows what installed packages offer.

        Raises:
            InvalidValueError: Two packages offer the same scheme, or one offers a
                scheme of this package: which was meant is not guessed.
        """
        from importlib.metadata import entry_points  # noqa: PLC0415 - slow

        registry = cls()
        for entry in entry_points(group=ENTRY_POINTS):
            registry.register(entry.name, _foreign(entry.name, entry.load))
        return registry

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes it knows, sorted."""
        return tuple(sorted(self._openers))

    def __repr__(self) -> str:
        return f"Registry({list(self.schemes)})"

    def register(self, scheme: str, opener: Opener) -> None:
        """
        Let *opener* open the URIs with *scheme*.

        Raises:
            InvalidValueError: It is no scheme, or another opener has it.
        """
        if scheme_of(f"{scheme}:") != scheme:
            raise InvalidValueError(
                f"not a scheme: {scheme!r}", f"不是合法的地址方案：{scheme!r}"
            )
        if scheme in self._openers:
            raise InvalidValueError(
                f"two signer backends for {scheme!r}", f"{scheme!r} 有两个签名后端"
            )
        self._openers[scheme] = opener

    def open(
        self,
        uri: str,
        secrets: SecretProvider = no_secrets,
        *,
        timeout: float = TIMEOUT,
        tries: int = TRIES,
        check: bool = True,
    ) -> SigningService:
        """
        Return the signer that *uri* names. Close it after use.

        Args:
            uri: Where the key is.
            secrets: Called with *uri* and ``"pin"``, ``"password"`` or ``"token"``
                when the backend needs one.
            timeout: As for `SigningService`, with *tries* and *check*.
            tries: How often it is asked at most.
            check: Verify what it signs.

        Raises:
            InvalidValueError: The URI is malformed, holds a secret, or no backend
                has its scheme.
            KeyNotFoundError: There is no such key.
            AuthenticationFailedError: The secret is wrong.
            SigningError: The backend cannot be opened.
            ToolError: The backend needs a package that is not installed.
        """
        scheme = SignerUri.parse(uri).scheme
        opener = self._openers.get(scheme)
        if opener is None:
            raise InvalidValueError(
                f"no signer backend for {scheme!r}; known: {list(self.schemes)}",
                f"没有 {scheme!r} 的签名后端；可用：{list(self.schemes)}",
                place="signer",
            )
        signer = opener(uri, secrets)
        return SigningService(signer, timeout=timeout, tries=tries, check=check)


def _foreign(scheme: str, load: Callable[[], Opener]) -> Opener:
    def open_signer(uri: str, secrets: SecretProvider) -> Signer:
        try:
            opener = load()
        except (ImportError, AttributeError) as error:
            raise SigningError(
                f"the installed backend for {scheme!r} cannot be loaded: {error}",
                f"无法加载 {scheme!r} 的签名后端：{error}",
            ) from error
        return opener(uri, secrets)

    return open_signer
