"""What a verdict rested on is kept as bytes, and leads to the same verdict later."""

from __future__ import annotations

import contextlib
import pickle
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.signing import RevocationEvidence, VerifiedSignature, der
from egovarchive.signing import frozen_evidence as frozen_module
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.frozen_evidence import FrozenEvidence, collect
from egovarchive.signing.trust import TrustStore
from signing.authority import AT, issue, signer_of
from signing.revoking import EARLIER, LEAF, MIDDLE, ROOT, crl, entry, reply

MESSAGE = b"manifest"
[SIGNATURE] = sign_messages(signer_of(LEAF, MIDDLE), [MESSAGE], at=AT)
LISTER = issue("运营 CA", ROOT, number=35, bits=["crl_sign"])
ROOT_LIST, LIST, REPLY = crl(ROOT), crl(LISTER), reply(MIDDLE)


def verified(**held: object) -> VerifiedSignature:
    store = TrustStore([ROOT.der], revocation="required", **held)  # type: ignore[arg-type]
    return store.verify(SIGNATURE, MESSAGE, at=AT)


def test_without_lists_the_outcome_is_unknown_and_required_ones_are_missed() -> None:
    found = TrustStore([ROOT.der]).verify(SIGNATURE, MESSAGE, at=AT)
    assert found.revocation == RevocationEvidence(outcome="unknown")
    with pytest.raises(SignatureInvalidError, match="nothing at hand says") as caught:
        verified()
    assert "撤销信息" in caught.value.message("zh")


def test_a_revoked_signer_is_refused_whether_lists_are_required_or_not() -> None:
    store = TrustStore([ROOT.der], crls=[crl(MIDDLE, entry(LEAF, EARLIER))])
    for _ in range(2):
        with pytest.raises(SignatureInvalidError, match="was revoked"):
            store.verify(SIGNATURE, MESSAGE, at=AT)
    before = EARLIER - timedelta(seconds=1)
    assert store.verify(SIGNATURE, MESSAGE, at=before).signer


def test_what_was_used_is_frozen_and_enough() -> None:
    idle = crl(issue("别的 CA", number=41, ca=True))
    found = verified(
        crls=[ROOT_LIST, LIST, idle], certificates=[LISTER.der, issue("闲人").der]
    )
    kept = FrozenEvidence.parse(collect(found))
    assert kept == FrozenEvidence(
        [LEAF.der, MIDDLE.der, ROOT.der, LISTER.der], [LIST, ROOT_LIST], []
    )
    bare = TrustStore([ROOT.der], revocation="required")
    again = bare.with_frozen(collect(found)).verify(SIGNATURE, MESSAGE, at=AT)
    assert again == found
    assert collect(again) == collect(found)


def test_replies_are_frozen_too() -> None:
    found = verified(crls=[ROOT_LIST], ocsp=[REPLY])
    assert FrozenEvidence.parse(collect(found)).ocsp == (REPLY,)
    later = TrustStore([ROOT.der], revocation="required").with_frozen(collect(found))
    assert later.verify(SIGNATURE, MESSAGE, at=AT).revocation.outcome == "good"


def test_several_verdicts_make_one_set_in_one_order() -> None:
    with_list = verified(crls=[ROOT_LIST, LIST], certificates=[LISTER.der])
    with_reply = verified(crls=[ROOT_LIST], ocsp=[REPLY])
    assert collect(with_list, with_reply) == collect(with_reply, with_list, with_reply)
    assert collect() == FrozenEvidence([], [], []).encode()


def test_frozen_certificates_are_not_trusted() -> None:
    frozen = collect(verified(crls=[ROOT_LIST], ocsp=[REPLY]))
    other = TrustStore([issue("另一个根", number=9, ca=True).der]).with_frozen(frozen)
    assert len(other.anchors) == 1
    with pytest.raises(SignatureInvalidError, match="neither trusted nor at hand"):
        other.verify(SIGNATURE, MESSAGE, at=AT)


def test_certificates_at_hand_close_gaps_in_messages() -> None:
    [bare] = sign_messages(signer_of(LEAF), [MESSAGE], at=AT)
    frozen = collect(verified(crls=[ROOT_LIST], ocsp=[REPLY]))
    store = TrustStore([ROOT.der]).with_frozen(frozen)
    assert len(store.verify(bare, MESSAGE, at=AT).path) == 3


def test_a_store_goes_to_another_process_with_all_it_has() -> None:
    store = TrustStore(
        [ROOT.der], crls=[ROOT_LIST], ocsp=[REPLY], revocation="required"
    )
    sent = pickle.loads(pickle.dumps(store))  # noqa: S301
    assert sent.verify(SIGNATURE, MESSAGE, at=AT).revocation.outcome == "good"
    with pytest.raises(SignatureInvalidError, match="nothing at hand"):
        sent.verify(SIGNATURE, MESSAGE, at=AT + timedelta(days=30))


FROZEN = FrozenEvidence([LEAF.der, ROOT.der], [LIST], [REPLY]).encode()


@pytest.mark.parametrize(
    "source",
    [
        b"",
        FROZEN + b"\x00",
        FROZEN[:-1],
        der.sequence(der.integer(2), der.set_of(), der.set_of(), der.set_of()),
        der.sequence(der.integer(1), der.set_of(), der.set_of()),
        der.sequence(
            der.integer(1), b"\x31\x04\x30\x00\x30\x00", der.set_of(), der.set_of()
        ),
        der.sequence(der.integer(1), *[der.set_of(b"\x05\x00")] * 3),
    ],
    ids=["nothing", "more", "less", "version", "two sets", "twice", "no sequence"],
)
def test_what_is_not_in_its_one_form_is_refused(source: bytes) -> None:
    with pytest.raises(SignatureInvalidError):
        FrozenEvidence.parse(source)


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen_module, "MAX_FROZEN", 3)
    with pytest.raises(SignatureInvalidError, match="more than 3"):
        FrozenEvidence.parse(FROZEN)
    monkeypatch.setattr(frozen_module, "MAX_FROZEN_SIZE", 10)
    with pytest.raises(SignatureInvalidError, match="at most 10"):
        FrozenEvidence.parse(FROZEN)


@given(st.data())
def test_mutations_end_in_typed_errors(data: st.DataObject) -> None:
    source = bytearray(FROZEN)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source) - 1))
        source[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(SignatureInvalidError, InvalidValueError):
        TrustStore([ROOT.der]).with_frozen(bytes(source))
