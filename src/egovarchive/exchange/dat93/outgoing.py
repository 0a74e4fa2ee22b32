"""Outgoing file: one file of a volume, as it is written and listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import field, frozen

from egovarchive.errors import DigestMismatchError
from egovarchive.exchange.dat93.item import Item
from egovarchive.exchange.dat93.layout import evidence_path, folder_of, history_path
from egovarchive.packages import Member, Package, manifest
from egovarchive.packages.container import crc32
from egovarchive.records.digest import digests, hasher, hexdigest

# What is copied is measured by the first of these that is known of it: processors
# help with the first, and SM3 costs several times as much.
_FASTEST: Final = ("sha256", "sha512", "sha384", "sm3")


@frozen(kw_only=True)
class Outgoing:
    """
    One file of a volume.

    Args:
        path: Its path in the volume.
        size: Its size in bytes.
        crc: Its CRC-32.
        digests: Its digests, by algorithm.
        data: Its bytes, if they are at hand.
        member: The member of a package that it is a copy of, otherwise.
    """

    path: str
    size: int
    crc: int
    digests: Mapping[str, str] = field(repr=False)
    data: bytes | None = field(default=None, repr=False)
    member: Member | None = field(default=None, repr=False)

    def chunks(self, package: Package) -> Iterator[bytes]:
        """
        Yield its bytes, of *package* where it is a copy.

        Raises:
            DigestMismatchError: They are not those that were packed. The last of them
                are not yielded then.
        """
        if self.data is not None:
            yield self.data
            return
        assert self.member is not None  # noqa: S101 - one of the two is there
        algorithm = fastest(self.digests)
        taken, crc, size = hasher(algorithm), 0, 0
        held: bytes | None = None
        for chunk in package.chunks(self.member):
            if held is not None:
                yield held
            taken.update(chunk)
            crc, size = crc32(chunk, crc), size + len(chunk)
            held = chunk
        found, expected = taken.hexdigest(), self.digests[algorithm]
        if found != expected or size != self.size or crc != self.crc:
            raise DigestMismatchError(
                f"{self.path}: {size} bytes with {algorithm} {found}, not {self.size} "
                f"with {expected}",
                f"{self.path}：{size} 字节，{algorithm} 为 {found}，应为 {self.size} "
                f"字节、{expected}",
            )
        if held is not None:
            yield held

    def is_these(self, chunks: Iterator[bytes]) -> bool:
        """Say whether *chunks* are its bytes, by size and digest."""
        algorithm = fastest(self.digests)
        taken, size = hasher(algorithm), 0
        for chunk in chunks:
            taken.update(chunk)
            size += len(chunk)
            if size > self.size:
                return False
        return size == self.size and taken.hexdigest() == self.digests[algorithm]


def fastest(known: Mapping[str, str]) -> str:
    """Return that algorithm of *known* that costs least."""
    return next(algorithm for algorithm in _FASTEST if algorithm in known)


def small(path: str, data: bytes, algorithms: Sequence[str]) -> Outgoing:
    """Return the file at *path* that consists of *data*."""
    return Outgoing(
        path=path,
        size=len(data),
        crc=crc32(data),
        digests=digests(data, algorithms),
        data=data,
    )


def files_of(
    item: Item, package: Package, algorithms: Sequence[str]
) -> Iterator[Outgoing]:
    """
    Yield the files of a volume that are about *item*, whose package is *package*.

    Digests of documents are those of the package's manifests; a document is read
    only for an algorithm that its package was not made with.

    Raises:
        DigestMismatchError: A manifest of the package is not the one that its primary
            manifest lists.
    """
    folder = folder_of(item.code)
    for member in package.members:
        path = f"{folder}/{member.path}"
        algorithm = manifest.algorithm_of(member.path)
        if algorithm is not None:
            data = package.manifests[algorithm]
            _check(path, data, package.primary, member.digests[package.primary])
            yield small(path, data, algorithms)
            continue
        yield Outgoing(
            path=path,
            size=member.size,
            crc=member.stored.crc,
            digests=_digests(package, member, algorithms),
            member=member,
        )
    primary = manifest.manifest_path(package.primary)
    yield small(f"{folder}/{primary}", package.manifest, algorithms)
    if package.signature is not None:
        path = f"{folder}/{package.signature_path}"
        yield small(path, package.signature, algorithms)
    yield small(history_path(item.code), item.history, algorithms)
    if item.evidence is not None:
        yield small(evidence_path(item.code), item.evidence, algorithms)


def _check(path: str, data: bytes, algorithm: str, expected: str) -> None:
    found = hexdigest(algorithm, data)
    if found != expected:
        raise DigestMismatchError(
            f"{path}: {algorithm} is {found}, the manifest says {expected}",
            f"{path}：{algorithm} 为 {found}，清单为 {expected}",
        )


def _digests(
    package: Package, member: Member, algorithms: Sequence[str]
) -> Mapping[str, str]:
    missing = [each for each in algorithms if each not in member.digests]
    if not missing:
        return {each: member.digests[each] for each in algorithms}
    # What is taken now must be of the bytes that were packed then.
    taken = {each: hasher(each) for each in {*missing, package.primary}}
    for chunk in package.chunks(member):
        for each in taken.values():
            each.update(chunk)
    found = {algorithm: each.hexdigest() for algorithm, each in taken.items()}
    expected = member.digests[package.primary]
    if found[package.primary] != expected:
        raise DigestMismatchError(
            f"{member.path}: {package.primary} is {found[package.primary]}, the "
            f"manifest says {expected}",
            f"{member.path}：{package.primary} 为 {found[package.primary]}，"
            f"清单为 {expected}",
        )
    known = {**member.digests, **found}
    return {algorithm: known[algorithm] for algorithm in algorithms}
