"""Means 配置: what an archive is opened with, which its folder does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypedDict

from egovarchive.checks import Policy
from egovarchive.formats.toolbox import Toolbox
from egovarchive.profiles import Profile
from egovarchive.signing import Signer
from egovarchive.signing.revocation_folder import RevocationSource
from egovarchive.signing.timestamps import Timestamper


class Means(TypedDict, total=False):
    """
    What `Archive.create` and `Archive.open` take by name; see `Equipment` for each.

    Keys are never written down, nor is what is trusted to vouch for time.
    """

    signer: Signer | None
    profile: Profile
    clock: Callable[[], datetime]
    tools: Toolbox | None
    policy: Policy
    timestamper: Timestamper | None
    authorities: tuple[bytes, ...]
    revocations: RevocationSource | None


def check_names(names: Iterable[str]) -> None:
    """Raise `TypeError`, as any call does, unless all *names* are of `Means`."""
    for name in names:
        if name not in Means.__annotations__:
            raise TypeError(f"an archive is not opened with {name!r}")
