"""
Certificate paths 证书路径 at a given time (RFC 5280, 6), fail closed.

A closed world: an extension that is critical and not understood here is refused, and
so are name constraints and policy mappings, critical or not, not half obeyed. Names
are equal when their bytes are. A path says that certificates held, not that nobody
took them back: that is `revocation`'s to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import define, field, frozen

from egovarchive.errors import InvalidValueError, SignatureInvalidError

from . import certificates as x509
from .algorithms import algorithm_named
from .certificates import Certificate
from .policies import check_policies

# Certificates in a path, the signer's and the trusted one included.
MAX_DEPTH = 6
# Signatures tried while looking for a path: a hostile bundle must come to an end.
MAX_TRIES = 40

_UNDERSTOOD = frozenset(
    {
        x509.KEY_USAGE,
        x509.BASIC_CONSTRAINTS,
        x509.EXTENDED_KEY_USAGE,
        x509.SUBJECT_KEY_IDENTIFIER,
        x509.AUTHORITY_KEY_IDENTIFIER,
        # What the path asks of them is judged in `policies`.
        x509.CERTIFICATE_POLICIES,
        x509.POLICY_CONSTRAINTS,
        x509.INHIBIT_ANY_POLICY,
        # This says more about the subject, and forbids nothing.
        x509.SUBJECT_ALTERNATIVE_NAME,
    }
)
_CONSTRAINTS = frozenset({x509.NAME_CONSTRAINTS, x509.POLICY_MAPPINGS})
# Purposes that cover the signing of records: any, e-mail, and documents (RFC 9336
# and the older identifier of Microsoft).
_PURPOSES = frozenset(
    {
        "2.5.29.37.0",
        "1.3.6.1.5.5.7.3.4",
        "1.3.6.1.5.5.7.3.36",
        "1.3.6.1.4.1.311.10.3.12",
    }
)


@frozen
class Path:
    """
    A signer's certificate and those above it, up to a trusted one.

    Args:
        certificates: The signer's first.
        not_before: First moment in which all of them are valid.
        not_after: Last moment in which all of them are valid.
    """

    certificates: tuple[Certificate, ...]
    not_before: datetime
    not_after: datetime

    @classmethod
    def of(cls, certificates: tuple[Certificate, ...]) -> Path:
        return cls(
            certificates,
            max(certificate.not_before for certificate in certificates),
            min(certificate.not_after for certificate in certificates),
        )

    def holds(self, at: datetime) -> bool:
        """Return whether all are valid *at* that moment."""
        return self.not_before <= at <= self.not_after


def find_path(
    leaf: Certificate,
    pool: Sequence[Certificate],
    anchors: Sequence[Certificate],
    *,
    at: datetime,
) -> Path:
    """
    Return a path from *leaf* to one of *anchors* that holds *at* that moment.

    Args:
        leaf: The signer's certificate. It may be an anchor itself.
        pool: Certificates that may stand between. Nobody vouches for them.
        anchors: Certificates that are trusted.
        at: The moment at which validity is judged.

    Raises:
        SignatureInvalidError: There is none; it says what stood in the way.
        InvalidValueError: *at* has no time zone.
    """
    aware(at)
    check_signs_records(leaf)
    return Path.of(_Search(pool, anchors, at).climb((leaf,)))


def find_issuers(
    certificate: Certificate,
    pool: Sequence[Certificate],
    anchors: Sequence[Certificate],
    *,
    at: datetime,
) -> Path:
    """
    Return a path as `find_path` does, whatever *certificate* is for.

    Raises:
        SignatureInvalidError: There is none, or *certificate* may not be used at all.
    """
    check_form(certificate)
    return Path.of(_Search(pool, anchors, at).climb((certificate,)))


def check_signs_records(leaf: Certificate) -> None:
    """
    Return if *leaf* is for signing.

    Raises:
        SignatureInvalidError: It is not, or may not be used at all.
    """
    usage = leaf.key_usage
    if usage is None or not usage & {x509.DIGITAL_SIGNATURE, x509.NON_REPUDIATION}:
        raise _unfit(
            leaf,
            "its keyUsage has neither digitalSignature nor nonRepudiation",
            "其密钥用法不含数字签名或抗抵赖",
        )
    check_form(leaf)


def aware(at: datetime) -> datetime:
    """
    Return *at*.

    Raises:
        InvalidValueError: It has no time zone, so it is no moment.
    """
    if at.utcoffset() is None:
        raise InvalidValueError(
            f"{at.isoformat()} has no time zone", f"{at.isoformat()} 没有时区"
        )
    return at


@define
class _Search:
    pool: Sequence[Certificate]
    anchors: Sequence[Certificate]
    at: datetime
    tries: int = field(default=MAX_TRIES)

    def climb(self, path: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
        """Return *path*, which is good so far, led on to an anchor."""
        last = path[-1]
        _check_valid(last, self.at)
        if last in self.anchors:
            check_policies(path)
            return path
        obstacle = SignatureInvalidError(
            f"{last.subject_text!r} was issued by {last.issuer_text!r}, "
            "which is neither trusted nor at hand",
            f"{last.subject_text!r} 由 {last.issuer_text!r} 签发，后者不受信任且未提供",
        )
        for candidate in (*self.anchors, *self.pool):
            if candidate.subject != last.issuer or candidate in path:
                continue
            if len(path) == MAX_DEPTH:
                raise SignatureInvalidError(
                    f"the certificate path is longer than {MAX_DEPTH}",
                    f"证书路径超过 {MAX_DEPTH} 级",
                )
            try:
                self._check_issued(path, candidate)
                return self.climb((*path, candidate))
            except SignatureInvalidError as error:
                if self.tries < 0:
                    raise
                obstacle = error
        raise obstacle

    def _check_issued(self, path: tuple[Certificate, ...], issuer: Certificate) -> None:
        last = path[-1]
        self.tries -= 1
        if self.tries < 0:
            raise SignatureInvalidError(
                "too many certificates to try", "待尝试的证书过多"
            )
        check_form(issuer)
        if not issuer.is_ca:
            raise _unfit(issuer, "it is not a CA's", "它不是 CA 证书")
        # An anchor was chosen by hand; anything else must say what it is for.
        unsaid = issuer.key_usage is None and issuer in self.anchors
        if not unsaid and x509.KEY_CERT_SIGN not in (issuer.key_usage or ()):
            raise _unfit(issuer, "it may not sign certificates", "它不得签发证书")
        # Self-issued certificates are not counted (RFC 5280, 4.2.1.9).
        below = sum(1 for each in path[1:] if each.subject != each.issuer)
        if issuer.path_length is not None and below > issuer.path_length:
            raise _unfit(
                issuer,
                f"it allows {issuer.path_length} issuers below it, there are {below}",
                f"其下最多允许 {issuer.path_length} 级签发者，实有 {below} 级",
            )
        named, own = last.authority_key_id, issuer.subject_key_id
        if named is not None and own is not None and named != own:
            raise _unfit(
                issuer,
                f"{last.subject_text!r} names another key of its issuer",
                f"{last.subject_text!r} 指明的签发者密钥与之不同",
            )
        key = issuer.public_key
        key.verify(
            algorithm_named(last.signature_algorithm, key.kind),
            last.signature,
            last.signed,
        )


def _check_valid(certificate: Certificate, at: datetime) -> None:
    if not certificate.not_before <= at <= certificate.not_after:
        raise _unfit(
            certificate,
            f"it is valid from {certificate.not_before.isoformat()} "
            f"to {certificate.not_after.isoformat()}, not at {at.isoformat()}",
            f"其有效期为 {certificate.not_before.isoformat()} "
            f"至 {certificate.not_after.isoformat()}，不含 {at.isoformat()}",
        )


def check_form(certificate: Certificate) -> None:
    """
    Return if *certificate* may be used at all: its key, purposes and extensions.

    Raises:
        SignatureInvalidError: It may not.
    """
    if not certificate.subject_text:
        raise SignatureInvalidError("a certificate names nobody", "证书没有主体名称")
    for dotted, extension in certificate.extensions.items():
        if dotted in _CONSTRAINTS or (extension.critical and dotted not in _UNDERSTOOD):
            raise _unfit(
                certificate,
                f"its extension {dotted} is critical or a constraint, "
                "and not understood",
                f"其扩展项 {dotted} 为关键项或约束项，而本软件不能处理",
            )
    if certificate.purposes is not None and not certificate.purposes & _PURPOSES:
        raise _unfit(
            certificate,
            f"its purposes {sorted(certificate.purposes)} do not cover records",
            f"其扩展密钥用法 {sorted(certificate.purposes)} 不含文件签名",
        )
    # Reading the key is what refuses a weak one.
    _ = certificate.public_key


def _unfit(certificate: Certificate, why: str, why_zh: str) -> SignatureInvalidError:
    return SignatureInvalidError(
        f"the certificate of {certificate.subject_text!r} cannot be used: {why}",
        f"{certificate.subject_text!r} 的证书不可用：{why_zh}",
    )
