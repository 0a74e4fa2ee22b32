"""The twelve sample cases, in order."""

from __future__ import annotations

from samples.cases import (
    called_in,
    change_of_licence,
    construction,
    corrected,
    joint_handling,
    licence_granted,
    licence_refused,
    not_accepted,
    on_site_inspection,
    public_service,
    scanned_paper,
    withdrawn,
)

CASES = (
    licence_granted.CASE,
    licence_refused.CASE,
    corrected.CASE,
    joint_handling.CASE,
    scanned_paper.CASE,
    on_site_inspection.CASE,
    called_in.CASE,
    not_accepted.CASE,
    withdrawn.CASE,
    public_service.CASE,
    construction.CASE,
    change_of_licence.CASE,
)
