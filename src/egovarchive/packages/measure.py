"""Measure a member: read its bytes, and say what they are."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from egovarchive.packages import container
from egovarchive.packages.package import Member, Package
from egovarchive.records.digest import hasher


@frozen
class Measured:
    """
    What the bytes of a member are.

    Args:
        digests: Their digests by algorithm, those of the manifests.
        fault: What is wrong with the container around them, in English and
            Chinese; None if nothing is.
    """

    digests: Mapping[str, str]
    fault: tuple[str, str] | None = None


def measure(package: Package, member: Member) -> Measured:
    """Read *member* of *package* once; return what its bytes are."""
    hashers = {algorithm: hasher(algorithm) for algorithm in member.digests}
    updates = [each.update for each in hashers.values()]
    size, crc = 0, 0
    for chunk in package.chunks(member):
        for update in updates:
            update(chunk)
        crc = container.crc32(chunk, crc)
        size += len(chunk)
    digests = {algorithm: each.hexdigest() for algorithm, each in hashers.items()}
    return Measured(digests, _fault(package, member, size, crc))


def _fault(
    package: Package, member: Member, size: int, crc: int
) -> tuple[str, str] | None:
    stored = member.stored
    if size != member.size:
        return (
            f"{member.size} bytes are declared, {size} are there",
            f"声明 {member.size} 字节，实有 {size} 字节",
        )
    if crc != stored.crc:
        return (
            f"its CRC-32 is {crc:08x}, the container says {stored.crc:08x}",
            f"CRC-32 为 {crc:08x}，容器记为 {stored.crc:08x}",
        )
    if package.header(member) != container.header(stored.path, stored.size, stored.crc):
        return "its header differs from the directory", "文件头与目录不一致"
    return None
