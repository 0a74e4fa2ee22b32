"""Sources: the files that all contenders read, the same for each of them."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Final

from attrs import frozen

# What a window hands over at the end of a case; numbered, so any count has names.
NAMES: Final = (
    "公共场所卫生许可证申请表",
    "营业执照复印件",
    "卫生检测报告",
    "现场核查记录表",
    "准予行政许可决定书",
)
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
    """

    folder: Path
    cases: int
    files: int
    size: int

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

    def write(self, seed: int) -> None:
        """Make the files: of random bytes, the same for the same *seed*."""
        chance = random.Random(seed)  # noqa: S311 - bytes to hash, no secrets
        for case in range(self.cases):
            folder = self.folder / f"{case:06}" / "data"
            folder.mkdir(parents=True)
            for number in range(self.files):
                name = f"{number + 1:02}-{NAMES[number % len(NAMES)]}.pdf"
                with (folder / name).open("xb") as file:
                    for start in range(0, self.size, CHUNK):
                        file.write(chance.randbytes(min(CHUNK, self.size - start)))


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
