"""Report files: reports as they are kept, in the form that a file's name asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from attrs import field, frozen

from egovarchive.checks import Report
from egovarchive.errors import ArchiveError, InvalidValueError


def _json(report: Report) -> bytes:
    from egovarchive.checks.report_json import encode_report  # noqa: PLC0415 - asked

    return encode_report(report)


def _xml(report: Report) -> bytes:
    from egovarchive.checks.report_xml import report_xml  # noqa: PLC0415 - asked for

    return report_xml(report)


def _html(report: Report) -> bytes:
    from egovarchive.checks.report_html import report_html  # noqa: PLC0415 - asked for

    return report_html(report).encode()


_FORMS: Final[Mapping[str, Callable[[Report], bytes]]] = {
    ".html": _html,
    ".json": _json,
    ".xml": _xml,
}


@frozen
class ReportFile:
    """A file for a report, at *path*."""

    path: Path
    _form: Callable[[Report], bytes] = field(repr=False)

    def write(self, report: Report) -> None:
        """
        Write *report*, over what may stand there.

        Raises:
            ArchiveError: It cannot be written.
        """
        try:
            self.path.write_bytes(self._form(report))
        except OSError as error:
            raise ArchiveError(
                f"cannot write {self.path}: {error.strerror}",
                f"无法写入 {self.path}：{error.strerror}",
            ) from error


def report_file(path: str) -> ReportFile:
    """
    Return the file at *path*, in the form that its name ends with.

    Raises:
        InvalidValueError: It ends with none that is known.
    """
    place = Path(path)
    form = _FORMS.get(place.suffix.lower())
    if form is None:
        known = ", ".join(_FORMS)
        raise InvalidValueError(
            f"{place.name!r} ends with none of {known}",
            f"{place.name!r} 的扩展名应为 {known} 之一",
            place="--report",
        )
    return ReportFile(place, form)
