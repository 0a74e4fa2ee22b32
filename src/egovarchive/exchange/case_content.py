"""Content of a case in JSON: named by a path below a folder, or written as base64."""

from __future__ import annotations

import base64
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from egovarchive.errors import InvalidValueError
from egovarchive.records.content import BytesContent, Content, FileContent
from egovarchive.records.identifiers.quoting import quoted

ContentAt: TypeAlias = "Callable[[str], Content]"

_RULE: Final = "paths in case JSON"
# Backslash and colon would mean another file on another system.
_UNSAFE: Final = re.compile("[\\\\:\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SHOWN: Final = 40  # characters of a content that an error repeats
_BASE64: Final = re.compile("[A-Za-z0-9+/]*={0,2}")


def check_relative(path: str) -> str:
    """
    Return *path* if it leads down from a folder: names, with slashes between them.

    Raises:
        InvalidValueError: It is absolute, holds ``..``, ``.`` or an empty name, or
            a backslash, a colon or a control character.
    """
    if found := _UNSAFE.search(path):
        raise _refused(
            path,
            f"holds the character U+{ord(found[0]):04X}",
            f"含有字符 U+{ord(found[0]):04X}",
        )
    if path.startswith("/"):
        raise _refused(path, "is absolute", "是绝对路径")
    if not {"", ".", ".."}.isdisjoint(path.split("/")):
        raise _refused(
            path, "has an empty name, '.' or '..' in it", "含有空名称、“.” 或 “..”"
        )
    return path


def in_folder(folder: str | os.PathLike[str]) -> ContentAt:
    """
    Return what gives the content at a path in *folder*.

    It raises `InvalidValueError` for a path that leaves the folder, also by a
    symbolic link, or names no file, or an empty one. Links are followed once,
    then: who may change the folder meanwhile can change what is archived.
    """
    base = os.path.realpath(folder)

    def content_at(path: str) -> Content:
        check_relative(path)
        try:
            real = os.path.realpath(f"{base}/{path}", strict=True)
            status = Path(real).stat()
        except OSError as error:
            reason = error.strerror or str(error)
            raise _refused(
                path, f"names no file: {reason}", f"无法读取：{reason}"
            ) from None
        if os.path.commonpath([base, real]) != base:
            raise _refused(
                path, "leads out of its folder by a link", "经由链接离开了所在文件夹"
            )
        if not stat.S_ISREG(status.st_mode):
            raise _refused(path, "names no regular file", "不是普通文件")
        if not status.st_size:
            raise _refused(path, "names an empty file", "是空文件")
        return FileContent(Path(real))

    return content_at


def nowhere(path: str) -> Content:
    """Refuse *path*: there is no folder that it could lead down from."""
    raise _refused(
        path,
        "leads nowhere: name the folder, or read the JSON from a file",
        "无所在文件夹：须指明文件夹，或从文件读取 JSON",
    )


def path_in(folder: str | os.PathLike[str] | None, content: Content) -> str:
    """
    Return the path that leads from *folder* to the file of *content*.

    Raises:
        InvalidValueError: There is no folder, or no file in it.
    """
    if not isinstance(content, FileContent):
        raise InvalidValueError(
            "its content is no file, so there is no path to write: write base64",
            "其内容不是文件，没有路径可写，请改用 base64",
            rule=_RULE,
        )
    if folder is None:
        raise _refused(
            str(content.path), "leads down from no folder: name it", "须指明所在文件夹"
        )
    path = os.path.relpath(os.path.realpath(content.path), os.path.realpath(folder))
    return check_relative(path)


def from_base64(text: str) -> Content:
    """Return the bytes that *text* writes, or raise `InvalidValueError`."""
    if not text or len(text) % 4 or not _BASE64.fullmatch(text):
        raise InvalidValueError(
            f"{quoted(text[:_SHOWN])} is no base64 of one byte or more",
            f"{quoted(text[:_SHOWN])} 不是非空内容的 base64 编码",
            rule="RFC 4648 section 4",
        )
    return BytesContent(base64.b64decode(text))


def to_base64(content: Content) -> str:
    """Return the bytes of *content* as base64; raise `ContentError` without them."""
    return base64.b64encode(b"".join(content.chunks())).decode()


def _refused(path: str, en: str, zh: str) -> InvalidValueError:
    return InvalidValueError(
        f"the path {quoted(path)} {en}", f"路径 {quoted(path)} {zh}", rule=_RULE
    )
