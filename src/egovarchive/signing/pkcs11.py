"""
Keys in PKCS #11 tokens 密码令牌: smart cards, HSMs (extra ``pkcs11``).

``pkcs11:token=...;object=...?module-path=/lib.so`` (RFC 7512). The certificates lie on
the token beside the key, or in the PEM file of the parameter ``certificate``. PKCS #11
has no SM2: such keys are in SDF devices, see `signing.sdf`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    SignatureInvalidError,
    SigningError,
    ToolError,
)

from . import Capabilities, SecretProvider, SignRequest, der
from .algorithms import ALGORITHMS
from .certificates import Certificate
from .files import read_certificates
from .pkcs11_errors import is_lost, refusal
from .pkcs11_token import TokenPlace, certificates_on
from .prehash import digest_info, prehash
from .turns import LostError, Turns
from .uri import SignerUri, secret_of

if TYPE_CHECKING:
    from pkcs11 import Session, Token

# Kind of key to the octets of each half of its signature.
_EC_SIZES = {"p256": 32, "p384": 48, "p521": 66}


def open_pkcs11_signer(text: str, secrets: SecretProvider) -> Pkcs11Signer:
    """
    Return the signer whose key is in the token that the URI *text* names.

    The path names the token (``token``, ``serial``) and the key (``object``, its
    label, or ``id``); the query, the library (``module-path``) and, if the token
    holds no certificate, a PEM file (``certificate``). Asked for is the ``"pin"``:
    once, and again when the token has forgotten us.

    Raises:
        InvalidValueError: The URI is malformed.
        KeyNotFoundError: There is no such token, key or certificate, or two.
        AuthenticationFailedError: The PIN is wrong. It is not tried again.
        AlgorithmUnsupportedError: The token cannot sign with such a key.
        SigningError: The token cannot be used.
        ToolError: python-pkcs11 is not installed.
    """
    uri = SignerUri.parse(text)
    uri.check_names("module-path", "certificate")
    pem = uri.query.get("certificate")
    return Pkcs11Signer(
        TokenPlace.of(uri),
        lambda: secret_of(secrets, uri, "pin"),
        () if pem is None else read_certificates(pem),
    )


class Pkcs11Signer:
    """
    A `Signer` whose key is in a PKCS #11 token. Made by `open_pkcs11_signer`.

    One session is kept open, and opened anew, with the PIN asked for again, when the
    token has forgotten it. After a PIN was refused, none is given to the token any
    more: it would lock. Digests are taken here, as tokens have been seen to sign a
    part of what they were given.
    """

    def __init__(
        self, place: TokenPlace, pin: Callable[[], bytes], certificates: Sequence[bytes]
    ) -> None:
        try:
            import pkcs11  # noqa: PLC0415 - an extra
        except ImportError:
            raise ToolError(
                "PKCS #11 tokens need pip install 'egovarchive[pkcs11]'",
                "使用 PKCS #11 令牌需要 pip install 'egovarchive[pkcs11]'",
            ) from None
        self._failure = pkcs11.PKCS11Error
        self._place = place
        self._pin = pin
        self._session: Session | None = None
        self._turns = Turns(self._start, self._sign, self._end)
        self._turns.begin()
        try:
            self._own, self._chain = self._certificates(certificates)
            self._algorithms = self._usable()
        except BaseException:
            self.close()
            raise

    @property
    def certificate(self) -> bytes:
        """The key's X.509 certificate, DER."""
        return self._own.der

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it, DER, nearest first, as far as they are known."""
        return self._chain

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What the key can sign with, best first."""
        return self._algorithms

    @property
    def capabilities(self) -> Capabilities:
        """One signature after the other, in a device."""
        return Capabilities(protection="device")

    def __repr__(self) -> str:
        return f"Pkcs11Signer({self._own.subject_text!r}, {self._algorithms[0]!r})"

    def close(self) -> None:
        """Close the session."""
        self._turns.close()

    def sign_many(
        self, requests: Sequence[SignRequest], *, timeout: float | None = None
    ) -> list[bytes]:
        """
        Return one raw signature for each of *requests*, in their order.

        Raises:
            AlgorithmUnsupportedError: One asks for what this key cannot do.
            AuthenticationFailedError: The PIN is refused, now or before.
            SignerUnavailableError: Another thread, or the token, is too busy.
            OutcomeUnknownError: The time was over, or the token was lost, midway.
            SigningError: The token will not sign.
        """
        return self._turns.sign_many(requests, self._algorithms, timeout)

    def _sign(self, request: SignRequest) -> bytes:
        try:
            return self._signed(request)
        except self._failure as error:
            if is_lost(error):
                raise LostError(refusal(error)) from None
            raise refusal(error) from None

    def _signed(self, request: SignRequest) -> bytes:
        from pkcs11 import Mechanism  # noqa: PLC0415 - an extra

        digest = prehash(self._own, request.algorithm, request.message)
        kind = ALGORITHMS[request.algorithm].kind
        if kind == "rsa":
            info = digest_info(request.algorithm, digest)
            return bytes(self._key.sign(info, mechanism=Mechanism.RSA_PKCS))
        halves = bytes(self._key.sign(digest, mechanism=Mechanism.ECDSA))
        size = _EC_SIZES[kind]
        if len(halves) != 2 * size:
            raise SigningError(
                f"the token returned a signature of {len(halves)} bytes",
                f"令牌返回的签名长 {len(halves)} 字节",
            )
        # RFC 3279, 2.2.3: r and s as numbers.
        return der.sequence(
            der.integer(int.from_bytes(halves[:size], "big")),
            der.integer(int.from_bytes(halves[size:], "big")),
        )

    def _start(self) -> None:
        try:
            token = self._place.find_token()
            session = self._session = self._opened(token)
            # Its class is made by the library, for what this key can do.
            self._key: Any = self._place.find_key(session)
            self._mechanisms = token.slot.get_mechanisms()
        except self._failure as error:
            self._end()
            raise refusal(error) from None
        except BaseException:
            self._end()
            raise

    def _opened(self, token: Token) -> Session:
        from pkcs11.exceptions import UserAlreadyLoggedIn  # noqa: PLC0415 - an extra

        pin = self._pin()
        if not pin:
            raise AuthenticationFailedError("no PIN was given", "未提供 PIN")
        try:
            return token.open(user_pin=pin.decode())
        except UserAlreadyLoggedIn:
            # Who is logged in is the process, not the session.
            return token.open()
        except UnicodeDecodeError:
            raise AuthenticationFailedError(
                "the PIN is not UTF-8", "PIN 不是 UTF-8 编码"
            ) from None

    def _end(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            try:
                session.close()
            except self._failure:
                # It is gone already; what mattered was said before.
                return

    def _usable(self) -> tuple[str, ...]:
        from pkcs11 import KeyType, Mechanism  # noqa: PLC0415 - an extra

        kind = self._own.public_key.kind
        wanted, mechanism = (
            (KeyType.RSA, Mechanism.RSA_PKCS)
            if kind == "rsa"
            else (KeyType.EC, Mechanism.ECDSA)
        )
        if kind != "rsa" and kind not in _EC_SIZES:
            raise AlgorithmUnsupportedError(
                f"keys of kind {kind!r} are not used through PKCS #11",
                f"不通过 PKCS #11 使用 {kind!r} 类型的密钥",
            )
        if self._key.key_type != wanted:
            raise SigningError(
                "the key on the token is not that of the certificate of "
                f"{self._own.subject_text!r}",
                f"令牌中的密钥与 {self._own.subject_text!r} 的证书不符",
            )
        if mechanism not in self._mechanisms:
            raise AlgorithmUnsupportedError(
                f"the token does not offer {mechanism.name}",
                f"令牌不支持 {mechanism.name}",
            )
        return self._own.public_key.algorithms()

    def _certificates(
        self, given: Sequence[bytes]
    ) -> tuple[Certificate, tuple[bytes, ...]]:
        try:
            if given:
                parsed = [Certificate.parse(each) for each in given]
            else:
                parsed = certificates_on(self._key)
            return parsed[0], tuple(each.der for each in parsed[1:])
        except SignatureInvalidError as error:
            raise SigningError(*error.args) from error
        except self._failure as error:
            raise refusal(error) from None
