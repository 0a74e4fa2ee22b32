"""The contract of a `Signer`, as tests to subclass."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import pairwise

import pytest

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    SignatureInvalidError,
    SigningError,
)
from egovarchive.signing import Capable, Signer, SignRequest, Verifier
from egovarchive.signing.algorithms import ALGORITHMS
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.path import check_signs_records
from egovarchive.signing.service import SigningService


class SignerContract:
    """
    What every signer must do.

    ::

        class TestMyDevice(SignerContract):
            @pytest.fixture
            def signer(self):
                return MyDevice(...)

            @pytest.fixture
            def verifier(self):
                return TrustStore([...])
    """

    @pytest.fixture
    def signer(self) -> Signer:
        """Return the signer under test."""
        raise NotImplementedError

    @pytest.fixture
    def verifier(self) -> Verifier:
        """Return who trusts the signer's certificate."""
        raise NotImplementedError

    @pytest.fixture
    def at(self, signer: Signer) -> datetime:
        """Return a moment in which all certificates are valid."""
        chain = (signer.certificate, *signer.chain)
        return max(Certificate.parse(each).not_before for each in chain)

    def test_what_it_signs_verifies(
        self, signer: Signer, verifier: Verifier, at: datetime
    ) -> None:
        [signature] = sign_messages(signer, [b"message"], at=at)
        verified = verifier.verify(signature, b"message", at=at)
        assert verified.certificate == signer.certificate
        assert verified.algorithm in signer.algorithms
        assert verified.claimed_at == at.replace(microsecond=0)

    def test_another_message_does_not(
        self, signer: Signer, verifier: Verifier, at: datetime
    ) -> None:
        [signature] = sign_messages(signer, [b"message"], at=at)
        with pytest.raises(SignatureInvalidError):
            verifier.verify(signature, b"messagE", at=at)

    def test_a_batch_keeps_its_order(
        self, signer: Signer, verifier: Verifier, at: datetime
    ) -> None:
        messages = [b"message %d" % number for number in range(20)]
        signatures = sign_messages(signer, messages, at=at)
        assert len(signatures) == len(messages)
        for signature, message in zip(signatures, messages, strict=True):
            verifier.verify(signature, message, at=at)

    def test_an_empty_batch_is_no_work(self, signer: Signer) -> None:
        assert list(signer.sign_many([])) == []

    def test_the_same_request_twice_is_fine(self, signer: Signer) -> None:
        request = _request(signer, b"message")
        assert len(signer.sign_many([request, request])) == 2
        for signature in (*signer.sign_many([request]), *signer.sign_many([request])):
            _check(signer, signature, b"message")

    def test_every_algorithm_it_names_works(self, signer: Signer) -> None:
        assert signer.algorithms
        for name in signer.algorithms:
            request = SignRequest(id=name, algorithm=name, message=b"message")
            [signature] = signer.sign_many([request])
            key = Certificate.parse(signer.certificate).public_key
            key.verify(ALGORITHMS[name], signature, b"message")

    def test_an_unknown_algorithm_is_refused(self, signer: Signer) -> None:
        request = SignRequest(id="1", algorithm="rsa-pkcs1-md5", message=b"message")
        with pytest.raises(AlgorithmUnsupportedError):
            signer.sign_many([request])

    def test_certificate_and_chain_are_der(self, signer: Signer) -> None:
        chain = (signer.certificate, *signer.chain)
        parsed = [Certificate.parse(each) for each in chain]
        for below, above in pairwise(parsed):
            assert below.issuer == above.subject, "nearest first"

    @pytest.mark.parametrize("size", [0, 1, 10_000_000])
    def test_a_message_may_have_any_size(self, signer: Signer, size: int) -> None:
        limit = signer.capabilities.max_message if isinstance(signer, Capable) else None
        message = bytes(size if limit is None else min(size, limit))
        [signature] = signer.sign_many([_request(signer, message)])
        _check(signer, signature, message)

    def test_a_batch_with_repeated_ids_keeps_its_order(self, signer: Signer) -> None:
        requests = [_request(signer, b"%d" % (number % 3)) for number in range(7)]
        signatures = signer.sign_many(requests)
        assert len(signatures) == len(requests)
        for request, signature in zip(requests, signatures, strict=True):
            _check(signer, signature, request.message)

    def test_threads_may_share_it(self, signer: Signer) -> None:
        requests = [_request(signer, b"message %d" % n) for n in range(24)]
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: signer.sign_many([one]), requests))
        for request, [signature] in zip(requests, answers, strict=True):
            _check(signer, signature, request.message)

    def test_without_time_nothing_is_signed(self, signer: Signer) -> None:
        with pytest.raises(SigningError):
            signer.sign_many([_request(signer, b"message")], timeout=0)
        [signature] = signer.sign_many([_request(signer, b"message")])
        _check(signer, signature, b"message")

    def test_one_bad_request_spoils_the_batch(self, signer: Signer) -> None:
        bad = SignRequest(id="bad", algorithm="none", message=b"")
        with pytest.raises(AlgorithmUnsupportedError):
            signer.sign_many([_request(signer, b"message"), bad])

    def test_its_certificate_is_for_signing(self, signer: Signer) -> None:
        own = Certificate.parse(signer.certificate)
        check_signs_records(own)
        assert set(signer.algorithms) <= set(own.public_key.algorithms())

    def test_what_it_declares_makes_sense(self, signer: Signer) -> None:
        if isinstance(signer, Capable):
            declared = signer.capabilities
            assert declared.max_batch is None or declared.max_batch >= 1
            assert declared.max_parallel >= 1
            assert declared.max_message is None or declared.max_message >= 1_000

    def test_a_service_asks_it_for_more_than_it_takes(
        self, signer: Signer, verifier: Verifier, at: datetime
    ) -> None:
        messages = [b"message %d" % number for number in range(20)]
        signatures = sign_messages(SigningService(signer), messages, at=at)
        for signature, message in zip(signatures, messages, strict=True):
            verifier.verify(signature, message, at=at)

    def test_time_enough_is_no_hindrance(self, signer: Signer) -> None:
        request = _request(signer, b"message")
        [signature] = signer.sign_many([request], timeout=60)
        _check(signer, signature, b"message")

    def test_its_repr_is_short(self, signer: Signer) -> None:
        assert "PRIVATE" not in repr(signer)
        assert len(repr(signer)) < 500


def _request(signer: Signer, message: bytes) -> SignRequest:
    return SignRequest(
        id=hashlib.sha256(message).hexdigest(),
        algorithm=signer.algorithms[0],
        message=message,
    )


def _check(signer: Signer, signature: bytes, message: bytes) -> None:
    key = Certificate.parse(signer.certificate).public_key
    key.verify(ALGORITHMS[signer.algorithms[0]], signature, message)
