"""Unpacked: a package that was exported into a folder, read as if it were whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from zlib import crc32

from attrs import frozen

from egovarchive.errors import ContentError, PackageError
from egovarchive.packages import container, manifest
from egovarchive.packages.container import Stored
from egovarchive.packages.package import SIGNATURE_SUFFIX, Package
from egovarchive.packages.pieced import PiecedBody
from egovarchive.packages.read import read_body
from egovarchive.profiles import Profile
from egovarchive.records.content import CHUNK_SIZE


@frozen
class Unpacked:
    """
    What a folder holds.

    Args:
        package: The package that its manifests describe.
        extra: Files in the folder that no manifest lists, by their paths in it.
    """

    package: Package
    extra: tuple[Path, ...]


def is_unpacked(folder: Path) -> bool:
    """Say whether *folder* has a manifest, as an exported package has."""
    return any((folder / path).is_file() for path in manifest.PATHS)


def read_folder(folder: Path, profile: Profile) -> Unpacked:
    """
    Return the package that was exported into *folder*. Each file is read once.

    Raises:
        PackageError: A file is missing or cannot be read, or what is there is not a
            package; see `egovarchive.packages.read`.
    """
    primary, listed = _listed(folder)
    paths = [*listed, manifest.manifest_path(primary)]
    signature = f"{paths[-1]}{SIGNATURE_SUFFIX}"
    if (folder / signature).is_file():
        paths.append(signature)
    body = PiecedBody()
    members = [_append(body, folder, path) for path in paths]
    body.end(members)
    # All that is strict about packages is checked there, as for one from anywhere.
    package = read_body(body, body.size, profile)
    known = {folder / path for path in paths}
    extra = tuple(
        path.relative_to(folder) for path in _files(folder) if path not in known
    )
    return Unpacked(package, extra)


def _listed(folder: Path) -> tuple[str, list[str]]:
    """Return the algorithm of the primary manifest, and the paths that it lists."""
    found = {
        algorithm: manifest.decode(_small(folder / path), path)
        for path in manifest.PATHS
        if (folder / path).is_file() and (algorithm := manifest.algorithm_of(path))
    }
    for algorithm, lines in found.items():
        others = {manifest.manifest_path(each) for each in found if each != algorithm}
        if others <= lines.keys():
            return algorithm, list(lines)
    names = ", ".join(manifest.PATHS)
    raise PackageError(
        f"{folder}: no manifest lists the others: {names}",
        f"{folder}：没有列出其他清单的主清单：{names}",
    )


def _append(body: PiecedBody, folder: Path, path: str) -> Stored:
    parts = path.split("/")
    if not path or path.startswith("/") or {"", ".", ".."} & set(parts) or "\\" in path:
        raise container.unsafe(f"the path {path!r}", f"路径 {path!r} 不安全")
    file = folder / path
    size, crc = _measured(file, path)
    return body.add(path, size, crc, partial(_read, file))


def _measured(file: Path, path: str) -> tuple[int, int]:
    # A link may lead out of the folder, and a device may have no end.
    if file.is_symlink() or not file.is_file():
        raise ContentError(
            f"{path}: no regular file is there", f"{path}：不存在或不是普通文件"
        )
    size, crc = 0, 0
    try:
        with file.open("rb") as opened:
            while data := opened.read(CHUNK_SIZE):
                size, crc = size + len(data), crc32(data, crc)
    except OSError as error:
        raise _unreadable(file, error) from error
    return size, crc


def _small(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(manifest.MAX_SIZE + 1)
    except OSError as error:
        raise _unreadable(file, error) from error
    if len(data) > manifest.MAX_SIZE:
        raise PackageError(
            f"{file.name} is larger than {manifest.MAX_SIZE} bytes",
            f"{file.name} 超过 {manifest.MAX_SIZE} 字节",
        )
    return data


def _read(file: Path, offset: int, size: int) -> bytes:
    try:
        with file.open("rb") as opened:
            opened.seek(offset)
            return opened.read(size)
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError) -> ContentError:
    return ContentError(
        f"{file.name} cannot be read: {error.strerror}",
        f"{file.name} 无法读取：{error.strerror}",
    )


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            yield Path(place) / name
