"""Step: one act in the handling of a case 办理过程信息."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from egovarchive.records.moment import in_china
from egovarchive.records.text import Text


@frozen(kw_only=True)
class Step:
    """
    One act in the handling of a case.

    Args:
        code: Code of the kind of step 环节编码, as the approval system has it.
        activity: What was done 业务行为.
        actor: Who did it 处理人员.
        unit: For which unit 处理部门.
        at: When 行为时间; without a zone: in China.
        opinion: What was said 处理意见, if anything.
        outcome: What came of it 处理结果, if anything.
        basis: By what mandate 行为依据, if stated.
    """

    code: str | None = field(default=None, validator=Text(64, optional=True))
    activity: str = field(validator=Text(100))
    actor: str = field(validator=Text(100))
    unit: str = field(validator=Text(200))
    at: datetime = field(converter=in_china)
    opinion: str | None = field(
        default=None, validator=Text(10_000, optional=True, lines=True)
    )
    outcome: str | None = field(default=None, validator=Text(200, optional=True))
    basis: str | None = field(
        default=None, validator=Text(1_000, optional=True, lines=True)
    )
