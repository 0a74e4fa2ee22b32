"""A transfer from the command line: both sides, and what goes wrong between them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import frozen

from cli.office import MADE_AT, SCHEDULE, Command, Ended, Office
from egovarchive.signing.keys import KeySigner

CODES = [f"J019-ZY·XK·2026·D30-000{number}" for number in (1, 2, 3)]
ARCHIVES = "某市档案馆"


@frozen
class Sides:
    """An agency with three records, and the archives that trust it."""

    command: Command
    office: Office
    folder: Path
    key: Path
    certificate: Path

    def send(self, *more: str | Path, codes: list[str] | None = None) -> Ended:
        chosen = [part for code in (codes or CODES) for part in ("--code", code)]
        return self.command(
            *("transfer", *self.place),
            *("--to", ARCHIVES, "--out", self.folder / "out", "--by", "移交人"),
            *("--environment", "任意系统", *chosen, *more),
        )

    def receive(self, *more: str | Path) -> Ended:
        return self.command(
            *("receive", "--archive", self.folder / "archives"),
            *("--key", self.key, "--certificate", self.certificate),
            *("--archives", ARCHIVES, "--by", "接收人", "--out", self.folder / "back"),
            *more,
        )

    def acknowledge(self, *more: str | Path) -> Ended:
        [receipt] = (self.folder / "back").glob("receipt-*.json")
        return self.command(
            *("acknowledge", receipt, "--archive", self.office.archive),
            *("--trust", self.certificate, "--by", "移交人", *more),
        )

    @property
    def place(self) -> tuple[str, ...]:
        return "--archive", str(self.office.archive), *self.office.signing

    def volumes(self) -> list[Path]:
        return sorted(
            path
            for path in (self.folder / "out").iterdir()
            if path.is_dir() or path.suffix == ".zip"
        )


@pytest.fixture
def sides(command: Command, office: Office, tmp_path: Path) -> Sides:
    assert command(*office.init).code == 0
    paths = [office.case(f"C-{number}") for number in (1, 2, 3)]
    assert command(*office.deposit(*paths)).code == 0
    folder = tmp_path / "exchange"
    folder.mkdir()
    signer = KeySigner.self_signed("Archives", at=MADE_AT, years=40)
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    key.write_bytes(signer.private_pem(None))
    certificate.write_bytes(signer.certificate_pem())
    schedule = folder / "schedule.csv"
    schedule.write_text(SCHEDULE, encoding="utf-8")
    done = command(
        *("init", "--archive", folder / "archives", "--fonds", "J019"),
        *("--category", "ZY·XK", "--unit", "某某局", "--schedule", schedule),
        *("--certificate", office.certificate),
    )
    assert done.code == 0
    return Sides(command, office, folder, key, certificate)


class TestTheWholeWay:
    def test_sent_received_and_acknowledged(self, sides: Sides) -> None:
        done = sides.send()
        assert done.code == 0, done.err
        assert done.out.startswith("Sent records: 3. Volumes: 1.")
        done = sides.receive(sides.folder / "out")
        assert done.code == 0, done.err
        assert "3 accepted" in done.out
        assert {path.suffix for path in (sides.folder / "back").iterdir()} == {
            ".json", ".p7s", ".html", ".odt"
        }  # fmt: skip
        done = sides.acknowledge("--lang", "zh")
        assert (done.code, done.err) == (0, "")
        assert "接收 3 件" in done.out
        # Once more, each of them says the same; also where all lies in one folder.
        for path in (sides.folder / "back").iterdir():
            (sides.folder / "out" / path.name).write_bytes(path.read_bytes())
        assert sides.acknowledge().code == 0
        assert sides.receive(*sides.volumes()).code == 0

    def test_in_json(self, sides: Sides) -> None:
        [row] = sides.send("--json", "--medium", "硬盘").rows
        assert (row["records"], row["round"], len(row["volumes"])) == (3, 1, 1)
        [row] = sides.receive(*row["volumes"], "--json").rows
        assert (row["accepted"], row["rejected"], row["differences"]) == (3, 0, [])
        # It came on a carrier: nobody has looked at that.
        assert "security.medium_appearance" in row["review"]
        [row] = sides.acknowledge("--json").rows
        assert (row["accepted"], row["duplicate"]) == (3, 0)

    def test_offer_reply_and_the_rest(self, sides: Sides) -> None:
        done = sides.send("--offer")
        assert done.out.startswith("Offered records: 3.")
        [offer] = (sides.folder / "out").glob("offer-*.json")
        done = sides.receive("--offer", offer, "--decline", f"{CODES[1]}=out_of_scope")
        assert done.code == 0, done.err
        reply = sides.folder / "back"
        done = sides.command(
            *("transfer", *sides.place),
            *("--reply", reply, "--trust", sides.certificate, "--by", "移交人"),
            *("--out", sides.folder / "out", "--environment", "任意系统", "--json"),
        )
        assert done.code == 0, done.err
        assert done.rows[0]["records"] == 2

    def test_by_a_list_and_by_date(self, sides: Sides, tmp_path: Path) -> None:
        listed = tmp_path / "codes.txt"
        listed.write_text(f"\ufeff{CODES[0]}\n\n{CODES[2]}\n", encoding="utf-8")
        place = sides.place
        rest = (
            *("--to", ARCHIVES, "--out", str(sides.folder / "o"), "--by", "移交人"),
            *("--environment", "任意系统", "--json"),
        )
        done = sides.command("transfer", *place, *rest, "--list", listed)
        assert done.rows[0]["records"] == 2
        done = sides.command("transfer", *place, *rest, "--on", "2030-01-01")
        assert (done.code, done.rows[0]["records"]) == (0, 0)
        on = ("--on", "2031-03-04")
        for none in (("--year", "2025"), ("--item", "0100190099")):
            done = sides.command("transfer", *place, *rest, *on, *none)
            assert (done.code, done.rows[0]["records"]) == (0, 0)
        done = sides.command("transfer", *place, *rest, "--year", "2026")
        assert (done.code, "--on" in done.err) == (2, True)
        done = sides.command("transfer", *place, *rest, *on, "--year", "2026")
        assert done.rows[0]["records"] == 1
        listed.write_text("nonsense\n")
        done = sides.command("transfer", *place, *rest, "--list", listed)
        assert done.code == 2
        assert "codes.txt:1" in done.err


class TestFindings:
    def test_what_is_rejected_is_told_on_both_sides(self, sides: Sides) -> None:
        sides.send()
        done = sides.receive(
            *sides.volumes(), "--reject", f"{CODES[0]}=other:申请材料待补正"
        )
        assert done.code == 1
        assert f"{CODES[0]}  other: 申请材料待补正" in done.out
        done = sides.acknowledge()
        assert done.code == 1
        assert "1 rejected" in done.out

    def test_a_form_that_says_otherwise_stops_all(self, sides: Sides) -> None:
        sides.send()
        [form] = (sides.folder / "out").glob("移交*.json")
        tree = json.loads(form.read_text(encoding="utf-8"))
        form.write_text(json.dumps({**tree, "items": 4}), encoding="utf-8")
        done = sides.receive(*sides.volumes())
        assert done.code == 1
        assert "number of items: 4 / 3" in done.err
        assert not (sides.folder / "back").exists()
        done = sides.receive(*sides.volumes(), "--partial", "--lang", "zh")
        assert done.code == 1
        assert "件数: 4 / 3" in done.out
        assert "接收 3 件" in done.out

    def test_a_missing_volume(self, sides: Sides) -> None:
        done = sides.send("--medium", "光盘", "--medium-size", "50000")
        assert done.code == 0, done.err
        first, *others = sides.volumes()
        assert others
        done = sides.receive(first)
        assert done.code == 1
        assert "missing" in done.err
        assert sides.receive(first, *others).code == 0

    def test_a_receipt_of_somebody_else(self, sides: Sides) -> None:
        sides.send()
        sides.receive(*sides.volumes())
        [receipt] = (sides.folder / "back").glob("receipt-*.json")
        done = sides.command(
            *("acknowledge", receipt, "--archive", sides.office.archive),
            *("--trust", sides.office.certificate, "--by", "移交人"),
        )
        assert done.code == 1
        receipt.with_name(f"{receipt.name}.p7s").unlink()
        assert sides.acknowledge().code == 1


class TestWrongUse:
    @pytest.mark.parametrize(
        ("more", "told"),
        [
            (("--on", "2031-01-01"), "one of"),
            (("--offer", "--reply", "x"), "one of"),
        ],
    )
    def test_of_transfer(self, sides: Sides, more: tuple[str, ...], told: str) -> None:
        done = sides.send(*more)
        assert (done.code, done.out) == (2, "")
        assert told in done.err

    @pytest.mark.parametrize(
        "more",
        [
            (),
            ("--decline", f"{CODES[0]}=other"),
            ("--offer", "offer.json", "--partial"),
            ("--offer", "offer.json"),
            ("out", "--reject", f"{CODES[0]}=because"),
            ("out", "--reject", "because"),
        ],
    )
    def test_of_receive(self, sides: Sides, more: tuple[str, ...]) -> None:
        done = sides.receive(*more)
        assert (done.code, done.out) == (2, "")
