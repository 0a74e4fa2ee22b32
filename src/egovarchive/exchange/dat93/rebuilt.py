"""Rebuilt package: the very bytes that were sent, from the files of a record."""

from __future__ import annotations

from functools import partial

from egovarchive.errors import PackageError
from egovarchive.exchange.dat93.source import Source, whole
from egovarchive.packages import Package, manifest
from egovarchive.packages.container import Stored
from egovarchive.packages.package import SIGNATURE_SUFFIX
from egovarchive.packages.pieced import PiecedBody
from egovarchive.packages.read import read_body
from egovarchive.profiles import Profile
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
    body = PiecedBody()
    members = [_add(body, source, f"{folder}/{path}", path) for path in paths]
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


def _add(body: PiecedBody, source: Source, place: str, path: str) -> Stored:
    """Put the file at *place* of *source* at the end of *body*, as *path*."""
    size, crc = source.sizes[place], source.crc(place)
    return body.add(path, size, crc, partial(source.read, place))
