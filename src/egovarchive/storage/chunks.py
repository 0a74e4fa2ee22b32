"""Chunk 数据块: the pieces in which an object comes and goes."""

from __future__ import annotations

CHUNK_SIZE = 1 << 20
"""The most bytes that are read or gathered at once."""


def fixed(chunk: bytes) -> bytes:
    """
    Return *chunk* as bytes that stay as they are.

    Its reader may have given a bytearray or a memoryview instead, and fill it
    anew for the next chunk.

    >>> fixed(memoryview(b"abc"))
    b'abc'
    """
    return chunk if type(chunk) is bytes else memoryview(chunk).tobytes()
