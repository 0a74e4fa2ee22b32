"""Packages taken apart, changed, listed anew and sealed by a key that is trusted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property

from attrs import evolve, field, frozen

from archive.office import TODAY, new_archive
from archive.office import signer as office_signer
from corpus.forge import Entry, entries_of, listed, zipped
from egovarchive.packages import Package
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.arrangement import Arrangement
from egovarchive.records.case import Case
from egovarchive.signing import Signer
from egovarchive.signing.cms import sign_messages

BASIC, PROCESS = GBT42727_2023.basic_path, GBT42727_2023.process_path


def sealed(entries: list[Entry], signer: Signer | None = None) -> bytes:
    """Return the package of *entries*, listed and signed, by default by the office."""
    *_, manifest = both = listed(entries, signature=None)
    return zipped([*both, signature_of(manifest, signer or office_signer())])


def signature_of(manifest: Entry, signer: Signer) -> Entry:
    """Return the member that is the signature of *signer* over *manifest*."""
    [signature] = sign_messages(signer, [manifest.data], at=TODAY)
    return Entry(path=manifest.path + b".p7s", data=signature)


@frozen(kw_only=True)
class Parts:
    """
    The members of a package, without manifests and signature; change them, then seal.

    Args:
        members: Their bytes, by path.
    """

    members: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def of(cls, package: Package) -> Parts:
        """Return the parts of *package*."""
        return cls(
            members={each.path.decode(): each.data for each in entries_of(package)}
        )

    @classmethod
    def packed(cls, case: Case, arrangement: Arrangement) -> Parts:
        """Return the parts of *case*, as an archive forms its package."""
        return cls.of(new_archive(arrangement=arrangement).pack(case))

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The paths of what is no metadata, in order."""
        return tuple(sorted(set(self.members) - {BASIC, PROCESS}))

    def ending(self, *ends: str) -> str | None:
        """Return the first file whose name ends in one of *ends*; None without one."""
        return next((path for path in self.files if path.endswith(ends)), None)

    def put(self, path: str, data: bytes | None) -> Parts:
        """Return these parts with *data* at *path*, or without it."""
        members = {**self.members}
        members.pop(path, None)
        if data is not None:
            members[path] = data
        return evolve(self, members=members)

    def rewritten(
        self, pattern: str, new: str | Callable[[re.Match[str]], str], at: str = BASIC
    ) -> Parts:
        """Return these parts with the first match of *pattern* in metadata replaced."""
        old = self.members[at].decode()
        text = re.sub(pattern, new, old, count=1, flags=re.DOTALL)
        assert text != old, pattern
        # What XML cannot hold as a character cannot be forged as one either.
        return self.put(at, text.encode())

    def tagged(self, tag: str, new: str, at: str = BASIC) -> Parts:
        """Return these parts with *new* as the first text of *tag*."""
        return self.rewritten(
            rf"(<{tag}[^>]*>)[^<]*(</{tag}>)", rf"\g<1>{new}\g<2>", at
        )

    def without(self, tag: str, at: str = BASIC) -> Parts:
        """Return these parts without the first element *tag*."""
        return self.rewritten(rf"\s*<{tag} [^>]*>.*?</{tag}>", "", at)

    def stored(self, path: str, data: bytes) -> Parts:
        """Return these parts with other bytes at *path*, and their size described."""
        if len(data) == len(self.members[path]):
            return self.put(path, data)
        return self.put(path, data).rewritten(
            rf"({re.escape(path)}</current_location>.*?<computer_file_size[^>]*>)\d+",
            rf"\g<1>{len(data)}",
        )

    def renamed(self, path: str, new: str) -> Parts:
        """Return these parts with *path* called *new*, and described as that."""
        old, name = (each.rpartition("/")[2].partition("-")[2] for each in (path, new))
        moved = self.put(path, None).put(new, self.members[path])
        moved = moved.rewritten(re.escape(f">{path}<"), f">{new}<")
        if old == name:
            return moved
        return moved.rewritten(re.escape(f">{old}<"), f">{name}<")

    def entries(self) -> list[Entry]:
        """Return the members in the order that packages have."""
        return [
            Entry(path=path.encode(), data=self.members[path])
            for path in (*self.files, *sorted([BASIC, PROCESS]))
            if path in self.members
        ]

    def sealed(self, signer: Signer | None = None) -> bytes:
        """Return the package, listed and signed anew."""
        return sealed(self.entries(), signer)
