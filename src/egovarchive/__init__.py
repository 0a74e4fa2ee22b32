"""Archive concluded government-service cases 政务服务办件归档."""

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

__version__ = "0.1.0"

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
