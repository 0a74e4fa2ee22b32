"""Checksums of a received volume: what its checksum files list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from egovarchive.errors import BatchError, PackageError
from egovarchive.exchange.dat93.finding import Finding, Kind
from egovarchive.exchange.dat93.layout import MANIFESTS, OTHER, manifest_path
from egovarchive.exchange.dat93.source import Source, whole
from egovarchive.packages import manifest


@frozen(kw_only=True)
class Checksums:
    """
    What the checksum files of a volume list.

    Args:
        primary: Algorithm of the primary one, which lists the others.
        data: Their bytes, by algorithm.
        digests: The digests of each file, by path and algorithm.
    """

    primary: str
    data: Mapping[str, bytes] = field(repr=False)
    digests: Mapping[str, Mapping[str, str]] = field(repr=False)

    @classmethod
    def of(cls, source: Source) -> Checksums:
        """
        Return what the checksum files of *source* list.

        Raises:
            BatchError: There is none, none of them lists the others, or one is broken.
            ContentError: One cannot be read.
        """
        data = {
            algorithm: whole(source, path, manifest.MAX_SIZE)
            for path, algorithm in MANIFESTS.items()
            if path in source.sizes
        }
        lines = {algorithm: _lines(algorithm, each) for algorithm, each in data.items()}
        primary = _primary(lines)
        digests: dict[str, dict[str, str]] = {}
        for algorithm, found in lines.items():
            for path, digest in found.items():
                digests.setdefault(path, {})[algorithm] = digest
        return cls(primary=primary, data=data, digests=digests)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each file that not all checksum files list."""
        for path, found in self.digests.items():
            others = path in MANIFESTS
            if self.primary in found and (others or len(found) == len(self.data)):
                continue
            yield Finding(
                kind=Kind.DIGEST,
                place=path,
                en=f"only listed with {', '.join(found)}",
                zh=f"仅在 {'、'.join(found)} 清单中列出",
                expected=", ".join(self.data),
                found=", ".join(found),
            )


def _lines(algorithm: str, data: bytes) -> Mapping[str, str]:
    try:
        return manifest.decode(data, manifest.manifest_path(algorithm))
    except PackageError as error:
        en, zh = error.args
        raise BatchError(f"{OTHER}/{en}", f"{OTHER}/{zh}") from None


def _primary(lines: Mapping[str, Mapping[str, str]]) -> str:
    for algorithm, found in lines.items():
        others = {manifest_path(each) for each in lines if each != algorithm}
        if others <= found.keys():
            return algorithm
    names = ", ".join(MANIFESTS)
    raise BatchError(
        f"no checksum file that lists the others: {names}",
        f"没有列出其他清单的主校验清单：{names}",
    )
