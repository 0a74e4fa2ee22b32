"""Read a package 归档信息包, strictly: one form, or an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from egovarchive.errors import InvalidValueError, UnsafePackageError
from egovarchive.packages import container, manifest
from egovarchive.packages.body import Body, FileBody
from egovarchive.packages.container import Stored, unsafe
from egovarchive.packages.package import (
    MAX_SIGNATURE,
    SIGNATURE_SUFFIX,
    Member,
    Package,
)
from egovarchive.profiles import Profile
from egovarchive.records.text import check_name, fold

MAX_DEPTH = 16  # names in a path
MAX_NAME_BYTES = 255  # of one name in a path
_SHOWN = 120  # characters of a path in an error
_NAMED = 5  # paths in an error


def read(file: BinaryIO, profile: Profile) -> Package:
    """
    Return the package in *file*, which must stay open as long as it is used.

    Its directory, names and manifests are read and checked; the bytes of its
    documents are not (see `egovarchive.checks`).

    Args:
        file: An open binary file that can be sought.
        profile: The form it must have.

    Raises:
        UnsafePackageError: It is no package, or not in the one form of packages.
        PackageError: A manifest is broken.
    """
    size = file.seek(0, 2)
    return read_body(FileBody(file, size), size, profile)


def read_body(body: Body, size: int, profile: Profile) -> Package:
    """Return the package that is the first *size* bytes of *body*; see `read`."""
    at = max(0, size - container.TAIL_SIZE)
    tail = body.read(at, size - at)
    start, length = container.locate(tail, size)
    directory = tail[start - at :] if start >= at else body.read(start, length)
    stored = container.members_of(directory, start)
    _check_paths(stored)

    listed, signature = _split(stored)
    manifests = {
        algorithm: _small(body, member, manifest.MAX_SIZE)
        for member in listed
        if (algorithm := manifest.algorithm_of(member.path))
    }
    digests = _digests(listed, manifests)
    return Package(
        profile=profile,
        members=tuple(
            Member(stored=member, digests=digests[member.path])
            for member in listed[:-1]
        ),
        manifests=manifests,
        signature=None if signature is None else _signature(body, signature),
        body=body,
        fixed=listed,
    )


def _check_paths(members: tuple[Stored, ...]) -> None:
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for member in members:
        path = member.path
        _check_path(path)
        folded = fold(path)
        if other := seen.get(folded):
            raise _collision(path, other)
        seen[folded] = path
        while folded := folded.rpartition("/")[0]:
            if folded in folders:
                break  # and so are those above it
            folders[folded] = path
    for folded, path in folders.items():
        if other := seen.get(folded):
            raise _collision(path, other)


def _check_path(path: str) -> None:
    parts = path.split("/")
    shown = path if len(path) <= _SHOWN else f"{path[:_SHOWN]}…"
    if len(parts) > MAX_DEPTH:
        raise unsafe(
            f"the path {shown!r} has more than {MAX_DEPTH} names",
            f"路径 {shown!r} 超过 {MAX_DEPTH} 层",
        )
    try:
        clean = "/".join(check_name(part, limit=MAX_NAME_BYTES) for part in parts)
    except InvalidValueError as error:
        raise unsafe(
            f"the path {shown!r}: {error.message()}",
            f"路径 {shown!r}：{error.message('zh')}",
        ) from None
    if clean != path:
        raise unsafe(
            f"the path {shown!r} is not in Unicode form NFC",
            f"路径 {shown!r} 不是 Unicode NFC 形式",
        )


def _collision(path: str, other: str) -> UnsafePackageError:
    return unsafe(
        f"{path!r} and {other!r} cannot both be there in some file systems",
        f"{path!r} 与 {other!r} 在部分文件系统中不能并存",
    )


def _split(
    members: tuple[Stored, ...],
) -> tuple[tuple[Stored, ...], Stored | None]:
    """Return all up to the primary manifest, and the signature if there is one."""
    signature = None
    if members and members[-1].path.endswith(SIGNATURE_SUFFIX):
        *before, signature = members
        members = tuple(before)
    kinds = [manifest.algorithm_of(member.path) is not None for member in members]
    # Manifests stand together at the end: none of them can pass for a document.
    if not kinds or not kinds[-1] or kinds != sorted(kinds):
        raise unsafe("its manifests do not stand at its end", "校验清单不在包的末尾")
    if signature and signature.path != members[-1].path + SIGNATURE_SUFFIX:
        raise unsafe(
            f"{signature.path!r} is not the signature of {members[-1].path!r}",
            f"{signature.path!r} 不是 {members[-1].path!r} 的签名",
        )
    return members, signature


def _digests(
    listed: tuple[Stored, ...], manifests: Mapping[str, bytes]
) -> dict[str, dict[str, str]]:
    """Return the digests of each member, by algorithm, as the manifests list them."""
    digests: dict[str, dict[str, str]] = {member.path: {} for member in listed}
    *others, primary = manifests
    content = [m.path for m in listed if manifest.algorithm_of(m.path) is None]
    everything = [member.path for member in listed[:-1]]
    for algorithm, expected in (
        *((algorithm, content) for algorithm in others),
        (primary, everything),
    ):
        path = manifest.manifest_path(algorithm)
        found = manifest.decode(manifests[algorithm], path)
        if list(found) != expected:
            raise _unlisted(path, expected, found)
        for name, value in found.items():
            digests[name][algorithm] = value
    return digests


def _unlisted(
    path: str, expected: list[str], found: Mapping[str, str]
) -> UnsafePackageError:
    there = set(expected)
    absent = [name for name in found if name not in there][:_NAMED]
    extra = [name for name in expected if name not in found][:_NAMED]
    if not absent and not extra:
        return unsafe(
            f"{path} lists the members in another order than they have",
            f"{path} 的行序与包内成员次序不一致",
        )
    return unsafe(
        f"{path} and the members differ: not there {absent}, not listed {extra}",
        f"{path} 与包内成员不一致：缺少 {absent}，未列出 {extra}",
    )


def _signature(body: Body, member: Stored) -> bytes:
    if not member.size:
        raise unsafe(f"{member.path} is empty", f"{member.path} 为空")
    return _small(body, member, MAX_SIGNATURE)


def _small(body: Body, member: Stored, limit: int) -> bytes:
    """Return the bytes of a manifest or signature, with its header checked."""
    if member.size > limit:
        raise unsafe(
            f"{member.path} has {member.size} bytes, more than {limit}",
            f"{member.path} 有 {member.size} 字节，超过 {limit} 字节",
        )
    size = member.data_offset - member.offset
    data = body.read(member.offset, size + member.size)
    head, data = data[:size], data[size:]
    if container.crc32(data) != member.crc or head != container.header(
        member.path, member.size, member.crc
    ):
        raise unsafe(
            f"the bytes of {member.path} are not those in the directory",
            f"{member.path} 的内容与目录不一致",
        )
    return data
