"""The page tree of a PDF (ISO 32000-1, 7.7.3), walked as it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from egovarchive.formats import Limits
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings
from egovarchive.formats.pdf_document import number_of

if TYPE_CHECKING:
    import pikepdf


@frozen
class PageTree:
    """
    What a walk over all pages found.

    Args:
        pages: How many there are, as far as they were counted.
        claimed: How many the file says there are; None if it does not say.
        broken: Nodes that lead nowhere, or that were met before.
        whole: Whether all of it was walked.
    """

    pages: int
    claimed: int | None
    broken: tuple[tuple[str, str, str], ...]
    whole: bool

    @classmethod
    def of(cls, pdf: pikepdf.Pdf, limits: Limits) -> PageTree:
        """Walk the pages of *pdf*; without recursion, and each node once."""
        import pikepdf  # noqa: PLC0415 - an extra

        root = pdf.Root.get("/Pages")
        if not isinstance(root, pikepdf.Dictionary):
            return cls(0, None, (), whole=True)
        claimed = number_of(root.get("/Count"))
        pages = steps = 0
        broken: list[tuple[str, str, str]] = []
        met = {root.objgen}
        waiting = [iter(_kids(root))]
        while waiting:
            kid = next(waiting[-1], None)
            if kid is None:
                waiting.pop()
                continue
            steps += 1
            if pages > limits.pages or steps > limits.entries:
                return cls(pages, claimed, tuple(broken), whole=False)
            node = kid[0]
            if not isinstance(node, pikepdf.Dictionary):
                broken.append(
                    ("a page is missing", "缺少页面对象", f"page {pages + 1}")
                )
            elif "/Kids" not in node:
                pages += 1
            elif node.objgen in met and node.is_indirect:
                broken.append(
                    (
                        "its page tree leads back to a node that was met before",
                        "页面树节点重复或循环引用",
                        f"object {node.objgen[0]}",
                    )
                )
            else:
                met.add(node.objgen)
                waiting.append(iter(_kids(node)))
        return cls(pages, claimed, tuple(broken), whole=True)

    @property
    def sound(self) -> bool:
        """Whether a reader can go through it without surprise."""
        return self.whole and not self.broken and self.pages == self.claimed

    def judge(self, findings: Findings, limits: Limits) -> None:
        """Note what is wrong with it."""
        for en, zh, place in self.broken:
            findings.failed(Aspect.COMPLETE, en, zh, place)
        if not self.whole:
            findings.not_performed(
                Aspect.READABLE,
                f"more than the {limits.pages} pages that are looked at here",
                f"页数超过检测上限 {limits.pages} 页",
            )
        elif not self.pages:
            findings.failed(Aspect.READABLE, "it has no pages", "没有页面")
        if self.claimed is None or (self.whole and self.claimed != self.pages):
            claimed = "none" if self.claimed is None else self.claimed
            findings.failed(
                Aspect.COMPLETE,
                f"expected as many pages as it says, {claimed}, found {self.pages}",
                f"页数应为其声明的 {claimed}，实为 {self.pages}",
            )


def _kids(node: pikepdf.Object) -> list[tuple[pikepdf.Object | None]]:
    """Return the children of *node*, each in a tuple: one of them may be null."""
    import pikepdf  # noqa: PLC0415 - an extra

    kids = node.get("/Kids")
    return [(kid,) for kid in kids] if isinstance(kids, pikepdf.Array) else []
