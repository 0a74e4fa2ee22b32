"""The fonts of a PDF: whether their programs lie in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import define, field

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.pdf_document import name_of

if TYPE_CHECKING:
    import pikepdf

# Type 0 fonts are made of a CIDFont, and Type 3 fonts of drawings in the file.
_KINDS: Final = frozenset(
    {"Type1", "MMType1", "TrueType", "CIDFontType0", "CIDFontType2"}
)
_PROGRAMS: Final = ("/FontFile", "/FontFile2", "/FontFile3")
# ISO 32000-1, 9.6.2.2: every reader should have these, or fonts of the same widths.
_STANDARD: Final = frozenset({
    "Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique",
    "Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique",
    "Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic",
    "Symbol", "ZapfDingbats",
})  # fmt: skip


@define
class Fonts:
    """Gathers fonts whose programs are missing, each name once, with where it was."""

    _missing: dict[str, str] = field(factory=dict)

    def look(self, node: pikepdf.Object, place: str) -> None:
        """Look at the dictionary *node*, which stands at *place*."""
        import pikepdf  # noqa: PLC0415 - an extra

        kind = name_of(node.get("/Subtype"))
        if kind not in _KINDS or "/BaseFont" not in node:
            return
        descriptor = node.get("/FontDescriptor")
        if isinstance(descriptor, pikepdf.Dictionary) and any(
            isinstance(descriptor.get(key), pikepdf.Stream) for key in _PROGRAMS
        ):
            return
        self._missing.setdefault(name_of(node.get("/BaseFont")) or "?", place)

    def conclude(self, findings: Findings) -> None:
        """Note each font that is missing."""
        for name, place in self._missing.items():
            en = f"not self-contained: the font {shown(name)} is not embedded"
            zh = f"非自包含：字体 {shown(name)} 未嵌入"
            if name in _STANDARD:
                findings.warned(
                    Aspect.SELF_CONTAINED,
                    f"{en} (one of the standard 14)",
                    f"{zh}（标准 14 种字体之一）",
                    place,
                )
            else:
                findings.failed(Aspect.SELF_CONTAINED, en, zh, place)
