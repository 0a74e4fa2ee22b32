"""The authority 时间戳服务机构: its certificate, and who vouches for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from attrs import evolve

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing import der
from egovarchive.signing.certificates import (
    EXTENDED_KEY_USAGE,
    SUBJECT_ALTERNATIVE_NAME,
    Certificate,
)
from egovarchive.signing.path import Path, find_path
from egovarchive.signing.trust import TrustStore

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"

_ANY_PURPOSE = "2.5.29.37.0"
_DIRECTORY_NAME = 0xA4


def check_stamps(certificate: Certificate) -> None:
    """
    Return if *certificate* is for time-stamps, and nothing else (RFC 3161, 2.3).

    Raises:
        SignatureInvalidError: It is not.
    """
    extension = certificate.extensions.get(EXTENDED_KEY_USAGE)
    if extension is None:
        raise _unfit(certificate, "it has no extended key usage", "没有扩展密钥用法")
    if not extension.critical:
        raise _unfit(
            certificate,
            "its extended key usage is not critical",
            "其扩展密钥用法不是关键项",
        )
    if certificate.purposes != frozenset({TIME_STAMPING}):
        found = sorted(certificate.purposes or ())
        raise _unfit(
            certificate,
            f"its purposes are {found}, not time-stamping alone",
            f"其扩展密钥用法为 {found}，应仅为时间戳",
        )


def check_named(certificate: Certificate, name: bytes) -> None:
    """
    Return if *name*, which a token gives, is a name of *certificate*'s subject.

    Args:
        certificate: The authority's.
        name: A GeneralName, DER.

    Raises:
        SignatureInvalidError: It is not (RFC 3161, 2.4.2).
    """
    known = {der.write(_DIRECTORY_NAME, certificate.subject)}
    alternative = certificate.extensions.get(SUBJECT_ALTERNATIVE_NAME)
    if alternative is not None:
        names = der.read(alternative.value)
        while names.more():
            known.add(names.take().raw)
    if name not in known:
        raise SignatureInvalidError(
            f"the time-stamp names another authority than {certificate.subject_text!r}",
            f"时间戳指明的机构不是 {certificate.subject_text!r}",
        )


def authority_path(
    leaf: Certificate, pool: Sequence[Certificate], trust: TrustStore, *, at: datetime
) -> Path:
    """
    Return the path from *leaf*, an authority's, to a certificate that *trust* trusts.

    Args:
        leaf: The authority's certificate.
        pool: Certificates that may stand between. Nobody vouches for them.
        trust: Who is trusted.
        at: The moment at which validity is judged.

    Raises:
        SignatureInvalidError: There is none, or *leaf* is not for time-stamps.
        InvalidValueError: *at* has no time zone.
    """
    check_stamps(leaf)
    anchors = [parsed_certificate(each) for each in trust.anchors]
    return find_path(_without_purposes(leaf), _fitting(pool), _fitting(anchors), at=at)


# An archive knows few authorities, and their certificates come with every token.
parsed_certificate = lru_cache(maxsize=64)(Certificate.parse)


@lru_cache(maxsize=64)
def _without_purposes(certificate: Certificate) -> Certificate:
    return evolve(certificate, purposes=None)


def _fitting(certificates: Sequence[Certificate]) -> list[Certificate]:
    """
    Return those of *certificates* whose purposes cover time-stamps.

    The purposes are left out then: a path is otherwise one for records, which those
    of an authority do not cover.
    """
    return [
        _without_purposes(each)
        for each in certificates
        if each.purposes is None or each.purposes & {TIME_STAMPING, _ANY_PURPOSE}
    ]


def _unfit(certificate: Certificate, why: str, why_zh: str) -> SignatureInvalidError:
    return SignatureInvalidError(
        f"the certificate of {certificate.subject_text!r} "
        f"cannot be a time-stamp authority's: {why}",
        f"{certificate.subject_text!r} 的证书不能用于时间戳：{why_zh}",
    )
