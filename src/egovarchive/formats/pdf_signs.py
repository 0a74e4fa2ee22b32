"""Signs in the dictionaries of a PDF that it acts, or needs what lies elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.observation import Observation
from egovarchive.records.outcome import Outcome

_Texts = Mapping[str, tuple[str, str]]


@frozen
class Sign:
    """What a name in a dictionary means for an aspect of the file."""

    aspect: Aspect
    outcome: Outcome
    en: str
    zh: str

    def at(self, place: str) -> Observation:
        """Return this sign as seen at *place*."""
        en, zh = f"not self-contained: {self.en}", f"非自包含：{self.zh}"
        if self.aspect is Aspect.PASSIVE:
            en = f"expected no active content, found {self.en}"
            zh = f"应无活动内容，实有 {self.zh}"
        return Observation(self.aspect, self.outcome, en, zh, place)


def _signs(*groups: tuple[Aspect, Outcome, _Texts]) -> Mapping[str, Sign]:
    return MappingProxyType({
        name: Sign(aspect, outcome, en, zh)
        for aspect, outcome, texts in groups
        for name, (en, zh) in texts.items()
    })  # fmt: skip


ACTIONS: Final = _signs(
    (Aspect.PASSIVE, Outcome.FAILED, {
        "JavaScript": ("JavaScript", "JavaScript 脚本"),
        "Launch": ("an action that starts a program", "启动程序的动作"),
        "ImportData": ("an action that imports data", "导入数据的动作"),
        "RichMediaExecute": ("a command to rich media", "富媒体命令"),
    }),
    (Aspect.PASSIVE, Outcome.WARNED, {
        "SubmitForm": ("an action that sends form data", "提交表单的动作"),
        "Sound": ("an action that plays sound", "播放声音的动作"),
        "Movie": ("an action that plays a film", "播放影片的动作"),
        "Rendition": ("an action that plays media", "播放媒体的动作"),
        "GoTo3DView": ("an action on a 3D model", "三维视图动作"),
    }),
    (Aspect.SELF_CONTAINED, Outcome.WARNED, {
        "GoToR": ("a link to another file", "指向其他文件的链接"),
        "GoToE": ("a link to an embedded file", "指向嵌入文件的链接"),
        "Thread": ("a link to an article, maybe elsewhere", "指向文章的链接"),
    }),
)  # fmt: skip
"""
Actions by their kind (ISO 32000-1, table 198; ISO 32000-2, 13.7.2.2).

Those that only move within the file are left out. So is URI: following a link to the
web is a person's act, and nothing is missing without it.
"""

ANNOTATIONS: Final = _signs(
    (Aspect.PASSIVE, Outcome.FAILED, {
        "RichMedia": ("a rich media annotation", "富媒体注释"),
    }),
    (Aspect.PASSIVE, Outcome.WARNED, {
        "3D": ("a 3D annotation", "三维注释"),
        "Movie": ("a film annotation", "影片注释"),
        "Sound": ("a sound annotation", "声音注释"),
        "Screen": ("a media annotation", "媒体注释"),
    }),
)  # fmt: skip
"""Annotations by their kind (ISO 32000-1, table 169)."""

STREAM_KEYS: Final = _signs(
    (Aspect.SELF_CONTAINED, Outcome.FAILED, {
        "F": ("the data of a stream lies in another file", "数据流位于外部文件"),
        "Ref": ("a drawing refers to another file", "图形引用外部文件（Ref）"),
        "OPI": ("an image stands for one elsewhere", "图像由外部文件替代（OPI）"),
    }),
)  # fmt: skip
"""Keys of streams with contents elsewhere (ISO 32000-1, 7.3.8, 8.10.4, 14.11.7)."""

XFA: Final = Sign(Aspect.PASSIVE, Outcome.FAILED, "an XFA form", "XFA 表单")
POSTSCRIPT: Final = Sign(
    Aspect.PASSIVE, Outcome.WARNED, "a PostScript program", "PostScript 程序"
)
UNDRAWN: Final = Sign(
    Aspect.SELF_CONTAINED,
    Outcome.WARNED,
    "the reader is to draw its form fields",
    "表单域外观由阅读软件生成",
)
