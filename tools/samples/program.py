"""Programs that write the files, run at the moment that the file says."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path


def run_at(made_at: datetime, *command: str, stdin: bytes = b"") -> bytes:
    """
    Run *command* with its clock stopped at *made_at*; return its standard output.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    moment = made_at.strftime("%Y-%m-%d %H:%M:%S")
    done = subprocess.run(
        ["faketime", "-f", moment, *command],
        input=stdin,
        capture_output=True,
        check=True,
        timeout=120,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "TZ": "Asia/Shanghai",
            "LC_ALL": "C.UTF-8",
            "SOURCE_DATE_EPOCH": str(int(made_at.timestamp())),
        },
    )
    return done.stdout
