"""What was revoked before the proved time fails; what nobody speaks for is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509 import ReasonFlags
from cryptography.x509.oid import ExtendedKeyUsageOID

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.signing import RevocationEvidence, revocation
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.path import find_path
from egovarchive.signing.revocation import Revocations
from signing.authority import AT, Issued, issue
from signing.revoking import (
    DAY,
    EARLIER,
    LATER,
    LEAF,
    MIDDLE,
    ROOT,
    crl,
    entry,
    point,
    reply,
    responder,
    sm2_crl,
)
from signing.sm2_authority import sm2_family

HOLD = ReasonFlags.certificate_hold
SOME = frozenset({ReasonFlags.key_compromise, ReasonFlags.ca_compromise})
OTHERS = frozenset(ReasonFlags) - SOME - {ReasonFlags.unspecified}
OTHERS -= {ReasonFlags.remove_from_crl}


def judge(
    *crls: bytes,
    ocsp: Sequence[bytes] = (),
    at: datetime = AT,
    leaf: Issued = LEAF,
    between: Sequence[Issued] = (MIDDLE,),
    root: Issued = ROOT,
    pool: Sequence[Issued] = (),
    also_trusted: Sequence[Issued] = (),
    stamped_at: datetime | None = None,
) -> RevocationEvidence:
    """Judge *leaf* by *crls* and a list that says all is well with the CA above."""
    anchors = [Certificate.parse(each.der) for each in (root, *also_trusted)]
    parsed = [Certificate.parse(each.der) for each in (*between, *pool)]
    path = find_path(Certificate.parse(leaf.der), parsed, anchors, at=at)
    root_list = crl(root, made_at=at - DAY, next_at=at + DAY)
    return Revocations([root_list, *crls], ocsp).judge(
        path, pool=parsed, at=at, stamped_at=stamped_at
    )


def test_a_list_in_force_that_lacks_it_says_that_it_was_good() -> None:
    own = crl(MIDDLE, entry(issue("别的机关", MIDDLE, number=30), EARLIER))
    found = judge(own)
    assert (found.outcome, found.ocsp, found.certificates) == ("good", (), ())
    assert found.crls[0] == own
    assert len(found.crls) == 2


def test_nothing_at_hand_is_unknown() -> None:
    assert judge().outcome == "unknown"
    anchors = [Certificate.parse(ROOT.der)]
    path = find_path(
        Certificate.parse(LEAF.der), [Certificate.parse(MIDDLE.der)], anchors, at=AT
    )
    # The signer's list alone does not speak for the CA above.
    found = Revocations([crl(MIDDLE)]).judge(path, at=AT)
    assert found.outcome == "unknown"


def test_one_trusted_by_hand_is_exempt() -> None:
    own = issue("自签机关", number=31)
    anchors = [Certificate.parse(own.der)]
    path = find_path(anchors[0], [], anchors, at=AT)
    assert Revocations().judge(path, at=AT).outcome == "exempt"


@pytest.mark.parametrize("reason", [None, *sorted(SOME | OTHERS, key=str)])
def test_what_was_revoked_before_is_refused(reason: ReasonFlags | None) -> None:
    with pytest.raises(SignatureInvalidError, match="was revoked at") as caught:
        judge(crl(MIDDLE, entry(LEAF, EARLIER, reason)))
    assert "被撤销" in caught.value.message("zh")
    with pytest.raises(SignatureInvalidError, match="was revoked at"):
        judge(crl(MIDDLE, entry(LEAF, AT, reason)))


def test_what_was_revoked_afterwards_is_good() -> None:
    late = crl(
        MIDDLE,
        entry(LEAF, AT + timedelta(seconds=1), ReasonFlags.key_compromise),
        made_at=LATER,
        next_at=LATER + DAY,
    )
    assert judge(late).outcome == "good"


def test_the_earlier_counts_of_the_revocation_and_the_doubt() -> None:
    for revoked_at, since in ((LATER, EARLIER), (EARLIER, LATER)):
        own = crl(
            MIDDLE,
            entry(LEAF, revoked_at, invalid_since=since),
            made_at=LATER,
            next_at=LATER + DAY,
        )
        with pytest.raises(SignatureInvalidError, match="was revoked at"):
            judge(own)


def test_a_revoked_authority_spoils_what_is_below() -> None:
    with pytest.raises(SignatureInvalidError, match="运营 CA"):
        judge(crl(MIDDLE), crl(ROOT, entry(MIDDLE, EARLIER)))


def test_a_later_list_is_evidence_and_preferred() -> None:
    now = crl(MIDDLE)
    later = crl(MIDDLE, made_at=LATER, next_at=LATER + DAY)
    assert later in judge(now, later).crls
    assert now not in judge(now, later).crls


def test_a_list_that_ran_out_before_says_nothing_but_what_it_lists() -> None:
    old = {"made_at": AT - 9 * DAY, "next_at": AT - 8 * DAY}
    assert judge(crl(MIDDLE, **old)).outcome == "unknown"  # type: ignore[arg-type]
    revoked = entry(LEAF, AT - 10 * DAY)
    with pytest.raises(SignatureInvalidError, match="was revoked"):
        judge(crl(MIDDLE, revoked, **old))  # type: ignore[arg-type]


def test_a_list_from_after_the_expiry_may_have_dropped_it() -> None:
    short = issue("短期机关", MIDDLE, number=32, not_after=AT + DAY)
    late = {"made_at": AT + 2 * DAY, "next_at": AT + 3 * DAY}
    assert judge(crl(MIDDLE, **late), leaf=short).outcome == "unknown"  # type: ignore[arg-type]
    for since, outcome in ((AT, "good"), (AT + 2 * DAY, "unknown")):
        moment = since.strftime("%Y%m%d%H%M%SZ").encode()
        keeps = x509.UnrecognizedExtension(
            x509.ObjectIdentifier("2.5.29.60"), b"\x18\x0f" + moment
        )
        found = judge(
            crl(MIDDLE, extra=[(keeps, False)], **late),  # type: ignore[arg-type]
            leaf=short,
        )
        assert found.outcome == outcome


def test_a_list_of_another_issuer_says_nothing() -> None:
    other = issue("运营 CA", number=33, ca=True)
    assert judge(crl(other)).outcome == "unknown"
    assert judge(crl(other, key_id=False)).outcome == "unknown"
    # Nor may it revoke: anybody could then.
    assert judge(crl(other, entry(LEAF, EARLIER))).outcome == "unknown"


def test_a_list_with_a_wrong_signature_says_nothing() -> None:
    own = crl(MIDDLE)
    assert judge(own[:-1] + bytes((own[-1] ^ 1,))).outcome == "unknown"
    assert judge(crl(MIDDLE, signed_by=ROOT)).outcome == "unknown"


def test_an_authority_that_may_not_sign_lists_does_not() -> None:
    middle = issue("运营 CA", ROOT, number=2, ca=True, bits=["key_cert_sign"])
    assert judge(crl(middle), between=[middle]).outcome == "unknown"


def test_a_list_from_before_or_after_its_issuer_says_nothing() -> None:
    middle = issue("运营 CA", ROOT, number=2, ca=True, not_before=AT - DAY / 2)
    assert judge(crl(middle), between=[middle]).outcome == "unknown"
    middle = issue("运营 CA", ROOT, number=2, ca=True, not_after=AT + DAY)
    late = crl(middle, made_at=AT + 2 * DAY, next_at=AT + 3 * DAY)
    assert judge(late, between=[middle]).outcome == "unknown"


def test_what_was_on_hold_then_is_refused_and_what_was_let_go_is_not() -> None:
    with pytest.raises(SignatureInvalidError, match="certificateHold"):
        judge(crl(MIDDLE, entry(LEAF, EARLIER, HOLD)))
    before = crl(
        MIDDLE,
        entry(LEAF, AT - 9 * DAY, HOLD),
        made_at=AT - 9 * DAY,
        next_at=AT - 8 * DAY,
    )
    assert judge(before).outcome == "unknown"
    assert judge(before, crl(MIDDLE)).outcome == "good"


def test_a_delta_list_revokes_and_says_nothing_else() -> None:
    delta = [(x509.DeltaCRLIndicator(6), True)]
    assert judge(crl(MIDDLE, extra=delta)).outcome == "unknown"
    with pytest.raises(SignatureInvalidError, match="was revoked"):
        judge(crl(MIDDLE), crl(MIDDLE, entry(LEAF, EARLIER), extra=delta))
    let_go = entry(LEAF, EARLIER, ReasonFlags.remove_from_crl)
    assert judge(crl(MIDDLE), crl(MIDDLE, let_go, extra=delta)).outcome == "good"


def test_a_list_is_about_its_own_kind_of_certificates() -> None:
    assert judge(crl(MIDDLE, extra=[point(users=True)])).outcome == "good"
    assert judge(crl(MIDDLE, extra=[point(authorities=True)])).outcome == "unknown"


def test_a_list_is_about_its_own_distribution_point() -> None:
    here, there = "http://here.invalid/1.crl", "http://there.invalid/2.crl"
    points = x509.CRLDistributionPoints(
        [
            x509.DistributionPoint(
                [x509.UniformResourceIdentifier(here)], None, None, None
            )
        ]
    )
    leaf = issue("机关", MIDDLE, number=34, extra=[(points, False)])
    for name, outcome in ((here, "good"), (there, "unknown")):
        own = crl(MIDDLE, extra=[point(names=[name])])
        assert judge(own, leaf=leaf).outcome == outcome
        # One that names no point of its own has only the list of the whole issuer.
        assert judge(own).outcome == "unknown"
    assert judge(crl(MIDDLE), leaf=leaf).outcome == "good"


def test_lists_for_some_reasons_are_needed_for_all_of_them() -> None:
    some = crl(MIDDLE, extra=[point(reasons=SOME)])
    others = crl(MIDDLE, extra=[point(reasons=OTHERS)])
    assert judge(some).outcome == judge(others).outcome == "unknown"
    found = judge(some, others)
    assert found.outcome == "good"
    assert {some, others} <= set(found.crls)


def test_another_key_of_the_issuer_may_sign_its_lists() -> None:
    lister = issue("运营 CA", ROOT, number=35, bits=["crl_sign"])
    own = crl(lister)
    found = judge(own, pool=[lister])
    assert (found.outcome, found.certificates) == ("good", (lister.der,))
    assert judge(own).outcome == "unknown"
    # Not if that one was revoked itself,
    revoked = crl(ROOT, entry(lister, EARLIER - DAY))
    assert judge(own, revoked, pool=[lister]).outcome == "unknown"
    # or if nobody trusted vouches for it.
    stranger = issue("运营 CA", number=35, bits=["crl_sign"])
    assert judge(crl(stranger), pool=[stranger]).outcome == "unknown"


def test_another_that_is_trusted_has_no_say_about_this_path() -> None:
    """Or one CA could let another's revocations disappear."""
    other = issue("另一个根", number=42, ca=True)
    lister = issue("运营 CA", other, number=43, bits=["crl_sign"])
    own = [crl(other), crl(lister)]
    assert judge(*own, pool=[lister], also_trusted=[other]).outcome == "unknown"
    trusted = issue("运营 CA", number=44, ca=True)
    assert judge(crl(trusted), also_trusted=[trusted]).outcome == "unknown"


def test_a_list_does_not_vouch_for_its_own_signer() -> None:
    lister = issue("运营 CA", MIDDLE, number=36, bits=["crl_sign"])
    assert judge(crl(lister), pool=[lister]).outcome == "unknown"


def test_the_word_of_a_stamping_authority_counts_while_its_key_is_safe() -> None:
    """RFC 3161, 4: stopped is not lost."""
    stamped = AT - 5 * DAY
    for reason in (ReasonFlags.superseded, ReasonFlags.cessation_of_operation):
        own = crl(MIDDLE, entry(LEAF, EARLIER, reason))
        assert judge(own, stamped_at=stamped).outcome == "good"
    for lost in (None, ReasonFlags.key_compromise):
        with pytest.raises(SignatureInvalidError, match="was revoked"):
            judge(crl(MIDDLE, entry(LEAF, EARLIER, lost)), stamped_at=stamped)
    # It is not the authority above that speaks.
    above = crl(ROOT, entry(MIDDLE, EARLIER, ReasonFlags.superseded))
    with pytest.raises(SignatureInvalidError, match="was revoked"):
        judge(crl(MIDDLE), above, stamped_at=stamped)


def test_lists_signed_with_sm2_are_judged_alike() -> None:
    root, middle, leaf = sm2_family()
    anchors = [Certificate.parse(root.der)]
    path = find_path(
        Certificate.parse(leaf.der), [Certificate.parse(middle.der)], anchors, at=AT
    )

    def judged(*crls: bytes) -> str:
        return Revocations(crls).judge(path, at=AT).outcome

    assert judged(sm2_crl(root), sm2_crl(middle)) == "good"
    with pytest.raises(SignatureInvalidError, match="was revoked"):
        judged(sm2_crl(middle, entry(leaf.mould, EARLIER)))
    # The same list, signed with the ECDSA key of the mould.
    assert judged(sm2_crl(root), crl(middle.mould)) == "unknown"


class TestReplies:
    """Stored OCSP replies."""

    def test_the_issuer_itself_may_answer(self) -> None:
        for changes in ({}, {"by_name": True}, {"embedded": False}):
            own = reply(MIDDLE, **changes)  # type: ignore[arg-type]
            found = judge(ocsp=[own])
            assert (found.outcome, found.ocsp) == ("good", (own,))

    def test_who_was_delegated_may_answer(self) -> None:
        by = responder(MIDDLE)
        assert judge(ocsp=[reply(by)]).outcome == "good"
        bare = judge(ocsp=[reply(by, embedded=False)], pool=[by])
        assert (bare.outcome, bare.certificates) == ("good", (by.der,))

    @pytest.mark.parametrize(
        "by",
        [
            issue("OCSP 响应者", MIDDLE, number=20),
            responder(ROOT),
            responder(issue("运营 CA", number=37, ca=True)),
            responder(MIDDLE, not_after=EARLIER - DAY),
            responder(MIDDLE, bits=["key_encipherment"]),
            ROOT,
        ],
        ids=["no purpose", "of root", "stranger", "expired", "usage", "root"],
    )
    def test_nobody_else_may(self, by: Issued) -> None:
        assert judge(ocsp=[reply(by)]).outcome == "unknown"

    def test_a_responder_that_may_be_revoked_needs_a_list(self) -> None:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        by = responder(MIDDLE, extra=[(purpose, False)])
        other = reply(by, about=LEAF)
        assert judge(ocsp=[other]).outcome == "unknown"
        # About users only for its own point: it speaks for the responder alone.
        own = crl(MIDDLE, made_at=EARLIER - DAY, next_at=EARLIER)
        found = judge(own, ocsp=[other])
        assert found.outcome == "good"
        assert own in found.crls
        gone = crl(
            MIDDLE, entry(by, EARLIER - DAY), made_at=EARLIER - DAY, next_at=EARLIER
        )
        assert judge(gone, ocsp=[other]).outcome == "unknown"

    def test_before_and_after(self) -> None:
        with pytest.raises(SignatureInvalidError, match="keyCompromise"):
            judge(
                ocsp=[
                    reply(MIDDLE, revoked_at=EARLIER, reason=ReasonFlags.key_compromise)
                ]
            )
        late = {"made_at": LATER, "next_at": LATER + DAY}
        after = reply(MIDDLE, revoked_at=LATER, **late)  # type: ignore[arg-type]
        assert judge(ocsp=[after]).outcome == "good"

    def test_unknown_is_not_good(self) -> None:
        assert judge(ocsp=[reply(MIDDLE, unknown=True)]).outcome == "unknown"

    def test_one_about_another_certificate_says_nothing(self) -> None:
        other = issue("别的机关", MIDDLE, number=38)
        assert judge(ocsp=[reply(MIDDLE, about=other)]).outcome == "unknown"
        assert judge(ocsp=[reply(MIDDLE, issuer=ROOT)]).outcome == "unknown"

    def test_an_old_one_says_nothing(self) -> None:
        old = reply(MIDDLE, made_at=AT - 3 * DAY, next_at=AT - 2 * DAY)
        assert judge(ocsp=[old]).outcome == "unknown"
        # Without a next one it speaks for its own moment, and what was before.
        assert judge(ocsp=[reply(MIDDLE, next_at=None)]).outcome == "unknown"
        later = reply(MIDDLE, made_at=LATER, next_at=None)
        assert judge(ocsp=[later]).outcome == "good"

    def test_what_it_revokes_a_list_does_not_save(self) -> None:
        with pytest.raises(SignatureInvalidError, match="was revoked"):
            judge(crl(MIDDLE), ocsp=[reply(MIDDLE, revoked_at=EARLIER)])

    def test_a_wrong_signature_says_nothing(self) -> None:
        own = bytearray(reply(MIDDLE, embedded=False))
        own[-1] ^= 1
        assert judge(ocsp=[bytes(own)]).outcome == "unknown"


@pytest.mark.parametrize(
    "held",
    [
        {"crls": [b"\x30\x00"]},
        {"crls": [crl(MIDDLE, extra=[point(indirect=True)])]},
        {"ocsp": [b"\x30\x03\x0a\x01\x06"]},
        {"certificates": [b""]},
        {"crls": [b""] * (revocation.MAX_HELD + 1)},
    ],
    ids=["no list", "indirect", "no reply", "no certificate", "too many"],
)
def test_what_is_not_understood_is_refused_at_once(
    held: dict[str, Any],
) -> None:
    with pytest.raises(InvalidValueError):
        Revocations(**held)


def test_signatures_are_remembered_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(revocation, "_KEPT_SIGNATURES", 2)
    assert judge(crl(MIDDLE), crl(MIDDLE, made_at=AT)).outcome == "good"
