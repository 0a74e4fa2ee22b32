"""Plan 编制: divide records into volumes that fit a medium, before any is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import define, field

from egovarchive.errors import BatchError
from egovarchive.exchange.dat93 import directory
from egovarchive.exchange.dat93.item import Item
from egovarchive.exchange.dat93.layout import (
    DIRECTORY,
    EVIDENCE,
    HISTORY,
    MANIFESTS,
    OTHER,
    STATEMENT,
    folder_of,
)
from egovarchive.exchange.dat93.outgoing import Outgoing, files_of
from egovarchive.exchange.dat93.paths import check_paths
from egovarchive.exchange.dat93.planned import PlannedItem, PlannedVolume
from egovarchive.exchange.dat93.statement import Description, VolumeNumber
from egovarchive.exchange.dat93.totals import Totals
from egovarchive.packages.build import DEFAULT_DIGESTS
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.digest import check_algorithms
from egovarchive.records.text import fold

# How many volumes there are is known at the end, and stands in each of them.
_MOST = VolumeNumber(99_999, 99_999)
SIGNATURE_ROOM = 32 << 10  # bytes: a CMS with a chain of certificates and a time-stamp


def plan(  # noqa: PLR0913 - one thing to say each
    items: Iterable[Item],
    description: Description,
    *,
    medium_size: int | None = None,
    algorithms: Sequence[str] = DEFAULT_DIGESTS,
    signature_room: int = SIGNATURE_ROOM,
    about: Mapping[str, bytes] | None = None,
) -> tuple[PlannedVolume, ...]:
    """
    Return the volumes of the batch of *items*, by archival code, as full as they get.

    The same items give the same volumes, in whatever order they come. Each package is
    opened once; documents are not read.

    Args:
        items: The records; at least one.
        description: What the sender says about the batch.
        medium_size: Bytes that a volume may take as one file, which is somewhat more
            than its files have. Leave room for the file system of a medium. None: no
            medium; there are several volumes only if one would have too many files.
        algorithms: Digests of the checksum files, the primary one first; by default
            those of packages. Of others, every document is read.
        signature_room: Bytes of each medium to keep free for the signature.
        about: Files about the batch, by their paths below 其他, to put into each
            volume.

    Raises:
        BatchError: There are no items, two have one code, or codes that one folder
            cannot tell apart, or one fits no medium; it is named. Or a path of
            *about* has no place there.
        DigestMismatchError: A package's manifests do not fit together.
    """
    ready = _sorted(items)
    names = check_algorithms(algorithms)
    limit = None if medium_size is None else medium_size - signature_room
    filling = _Filling(description, names, limit, _placed(about or {}))
    for item in ready:
        package = item.open()
        try:
            files = tuple(files_of(item, package, names))
        finally:
            package.close()
        filling.add(item, files)
    return tuple(filling.volumes(medium_size))


def _placed(about: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return *about* in the order of its paths, which must be free."""
    check_paths([*MANIFESTS, HISTORY, EVIDENCE, *about])
    for path in about:
        if not path.startswith(f"{OTHER}/"):
            raise BatchError(
                f"{path!r} is not below {OTHER}", f"{path!r} 不在“{OTHER}”之下"
            )
    return dict(sorted(about.items()))


def _sorted(items: Iterable[Item]) -> list[Item]:
    ready = sorted(items, key=lambda item: (str(item.code.series), item.code.item))
    if not ready:
        raise BatchError("no record to transfer", "没有可移交的电子档案")
    codes: dict[ArchivalCode, Item] = {}
    folders: dict[str, Item] = {}
    for item in ready:
        folder = fold(folder_of(item.code))
        other = codes.get(item.code) or folders.get(folder)
        if other is not None:
            raise BatchError(
                f"{item.code} and {other.code} are one record, or one folder",
                f"{item.code} 与 {other.code} 重复，或文件夹不能区分",
            )
        codes[item.code] = folders[folder] = item
    return ready


@define
class _Filling:
    """Volumes that are being filled."""

    _description: Description
    _algorithms: tuple[str, ...]
    _limit: int | None
    _about: Mapping[str, bytes]
    _done: list[tuple[list[PlannedItem], Totals]] = field(factory=list)
    _items: list[PlannedItem] = field(factory=list)
    _content: Totals = field(init=False)
    _rows: int = 0

    def __attrs_post_init__(self) -> None:
        self._content = Totals.none(self._algorithms)

    def add(self, item: Item, files: tuple[Outgoing, ...]) -> None:
        """Put *item* into the volume at hand, or into the next if it has no room."""
        sizes = [(file.path, file.size) for file in files]
        if not self._fits(item, sizes):
            if self._items:
                self._done.append((self._items, self._content))
                self._items, self._rows = [], 0
                self._content = Totals.none(self._algorithms)
            if not self._fits(item, sizes):
                raise self._too_large(item, sizes)
        self._content = self._content.plus(sizes, *self._algorithms)
        self._items.append(PlannedItem.of(item, files))
        self._rows += len(directory.encode_row(item, len(self._items)))

    def volumes(self, medium_size: int | None) -> Iterator[PlannedVolume]:
        """Yield the volumes."""
        self._done.append((self._items, self._content))
        for number, (items, content) in enumerate(self._done, start=1):
            yield PlannedVolume(
                description=self._description,
                place=VolumeNumber(number, len(self._done)),
                items=tuple(items),
                algorithms=self._algorithms,
                content=content,
                about=self._about,
                medium_size=medium_size,
            )

    def _fits(self, item: Item, sizes: list[tuple[str, int]]) -> bool:
        whole = self._whole(item, sizes)
        if not whole.readable or self._rows > directory.MAX_SIZE // 2:
            return False
        return self._limit is None or whole.file_size <= self._limit

    def _whole(self, item: Item, sizes: list[tuple[str, int]]) -> Totals:
        """Return what the volume at hand comes to with *item* in it."""
        count = len(self._items) + 1
        first = self._items[0].item.code if self._items else item.code
        said = self._description.statement(first, item.code, count, _MOST)
        rows = self._rows + len(directory.encode_row(item, count))
        heads = [
            (DIRECTORY, len(directory.HEAD) + rows + len(directory.FOOT)),
            (STATEMENT, len(said.encode())),
            *((path, len(data)) for path, data in self._about.items()),
        ]
        # Room for a signature's header and entry, even if its bytes are kept apart.
        content = self._content.plus(sizes, *self._algorithms)
        return content.closed(heads, signature=1)

    def _too_large(self, item: Item, sizes: list[tuple[str, int]]) -> BatchError:
        whole = self._whole(item, sizes)
        if not whole.readable:
            return BatchError(
                f"{item.code} has {len(sizes)} files, too many for one volume",
                f"{item.code} 有 {len(sizes)} 个文件，一卷容纳不下",
            )
        return BatchError(
            f"{item.code} takes {whole.file_size} bytes alone; a medium has "
            f"{self._limit}, the room for the signature taken off",
            f"{item.code} 单独占 {whole.file_size} 字节；载体扣除签名预留后仅 "
            f"{self._limit} 字节",
        )
