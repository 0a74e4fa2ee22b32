"""The embedded archive: a folder that is made, opened, and refused if it is broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from archive.office import (
    arrangement,
    case,
    cases,
    clock,
    in_threads,
    items_of,
    permissions_count,
    schedule,
    signer,
)
from egovarchive import Archive, Arrangement
from egovarchive.errors import (
    ArchiveError,
    EvidenceError,
    InvalidValueError,
    SigningError,
)
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.deadlines import Level
from egovarchive.records.series import Template
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.timestamps import TestAuthority

ARRANGEMENTS = [
    arrangement(),
    arrangement(
        unit_code="12441500196720244T",
        office="BGS",
        level=Level.COUNTY,
        category="WS",
        template=Template.DAT22_2015,
        schedule=schedule("第2版“新”"),
    ),
]


def create(path: Path, **changes: Any) -> Archive:
    values = {"arrangement": arrangement(), "signer": signer(), "clock": clock}
    return Archive.create(path, **{**values, **changes})


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


class TestAnArchive:
    @pytest.mark.parametrize("given", ARRANGEMENTS)
    @pytest.mark.parametrize("digests", [("sm3", "sha256"), ("sha256",)])
    def test_opened_is_the_one_that_was_made(
        self, given: Arrangement, digests: tuple[str, ...], tmp_path: Path
    ) -> None:
        made = create(tmp_path / "深" / "档案库", arrangement=given, digests=digests)
        entry = made.deposit(case())
        made.close()
        opened = Archive.open(tmp_path / "深" / "档案库", signer=signer(), clock=clock)
        assert opened.arrangement == given == made.arrangement
        assert opened.digests == digests
        assert opened.storage == made.storage
        assert opened.entry(entry.code).title == case().title
        assert opened.verify(entry.code).passed
        assert opened.deposit(case(2)).code.item == 2

    def test_may_be_made_in_an_empty_folder(self, tmp_path: Path) -> None:
        create(tmp_path)
        assert names(tmp_path) == {"archive.json", "schedule.json", "trust.pem"}

    def test_is_sealed_with_the_authority_that_it_is_opened_with(
        self, tmp_path: Path
    ) -> None:
        authority = TestAuthority(clock=clock)
        trusted = (authority.root,)
        made = create(tmp_path, timestamper=authority, authorities=trusted)
        code = made.deposit(case()).code
        made.sealing.seal()
        assert (
            Archive.open(tmp_path, clock=clock, authorities=trusted)
            .sealing.verify(code)
            .seal
        )
        with pytest.raises(EvidenceError):
            Archive.open(tmp_path).sealing.verify(code)

    def test_is_not_made_with_what_there_is_not(self, tmp_path: Path) -> None:
        with pytest.raises(TypeError, match="authority"):
            create(tmp_path / "new", authority=b"")
        assert names(tmp_path) == set()
        create(tmp_path / "new")
        with pytest.raises(TypeError, match="storage"):
            Archive.open(tmp_path / "new", storage=None)  # type: ignore[call-arg]

    def test_keeps_no_key(self, tmp_path: Path) -> None:
        create(tmp_path).deposit(case())
        for path in tmp_path.rglob("*"):
            if path.is_file():
                assert b"PRIVATE" not in path.read_bytes()
        reading = Archive.open(tmp_path)
        assert [report.passed for report in reading.verify_all()] == [True]
        with pytest.raises(SigningError, match="without a signer"):
            reading.deposit(case(2))

    def test_trusts_whom_it_was_told_to(self, tmp_path: Path) -> None:
        stranger = signer("陌生人").certificate
        certificates = [signer().certificate, stranger]
        create(tmp_path / "both", trust=certificates)
        opened = Archive.open(tmp_path / "both")
        assert isinstance(opened.verifier, TrustStore)
        assert list(opened.verifier.anchors) == certificates
        create(tmp_path / "none", signer=None)
        assert Archive.open(tmp_path / "none").verifier is None
        with pytest.raises(InvalidValueError):
            create(tmp_path / "bad", trust=[b"no certificate"])
        assert names(tmp_path) == {"both", "none"}

    def test_without_its_catalog_has_lost_nothing(self, tmp_path: Path) -> None:
        made = create(tmp_path)
        list(made.deposit_many(cases(5)))
        made.close()
        before = [(e, e.title) for e in made.entries()]
        made.close()
        for path in tmp_path.glob("catalog.sqlite*"):
            path.unlink()
        opened = Archive.open(tmp_path, signer=signer(), clock=clock)
        assert [(e, e.title) for e in opened.entries()] == before
        assert opened.deposit(case(6)).code.item == 6

    def test_opened_clears_what_the_dead_have_staged(self, tmp_path: Path) -> None:
        create(tmp_path).deposit(case())
        left = tmp_path / "store" / ".staging" / ("0" * 32)
        left.write_bytes(b"half")
        Archive.open(tmp_path)
        assert not left.exists()

    def test_is_opened_with_its_profile_only(self, tmp_path: Path) -> None:
        create(tmp_path)
        other = evolve(GBT42727_2023, name="another")
        with pytest.raises(ArchiveError, match="another"):
            Archive.open(tmp_path, profile=other)


class TestAFolderThatIsTaken:
    @pytest.mark.parametrize("name", ["x", "archive.json", ".hidden"])
    def test_is_left_as_it_is(self, name: str, tmp_path: Path) -> None:
        (tmp_path / name).write_bytes(b"kept")
        with pytest.raises(ArchiveError, match="not an empty folder") as caught:
            create(tmp_path)
        assert str(tmp_path) in caught.value.message("zh")
        assert names(tmp_path) == {name}
        assert (tmp_path / name).read_bytes() == b"kept"

    def test_by_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "x").write_bytes(b"kept")
        for path in (tmp_path / "x", tmp_path / "x" / "below"):
            with pytest.raises(ArchiveError):
                create(path)
        assert (tmp_path / "x").read_bytes() == b"kept"

    def test_by_an_archive(self, tmp_path: Path) -> None:
        create(tmp_path).deposit(case())
        with pytest.raises(ArchiveError):
            create(tmp_path, arrangement=arrangement(fonds="J020"))
        assert items_of(Archive.open(tmp_path)) == [1]

    @pytest.mark.parametrize("there", [True, False])
    def test_by_many_at_once_belongs_to_one(
        self, tmp_path: Path, *, there: bool
    ) -> None:
        for turn in range(10):
            path = tmp_path / f"{turn}"
            if there:
                path.mkdir()
            made: list[str] = []

            def act(thread: int, path: Path = path, made: list[str] = made) -> None:
                fonds = f"J{thread:03}"
                try:
                    create(path, arrangement=arrangement(fonds=fonds))
                except ArchiveError:
                    return
                made.append(fonds)

            in_threads(4, act)
            assert len(made) <= 1
            if made:
                assert Archive.open(path).arrangement.fonds == made[0]
            else:
                assert not path.exists() or names(path) == set()

    def test_that_may_not_be_written(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o555)
        with permissions_count():
            for path in (tmp_path, tmp_path / "new" / "deeper"):
                with pytest.raises(ArchiveError, match="Permission denied") as caught:
                    create(path)
                assert str(path) in str(caught.value)
        assert names(tmp_path) == set()


def _set(**changes: Any) -> Callable[[bytes], bytes]:
    return lambda data: json.dumps({**json.loads(data), **changes}).encode()


def _arranged(**changes: Any) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        tree = json.loads(data)
        tree["arrangement"].update(changes)
        return json.dumps(tree).encode()

    return change


def _without(name: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        tree = json.loads(data)
        del tree[name]
        return json.dumps(tree).encode()

    return change


def _of(data: bytes) -> Callable[[bytes], bytes]:
    return lambda _: data


class TestSettings:
    @pytest.mark.parametrize("name", ["archive.json", "schedule.json", "trust.pem"])
    def test_that_are_missing_are_named(self, name: str, tmp_path: Path) -> None:
        create(tmp_path)
        (tmp_path / name).unlink()
        with pytest.raises(ArchiveError, match=name) as caught:
            Archive.open(tmp_path)
        assert name in caught.value.message("zh")

    @pytest.mark.parametrize("where", ["nowhere", "file", "file/below", ""])
    def test_of_no_archive(self, where: str, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(ArchiveError, match=str(tmp_path)):
            Archive.open(tmp_path / where)

    @pytest.mark.parametrize("name", ["archive.json", "schedule.json", "trust.pem"])
    def test_that_may_not_be_read_are_named(self, name: str, tmp_path: Path) -> None:
        create(tmp_path)
        (tmp_path / name).chmod(0)
        with (
            permissions_count(),
            pytest.raises(ArchiveError, match="Permission denied"),
        ):
            Archive.open(tmp_path)

    @pytest.mark.parametrize(
        ("name", "change", "what"),
        [
            ("archive.json", _of(b""), "JSON"),
            ("archive.json", _of(b"[]"), "archive.json"),
            ("archive.json", _of(b"null"), "archive.json"),
            ("archive.json", _of(b"{}"), "format"),
            ("archive.json", _of(b"\xff\xfe{"), "UTF-8"),
            ("archive.json", _of(b"[" * 100_000), "archive.json"),
            ("archive.json", _set(format=2), "newer"),
            ("archive.json", _set(profile="unknown"), "unknown"),
            ("archive.json", _set(profile=None), "None"),
            ("archive.json", _set(digests=["md5"]), "md5"),
            ("archive.json", _set(digests="sm3"), "archive.json"),
            ("archive.json", _set(digests=7), "archive.json"),
            ("archive.json", _set(digests=[]), "archive.json"),
            ("archive.json", _set(arrangement=[1]), "archive.json"),
            ("archive.json", _without("digests"), "digests"),
            ("archive.json", _without("arrangement"), "arrangement"),
            ("archive.json", _arranged(fonds="J 19"), "J 19"),
            ("archive.json", _arranged(fonds=19), "archive.json"),
            ("archive.json", _arranged(unit=None), "unit"),
            ("archive.json", _arranged(unit_code="12441500196720244X"), "unit_code"),
            ("archive.json", _arranged(category="ZY·??"), "archive.json"),
            ("archive.json", _arranged(level="village"), "village"),
            ("archive.json", _arranged(template="none"), "none"),
            ("schedule.json", _of(b"{"), "schedule.json"),
            ("schedule.json", _set(version=""), "version"),
            ("schedule.json", _of(b"[]"), "schedule.json"),
            ("trust.pem", _of(b"no certificate"), "trust.pem"),
            (
                "trust.pem",
                lambda data: data.replace(b"A", b"B"),
                "trust.pem",
            ),
        ],
    )
    def test_that_are_broken_are_named_and_what_is_wrong_is_told(
        self, name: str, change: Callable[[bytes], bytes], what: str, tmp_path: Path
    ) -> None:
        create(tmp_path).deposit(case())
        path = tmp_path / name
        good = path.read_bytes()
        path.write_bytes(change(good))
        with pytest.raises(ArchiveError, match=name) as caught:
            Archive.open(tmp_path)
        assert what in str(caught.value)
        assert name in caught.value.message("zh")
        path.write_bytes(good)
        assert items_of(Archive.open(tmp_path)) == [1]
