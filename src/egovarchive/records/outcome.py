"""Outcome: what a check can say."""

from __future__ import annotations

from egovarchive.records.term import Term


class Outcome(Term):
    """What a check can say. Only the first means that all is well."""

    PASSED = "passed", "通过"
    FAILED = "failed", "未通过"
    WARNED = "warned", "警告"
    NOT_PERFORMED = "not_performed", "未检测"
    NEEDS_REVIEW = "needs_review", "待人工审核"
