"""Unpack a package into a folder, as anybody may read it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from egovarchive.archive.stored import VerifyingReader
from egovarchive.errors import ArchiveError
from egovarchive.packages import Package
from egovarchive.packages.manifest import manifest_path


def unpack(package: Package, folder: Path) -> Path:
    """
    Write every file of *package* into *folder*; return *folder*.

    It appears whole or not at all; see `appear`. The digest of each file is checked.

    Raises:
        DigestMismatchError: A file was altered.
        ArchiveError: The folder is not empty, or cannot be written.
    """
    return appear(folder, lambda place: write_files(package, place))


def appear(folder: Path, fill: Callable[[Path], None]) -> Path:
    """
    Make *folder* whole or not at all; return it.

    Args:
        folder: One that does not exist, or is empty.
        fill: Writes into the new folder that it is given, which is named afterwards.

    Raises:
        ArchiveError: The folder is not empty, or cannot be written.
    """
    # Of "." and ".." too, the place beside them is known.
    place = Path(os.path.abspath(folder))  # noqa: PTH100 - links are kept
    try:
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise ArchiveError(
                f"{folder} is not an empty folder", f"{folder} 不是空文件夹"
            )
        unfinished = place.with_name(f".{place.name}.{os.getpid()}.unfinished")
        unfinished.mkdir(parents=True)
        try:
            fill(unfinished)
            # Replaces an empty folder; refuses one that was filled meanwhile.
            unfinished.replace(place)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    except OSError as error:
        raise ArchiveError(
            f"cannot write {folder}: {error.strerror}",
            f"无法写入 {folder}：{error.strerror}",
        ) from error
    return folder


def write_files(package: Package, folder: Path) -> None:
    """
    Write every file of *package* into *folder*.

    Raises:
        DigestMismatchError: A file was altered.
    """
    for member in package.members:
        path = folder / member.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file, VerifyingReader(package, member) as reader:
            shutil.copyfileobj(reader, file, 1 << 20)
    (folder / manifest_path(package.primary)).write_bytes(package.manifest)
    if package.signature is not None:
        (folder / package.signature_path).write_bytes(package.signature)
