"""One plain case, and the plan by which it is filed, for tests of both."""

from __future__ import annotations

from datetime import date
from typing import Any

from egovarchive.records.arrangement import Arrangement
from egovarchive.records.case import Case, Decision
from egovarchive.records.document import Document, File, Role
from egovarchive.records.item import ServiceItem
from egovarchive.records.party import Party
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule

IMPLEMENTING_CODE = "12441500196720244T3442199806003"
SHORT_CODE = "0100190012"
AGENCY = "12441500196720244T"
COMPANY = "91350100M000100Y43"
PERSON = "11010519491231002X"


def document(**changes: Any) -> Document:
    """Return a document with one file, with *changes*."""
    values: dict[str, Any] = {
        "name": "申请表",
        "role": Role.APPLICATION,
        "files": [File("申请表.pdf", b"%PDF-1.7")],
    }
    return Document(**{**values, **changes})


def case(**changes: Any) -> Case:
    """Return a concluded case with one document, with *changes*."""
    values: dict[str, Any] = {
        "number": "202605010001",
        "item": ServiceItem(code=IMPLEMENTING_CODE, name="食品经营许可"),
        "title": "某某餐饮有限公司食品经营许可",
        "applicant": Party.legal("某某餐饮有限公司", COMPANY),
        "accepted_on": date(2026, 5, 1),
        "concluded_on": date(2026, 5, 20),
        "decision": Decision.GRANTED,
        "documents": [document()],
    }
    return Case(**{**values, **changes})


def schedule(**changes: Any) -> RetentionSchedule:
    """Return a schedule with one rule for each of the two codes, with *changes*."""
    values: dict[str, Any] = {
        "version": "2024",
        "approved_by": "某市档案局",
        "approval_number": "某档发〔2024〕1号",
        "effective_on": date(2024, 1, 1),
        "rules": [
            ScheduleRule(item_code=IMPLEMENTING_CODE, period=RetentionPeriod(30)),
            ScheduleRule(item_code=SHORT_CODE, period=RetentionPeriod(10)),
        ],
    }
    return RetentionSchedule(**{**values, **changes})


def arrangement(**changes: Any) -> Arrangement:
    """Return an arrangement by that schedule, with *changes*."""
    values: dict[str, Any] = {
        "fonds": "J019",
        "unit": "某市市场监督管理局",
        "category": "ZY·XK",
        "schedule": schedule(),
    }
    return Arrangement(**{**values, **changes})
