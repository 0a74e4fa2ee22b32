"""
Second opinion on PDF signatures by pyHanko (extra ``pades``): RSA, ECDSA, EdDSA.

It reads the document as a document, which our own code does not: so it tells whether
what was added after a signature is only what a file gets in the ordinary course, by
what the signature allows (DocMDP), and whether revocation data in the file (LTV) says
that a certificate was taken back. It knows no SM2.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import Format, Limits, Source
from egovarchive.formats.source import open_source
from egovarchive.formats.worker import Worker
from egovarchive.seals.opinion import Change, Opinion

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko_certvalidator import ValidationContext

_CHANGES: Final = {
    "NONE": Change.NONE,
    "LTA_UPDATES": Change.EVIDENCE,
    "FORM_FILLING": Change.FORMS,
    "ANNOTATIONS": Change.ANNOTATIONS,
    "OTHER": Change.OTHER,
}
_MOST: Final = 20

# Where a signature's value starts; intact, valid; what was added, whether that is
# allowed; whether the certificates were not taken back (None: nobody says).
_Plain = tuple[int, bool, str, bool, bool | None]


@frozen
class SecondOpinion:
    """
    Asks pyHanko.

    Args:
        anchors: The trusted certificates, DER.
        at: The moment of looking.
    """

    anchors: tuple[bytes, ...] = field(repr=False)
    at: datetime

    def ask(
        self,
        source: Source,
        format: Format,  # noqa: A002 - the noun of the room `formats`
        limits: Limits,
        worker: Worker | None,
    ) -> tuple[Opinion, ...]:
        """
        Return what it says of each signature in *source* that it can read.

        Args:
            source: A PDF.
            format: That it is one.
            limits: How much work it may make.
            worker: Where it runs; None runs it here, which is for trusted files only.

        Raises:
            FormatError: It cannot read the document.
            ToolError: It is not installed, or fails.
        """
        if worker is None:
            answers = self.run(source, format, limits)
        else:
            answers = worker.run(self.run, source, format, limits)
        return tuple(
            Opinion(
                start, valid=valid, change=Change(change), allowed=allowed, good=good
            )
            for start, valid, change, allowed, good in answers
        )

    def run(self, source: Source, format: Format, limits: Limits) -> list[_Plain]:  # noqa: A002, ARG002
        """Return the same as plain values, which a worker can send."""
        try:
            from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise ToolError(
                "pyHanko is not installed: pip install 'egovarchive[pades]'",
                "未安装 pyHanko：pip install 'egovarchive[pades]'",
            ) from error
        with _quiet(), open_source(source) as stream:
            # The file is hostile, and the library raises what it trips over.
            try:
                reader = PdfFileReader(stream, strict=False)
                found = reader.embedded_signatures[:_MOST]
                return [self._said(each) for each in found]
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"[:300]
                raise FormatError(
                    f"pyHanko cannot read it: {reason}", f"pyHanko 无法读取：{reason}"
                ) from error

    def _said(self, found: EmbeddedPdfSignature) -> _Plain:
        from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
        from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - an extra

        start = int(found.byte_range[1])
        if str(found.sig_object.get("/Type", "")) == "/DocTimeStamp":
            return start, False, Change.OTHER.value, False, None
        status = validate_pdf_signature(found, ValidationContext(**self._given()))
        level = status.modification_level
        return (
            start,
            bool(status.intact and status.valid),
            _CHANGES[level.name if level else "OTHER"].value,
            bool(status.docmdp_ok),
            self._good(found),
        )

    def _good(self, found: EmbeddedPdfSignature) -> bool | None:
        """Return whether revocation data in the file clears the certificates."""
        from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
        from pyhanko.sign.validation.settings import (  # noqa: PLC0415 - an extra
            KeyUsageConstraints,
        )

        context = self._cleared(found)
        if context is None:
            return None
        usage = KeyUsageConstraints(
            key_usage={"digital_signature", "non_repudiation"},
            match_all_key_usages=False,
        )
        status = validate_pdf_signature(
            found, context, key_usage_settings=usage, skip_diff=True
        )
        if status.revoked:
            return False
        return True if status.trusted else None

    def _given(self) -> dict[str, Any]:
        from asn1crypto.x509 import (  # type: ignore[import-untyped]  # noqa: PLC0415
            Certificate,
        )

        return {
            "trust_roots": [Certificate.load(each) for each in self.anchors],
            "allow_fetching": False,
            "moment": self.at,
        }

    def _cleared(self, found: EmbeddedPdfSignature) -> ValidationContext | None:
        """Return the context of the revocation data in the file; None without any."""
        from pyhanko.sign.validation.dss import (  # noqa: PLC0415 - an extra
            DocumentSecurityStore,
        )
        from pyhanko.sign.validation.errors import (  # noqa: PLC0415 - an extra
            NoDSSFoundError,
        )

        try:
            store = DocumentSecurityStore.read_dss(found.reader)
        except NoDSSFoundError:
            return None
        return store.as_validation_context(
            {**self._given(), "revocation_mode": "require"}
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep it from logging what stands in files."""
    loggers = [logging.getLogger(name) for name in ("pyhanko", "pyhanko_certvalidator")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
