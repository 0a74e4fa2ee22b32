"""Service item 政务服务事项: what was applied for."""

from __future__ import annotations

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers import ImplementingCode, check_item_code
from egovarchive.records.text import Text, check_text

_RULE = "GB/T 39554.1—2020"
IMPLEMENTING_CODE_LENGTH = 31  # 实施主体 18 + 行使层级 1 + 基本编码 12


def _code(value: str) -> str:
    try:
        return check_item_code(check_text(value, limit=64))
    except InvalidValueError as error:
        raise error.within("code") from None


@frozen(kw_only=True)
class ServiceItem:
    """
    A government service item 政务服务事项.

    Args:
        code: Item code 事项编码: the implementing code 实施编码 of 31 characters,
            which is checked, or the shorter code of an older system.
        name: Name 事项名称.
        type: Type 事项类型, such as 行政许可 or 公共服务, if known.
        version: Version 事项版本, if known.
        basic_code: Basic code 基本编码; read from an implementing code, if there
            is one.
    """

    code: str = field(converter=_code)
    name: str = field(validator=Text(200))
    type: str | None = field(default=None, validator=Text(40, optional=True))
    version: str | None = field(default=None, validator=Text(40, optional=True))
    basic_code: str | None = field(default=None, validator=Text(40, optional=True))

    def __attrs_post_init__(self) -> None:
        parts = self.implementing_code
        if parts is None:
            return
        if self.basic_code is None:
            object.__setattr__(self, "basic_code", parts.basic_code)
        elif self.basic_code != parts.basic_code:
            raise InvalidValueError(
                f"{self.basic_code!r} is not the basic code in {self.code!r}",
                f"{self.basic_code!r} 与实施编码 {self.code!r} 中的基本编码不一致",
                rule=_RULE,
                place="basic_code",
            )

    @property
    def implementing_code(self) -> ImplementingCode | None:
        """The parts of the code, or None if it is a shorter one."""
        if len(self.code) != IMPLEMENTING_CODE_LENGTH:
            return None
        return ImplementingCode.parse(self.code)
