"""
Time-stamps: how many tokens a second are made, read and verified.

``python -m benchmarks.timestamps [--rounds N] [--tokens N]``. By processor time, one
after the other in one process. All read the same tokens.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from time import process_time
from typing import Final

from attrs import frozen
from cryptography.x509 import load_der_x509_certificate

from benchmarks.tables import table
from egovarchive.errors import AlgorithmUnsupportedError
from egovarchive.signing.timestamps.imprint import Imprint
from egovarchive.signing.timestamps.request import TimestampRequest
from egovarchive.signing.timestamps.response import TimestampResponse
from egovarchive.signing.timestamps.signed_info import SignedInfo
from egovarchive.signing.timestamps.token import verify_token
from egovarchive.testing.timestamps import TestAuthority

ALGORITHMS: Final = ("ecdsa-p256-sha256", "rsa-pkcs1-sha256", "sm2-sm3")
DIGEST: Final = hashlib.sha256(b"content").digest()
REQUEST: Final = TimestampRequest(imprint=Imprint("sha256", DIGEST), nonce=2**63)


@frozen
class Work:
    """An authority, and answers of its that all read."""

    authority: TestAuthority
    answers: list[bytes]
    tokens: list[bytes]
    at: datetime

    @classmethod
    def of(cls, algorithm: str, size: int) -> Work:
        """Return *size* answers by an authority that signs with *algorithm*."""
        authority = TestAuthority(algorithm=algorithm)
        answers = [authority.reply(REQUEST.der) for _ in range(size)]
        tokens = [TimestampResponse.parse(answer).granted() for answer in answers]
        return cls(authority, answers, tokens, datetime.now(timezone.utc))


Row = Callable[[Work], None]


def _make(work: Work) -> None:
    for _ in work.answers:
        work.authority.token(REQUEST)


def _parse(work: Work) -> None:
    for answer in work.answers:
        token = TimestampResponse.parse(answer).granted()
        SignedInfo.parse(token)


def _verify(work: Work) -> None:
    trust = work.authority.trust
    for token in work.tokens:
        verify_token(
            token, DIGEST, "sha256", trust=trust, at=work.at, nonce=REQUEST.nonce
        )


def _peer_parse(work: Work) -> None:
    decode = import_module("rfc3161_client").decode_timestamp_response
    for answer in work.answers:
        # Both read what it says: there, that is done when it is asked for.
        _ = decode(answer).tst_info.gen_time


def _peer_verify(work: Work) -> None:
    client = import_module("rfc3161_client")
    root = load_der_x509_certificate(work.authority.root)
    judge = client.VerifierBuilder().add_root_certificate(root).build()
    for answer in work.answers:
        judge.verify(client.decode_timestamp_response(answer), DIGEST)


def _asn1crypto(work: Work) -> None:
    tsp = import_module("asn1crypto.tsp")
    for answer in work.answers:
        signed = tsp.TimeStampResp.load(answer)["time_stamp_token"]["content"]
        _ = signed["encap_content_info"]["content"].parsed["gen_time"].native


ROWS: Final[Mapping[str, tuple[str, Row]]] = {
    "egovarchive, make": ("egovarchive", _make),
    "egovarchive, parse": ("egovarchive", _parse),
    "egovarchive, verify": ("egovarchive", _verify),
    "rfc3161-client, parse": ("rfc3161_client", _peer_parse),
    "rfc3161-client, parse and verify": ("rfc3161_client", _peer_verify),
    "asn1crypto, parse": ("asn1crypto", _asn1crypto),
}


def main() -> int:
    """Print tokens a second, the median of rounds by turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--tokens", type=int, default=300)
    options = parser.parse_args()
    columns = dict(_columns(options.rounds, options.tokens))
    print(f"## Time-stamps, tokens/s of processor time\nPython {_python()}\n")
    rows = [
        [name, *(columns[algorithm][name] for algorithm in columns)] for name in ROWS
    ]
    print(table(["", *columns], rows))
    return 0


def _columns(rounds: int, size: int) -> Iterator[tuple[str, dict[str, str]]]:
    for algorithm in ALGORITHMS:
        try:
            work = Work.of(algorithm, size)
        except AlgorithmUnsupportedError as error:
            yield algorithm, dict.fromkeys(ROWS, str(error))
            continue
        found: dict[str, list[float]] = {name: [] for name in ROWS}
        failed: dict[str, str] = {}
        for number in range(-1, rounds):  # the first one loads what is loaded late
            for name, (needs, row) in ROWS.items():
                if find_spec(needs) is None:
                    failed[name] = "not installed"
                if name in failed:
                    continue
                start = process_time()
                try:
                    row(work)
                except Exception as error:  # noqa: BLE001 - peers raise what they like
                    failed[name] = f"fails: {type(error).__name__}"
                rate = size / (process_time() - start)
                found[name].extend([rate] if number >= 0 else [])
        yield (
            algorithm,
            {name: failed.get(name) or f"{median(found[name]):,.0f}" for name in ROWS},
        )


def _python() -> str:
    return f"{platform.python_version()}, {platform.machine()}"


if __name__ == "__main__":
    sys.exit(main())
