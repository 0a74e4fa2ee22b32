"""Programs that write the files, run at the moment that the file says."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path


def run_at(
    made_at: datetime, *command: str, stdin: bytes = b"", folder: str | None = None
) -> bytes:
    """
    Run *command* with its clock stopped at *made_at*; return its standard output.

    Args:
        made_at: What the clock says.
        command: The program and its arguments.
        stdin: What it reads.
        folder: Where it runs.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    moment = made_at.strftime("%Y-%m-%d %H:%M:%S")
    done = subprocess.run(
        ["faketime", "-f", moment, *command],
        input=stdin,
        cwd=folder,
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
