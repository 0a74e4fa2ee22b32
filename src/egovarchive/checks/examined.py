"""Examined: one content file, and what the tools say of it once they are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256

from attrs import field, frozen

from egovarchive.errors import EgovArchiveError
from egovarchive.formats import Facts, Format, Identification, Scan, Source, Tool
from egovarchive.formats.answer import Answer
from egovarchive.formats.kept import Kept, Room
from egovarchive.formats.source import pieces
from egovarchive.formats.toolbox import Toolbox
from egovarchive.packages import Package
from egovarchive.packages.manifest import manifest_path
from egovarchive.packages.member_source import MemberSource
from egovarchive.packages.xml import Values


@frozen(kw_only=True, eq=False)
class Examined:
    """
    One content file. Each tool looks at it once, however many checks ask.

    Args:
        path: What reports call it.
        source: Its bytes.
        tools: Look at it; None if there are none.
        digest: Its digest as the manifest has it, such as ``sha256:…``.
        declared: What the metadata says of it; None if there is none.
        document: What the metadata says of the document it is a file of.
    """

    path: str
    source: Source = field(repr=False)
    tools: Toolbox | None = field(repr=False)
    digest: str = ""
    declared: Values | None = field(default=None, repr=False)
    document: Values | None = field(default=None, repr=False)

    @cached_property
    def identifications(self) -> tuple[Identification, ...]:
        """What each identifier says it is; the first one decides."""
        return () if self.tools is None else self.tools.identify(self.source)

    @property
    def format(self) -> Format | None:
        """Its format; None if it is not known."""
        return self.identifications[0].format if self.identifications else None

    @cached_property
    def absence(self) -> tuple[str, str] | None:
        """Why there is nothing to look at, in English and Chinese; None if there is."""
        if self.format is not None:
            return None
        try:
            there = self.source.read(0, 1)
        except EgovArchiveError as error:
            return error.message("en"), error.message("zh")
        return None if there else ("there is not one byte in it", "空文件")

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """The answers to all that is asked of files of its format."""
        if self.tools is None or self.format is None:
            return ()
        return self.tools.validate(self.source, self.format, sha256=self._sha256)

    @cached_property
    def facts(self) -> tuple[tuple[Tool, Facts | EgovArchiveError], ...]:
        """What it says of itself, by the tool that read it."""
        if self.tools is None or self.format is None:
            return ()
        return tuple(self.tools.facts(self.source, self.format, sha256=self._sha256))

    @cached_property
    def _sha256(self) -> str:
        """
        The digest of its bytes, if answers are kept; empty if they cannot be had.

        What the manifest says they are may be a lie: the answers to these bytes would
        be kept as those to others.
        """
        if self.tools is None or self.tools.cache is None:
            return ""
        found = sha256()
        try:
            for piece in pieces(self.source):
                found.update(piece)
        except EgovArchiveError:
            return ""
        return found.hexdigest()

    @cached_property
    def scans(self) -> tuple[tuple[tuple[str, ...], Scan], ...]:
        """What scanners say of it, and of the files in it, by their paths."""
        if self.tools is None:
            return ()
        return tuple(self.tools.scan(self.source, self.format))


def examined(
    package: Package | None, loose: Mapping[str, Source], tools: Toolbox | None
) -> Iterator[Examined]:
    """Yield the content files of *package*, or the *loose* ones, ready for *tools*."""
    for path, source in loose.items():
        yield Examined(path=path, source=source, tools=tools)
    if package is not None:
        yield from _of_package(package, tools)


def own_paths(package: Package) -> frozenset[str]:
    """Return where a package has what no case gave it: metadata and manifests."""
    profile = package.profile
    manifests = map(manifest_path, package.manifests)
    return frozenset({profile.basic_path, profile.process_path, *manifests})


def declared_files(basic: Values) -> Iterator[tuple[Values, Values]]:
    """Yield what the metadata says of each file, and of its document."""
    for document in basic.groups.get("documents", ()):
        for file in document.groups.get("files", ()):
            yield file, document


def _of_package(package: Package, tools: Toolbox | None) -> Iterator[Examined]:
    try:
        basic, _ = package.metadata()
    except EgovArchiveError:
        declared = {}  # `usability.metadata` says so.
    else:
        declared = {
            file.texts.get("path", ""): (file, document)
            for file, document in declared_files(basic)
        }
    own, room = own_paths(package), Room()
    for member in package.members:
        if member.path in own:
            continue
        file, document = declared.get(member.path, (None, None))
        algorithm, value = next(
            (
                (name, member.digests[name])
                for name in ("sha256", "sm3")
                if name in member.digests
            ),
            next(iter(member.digests.items())),
        )
        yield Examined(
            path=member.path,
            source=Kept(MemberSource(package, member), room),
            tools=tools,
            digest=f"{algorithm}:{value}",
            declared=file,
            document=document,
        )
