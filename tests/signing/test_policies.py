"""RFC 5280, 6.1: a policy that a path asks for must hold from top to bottom."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.path import find_path
from egovarchive.signing.policies import ANY, check_policies
from signing.authority import AT, Extensions, issue

ASKED = (x509.PolicyConstraints(0, None), True)
NO_ANY = (x509.InhibitAnyPolicy(0), True)


def named(*dotted: str) -> tuple[x509.CertificatePolicies, bool]:
    policies = [x509.PolicyInformation(ObjectIdentifier(each), None) for each in dotted]
    return x509.CertificatePolicies(policies), False


def unread(dotted: str, value: str) -> tuple[x509.UnrecognizedExtension, bool]:
    own = x509.UnrecognizedExtension(ObjectIdentifier(dotted), bytes.fromhex(value))
    return own, True


def judge(
    root: Extensions = (), middle: Extensions = (), leaf: Extensions = ()
) -> None:
    above = issue("根", number=1, ca=True, extra=root)
    between = issue("CA", above, number=2, ca=True, extra=middle)
    own = issue("机关", between, number=3, extra=leaf)
    find_path(
        Certificate.parse(own.der),
        [Certificate.parse(between.der)],
        [Certificate.parse(above.der)],
        at=AT,
    )


@pytest.mark.parametrize(
    ("root", "middle", "leaf"),
    [
        ([], [], []),
        ([], [named("1.2.3")], []),
        ([], [ASKED, named("1.2.3")], [named("1.2.3", "1.2.4")]),
        ([], [ASKED, named(ANY)], [named("1.2.4")]),
        ([], [ASKED, named("1.2.3")], [named(ANY)]),
        ([ASKED], [named("1.2.3")], [named("1.2.3")]),
        ([], [NO_ANY, named("1.2.3")], [named(ANY)]),
        ([], [(x509.PolicyConstraints(2, None), True)], []),
    ],
)
def test_one_that_holds_is_enough(
    root: Extensions, middle: Extensions, leaf: Extensions
) -> None:
    judge(root, middle, leaf)


@pytest.mark.parametrize(
    ("root", "middle", "leaf"),
    [
        ([], [ASKED, named("1.2.3")], [named("1.2.4")]),
        ([], [ASKED, named("1.2.3")], []),
        ([], [ASKED], [named("1.2.3")]),
        ([], [named("1.2.3")], [ASKED, named("1.2.4")]),
        ([ASKED], [], []),
        ([], [ASKED, NO_ANY, named("1.2.3")], [named(ANY)]),
        ([ASKED, NO_ANY], [named(ANY)], [named("1.2.3")]),
    ],
)
def test_none_that_holds_is_refused_where_one_is_asked_for(
    root: Extensions, middle: Extensions, leaf: Extensions
) -> None:
    with pytest.raises(SignatureInvalidError, match="no policy holds"):
        judge(root, middle, leaf)


@pytest.mark.parametrize(
    "extension",
    [
        unread("2.5.29.36", "3003800180"),
        unread("2.5.29.36", "300380010105"),
        unread("2.5.29.36", "0500"),
        unread("2.5.29.36", "30058001000500"),
        unread("2.5.29.54", "0201ff"),
        unread("2.5.29.54", "02020001"),
        unread("2.5.29.32", "30020500"),
        unread("2.5.29.33", "3000"),
    ],
)
def test_what_is_malformed_or_a_mapping_is_refused(
    extension: tuple[x509.UnrecognizedExtension, bool],
) -> None:
    with pytest.raises(SignatureInvalidError):
        judge([], [extension])


def test_too_many_are_refused() -> None:
    many = named(*[f"1.2.{number}" for number in range(101)])
    with pytest.raises(SignatureInvalidError, match="too many"):
        judge([], [many])


def test_a_certificate_trusted_by_hand_asks_nothing_of_itself() -> None:
    own = issue("机关", number=1, extra=[ASKED])
    check_policies([Certificate.parse(own.der)])
