"""Processes that write to a file storage, and whose bytes can be told from the key."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

SIZE = 60_000


def body(key: str) -> bytes:
    """Return the bytes that belong under *key*."""
    return hashlib.shake_128(key.encode()).digest(SIZE)


PRELUDE = f"""
import hashlib, os, sys
from egovarchive.errors import AlreadyStoredError
from egovarchive.storage.files import FileStorage

storage = FileStorage(sys.argv[1])
name = sys.argv[2]

def body(key):
    return hashlib.shake_128(key.encode()).digest({SIZE})
"""

WRITE = """
for number in range(100_000):
    keys = [f"{number % 3}/{name}-{number}-{n}" for n in range(16)]
    items = [(key, [body(key)[:1000], body(key)[1000:]]) for key in keys]
    if number % 2:
        file = storage.stage()
        file.write(body(keys[0]))
        items[0] = (keys[0], file)
    assert all(storage.put_all(items))
    # One system call: a line is written or is not, also by one who is killed.
    os.write(1, ("\\n".join(keys) + "\\n").encode())
"""


def start(script: str, root: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, str(root), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
