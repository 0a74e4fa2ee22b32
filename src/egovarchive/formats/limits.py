"""Limits: how much work a file may make."""

from __future__ import annotations

from typing import Final

from attrs import frozen


@frozen(kw_only=True)
class Limits:
    """
    How much work a file may make, before looking at it ends as *not performed*.

    Args:
        seconds: Of wall clock, for one tool on one file.
        memory: Bytes of address space of a worker process.
        inflated: Bytes that a file's compressed parts may give, together.
        ratio: Times that a compressed part may grow, above 1 MiB.
        entries: Members of a container, objects of a document.
        depth: Containers within containers.
        pixels: Of one image.
        pages: Of one document.
        findings: Named per file and aspect; the rest is counted.
    """

    seconds: float = 30.0
    memory: int = 2 << 30
    inflated: int = 4 << 30
    ratio: int = 200
    entries: int = 100_000
    depth: int = 2
    pixels: int = 200_000_000
    pages: int = 20_000
    findings: int = 20


DEFAULT_LIMITS: Final = Limits()
