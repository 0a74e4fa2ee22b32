"""Aspect: a question about one file that readers of its format can answer."""

from __future__ import annotations

from egovarchive.records.term import Term


class Aspect(Term):
    """
    What is asked of a file. The four-property checks are made of the answers.

    Whatever nobody answers was not performed, and is reported so.
    """

    COMPLETE = "complete", "首尾完整"
    """It is whole: nothing is cut off, lengths and checksums of its parts are right."""
    READABLE = "readable", "可读"
    """All of it can be opened and decoded, to the end."""
    UNENCRYPTED = "unencrypted", "未加密"
    """No encryption, no rights management, no compression that is not public."""
    SELF_CONTAINED = "self_contained", "自包含"
    """Nothing outside of it is needed to show it: fonts, images, templates, links."""
    PASSIVE = "passive", "无活动内容"
    """It does nothing by itself: no script, macro, launch action."""
    EMBEDDED = "embedded", "无嵌入文件"
    """No files hide in it, such as attachments."""
    BOUNDED = "bounded", "首尾无多余数据"
    """Nothing stands before its start or after its end, and it is one format only."""
    CONFORMANT = "conformant", "符合格式规范"
    """It keeps the rules of its format's standard, as far as they are looked at."""
