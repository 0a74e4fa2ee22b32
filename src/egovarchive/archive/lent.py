"""Lent file: a file of this process that a worker fills, wherever the worker is."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, cast

from attrs import field, frozen

from egovarchive.packages.body import Spool
from egovarchive.storage.failures import failure
from egovarchive.storage.staging import StagedFile


@frozen
class LentFile:
    """
    A file that is made, held and removed here, and written elsewhere.

    So whatever becomes of the worker, nothing is left behind. It is known by a name
    that is never used again: who comes too late finds nothing, and overwrites nothing.

    Args:
        path: Where a worker finds it.
    """

    path: str
    _file: BinaryIO = field(repr=False)
    _room: Callable[[], BinaryIO] | None = field(repr=False)
    _mode: int

    @classmethod
    def of(cls, room: Callable[[], BinaryIO] | None) -> LentFile:
        """
        Return a new one.

        Args:
            room: Makes a staged file of the storage that the package goes into, which
                need then not copy it; None, or a room of another make: a temporary
                file.

        Raises:
            StorageError: It cannot be made.
        """
        if room is not None:
            staged = room()
            if isinstance(staged, StagedFile):
                return cls._open(staged.path, staged, room)
            staged.close()
        try:
            # Closed by `close`.
            file = tempfile.NamedTemporaryFile(prefix="egovarchive-")  # noqa: SIM115
        except OSError as error:
            raise failure("write to", tempfile.gettempdir(), error) from error
        return cls._open(file.name, cast(BinaryIO, file), None)

    @classmethod
    def _open(
        cls, path: str, file: BinaryIO, room: Callable[[], BinaryIO] | None
    ) -> LentFile:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        # A staged file may be written by nobody but who has it open.
        os.fchmod(file.fileno(), mode | stat.S_IWUSR)
        return cls(path, file, room, mode)

    def spool(self, size: int) -> Spool:
        """Return its first *size* bytes, which a worker wrote, as a package's body."""
        os.fchmod(self._file.fileno(), self._mode)
        return Spool(room=self._room, file=self._file, size=size)

    def close(self) -> None:
        """Remove it."""
        with suppress(OSError):
            self._file.close()
