"""Format: one kind of file that this library tells from the others."""

from __future__ import annotations

from attrs import frozen

from egovarchive.errors import Language
from egovarchive.formats.aspect import Aspect
from egovarchive.records.term import Term


class Kind(Term):
    """What a format holds."""

    FIXED = "fixed", "版式文件"
    OFFICE = "office", "办公文档"
    TEXT = "text", "文本"
    IMAGE = "image", "图像"
    AUDIO = "audio", "音频"
    VIDEO = "video", "视频"
    CONTAINER = "container", "压缩包"
    MESSAGE = "message", "邮件"
    SIGNATURE = "signature", "签名"
    PROGRAM = "program", "可执行程序"


@frozen(kw_only=True)
class Format:
    """
    One kind of file.

    Args:
        id: Our own, stable name for it, such as ``ofd``.
        en: Its name in English.
        zh: Its name in Chinese.
        kind: What it holds.
        mime: Its media type.
        extensions: How its files' names end, lower case, without the dot; the usual
            one first.
        asks: What is asked of such a file.
    """

    id: str
    en: str
    zh: str
    kind: Kind
    mime: str
    extensions: tuple[str, ...]
    asks: frozenset[Aspect]

    def label(self, lang: Language) -> str:
        """Return its name in the language *lang*."""
        return self.zh if lang == "zh" else self.en

    def __str__(self) -> str:
        return self.id
