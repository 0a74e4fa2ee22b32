"""An invalid file: every value in it that breaks its rule, found in one reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from typing_extensions import Self

from egovarchive.errors import InvalidValueError, Language

# A hostile file can hold millions of errors; nobody reads more than some.
MAX_ERRORS: Final = 100


class InvalidFileError(InvalidValueError):
    """
    A file holds values that break their rules.

    Attributes:
        errors: What is wrong, at most `MAX_ERRORS`, each with its place.
        more: Whether there was more than that.
    """

    errors: tuple[InvalidValueError, ...]
    more: bool

    def __init__(self, errors: Iterable[InvalidValueError]) -> None:
        found = list(errors)
        flat = list(_flat(found))
        self.errors = tuple(flat[:MAX_ERRORS])
        self.more = len(flat) > MAX_ERRORS or any(
            isinstance(error, InvalidFileError) and error.more for error in found
        )
        super().__init__(self._all("en"), self._all("zh"))

    def within(self, place: str) -> Self:
        """Return these errors as seen from *place*, one step further out."""
        outer = type(self)(error.within(place) for error in self.errors)
        outer.more = self.more
        return outer

    def message(self, lang: Language = "en") -> str:
        """Return all errors, one a line."""
        return self._all(lang)

    def _all(self, lang: Language) -> str:
        lines = [error.message(lang) for error in self.errors]
        if self.more:
            lines.append(
                f"（仅列出前 {MAX_ERRORS} 处错误）"
                if lang == "zh"
                else f"(only the first {MAX_ERRORS} errors are listed)"
            )
        return "\n".join(lines)

    def __reduce__(self) -> tuple[object, ...]:
        # What crosses to another process is made again from the errors.
        return type(self), (self.errors,), {"more": self.more}


def _flat(errors: Iterable[InvalidValueError]) -> Iterator[InvalidValueError]:
    for error in errors:
        if isinstance(error, InvalidFileError):
            yield from error.errors
        else:
            yield error


class Findings:
    """
    Collects errors, so that one does not hide the next.

    >>> findings = Findings()
    >>> with findings.at("year"):
    ...     raise InvalidValueError("not a year", "不是年度")
    >>> findings.settle()
    Traceback (most recent call last):
    egovarchive.exchange.invalid_file.InvalidFileError: year: not a year
    """

    def __init__(self) -> None:
        self._errors: list[InvalidValueError] = []

    @property
    def full(self) -> bool:
        """Whether there are more than would be listed."""
        return len(self._errors) > MAX_ERRORS

    def add(self, error: InvalidValueError) -> None:
        """Add *error* as it is."""
        self._errors.append(error)

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Take the `InvalidValueError` that is raised within, as one at *place*."""
        try:
            yield
        except InvalidValueError as error:
            self.add(error.within(place) if place else error)

    def settle(self) -> None:
        """Raise `InvalidFileError` if anything was found."""
        if self._errors:
            raise InvalidFileError(self._errors)
