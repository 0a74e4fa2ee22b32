"""Bouncy Castle judges our tokens, those by SM2 keys too; `openssl` 3.0 cannot."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from attrs import evolve

from egovarchive.errors import AlgorithmUnsupportedError
from egovarchive.signing.algorithms import digest_of
from egovarchive.signing.timestamps.imprint import Imprint
from egovarchive.testing.timestamps import Fault, TestAuthority
from signing.timestamps.desk import REQUEST

JARS = [Path(f"/usr/share/java/bc{name}.jar") for name in ("pkix", "prov", "util")]
JUDGE = Path(__file__).with_name("TokenJudge.java")
OIDS = {"sha256": "2.16.840.1.101.3.4.2.1", "sm3": "1.2.156.10197.1.401"}
REFUSED = [
    Fault.BAD_SIGNATURE,
    Fault.ALTERED,
    Fault.NO_BINDING,
    Fault.WRONG_BINDING,
    Fault.EXPIRED,
]

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None or not all(jar.exists() for jar in JARS),
    reason="needs java and Bouncy Castle (libbcpkix-java)",
)


def verdicts(folder: Path, certificate: bytes, tokens: list[bytes]) -> list[str]:
    paths = [folder / f"{number}.der" for number in range(len(tokens) + 1)]
    for path, content in zip(paths, [certificate, *tokens], strict=True):
        path.write_bytes(content)
    run = subprocess.run(
        ["java", "-cp", ":".join(map(str, JARS)), str(JUDGE), *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


@pytest.mark.parametrize("algorithm", ["ecdsa-p256-sha256", "sm2-sm3"])
def test_it_accepts_ours_and_refuses_what_we_refuse(
    tmp_path: Path, algorithm: str
) -> None:
    try:
        authority = TestAuthority(algorithm=algorithm)
    except AlgorithmUnsupportedError as error:
        pytest.skip(str(error))
    good = [
        evolve(REQUEST, imprint=Imprint(name, digest_of(name, b"content")))
        for name in OIDS
    ]
    found = verdicts(
        tmp_path,
        authority.certificate,
        [
            *(authority.token(request) for request in good),
            *(authority.token(REQUEST, fault) for fault in REFUSED),
        ],
    )
    assert found[: len(good)] == [
        f"good {OIDS[each.imprint.algorithm]} {each.imprint.digest.hex()}"
        for each in good
    ]
    for fault, line in zip(REFUSED, found[len(good) :], strict=True):
        assert line.startswith("bad"), f"{fault}: {line}"
