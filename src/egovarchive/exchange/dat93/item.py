"""Item: a record that is transferred, with all that travels with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from attrs import field, frozen

from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.document import Classification
from egovarchive.records.kind import Of
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.text import Text


@frozen(kw_only=True)
class Item:
    """
    A record to transfer.

    Args:
        code: Archival code 档号.
        open: Opens its package; called when it is planned, and again when it is
            written, so that thousands need not be open at once.
        title: Title 题名.
        responsible: Responsible party 责任者.
        date: Date 日期: when the case was concluded.
        period: Retention period 保管期限 that holds now; the code keeps the old one.
        classification: Security classification 密级.
        pages: Pages 页数, if they are counted.
        remark: Remark 备注.
        history: Journal lines about it 管理过程信息.
        evidence: Its evidence record (RFC 4998), if it is sealed.
    """

    code: ArchivalCode = field(validator=Of(ArchivalCode))
    open: Callable[[], Package] = field(repr=False, eq=False)
    title: str = field(validator=Text(500))
    responsible: str = field(validator=Text(200))
    date: date
    period: RetentionPeriod = field(validator=Of(RetentionPeriod))
    classification: Classification = field(
        default=Classification.NONE, validator=Of(Classification)
    )
    pages: int | None = field(default=None, validator=Of(int, optional=True))
    remark: str | None = field(default=None, validator=Text(500, optional=True))
    history: bytes = field(default=b"", repr=False)
    evidence: bytes | None = field(default=None, repr=False)
