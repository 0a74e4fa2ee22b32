"""Totals: how large a volume will be, to the byte, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, frozen

from egovarchive.exchange.dat93.layout import MAX_FILES, manifest_path
from egovarchive.packages import container, manifest
from egovarchive.records.digest import ALGORITHMS


@frozen(kw_only=True)
class Totals:
    """
    What a number of files come to.

    Args:
        files: How many there are.
        size: Their bytes.
        end: Where the last of them ends in one uncompressed ZIP.
        entries: Bytes of their entries in its directory.
        lines: Bytes of their lines in the checksum file, by algorithm.
    """

    files: int = 0
    size: int = 0
    end: int = 0
    entries: int = 0
    lines: Mapping[str, int]

    @classmethod
    def none(cls, algorithms: Sequence[str]) -> Totals:
        """Return what no file at all comes to."""
        return cls(lines=dict.fromkeys(algorithms, 0))

    def plus(self, files: Iterable[tuple[str, int]], *listed_in: str) -> Totals:
        """
        Return these with *files*, each a path and a size.

        Args:
            files: They follow those before, in this order.
            listed_in: Algorithms of the checksum files that list them.
        """
        count, size, end, entries, names = 0, 0, self.end, 0, 0
        for path, each in files:
            entries += container.entry_size(path, each, end)
            end += container.header_size(path, each) + each
            names += len(path.encode()) + len("  \n")
            count, size = count + 1, size + each
        lines = dict(self.lines)
        for algorithm in listed_in:
            lines[algorithm] += names + count * ALGORITHMS[algorithm]
        return evolve(
            self,
            files=self.files + count,
            size=self.size + size,
            end=end,
            entries=self.entries + entries,
            lines=lines,
        )

    def closed(self, heads: Iterable[tuple[str, int]], signature: int) -> Totals:
        """
        Return these with all that ends a volume.

        Args:
            heads: Path and size of the files about the volume.
            signature: Bytes of the signature; 0 if there is none.
        """
        *others, primary = ordered(tuple(self.lines))
        whole = self.plus(heads, *self.lines)
        sizes = [(manifest_path(each), whole.lines[each]) for each in others]
        whole = whole.plus(sizes, primary)
        whole = whole.plus([(manifest_path(primary), whole.lines[primary])])
        if not signature:
            return whole
        signed = whole.plus([(f"{manifest_path(primary)}.p7s", signature)])
        # What is signed is the volume; the signature is not part of its size.
        return evolve(signed, size=whole.size)

    @property
    def file_size(self) -> int:
        """Bytes of one uncompressed ZIP of these files."""
        tail = container.end_size(self.files, self.entries, self.end)
        return self.end + self.entries + tail

    @property
    def readable(self) -> bool:
        """Whether a reader takes so many files, and lists so long."""
        return (
            self.files <= MAX_FILES
            and self.entries <= container.MAX_DIRECTORY - container.TAIL_SIZE
            and all(size <= manifest.MAX_SIZE for size in self.lines.values())
        )


def ordered(algorithms: Sequence[str]) -> tuple[str, ...]:
    """Return *algorithms* as checksum files follow each other: the primary one last."""
    return (*algorithms[1:], algorithms[0])
