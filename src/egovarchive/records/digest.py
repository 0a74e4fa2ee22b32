"""Digest 摘要: an algorithm's name and the value it gave."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.quoting import quoted

# GB/T 32905—2016 (SM3) and FIPS 180-4, with their lengths in hexadecimal digits.
# Weaker algorithms are left out: nothing new may rest on MD5 or SHA-1.
ALGORITHMS = {"sm3": 64, "sha256": 64, "sha384": 96, "sha512": 128}
_HEX = re.compile("[0-9a-f]+")
_RULE = "GB/T 32905—2016, FIPS 180-4"


def check_algorithm(name: str) -> str:
    """Return *name* if it is a digest algorithm of `ALGORITHMS`."""
    if name not in ALGORITHMS:
        known = ", ".join(ALGORITHMS)
        raise InvalidValueError(
            f"{quoted(name)} is not a digest algorithm in use: {known}",
            f"{quoted(name)} 不是可用的摘要算法：{known}",
            rule=_RULE,
        )
    return name


def check_algorithms(names: Iterable[str]) -> tuple[str, ...]:
    """Return *names* as a tuple: at least one, each known, none twice."""
    found = tuple(check_algorithm(name) for name in names)
    if not found or len(set(found)) != len(found):
        raise InvalidValueError(
            f"name at least one digest algorithm, and none twice: {found}",
            f"摘要算法至少一种且不得重复：{found}",
            rule=_RULE,
        )
    return found


def _check_digits(digest: Digest, _: object, value: str) -> None:
    length = ALGORITHMS[check_algorithm(digest.algorithm)]
    if len(value) != length or not _HEX.fullmatch(value):
        raise InvalidValueError(
            f"{quoted(value)} is not a {digest.algorithm} digest of {length} digits",
            f"{quoted(value)} 不是 {length} 位的 {digest.algorithm} 摘要",
            rule=_RULE,
        )


@frozen
class Digest:
    """
    The digest of some bytes.

    Args:
        algorithm: One of `ALGORITHMS`.
        hex: The digest in hexadecimal, lower case.

    >>> Digest.parse(f"sha256:{'0' * 64}").algorithm
    'sha256'
    """

    algorithm: str
    hex: str = field(validator=_check_digits)

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Read ``algorithm:hex``; raise `InvalidValueError` if it is no digest."""
        algorithm, _, value = text.partition(":")
        return cls(algorithm, value.lower())

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"


class Hasher(Protocol):
    """Takes bytes as they come; gives their digest."""

    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class _Sm3:
    """SM3 by `cryptography`, where Python's own library is built without it."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415

        self._hash = hashes.Hash(hashes.SM3())
        self.update = self._hash.update

    def hexdigest(self) -> str:
        return self._hash.finalize().hex()


_SM3_BUILT_IN = "sm3" in hashlib.algorithms_available


def hasher(algorithm: str) -> Hasher:
    """Return a new hasher for *algorithm*."""
    if algorithm == "sha256":
        return hashlib.sha256()
    if check_algorithm(algorithm) == "sm3" and not _SM3_BUILT_IN:
        return _Sm3()
    return hashlib.new(algorithm)


def hexdigest(algorithm: str, data: bytes) -> str:
    """Return the digest of *data*, in hexadecimal."""
    taken = hasher(algorithm)
    taken.update(data)
    return taken.hexdigest()


def digests(data: bytes, algorithms: Sequence[str]) -> dict[str, str]:
    """Return the digests of *data*, in hexadecimal, by algorithm."""
    return {algorithm: hexdigest(algorithm, data) for algorithm in algorithms}
