"""Check of a received volume: every byte against its checksum files, in one reading."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from egovarchive.errors import ContentError, InvalidValueError
from egovarchive.exchange.dat93.checksums import Checksums
from egovarchive.exchange.dat93.finding import Finding, Kind
from egovarchive.exchange.dat93.layout import manifest_path
from egovarchive.exchange.dat93.source import Source
from egovarchive.packages.container import crc32
from egovarchive.records.digest import hasher


def differences(  # noqa: PLR0913, PLR0917 - one thing to compare each
    source: Source,
    checksums: Checksums,
    codes: Mapping[str, str],
    signature: str,
    algorithms: Sequence[str] | None,
    only: Container[str] | None = None,
) -> Iterator[Finding]:
    """
    Yield what differs between *source* and *checksums*.

    Args:
        source: The files.
        checksums: What they should be.
        codes: The archival code of each file that belongs to a record.
        signature: Where the signature may stand, which is not listed.
        algorithms: Digests to take; None for all.
        only: Archival codes whose files are looked at, "" for those of no record;
            None for all.
    """
    wanted = tuple(algorithms or checksums.data)
    if not set(wanted) <= checksums.data.keys():
        raise InvalidValueError(
            f"the checksum files are of {tuple(checksums.data)}, not {wanted}",
            f"校验清单的算法为 {tuple(checksums.data)}，不是 {wanted}",
            rule="digests of the volume",
        )
    return _differences(source, checksums, codes, signature, wanted, only)


def _differences(  # noqa: PLR0913, PLR0917 - as above
    source: Source,
    checksums: Checksums,
    codes: Mapping[str, str],
    signature: str,
    wanted: tuple[str, ...],
    only: Container[str] | None,
) -> Iterator[Finding]:
    listed = checksums.digests
    unlisted = {manifest_path(checksums.primary), signature}
    added: dict[str, Mapping[str, str]] = {}
    for path in source.sizes:
        if path in unlisted:
            continue
        code = codes.get(path, "")
        if only is not None and code not in only:
            continue
        # Of a file that a checksum file lacks, `Checksums.findings` tells already.
        expected = {a: d for a, d in listed.get(path, {}).items() if a in wanted}
        try:
            found, fits = _taken(source, path, tuple(expected) or wanted)
        except ContentError as error:
            yield _unreadable(path, error, code)
            continue
        if path not in listed:
            added[path] = found
        elif not fits or any(found[a] != digest for a, digest in expected.items()):
            yield _changed(path, expected, found, code)
    missing = {
        path: listed[path]
        for path in listed
        if path not in source.sizes and (only is None or codes.get(path, "") in only)
    }
    yield from _moved(missing, added, codes)


def _taken(
    source: Source, path: str, algorithms: tuple[str, ...]
) -> tuple[dict[str, str], bool]:
    """Return the digests of *path*, and whether its CRC-32 is the one it should be."""
    taken = {algorithm: hasher(algorithm) for algorithm in algorithms}
    crc = 0
    for chunk in source.chunks(path):
        crc = crc32(chunk, crc)
        for each in taken.values():
            each.update(chunk)
    found = {algorithm: each.hexdigest() for algorithm, each in taken.items()}
    return found, source.measured(path, crc)


def _moved(
    missing: Mapping[str, Mapping[str, str]],
    added: Mapping[str, Mapping[str, str]],
    codes: Mapping[str, str],
) -> Iterator[Finding]:
    """Yield the files that are missing, added, or the same under another name."""
    by_digest: dict[tuple[str, str], list[str]] = {}
    for path, found in added.items():
        for digest in found.items():
            by_digest.setdefault(digest, []).append(path)
    taken: set[str] = set()
    for path, digests in missing.items():
        names = next((by_digest[d] for d in digests.items() if d in by_digest), [])
        while names and names[-1] in taken:
            names.pop()
        if not names:
            yield _missing(path, digests, codes.get(path, ""))
            continue
        name = names.pop()
        taken.add(name)
        yield _renamed(path, name, codes.get(path, ""))
    for path in added:
        if path not in taken:
            yield _added(path, codes.get(path, ""))


def _missing(path: str, digests: Mapping[str, str], code: str) -> Finding:
    return Finding(
        kind=Kind.FILE_MISSING,
        place=path,
        en="it is listed, and not there",
        zh="清单中有，实际缺少",
        expected=_shown(digests),
        code=code,
    )


def _renamed(path: str, name: str, code: str) -> Finding:
    return Finding(
        kind=Kind.FILE_RENAMED,
        place=path,
        en=f"it is there under another name: {name}",
        zh=f"该文件被改名为 {name}",
        expected=path,
        found=name,
        code=code,
    )


def _added(path: str, code: str) -> Finding:
    return Finding(
        kind=Kind.FILE_ADDED,
        place=path,
        en="no checksum file lists it",
        zh="不在校验清单之中",
        found=path,
        code=code,
    )


def _changed(
    path: str, expected: Mapping[str, str], found: Mapping[str, str], code: str
) -> Finding:
    return Finding(
        kind=Kind.FILE_CHANGED,
        place=path,
        en="its bytes are not those that are listed",
        zh="内容与清单不符",
        expected=_shown(expected),
        found=_shown(found),
        code=code,
    )


def _unreadable(path: str, error: ContentError, code: str) -> Finding:
    return Finding(
        kind=Kind.FILE_UNREADABLE,
        place=path,
        en=error.message(),
        zh=error.message("zh"),
        code=code,
    )


def _shown(digests: Mapping[str, str]) -> str:
    return ", ".join(f"{algorithm}:{value}" for algorithm, value in digests.items())
