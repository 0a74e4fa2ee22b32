"""Revocation lists and replies in a folder 撤销信息文件夹, left there by a job."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Protocol

from attrs import field, frozen

from egovarchive.errors import SigningError

from .frozen_evidence import MAX_FROZEN, MAX_FROZEN_SIZE, FrozenEvidence

_CERTIFICATES: Final = frozenset({".cer", ".crt"})
_KNOWN: Final = _CERTIFICATES | {".crl", ".ocsp"}


class RevocationSource(Protocol):
    """Has what certification services publish of certificates that were taken back."""

    def latest(self) -> FrozenEvidence:
        """
        Return the lists and replies that are in force now, as far as there are any.

        Raises:
            SigningError: They cannot be had, or are too many.
        """
        ...


@frozen
class RevocationFolder:
    """
    The files in *path*, all in DER, as they are published (RFC 5280, 4.2.1.13).

    ``*.crl`` are revocation lists, ``*.ocsp`` OCSP replies, ``*.cer`` and ``*.crt``
    certificates of who signs those. Others are passed over.
    """

    path: Path = field(converter=Path)

    def latest(self) -> FrozenEvidence:
        """Return what lies there now; see `RevocationSource`."""
        found: dict[str, list[bytes]] = {suffix: [] for suffix in sorted(_KNOWN)}
        left = MAX_FROZEN_SIZE
        try:
            with os.scandir(self.path) as there:
                known = [each for each in there if Path(each.name).suffix in found]
            for each in known:
                if not each.is_file():
                    # A pipe would be waited for.
                    raise SigningError(
                        f"{each.path!r} is no file", f"{each.path!r} 不是文件"
                    )
            names = [each.name for each in known]
            if len(names) > MAX_FROZEN:
                raise _too_much(self.path)
            for name in sorted(names):
                with (self.path / name).open("rb") as file:
                    data = file.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise _too_much(self.path)
                found[Path(name).suffix].append(data)
        except OSError as error:
            raise SigningError(
                f"cannot read {str(error.filename)!r}: {error.strerror}",
                f"无法读取 {str(error.filename)!r}：{error.strerror}",
            ) from error
        return FrozenEvidence(
            certificates=[*found[".cer"], *found[".crt"]],
            crls=found[".crl"],
            ocsp=found[".ocsp"],
        )


def _too_much(path: Path) -> SigningError:
    return SigningError(
        f"{str(path)!r} has more than {MAX_FROZEN} lists, or {MAX_FROZEN_SIZE} bytes",
        f"{str(path)!r} 中的撤销列表超过 {MAX_FROZEN} 个或 {MAX_FROZEN_SIZE} 字节",
    )
