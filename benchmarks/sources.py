"""Sources: the files that all contenders read, the same for each of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from egovarchive import Case, Document
from egovarchive.testing import samples

CHUNK: Final = 1 << 20  # bytes


@frozen
class Group:
    """
    The cases of one turn, on disk.

    Each case is a folder with one folder ``data``: bagit-utils wants that.

    Args:
        folder: Where they are.
        cases: How many.
        files: Of each case.
        size: Of each file, in bytes.
        seed: The same seed gives the same cases.
    """

    folder: Path
    cases: int
    files: int
    size: int
    seed: int

    @property
    def bytes(self) -> int:
        """Size of all files, in bytes."""
        return self.cases * self.files * self.size

    def folders(self) -> list[Path]:
        """Return the folder of each case."""
        return sorted(self.folder.iterdir())

    def paths(self) -> list[list[Path]]:
        """Return the files of each case."""
        return [sorted((case / "data").iterdir()) for case in self.folders()]

    def values(self) -> list[Case]:
        """
        Return the cases with their files where they lie, in order of conclusion.

        That is how an agency has them: a commit's packages share a month, or two.
        """
        return [
            evolve(case, documents=_at(case, paths))
            for case, paths in zip(self._generated(), self.paths(), strict=True)
        ]

    def write(self) -> None:
        """Make the files."""
        for number, case in enumerate(self._generated()):
            folder = self.folder / f"{number:06}" / "data"
            folder.mkdir(parents=True)
            for i, document in enumerate(case.documents):
                (given,) = document.files
                with (folder / f"{i + 1:02}-{given.name}").open("xb") as file:
                    file.writelines(given.content.chunks())

    def _generated(self) -> list[Case]:
        given = samples.cases(
            self.cases, files=self.files, size=self.size, seed=self.seed
        )
        return sorted(given, key=lambda case: case.concluded_on)


def _at(case: Case, paths: Sequence[Path]) -> list[Document]:
    return [
        evolve(document, files=[path])
        for document, path in zip(case.documents, paths, strict=True)
    ]


def warm(folder: Path) -> None:
    """Read all files in *folder*, so that whoever comes first finds them in memory."""
    buffer = bytearray(CHUNK)
    for above, _, names in os.walk(folder):
        for name in names:
            fd = os.open(Path(above, name), os.O_RDONLY)
            while os.readv(fd, [buffer]):
                pass
            os.close(fd)


def link(case: Path, to: Path) -> None:
    """Make hard links to the files of the folder *case* in the new folder *to*."""
    to.mkdir(parents=True)
    for path in (case / "data").iterdir():
        os.link(path, to / path.name)
