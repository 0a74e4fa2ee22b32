"""A folder of lists and replies: read whole, within limits, or refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from egovarchive.errors import SigningError
from egovarchive.signing.revocation_folder import RevocationFolder
from signing.revoking import MIDDLE, ROOT, crl, reply


def test_it_gives_what_lies_there(tmp_path: Path) -> None:
    made = crl(MIDDLE), reply(MIDDLE), ROOT.der
    for name, data in zip(("a.crl", "b.ocsp", "c.cer"), made, strict=True):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "read me.txt").write_bytes(b"...")
    found = RevocationFolder(tmp_path).latest()
    assert (found.crls, found.ocsp) == ((made[0],), (made[1],))
    assert found.certificates == (ROOT.der,)


def test_one_that_holds_too_much_is_refused(tmp_path: Path) -> None:
    for number in range(201):
        (tmp_path / f"{number}.crl").touch()
    with pytest.raises(SigningError, match="more than 200"):
        RevocationFolder(tmp_path).latest()
    with (tmp_path / "0.crl").open("wb") as file:
        file.truncate(64_000_001)
    for number in range(1, 201):
        (tmp_path / f"{number}.crl").unlink()
    with pytest.raises(SigningError, match="64000000"):
        RevocationFolder(tmp_path).latest()


def test_one_that_is_not_there_is_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="nowhere") as caught:
        RevocationFolder(tmp_path / "nowhere").latest()
    assert "无法读取" in caught.value.message("zh")


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    make(tmp_path / "a.crl")
    with pytest.raises(SigningError, match=r"a\.crl"):
        RevocationFolder(tmp_path).latest()
