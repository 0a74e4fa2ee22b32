"""Document 电子文件: one material of a case, with its files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import PurePath
from typing import Final

from attrs import Attribute, field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.content import Content, as_content
from egovarchive.records.digest import Digest
from egovarchive.records.kind import Of
from egovarchive.records.moment import a_date, in_china
from egovarchive.records.term import Term
from egovarchive.records.text import Text, check_name


class Role(Term):
    """What part a document plays in its case; each has a folder in the package."""

    APPLICATION = "application", "申请材料"
    PROCEDURE = "procedure", "过程文件"
    RESULT = "result", "结果文件"


class Provenance(Term):
    """Why a document must be archived (国办发〔2023〕26号)."""

    EVIDENTIARY = "evidentiary", "证据性材料"
    PROCEDURAL = "procedural", "程序性材料"
    RESULT = "result", "结果性材料"


class Form(Term):
    """Whether a document is an original."""

    ORIGINAL = "original", "原件"
    COPY = "copy", "复印件"
    ELECTRONIC = "electronic", "电子件"


class Classification(Term):
    """Security classification 密级."""

    NONE = "none", "非密"
    INTERNAL = "internal", "内部"
    CONFIDENTIAL = "confidential", "秘密"
    SECRET = "secret", "机密"
    TOP_SECRET = "top_secret", "绝密"


class ColourMode(Term):
    """How a scan holds colour (DA/T 46—2009 M55)."""

    BITONAL = "bitonal", "黑白二值"
    GREY = "grey", "灰度"
    COLOUR = "colour", "彩色"


_OF_ROLE = {
    Role.APPLICATION: Provenance.EVIDENTIARY,
    Role.PROCEDURE: Provenance.PROCEDURAL,
    Role.RESULT: Provenance.RESULT,
}


@frozen(kw_only=True)
class Digitisation:
    """
    How paper became a file, and who compared the two.

    Args:
        resolution: Scanning resolution 扫描分辨率, in dots per inch.
        colour_mode: Scanning colour model 扫描色彩模式.
        compression: Image compression scheme 图像压缩方案, if any.
        verified_by: Who compared it with the paper 核验人.
        verified_on: When.
    """

    resolution: int = field()
    colour_mode: ColourMode = field(validator=Of(ColourMode))
    compression: str | None = field(default=None, validator=Text(40, optional=True))
    verified_by: str = field(validator=Text(100))
    verified_on: date = field(validator=a_date)

    @resolution.validator
    def _check(self, _: object, value: int) -> None:
        if not 1 <= value <= 100_000:  # noqa: PLR2004
            raise InvalidValueError(
                f"{value} dpi is no resolution",
                f"{value} dpi 不是有效的分辨率",
                rule="DA/T 46—2009 M54",
                place="resolution",
            )


def _name(value: str) -> str:
    try:
        return check_name(value)
    except InvalidValueError as error:
        raise error.within("name") from None


def _moment(value: datetime | None) -> datetime | None:
    return None if value is None else in_china(value)


MOST: Final = 999_999_999  # pages, pixels or seconds: what nine digits can tell
_SHORTEST: Final = 0.001  # seconds


def _count(_: object, attribute: Attribute[int | None], value: int | None) -> None:
    if value is None:
        return
    if type(value) is not int or not 1 <= value <= MOST:
        raise InvalidValueError(
            f"{value!r} is no whole number from 1 to {MOST}",
            f"{value!r} 不是 1 至 {MOST} 的整数",
            rule="numbers of pages and pixels",
            place=attribute.name,
        )


def _seconds(value: float | None) -> float | None:
    if value is None:
        return None
    # What is no number at all, such as NaN, lies between nothing.
    if type(value) not in {int, float} or not _SHORTEST <= value <= MOST:
        raise InvalidValueError(
            f"{value!r} is no duration of {_SHORTEST} to {MOST} seconds",
            f"{value!r} 不是 {_SHORTEST} 至 {MOST} 秒的时长",
            rule="durations",
            place="seconds",
        )
    return round(float(value), 3)


@frozen
class File:
    """
    One computer file of a document.

    What is declared of it is kept as it is; `authenticity.content_attributes` holds
    it against the file.

    Args:
        name: File name 计算机文件名.
        content: A path, bytes, or something readable. Read once, when packed.
        created_at: When it was made, if known; without a zone: in China.
        modified_at: When it was last changed 修改时间, if known; the same.
        program: Program that made it 文档创建程序, if known.
        format: Its format 格式信息, under whatever name: ``PDF``, ``image/png``.
        pages: How many pages it has 页数.
        width: Of its picture, in pixels.
        height: The same.
        seconds: How long it plays; kept to the millisecond.
        digest: The digest it must have, if one is known from elsewhere.
    """

    name: str = field(converter=_name)
    content: Content = field(converter=as_content, repr=False, eq=False)
    created_at: datetime | None = field(default=None, converter=_moment, kw_only=True)
    modified_at: datetime | None = field(default=None, converter=_moment, kw_only=True)
    program: str | None = field(
        default=None, validator=Text(100, optional=True), kw_only=True
    )
    format: str | None = field(
        default=None, validator=Text(100, optional=True), kw_only=True
    )
    pages: int | None = field(default=None, validator=_count, kw_only=True)
    width: int | None = field(default=None, validator=_count, kw_only=True)
    height: int | None = field(default=None, validator=_count, kw_only=True)
    seconds: float | None = field(default=None, converter=_seconds, kw_only=True)
    digest: Digest | None = field(default=None, kw_only=True)

    @classmethod
    def at(cls, path: str | os.PathLike[str]) -> File:
        """Return the file at *path*, under the name that it has there."""
        return cls(PurePath(path).name, path)


def _files(
    value: File | str | os.PathLike[str] | Iterable[File | str | os.PathLike[str]],
) -> tuple[File, ...]:
    if isinstance(value, (File, str, os.PathLike)):
        value = (value,)
    return tuple(v if isinstance(v, File) else File.at(v) for v in value)


@frozen(kw_only=True)
class Document:
    """
    An electronic document 电子文件: one material of a case.

    Args:
        name: Name of the material 材料名称.
        role: What part it plays.
        files: Its files, in order: `File` values, or paths; or just one.
        provenance: Why it is archived; by default as its role suggests.
        called_from: The service that a document called in 调用 came from; None
            if it was formed 形成 in this case.
        digitised: How it was scanned; None if it was born digital.
        form: Original, copy or electronic, if known.
        classification: Security classification 密级.
        code: Code of the material 材料编号 in the item's list, if there is one.
    """

    name: str = field(validator=Text(200))
    role: Role = field(validator=Of(Role))
    files: tuple[File, ...] = field(converter=_files)
    provenance: Provenance = field(validator=Of(Provenance))
    called_from: str | None = field(default=None, validator=Text(200, optional=True))
    digitised: Digitisation | None = field(
        default=None, validator=Of(Digitisation, optional=True)
    )
    form: Form | None = field(default=None, validator=Of(Form, optional=True))
    classification: Classification = field(
        default=Classification.NONE, validator=Of(Classification)
    )
    code: str | None = field(default=None, validator=Text(64, optional=True))

    @provenance.default
    def _by_role(self) -> Provenance:
        return _OF_ROLE[self.role]

    @files.validator
    def _check(self, _: object, value: tuple[File, ...]) -> None:
        if not value:
            raise InvalidValueError(
                f"document {self.name!r} has no file",
                f"电子文件 {self.name!r} 没有内容文件",
                rule="1:n files",
                place="files",
            )
