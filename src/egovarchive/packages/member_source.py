"""Member source: a member of a package, as tools that look at files take it."""

from __future__ import annotations

from attrs import field, frozen

from egovarchive.packages.package import Member, Package


@frozen
class MemberSource:
    """A member of a package; its bytes are as they are, nothing is checked here."""

    package: Package = field(repr=False)
    member: Member

    @property
    def name(self) -> str:
        """Its name, without folders."""
        return self.member.path.rpartition("/")[2]

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.member.size

    def read(self, offset: int, size: int) -> bytes:
        """Return *size* bytes from *offset* on; fewer only where it ends."""
        return self.package.read_at(self.member, offset, size)
