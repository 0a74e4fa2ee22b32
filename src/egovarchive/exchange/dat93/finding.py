"""Finding: one thing in a batch that is not as it should be."""

from __future__ import annotations

from attrs import frozen

from egovarchive.errors import Language
from egovarchive.records.term import Term


class Kind(Term):
    """What is not as it should be."""

    FILE_MISSING = "file_missing", "缺少文件"
    FILE_ADDED = "file_added", "多出文件"
    FILE_CHANGED = "file_changed", "文件被改动"
    FILE_RENAMED = "file_renamed", "文件被改名"
    FILE_UNREADABLE = "file_unreadable", "文件无法读取"
    FILE_MISPLACED = "file_misplaced", "文件位置不当"
    RECORD_MISSING = "record_missing", "有目录无档案"
    RECORD_UNLISTED = "record_unlisted", "有档案无目录"
    RECORD_TWICE = "record_twice", "档号重复"
    ROW = "row", "目录条目不合规则"
    STATEMENT = "statement", "说明文件不合规则"
    COUNT = "count", "数量不符"
    RANGE = "range", "起止档号不符"
    SIZE = "size", "数据量不符"
    DIGEST = "digest", "数字摘要不符"
    VOLUME = "volume", "载体不齐或不属同一批"


@frozen(kw_only=True)
class Finding:
    """
    One thing that is not as it should be.

    A batch never has more than a few for each file and row that it may have: all are
    told, so that what is not named was found in order.

    Args:
        kind: What is wrong.
        place: Where: a path in the volume, or ``目录文件.XML row 3``.
        en: What is wrong, in English.
        zh: The same in Chinese.
        expected: What was expected, if it can be said shortly.
        found: What was found.
        code: Archival code of the record it is about; "" if it is about none, and
            so about the volume.
    """

    kind: Kind
    place: str
    en: str
    zh: str
    expected: str = ""
    found: str = ""
    code: str = ""

    def message(self, lang: Language = "en") -> str:
        """Return place and trouble, in the language *lang*."""
        if lang == "zh":
            return f"{self.place}：{self.zh}"
        return f"{self.place}: {self.en}"
