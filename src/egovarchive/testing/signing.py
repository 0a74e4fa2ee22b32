"""The contract of a `Signer`, as tests to subclass."""

from __future__ import annotations

import hashlib
from datetime import datetime
from itertools import pairwise

import pytest

from egovarchive.errors import AlgorithmUnsupportedError, SignatureInvalidError
from egovarchive.signing import Signer, SignRequest, Verifier
from egovarchive.signing.algorithms import ALGORITHMS
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.cms import sign_messages


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
        message = bytes(size)
        [signature] = signer.sign_many([_request(signer, message)])
        _check(signer, signature, message)

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
