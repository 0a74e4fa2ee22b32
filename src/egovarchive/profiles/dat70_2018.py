"""
Printed codes of checks, as implementations of DA/T 70—2018 print them.

The standard itself could not be consulted. Here stand only codes on which several
independent implementations agree; where they differ, or only one has it, nothing is
printed. Complete them from your copy: ``attrs.evolve(profile, codes={...})``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ARCHIVING: Final = {
    "authenticity.signature": "GD-1-1",
    "authenticity.metadata_length": "GD-1-2",
    "authenticity.metadata_types": "GD-1-3",
    "authenticity.metadata_values": "GD-1-4",
    "authenticity.plausibility": "GD-1-5",
    "authenticity.characters": "GD-1-6",
    "authenticity.archival_code": "GD-1-7",
    "authenticity.duplicates": "GD-1-8",
    "integrity.total_items": "GD-2-1",
    "integrity.total_size": "GD-2-2",
    "integrity.metadata": "GD-2-3",
    "integrity.required": "GD-2-4",
    "integrity.process": "GD-2-5",
    "integrity.sequence": "GD-2-6",
    "integrity.content": "GD-2-7",
    "usability.metadata": "GD-3-1",
    "usability.catalog": "GD-3-2",
    "usability.format": "GD-3-3",
    "security.antivirus": "GD-4-1",
    "security.malware": "GD-4-2",
    "security.extra_files": "GD-4-3",
    "security.process": "GD-4-7",
}
DAT70_2018_CODES: Final[Mapping[tuple[str, str], str]] = {
    ("archiving", check): code for check, code in _ARCHIVING.items()
}
"""By stage and name of the check."""
