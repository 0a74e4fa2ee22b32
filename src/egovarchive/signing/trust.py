"""Trust 信任: who may sign, said by certificates chosen by hand."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from threading import Lock

from egovarchive.errors import InvalidValueError, SignatureInvalidError

from . import VerifiedSignature
from .certificates import Certificate, read_pem
from .path import Path, aware, find_path
from .signed_data import SignedData
from .sm2 import DEFAULT_ID, check_id

# Paths kept in memory, about 10 kB each. Only good ones are kept.
_CACHED_PATHS = 256


class TrustStore:
    """
    A `Verifier` that trusts given certificates, and whom they vouch for.

    A certificate given may be a CA's, or one signer's own. Nothing else is trusted,
    nothing is fetched, and revocation is not looked at. Threads may share a store.

    Args:
        anchors: The trusted certificates, DER.
        signer_id: Whose the SM2 signatures over messages are. Certificates are
            always signed with the usual one.
        bare: Whether signatures without signed attributes are accepted, as some
            libraries make them. They say neither when nor for which certificate.

    Raises:
        InvalidValueError: There is none, one is not a certificate, or *signer_id* is
            too long.
    """

    def __init__(
        self,
        anchors: Sequence[bytes],
        *,
        signer_id: bytes = DEFAULT_ID,
        bare: bool = False,
    ) -> None:
        if not anchors:
            raise InvalidValueError(
                "no trusted certificate is given", "未提供受信任的证书"
            )
        try:
            self._anchors = tuple(Certificate.parse(anchor) for anchor in anchors)
        except SignatureInvalidError as error:
            raise InvalidValueError(*error.args, rule="RFC 5280") from error
        self._signer_id = check_id(signer_id)
        self._bare = bare
        self._paths: OrderedDict[bytes, Path] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def from_pem(cls, pem: bytes) -> TrustStore:
        """
        Return a store that trusts the certificates in *pem*.

        Raises:
            InvalidValueError: There is none, or one is not a certificate.
        """
        return cls(read_pem(pem))

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """The trusted certificates, DER."""
        return tuple(anchor.der for anchor in self._anchors)

    def __reduce__(
        self,
    ) -> tuple[Callable[..., TrustStore], tuple[tuple[bytes, ...]]]:
        # Paths found are not sent along: each process finds its own.
        kind = partial(type(self), signer_id=self._signer_id, bare=self._bare)
        return kind, (self.anchors,)

    def __repr__(self) -> str:
        subjects = [anchor.subject_text for anchor in self._anchors]
        return f"TrustStore({subjects})"

    def verify(
        self, signature: bytes, message: bytes, *, at: datetime
    ) -> VerifiedSignature:
        """
        Return what the detached CMS *signature* over *message* says.

        Args:
            signature: DER of a CMS SignedData without content (RFC 5652).
            message: The exact bytes that were signed.
            at: The moment at which the certificates are judged.

        Raises:
            SignatureInvalidError: It does not verify, or its signer is not
                trusted at that moment.
            InvalidValueError: *at* has no time zone.
        """
        aware(at)
        signed = SignedData.parse(signature, bare=self._bare)
        # Two elements, each with its length: run together they stay apart.
        key = hashlib.sha256(signed.signer_id + signed.certificates).digest()
        path = self._known(key)
        pool = signed.embedded() if path is None or not path.holds(at) else ()
        leaf = signed.signer_of(pool) if path is None else path.certificates[0]
        algorithm = signed.check(leaf, message, signer_id=self._signer_id)
        if path is None or not path.holds(at):
            path = find_path(leaf, pool, self._anchors, at=at)
            self._keep(key, path)
        return VerifiedSignature(
            signer=leaf.subject_text,
            certificate=leaf.der,
            path=tuple(certificate.der for certificate in path.certificates),
            algorithm=algorithm.name,
            claimed_at=signed.claimed_at,
            dialect=signed.dialect,
            bare=signed.attributes is None,
        )

    def _known(self, key: bytes) -> Path | None:
        with self._lock:
            path = self._paths.get(key)
            if path is not None:
                self._paths.move_to_end(key)
            return path

    def _keep(self, key: bytes, path: Path) -> None:
        with self._lock:
            self._paths[key] = path
            self._paths.move_to_end(key)
            while len(self._paths) > _CACHED_PATHS:
                self._paths.popitem(last=False)
