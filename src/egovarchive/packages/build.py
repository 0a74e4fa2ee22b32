"""Form a package 形成归档信息包 (GB/T 42727—2023, 6.5 and 6.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import BinaryIO, Final

from attrs import define, field, frozen

from egovarchive.errors import (
    ContentError,
    DigestMismatchError,
    InvalidValueError,
    PackageError,
)
from egovarchive.formats import Source
from egovarchive.packages import container, fields, manifest, xml
from egovarchive.packages.body import MEMORY_LIMIT, Spool
from egovarchive.packages.container import Stored
from egovarchive.packages.package import Member, Package, Packed, too_large
from egovarchive.profiles import Profile
from egovarchive.records.content import Content
from egovarchive.records.digest import (
    ALGORITHMS,
    check_algorithms,
    digests,
    hasher,
)
from egovarchive.records.document import Document, File
from egovarchive.records.filing import Filing
from egovarchive.records.text import fold

DEFAULT_DIGESTS: Final = ("sm3", "sha256")
# Beside them: two metadata documents, a manifest for each algorithm, a signature.
MAX_FILES: Final = container.MAX_MEMBERS - 3 - len(ALGORITHMS)


def build(  # noqa: PLR0913 - one thing to say each
    filing: Filing,
    profile: Profile,
    *,
    algorithms: Sequence[str] = DEFAULT_DIGESTS,
    room: Callable[[], BinaryIO] | None = None,
    memory: int = MEMORY_LIMIT,
    signatures: Callable[[Source], Sequence[Mapping[str, str]]] | None = None,
) -> Package:
    """
    Return the package of *filing*, not yet sealed. Reads each document once.

    The same filing gives the same bytes, on every machine, as long as *signatures*
    says the same.

    Args:
        filing: What to pack.
        profile: The form to give it.
        algorithms: Digests to take; the first is the primary one.
        room: Makes a file to write and read, for a package larger than *memory*,
            such as a storage's own (`egovarchive.storage.Staging.stage`); by default
            a temporary one.
        memory: Most bytes to hold in memory.
        signatures: Returns what the signatures in a file prove, each as texts by
            element of the profile; it is asked once for each file, and the metadata
            keeps its answer. None: nobody looks.

    Raises:
        ContentError: A document cannot be read, is empty, or changes meanwhile.
        DigestMismatchError: A document has not the digest it was declared with.
        InvalidValueError: Two files of one document have the same name.
        PackageError: It has no room, or more files than a package may have.
    """
    writer = _Writer(Spool(room, memory), check_algorithms(algorithms))
    try:
        placed, proved = {}, {}
        for path, (i, j), file in _plan(filing, profile):
            placed[i, j] = path, writer.add_file(path, file)
            if signatures is not None:
                proved[i, j] = signatures(writer.last(file.name))
        packed = Packed(
            filing,
            fields.basic_values(filing, placed, proved),
            fields.process_values(filing),
        )
        for path, data in sorted(
            [
                (profile.basic_path, xml.encode(packed.basic, profile.basic)),
                (profile.process_path, xml.encode(packed.process, profile.process)),
            ]
        ):
            writer.add_metadata(path, data)
        return writer.finish(packed, profile)
    except BaseException:
        writer.spool.close()
        raise


def _plan(
    filing: Filing, profile: Profile
) -> Iterator[tuple[str, tuple[int, int], File]]:
    """Yield path, place and file of each file to pack, in the order of their paths."""
    counts: dict[str, int] = {}
    plan = []
    for i, document in enumerate(filing.case.documents):
        _check_distinct(document, i)
        folder = profile.folder_of(document.role)
        for j, file in enumerate(document.files):
            counts[folder] = counts.get(folder, 0) + 1
            # The number keeps the order, and like names of two documents apart.
            path = f"{folder}/{counts[folder]:03}-{file.name}"
            plan.append((path, (i, j), file))
    plan.sort(key=lambda row: row[0])
    if len(plan) > MAX_FILES:
        raise PackageError(
            f"{len(plan)} files are more than {MAX_FILES}",
            f"共 {len(plan)} 个文件，超过 {MAX_FILES} 个",
        )
    return iter(plan)


def _check_distinct(document: Document, i: int) -> None:
    seen: dict[str, str] = {}
    for j, file in enumerate(document.files):
        folded = fold(file.name)
        if other := seen.get(folded):
            raise InvalidValueError(
                f"{file.name!r} and {other!r} are one name to some file systems",
                f"{file.name!r} 与 {other!r} 在部分文件系统中为同名文件",
                rule="distinct file names in a document",
                place=f"documents[{i}].files[{j}].name",
            )
        seen[folded] = file.name


@frozen
class _Written:
    """A file that was copied into a package a moment ago."""

    name: str
    size: int
    _offset: int
    _spool: Spool = field(repr=False)

    def read(self, offset: int, size: int) -> bytes:
        """Return *size* bytes from *offset* on; fewer only where it ends."""
        size = max(0, min(size, self.size - offset))
        return self._spool.read(self._offset + offset, size)


@define
class _Writer:
    """Writes members one after the other, and remembers what they were."""

    spool: Spool
    _algorithms: tuple[str, ...]
    _members: list[Member] = field(factory=list)

    def add_file(self, path: str, file: File) -> int:
        """Copy *file* to *path*, taking its digests on the way; return its size."""
        try:
            member = self._copy(path, file.content)
        except ContentError as error:
            en, zh = error.args
            raise type(error)(f"{file.name}: {en}", f"{file.name}：{zh}") from error
        if not member.size:
            raise ContentError(f"{file.name}: it is empty", f"{file.name}：文件为空")
        if file.digest is not None:
            self._check_declared(file, member)
        self._members.append(member)
        return member.size

    def last(self, name: str) -> Source:
        """Return the member that was written last, to be read as the file *name*."""
        stored = self._members[-1].stored
        return _Written(name, stored.size, stored.data_offset, self.spool)

    def add_metadata(self, path: str, data: bytes) -> None:
        """Write *data*, which can be read again, to *path*."""
        if len(data) > xml.MAX_SIZE:
            raise too_large(path, len(data), xml.MAX_SIZE)
        found = digests(data, self._algorithms)
        stored = self._write(path, data)
        self._members.append(Member(stored=stored, digests=found, measured=found))

    def finish(self, packed: Packed, profile: Profile) -> Package:
        """Write the manifests, the primary one last; return the package."""
        primary, *others = self._algorithms
        listed = list(self._members)
        manifests: dict[str, bytes] = {}
        for algorithm in others:
            lines = [(m.digests[algorithm], m.path) for m in listed]
            manifests[algorithm] = manifest.encode(lines)
        for algorithm, data in manifests.items():
            path = manifest.manifest_path(algorithm)
            found = digests(data, (primary,))
            self._members.append(
                Member(stored=self._write(path, data), digests=found, measured=found)
            )
        data = manifest.encode((m.digests[primary], m.path) for m in self._members)
        manifests[primary] = data
        last = self._write(manifest.manifest_path(primary), data)
        return Package(
            profile=profile,
            members=tuple(self._members),
            manifests=manifests,
            body=self.spool,
            fixed=(*(member.stored for member in self._members), last),
            packed=packed,
        )

    def _write(self, path: str, data: bytes) -> Stored:
        crc = container.crc32(data)
        offset = self.spool.append(container.header(path, len(data), crc))
        self.spool.append(data)
        return Stored(path, len(data), crc, offset)

    def _copy(self, path: str, content: Content) -> Member:
        hashers = [hasher(algorithm) for algorithm in self._algorithms]
        # Its header tells its size and sum, which only reading tells: it is written
        # first in the length it will have, and again when they are known.
        # (To ask by isinstance for `SizedContent` costs as much as to hash 10 KB.)
        expected: int = getattr(content, "size", 0)
        offset = self.spool.append(container.header(path, expected, 0))
        size, crc = 0, 0
        for chunk in content.chunks():
            for each in hashers:
                each.update(chunk)
            crc = container.crc32(chunk, crc)
            size += len(chunk)
            self.spool.append(chunk)
        if container.header_size(path, size) != container.header_size(path, expected):
            raise ContentError(
                "a stream of more than 4 GiB: give its path instead",
                "数据流超过 4 GiB，请改用文件路径",
            )
        self.spool.replace(offset, container.header(path, size, crc))
        found = {
            algorithm: each.hexdigest()
            for algorithm, each in zip(self._algorithms, hashers, strict=True)
        }
        stored = Stored(path, size, crc, offset)
        return Member(stored=stored, digests=found, measured=found)

    def _check_declared(self, file: File, member: Member) -> None:
        declared = file.digest
        assert declared is not None  # noqa: S101 - the caller looked
        found = member.digests.get(declared.algorithm)
        if found is None:
            raise InvalidValueError(
                f"{file.name} is declared with {declared.algorithm}, which this "
                f"archive does not take: {', '.join(self._algorithms)}",
                f"{file.name} 声明了 {declared.algorithm} 摘要，而本档案库只计算 "
                f"{'、'.join(self._algorithms)}",
                rule="digests of the archive",
            )
        if found != declared.hex:
            raise DigestMismatchError(
                f"{file.name}: declared {declared}, found {declared.algorithm}:{found}",
                f"{file.name}：声明为 {declared}，实为 {declared.algorithm}:{found}",
            )
