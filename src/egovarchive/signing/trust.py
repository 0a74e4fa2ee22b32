"""Trust 信任: who may sign, said by certificates chosen by hand."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from threading import Lock
from typing import Literal

from egovarchive.errors import InvalidValueError, SignatureInvalidError

from . import RevocationEvidence, VerifiedSignature
from .algorithm_policy import DEFAULT_POLICY, AlgorithmPolicy
from .algorithms import algorithm_named
from .certificates import Certificate, read_pem
from .frozen_evidence import FrozenEvidence
from .path import Path, aware, find_path
from .revocation import Revocations
from .signed_data import SignedData
from .sm2 import DEFAULT_ID, check_id

# Paths kept in memory, about 10 kB each. Only good ones are kept.
_CACHED_PATHS = 256


class TrustStore:
    """
    A `Verifier` that trusts given certificates, and whom they vouch for.

    A certificate given may be a CA's, or one signer's own. Nothing else is trusted,
    and nothing is fetched: what revoked a certificate is known from the lists and
    replies given. Threads may share a store.

    Args:
        anchors: The trusted certificates, DER.
        signer_id: Whose the SM2 signatures over messages are. Certificates are
            always signed with the usual one.
        bare: Whether signatures without signed attributes are accepted, as some
            libraries make them. They say neither when nor for which certificate.
        crls: Certificate revocation lists, DER.
        ocsp: OCSP replies, DER.
        certificates: Certificates that may stand between a signer and a trusted one,
            or be of who signs lists, DER. Nobody vouches for them.
        policy: Which algorithms are acceptable at which time.
        revocation: What happens where nothing at hand says that a certificate had not
            been revoked. ``"required"``: the signature is refused. ``"if known"``: it
            is accepted, and what comes back says ``"unknown"``.

    Raises:
        InvalidValueError: There is none, one is not a certificate, *signer_id* is too
            long, or a list or reply is not one that is understood.
    """

    def __init__(  # noqa: PLR0913 - each says one thing that is trusted
        self,
        anchors: Sequence[bytes],
        *,
        signer_id: bytes = DEFAULT_ID,
        bare: bool = False,
        crls: Sequence[bytes] = (),
        ocsp: Sequence[bytes] = (),
        certificates: Sequence[bytes] = (),
        policy: AlgorithmPolicy = DEFAULT_POLICY,
        revocation: Literal["required", "if known"] = "if known",
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
        self._held = (tuple(crls), tuple(ocsp), tuple(certificates))
        self._policy = policy
        self._revocation = revocation
        self._revocations = Revocations(crls, ocsp, certificates, policy=policy)
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
        return self._made_with(*self._held), (self.anchors,)

    def _made_with(
        self,
        crls: Sequence[bytes],
        ocsp: Sequence[bytes],
        certificates: Sequence[bytes],
    ) -> Callable[..., TrustStore]:
        return partial(
            type(self),
            signer_id=self._signer_id,
            bare=self._bare,
            crls=crls,
            ocsp=ocsp,
            certificates=certificates,
            policy=self._policy,
            revocation=self._revocation,
        )

    def with_frozen(self, frozen: bytes) -> TrustStore:
        """
        Return a store that also has what was frozen beside a signature.

        It trusts no more than this one: frozen certificates and lists are only at
        hand, and count as far as the trusted certificates vouch for them.

        Args:
            frozen: What `frozen_evidence.collect` returned.

        Raises:
            SignatureInvalidError: It is not that.
            InvalidValueError: Something in it is not understood.
        """
        found = FrozenEvidence.parse(frozen)
        crls, ocsp, certificates = self._held
        made = self._made_with(
            tuple(dict.fromkeys((*crls, *found.crls))),
            tuple(dict.fromkeys((*ocsp, *found.ocsp))),
            tuple(dict.fromkeys((*certificates, *found.certificates))),
        )
        return made(self.anchors)

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
            between = (*pool, *self._revocations.certificates)
            path = find_path(leaf, between, self._anchors, at=at)
            self._keep(key, path)
        self._policy.check(algorithm.name, at, bits=leaf.public_key.bits)
        return VerifiedSignature(
            signer=leaf.subject_text,
            certificate=leaf.der,
            path=tuple(certificate.der for certificate in path.certificates),
            algorithm=algorithm.name,
            claimed_at=signed.claimed_at,
            dialect=signed.dialect,
            bare=signed.attributes is None,
            revocation=self.judge(path, pool, at=at),
        )

    def judge(
        self,
        path: Path,
        pool: Sequence[Certificate] = (),
        *,
        at: datetime,
        stamped_at: datetime | None = None,
    ) -> RevocationEvidence:
        """
        Return what is known of whether the certificates of *path* were revoked.

        For paths found elsewhere; `verify` does it by itself.

        Args:
            path: A path to a trusted certificate that holds *at* that moment.
            pool: Certificates that came along. Nobody vouches for them.
            at: The moment that was proved.
            stamped_at: Of a time-stamp authority: what its own time-stamp says.

        Raises:
            SignatureInvalidError: One had been revoked, was signed in a way that was
                not acceptable, or nothing says that it was not revoked and this store
                requires it.
        """
        for certificate, issuer in pairwise(path.certificates):
            key = issuer.public_key
            by = algorithm_named(certificate.signature_algorithm, key.kind)
            self._policy.check(by.name, at, bits=key.bits)
        found = self._revocations.judge(path, pool=pool, at=at, stamped_at=stamped_at)
        if found.outcome == "unknown" and self._revocation == "required":
            leaf = path.certificates[0].subject_text
            raise SignatureInvalidError(
                f"nothing at hand says that no certificate of {leaf!r} and above was "
                f"revoked at {at.isoformat()}",
                f"没有可用的撤销信息能说明 {leaf!r} 及其上级证书在 "
                f"{at.isoformat()} 未被撤销",
            )
        return found

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
