"""Table: what is known of each check, for reports and for the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from egovarchive.checks.batch import BATCH_CHECKS
from egovarchive.checks.check import Check, Sureness, Who
from egovarchive.checks.run import CHECKS

ALL_CHECKS: Final[tuple[Check[Any], ...]] = (*CHECKS, *BATCH_CHECKS)
# Checks of your own may have any name; what is not known of them is not told.
_UNKNOWN: Final = "?"


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, Check[Any]]:
    return MappingProxyType({check.name: check for check in ALL_CHECKS})


def row_of(name: str) -> Check[Any]:
    """Return the check with *name*; one without a title if it is not ours."""
    row = _rows().get(name)
    if row is not None:
        return row
    return Check(
        name=name,
        title=name,
        zh=name,
        run=None,
        rule=_UNKNOWN,
        who=Who.CONFIGURED,
        sureness=Sureness.OURS,
    )
