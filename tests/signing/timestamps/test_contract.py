"""Every time-stamper keeps the contract, and the contract alone is light."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest

from egovarchive.signing.timestamps import Timestamper
from egovarchive.signing.timestamps.authorities import Authorities
from egovarchive.signing.timestamps.http import HttpTimestamper
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.timestamps import TestAuthority, TimestamperContract


def now() -> datetime:
    return datetime.now(timezone.utc)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with AUTHORITY.serve() as served:
        yield served


AUTHORITY = TestAuthority()


class _Contract(TimestamperContract):
    @pytest.fixture
    def trust(self) -> TrustStore:
        return AUTHORITY.trust

    @pytest.fixture
    def now(self) -> datetime:
        return now()


class TestInProcess(_Contract):
    @pytest.fixture
    def timestamper(self) -> Timestamper:
        return AUTHORITY


class TestByHttp(_Contract):
    @pytest.fixture
    def timestamper(self, url: str) -> Timestamper:
        return HttpTimestamper(url, trust=AUTHORITY.trust, clock=now)


class TestOneOfTwo(_Contract):
    @pytest.fixture
    def timestamper(self, url: str) -> Timestamper:
        first = HttpTimestamper(
            "http://127.0.0.1:9/", trust=AUTHORITY.trust, clock=now, pause=0.0
        )
        second = HttpTimestamper(url, trust=AUTHORITY.trust, clock=now)
        return Authorities([first, second])


PROGRAM = """
import sys
import egovarchive.signing.timestamps
heavy = {"cryptography", "ssl", "socket", "http.client", "urllib.request"}
sys.exit(f"loaded: {heavy & {*sys.modules}}" if heavy & {*sys.modules} else 0)
"""


def test_the_contract_loads_neither_cryptography_nor_the_network() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_the_client_loads_no_network_before_it_is_made() -> None:
    program = PROGRAM.replace("signing.timestamps", "signing.timestamps.http")
    program = program.replace('"cryptography", ', "").replace('"ssl", "socket", ', "")
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
