"""Content: the bytes that a signature should be over, as digests and as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Final

from attrs import define, field

from egovarchive.errors import SignatureInvalidError
from egovarchive.records.digest import hasher

# To verify SM2 and plain signatures without attributes takes all bytes at once.
MOST_AT_ONCE: Final = 256 << 20


@define
class Content:
    """
    Bytes that are read in pieces, as often as digests are asked for.

    Args:
        size: How many there are.
        chunks: Yields them.
    """

    size: int
    chunks: Callable[[], Iterator[bytes]] = field(repr=False)
    _taken: dict[str, bytes] = field(factory=dict, repr=False)

    @classmethod
    def of(cls, data: bytes) -> Content:
        """Return *data* as content."""
        return cls(len(data), lambda: iter((data,)))

    def digest(self, algorithm: str) -> bytes:
        """
        Return the digest by *algorithm*; ``sha1`` only serves to tell what is there.

        Raises:
            FormatError: The bytes cannot be read.
        """
        if algorithm not in self._taken:
            taken = (
                hashlib.sha1(usedforsecurity=False)
                if algorithm == "sha1"
                else hasher(algorithm)
            )
            for chunk in self.chunks():
                taken.update(chunk)
            self._taken[algorithm] = bytes.fromhex(taken.hexdigest())
        return self._taken[algorithm]

    def whole(self) -> bytes:
        """
        Return all of it.

        Raises:
            SignatureInvalidError: That is more than is held in memory.
        """
        if self.size > MOST_AT_ONCE:
            raise SignatureInvalidError(
                f"{self.size} bytes were signed without a digest of them; at most "
                f"{MOST_AT_ONCE} can be verified so",
                f"签名未使用内容摘要，内容长 {self.size} 字节，超过可验证上限 "
                f"{MOST_AT_ONCE} 字节",
            )
        return b"".join(self.chunks())
