"""An open PDF: pikepdf at the border, where the file is hostile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import Source, Tool
from egovarchive.formats.findings import shown
from egovarchive.formats.source import open_source

if TYPE_CHECKING:
    import pikepdf

# What pikepdf raises beside its own errors when it meets values of a wrong kind.
HOSTILE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
_RULES: Final = "rules 1"
_CODED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
# qpdf names the file, or the stream object with its address, before what it says.
_WHERE: Final = re.compile(r"^(?:WARNING: |ERROR: )?stream <[^>]*>:? ?")
_KIND: Final = re.compile(r"^(?:WARNING|ERROR): ")


class PasswordNeededError(FormatError):
    """A PDF opens only with a password."""

    def __init__(self) -> None:
        super().__init__(
            "it is encrypted, and opens only with a password",
            "文件已加密，须输入口令才能打开",
        )


def pikepdf_tool() -> Tool:
    """Return pikepdf as a tool; without a version where it is not installed."""
    version = _version("pikepdf")
    jpeg = _version("simplejpeg")
    return Tool("pikepdf", version, f"{_RULES}, simplejpeg {jpeg}".rstrip())


@cache  # it is asked for each answer about each file
def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow

    try:
        return version(package)
    except PackageNotFoundError:
        return ""


@contextmanager
def opened(source: Source) -> Iterator[pikepdf.Pdf]:
    """
    Yield *source* as an open document, its pages as they are stored.

    Raises:
        PasswordNeededError: It opens only with a password.
        FormatError: It cannot be opened, not even with repairs.
        ToolError: pikepdf is not installed.
    """
    try:
        import pikepdf  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ToolError(
            "pikepdf is not installed: pip install 'egovarchive[pdf]'",
            "未安装 pikepdf：pip install 'egovarchive[pdf]'",
        ) from error
    with ExitStack() as stack:
        try:
            # Inherited attributes are left alone: pushing them down walks all pages.
            pdf = pikepdf.open(
                stack.enter_context(open_source(source)),
                inherit_page_attributes=False,
            )
        except pikepdf.PasswordError:
            raise PasswordNeededError from None
        except (pikepdf.PdfError, *HOSTILE) as error:
            raise unreadable(error) from None
        yield stack.enter_context(pdf)


def unreadable(error: Exception) -> FormatError:
    """Return *error* of pikepdf as one of ours."""
    said = message_of(error)
    return FormatError(
        f"it cannot be opened as PDF: {said}", f"无法作为 PDF 打开：{said}"
    )


def message_of(said: object) -> str:
    """Return what qpdf *said*, without the name of the file."""
    text = _WHERE.sub("", str(said), count=1)
    return shown(_KIND.sub("", text, count=1))


def name_of(value: object) -> str:
    """
    Return the name *value*, or an empty text if it is no name.

    Names in older Chinese files are often GBK, against the rule that they be UTF-8.
    """
    import pikepdf  # noqa: PLC0415 - an extra

    if not isinstance(value, pikepdf.Name):
        return ""
    try:
        return str(value).removeprefix("/")
    except UnicodeDecodeError:
        raw = _CODED.sub(
            lambda found: bytes([int(found[1], 16)]), value.unparse().removeprefix(b"/")
        )
        return raw.decode("gb18030", "replace")


def number_of(value: object) -> int | None:
    """Return the whole number *value*; None if it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_true(value: object) -> bool:
    """Say whether *value* is the boolean ``true``."""
    return value is True


def text_of(value: object) -> str:
    """Return the text *value*, or an empty one if it is no text."""
    import pikepdf  # noqa: PLC0415 - an extra

    if not isinstance(value, pikepdf.String):
        return ""
    try:
        return str(value)
    except UnicodeDecodeError:
        return bytes(value).decode("gb18030", "replace")
