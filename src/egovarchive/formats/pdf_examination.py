"""What is asked of a PDF, answered from the document that pikepdf opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attrs import frozen

from egovarchive.errors import FormatError
from egovarchive.formats import Limits, Source
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings
from egovarchive.formats.pdf_document import HOSTILE, message_of, unreadable
from egovarchive.formats.pdf_pages import PageTree
from egovarchive.formats.pdf_streams import Streams
from egovarchive.formats.pdf_walk import PdfWalk
from egovarchive.formats.pdf_xmp import Xmp

if TYPE_CHECKING:
    import pikepdf

ANSWERED: Final = frozenset({
    Aspect.COMPLETE,
    Aspect.READABLE,
    Aspect.UNENCRYPTED,
    Aspect.SELF_CONTAINED,
    Aspect.PASSIVE,
    Aspect.EMBEDDED,
    Aspect.CONFORMANT,
})  # fmt: skip
# Of what qpdf says: data is lost. The rest it puts up with, and so do readers.
_LOST: Final = re.compile(
    r"error decoding stream|errors while decoding|unexpected EOF|EOF while reading|"
    r"not found in file|file is damaged|unable to recover|giving up|"
    r"expected endstream|parse error|no pages|Pages tree"
)
# Said beside the fault itself.
_ASIDE: Final = re.compile(r"Attempting to reconstruct|will be re-processed")
_RESTRICTED: Final = ("extract", "modify_other", "print_lowres", "modify_annotation")
_BLANK: Final = b"\0\t\n\f\r "
_TAIL: Final = 1024
# Parts of ISO 19005 that forbid scripts, programs and rich media altogether.
_STRICT_PARTS: Final = frozenset({"1", "2", "3"})


@frozen
class Examination:
    """
    All that is asked of an open document.

    Args:
        source: Its bytes.
        pdf: The document.
        limits: How much work it may make.
        findings: Where to note what is found.
    """

    source: Source
    pdf: pikepdf.Pdf
    limits: Limits
    findings: Findings

    def run(self) -> None:
        """Look at all that is asked."""
        import pikepdf  # noqa: PLC0415 - an extra

        repairs = self.pdf.get_warnings()
        self._warnings(Aspect.COMPLETE, repairs)
        self._encryption()
        try:
            tree = PageTree.of(self.pdf, self.limits)
        except (pikepdf.PdfError, *HOSTILE) as error:
            raise unreadable(error) from None
        tree.judge(self.findings, self.limits)
        streams = Streams(self.limits, self.findings)
        walk = PdfWalk(self.limits, self.findings, streams)
        walk.walk(self.pdf)
        streams.conclude()
        if not walk.whole:
            self._too_many()
        if any("file is damaged" in str(each) for each in repairs):
            self._rest_unknown()
        if streams.bomb or not tree.whole:
            self.findings.not_performed(
                Aspect.READABLE,
                "its syntax was not checked: it passes a limit",
                "超过检测上限，未检查语法",
            )
        else:
            self._check()
        self._after_signature(walk)
        self._claim()

    def _warnings(self, aspect: Aspect, said: list[str]) -> None:
        for each in said:
            text = message_of(each)
            if _ASIDE.search(text):
                continue
            note = self.findings.warned
            if str(each).startswith("ERROR") or _LOST.search(text):
                note = self.findings.failed
            note(
                aspect, f"expected no faults, found: {text}", f"应无错误，实有：{text}"
            )

    def _check(self) -> None:
        """Let qpdf decode all streams and read all pages."""
        import pikepdf  # noqa: PLC0415 - an extra

        try:
            # Before pikepdf 10 it was called ``check``.
            check = getattr(self.pdf, "check_pdf_syntax", None) or self.pdf.check  # type: ignore[attr-defined]
            self._warnings(Aspect.READABLE, check())
        except (pikepdf.PdfError, *HOSTILE) as error:
            self.findings.failed(
                Aspect.READABLE,
                f"expected no faults, found: {message_of(error)}",
                f"应无错误，实有：{message_of(error)}",
            )

    def _encryption(self) -> None:
        if not self.pdf.is_encrypted:
            return
        allowed = self.pdf.allow
        kept = [name for name in _RESTRICTED if not getattr(allowed, name)]
        what = ", ".join(kept) or "-"
        self.findings.failed(
            Aspect.UNENCRYPTED,
            "expected no encryption, found encryption that opens without a password; "
            f"forbidden: {what}",
            f"应未加密，实为无口令加密（权限控制），禁止：{what}",
        )

    def _rest_unknown(self) -> None:
        """A search for lost objects finds some; what the others did is not known."""
        for aspect in sorted(ANSWERED - {Aspect.COMPLETE, Aspect.CONFORMANT}, key=str):
            self.findings.not_performed(
                aspect,
                "it is damaged: only what could be found again was looked at",
                "文件已损坏，仅检测了可恢复的内容",
            )

    def _too_many(self) -> None:
        for aspect in sorted(ANSWERED - {Aspect.COMPLETE, Aspect.UNENCRYPTED}, key=str):
            self.findings.not_performed(
                aspect,
                f"it has more than the {self.limits.entries} objects looked at here",
                f"对象数超过检测上限 {self.limits.entries}",
            )

    def _after_signature(self, walk: PdfWalk) -> None:
        if walk.signed is None:
            return
        size = self.source.size
        tail = self.source.read(max(walk.signed, size - _TAIL), _TAIL).strip(_BLANK)
        if tail and walk.signed < size:
            added = size - walk.signed
            self.findings.warned(
                Aspect.COMPLETE,
                f"expected its signatures to cover all {size} bytes, found {added} "
                "bytes added after the last one",
                f"签名应覆盖全部 {size} 字节，实有 {added} 字节为签名后追加",
                f"@{walk.signed}",
            )

    def _claim(self) -> None:
        """A claim is no proof: only a validator of PDF/A can tell."""
        try:
            claim, part = (xmp := Xmp.of(self.pdf)).claim, xmp.part
        except FormatError as error:
            self.findings.warned(
                Aspect.CONFORMANT, error.message("en"), error.message("zh")
            )
            return
        if claim and self.findings.has(Aspect.UNENCRYPTED):
            self.findings.failed(
                Aspect.CONFORMANT,
                f"it claims {claim}, but is encrypted",
                f"声明符合 {claim}，实际已加密",
            )
        elif part in _STRICT_PARTS and self.findings.has(Aspect.PASSIVE):
            self.findings.failed(
                Aspect.CONFORMANT,
                f"it claims {claim}, but has active content",
                f"声明符合 {claim}，实有活动内容",
            )
        else:
            claimed = f"声明符合 {claim}" if claim else "未声明符合 PDF/A"
            self.findings.not_performed(
                Aspect.CONFORMANT,
                f"it claims {claim or 'no PDF/A'}; whether it conforms was not checked",
                f"{claimed}；未验证是否符合",
            )
