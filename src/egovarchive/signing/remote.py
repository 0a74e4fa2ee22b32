"""
A signing service over HTTPS 远程签名服务: ``sign+https://host/path?ca=/ca.pem``.

The protocol, ours, stands in docs/reference/signing-service.md: ``GET /key`` says whose
key it is and what it can do, ``POST /sign`` signs a batch. Each request has an id, and
a service that sees one again hands out what it signed before; so an answer that is
lost may be asked for again.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    InvalidValueError,
    KeyNotFoundError,
    OutcomeUnknownError,
    PolicyRefusedError,
    SignatureInvalidError,
    SignerUnavailableError,
    SigningError,
)

from . import Capabilities, SecretProvider, SignRequest
from .certificates import MAX_CERTIFICATE_SIZE, Certificate
from .deadline import Deadline
from .endpoint import Endpoint, Query, Reply, tls_context
from .prehash import prehash, takes_digest
from .uri import SignerUri, secret_of

# Seconds to learn whose key it is.
OPENING_TIMEOUT = 30.0
MAX_BATCH = 10_000
MAX_PARALLEL = 32
MAX_MESSAGE = 50_000_000
# ML-DSA-87, the largest that is known, has 4,627 octets.
MAX_SIGNATURE = 8_192
MAX_CERTIFICATES = 10

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_TOKEN = re.compile(rb"[\x21-\x7e]*")
_STATUSES: Mapping[int, tuple[type[SigningError], str, str]] = {
    401: (AuthenticationFailedError, "the token is refused", "令牌被拒绝"),
    403: (PolicyRefusedError, "signing is not allowed", "不允许签名"),
    404: (KeyNotFoundError, "there is no such key", "没有该密钥"),
    409: (SigningError, "an id was used for something else", "请求标识已用于其他内容"),
    413: (SigningError, "the request is too large", "请求过大"),
    422: (AlgorithmUnsupportedError, "the algorithm is refused", "算法被拒绝"),
    429: (SignerUnavailableError, "it is too busy", "服务繁忙"),
    503: (SignerUnavailableError, "it is not available", "服务不可用"),
}


def open_remote_signer(text: str, secrets: SecretProvider) -> RemoteSigner:
    """
    Return the signer at the service that the URI *text* names.

    ``ca`` is a PEM file with the certificates that may vouch for the server, or
    ``system``. ``identity`` is a PEM file with a certificate and key of our own, where
    the server asks for one. Asked for are a ``"token"``, sent as a bearer token
    unless it is empty, and with ``identity`` its ``"password"``.

    Raises:
        InvalidValueError: The URI is malformed, or a file of it cannot be used.
        SigningError: The service cannot be reached, or does not keep to the protocol.
    """
    uri = SignerUri.parse(text)
    if not uri.host:
        raise InvalidValueError(
            f"a {uri.scheme}: URI names a host", f"{uri.scheme}: 地址须指明主机"
        )
    tls, port = None, 80
    if uri.scheme == "sign+http":
        uri.check_names()
        if uri.host not in _LOCAL:
            raise InvalidValueError(
                f"sign+http: is for this machine only, not {uri.host!r}",
                f"sign+http: 仅用于本机，不能用于 {uri.host!r}",
                place="signer",
            )
    else:
        uri.check_names("ca", "identity")
        identity = uri.query.get("identity")
        password = None if identity is None else secret_of(secrets, uri, "password")
        tls, port = (
            tls_context(uri.required("ca"), identity=identity, password=password),
            443,
        )
    return RemoteSigner(
        Endpoint(uri.host, uri.port or port, tls),
        quote(uri.path.rstrip("/")),
        token=secret_of(secrets, uri, "token"),
    )


class RemoteSigner:
    """
    A `Signer` whose key a service keeps. Made by `open_remote_signer`.

    It asks the service once, and does not try again by itself; that is what
    `SigningService` is for.

    Args:
        endpoint: The server.
        path: Where the service is on it, without a slash at the end.
        token: What it knows us by; empty if by nothing, or by TLS.

    Raises:
        SigningError: The service cannot be reached, or does not keep to the protocol.
    """

    def __init__(self, endpoint: Endpoint, path: str = "", *, token: bytes) -> None:
        if not _TOKEN.fullmatch(token):
            raise InvalidValueError(
                "the token has characters that cannot be sent", "令牌含无法发送的字符"
            )
        self._endpoint = endpoint
        self._path = path
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token.decode('ascii')}"
        limit = MAX_CERTIFICATES * MAX_CERTIFICATE_SIZE * 2
        deadline = Deadline.after(OPENING_TIMEOUT)
        try:
            self._read_key(self._ask("key", None, limit, deadline))
        except BaseException:
            endpoint.close()
            raise

    def _read_key(self, answer: Mapping[str, object]) -> None:
        certificates = [
            _octets(each, MAX_CERTIFICATE_SIZE)
            for each in _texts(answer, "certificates", MAX_CERTIFICATES)
        ]
        try:
            self._own = Certificate.parse(certificates[0])
        except (SignatureInvalidError, IndexError) as error:
            raise _garbled("key") from error
        self._chain = tuple(certificates[1:])
        form = answer.get("input")
        # It may be anything that JSON has, a list too.
        if not isinstance(form, str) or form not in {"digest", "message"}:
            raise _garbled("key")
        self._sends_digest = form == "digest"
        self._algorithms = tuple(
            name
            for name in _texts(answer, "algorithms", 100)
            if takes_digest(name) or not self._sends_digest
        )
        longest = _number(answer, "max_message", MAX_MESSAGE)
        self._capabilities = Capabilities(
            max_batch=_number(answer, "max_batch", MAX_BATCH),
            max_parallel=_number(answer, "max_parallel", MAX_PARALLEL),
            # A digest is short, whatever it is of.
            max_message=None if self._sends_digest else longest,
            protection="service",
        )

    @property
    def certificate(self) -> bytes:
        """The key's X.509 certificate, DER."""
        return self._own.der

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it, DER, nearest first."""
        return self._chain

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What the service says that the key can sign with, best first."""
        return self._algorithms

    @property
    def capabilities(self) -> Capabilities:
        """What the service says of itself, within limits of ours."""
        return self._capabilities

    def __repr__(self) -> str:
        return f"RemoteSigner({self._own.subject_text!r}, {self._endpoint!r})"

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    def sign_many(
        self, requests: Sequence[SignRequest], *, timeout: float | None = None
    ) -> list[bytes]:
        """
        Return one raw signature for each of *requests*, in their order.

        Raises:
            AlgorithmUnsupportedError: One asks for what the key cannot do.
            SignerUnavailableError: Nothing was signed; trying again may help.
            OutcomeUnknownError: No whole answer came in time.
            SigningError: The service does not do it, or answers wrongly.
        """
        deadline = Deadline.after(timeout)
        unique = self._unique(requests)
        if not unique:
            return []
        deadline.check_begun()
        body = {"requests": [self._written(request) for request in unique.values()]}
        # base64, an id, and what JSON puts around them.
        limit = sum(2 * MAX_SIGNATURE + 2 * len(name) + 100 for name in unique)
        sent = json.dumps(body).encode("ascii")
        answer = self._ask("sign", sent, limit, deadline)
        return self._signatures(answer, requests, len(unique))

    def _unique(self, requests: Sequence[SignRequest]) -> dict[str, SignRequest]:
        unique: dict[str, SignRequest] = {}
        for request in requests:
            if request.algorithm not in self._algorithms:
                raise AlgorithmUnsupportedError(
                    f"{request.algorithm!r} was asked for; "
                    f"this key signs with {list(self._algorithms)}",
                    f"请求的算法为 {request.algorithm!r}；"
                    f"此密钥可用 {list(self._algorithms)}",
                )
            if unique.setdefault(request.id, request) != request:
                raise SigningError(
                    f"two different requests have the id {request.id!r}",
                    f"两个不同的请求使用了同一标识 {request.id!r}",
                )
        return unique

    def _written(self, request: SignRequest) -> dict[str, str]:
        name, content = "message", request.message
        if self._sends_digest:
            name = "digest"
            content = prehash(self._own, request.algorithm, request.message)
        return {
            "id": request.id,
            "algorithm": request.algorithm,
            name: base64.b64encode(content).decode("ascii"),
        }

    def _signatures(
        self, answer: Mapping[str, object], requests: Sequence[SignRequest], count: int
    ) -> list[bytes]:
        entries = answer.get("signatures")
        signatures: dict[str, bytes] = {}
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
                raise _garbled("sign")
            signatures[entry["id"]] = _octets(entry.get("signature"), MAX_SIGNATURE)
        # Those of other requests must not pass for ours, nor may one be missing.
        if not isinstance(entries, list) or len(entries) != count:
            raise _garbled("sign")
        if {request.id for request in requests} != set(signatures):
            raise SigningError(
                "the service answered for other requests than those sent",
                "签名服务的应答与所发请求不符",
            )
        return [signatures[request.id] for request in requests]

    def _ask(
        self, what: str, body: bytes | None, limit: int, deadline: Deadline
    ) -> Mapping[str, object]:
        query = Query(
            path=f"{self._path}/{what}", body=body, headers=self._headers, limit=limit
        )
        return _read(self._endpoint.exchange(query, deadline), what)


def _read(reply: Reply, what: str) -> Mapping[str, object]:
    if reply.status != 200:  # noqa: PLR2004 - RFC 9110, 15.3.1
        # What else it says is not repeated: it might say our token.
        kind, en, zh = _STATUSES.get(
            reply.status, (SigningError, "not understood", "应答无法理解")
        )
        if reply.status >= 500 and reply.status not in _STATUSES:  # noqa: PLR2004
            kind, en, zh = OutcomeUnknownError, "it failed", "服务出错"
        raise kind(
            f"the signing service answered {reply.status}: {en}",
            f"签名服务返回 {reply.status}：{zh}",
        )
    try:
        answer = json.loads(reply.body)
    except (ValueError, RecursionError):
        raise OutcomeUnknownError(
            f"the signing service answered {what!r} with something else than JSON",
            f"签名服务对 {what!r} 的应答不是 JSON",
        ) from None
    if not isinstance(answer, dict):
        raise _garbled(what)
    return answer


def _texts(answer: Mapping[str, object], name: str, most: int) -> list[str]:
    found = answer.get(name)
    if not isinstance(found, list) or not 0 < len(found) <= most:
        raise _garbled("key")
    texts = [each for each in found if isinstance(each, str)]
    if len(texts) != len(found):
        raise _garbled("key")
    return texts


def _number(answer: Mapping[str, object], name: str, most: int) -> int:
    """Return a limit that the service names, or ours if it is lower or none is."""
    found = answer.get(name, most)
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise _garbled("key")
    return min(found, most)


def _octets(text: object, most: int) -> bytes:
    if not isinstance(text, str) or len(text) > most * 2:
        raise _garbled("sign")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _garbled("sign") from None


def _garbled(what: str) -> SigningError:
    return SigningError(
        f"the signing service does not keep to the protocol in its answer to {what!r}",
        f"签名服务对 {what!r} 的应答不符合协议",
    )
