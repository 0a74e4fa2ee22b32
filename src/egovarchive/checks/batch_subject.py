"""What the checks of many records together may look at: a `Batch`, its `Totals`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from egovarchive.checks.metadata.fault import Fault
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.series import Series


class Registered(Protocol):
    """What is registered of one record: see `egovarchive.lifecycle.entry.Entry`."""

    @property
    def code(self) -> ArchivalCode:
        """Its archival code."""
        ...

    @property
    def case_number(self) -> str:
        """Its case number."""
        ...

    @property
    def title(self) -> str | None:
        """Its title, if known."""
        ...

    @property
    def size(self) -> int:
        """Size of its package in bytes."""
        ...


@frozen(kw_only=True)
class Totals:
    """
    How much a batch is.

    Args:
        items: Records 件.
        size: Bytes of their packages.
    """

    items: int
    size: int


@frozen(kw_only=True)
class Batch:
    """
    Many records, and all else that a check of them together may look at.

    Args:
        name: What the report calls it.
        at: The moment of the check.
        entries: Returns its entries, in the order of their codes; asked by each check.
        declared: How much the form that came with it says it is; None without one.
        starts: The item number with which each series starts; 1 if it is not named.
        whole: Whether it holds all records of its series, so that a gap is a loss.
        readable: Returns what the catalog says of an entry, or raises; None if there
            is no catalog to ask.
        listed: Returns all that the catalog lists; None if it is not looked at.
        gone: Says whether a record was destroyed: it is not counted, and its number is
            no gap; None: none was.
        medium: Whether it came on a carrier 载体, which persons must look at.
        description: Returns what is wrong with the files that describe it, 说明文件
            and 目录文件; None if it has none.
    """

    name: str
    at: datetime
    entries: Callable[[], Iterable[Registered]] = field(repr=False)
    declared: Totals | None = None
    starts: Mapping[Series, int] = field(factory=dict, repr=False)
    whole: bool = True
    readable: Callable[[Registered], Registered] | None = field(
        default=None, repr=False
    )
    listed: Callable[[], Iterable[Registered]] | None = field(default=None, repr=False)
    gone: Callable[[ArchivalCode], bool] | None = field(default=None, repr=False)
    medium: bool = False
    description: Callable[[], Iterable[Fault]] | None = field(default=None, repr=False)
