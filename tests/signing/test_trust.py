"""Who is trusted, and that remembering it changes nothing."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.signing import VerifiedSignature, Verifier, der, trust
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.signed_data import SignedData
from egovarchive.signing.trust import TrustStore
from signing.authority import AT, NOT_AFTER, family, issue, signer_of, store_of

ROOT, MIDDLE, LEAF = family()
SIGNER = signer_of(LEAF, MIDDLE)
MESSAGE = b"manifest"
[SIGNATURE] = sign_messages(SIGNER, [MESSAGE], at=AT)


def test_it_says_who_signed_and_why_that_is_trusted() -> None:
    assert store_of(ROOT).verify(SIGNATURE, MESSAGE, at=AT) == VerifiedSignature(
        signer="CN=某市行政审批局",
        certificate=LEAF.der,
        path=(LEAF.der, MIDDLE.der, ROOT.der),
        algorithm="ecdsa-p256-sha256",
        claimed_at=AT,
    )


def test_it_is_a_verifier() -> None:
    verifier: Verifier = store_of(ROOT)
    assert verifier.verify(SIGNATURE, MESSAGE, at=AT).signer


def test_another_message_is_refused_before_and_after_it_was_seen() -> None:
    store = store_of(ROOT)
    for _ in range(2):
        with pytest.raises(SignatureInvalidError, match="over another message"):
            store.verify(SIGNATURE, MESSAGE + b"\n", at=AT)
        store.verify(SIGNATURE, MESSAGE, at=AT)


def test_an_untrusted_signer_is_refused() -> None:
    store = store_of(issue("另一个根", number=9, ca=True))
    with pytest.raises(SignatureInvalidError, match="neither trusted nor at hand"):
        store.verify(SIGNATURE, MESSAGE, at=AT)


def test_a_signer_that_made_its_own_certificate_is_not_trusted_for_that() -> None:
    signer = KeySigner.self_signed("某市行政审批局", at=AT)
    [signature] = sign_messages(signer, [MESSAGE], at=AT)
    with pytest.raises(SignatureInvalidError, match="neither trusted"):
        store_of(ROOT).verify(signature, MESSAGE, at=AT)
    TrustStore([ROOT.der, signer.certificate]).verify(signature, MESSAGE, at=AT)


def test_a_certificate_of_the_same_name_and_number_is_another() -> None:
    """The key decides, not what is written about it."""
    false_leaf = issue("某市行政审批局", issue("运营 CA", number=8, ca=True), number=7)
    [signature] = sign_messages(signer_of(false_leaf), [MESSAGE], at=AT)
    with pytest.raises(SignatureInvalidError):
        store_of(ROOT, MIDDLE, LEAF).verify(signature, MESSAGE, at=AT)


def test_the_moment_decides_each_time_anew() -> None:
    store = store_of(ROOT)
    late = NOT_AFTER + timedelta(seconds=1)
    for _ in range(2):
        store.verify(SIGNATURE, MESSAGE, at=AT)
        store.verify(SIGNATURE, MESSAGE, at=NOT_AFTER)
        with pytest.raises(SignatureInvalidError, match="it is valid from"):
            store.verify(SIGNATURE, MESSAGE, at=late)


def test_a_path_that_ran_out_gives_way_to_one_that_holds() -> None:
    middle_of_next_year = AT + timedelta(days=200)
    first = issue("运营 CA", ROOT, number=2, ca=True, not_after=AT + timedelta(days=1))
    renewed = issue("运营 CA", ROOT, number=2, ca=True, not_before=AT)
    [signature] = sign_messages(signer_of(LEAF, first, renewed), [MESSAGE], at=AT)
    store = store_of(ROOT)
    now = store.verify(signature, MESSAGE, at=AT - timedelta(days=1))
    assert now.path[1] == first.der
    later = store.verify(signature, MESSAGE, at=middle_of_next_year)
    assert later.path[1] == renewed.der


def test_other_certificates_inside_are_another_case() -> None:
    """What is remembered for one set of certificates is not used for another."""
    store = store_of(ROOT)
    store.verify(SIGNATURE, MESSAGE, at=AT)
    [bare] = sign_messages(signer_of(LEAF), [MESSAGE], at=AT)
    with pytest.raises(SignatureInvalidError, match="neither trusted nor at hand"):
        store.verify(bare, MESSAGE, at=AT)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no time zone"):
        store_of(ROOT).verify(SIGNATURE, MESSAGE, at=AT.replace(tzinfo=None))


def test_trusting_nobody_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no trusted certificate"):
        TrustStore([])


def test_trusting_something_else_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="RFC 5280"):
        TrustStore([der.sequence()])


def test_anchors_come_from_pem() -> None:
    store = TrustStore.from_pem(b"# roots\n" + ROOT.pem + MIDDLE.pem)
    assert store.anchors == (ROOT.der, MIDDLE.der)
    assert repr(store) == "TrustStore(['CN=根证书', 'CN=运营 CA'])"
    with pytest.raises(InvalidValueError):
        TrustStore.from_pem(b"")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "_CACHED_PATHS", 3)
    store = store_of(ROOT)
    for number in range(6):
        leaf = issue("机关", ROOT, number=number)
        [signature] = sign_messages(signer_of(leaf), [MESSAGE], at=AT)
        store.verify(signature, MESSAGE, at=AT)
        store.verify(SIGNATURE, MESSAGE, at=AT)
        assert len(store._paths) <= 3
    known = SignedData.parse(SIGNATURE)
    store.verify(SIGNATURE, MESSAGE, at=AT)
    assert any(path.certificates[0].der == LEAF.der for path in store._paths.values())
    assert known.signer_id


def test_what_was_refused_is_not_remembered() -> None:
    store = store_of(issue("另一个根", number=9, ca=True))
    for _ in range(5):
        with pytest.raises(SignatureInvalidError):
            store.verify(SIGNATURE, MESSAGE, at=AT)
    assert not store._paths


def test_threads_may_share_a_store() -> None:
    store = store_of(ROOT)
    messages = [b"%d" % number for number in range(40)]
    signers = [signer_of(issue("机关", ROOT, number=n)) for n in range(4)]
    made = [
        (signature, message)
        for signer in signers
        for signature, message in zip(
            sign_messages(signer, messages, at=AT), messages, strict=True
        )
    ]
    start = threading.Barrier(8)

    def work(part: int) -> int:
        start.wait()
        for signature, message in made[part::2]:
            store.verify(signature, message, at=AT)
        return len(made[part::2])

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(work, [0, 1] * 4))
    assert done == 4 * len(made)


def test_verifying_a_known_signer_is_quick() -> None:
    """Well under a millisecond; it is done once for every case."""
    store = store_of(ROOT)
    store.verify(SIGNATURE, MESSAGE, at=AT)
    began = time.process_time()
    for _ in range(100):
        store.verify(SIGNATURE, MESSAGE, at=AT)
    assert (time.process_time() - began) / 100 < 0.002
