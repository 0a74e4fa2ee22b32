"""
NIST PKITS: 223 paths, good and bad, as `cryptography-vectors` has them.

Run with the settings that the suite calls default: every policy is acceptable, and none
is required. Paths are looked for among all certificates of the suite at once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cryptography_vectors
import pytest

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.crl import RevocationList
from egovarchive.signing.path import find_path
from egovarchive.signing.trust import TrustStore
from signing.authority import AT

SUITE = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data"
ROOT = "TrustAnchorRootCertificate"

# What the names of the certificates do not tell (4.8 and 4.12.3, default settings).
EXPECTED = {
    "AllCertificatesNoPoliciesTest2EE": True,
    "AllCertificatesSamePoliciesTest10EE": True,
    "AllCertificatesSamePoliciesTest13EE": True,
    "AllCertificatesanyPolicyTest11EE": True,
    "AnyPolicyTest14EE": True,
    "CPSPointerQualifierTest20EE": True,
    "DifferentPoliciesTest3EE": True,
    "DifferentPoliciesTest4EE": False,
    "DifferentPoliciesTest5EE": False,
    "DifferentPoliciesTest7EE": False,
    "DifferentPoliciesTest8EE": False,
    "DifferentPoliciesTest9EE": False,
    "DifferentPoliciesTest12EE": False,
    "OverlappingPoliciesTest6EE": True,
    "UserNoticeQualifierTest15EE": True,
    "UserNoticeQualifierTest16EE": True,
    "UserNoticeQualifierTest17EE": True,
    "UserNoticeQualifierTest18EE": True,
    "UserNoticeQualifierTest19EE": True,
    "inhibitAnyPolicyTest3EE": True,
}

DSA = "DSA is in none of our tables"
SPELLING = "names are equal when their bytes are, not when they read alike"
MAPPINGS = "policy mappings are refused, not obeyed by half"
NAMES = "name constraints are refused, not obeyed by half"
INDIRECT = "a list is its issuer's: indirect ones are refused"
DELTA = "a delta list revokes, but never lets go what its base has on hold"

# Every path that the suite calls good and we refuse, with the reason. There is none the
# other way round, and there may not be.
REFUSED = {
    "ValidDSASignaturesTest4EE": DSA,
    "ValidDSAParameterInheritanceTest5EE": DSA,
    "ValidNameChainingWhitespaceTest3EE": SPELLING,
    "ValidNameChainingWhitespaceTest4EE": SPELLING,
    "ValidNameChainingCapitalizationTest5EE": SPELLING,
    "ValidRolloverfromPrintableStringtoUTF8StringTest10EE": SPELLING,
    "ValidUTF8StringCaseInsensitiveMatchTest11EE": SPELLING,
    **{
        f"ValidPolicyMappingTest{number}EE": MAPPINGS
        for number in (1, 3, 5, 6, 9, 11, 12, 13, 14)
    },
    "ValidinhibitPolicyMappingTest2EE": MAPPINGS,
    "ValidinhibitPolicyMappingTest4EE": MAPPINGS,
    "ValidSelfIssuedinhibitPolicyMappingTest7EE": MAPPINGS,
    **{
        f"ValidDNnameConstraintsTest{number}EE": NAMES
        for number in (1, 4, 5, 6, 11, 14, 18, 19)
    },
    **{
        f"Valid{kind}nameConstraintsTest{number}EE": NAMES
        for kind, numbers in {
            "RFC822": (21, 23, 25),
            "DNandRFC822": (27,),
            "DNS": (30, 32),
            "URI": (34, 36),
        }.items()
        for number in numbers
    },
    **{f"ValidIDPwithindirectCRLTest{n}EE": INDIRECT for n in (22, 24, 25)},
    **{f"ValidcRLIssuerTest{n}EE": INDIRECT for n in (28, 29, 30, 33)},
    "ValiddeltaCRLTest5EE": DELTA,
}

LEAVES = sorted(path.stem for path in (SUITE / "certs").glob("*EE.crt"))


def certificate(name: str) -> bytes:
    return (SUITE / "certs" / f"{name}.crt").read_bytes()


@cache
def pool() -> tuple[Certificate, ...]:
    # The one left out has a signature that is not whole octets.
    return tuple(
        Certificate.parse(path.read_bytes())
        for path in sorted((SUITE / "certs").glob("*.crt"))
        if path.stem not in {*LEAVES, "BadSignedCACert"}
    )


@cache
def store() -> TrustStore:
    crls = []
    refused = set()
    for path in sorted((SUITE / "crls").glob("*.crl")):
        source = path.read_bytes()
        if is_read(source):
            crls.append(source)
        else:
            refused.add(path.stem)
    assert refused == {
        "BadCRLSignatureCACRL",
        "UnknownCRLEntryExtensionCACRL",
        "UnknownCRLExtensionCACRL",
        "indirectCRLCA1CRL",
        "indirectCRLCA3cRLIssuerCRL",
        "indirectCRLCA4cRLIssuerCRL",
        "indirectCRLCA5CRL",
        "onlyContainsAttributeCertsCACRL",
    }
    return TrustStore([certificate(ROOT)], crls=crls, revocation="required")


def is_read(source: bytes) -> bool:
    try:
        RevocationList.parse(source)
    except SignatureInvalidError:
        return False
    return True


def is_accepted(name: str) -> bool:
    try:
        leaf = Certificate.parse(certificate(name))
        anchors = [Certificate.parse(certificate(ROOT))]
        path = find_path(leaf, pool(), anchors, at=AT)
        return store().judge(path, pool(), at=AT).outcome == "good"
    except SignatureInvalidError:
        return False


def expected(name: str) -> bool:
    return EXPECTED[name] if name in EXPECTED else name.startswith("Valid")


def test_all_of_the_suite_is_there() -> None:
    assert len(LEAVES) == 223
    assert set(EXPECTED) | set(REFUSED) <= set(LEAVES)
    assert all(
        name in EXPECTED or name.startswith(("Valid", "Invalid")) for name in LEAVES
    )
    assert all(expected(name) for name in REFUSED)


@pytest.mark.parametrize("name", LEAVES)
def test_a_path_is_judged_as_the_suite_says(name: str) -> None:
    """Or is refused for a reason in the table, which must still be needed."""
    assert is_accepted(name) == (expected(name) and name not in REFUSED)
