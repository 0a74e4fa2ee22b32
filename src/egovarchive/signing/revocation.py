"""
Revocation 证书撤销 at a proven time: what stored lists and replies say of a path.

* A certificate that was taken back before the time fails, after it does not matter.
  The earlier counts of when it was taken back and since when its key was in doubt.
* That it was not is said by a list or reply that was the latest at the time, or that
  was made later: a later one knows more. But one made after the certificate expired
  may have dropped it, and says nothing unless it says that it keeps such.
* A list speaks only for its issuer's certificates and for its own distribution point
  and reasons; one that does not carry that issuer's signature says nothing.
* Where nothing speaks for a certificate, the outcome is unknown, never good.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from attrs import evolve, frozen

from egovarchive.errors import InvalidValueError, SignatureInvalidError

from . import RevocationEvidence, der
from . import certificates as x509
from .algorithm_policy import DEFAULT_POLICY, AlgorithmPolicy
from .algorithms import algorithm_named
from .certificates import Certificate
from .crl import HOLD, REMOVED, RevocationList
from .distribution import ALL_REASONS
from .ocsp import Answer, OcspReply
from .path import Path, find_issuers
from .responder import NO_CHECK, check_delegated
from .testimony import Word, check_after, joined, speaks_at

# Lists, and replies, that one store holds.
MAX_HELD = 2000
# Who signs a list may be vouched for by a list that somebody else signed, and so on.
_MAX_DEPTH = 2
_KEPT_SIGNATURES = 4096


@frozen
class _Court:
    """What a judgement goes by."""

    pool: Sequence[Certificate]
    anchors: Sequence[Certificate]
    at: datetime
    stamped_at: datetime | None = None
    depth: int = 0
    # Lists that are being judged: none may vouch for its own signer.
    open: frozenset[bytes] = frozenset()


class Revocations:
    """
    Stored revocation lists and OCSP replies, and what follows from them.

    Threads may share them. Nothing is fetched.

    Args:
        crls: The lists, DER.
        ocsp: The OCSP replies, DER.
        certificates: Certificates of who signs those, DER. Nobody vouches for them.
        policy: Which algorithms are acceptable when.

    Raises:
        InvalidValueError: One is not what it should be, has what is not understood, or
            there are too many.
    """

    def __init__(
        self,
        crls: Sequence[bytes] = (),
        ocsp: Sequence[bytes] = (),
        certificates: Sequence[bytes] = (),
        *,
        policy: AlgorithmPolicy = DEFAULT_POLICY,
    ) -> None:
        for held in (crls, ocsp, certificates):
            if len(held) > MAX_HELD:
                raise InvalidValueError(
                    f"{len(held)} lists, replies or certificates; at most {MAX_HELD}",
                    f"撤销列表、应答或证书共 {len(held)} 个，上限为 {MAX_HELD} 个",
                )
        try:
            lists = [RevocationList.parse(each) for each in crls]
            self._replies = [OcspReply.parse(each) for each in ocsp]
            self.certificates = tuple(map(Certificate.parse, certificates))
        except SignatureInvalidError as error:
            raise InvalidValueError(*error.args, rule="RFC 5280, RFC 6960") from error
        self._lists: dict[bytes, list[RevocationList]] = {}
        for each in lists:
            self._lists.setdefault(each.issuer, []).append(each)
        self._policy = policy
        self._signatures: dict[tuple[bytes, bytes], bool] = {}

    def judge(
        self,
        path: Path,
        *,
        pool: Sequence[Certificate] = (),
        at: datetime,
        stamped_at: datetime | None = None,
    ) -> RevocationEvidence:
        """
        Return what is known of whether the certificates of *path* were taken back.

        Args:
            path: A path that holds *at* that moment.
            pool: Certificates that came along. Nobody vouches for them.
            at: The moment that was proved.
            stamped_at: Of a time-stamp authority: what its time-stamp says. That is
                its own word, which counts as long as its key is not in doubt.

        Raises:
            SignatureInvalidError: One had been taken back.
        """
        # RFC 5280, 6.3.3: another one that is trusted has no say about this path.
        anchors = path.certificates[-1:]
        court = _Court((*pool, *self.certificates), anchors, at, stamped_at)
        return self._judge_path(path.certificates, court)

    def _judge_path(
        self, certificates: Sequence[Certificate], court: _Court
    ) -> RevocationEvidence:
        if len(certificates) == 1:
            return RevocationEvidence(outcome="exempt")
        found = []
        for certificate, issuer in pairwise(certificates):
            found.append(self._judge(certificate, issuer, court))
            court = evolve(court, stamped_at=None)
        good = all(each.outcome == "good" for each in found)
        return joined(found, good=good)

    def _judge(
        self,
        certificate: Certificate,
        issuer: Certificate,
        court: _Court,
        *,
        replies: bool = True,
    ) -> RevocationEvidence:
        words = [
            self._word_of_list(each, certificate, issuer, court)
            for each in self._lists.get(certificate.issuer, ())
        ]
        if replies:
            words += [
                self._word_of_reply(reply, answer, certificate, issuer, court)
                for reply in self._replies
                for answer in reply.answers
                if answer.is_about(certificate, issuer)
            ]
        spoken = [word for word in words if word is not None]
        # The latest first: it knows most.
        spoken.sort(key=lambda word: word.made_at, reverse=True)
        covered: frozenset[int] = frozenset()
        used = []
        for word in spoken:
            if word.reasons - covered:
                covered |= word.reasons
                used.append(word.evidence)
        return joined(used, good=covered >= ALL_REASONS)

    def _word_of_list(
        self,
        crl: RevocationList,
        certificate: Certificate,
        issuer: Certificate,
        court: _Court,
    ) -> Word | None:
        reasons = crl.scope.reasons_for(certificate)
        if not reasons:
            return None
        helpers = self._signers_of(crl, issuer, court)
        if helpers is None:
            return None
        serial = der.read(certificate.serial, der.INTEGER).value
        revoked = crl.revoked.get(serial)
        # What is on hold may be let go: only the list of the time tells.
        passed = crl.next_update < court.at
        if revoked is not None and not (
            revoked.reason == REMOVED or (revoked.reason == HOLD and passed)
        ):
            check_after(certificate, revoked, court.at, stamped_at=court.stamped_at)
        timely = speaks_at(
            court.at,
            certificate,
            crl.this_update,
            crl.next_update,
            crl.expired_since,
        )
        if crl.delta or not timely:
            return None
        return Word(
            crl.this_update,
            reasons,
            evolve(helpers, crls=(crl.der, *helpers.crls)),
        )

    def _word_of_reply(
        self,
        reply: OcspReply,
        answer: Answer,
        certificate: Certificate,
        issuer: Certificate,
        court: _Court,
    ) -> Word | None:
        helpers = self._responder_of(reply, issuer, court)
        if helpers is None:
            return None
        if answer.revoked is not None:
            passed = answer.next_update is not None and answer.next_update < court.at
            if not (answer.revoked.reason == HOLD and passed):
                check_after(
                    certificate, answer.revoked, court.at, stamped_at=court.stamped_at
                )
        if (not answer.good and answer.revoked is None) or not speaks_at(
            court.at,
            certificate,
            answer.this_update,
            answer.next_update or answer.this_update,
            answer.cutoff,
        ):
            return None
        return Word(
            answer.this_update,
            ALL_REASONS,
            evolve(helpers, ocsp=(reply.der, *helpers.ocsp)),
        )

    def _signers_of(
        self, crl: RevocationList, issuer: Certificate, court: _Court
    ) -> RevocationEvidence | None:
        """Return what vouches for the signer of *crl*; None: it is not the issuer's."""
        for candidate in (issuer, *court.anchors, *court.pool):
            if not _may_sign(candidate, crl, court.anchors) or not self._fits(
                crl, candidate, crl.this_update
            ):
                continue
            if candidate == issuer:
                return RevocationEvidence(outcome="good")
            found = self._vouched(candidate, crl, court)
            if found is not None:
                return found
        return None

    def _vouched(
        self, signer: Certificate, crl: RevocationList, court: _Court
    ) -> RevocationEvidence | None:
        """Return what vouches for *signer*, which is not the issuer's own key."""
        if court.depth == _MAX_DEPTH or crl.sha256 in court.open:
            return None
        inner = evolve(
            court,
            at=crl.this_update,
            stamped_at=None,
            depth=court.depth + 1,
            open=court.open | {crl.sha256},
        )
        try:
            path = find_issuers(signer, court.pool, court.anchors, at=inner.at)
            found = self._judge_path(path.certificates, inner)
        except SignatureInvalidError:
            return None
        if found.outcome == "unknown":
            return None
        above = tuple(each.der for each in path.certificates[:-1])
        return evolve(found, certificates=(*above, *found.certificates))

    def _responder_of(
        self, reply: OcspReply, issuer: Certificate, court: _Court
    ) -> RevocationEvidence | None:
        for candidate in (issuer, *reply.certificates, *court.pool):
            if (
                not reply.names(candidate)
                or not candidate.not_before <= reply.produced_at <= candidate.not_after
                or not self._fits(reply, candidate, reply.produced_at)
            ):
                continue
            if candidate == issuer:
                return RevocationEvidence(outcome="good")
            found = self._delegated(candidate, issuer, reply, court)
            if found is not None:
                return found
        return None

    def _delegated(
        self,
        responder: Certificate,
        issuer: Certificate,
        reply: OcspReply,
        court: _Court,
    ) -> RevocationEvidence | None:
        """Return what vouches for *responder* (RFC 6960, 4.2.2.2)."""
        inner = evolve(court, at=reply.produced_at, stamped_at=None)
        found = RevocationEvidence(outcome="good")
        try:
            check_delegated(responder, issuer)
            if NO_CHECK not in responder.extensions:
                found = self._judge(responder, issuer, inner, replies=False)
        except SignatureInvalidError:
            return None
        if found.outcome != "good":
            return None
        if responder in reply.certificates:
            return found
        return evolve(found, certificates=(responder.der, *found.certificates))

    def _fits(
        self, signed: RevocationList | OcspReply, signer: Certificate, at: datetime
    ) -> bool:
        """Return whether the signature on *signed* is *signer*'s. It is remembered."""
        key = (signed.sha256, signer.key_info)
        known = self._signatures.get(key)
        if known is not None:
            return known
        try:
            public = signer.public_key
            algorithm = algorithm_named(signed.signature_algorithm, public.kind)
            self._policy.check(algorithm.name, at, bits=public.bits)
            public.verify(algorithm, signed.signature, signed.signed)
        except SignatureInvalidError:
            known = False
        else:
            known = True
        if len(self._signatures) >= _KEPT_SIGNATURES:
            self._signatures.clear()
        self._signatures[key] = known
        return known


def _may_sign(
    candidate: Certificate, crl: RevocationList, anchors: Sequence[Certificate]
) -> bool:
    named, own = crl.authority_key_id, candidate.subject_key_id
    usage = candidate.key_usage
    return (
        candidate.subject == crl.issuer
        and (named is None or own is None or named == own)
        # As with certificates: an anchor was chosen by hand, others must say it.
        and (candidate in anchors if usage is None else x509.CRL_SIGN in usage)
        and candidate.not_before <= crl.this_update <= candidate.not_after
    )
