"""Incomer 待接收档案: one record of a batch as it came, in its volume."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from egovarchive.exchange.dat93 import ListedFile, ReceivedRecord, Volume
from egovarchive.exchange.dat93.layout import evidence_path, history_path
from egovarchive.packages import Package, manifest
from egovarchive.profiles import Profile
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.digest import hexdigest


@frozen
class Incomer:
    """
    One record of a batch, as it came.

    Args:
        volume: The volume it is in.
        record: It.
    """

    volume: Volume = field(repr=False)
    record: ReceivedRecord

    @property
    def code(self) -> ArchivalCode:
        """Its archival code."""
        return self.record.code

    @property
    def folder(self) -> str:
        """Its folder in the volume."""
        return self.record.folder

    @property
    def files(self) -> tuple[ListedFile, ...]:
        """Its files: those that are listed, and those that are there."""
        return self.record.files

    @property
    def size(self) -> int:
        """Bytes of the files in its folder: fewer than its package has."""
        return self.record.size

    def package(self, profile: Profile) -> Package:
        """Return its package; see `ReceivedRecord.package`."""
        return self.record.package(profile)

    @property
    def history(self) -> bytes | None:
        """The journal lines about it; see `ReceivedRecord.history`."""
        return self.record.history

    @property
    def evidence(self) -> bytes | None:
        """Its evidence record; see `ReceivedRecord.evidence`."""
        return self.record.evidence

    def is_listed_as(self, package: Package) -> bool:
        """
        Say whether the volume lists the files of *package*, and what came beside it.

        The bytes of documents are not read: that they are what the package's own
        manifests say, a check of the package tells.
        """
        listed = {file.path: file for file in self.files}
        found = 0
        for path, size, digests in _files_of(package):
            file, found = listed.get(path), found + 1
            if file is None or file.size != size or not file.digests:
                return False
            # What the package does not know, only who reads the file can compare.
            if any(digests.get(each) != value for each, value in file.digests.items()):
                return False
        return found == len(listed) and all(map(self._fits, self._beside()))

    def _beside(self) -> Iterator[tuple[str, bytes | None]]:
        yield history_path(self.code), self.history
        yield evidence_path(self.code), self.evidence

    def _fits(self, beside: tuple[str, bytes | None]) -> bool:
        path, data = beside
        listed = self.volume.checksums.digests.get(path, {})
        if data is None:
            return not listed
        return bool(listed) and all(
            hexdigest(algorithm, data) == value for algorithm, value in listed.items()
        )


def _files_of(package: Package) -> Iterator[tuple[str, int, Mapping[str, str]]]:
    """Yield path, size and digests of each file of *package* when it is unpacked."""
    algorithms = tuple(package.manifests)
    for member in package.members:
        algorithm = manifest.algorithm_of(member.path)
        known = package.manifests.get(algorithm) if algorithm else None
        digests = member.digests if known is None else _digests(known, algorithms)
        yield member.path, member.size, digests
    for path, data in (
        (manifest.manifest_path(package.primary), package.manifest),
        (package.signature_path, package.signature),
    ):
        if data is not None:
            yield path, len(data), _digests(data, algorithms)


def _digests(data: bytes, algorithms: tuple[str, ...]) -> Mapping[str, str]:
    return {algorithm: hexdigest(algorithm, data) for algorithm in algorithms}
