"""Reason 理由: why a record was declined, or sent back."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from egovarchive.errors import InvalidValueError, Language
from egovarchive.records.kind import Of
from egovarchive.records.term import Term

from . import wire
from .forms import Words

MAX_WORDS: Final = 500  # characters


class Ground(Term):
    """Grounds on which archives do not take a record. The list is closed."""

    OUT_OF_SCOPE = "out_of_scope", "不属于进馆范围"
    NOT_DUE = "not_due", "未到移交期限"
    NOT_TRANSFERABLE = "not_transferable", "按保管期限不需移交"
    ALREADY_HELD = "already_held", "已经接收进馆"
    NOT_READY = "not_ready", "接收条件暂不具备"
    NOT_RECEIVED = "not_received", "未收到"
    PACKAGE_UNREADABLE = "package_unreadable", "归档信息包无法读取"
    DIGEST_MISMATCH = "digest_mismatch", "数字摘要不符"
    FILES_MISSING = "files_missing", "文件缺失"
    FILES_ADDED = "files_added", "有清单以外的文件"
    COUNT_MISMATCH = "count_mismatch", "数量或数据量不符"
    SIGNATURE_INVALID = "signature_invalid", "签名验证未通过"
    CHECK_FAILED = "check_failed", "四性检测未通过"
    MALWARE_FOUND = "malware_found", "检出恶意代码"
    CODE_TAKEN = "code_taken", "档号已被其他档案占用"
    OTHER = "other", "其他"


BEFORE_SENDING: Final = frozenset(
    {
        Ground.OUT_OF_SCOPE,
        Ground.NOT_DUE,
        Ground.NOT_TRANSFERABLE,
        Ground.ALREADY_HELD,
        Ground.NOT_READY,
        Ground.OTHER,
    }
)
"""What can be said of a record from the list alone."""


@frozen(kw_only=True)
class Reason:
    """
    Why a record is not taken.

    Its words are kept for ever, and must not name an applicant.

    Args:
        ground: The ground, from the closed list.
        en: More words, in English; None: the ground says it all.
        zh: The same in Chinese.
    """

    ground: Ground = field(validator=Of(Ground))
    en: str | None = field(default=None, validator=Words(MAX_WORDS))
    zh: str | None = field(default=None, validator=Words(MAX_WORDS))

    def __attrs_post_init__(self) -> None:
        if (self.en is None) is not (self.zh is None):
            raise _wrong("words in one language only", "仅有一种文字的说明")
        if self.en is None and self.ground is Ground.OTHER:
            raise _wrong("say in words what it is", "须用文字说明")

    def message(self, lang: Language = "en") -> str:
        """Return the ground, and its words if there are any."""
        words = self.zh if lang == "zh" else self.en
        joint = "：" if lang == "zh" else ": "
        label = self.ground.label(lang)
        return label if words is None else f"{label}{joint}{words}"

    def row(self) -> wire.Row:
        """Return it as JSON has it."""
        return {"ground": self.ground.value, "en": self.en, "zh": self.zh}

    @classmethod
    def of_row(cls, value: object) -> Reason:
        """Return the reason that `row` was made of."""
        row = wire.members(value, ("ground", "en", "zh"))
        return cls(
            ground=wire.take(row, "ground", _ground),
            en=wire.take(row, "en", wire.text_or_none),
            zh=wire.take(row, "zh", wire.text_or_none),
        )


_ground = wire.term_of(Ground)


def _wrong(en: str, zh: str) -> InvalidValueError:
    return InvalidValueError(en, zh, rule="reasons of archives")
