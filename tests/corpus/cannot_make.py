"""What a machine cannot make: files whose writer is not installed."""

from __future__ import annotations


class CannotMakeError(RuntimeError):
    """This machine lacks the program or library that writes such a file."""
