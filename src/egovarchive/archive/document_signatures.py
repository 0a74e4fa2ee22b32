"""What the signatures in documents prove, as the metadata of a package keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from egovarchive.errors import EgovArchiveError
from egovarchive.formats import Source
from egovarchive.formats.toolbox import Toolbox

if TYPE_CHECKING:
    from egovarchive.signing.trust import TrustStore

# How files begin that may have signatures; a PDF may have something before it.
_PDF: Final = b"%PDF-"
_ZIP: Final = b"PK"
_HEAD: Final = 1024 + len(_PDF)


@frozen
class DocumentSignatures:
    """
    Looks at the signatures in each file that is packed.

    Args:
        tools: Tell what a file is, and where others may look at it.
        trust: Who is trusted to have signed documents.
        at: The moment of looking.
    """

    tools: Toolbox = field(repr=False)
    trust: TrustStore | None
    at: datetime

    def __call__(self, source: Source) -> Sequence[Mapping[str, str]]:
        """Return the verdict on each signature in *source*, as texts."""
        head = source.read(0, _HEAD)
        if _PDF not in head and not head.startswith(_ZIP):
            return ()
        found = self.tools.identify(source)
        form = found[0].format if found else None
        if form is None:
            return ()
        # It loads what verifies signatures, and most files have none.
        from egovarchive.seals.documents import seals_in  # noqa: PLC0415

        try:
            verdicts = seals_in(
                source,
                form,
                trust=self.trust,
                at=self.at,
                limits=self.tools.limits,
                worker=self.tools.worker,
            )
        except EgovArchiveError:
            return ()  # Why, the check of the same name says.
        return tuple(verdict.texts() for verdict in verdicts)
