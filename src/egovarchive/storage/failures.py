"""Failure 故障: what an operating system's refusal means to who stores or reads."""

from __future__ import annotations

import errno
import os
from typing import Literal

from egovarchive.errors import StorageError

Act = Literal["store", "read", "list", "delete", "write to", "sweep"]

_ACTS: dict[Act, str] = {
    "store": "存储",
    "read": "读取",
    "list": "列出",
    "delete": "删除",
    "write to": "写入",
    "sweep": "清理",
}

_REASONS = {
    errno.EACCES: "没有权限",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件过大",
    errno.EIO: "输入输出错误",
    errno.EISDIR: "该名称是文件夹",
    errno.ELOOP: "该名称是符号链接",
    errno.EMFILE: "打开的文件过多",
    errno.ENAMETOOLONG: "名称过长",
    errno.ENOENT: "没有该文件或文件夹",
    errno.ENOSPC: "磁盘空间不足",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EPERM: "操作不允许",
    errno.EROFS: "文件系统只读",
}


def failure(act: Act, name: str, error: OSError) -> StorageError:
    """Return *error* as what it is to a caller who wanted to *act* on *name*."""
    number = error.errno or 0
    code = errno.errorcode.get(number, str(number))
    en = error.strerror or str(error)
    zh = _REASONS.get(number, en)
    return StorageError(
        f"cannot {act} {name!r}: {en} ({code})",
        f"无法{_ACTS[act]} {name!r}：{zh}（{code}）",
    )


def not_regular() -> OSError:
    """Return the error for a name that leads to no plain file."""
    return OSError(errno.EINVAL, f"not a regular file; {os.strerror(errno.EINVAL)}")
