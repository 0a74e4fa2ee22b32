"""RFC 5280, 6: which certificates vouch for which, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.path import Path, find_path
from signing.authority import (
    AT,
    NOT_AFTER,
    NOT_BEFORE,
    Extensions,
    Issued,
    family,
    issue,
    key_of,
)

ROOT, MIDDLE, LEAF = family()
EMAIL = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
STAMPS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
NAMES = x509.NameConstraints([x509.DNSName("example.invalid")], None)
POLICIES = x509.CertificatePolicies(
    [x509.PolicyInformation(ObjectIdentifier("1.2.3"), None)]
)


def limited(length: int) -> x509.BasicConstraints:
    return x509.BasicConstraints(ca=True, path_length=length)


def path(
    leaf: Issued, *pool: Issued, trust: tuple[Issued, ...] = (ROOT,), at: datetime = AT
) -> Path:
    parsed = [Certificate.parse(each.der) for each in pool]
    anchors = [Certificate.parse(each.der) for each in trust]
    return find_path(Certificate.parse(leaf.der), parsed, anchors, at=at)


def ders(found: Path) -> list[bytes]:
    return [certificate.der for certificate in found.certificates]


def ladder(steps: int) -> list[Issued]:
    """Return a root, and *steps* CAs below it."""
    rungs = [issue("根", number=50, ca=True)]
    for step in range(steps):
        rungs.append(issue(f"CA {step}", rungs[-1], number=51 + step, ca=True))
    return rungs


@pytest.mark.parametrize("kind", ["p256", "p384", "rsa3072", "ed25519"])
def test_a_path_leads_to_the_root(kind: str) -> None:
    root, middle, leaf = family(kind)
    found = path(leaf, middle, trust=(root,))
    assert ders(found) == [leaf.der, middle.der, root.der]
    assert (found.not_before, found.not_after) == (NOT_BEFORE, NOT_AFTER)


def test_old_rsa_2048_and_other_digests_still_verify() -> None:
    root = issue("旧根", kind="rsa2048", number=1, ca=True)
    leaf = issue("旧机关", root, kind="rsa2048", number=2, digest=hashes.SHA384())
    assert ders(path(leaf, trust=(root,))) == [leaf.der, root.der]


def test_the_order_of_the_pool_and_strangers_in_it_do_not_matter() -> None:
    stranger = issue("运营 CA", number=9, ca=True)
    assert len(ders(path(LEAF, stranger, LEAF, ROOT, MIDDLE))) == 3


def test_a_path_ends_at_the_first_trusted_certificate() -> None:
    assert ders(path(LEAF, ROOT, trust=(MIDDLE,))) == [LEAF.der, MIDDLE.der]


def test_a_signer_may_be_trusted_itself() -> None:
    assert ders(path(LEAF, trust=(LEAF,))) == [LEAF.der]


def test_a_detour_is_found_when_the_straight_way_is_closed() -> None:
    closed = issue("运营 CA", ROOT, number=2, ca=True, not_after=AT - timedelta(days=1))
    assert ders(path(LEAF, closed, MIDDLE))[1] == MIDDLE.der


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))
def test_a_path_holds_just_while_all_are_valid(moment: datetime) -> None:
    at = moment.replace(tzinfo=timezone.utc)
    late = issue("late", ROOT, not_before=AT)
    if AT <= at <= NOT_AFTER:
        assert path(late, at=at).holds(at)
    else:
        with pytest.raises(SignatureInvalidError, match="it is valid from"):
            path(late, at=at)


@pytest.mark.parametrize("at", [NOT_BEFORE, NOT_AFTER])
def test_the_first_and_the_last_second_count(at: datetime) -> None:
    assert path(LEAF, MIDDLE, at=at).holds(at)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no time zone"):
        path(LEAF, MIDDLE, at=AT.replace(tzinfo=None))


def with_leaf(extra: Extensions = (), **changes: object) -> Callable[[], Path]:
    return lambda: path(issue("机关", ROOT, extra=extra, **changes))  # type: ignore[arg-type]


def with_issuer(extra: Extensions = (), **changes: object) -> Callable[[], Path]:
    def run() -> Path:
        ca = issue("CA", ROOT, number=2, ca=True, extra=extra, **changes)  # type: ignore[arg-type]
        return path(issue("机关", ca), ca)

    return run


def too_long() -> Path:
    root, *rungs = ladder(5)
    return path(issue("机关", rungs[-1]), *rungs, trust=(root,))


def beyond_its_length() -> Path:
    first = issue("CA 1", ROOT, number=2, ca=True, constraints=limited(0))
    second = issue("CA 2", first, number=3, ca=True)
    return path(issue("机关", second), first, second)


def beyond_the_roots_length() -> Path:
    root = issue("根", number=1, ca=True, constraints=limited(0))
    ca = issue("CA", root, number=2, ca=True)
    return path(issue("机关", ca), ca, trust=(root,))


def signed_by_another_key() -> Path:
    return path(issue("机关", ROOT, issuer_key=key_of("p256", 9)))


def same_name_another_key() -> Path:
    false_root = issue("根证书", number=9, ca=True)
    return path(issue("机关", false_root, without=[x509.AuthorityKeyIdentifier]))


def trusted_but_no_ca() -> Path:
    root = issue("根", number=1)
    return path(issue("机关", root), trust=(root,))


def expired_root() -> Path:
    root = issue("根", number=1, ca=True, not_after=AT - timedelta(seconds=1))
    return path(issue("机关", root), trust=(root,))


def nobody() -> Path:
    leaf = issue("机关", ROOT, subject=x509.Name([]))
    return path(leaf)


DAY = timedelta(days=1)
BAD: dict[str, tuple[Callable[[], Path], str]] = {
    "issuer unknown": (lambda: path(LEAF), "neither trusted nor at hand"),
    "nobody trusted": (lambda: path(LEAF, MIDDLE, ROOT, trust=()), "neither trusted"),
    "not yet valid": (with_leaf(not_before=AT + DAY), "it is valid from"),
    "expired": (with_leaf(not_after=AT - DAY), "it is valid from"),
    "issuer expired": (with_issuer(not_after=AT - DAY), "it is valid from"),
    "root expired": (expired_root, "it is valid from"),
    "trusted itself, expired": (
        lambda: path(LEAF, trust=(LEAF,), at=NOT_AFTER + DAY),
        "it is valid from",
    ),
    "without the usage": (with_leaf(bits=["key_encipherment"]), "keyUsage"),
    "without any usage": (with_leaf(without=[x509.KeyUsage]), "keyUsage"),
    "usage of a CA": (with_leaf(bits=["key_cert_sign"]), "keyUsage"),
    "trusted itself, without the usage": (
        lambda: path(MIDDLE, trust=(MIDDLE,)),
        "keyUsage",
    ),
    "another purpose": (with_leaf([(STAMPS, True)]), "do not cover records"),
    "issuer of another purpose": (with_issuer([(STAMPS, False)]), "do not cover"),
    "unknown critical extension": (with_leaf([(UNKNOWN, True)]), "1.2.3.4"),
    "issuer with unknown critical extension": (
        with_issuer([(UNKNOWN, True)]),
        "1.2.3.4",
    ),
    "name constraints": (with_issuer([(NAMES, True)]), "2.5.29.30"),
    "name constraints, not critical": (with_issuer([(NAMES, False)]), "2.5.29.30"),
    "policies that nothing follows": (
        with_issuer([(x509.PolicyConstraints(0, None), True)]),
        "no policy holds",
    ),
    "issuer is no CA": (
        with_issuer(constraints=x509.BasicConstraints(ca=False, path_length=None)),
        "not a CA's",
    ),
    "issuer without constraints": (
        with_issuer(without=[x509.BasicConstraints]),
        "not a CA's",
    ),
    "root is no CA": (trusted_but_no_ca, "not a CA's"),
    "issuer may not sign certificates": (
        with_issuer(bits=["digital_signature"]),
        "may not sign certificates",
    ),
    "issuer does not say what it is for": (
        with_issuer(without=[x509.KeyUsage]),
        "may not sign certificates",
    ),
    "longer than an issuer allows": (beyond_its_length, "allows 0 issuers below"),
    "longer than the root allows": (beyond_the_roots_length, "allows 0 issuers"),
    "longer than anyone needs": (too_long, "longer than 6"),
    "signed by another key": (signed_by_another_key, "does not fit the key"),
    "issuer of the same name": (same_name_another_key, "does not fit the key"),
    "another key of the issuer": (
        with_leaf([(x509.AuthorityKeyIdentifier(b"other", None, None), False)]),
        "names another key",
    ),
    "weak digest": (
        with_leaf(digest=hashes.SHA224()),
        "1.2.840.10045.4.3.1",
    ),
    "weak key": (with_leaf(kind="rsa1024"), "1024 bits"),
    "unknown curve": (with_leaf(kind="k256"), "not accepted"),
    "issuer with a weak key": (with_issuer(kind="rsa1024"), "1024 bits"),
    "a subject without a name": (nobody, "names nobody"),
}


@pytest.mark.parametrize(
    ("run", "why"), BAD.values(), ids=[name.replace(" ", "-") for name in BAD]
)
def test_a_bad_path_is_refused(run: Callable[[], Path], why: str) -> None:
    with pytest.raises(SignatureInvalidError) as caught:
        run()
    assert why in str(caught.value)
    assert caught.value.message("zh") != str(caught.value)


GOOD: dict[str, Callable[[], Path]] = {
    "non-repudiation alone": with_leaf(bits=["content_commitment"]),
    "e-mail": with_leaf([(EMAIL, True)]),
    "unknown extension": with_leaf([(UNKNOWN, False)]),
    "policies": with_issuer([(POLICIES, True)]),
    "longest": lambda: path(
        issue("机关", ladder(4)[-1], number=60), *ladder(4)[1:], trust=(ladder(4)[0],)
    ),
    "as long as allowed": with_issuer(constraints=limited(0)),
    "leaf without constraints": with_leaf(without=[x509.BasicConstraints]),
    "no key identifiers": with_leaf(
        without=[x509.AuthorityKeyIdentifier, x509.SubjectKeyIdentifier]
    ),
}


@pytest.mark.parametrize("run", GOOD.values(), ids=[n.replace(" ", "-") for n in GOOD])
def test_a_good_path_is_found(run: Callable[[], Path]) -> None:
    assert run().holds(AT)


def test_a_trusted_issuer_need_not_say_what_it_is_for() -> None:
    root = issue("根", number=1, ca=True, without=[x509.KeyUsage])
    assert path(issue("机关", root), trust=(root,)).holds(AT)


def test_issuers_of_their_own_successor_are_not_counted() -> None:
    """RFC 5280, 4.2.1.9: self-issued certificates do not use up the length."""
    old = issue("根", number=1, ca=True, constraints=limited(0))
    new = issue("根", old, number=2, ca=True)
    leaf = issue("机关", new)
    assert ders(path(leaf, new, trust=(old,))) == [leaf.der, new.der, old.der]


def test_a_maze_is_left_after_bounded_work() -> None:
    """Twenty CAs of one name and key, each above all others, none trusted."""
    first = issue("迷宫", number=70, ca=True)
    maze = [issue("迷宫", first, number=70, ca=True) for _ in range(20)]
    with pytest.raises(SignatureInvalidError, match="too many certificates to try"):
        path(issue("机关", first), *maze)


def test_certificates_that_vouch_for_each_other_vouch_for_nobody() -> None:
    one = issue("甲", number=71, ca=True)
    two = issue("乙", one, number=72, ca=True)
    one_again = issue("甲", two, number=71, ca=True)
    with pytest.raises(SignatureInvalidError, match="neither trusted"):
        path(issue("机关", two), two, one_again)
