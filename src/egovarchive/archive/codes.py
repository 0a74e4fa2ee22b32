"""Codes: an archival code 档号 as callers may give it."""

from __future__ import annotations

from egovarchive.records.archival_code import ArchivalCode


def code_of(code: ArchivalCode | str) -> ArchivalCode:
    """
    Return *code*, read if it is text.

    Raises:
        InvalidValueError: It is no archival code.
    """
    return ArchivalCode.parse(code) if isinstance(code, str) else code
