"""One entry of a ZIP file, and what is wrong with it alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from stat import S_IFDIR, S_IFLNK, S_IFMT, S_IFREG
from typing import Final

from attrs import field, frozen

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.limits import Limits

STORED, DEFLATED = 0, 8
_AES: Final = 99
# APPNOTE 6.3.10 §4.4.5.
_METHODS: Final[Mapping[int, str]] = {
    STORED: "none", DEFLATED: "Deflate", 1: "Shrink", 6: "Implode", 9: "Deflate64",
    12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 96: "JPEG", 97: "WavPack",
    98: "PPMd", _AES: "AES",
}  # fmt: skip
# Flags, a bit each: the old encryption, the strong one, one of the directory too.
_ENCRYPTED: Final = 1 | 1 << 6 | 1 << 13
_LARGE: Final = 1 << 20  # bytes; whatever grows to less may grow


@frozen(kw_only=True)
class ZipEntry:
    """
    One entry, as the directory lists it.

    Args:
        name: Its name; folders end with a slash. May be hostile.
        raw_name: The bytes of its name.
        name_by: How they were read, as `zip_names.ReadName` says.
        method: How it is compressed; 0 not at all, 8 deflate.
        compressed_size: In bytes.
        size: In bytes, as declared.
        crc: CRC-32 of its content, as declared.
        offset: Of its header in the file.
        data_offset: Of its data in the file; -1 if it has no header there.
        flags: General purpose bits.
        mode: Unix type and permissions; 0 if it says none.
    """

    name: str
    raw_name: bytes = field(repr=False)
    name_by: str
    method: int
    compressed_size: int
    size: int
    crc: int
    offset: int
    data_offset: int
    flags: int
    mode: int

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.name.endswith("/")

    @property
    def is_encrypted(self) -> bool:
        """Whether its data, or what the directory says of it, is encrypted."""
        return bool(self.flags & _ENCRYPTED) or self.method == _AES


def method_name(entry: ZipEntry) -> str:
    """Return what *entry* is compressed by."""
    return _METHODS.get(entry.method, str(entry.method))


def growth(entry: ZipEntry) -> int:
    """Return how many times *entry* says it grows; 0 if it is small."""
    if entry.size <= _LARGE:
        return 0
    return entry.size // max(1, entry.compressed_size)


def too_large(total: int, limits: Limits) -> tuple[str, str]:
    """Return why entries of *total* bytes are not inflated."""
    return (
        f"its entries declare {total} bytes, at most {limits.inflated} are inflated",
        f"各条目共声明 {total} 字节，最多解压 {limits.inflated} 字节",
    )


def audit_entries(entries: Sequence[ZipEntry], limits: Limits, found: Findings) -> None:
    """Note in *found* what is wrong with each of *entries*."""
    total = sum(entry.size for entry in entries)
    if total > limits.inflated:
        found.not_performed(Aspect.READABLE, *too_large(total, limits))
    for entry in entries:
        place = shown(entry.name)
        if entry.is_encrypted:
            found.failed(Aspect.UNENCRYPTED, "is encrypted", "已加密", place)
        elif entry.method not in {STORED, DEFLATED}:
            name = method_name(entry)
            found.warned(
                Aspect.UNENCRYPTED,
                f"is compressed by {name}; only Deflate is read everywhere",
                f"压缩方法应为 Deflate，实为 {name}",
                place,
            )
        elif entry.method == STORED and entry.size != entry.compressed_size:
            found.failed(
                Aspect.COMPLETE,
                f"is not compressed, but its sizes differ: {entry.size} bytes,"
                f" stored in {entry.compressed_size}",
                f"未压缩，但大小不一致：{entry.size} 字节，存储为"
                f" {entry.compressed_size} 字节",
                place,
            )
        if growth(entry) > limits.ratio:
            found.not_performed(
                Aspect.READABLE,
                f"grows {growth(entry)} times, at most {limits.ratio} are allowed",
                f"解压膨胀 {growth(entry)} 倍，最多允许 {limits.ratio} 倍",
                place,
            )
        _audit_kind(entry, place, found)


def _audit_kind(entry: ZipEntry, place: str, found: Findings) -> None:
    if entry.is_folder and entry.size:
        found.warned(
            Aspect.READABLE,
            f"is a folder, but has {entry.size} bytes",
            f"是目录，但有 {entry.size} 字节内容",
            place,
        )
    kind = S_IFMT(entry.mode)
    if kind == S_IFLNK:
        found.failed(Aspect.READABLE, "is a symbolic link", "是符号链接", place)
    elif kind not in {0, S_IFREG, S_IFDIR}:
        found.failed(
            Aspect.READABLE,
            f"is neither file nor folder, but of type {kind:o}",
            f"既非文件也非目录，类型为 {kind:o}",
            place,
        )
