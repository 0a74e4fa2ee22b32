"""Package 归档信息包: a case's documents and metadata under one manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from itertools import chain

from attrs import evolve, field, frozen

from egovarchive.errors import ContentError, PackageError
from egovarchive.packages import container, fields, manifest, xml
from egovarchive.packages.body import Body, Spool
from egovarchive.packages.container import Stored
from egovarchive.packages.xml import Values
from egovarchive.profiles import Group, Profile
from egovarchive.records.content import Content
from egovarchive.records.filing import Filing
from egovarchive.records.series import Series

SIGNATURE_SUFFIX = ".p7s"
MAX_SIGNATURE = 1 << 20  # bytes


def too_large(path: str, size: int, limit: int) -> PackageError:
    """Return the error of a member at *path* with more bytes than *limit*."""
    return PackageError(
        f"{path}: {size} bytes are more than {limit}",
        f"{path}：{size} 字节，超过 {limit} 字节",
    )


@frozen(kw_only=True)
class Member:
    """
    One file of a package that its manifests list.

    Args:
        stored: Where it stands.
        digests: The digest that each manifest gives it, by algorithm.
        measured: The digests its bytes had when they were packed, by algorithm;
            None if they were packed elsewhere, and must be read to know.
    """

    stored: Stored
    digests: Mapping[str, str] = field(repr=False)
    measured: Mapping[str, str] | None = field(default=None, repr=False)

    @property
    def path(self) -> str:
        """Its path in the package."""
        return self.stored.path

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.stored.size


@frozen
class Packed:
    """
    What a package was made from, which need not be read from it again.

    Args:
        filing: What was packed.
        basic: Its basic metadata, as texts.
        process: Its process metadata, as texts.
    """

    filing: Filing
    basic: Values
    process: Values


@frozen(kw_only=True)
class Package:
    """
    An information package 归档信息包, sealed or not.

    It knows the series its case is filed under, and not yet the item number: that is
    given when the package is accepted (GB/T 42727—2023, 6.10).

    Args:
        profile: The form it has.
        members: What its manifests list, in order.
        manifests: Their bytes by algorithm; the primary one comes last, lists the
            others, and is what gets signed.
        signature: Detached CMS over the exact bytes of the primary one, if sealed.
        body: Where its members lie.
        fixed: They and the manifests, as the container lists them.
        packed: What was packed, if it was packed just now.
    """

    profile: Profile
    members: tuple[Member, ...] = field(repr=False)
    manifests: Mapping[str, bytes] = field(repr=False)
    signature: bytes | None = field(default=None, repr=False)
    _body: Body = field(repr=False)
    _fixed: tuple[Stored, ...] = field(repr=False)
    _packed: Packed | None = field(default=None, repr=False)

    @property
    def primary(self) -> str:
        """Algorithm of the primary manifest."""
        return list(self.manifests)[-1]

    @property
    def manifest(self) -> bytes:
        """The primary manifest: the bytes that are signed."""
        return self.manifests[self.primary]

    @cached_property
    def id(self) -> str:
        """What this package is known by: SHA-256 of its primary manifest, in hex."""
        return sha256(self.manifest).hexdigest()

    @property
    def size(self) -> int:
        """Size of the whole package, in bytes."""
        return self._fixed[-1].end + len(self._tail)

    @property
    def signature_path(self) -> str:
        """Where the signature stands."""
        return manifest.manifest_path(self.primary) + SIGNATURE_SUFFIX

    @cached_property
    def _tail(self) -> bytes:
        """The signature, if any, and the directory."""
        if self.signature is None:
            return container.directory(self._fixed)
        path, data = self.signature_path, self.signature
        crc = container.crc32(data)
        stored = Stored(path, len(data), crc, self._fixed[-1].end)
        head = container.header(path, len(data), crc)
        return head + data + container.directory((*self._fixed, stored))

    def sealed(self, signature: bytes) -> Package:
        """
        Return this package with *signature* over its primary manifest.

        Raises:
            PackageError: It is empty, or larger than `read` accepts.
        """
        if not signature:
            raise PackageError("the signature is empty", "签名为空")
        if len(signature) > MAX_SIGNATURE:
            raise too_large(self.signature_path, len(signature), MAX_SIGNATURE)
        return evolve(self, signature=signature)

    def payload(self) -> Iterable[bytes]:
        """Return all bytes of the package, as a storage takes them."""
        if isinstance(self._body, Spool):
            return self._body.payload(self._tail)
        return chain(self._body.chunks(0, self._fixed[-1].end), [self._tail])

    def close(self) -> None:
        """Let go of what it holds open. Call it when a package was not stored."""
        self._body.close()

    def member(self, path: str) -> Member:
        """Return the member at *path*, or raise `PackageError`."""
        for member in self.members:
            if member.path == path:
                return member
        raise PackageError(f"no member {path!r}", f"包内没有 {path!r}")

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Yield the bytes of *member*, as they are: nothing is checked here."""
        return self._body.chunks(member.stored.data_offset, member.size)

    def header(self, member: Member) -> bytes:
        """Return the container's header of *member*, as it is."""
        stored = member.stored
        return self._body.read(stored.offset, stored.data_offset - stored.offset)

    def read(self, member: Member) -> bytes:
        """Return the bytes of *member*, which must be small enough to hold."""
        return self._body.read(member.stored.data_offset, member.size)

    def read_at(self, member: Member, offset: int, size: int) -> bytes:
        """Return *size* bytes of *member* from *offset* on; fewer where it ends."""
        size = max(0, min(size, member.size - offset))
        return self._body.read(member.stored.data_offset + offset, size)

    def metadata(self) -> tuple[Values, Values]:
        """
        Return the basic and the process metadata, as texts.

        Raises:
            PackageError: They are missing or not well-formed.
        """
        return self._metadata

    def check_readable(self) -> None:
        """Raise `PackageError` unless both metadata documents are well-formed."""
        if self._packed:
            return  # They were written a moment ago, from texts that were checked.
        for path in (self.profile.basic_path, self.profile.process_path):
            xml.parse(self._metadata_bytes(path), path)

    def filing(self) -> Filing:
        """
        Return the case in it, and where it is filed, as its metadata says.

        The digests that files were declared with are not repeated there: the
        manifests have them.

        Raises:
            PackageError: The metadata is missing, not well-formed, or breaks a rule.
        """
        return self._packed.filing if self._packed else self._filing

    def series(self) -> Series:
        """
        Return the series that the case is filed in, as its metadata says.

        Raises:
            PackageError: The metadata is missing, not well-formed, or breaks a rule.
        """
        if self._packed:
            return self._packed.filing.series
        return fields.series_of(self._metadata[0])

    @cached_property
    def _metadata(self) -> tuple[Values, Values]:
        if self._packed:
            return self._packed.basic, self._packed.process
        profile = self.profile
        return (
            self._values(profile.basic_path, profile.basic),
            self._values(profile.process_path, profile.process),
        )

    @cached_property
    def _filing(self) -> Filing:
        # By a table: a hostile case may name very many files.
        by_path = {member.path: member for member in self.members}

        def content_at(path: str) -> Content:
            return MemberContent(self, by_path.get(path) or self.member(path))

        return fields.filing_of(*self._metadata, content_at)

    def _values(self, path: str, scheme: Group) -> Values:
        return xml.decode(self._metadata_bytes(path), scheme, path=path)

    def _metadata_bytes(self, path: str) -> bytes:
        member = self.member(path)
        if member.size > xml.MAX_SIZE:
            raise too_large(path, member.size, xml.MAX_SIZE)
        return self.read(member)


@frozen
class MemberContent:
    """Content that lies in a package."""

    package: Package = field(repr=False)
    member: Member

    @property
    def size(self) -> int:
        """Size in bytes."""
        return self.member.size

    def chunks(self) -> Iterator[bytes]:
        """
        Yield its bytes, as they are.

        Raises:
            ContentError: The package ends before they do.
        """
        size = 0
        for chunk in self.package.chunks(self.member):
            size += len(chunk)
            yield chunk
        if size != self.size:
            path = self.member.path
            raise ContentError(
                f"{path}: {size} bytes are there, not {self.size}",
                f"{path}：实有 {size} 字节，应为 {self.size} 字节",
            )
