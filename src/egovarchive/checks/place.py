"""Place: a package, a folder or a file on disk, as checks look at it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from attrs import evolve, field, frozen

from egovarchive.checks.check import Subject
from egovarchive.checks.policy import DEFAULT_POLICY, Policy
from egovarchive.errors import FormatError, UnsafePackageError
from egovarchive.formats import FileSource, Source
from egovarchive.formats.toolbox import Toolbox
from egovarchive.packages.read import read
from egovarchive.packages.unpacked import is_unpacked, read_folder
from egovarchive.profiles import Profile
from egovarchive.records.schedule import ScheduleRule
from egovarchive.signing import Verifier

MAX_FILES: Final = 1_000_000


@frozen
class Unreadable:
    """
    What lies in a folder and cannot be read: a pipe, a link to nothing, a file gone.

    Reading it raises *error*, so that its finding is one among those of the others.
    """

    name: str
    error: FormatError = field(repr=False)
    size: int = 0

    def read(self, offset: int, size: int) -> bytes:  # noqa: ARG002 - a `Source`
        raise self.error


@contextmanager
def subject_at(  # noqa: PLR0913 - each with its name
    path: str | os.PathLike[str],
    *,
    profile: Profile,
    at: datetime,
    verifier: Verifier | None = None,
    rule: ScheduleRule | None = None,
    tools: Toolbox | None = None,
    policy: Policy = DEFAULT_POLICY,
) -> Iterator[Subject]:
    """
    Yield what lies at *path*, ready to be checked without an archive.

    A package file is a package, and so is a folder with its manifest; files beside
    them are extra. Any other file, or all files of any other folder, are checked for
    what they are.

    Raises:
        FormatError: Nothing can be read there, or there are too many files.
        PackageError: A folder has a manifest, and is no whole package.
    """
    place = Path(path)
    subject = Subject(
        name=place.name,
        at=at,
        verifier=verifier,
        rule=rule,
        tools=tools,
        policy=policy,
    )
    if place.is_dir():
        if is_unpacked(place):
            found = read_folder(place, profile)
            extra = {each.as_posix(): _source(place / each) for each in found.extra}
            yield evolve(subject, package=found.package, loose=extra)
        else:
            yield evolve(subject, loose=dict(_sources(place)))
        return
    source = FileSource.of(place)
    if source.read(0, 4) != b"PK\3\4":
        yield evolve(subject, loose={source.name: source})
        return
    with place.open("rb") as file:
        try:
            package = read(file, profile)
        except UnsafePackageError:
            # Any ZIP, such as a DOCX: it is checked as the file that it is.
            yield evolve(subject, loose={source.name: source})
        else:
            yield evolve(subject, package=package)


def _sources(folder: Path) -> Iterator[tuple[str, Source]]:
    count = 0
    for place, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > MAX_FILES:
                raise FormatError(
                    f"{folder} has more than {MAX_FILES} files",
                    f"{folder} 中的文件超过 {MAX_FILES} 个",
                )
            path = Path(place) / name
            yield path.relative_to(folder).as_posix(), _source(path)


def _source(path: Path) -> Source:
    try:
        return FileSource.of(path)
    except FormatError as error:
        return Unreadable(path.name, error)
