"""
Archival: the rules of OFD-A (GB/T 42133—2022), each with its clause.

Read in an open-source checker of that standard, not in the standard itself: clause
numbers and wording are as that checker has them, and it says that it is not complete.
"""

# ruff: noqa: E501 - a table: a row is a line

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from attrs import define, frozen

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import shown
from egovarchive.formats.observation import Observation
from egovarchive.formats.ofd import breaches
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import OfdPart, Role
from egovarchive.formats.ofd.structure import ARCHIVAL, doc_type
from egovarchive.formats.ofd.tree import parts
from egovarchive.records.outcome import Outcome
from egovarchive.records.term import Term

SOURCE: Final = "GB/T 42133—2022 as an open-source checker has it"
SOURCE_ZH: Final = "GB/T 42133—2022，据开源检查程序"


class Weight(Term):
    """What it means if a rule is broken."""

    RULE = "rule", "规则"
    """OFD-A fails; any other OFD warns: it should be changed before it becomes one."""
    CLAIM = "rule_for_ofd_a_only", "仅适用于 OFD-A 文件"
    """OFD-A fails. Nothing is said of others: a signed original must stay signed."""
    ADVICE = "advice", "建议"
    """OFD-A warns. Nothing is said of others."""


@frozen
class ArchivalRule:
    """
    One rule of OFD-A.

    Args:
        clause: Of GB/T 42133—2022.
        en: What it asks.
        zh: The same in Chinese.
        weight: What it means if it is broken.
        roles: The parts that it looks at.
        broken: Yields what breaks it in one of them.
    """

    clause: str
    en: str
    zh: str
    weight: Weight
    roles: frozenset[Role]
    broken: Callable[[OfdPart, OfdPackage], Iterable[str]]


_ENTRY = frozenset({Role.OFD})
_DOCUMENT = frozenset({Role.DOCUMENT})
_RESOURCES = frozenset({Role.PUBLIC_RES, Role.DOCUMENT_RES, Role.PAGE_RES})
_CANVAS = frozenset({Role.PAGE, Role.TEMPLATE})
_ANNOTATION = frozenset({Role.ANNOTATION})
_DRAWN = _CANVAS | _RESOURCES | _ANNOTATION
_ALL = frozenset(Role)
_R, _C, _A = Weight.RULE, Weight.CLAIM, Weight.ADVICE

_Row = tuple[
    str,
    str,
    str,
    Weight,
    frozenset[Role],
    Callable[[OfdPart, OfdPackage], Iterable[str]],
]
_ROWS: Final[tuple[_Row, ...]] = (
    ("6.1", "no resources outside of the package", "不引用包外资源", _R, _ALL, breaches.outside),
    ("6.2.1 a)", "DocType is OFD-A", "DocType 取值为 OFD-A", _C, _ENTRY, breaches.doc_type),
    ("6.2.1 c)", "one document only", "不使用多文档", _R, _ENTRY, breaches.documents),
    ("6.2.2 a)", "no Permissions", "去除权限声明", _R, _DOCUMENT, breaches.permissions),
    ("6.2.2 b)", "no VPreferences", "去除视图首选项", _R, _DOCUMENT, breaches.preferences),
    ("6.2.2 c)", "no action of the document but Goto", "文档无 Goto 以外的动作", _R, _DOCUMENT, breaches.document_actions),
    ("6.2.2 e)", "no Extensions", "去除扩展信息", _R, _DOCUMENT, breaches.extensions),
    ("6.2.3 c)", "no action of a page but Goto", "页面无 Goto 以外的动作", _R, _CANVAS, breaches.page_actions),
    ("6.2.3 e)", "no more than 3 nested PageBlocks", "PageBlock 嵌套不超过 3 层", _R, _DRAWN, breaches.nesting),
    ("6.2.5 a)", "no action in the outline but Goto", "大纲无 Goto 以外的动作", _R, _DOCUMENT, breaches.outline_actions),
    ("6.2.5 b)", "the outline leads to pages that are there", "大纲的 Goto 目标存在", _R, _DOCUMENT, breaches.outline_targets),
    ("6.2.6 a)", "fonts in PublicRes, media and drawings not", "字型在 PublicRes，多媒体等不在", _A, _RESOURCES, breaches.placement),
    ("6.2.6 b)", "fonts are embedded", "字型已嵌入", _R, _RESOURCES, breaches.fonts),
    ("6.2.6 e)", "images are BMP, JPEG, PNG, JBIG2, JPEG 2000 or TIFF", "图像限于 BMP、JPEG、PNG、JBIG2、JPEG2000、TIFF", _R, _RESOURCES, breaches.images),
    ("6.2.6 f)", "images have no data of other makers", "图像无自定义扩展数据", _R, _RESOURCES, breaches.image_extensions),
    ("6.2.6 g)", "no sound and no film", "去除音视频", _R, _RESOURCES, breaches.sound),
    ("6.3.1 b)", "colour spaces are Gray, RGB or CMYK", "颜色空间限于 Gray、RGB、CMYK", _R, _RESOURCES, breaches.colour_spaces),
    ("6.3.1 c)", "colour spaces have a profile", "颜色空间宜带颜色配置文件", _A, _RESOURCES, breaches.profiles),
    ("6.5 b)", "images are not interpolated", "图像 Interpolate 为 false", _R, _DRAWN, breaches.interpolation),
    ("6.6 c)", "text has a Size", "文字以 Size 标识大小", _A, _DRAWN, breaches.text_sizes),
    ("6.6 d)", "text that is only stretched has HScale", "仅横向缩放的文字用 HScale", _A, _DRAWN, breaches.stretching),
    ("6.9 a)", "no action of an annotation but Goto", "注释无 Goto 以外的动作", _R, _ANNOTATION, breaches.annotation_actions),
    ("6.10.1", "annotations are ReadOnly, NoZoom and NoRotate", "注释 ReadOnly、NoZoom、NoRotate 为 true", _R, _ANNOTATION, breaches.loose_annotations),
    ("6.13", "seals and signatures were made annotations", "签名签章已去技术化", _C, frozenset({Role.SIGNATURES}), breaches.signatures),
    ("6.15", "attachments are TXT or XML", "附件限于 TXT、XML 等文本", _R, frozenset({Role.ATTACHMENTS}), breaches.attachments),
    ("6.16", "nothing is encrypted", "不使用加密", _R, _ENTRY, breaches.encryption),
)  # fmt: skip
RULES: Final = tuple(ArchivalRule(*row) for row in _ROWS)
_OF_ROLE: Final = {
    role: tuple(rule for rule in RULES if role in rule.roles) for role in Role
}


@define
class _Breach:
    place: str
    detail: str
    times: int = 1


class ArchivalReview:
    """Holds the parts of one document against the rules, one part after the other."""

    def __init__(self, package: OfdPackage, *, required: bool = False) -> None:
        self._package = package
        self._strict = required
        self._broken: dict[ArchivalRule, _Breach] = {}

    def look(self, part: OfdPart) -> None:
        """Hold *part* against the rules."""
        if part.role is Role.OFD and doc_type(part) == ARCHIVAL:
            self._strict = True
        for rule in _OF_ROLE[part.role]:
            if self._asked(rule):
                for detail in rule.broken(part, self._package):
                    if rule in self._broken:
                        self._broken[rule].times += 1
                    else:
                        self._broken[rule] = _Breach(shown(part.name), detail)

    def _asked(self, rule: ArchivalRule) -> bool:
        return self._strict or rule.weight is Weight.RULE

    def findings(self) -> Iterator[Observation]:
        """Yield each rule that is broken, with the first place and the number of them."""
        for rule in RULES:
            if (breach := self._broken.get(rule)) is None:
                continue
            strict = self._strict and rule.weight is not Weight.ADVICE
            times = f" ({breach.times} times)" if breach.times > 1 else ""
            times_zh = f"（共 {breach.times} 处）" if breach.times > 1 else ""
            yield Observation(
                Aspect.CONFORMANT,
                Outcome.FAILED if strict else Outcome.WARNED,
                f"OFD-A {rule.clause}: {rule.en}; found {breach.detail}{times}"
                f" ({SOURCE})",
                f"OFD-A {rule.clause}：{rule.zh}；实有 {breach.detail}{times_zh}"
                f"（{SOURCE_ZH}）",
                breach.place,
            )


def archival_findings(
    package: OfdPackage, *, required: bool = False
) -> Iterator[Observation]:
    """
    Yield each rule of OFD-A that *package* breaks: failed if its DocType claims OFD-A.

    Otherwise each warns, and what only OFD-A must keep is left out. So are parts that
    cannot be read: `OfdValidator` names those.

    Args:
        package: The document.
        required: Whether it must be OFD-A, whatever it claims.

    Raises:
        FormatError: Its OFD.xml cannot be read.
    """
    review = ArchivalReview(package, required=required)
    for part in parts(package):
        if isinstance(part, OfdPart):
            review.look(part)
    yield from review.findings()
