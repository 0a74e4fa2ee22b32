"""Manifest 校验信息: the digest that each member of a package must have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from egovarchive.errors import PackageError
from egovarchive.records.digest import ALGORITHMS

MAX_SIZE = 64 << 20  # bytes of one manifest
MAX_LINES = 100_000  # one for each member that a package may have
_LINE = re.compile(r"([0-9a-f]{64,128})  (.+)")


def manifest_path(algorithm: str) -> str:
    """
    Return where the manifest of *algorithm* stands in a package.

    >>> manifest_path("sm3")
    'manifest-sm3.txt'
    """
    return f"manifest-{algorithm}.txt"


_ALGORITHM_OF = {manifest_path(algorithm): algorithm for algorithm in ALGORITHMS}
PATHS = tuple(_ALGORITHM_OF)  # where a manifest may stand


def algorithm_of(path: str) -> str | None:
    """Return the algorithm of the manifest at *path*, or None if it is none."""
    return _ALGORITHM_OF.get(path)


def encode(lines: Iterable[tuple[str, str]]) -> bytes:
    """
    Return a checksum file of *lines*: digests in hexadecimal, and paths.

    ``sha256sum -c`` and its like read it, with none of our software.
    """
    return "".join(f"{digest}  {path}\n" for digest, path in lines).encode()


def decode(data: bytes, path: str) -> Mapping[str, str]:
    """
    Read what `encode` wrote: digests by path, in order.

    Raises:
        PackageError: It is not of this form. Says at which line.
    """
    algorithm = _ALGORITHM_OF[path]
    length = ALGORITHMS[algorithm]
    digests: dict[str, str] = {}
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise PackageError(f"{path}: {error}", f"{path} 不是 UTF-8：{error}") from None
    if text.count("\n") > MAX_LINES:
        raise PackageError(
            f"{path}: more than {MAX_LINES} lines", f"{path} 超过 {MAX_LINES} 行"
        )
    lines = text.split("\n")
    if lines.pop() != "":
        raise PackageError(f"{path}: no end of line", f"{path} 末行不完整")
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None or len(match[1]) != length or match[2] in digests:
            raise PackageError(
                f"{path} line {number}: not a digest and a new path: {line[:80]!r}",
                f"{path} 第 {number} 行不是摘要与新路径：{line[:80]!r}",
            )
        digests[match[2]] = match[1]
    return digests
