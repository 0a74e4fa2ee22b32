"""The backends that the how-to pages show are whole: they pass the contracts."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from egovarchive.archive import Archive
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.signing.trust import TrustStore
from egovarchive.testing import samples

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
MOMENT = datetime(2026, 1, 1, tzinfo=timezone.utc)


def _shown_in(name: str) -> dict[str, Any]:
    """Return what the first two Python blocks of a page define."""
    text = (HOW_TO / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {"__name__": name, "MOMENT": MOMENT}
    for block in blocks[:2]:
        exec(compile(block, name, "exec"), names)  # noqa: S102 - our own page
    return names


_STORAGE = _shown_in("bring-your-own-storage.md")
_SIGNER = _shown_in("bring-your-own-signer.md")

TestSqliteStorage = _STORAGE["TestSqliteStorage"]
TestOpensslSigner = _SIGNER["TestOpensslSigner"]


def test_an_archive_works_on_both(tmp_path: Path) -> None:
    made = samples.signer()
    key = tmp_path / "key.pem"
    key.write_bytes(made.private_pem())
    archive = Archive(
        arrangement=samples.arrangement(),
        storage=_STORAGE["SqliteStorage"](tmp_path / "objects.sqlite"),
        catalog=MemoryCatalog(),
        signer=_SIGNER["OpensslSigner"](str(key), made.certificate),
        verifier=TrustStore([made.certificate]),
    )
    entries = [
        deposit.entry
        for deposit in archive.deposit_many(samples.cases(5, files=2, size=100))
    ]
    assert all(entries)
    assert all(report.passed for report in archive.verify_all())


@pytest.mark.parametrize(
    "name", ["bring-your-own-storage.md", "bring-your-own-signer.md"]
)
def test_the_backend_is_short(name: str) -> None:
    text = (HOW_TO / name).read_text(encoding="utf-8")
    block = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[0]
    assert len(block.splitlines()) <= 75
