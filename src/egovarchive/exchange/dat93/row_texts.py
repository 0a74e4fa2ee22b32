"""Row texts: takes the texts of a directory's rows while it is parsed, no tree made."""

from __future__ import annotations

from typing import Final

from egovarchive.errors import BatchError
from egovarchive.records.identifiers.quoting import quoted

ROOT: Final = "文件目录"
ROW: Final = "文件"
FIELDS: Final = frozenset(
    ("顺序号", "档号", "责任者", "题名", "日期", "保管期限", "密级", "页数", "备注")
)
_ROOT_DEPTH, _ROW_DEPTH, _FIELD_DEPTH = 1, 2, 3


class RowTexts:
    """
    A parser's target. Fields of other names are passed over.

    Args:
        path: Name of the document, for errors.
        most: How many rows it may have.
    """

    def __init__(self, path: str, most: int) -> None:
        self.rows: list[dict[str, str]] = []
        self._path = path
        self._most = most
        self._depth = 0
        self._field: str | None = None
        self._text: list[str] = []

    def start(self, tag: str | bytes, attrib: object) -> None:  # noqa: ARG002
        """Go into the element *tag*; raise `BatchError` if it has no place here."""
        tag = str(tag)
        self._depth += 1
        if self._depth == _ROOT_DEPTH and tag != ROOT:
            raise self._broken(
                f"the root is {quoted(tag)}, not {ROOT}",
                f"根元素为 {quoted(tag)}，应为 {ROOT}",
            )
        if self._depth == _ROW_DEPTH:
            if tag != ROW or len(self.rows) >= self._most:
                raise self._broken(
                    f"{quoted(tag)} where one of {self._most} {ROW} may stand",
                    f"出现 {quoted(tag)}，此处至多可有 {self._most} 个 {ROW}",
                )
            self.rows.append({})
        if self._depth == _FIELD_DEPTH and tag in FIELDS:
            self._field = tag
            if tag in self.rows[-1]:
                raise self._broken(
                    f"{tag} stands twice in row {len(self.rows)}",
                    f"第 {len(self.rows)} 条中 {tag} 重复出现",
                )
        if self._depth > _FIELD_DEPTH:
            raise self._broken(
                f"{quoted(tag)} inside a field of row {len(self.rows)}",
                f"第 {len(self.rows)} 条的字段内含有元素 {quoted(tag)}",
            )

    def data(self, data: str | bytes) -> None:
        """Take *data*, which stands in the element at hand."""
        if self._field is not None:
            self._text.append(str(data))

    def comment(self, text: str | bytes) -> None:
        """Pass over a comment."""

    def end(self, tag: str | bytes) -> None:  # noqa: ARG002
        """Leave the element at hand."""
        if self._field is not None:
            self.rows[-1][self._field] = "".join(self._text)
            self._field = None
            self._text.clear()
        self._depth -= 1

    def close(self) -> None:
        """Nothing comes after the root."""

    def _broken(self, en: str, zh: str) -> BatchError:
        return BatchError(f"{self._path}: {en}", f"{self._path}：{zh}")
