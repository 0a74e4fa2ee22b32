"""A PKCS #11 token 令牌: where it is, and what lies on it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from egovarchive.errors import InvalidValueError, KeyNotFoundError, SigningError

from .certificates import Certificate
from .uri import SignerUri

if TYPE_CHECKING:
    from pkcs11 import PrivateKey, Session, Token

# Objects of one kind looked at on a token; hostile or not, it comes to an end.
_MAX_OBJECTS = 200
_MAX_PATH = 6
_ATTRIBUTES = frozenset({"token", "serial", "object", "id", "type"})


@frozen(kw_only=True)
class TokenPlace:
    """
    Where a key is.

    Args:
        library: Path of the module that speaks to the token.
        token: Label of the token; None: any.
        serial: Its serial number; None: any.
        label: Label of the key; None: any.
        key_id: Id of the key; None: any.
    """

    library: str
    token: str | None
    serial: bytes | None
    label: str | None
    key_id: bytes | None

    @classmethod
    def of(cls, uri: SignerUri) -> TokenPlace:
        """
        Return the place that a ``pkcs11:`` URI names.

        Raises:
            InvalidValueError: It does not name a token, a key and a module.
        """
        named = uri.attributes()
        if set(named) - _ATTRIBUTES or named.get("type", b"private") != b"private":
            raise InvalidValueError(
                f"a pkcs11: URI is read with {sorted(_ATTRIBUTES)}, and type=private",
                f"pkcs11: 地址可用的属性为 {sorted(_ATTRIBUTES)}，且 type=private",
                rule="RFC 7512",
                place="signer",
            )
        if not {"token", "serial"} & set(named) or not {"object", "id"} & set(named):
            raise InvalidValueError(
                "a pkcs11: URI names a token (token, serial) and a key (object, id)",
                "pkcs11: 地址须指明令牌（token、serial）和密钥（object、id）",
                rule="RFC 7512",
                place="signer",
            )
        return cls(
            library=uri.required("module-path"),
            token=_text(named.get("token")),
            serial=named.get("serial"),
            label=_text(named.get("object")),
            key_id=named.get("id"),
        )

    def find_token(self) -> Token:
        """
        Return the token.

        Raises:
            KeyNotFoundError: There is none, or more than one.
            SigningError: There is no such module.
        """
        import pkcs11  # noqa: PLC0415 - an extra

        if not Path(self.library).is_file():
            raise SigningError(
                f"no PKCS #11 module at {self.library!r}",
                f"{self.library!r} 处没有 PKCS #11 模块",
            )
        tokens = [
            token
            for token in pkcs11.lib(self.library).get_tokens(
                token_label=self.token, token_serial=self.serial
            )
            if token.label
        ]
        if len(tokens) != 1:
            raise KeyNotFoundError(
                f"{len(tokens)} tokens are named {self.token or self.serial!r}",
                f"有 {len(tokens)} 个名为 {self.token or self.serial!r} 的令牌",
            )
        return tokens[0]

    def find_key(self, session: Session) -> PrivateKey:
        """Return the key, or raise `KeyNotFoundError` if it is not exactly one."""
        from pkcs11 import Attribute, ObjectClass  # noqa: PLC0415 - an extra

        wanted: dict[Attribute, object] = {Attribute.CLASS: ObjectClass.PRIVATE_KEY}
        if self.label is not None:
            wanted[Attribute.LABEL] = self.label
        if self.key_id is not None:
            wanted[Attribute.ID] = self.key_id
        found: list[PrivateKey] = _some(session.get_objects(wanted))
        if len(found) != 1:
            raise KeyNotFoundError(
                f"the token has {len(found)} private keys {self._name}",
                f"令牌中有 {len(found)} 个私钥 {self._name}",
            )
        return found[0]

    @property
    def _name(self) -> str:
        return repr(self.label if self.key_id is None else self.key_id.hex())


def certificates_on(key: PrivateKey) -> list[Certificate]:
    """
    Return the certificate of *key* on its token, and those above, nearest first.

    Raises:
        KeyNotFoundError: There is not exactly one with the id of the key.
        SignatureInvalidError: One is malformed.
    """
    from pkcs11 import Attribute, ObjectClass  # noqa: PLC0415 - an extra

    wanted: dict[Attribute, object] = {Attribute.CLASS: ObjectClass.CERTIFICATE}
    held = [
        (bytes(each[Attribute.ID]), bytes(each[Attribute.VALUE]))
        for each in _some(key.session.get_objects(wanted))
    ]
    key_id = bytes(key[Attribute.ID])
    own = [value for each_id, value in held if each_id == key_id]
    if len(own) != 1:
        raise KeyNotFoundError(
            f"the token has {len(own)} certificates with the id of the key; "
            "the parameter 'certificate' may name a PEM file",
            f"令牌中与密钥标识相同的证书有 {len(own)} 个；"
            "可用参数 'certificate' 指明 PEM 文件",
        )
    path = [Certificate.parse(own[0])]
    others = [Certificate.parse(value) for _, value in held if value != own[0]]
    while len(path) < _MAX_PATH and path[-1].subject != path[-1].issuer:
        above = [each for each in others if each.subject == path[-1].issuer]
        if len(above) != 1:
            break
        path += above
    return path


def _some(objects: Iterator[Any]) -> list[Any]:
    """Return the first of *objects*. Their classes are made by the library."""
    return list(islice(objects, _MAX_OBJECTS))


def _text(octets: bytes | None) -> str | None:
    try:
        return None if octets is None else octets.decode()
    except UnicodeDecodeError:
        raise InvalidValueError(
            "a label in a pkcs11: URI is not UTF-8",
            "pkcs11: 地址中的标签不是 UTF-8 编码",
            rule="RFC 7512",
            place="signer",
        ) from None
