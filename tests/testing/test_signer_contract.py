"""The signer contract finds what is wrong with a signer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone

import pytest
from attrs import field, frozen

from egovarchive.signing import Capabilities, SignRequest
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.signing import SignerContract

AT = datetime(2026, 1, 1, tzinfo=timezone.utc)
GOOD = KeySigner.self_signed("good", at=AT)
OTHER = KeySigner.self_signed("other", at=AT)


@frozen
class Bad:
    """A signer with one fault."""

    sign: Callable[[Sequence[SignRequest], float | None], Sequence[bytes]]
    certificate: bytes = field(default=GOOD.certificate, repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)
    algorithms: tuple[str, ...] = GOOD.algorithms
    capabilities: Capabilities = field(factory=Capabilities)

    def sign_many(
        self, requests: Sequence[SignRequest], *, timeout: float | None = None
    ) -> Sequence[bytes]:
        return self.sign(requests, timeout)


def _untimed(requests: Sequence[SignRequest], _: float | None) -> Sequence[bytes]:
    return GOOD.sign_many(requests)


def _lenient(requests: Sequence[SignRequest], _: float | None) -> Sequence[bytes]:
    known = [
        SignRequest(id=r.id, algorithm=GOOD.algorithms[0], message=r.message)
        for r in requests
    ]
    return GOOD.sign_many(known)


def _deduplicating(requests: Sequence[SignRequest], _: float | None) -> Sequence[bytes]:
    return GOOD.sign_many(list({request.id: request for request in requests}.values()))


def _forgetful(requests: Sequence[SignRequest], _: float | None) -> Sequence[bytes]:
    return GOOD.sign_many(requests[:1])


def _backwards(requests: Sequence[SignRequest], _: float | None) -> Sequence[bytes]:
    return GOOD.sign_many(requests)[::-1]


def _of_another_key(
    requests: Sequence[SignRequest], _: float | None
) -> Sequence[bytes]:
    return OTHER.sign_many(requests)


def _failures(signer: Bad) -> set[str]:
    """Return the tests of the contract that *signer* does not pass."""
    contract = SignerContract()
    given = {"signer": signer, "verifier": TrustStore([GOOD.certificate]), "at": AT}
    failed = set()
    for name in dir(contract):
        if not name.startswith("test_") or name.endswith("any_size"):
            continue
        test = getattr(contract, name)
        wanted = test.__code__.co_varnames[1 : test.__code__.co_argcount]
        try:
            test(**{each: given[each] for each in wanted})
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - any is a failure
            failed.add(name)
    return failed


def test_a_good_signer_passes() -> None:
    good = Bad(lambda requests, timeout: GOOD.sign_many(requests, timeout=timeout))
    assert _failures(good) == set()


@pytest.mark.parametrize(
    ("signer", "finds"),
    [
        (Bad(_untimed), "test_without_time_nothing_is_signed"),
        (Bad(_lenient), "test_an_unknown_algorithm_is_refused"),
        (Bad(_lenient), "test_one_bad_request_spoils_the_batch"),
        (Bad(_deduplicating), "test_the_same_request_twice_is_fine"),
        (Bad(_deduplicating), "test_a_batch_with_repeated_ids_keeps_its_order"),
        (Bad(_forgetful), "test_a_batch_keeps_its_order"),
        (Bad(_backwards), "test_a_batch_keeps_its_order"),
        (Bad(_of_another_key), "test_what_it_signs_verifies"),
        (Bad(_of_another_key), "test_threads_may_share_it"),
        (
            Bad(_untimed, algorithms=("ed25519",)),
            "test_its_certificate_is_for_signing",
        ),
        (
            Bad(_untimed, capabilities=Capabilities(max_parallel=0)),
            "test_what_it_declares_makes_sense",
        ),
        (
            Bad(_untimed, chain=(OTHER.certificate,)),
            "test_certificate_and_chain_are_der",
        ),
    ],
)
def test_a_fault_is_found(signer: Bad, finds: str) -> None:
    assert finds in _failures(signer)
