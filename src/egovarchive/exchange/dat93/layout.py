"""
Layout 组织结构 of a transfer batch: which file stands where (DA/T 93—2022).

The text of DA/T 93—2022 was not read: the layout follows what implementations of it
write and check. Ours are the folders below 其他, and the checksum files.
"""

from __future__ import annotations

from typing import Final

from egovarchive.packages import manifest
from egovarchive.records.archival_code import ArchivalCode

STATEMENT: Final = "说明文件.TXT"
DIRECTORY: Final = "目录文件.XML"
OTHER: Final = "其他"
HISTORY: Final = f"{OTHER}/管理过程信息"
EVIDENCE: Final = f"{OTHER}/证据记录"
# The sender's list of the batch, as data: the same in every volume.
TRANSFER_LIST: Final = f"{OTHER}/移交清单.json"
MANIFESTS: Final = {
    f"{OTHER}/{path}": algorithm
    for path in manifest.PATHS
    if (algorithm := manifest.algorithm_of(path))
}

# A record's folder lies below fonds, category, year, period, and maybe office.
DEPTHS: Final = (5, 6)
MAX_FILES: Final = 100_000  # in one volume: what its container and manifests can list


def folder_of(code: ArchivalCode) -> str:
    """
    Return the folder of the record with *code*.

    The period in it is the one in the code, which stays when a record is kept longer.

    >>> folder_of(ArchivalCode.parse("J019-ZY·XK·2026·D30-0001"))
    'J019/ZY·XK/2026/D30/J019-ZY·XK·2026·D30-0001'
    """
    series = code.series
    parts = [series.fonds, "·".join(series.category), f"{series.year}"]
    parts.append(str(series.retention))
    if series.office is not None:
        parts.append(series.office)
    return "/".join([*parts, str(code)])


def history_path(code: ArchivalCode) -> str:
    """Return where the journal lines about the record with *code* stand."""
    return f"{HISTORY}/{code}.jsonl"


def evidence_path(code: ArchivalCode) -> str:
    """Return where the evidence record (RFC 4998) about the record stands."""
    return f"{EVIDENCE}/{code}.ers"


def manifest_path(algorithm: str) -> str:
    """Return where the volume's checksum file of *algorithm* stands."""
    return f"{OTHER}/{manifest.manifest_path(algorithm)}"
