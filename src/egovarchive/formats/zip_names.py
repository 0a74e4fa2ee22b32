"""
Names in ZIP files: how their bytes are read, and what is wrong with them.

APPNOTE 6.3.10 appendix D: names are UTF-8 if bit 11 says so, else code page 437. In
China neither is so: Windows, WPS and 好压 write GBK and say nothing. What the bytes
are is therefore decided for all names of an archive together, not for each alone.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final
from zlib import crc32

from attrs import frozen

from egovarchive.errors import InvalidValueError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.observation import Observation
from egovarchive.records.outcome import Outcome

FAILED, WARNED = Outcome.FAILED, Outcome.WARNED
UTF8_FLAG: Final = 1 << 11
UNICODE_PATH: Final = 0x7075  # Info-ZIP's extra field

_LONGEST_PART: Final = 255  # bytes: what Linux and NTFS take
_RESERVED: Final = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?",
    re.IGNORECASE,
)
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_NOT_ON_WINDOWS: Final = re.compile(r'[<>:"|?*]')
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNSEEN: Final = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_MOST_FOLDERS: Final = 100  # around one file
# Names that no rule below objects to, told in one go: nearly all are such. As long as
# they are shorter than the longest part, and have fewer folders than are too many.
_ORDINARY: Final = re.compile(
    r"(?:(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[./]|\Z))"
    r"[A-Za-z0-9_\[\]-]+(?:\.[A-Za-z0-9_\[\]-]+)*(?:/|\Z))+",
    re.IGNORECASE,
)
_SHORT: Final = 2 * _MOST_FOLDERS  # characters


@frozen
class RawName:
    """A name as the directory has it."""

    data: bytes
    flags: int
    extra: bytes


@frozen
class ReadName:
    """
    A name as it was read.

    Args:
        text: The name.
        by: How: ``ascii``, ``utf-8 flag``, ``0x7075``, ``utf-8`` or ``gb18030``
            (both found by looking), ``cp437`` (nothing else fitted), or ``given``.
    """

    text: str
    by: str


def read_names(names: Sequence[RawName], encoding: str | None) -> list[ReadName]:
    """
    Return *names* as text.

    Args:
        names: All names of one archive.
        encoding: What names are in that do not say it themselves; None to find out.

    Raises:
        InvalidValueError: *encoding* is not the name of an encoding.
    """
    read = [_said(name) for name in names]
    silent = [
        name.data
        for name, found in zip(names, read, strict=True)
        if found is None and not name.data.isascii()
    ]
    by = "given" if encoding else _guess(silent)
    codec = encoding or by
    try:
        "".encode(codec)
    except LookupError as error:
        raise InvalidValueError(
            f"not an encoding: {codec!r}", f"不是字符编码：{codec!r}"
        ) from error
    return [
        found
        or (
            ReadName(name.data.decode("ascii"), "ascii")
            if name.data.isascii()
            else ReadName(name.data.decode(codec, "replace"), by)
        )
        for name, found in zip(names, read, strict=True)
    ]


def _said(name: RawName) -> ReadName | None:
    """Return the name if the entry itself says what its bytes are."""
    for tag, data in extra_fields(name.extra):
        # One byte of version, the CRC-32 of the name it stands for, the name.
        if tag != UNICODE_PATH or len(data) <= 5 or data[0] != 1:
            continue
        if struct.unpack_from("<I", data, 1)[0] == crc32(name.data):
            try:
                return ReadName(data[5:].decode(), "0x7075")
            except UnicodeDecodeError:
                continue
    if name.flags & UTF8_FLAG and not name.data.isascii():
        try:
            return ReadName(name.data.decode(), "utf-8 flag")
        except UnicodeDecodeError:
            return None
    return None


def _guess(names: Sequence[bytes]) -> str:
    if _all_decode(names, "utf-8"):
        return "utf-8"
    if _all_decode(names, "gb18030") and _looks_chinese(names):
        return "gb18030"
    return "cp437"


def _all_decode(names: Iterable[bytes], encoding: str) -> bool:
    try:
        for name in names:
            name.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(names: Iterable[bytes]) -> bool:
    """
    Say whether most double bytes are of GB/T 2312, which nearly all text is in.

    Accented Latin letters of code page 437 pass as GBK too: they lie below, and have
    an ASCII letter behind.
    """
    common = all_of_them = 0
    for name in names:
        at = 0
        while at < len(name):
            if name[at] < 0x80:
                at += 1
                continue
            second = name[at + 1] if at + 1 < len(name) else 0
            all_of_them += 1
            common += 0xA1 <= name[at] <= 0xF7 and second >= 0xA1
            # Four bytes if the second is a digit.
            at += 4 if 0x30 <= second <= 0x39 else 2
    return 2 * common >= all_of_them


def extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and data of each field in *extra*, up to the first that is cut off."""
    at = 0
    while at + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, at)
        if at + 4 + size > len(extra):
            return
        yield tag, extra[at + 4 : at + 4 + size]
        at += 4 + size


_HOW_READ: Final = {
    "utf-8": ("UTF-8, which they do not say", "UTF-8（未声明）"),
    "gb18030": ("GB18030, by their bytes", "GB18030（按字节推断）"),
    "cp437": (
        "code page 437, for want of a better one: they may be wrong",
        "cp437（无法判定，可能有误）",
    ),
}


def audit_names(names: Sequence[ReadName], found: Findings) -> None:
    """Note in *found* what is wrong with *names*, each alone and all together."""
    for by, (en, zh) in _HOW_READ.items():
        count = sum(name.by == by for name in names)
        if count:
            found.warned(
                Aspect.READABLE,
                f"{count} names were read as {en}",
                f"{count} 个文件名按 {zh} 解码",
            )
    for name in names:
        _audit_name(name.text, found)
    _audit_together([name.text for name in names], found)


@frozen
class _Rule:
    """What a name must not be: *broken* says whether a path, or a part of it, is."""

    broken: Callable[[str], object]
    outcome: Outcome
    en: str
    zh: str


# Fails what cannot be unpacked safely, or shows another name than it has.
_OF_THE_WHOLE: Final = (
    _Rule(lambda name: not name, FAILED, "is empty", "为空"),
    _Rule(lambda name: "\\" in name, WARNED, "has a backslash", "含反斜杠"),
    _Rule(_CONTROL.search, FAILED, "has a control character", "含控制字符"),
    _Rule(
        _TURNING.search,
        FAILED,
        "turns the direction of writing",
        "含改变书写方向的字符",
    ),
    _Rule(_UNSEEN.search, WARNED, "has a character that is not seen", "含不可见字符"),
    _Rule(
        lambda name: "\ufffd" in name,
        WARNED,
        "cannot be read in full (U+FFFD)",
        "未能完整解码（U+FFFD）",
    ),
    _Rule(
        lambda name: not unicodedata.is_normalized("NFC", name),
        WARNED,
        "is not in Unicode form NFC",
        "不是 Unicode NFC 形式",
    ),
    _Rule(
        lambda name: name.startswith(("/", "\\")),
        FAILED,
        "starts at the root of a disk",
        "为绝对路径",
    ),
    _Rule(_DRIVE.match, FAILED, "starts with a drive", "含盘符"),
    _Rule(
        lambda name: name.count("/") > _MOST_FOLDERS,
        WARNED,
        f"has over {_MOST_FOLDERS} folders",
        f"超过 {_MOST_FOLDERS} 级目录",
    ),
)
_OF_A_PART: Final = (
    _Rule(
        lambda part: part == "..",
        FAILED,
        "leads out of the folder it is unpacked to: '..'",
        "含“..”，越出解压目录",
    ),
    _Rule(lambda part: part == ".", WARNED, "has a folder '.'", "含目录“.”"),
    _Rule(
        lambda part: _RESERVED.fullmatch(part.rstrip(" .")),
        WARNED,
        "is a device on Windows",
        "含 Windows 保留名",
    ),
    _Rule(
        lambda part: part.strip(".") and part[-1] in " .",
        WARNED,
        "ends with a dot or space",
        "以点或空格结尾",
    ),
    _Rule(
        _NOT_ON_WINDOWS.search,
        WARNED,
        "has a character that Windows refuses",
        "含 Windows 不允许的字符",
    ),
    _Rule(
        lambda part: len(part.encode(errors="replace")) > _LONGEST_PART,
        WARNED,
        f"has a part of over {_LONGEST_PART} bytes",
        f"某一级超过 {_LONGEST_PART} 字节",
    ),
)


def _audit_name(name: str, found: Findings) -> None:
    if len(name) <= _SHORT and _ORDINARY.fullmatch(name):
        return
    parts = name.replace("\\", "/").split("/")
    broken = [rule for rule in _OF_THE_WHOLE if rule.broken(name)]
    broken += [
        rule for rule in _OF_A_PART if any(map(rule.broken, filter(None, parts)))
    ]
    for rule in broken:
        found.add(
            Observation(
                Aspect.READABLE,
                rule.outcome,
                f"the name {rule.en}",
                f"文件名{rule.zh}",
                shown(name),
            )
        )
    if "" in parts[1:-1]:
        found.warned(
            Aspect.READABLE,
            "the name has an empty folder",
            "文件名含空目录名",
            shown(name),
        )


def _audit_together(names: Sequence[str], found: Findings) -> None:
    seen: set[str] = set()
    folded: dict[str, str] = {}
    files: set[str] = set()
    for name in names:
        if name in seen:
            found.failed(
                Aspect.READABLE, "the name is there twice", "文件名重复", shown(name)
            )
            continue
        seen.add(name)
        path = unicodedata.normalize("NFC", name.replace("\\", "/"))
        other = folded.setdefault(path.casefold(), name)
        if other != name:
            found.warned(
                Aspect.READABLE,
                f"the name differs from {shown(other)} in letter case or form only",
                f"文件名与 {shown(other)} 仅大小写或编码形式不同",
                shown(name),
            )
        if not path.endswith("/"):
            files.add(path)
    _audit_folders(files, seen, found)


def _audit_folders(files: set[str], names: Iterable[str], found: Findings) -> None:
    known: set[str] = set()
    for name in names:
        folder = name.rstrip("/")
        if folder.count("/") > _MOST_FOLDERS:
            continue
        while (at := folder.rfind("/")) > 0:
            folder = folder[:at]
            if folder in known:
                break
            known.add(folder)
            if folder in files:
                found.failed(
                    Aspect.READABLE,
                    "is a file and a folder at once",
                    "既是文件又是目录",
                    shown(folder),
                )
