"""
Signer URIs 签名者地址: where a key is, never how to unlock it.

``file:///key.pem?certificate=/chain.pem``, ``pkcs11:token=...;object=...?...`` (RFC
7512), ``sdf:///lib.so?key=1&...``, ``sign+https://host/path?ca=/ca.pem``. They stand
in settings, in logs and in reprs, so one that holds a secret is refused, and no error
repeats what might be one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from attrs import field, frozen

from egovarchive.errors import InvalidValueError

from . import SecretProvider

MAX_SIZE = 4096
MAX_SECRET_SIZE = 4096

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,40}):")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
# In a query, a name with one of these is a secret's, whatever its backend calls it.
_SECRET = re.compile(r"pin|pass|pwd|secret|token|credential|auth")
# In a path of attributes (RFC 7512) "token" is the label of one.
_SECRET_ATTRIBUTE = re.compile(r"pin|pass|pwd|secret|credential|auth")


@frozen
class SignerUri:
    """
    A parsed signer URI.

    Args:
        text: All of it, as it was given.
        scheme: What stands before the colon.
        host: Host name; empty if there is none.
        port: Port; None if it is not named.
        query: The parameters after the question mark, decoded.
    """

    text: str = field(repr=False)
    scheme: str
    host: str
    port: int | None
    query: Mapping[str, str]
    _raw_path: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> SignerUri:
        """
        Return the URI that *text* writes.

        Raises:
            InvalidValueError: It is not one, or holds a secret.
        """
        scheme = scheme_of(text)
        try:
            split = urlsplit(text)
            host, port = split.hostname or "", split.port
        except ValueError:
            raise _malformed() from None
        if split.fragment or not text.isprintable() or " " in text:
            raise _malformed()
        if "@" in split.netloc or _holds_secret(split.path, ";", _SECRET_ATTRIBUTE):
            raise _refused()
        if _holds_secret(split.query, "&", _SECRET):
            raise _refused()
        try:
            return cls(
                text,
                scheme,
                host,
                port,
                MappingProxyType(
                    {
                        name: unquote(value, errors="strict")
                        for name, value in _pairs(split.query, "&").items()
                    }
                ),
                split.path,
            )
        except UnicodeDecodeError:
            raise _malformed() from None

    @property
    def path(self) -> str:
        """
        The path, percent signs decoded.

        Raises:
            InvalidValueError: It is not UTF-8.
        """
        try:
            return unquote(self._raw_path, errors="strict")
        except UnicodeDecodeError:
            raise _malformed() from None

    def attributes(self) -> dict[str, bytes]:
        """
        Return the path read as RFC 7512 does, ``name=value;...``, decoded.

        Raises:
            InvalidValueError: It is not of that form.
        """
        return {
            name: unquote_to_bytes(value)
            for name, value in _pairs(self._raw_path, ";").items()
        }

    def check_names(self, *known: str) -> None:
        """
        Return if *known* are all the names that its query uses.

        Raises:
            InvalidValueError: There is another one; a setting that is not understood
                must not be passed over.
        """
        for name in self.query:
            if name not in known:
                raise _unknown(name, known)

    def required(self, name: str) -> str:
        """
        Return the parameter *name*.

        Raises:
            InvalidValueError: It is missing or empty.
        """
        if not (value := self.query.get(name, "")):
            raise InvalidValueError(
                f"a {self.scheme}: URI needs the parameter {name!r}",
                f"{self.scheme}: 地址须有参数 {name!r}",
                place="signer",
            )
        return value


def scheme_of(text: str) -> str:
    """
    Return what stands before the colon of a signer URI.

    Raises:
        InvalidValueError: It is no URI, or too long to be one.
    """
    found = _SCHEME.match(text) if len(text) <= MAX_SIZE else None
    if found is None:
        raise _malformed()
    return found[1]


def secret_of(secrets: SecretProvider, uri: SignerUri, what: str) -> bytes:
    """
    Return the secret *what* of *uri*, asked of *secrets*. It may be empty.

    Raises:
        InvalidValueError: It is too long, or holds a NUL, which would cut it short.
    """
    found = secrets(uri.text, what)
    secret = found.encode() if isinstance(found, str) else bytes(found)
    if len(secret) > MAX_SECRET_SIZE or b"\0" in secret:
        raise InvalidValueError(
            f"what was given as {what!r} cannot be one: too long, or with a NUL",
            f"提供的 {what!r} 不可用：过长或含空字符",
            place="signer",
        )
    return secret


def _holds_secret(text: str, separator: str, name: re.Pattern[str]) -> bool:
    # Names are looked at decoded and in lower case, so that nothing slips by.
    parts = (part.partition("=") for part in text.split(separator))
    return any(
        name.search(unquote(each).lower()) for each, equals, _ in parts if equals
    )


def _pairs(text: str, separator: str) -> dict[str, str]:
    """Return the ``name=value`` in *text*, values not decoded."""
    pairs: dict[str, str] = {}
    for part in text.split(separator) if text else ():
        name, equals, value = part.partition("=")
        # What has no name may be anything, so it is not repeated.
        if not equals or not _NAME.fullmatch(name) or name in pairs:
            raise _malformed()
        pairs[name] = value
    return pairs


def _malformed() -> InvalidValueError:
    return InvalidValueError(
        "not a signer URI such as 'file:///key.pem?certificate=/chain.pem'",
        "不是签名者地址，例如 'file:///key.pem?certificate=/chain.pem'",
        place="signer",
    )


def _refused() -> InvalidValueError:
    return InvalidValueError(
        "a signer URI holds no user, PIN, password or token: they are asked for",
        "签名者地址不得含用户名、PIN、口令或令牌：这些由回调提供",
        place="signer",
    )


def _unknown(name: str, known: tuple[str, ...]) -> InvalidValueError:
    return InvalidValueError(
        f"a signer URI with the parameter {name!r}; known: {sorted(known)}",
        f"签名者地址含参数 {name!r}；可用参数：{sorted(known)}",
        place="signer",
    )
