"""How the entries of a ZIP file lie in it: their own headers, overlaps and gaps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final, Literal

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.source import Source
from egovarchive.formats.zip_directory import (
    End,
    Header,
    descriptor_size,
    read_local,
)
from egovarchive.formats.zip_entry import ZipEntry
from egovarchive.formats.zip_names import UTF8_FLAG

Fault = Literal["headless", "outside", "overlap"]

FAULTS: Final[Mapping[Fault, tuple[str, str]]] = {
    "headless": ("no header stands where it should", "应有的本地文件头不存在"),
    "outside": ("its data reach into the directory", "数据伸入目录区"),
    "overlap": ("its data overlap those of another entry", "数据与其他条目重叠"),
}

_STREAMED: Final = 1 << 3  # sizes follow the data
_ENCRYPTED: Final = 1
_WINDOW: Final = 16 << 10  # bytes
_LIMIT32: Final = 0xFFFF_FFFF
_LONGEST_DESCRIPTOR: Final = 24  # bytes
_SYSTEMS_WITH_MODE: Final = {3, 19}  # Unix, macOS


class Layout:
    """What lies where in one ZIP file; what is wrong goes to the findings."""

    def __init__(self, source: Source, end: End, found: Findings) -> None:
        self._source = source
        self._end = end
        self._found = found
        self._spans: list[tuple[int, int, ZipEntry]] = []
        self._faults: dict[ZipEntry, Fault] = {}
        self._window = b""
        self._window_at = 0

    def entry(self, header: Header, name: str, by: str) -> ZipEntry:
        """Return the entry of *header*, after a look at its header before its data."""
        local = read_local(self._read, header.offset)
        start = header.offset + local[1] if local else -1
        mode = header.attributes >> 16
        entry = ZipEntry(
            name=name,
            raw_name=header.name,
            name_by=by,
            method=header.method,
            compressed_size=header.compressed_size,
            size=header.size,
            crc=header.crc,
            offset=header.offset,
            data_offset=start,
            flags=header.flags,
            mode=mode if header.made_by >> 8 in _SYSTEMS_WITH_MODE else 0,
        )
        if local is None:
            self._fault(entry, "headless")
            return entry
        self._compare(header, local[0], shown(name))
        stop = start + header.compressed_size
        if local[0].flags & _STREAMED:
            stop += self._descriptor(header, stop, shown(name))
        self._spans.append((header.offset, stop, entry))
        return entry

    def _read(self, offset: int, size: int) -> bytes:
        """Return bytes of the file: headers lie close together, and are read so."""
        at = offset - self._window_at
        if at < 0 or at + size > len(self._window):
            self._window = self._source.read(offset, max(size, _WINDOW))
            self._window_at = offset
            at = 0
        return self._window[at : at + size]

    def _fault(self, entry: ZipEntry, fault: Fault) -> None:
        self._faults[entry] = fault
        self._found.failed(Aspect.COMPLETE, *FAULTS[fault], shown(entry.name))

    def _compare(self, central: Header, local: Header, place: str) -> None:
        """Say where both headers of an entry differ: which one counts is anyone's."""

        def differs(what: str, zh: str, ours: object, theirs: object) -> None:
            self._found.failed(
                Aspect.READABLE,
                f"{what} in the directory is {ours}, before its data {theirs}",
                f"{zh}不一致：目录中为 {ours}，本地文件头中为 {theirs}",
                place,
            )

        if central.name != local.name:
            theirs = shown(local.name.decode("utf-8", "backslashreplace"))
            ours = shown(central.name.decode("utf-8", "backslashreplace"))
            differs("its name", "文件名", ours, theirs)
        if central.method != local.method:
            differs("its method", "压缩方法", central.method, local.method)
        if (central.flags ^ local.flags) & _ENCRYPTED:
            differs("its encryption", "加密标志", central.flags & 1, local.flags & 1)
        elif (central.flags ^ local.flags) & (_STREAMED | UTF8_FLAG):
            self._found.warned(
                Aspect.READABLE,
                f"its flags differ: {central.flags:#x} in the directory,"
                f" {local.flags:#x} before its data",
                f"标志位不一致：目录中为 {central.flags:#x}，"
                f"本地文件头中为 {local.flags:#x}",
                place,
            )
        if local.flags & _STREAMED or _LIMIT32 in {local.compressed_size, local.size}:
            return
        if central.crc != local.crc:
            differs("its CRC-32", " CRC-32 ", f"{central.crc:08x}", f"{local.crc:08x}")
        ours = f"{central.compressed_size}/{central.size}"
        theirs = f"{local.compressed_size}/{local.size}"
        if ours != theirs:
            differs("its size", "大小", ours, theirs)

    def _descriptor(self, header: Header, at: int, place: str) -> int:
        size = descriptor_size(self._read(at, _LONGEST_DESCRIPTOR), header)
        if not size:
            self._found.warned(
                Aspect.COMPLETE,
                "its sizes should follow its data, but do not, or differ",
                "数据描述符缺失或与目录不一致",
                place,
            )
        return size

    def faults(self) -> Mapping[ZipEntry, Fault]:
        """Return the entries whose data cannot be told, after a look at the whole."""
        self._spans.sort(key=lambda span: span[:2])
        end = self._end
        last = gaps = 0
        for number, (start, stop, entry) in enumerate(self._spans):
            if stop > end.directory:
                self._fault(entry, "outside")
            elif start < last:
                self._fault(entry, "overlap")
            elif start > last and number:
                gaps += start - last
            last = max(last, stop)
        before = self._spans[0][0] if self._spans else end.directory
        if self._spans:
            gaps += max(0, end.directory - last)
        if before:
            self._found.failed(
                Aspect.BOUNDED,
                f"{before} bytes stand before its start",
                f"起始处之前有 {before} 字节",
            )
        if gaps:
            self._found.warned(
                Aspect.BOUNDED,
                f"{gaps} bytes lie between its entries",
                f"条目之间有 {gaps} 字节不属于任何条目",
            )
        self._after()
        self._rivals()
        return self._faults

    def _after(self) -> None:
        end = self._end
        more = self._source.size - end.stop
        if more < 0:
            self._found.failed(
                Aspect.COMPLETE,
                f"its comment is cut off, {-more} bytes are missing",
                f"注释被截断，缺少 {-more} 字节",
            )
        elif more:
            rest = self._source.read(end.stop, more)
            # Some ways of sending pad what they send.
            note = self._found.failed if rest.strip(b"\0\r\n") else self._found.warned
            note(
                Aspect.BOUNDED,
                f"{more} bytes stand after its end",
                f"结尾之后有 {more} 字节",
            )

    def _rivals(self) -> None:
        """Other end records may lie in the data of entries: archives in archives."""
        starts = [start for start, _, _ in self._spans]
        for at in self._end.rivals:
            number = bisect_right(starts, at) - 1
            if number < 0 or at >= self._spans[number][1]:
                self._found.failed(
                    Aspect.BOUNDED,
                    f"another end of a directory stands at byte {at}",
                    f"第 {at} 字节处另有目录结束记录",
                )
