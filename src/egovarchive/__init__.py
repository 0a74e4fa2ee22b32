"""Archive concluded government-service cases 政务服务办件归档."""

from importlib import import_module
from typing import TYPE_CHECKING

from egovarchive.version import __version__ as __version__

if TYPE_CHECKING:
    from egovarchive import errors
    from egovarchive.archive import Archive
    from egovarchive.records.archival_code import ArchivalCode
    from egovarchive.records.arrangement import Arrangement
    from egovarchive.records.case import Case, Decision
    from egovarchive.records.document import Document, File, Role
    from egovarchive.records.item import ServiceItem
    from egovarchive.records.party import Party
    from egovarchive.records.retention import PERMANENT, RetentionPeriod
    from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
    from egovarchive.records.step import Step

__all__ = [
    "PERMANENT",
    "ArchivalCode",
    "Archive",
    "Arrangement",
    "Case",
    "Decision",
    "Document",
    "File",
    "Party",
    "RetentionPeriod",
    "RetentionSchedule",
    "Role",
    "ScheduleRule",
    "ServiceItem",
    "Step",
    "errors",
]

# Where each name is. It is loaded when it is first asked for, so that a program which
# needs one value does not wait for all.
_MODULES = {
    "PERMANENT": "records.retention",
    "ArchivalCode": "records.archival_code",
    "Archive": "archive",
    "Arrangement": "records.arrangement",
    "Case": "records.case",
    "Decision": "records.case",
    "Document": "records.document",
    "File": "records.document",
    "Party": "records.party",
    "RetentionPeriod": "records.retention",
    "RetentionSchedule": "records.schedule",
    "Role": "records.document",
    "ScheduleRule": "records.schedule",
    "ServiceItem": "records.item",
    "Step": "records.step",
}


if not TYPE_CHECKING:  # type checkers know each name, and no others

    def __getattr__(name: str) -> object:
        if name == "errors":
            return import_module("egovarchive.errors")
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"egovarchive.{_MODULES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
