"""
Identifiers that a case carries, each with the rule that tells it from a typing error.

Each ``check_…`` returns the normal form of a text, or raises `InvalidValueError`.
That a code is well formed says nothing about whether it was ever given to anyone:
no register is asked.
"""

from __future__ import annotations

from egovarchive.records.identifiers.item_code import ImplementingCode, check_item_code
from egovarchive.records.identifiers.licence_id import LicenceId
from egovarchive.records.identifiers.region_code import (
    PROVINCE_CODES,
    check_region_code,
)
from egovarchive.records.identifiers.resident_id import (
    check_resident_id,
    mask_resident_id,
    resident_id_check_character,
)
from egovarchive.records.identifiers.uscc import (
    check_uscc,
    is_uscc,
    organization_code_check_character,
    uscc_check_character,
)

__all__ = [
    "PROVINCE_CODES",
    "ImplementingCode",
    "LicenceId",
    "check_item_code",
    "check_region_code",
    "check_resident_id",
    "check_uscc",
    "is_uscc",
    "mask_resident_id",
    "organization_code_check_character",
    "resident_id_check_character",
    "uscc_check_character",
]
