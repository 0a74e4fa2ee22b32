"""Contents that do harm where they are read: sent to processes, which import them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from attrs import frozen


@frozen
class Dying:
    """Content that takes the worker with it."""

    def chunks(self) -> Iterator[bytes]:
        os._exit(3)
        yield b""


@frozen
class Failing:
    """Content that raises what no worker expects."""

    error: str

    def chunks(self) -> Iterator[bytes]:
        yield b"one"
        raise OddError("no", "tape") if self.error == "odd" else OSError("no tape")


class OddError(Exception):
    """An error that cannot be unpickled."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} {other}")


@frozen
class Shut:
    """Content that cannot be unpickled."""

    def chunks(self) -> Iterator[bytes]:
        yield b"shut"

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return _refuse, ("shut",)


def _refuse(why: str) -> object:
    raise LookupError(why)
