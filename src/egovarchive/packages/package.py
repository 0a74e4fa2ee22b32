"""Package 归档信息包: a case's documents and metadata under one manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from attrs import evolve, field, frozen

from egovarchive.errors import PackageError
from egovarchive.packages import container, fields, manifest, xml
from egovarchive.packages.body import Body
from egovarchive.packages.container import Stored
from egovarchive.profiles import Profile
from egovarchive.records.content import Content
from egovarchive.records.filing import Filing

SIGNATURE_SUFFIX = ".p7s"


@frozen(kw_only=True)
class Member:
    """
    One file of a package that its manifests list.

    Args:
        stored: Where it stands.
        digests: The digest that each manifest gives it, by algorithm.
        measured: The digests its bytes had when they were packed, by algorithm;
            None if they were packed elsewhere, and must be read to know.
        head: Its first bytes, if they were seen.
    """

    stored: Stored
    digests: Mapping[str, str] = field(repr=False)
    measured: Mapping[str, str] | None = field(default=None, repr=False)
    head: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """Its path in the package."""
        return self.stored.path

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.stored.size


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
    """

    profile: Profile
    members: tuple[Member, ...] = field(repr=False)
    manifests: Mapping[str, bytes] = field(repr=False)
    signature: bytes | None = field(default=None, repr=False)
    _body: Body = field(repr=False)
    _fixed: tuple[Stored, ...] = field(repr=False)

    @property
    def primary(self) -> str:
        """Algorithm of the primary manifest."""
        return next(reversed(self.manifests))

    @property
    def manifest(self) -> bytes:
        """The primary manifest: the bytes that are signed."""
        return self.manifests[self.primary]

    @property
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

    @property
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
        """Return this package with *signature* over its primary manifest."""
        return evolve(self, signature=signature)

    def payload(self) -> Iterable[bytes]:
        """Return all bytes of the package, as a storage takes them."""
        return self._body.payload(self._tail)

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

    def metadata(self) -> tuple[xml.Values, xml.Values]:
        """
        Return the basic and the process metadata, as texts.

        Raises:
            PackageError: They are missing or not well-formed.
        """
        profile = self.profile
        return (
            self._metadata(profile.basic_path, profile.basic),
            self._metadata(profile.process_path, profile.process),
        )

    def _metadata(self, path: str, scheme: xml.Group) -> xml.Values:
        member = self.member(path)
        if member.size > xml.MAX_SIZE:
            raise PackageError(
                f"{path}: {member.size} bytes are more than {xml.MAX_SIZE}",
                f"{path}：{member.size} 字节，超过 {xml.MAX_SIZE} 字节",
            )
        return xml.decode(self.read(member), scheme, path=path)

    def filing(self) -> Filing:
        """
        Return the case in it, and where it is filed, as its metadata says.

        Raises:
            PackageError: The metadata is missing, not well-formed, or breaks a rule.
        """
        basic, process = self.metadata()
        return fields.filing_of(basic, process, self._content_at)

    def _content_at(self, path: str) -> Content:
        return MemberContent(self, self.member(path))


@frozen
class MemberContent:
    """Content that lies in a package."""

    package: Package = field(repr=False)
    member: Member

    def chunks(self) -> Iterator[bytes]:
        return self.package.chunks(self.member)
