"""Shelf: the packages of a group become durable, together if they can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from attrs import evolve, frozen

from egovarchive.archive.candidate import Ticket
from egovarchive.archive.stored import StoredBody
from egovarchive.checks import Report
from egovarchive.errors import (
    AlreadyStoredError,
    EgovArchiveError,
    NotStoredError,
    StorageError,
)
from egovarchive.packages import Package
from egovarchive.packages.read import read_body
from egovarchive.storage import GroupPut, Storage

_ATTEMPTS: Final = 5


@frozen
class Shelf:
    """
    Stores packages before they are registered.

    Args:
        storage: Where they go.
        check: Checks a package that is found where one is to be stored.
    """

    storage: Storage
    check: Callable[[Package], Report]

    def store(self, tickets: Sequence[Ticket]) -> None:
        """Make the packages of *tickets* durable, or give a ticket its error."""
        new = self._put_together(tickets)
        for ticket, stored in zip(tickets, new, strict=True):
            if not stored:
                self._put_or_adopt(ticket)

    def forget(self, ticket: Ticket) -> None:
        """Remove the package of *ticket*, which can never be registered."""
        # Who stored it, and who found it, may both be about to remove it. Where it
        # cannot be removed it does no harm.
        with suppress(StorageError):
            self.storage.delete(ticket.candidate.key)

    def _put_together(self, tickets: Sequence[Ticket]) -> Sequence[bool]:
        """Return which were stored; the others must be stored one by one."""
        none = [False] * len(tickets)
        if len(tickets) < 2 or not isinstance(self.storage, GroupPut):  # noqa: PLR2004
            return none
        waiting = [ticket.candidate for ticket in tickets]
        try:
            return self.storage.put_all(
                [(each.key, each.package.payload()) for each in waiting]
            )
        except EgovArchiveError:
            # One that cannot be stored must not keep the others out: each alone
            # is stored, or gets an error of its own.
            return none

    def _put_or_adopt(self, ticket: Ticket) -> None:
        # What others stored may go again before it is read, if the case number was
        # registered meanwhile with another package.
        for _ in range(_ATTEMPTS):
            if self._put(ticket) or self._adopt(ticket):
                return
        key = ticket.candidate.key
        ticket.outcome = StorageError(
            f"{key} is taken, but whenever it is read it has gone",
            f"{key} 已被占用，但每次读取时均已消失",
        )

    def _put(self, ticket: Ticket) -> bool:
        """Store the package of *ticket*; return False if its key is taken."""
        candidate = ticket.candidate
        try:
            self.storage.put(candidate.key, candidate.package.payload())
        except AlreadyStoredError:
            return False
        except EgovArchiveError as error:
            ticket.outcome = error
        return True

    def _adopt(self, ticket: Ticket) -> bool:
        """
        Take for *ticket* the package that lies under its key already.

        An interrupted deposit left it, or another process is storing the same case.
        It differs from ours in its signature at most, but it is the one that is
        durable; so it is read to the end, and its signature is taken over. Returns
        False if it has gone meanwhile.
        """
        candidate = ticket.candidate
        key, profile = candidate.key, candidate.package.profile
        try:
            size = sum(map(len, self.storage.get(key)))
            found = read_body(StoredBody(self.storage, key, size), size, profile)
            check = candidate.check or self.check
            check(found).raise_for_failures()
            package = candidate.package.sealed(found.signature or b"")
        except NotStoredError:
            return False
        except EgovArchiveError as error:
            en, zh = error.message("en"), error.message("zh")
            ticket.outcome = StorageError(
                f"{key} is taken by a package that was never registered, and is not "
                f"good; remove it there: {en}",
                f"{key} 已被一个从未登记且不合格的归档信息包占用，请在存储中删除：{zh}",
            )
            return True
        ticket.candidate = evolve(candidate, package=package)
        return True
