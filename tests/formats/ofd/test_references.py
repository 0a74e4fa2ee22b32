"""GB/T 33190—2016, clause 18: the digests that signatures list."""

from __future__ import annotations

import base64
import hashlib

import pytest

from corpus import ofd_maker as made
from egovarchive.formats import DEFAULT_LIMITS, BytesSource
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import Role
from egovarchive.formats.ofd.signed import (
    Digests,
    Match,
    OfdSignature,
    read_signature,
)
from egovarchive.records.outcome import Outcome
from formats.ofd_reports import read_parts, said_of

PAGE = "Doc_0/Pages/Page_0/Content.xml"


def signatures(data: bytes) -> list[OfdSignature]:
    package = OfdPackage.open(BytesSource("a.ofd", data), DEFAULT_LIMITS)
    digests = Digests(package)
    return [
        read_signature(part, "0", "", package, digests)
        for part in read_parts(package)
        if part.role is Role.SIGNATURE
    ]


def test_a_signature_says_what_it_covers() -> None:
    (signature,) = signatures(made.signed())
    assert (signature.type, signature.provider) == ("Seal", "corpus")
    assert (signature.method, signature.algorithm) == (made.SM3, "sm3")
    assert signature.signed_at == "20250317161000Z"
    assert signature.part == "Doc_0/Signs/Sign_0/Signature.xml"
    assert signature.listed_in == "Doc_0/Signs/Signatures.xml"
    assert {each.name for each in signature.references} == {
        *made.plain(),
        "Doc_0/Signs/Signatures.xml",
    }
    assert {each.match for each in signature.references} == {Match.SAME}


def test_digests_are_those_of_another_implementation() -> None:
    """SM3 of OpenSSL, where Python has it."""
    if "sm3" not in hashlib.algorithms_available:
        pytest.skip("this Python's OpenSSL has no SM3")
    (signature,) = signatures(made.signed())
    expected = hashlib.new("sm3", made.font()).hexdigest()
    found = {each.name: each.found for each in signature.references}
    assert found["Doc_0/Res/font_2.ttf"] == expected


@pytest.mark.parametrize(
    ("method", "algorithm"),
    [
        ("SM3", "sm3"),
        ("sm3", "sm3"),
        ("SHA-256", "sha256"),
        ("2.16.840.1.101.3.4.2.1", "sha256"),
        ("SHA512", "sha512"),
    ],
)
def test_methods_are_known_by_name_and_oid(method: str, algorithm: str) -> None:
    assert not said_of(made.signed(method=method, algorithm=algorithm))


@pytest.mark.parametrize(
    ("method", "name"), [("", "md5"), ("MD5", "md5"), ("SHA1", "sha1")]
)
def test_old_methods_are_compared_and_warned_of(method: str, name: str) -> None:
    data = made.page()
    digest = hashlib.new(name, data, usedforsecurity=False).digest()
    value = base64.b64encode(digest).decode()
    said = said_of(_one_reference(method, value))
    warned = [one.en for one in said if one.outcome is Outcome.WARNED]
    assert any(en.startswith("digests should be SM3") for en in warned)
    assert not [one for one in said if one.outcome is Outcome.FAILED]
    wrong = said_of(_one_reference(method, value[::-1].lstrip("=")))
    assert [one for one in wrong if one.outcome is Outcome.FAILED]


def _one_reference(method: str, value: str, file: str = f"/{PAGE}") -> bytes:
    listing = (
        f'<SignedInfo><References CheckMethod="{method}"><Reference FileRef="{file}">'
        f"<CheckValue>{value}</CheckValue></Reference></References></SignedInfo>"
        "<SignedValue>SignedValue.dat</SignedValue>"
    )
    return made.signed(
        after={"Doc_0/Signs/Sign_0/Signature.xml": made.xml("Signature", listing)}
    )


def test_an_unknown_method_is_not_compared() -> None:
    said = said_of(made.signed(method="GOST"))
    (found,) = [one for one in said if one.aspect is Aspect.COMPLETE]
    assert found.outcome is Outcome.NOT_PERFORMED


@pytest.mark.parametrize("value", ["", "not base64!", "AAAA"])
def test_a_digest_that_is_none_does_not_match(value: str) -> None:
    said = said_of(_one_reference(made.SM3, value))
    assert [one.outcome for one in said if one.aspect is Aspect.COMPLETE] == [
        Outcome.FAILED
    ]


def test_each_changed_file_is_named() -> None:
    said = said_of(
        made.signed(
            after={PAGE: made.page(""), "Doc_0/PublicRes.xml": made.resources("")}
        )
    )
    failed = [one.en for one in said if one.outcome is Outcome.FAILED]
    assert len(failed) == 2
    assert failed[0].startswith("Doc_0/PublicRes.xml is not what was signed: expected")


def test_a_signed_file_that_is_gone_fails() -> None:
    said = said_of(_one_reference(made.SM3, "AAAA", "/Doc_0/gone.xml"))
    assert "'/Doc_0/gone.xml'" in next(
        one.en for one in said if one.aspect is Aspect.COMPLETE
    )


def test_a_later_signature_changes_the_list_and_that_only_warns() -> None:
    first, second = signatures(made.signed(count=2))
    changed = [each for each in first.references if each.match is Match.DIFFERENT]
    assert [each.name for each in changed] == ["Doc_0/Signs/Signatures.xml"]
    assert {each.match for each in second.references} == {Match.SAME}
    (found,) = said_of(made.signed(count=2))
    assert (found.aspect, found.outcome) == (Aspect.COMPLETE, Outcome.WARNED)


def test_a_later_signature_excuses_no_page() -> None:
    said = said_of(made.signed(count=2, after={PAGE: made.page("")}))
    failed = [one for one in said if one.outcome is Outcome.FAILED]
    assert [one.place for one in failed] == [
        "Doc_0/Signs/Sign_0/Signature.xml",
        "Doc_0/Signs/Sign_1/Signature.xml",
    ]


def test_the_last_signature_covers_the_list_as_it_is() -> None:
    listing = made.xml(
        "Signatures", '<Signature ID="0" BaseLoc="Sign_0/Signature.xml"/><!-- -->'
    )
    said = said_of(made.signed(after={"Doc_0/Signs/Signatures.xml": listing}))
    assert [one.outcome for one in said] == [Outcome.FAILED]


def test_files_that_no_signature_covers_are_named() -> None:
    (found,) = said_of(made.signed(leave_out=PAGE))
    assert found.outcome is Outcome.WARNED
    assert PAGE in found.en


def test_a_signature_that_covers_nothing_fails() -> None:
    empty = made.xml(
        "Signature", "<SignedInfo/><SignedValue>SignedValue.dat</SignedValue>"
    )
    said = said_of(made.signed(after={"Doc_0/Signs/Sign_0/Signature.xml": empty}))
    assert (Aspect.CONFORMANT, Outcome.FAILED) in {
        (one.aspect, one.outcome) for one in said
    }


def test_the_list_of_signatures_must_be_there() -> None:
    data = made.changed(OFD=made.entry_point(more="<Signatures>/S.xml</Signatures>"))
    (found,) = said_of(data)
    assert (found.aspect, found.outcome) == (Aspect.COMPLETE, Outcome.FAILED)


def test_each_file_is_digested_once() -> None:
    package = OfdPackage.open(BytesSource("a.ofd", made.signed()), DEFAULT_LIMITS)
    digests = Digests(package)
    assert digests.of(PAGE, "sm3") is digests.of(PAGE, "sm3")
