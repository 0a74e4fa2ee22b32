"""`appraise` and `destroy`: from a list of what has expired to a certificate."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from archive.office import ITEM, SHORT_ITEM, arrangement, schedule
from archive.retention import EXPIRED, Clock, codes_of, hold, short_case
from cli.office import Command, write_keys
from egovarchive import Archive
from egovarchive.lifecycle.hold import Scope
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import ScheduleRule
from egovarchive.signing.keys import KeySigner


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with keys and an archive of three expired records."""
    write_keys(tmp_path)
    signer = KeySigner.from_files(tmp_path / "key.pem", tmp_path / "certificate.pem")
    rules = [
        ScheduleRule(item_code=ITEM, period=RetentionPeriod(30)),
        ScheduleRule(item_code=SHORT_ITEM, period=RetentionPeriod(1)),
    ]
    archive = Archive.create(
        tmp_path / "archive",
        arrangement=arrangement(schedule=schedule(rules=rules)),
        signer=signer,
        clock=Clock(),
    )
    for number in range(1, 4):
        archive.deposit(short_case(number))
    archive.close()
    monkeypatch.setenv("EGOVARCHIVE_ARCHIVE", str(tmp_path / "archive"))
    monkeypatch.setenv("EGOVARCHIVE_KEY", str(tmp_path / "key.pem"))
    monkeypatch.setenv("EGOVARCHIVE_CERTIFICATE", str(tmp_path / "certificate.pem"))
    return tmp_path


def fill_in(path: Path, **values: str) -> None:
    tree = json.loads(path.read_text(encoding="utf-8"))
    for each in tree["opinions"]:
        each.update(values)
    path.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")


APPROVAL = ("--role", "分管领导", "--opinion", "同意")


def appraised(command: Command, place: Path) -> None:
    file = place / "opinions.json"
    assert command("appraise", "--write", file).code == 0
    fill_in(file, opinion="destroy", reason="已无查考价值", by="李四")
    ended = command("appraise", file, "--by", "钱七", *APPROVAL)
    assert ended.code == 0, ended.err
    assert "proposed for destruction 3" in ended.out


def listed(command: Command) -> str:
    ended = command("destroy", "list", "--by", "周九", "--json")
    assert ended.code == 0, ended.err
    return str(ended.rows[0]["list"])


WATCHED = ("--witness", "王五", "--witness", "赵六", "--method", "删除")


def test_from_a_list_of_what_has_expired_to_a_certificate(
    command: Command, place: Path
) -> None:
    ended = command("appraise")
    assert ended.code == 0
    assert "To be appraised: 3." in ended.out
    assert "2025-12-31" in ended.out
    assert "To be appraised: 0." in command("appraise", "--on", "2025-12-31").out
    appraised(command, place)
    number = listed(command)
    ended = command("destroy", "execute", number, *WATCHED)
    assert (ended.code, "0 of 2" in ended.err) == (1, True)
    for by in ("孙八", "钱七"):
        assert command("destroy", "approve", number, "--by", by, *APPROVAL).code == 0
    ended = command("destroy", "approve", number, "--by", "孙八", *APPROVAL)
    assert (ended.code, "approved already" in ended.err) == (1, True)
    copy = place / "copy"
    shutil.copytree(place / "archive" / "store", copy)
    ended = command("destroy", "execute", number, *WATCHED, "--copy", copy)
    assert ended.code == 0, ended.err
    for store in (copy, place / "archive" / "store"):
        assert not list(store.rglob("*.zip"))
    ended = command("destroy", "certificate", number, "--to", place / "proof")
    assert ended.code == 0, ended.err
    assert (place / "proof" / "verify.sh").is_file()
    (row,) = command("destroy", "status", "--json").rows
    assert (row["destroyed"], row["witnesses"]) == (3, ["王五", "赵六"])
    assert "verify" in command("verify", "--help").out
    shown = command("destroy", "status", number, "--lang", "zh").out
    assert "已销毁" in shown


def test_who_acts_and_on_what_must_be_named(command: Command, place: Path) -> None:
    appraised(command, place)
    number = listed(command)
    for arguments in (
        ("list",),
        ("approve", number),
        ("approve",),
        ("strike", number, "--by", "周九"),
        ("strike", number, "--code", "x", "--by", "周九", "--reason", "x"),
        ("execute", number),
        ("execute", number, *WATCHED, "--copy", place / "nowhere"),
        ("certificate", number),
        ("burn",),
        ("status", "../../etc"),
    ):
        assert command("destroy", *arguments).code == 2, arguments
    assert command("destroy", "status", "0" * 64).code == 1


def test_records_are_listed_and_struck_by_code(command: Command, place: Path) -> None:
    appraised(command, place)
    archive = Archive.open(place / "archive")
    first, second, _ = map(str, codes_of(archive))
    archive.close()
    args = ("--code", first, "--code", second, "--by", "周九", "--json")
    (row,) = command("destroy", "list", *args).rows
    assert row["records"] == 2
    struck = ("strike", row["list"], "--code", first, "--by", "周九", "--reason", "x")
    (row,) = command("destroy", *struck, "--json").rows
    assert (row["waiting"], row["struck"]) == (1, 1)


def test_a_record_on_hold_may_be_left_blank(command: Command, place: Path) -> None:
    archive = Archive.open(place / "archive", clock=lambda: EXPIRED)
    hold(archive, Scope(everything=True))
    archive.close()
    file = place / "opinions.json"
    (row, *_) = command("appraise", "--write", file, "--json").rows
    assert row["holds"] == ["法院函1"]
    tree = json.loads(file.read_text(encoding="utf-8"))
    tree["opinions"][0].update(opinion="D10", reason="诉讼需要", by="李四")
    file.write_text(json.dumps(tree), encoding="utf-8")
    ended = command("appraise", file, "--by", "钱七", *APPROVAL, "--json")
    assert ended.code == 0, ended.err
    assert (ended.rows[0]["retained"], ended.rows[0]["proposed"]) == (1, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"opinion": ""},
        {"opinion": "D0"},
        {"opinion": "长期"},
        {"reason": ""},
        {"code": "J019"},
        {"by": 7},
    ],
)
def test_opinions_that_are_wrong_are_refused(
    command: Command, place: Path, change: dict[str, Any]
) -> None:
    file = place / "opinions.json"
    command("appraise", "--write", file)
    fill_in(file, **{"opinion": "destroy", "reason": "无", "by": "李四", **change})
    ended = command("appraise", file, "--by", "钱七", *APPROVAL)
    assert ended.code == 2, ended.err
    assert "opinions[0]" in ended.err


def test_files_that_hold_something_else_are_refused(
    command: Command, place: Path
) -> None:
    file = place / "x.json"
    approval = ("--by", "钱七", *APPROVAL)
    for text in ("[]", "{", '{"list":{},"opinions":[]}', '{"list":1,"opinions":2}'):
        file.write_text(text)
        assert command("appraise", file, *approval).code == 2, text
    assert command("appraise", place / "none.json", *approval).code != 0
    assert command("appraise", "--write", file).code != 0
    assert command("appraise", file).code == 2
