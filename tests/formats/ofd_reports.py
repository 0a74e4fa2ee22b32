"""What is said of OFD documents, for the tests of `formats.ofd`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import egovarchive
from egovarchive.formats import DEFAULT_LIMITS, BytesSource, Limits, Observation
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import OfdPart
from egovarchive.formats.ofd.tree import parts
from egovarchive.formats.ofd.validator import OfdValidator
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome

OFD = FORMATS["ofd"]
_FILES = Path(egovarchive.__file__).parent / "testing" / "samples" / "files"
SAMPLES = sorted(_FILES.rglob("*.ofd"))
WORST = (Outcome.FAILED, Outcome.WARNED, Outcome.NOT_PERFORMED)


def opened(data: bytes, limits: Limits = DEFAULT_LIMITS) -> OfdPackage:
    """Return the package *data*."""
    return OfdPackage.open(BytesSource("a.ofd", data), limits)


def read_parts(package: OfdPackage) -> Iterator[OfdPart]:
    """Yield the parts of *package*; all can be read."""
    for part in parts(package):
        assert isinstance(part, OfdPart)
        yield part


def said_of(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Observation]:
    """Return what the validator says of *data*."""
    source = BytesSource("a.ofd", data)
    return list(OfdValidator().validate(source, OFD, limits))


def outcomes(data: bytes, limits: Limits = DEFAULT_LIMITS) -> dict[Aspect, Outcome]:
    """Return the worst of what is said of each aspect that has not passed."""
    said = said_of(data, limits)
    return {
        aspect: next(
            outcome
            for outcome in WORST
            if any((one.aspect, one.outcome) == (aspect, outcome) for one in said)
        )
        for aspect in {one.aspect for one in said}
    }
