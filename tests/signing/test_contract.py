"""The contract alone is light: who only names a signer loads no cryptography."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import egovarchive.signing
heavy = {name.partition(".")[0] for name in sys.modules} & {"cryptography", "ssl"}
sys.exit(f"loaded: {heavy}" if heavy else 0)
"""


def test_the_contract_loads_no_cryptography() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
