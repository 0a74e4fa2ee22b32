"""Leaves: what a seal covers, as the journal tells it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TypeAlias

from attrs import field, frozen

from egovarchive.archive.stored import open_part
from egovarchive.errors import DigestMismatchError, JournalError
from egovarchive.evidence.statement import Mark
from egovarchive.journal import Head, Journal, Segment
from egovarchive.lifecycle.entry import Entry, EntryRow
from egovarchive.packages import Package, manifest
from egovarchive.profiles import Profile
from egovarchive.records.digest import hasher, hexdigest
from egovarchive.storage import Storage


@frozen
class SegmentLeaf:
    """A journal segment."""

    segment: Segment = field(repr=False)
    head: Head

    def digests(self, algorithm: str) -> list[bytes]:
        """Return the one digest of its bytes."""
        known = self.head.digests.get(algorithm)
        return [bytes.fromhex(known or hexdigest(algorithm, self.segment.encode()))]

    def documents(self) -> list[bytes]:
        """Return its bytes."""
        return [self.segment.encode()]


@frozen
class RecordLeaf:
    """A registered record: its package's primary manifest, and the signature if any."""

    row: EntryRow
    storage: Storage = field(repr=False)
    profile: Profile = field(repr=False)

    def digests(self, algorithm: str) -> list[bytes]:
        """
        Return the digests of both.

        The journal has them by SHA-256; by another, the package is looked into.

        Raises:
            PackageError: It is damaged, or not the one that was registered.
            NotStoredError: It is gone.
        """
        if algorithm == "sha256":
            known = (self.row["package"], self.row["signature"])
            return [bytes.fromhex(each) for each in known if each is not None]
        return [bytes.fromhex(hexdigest(algorithm, d)) for d in self.documents()]

    def documents(self) -> list[bytes]:
        """Return the bytes of both; see `digests`."""
        return documents_of(self.package(), self.row)

    def package(self) -> Package:
        """Return the package, its documents unread; see `digests`."""
        return open_part(self.storage, Entry.of_row(self.row), self.profile)


Leaf: TypeAlias = SegmentLeaf | RecordLeaf


def documents_of(package: Package, row: EntryRow) -> list[bytes]:
    """
    Return the manifest of *package* and its signature, if it has one.

    Raises:
        DigestMismatchError: They are not those that *row* registers.
    """
    signature = package.signature
    found = None if signature is None else sha256(signature).hexdigest()
    if (package.id, found) != (row["package"], row["signature"]):
        raise DigestMismatchError(
            f"{row['key']} is not the package that was registered as {row['code']}",
            f"{row['key']} 不是登记为 {row['code']} 的归档信息包",
        )
    return [each for each in (package.manifest, signature) if each is not None]


def leaves_of(
    segment: Segment, head: Head, storage: Storage, profile: Profile
) -> Iterator[Leaf]:
    """Yield the leaves that *segment* adds, in their one order."""
    yield SegmentLeaf(segment, head)
    for row in segment.registered:
        yield RecordLeaf(row, storage, profile)


def stretch(
    journal: Journal, after: Mark, upto: Mark | None = None
) -> Iterator[tuple[Segment, Head]]:
    """
    Yield the segments behind *after*, to the end or up to *upto*.

    Raises:
        JournalError: They are not those that were sealed, or broken.
    """
    head = Head(journal.fonds, after.number, after.digests)
    for segment, here in journal.after(head):
        yield segment, here
        head = here
        if upto is not None and here.number >= upto.number:
            break
    if upto is not None and mark_of(head) != upto:
        raise JournalError(
            f"journal of {journal.fonds}, segment {upto.number}: it is not the one "
            "that was sealed",
            f"全宗 {journal.fonds} 登记簿第 {upto.number} 段不是已封存的内容",
        )


def mark_of(head: Head) -> Mark:
    """Return the place in the journal that *head* is."""
    return Mark(number=head.number, digests=dict(head.digests))


def content_manifest(package: Package, algorithm: str) -> bytes:
    """
    Return a manifest by *algorithm* of all files of *package*, which are read for it.

    A seal's hashes are renewed with it: digests of manifests alone would not make up
    for a hash algorithm that ends, since manifests name files by the old ones. It
    lists the manifests and the signature too. The same package gives the same bytes.

    Raises:
        DigestMismatchError: A file is not what the old manifest says.
    """
    lines = []
    primary = package.primary
    for member in package.members:
        old, new = hasher(primary), hasher(algorithm)
        for chunk in package.chunks(member):
            old.update(chunk)
            new.update(chunk)
        if old.hexdigest() != member.digests[primary]:
            raise DigestMismatchError(
                f"{member.path} is not what the manifest says",
                f"{member.path} 与清单不符",
            )
        lines.append((new.hexdigest(), member.path))
    lines.append(
        (hexdigest(algorithm, package.manifest), manifest.manifest_path(primary))
    )
    if package.signature is not None:
        lines.append((hexdigest(algorithm, package.signature), package.signature_path))
    return manifest.encode(lines)
