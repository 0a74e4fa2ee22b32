"""Rebuilt package: the very bytes that were sent, from the files of a record."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from attrs import define, field

from egovarchive.errors import PackageError
from egovarchive.exchange.dat93.source import Source, whole
from egovarchive.packages import Package, container, manifest
from egovarchive.packages.container import Stored
from egovarchive.packages.package import SIGNATURE_SUFFIX
from egovarchive.packages.read import read_body
from egovarchive.profiles import Profile
from egovarchive.records.content import CHUNK_SIZE
from egovarchive.records.identifiers.quoting import quoted

_NAMED = 5  # paths in an error


def rebuilt(
    source: Source, folder: str, inside: frozenset[str], profile: Profile
) -> Package:
    """
    Return the package whose files stand in *folder* of *source*, at *inside*.

    Nothing but names and manifests is checked here, as for a package from anywhere.

    Raises:
        PackageError: A file is missing or cannot be read, or what is there is not one
            package and nothing else.
        BatchError: A manifest is too large.
    """
    primary, paths = _listed(source, folder, inside)
    paths.append(manifest.manifest_path(primary))
    signature = f"{paths[-1]}{SIGNATURE_SUFFIX}"
    if signature in inside:
        paths.append(signature)
    missing = [path for path in paths if path not in inside][:_NAMED]
    extra = sorted(inside.difference(paths))[:_NAMED]
    if missing or extra:
        raise PackageError(
            f"{folder}: not there {missing}, not of the package {extra}",
            f"{folder}：缺少 {missing}，不属于该归档信息包 {extra}",
        )
    body = SourceBody(source)
    members = [body.add(f"{folder}/{path}", path) for path in paths]
    body.end(members)
    return read_body(body, body.size, profile)


def _listed(
    source: Source, folder: str, inside: frozenset[str]
) -> tuple[str, list[str]]:
    """Return the algorithm of the primary manifest, and the paths that it lists."""
    found = {
        algorithm: manifest.decode(
            whole(source, f"{folder}/{path}", manifest.MAX_SIZE), path
        )
        for path in manifest.PATHS
        if path in inside and (algorithm := manifest.algorithm_of(path))
    }
    for algorithm, lines in found.items():
        others = {manifest.manifest_path(each) for each in found if each != algorithm}
        if others <= lines.keys():
            return algorithm, list(lines)
    raise PackageError(
        f"{quoted(folder)}: no manifest of a package that lists the others",
        f"{quoted(folder)}：没有列出其他清单的归档信息包主清单",
    )


@define
class SourceBody:
    """A body made of files of a volume, and of the container's bytes between them."""

    _source: Source = field(repr=False)
    size: int = 0
    _starts: list[int] = field(factory=list, repr=False)
    _pieces: list[bytes | str] = field(factory=list, repr=False)

    def add(self, place: str, path: str) -> Stored:
        """Put the file at *place* at the end, as the member *path*."""
        size, crc = self._source.sizes[place], self._source.crc(place)
        stored = Stored(path, size, crc, self.size)
        head = container.header(path, size, crc)
        self._append(head, len(head))
        if size:
            self._append(place, size)
        return stored

    def end(self, members: list[Stored]) -> None:
        """Put the directory of *members* at the end."""
        data = container.directory(members)
        self._append(data, len(data))

    def read(self, offset: int, size: int) -> bytes:
        return b"".join(self.chunks(offset, size))

    def chunks(self, offset: int, size: int) -> Iterator[bytes]:
        end = min(offset + size, self.size)
        while offset < end:
            number = bisect_right(self._starts, offset) - 1
            start = self._starts[number]
            stop = self._starts[number + 1] if number + 1 < len(self._starts) else end
            count = min(end, stop) - offset
            piece = self._pieces[number]
            data = (
                piece[offset - start : offset - start + count]
                if isinstance(piece, bytes)
                else self._source.read(piece, offset - start, min(count, CHUNK_SIZE))
            )
            if not data:
                return  # The file is shorter than it was: who measures it says so.
            yield data
            offset += len(data)

    def close(self) -> None:
        """Leave the source open: other records are read from it."""

    def _append(self, piece: bytes | str, size: int) -> None:
        self._starts.append(self.size)
        self._pieces.append(piece)
        self.size += size
