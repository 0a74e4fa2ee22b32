"""Verifying time-stamp tokens 验证时间戳令牌 (RFC 3161, RFC 5816, GB/T 20520)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.path import aware
from egovarchive.signing.trust import TrustStore

from . import VerifiedTimestamp
from .authority import authority_path, check_stamps, parsed_certificate
from .imprint import Imprint
from .info import TokenInfo
from .signed_info import SignedInfo


def verify_token(  # noqa: PLR0913 - all that there is to compare
    token: bytes,
    digest: bytes,
    algorithm: str,
    *,
    trust: TrustStore,
    at: datetime,
    nonce: int | None = None,
    policies: Collection[str] | None = None,
    leeway: timedelta = timedelta(),
) -> VerifiedTimestamp:
    """
    Return what *token*, over *digest*, says.

    Args:
        token: DER of a CMS SignedData with a TSTInfo (RFC 3161, 2.4.2).
        digest: The digest of what was stamped.
        algorithm: How it was taken: a name of `records.digest.ALGORITHMS`.
        trust: Who is trusted; authorities, or who vouches for them.
        at: A moment at which the token was there: now, if it is fresh; for one that
            was renewed, the time of the next. The certificates are judged then.
        nonce: The number that the token must repeat; None: any or none.
        policies: The policies that are accepted, dotted; None: every one.
        leeway: By how much the authority's clock may be before the one of *at*.

    Raises:
        SignatureInvalidError: It is over other data, does not verify, is from later
            than *at*, or its authority is not trusted at that moment.
        InvalidValueError: *digest* is not one of *algorithm*, or *at* has no time
            zone.
    """
    imprint = Imprint(algorithm, digest)
    aware(at)
    parsed = SignedInfo.parse(token)
    info = parsed.info
    _check_content(info, imprint, nonce, policies)
    if info.gen_time - at > leeway:
        raise SignatureInvalidError(
            f"the time-stamp is of {info.gen_time.isoformat()}, "
            f"later than {at.isoformat()}",
            f"时间戳的时间 {info.gen_time.isoformat()} 晚于 {at.isoformat()}",
        )
    pool = parsed.embedded()
    leaf = parsed.signer_of((*pool, *map(parsed_certificate, trust.anchors)))
    check_stamps(leaf)
    if not leaf.not_before <= info.gen_time <= leaf.not_after:
        raise SignatureInvalidError(
            f"the certificate of {leaf.subject_text!r} was not valid when it "
            f"stamped, at {info.gen_time.isoformat()}",
            f"{leaf.subject_text!r} 的证书在签发时间戳时（"
            f"{info.gen_time.isoformat()}）无效",
        )
    signed_by = parsed.check(leaf)
    path = authority_path(leaf, pool, trust, at=at)
    _check_listed(parsed, path.certificates[1:-1])
    revocation = trust.judge(path, pool, at=at, stamped_at=info.gen_time)
    return VerifiedTimestamp(
        gen_time=info.gen_time,
        accuracy=info.accuracy,
        serial=info.serial,
        policy=info.policy,
        ordering=info.ordering,
        algorithm=imprint.algorithm,
        digest=imprint.digest,
        authority=leaf.subject_text,
        certificate=leaf.der,
        path=tuple(certificate.der for certificate in path.certificates),
        expires_at=path.not_after,
        signature_algorithm=signed_by.name,
        revocation=revocation,
    )


def _check_content(
    info: TokenInfo,
    imprint: Imprint,
    nonce: int | None,
    policies: Collection[str] | None,
) -> None:
    if info.imprint.algorithm != imprint.algorithm:
        raise SignatureInvalidError(
            f"the time-stamp is over a {info.imprint.algorithm} digest, "
            f"not {imprint.algorithm}",
            f"时间戳所用摘要算法为 {info.imprint.algorithm}，"
            f"而不是 {imprint.algorithm}",
        )
    if info.imprint != imprint:
        raise SignatureInvalidError(
            "the time-stamp is over other data", "时间戳所对应的是另一份数据"
        )
    if nonce is not None and info.nonce != nonce:
        raise SignatureInvalidError(
            "the time-stamp does not answer this request: its nonce is another one",
            "时间戳不是对此请求的答复：随机数不符",
        )
    if policies is not None and info.policy not in policies:
        raise SignatureInvalidError(
            f"the time-stamp is under the policy {info.policy}, not {sorted(policies)}",
            f"时间戳的策略为 {info.policy}，而不是 {sorted(policies)}",
        )


def _check_listed(token: SignedInfo, between: Sequence[Certificate]) -> None:
    """Return if a list of more than one certificate, which limits, has all of these."""
    for binding in token.bindings:
        if len(binding) > 1 and not all(
            any(each.names(certificate) for each in binding[1:])
            for certificate in between
        ):
            raise SignatureInvalidError(
                "the path of the authority is not the one that it signed for",
                "时间戳机构的证书路径不是其签名所指的路径",
            )
