from __future__ import annotations

import json

import pytest

from cli.office import Command, Office
from egovarchive import Archive
from egovarchive.cli.deposit import outcomes
from egovarchive.errors import StorageError
from egovarchive.lifecycle.entry import ROW_KEYS, Entry
from egovarchive.signing.keys import KeySigner
from egovarchive.storage.files import FileStorage


@pytest.fixture
def ready(command: Command, office: Office) -> Office:
    assert command(*office.init).code == 0
    return office


def test_cases_are_archived(command: Command, ready: Office) -> None:
    cases = [ready.case("C-1"), ready.case("C-2")]
    done = command(*ready.deposit(*cases))
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "J019-ZY·XK·2026·D30-0001  C-1  某某公司公共场所卫生许可 C-1",
        "J019-ZY·XK·2026·D30-0002  C-2  某某公司公共场所卫生许可 C-2",
        "Archived: 2. Refused: 0.",
    ]


def test_an_entry_in_json_has_all_it_has(command: Command, ready: Office) -> None:
    path = ready.case()
    (row,) = command(*ready.deposit(path), "--json").rows
    assert set(row) == {*ROW_KEYS, "title", "fonds", "retention", "file"}
    assert row["code"] == "J019-ZY·XK·2026·D30-0001"
    assert row["retention"] == "D30"
    assert row["transfer_due_on"] == "2031-03-04"
    assert row["file"] == str(path)


def test_files_are_looked_into_if_asked(command: Command, ready: Office) -> None:
    cut = {"name": "a.png", "base64": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6"}
    documents = [{"name": "申请表", "role": "application", "files": [cut]}]
    path = ready.case("C-1", documents=documents)
    done = command(*ready.deposit(path), "--tools", "core", "--json")
    assert (done.code, done.out) == (1, "")
    assert {each["error"] for each in done.problems} == {"ChecksFailedError"}
    assert "integrity.content" in {each["rule"] for each in done.problems}
    assert command(*ready.deposit(path)).code == 0, "nobody looked"


def test_without_its_scanner_nothing_is_archived(
    command: Command, ready: Office
) -> None:
    scanner = ("--tools", "core", "--clamd", f"unix:{ready.folder}/clamd")
    done = command(*ready.deposit(ready.case()), *scanner, "--json")
    assert (done.code, done.out) == (1, "")
    assert {each["rule"] for each in done.problems} == {"security.malware"}
    assert "cannot be reached" in done.problems[0]["message"]


def test_the_same_case_gets_the_code_it_has(command: Command, ready: Office) -> None:
    arguments = (*ready.deposit(ready.case(), ready.case()), "--json")
    rows = command(*arguments).rows + command(*arguments).rows
    assert {row["code"] for row in rows} == {"J019-ZY·XK·2026·D30-0001"}


def test_a_refused_case_does_not_stop_the_others(
    command: Command, ready: Office
) -> None:
    no_json = ready.folder / "no.json"
    no_json.write_text("{", encoding="utf-8")
    cases = [
        ready.folder / "missing.json",
        ready.case("C-1"),
        no_json,
        ready.case("C-3", item={"code": "0100190099", "name": "x"}),
        ready.case("C-4"),
        ready.folder / "gone.json",
    ]
    done = command(*ready.deposit(*cases), "--lang", "zh")
    assert done.code == 1
    assert [line.split()[1] for line in done.out.splitlines()[:-1]] == ["C-1", "C-4"]
    assert done.out.splitlines()[-1] == "已归档 2 件，拒收 4 件。"
    lines = done.err.splitlines()
    named = [cases[0], cases[2], cases[3], cases[5]]
    assert [line.partition(": ")[0] for line in lines] == [str(path) for path in named]
    assert "未规定事项 '0100190099'" in lines[2]


def test_all_that_is_wrong_with_a_case_is_told(command: Command, ready: Office) -> None:
    path = ready.case(
        concluded_on="2026-02-30",
        decision="perhaps",
        applicant={"kind": "legal", "name": "x", "colour": "red"},
    )
    done = command(*ready.deposit(path), "--json")
    assert (done.code, done.out) == (1, "")
    assert {each["place"] for each in done.problems} == {
        "$.concluded_on",
        "$.decision",
        "$.applicant.colour",
    }
    for problem in done.problems:
        assert set(problem) == {"error", "message", "place", "rule", "file"}
        assert problem["error"] == "CaseJsonError"
        assert problem["rule"]
        assert problem["file"] == str(path)
        assert problem["place"] not in problem["message"]
    assert len(command(*ready.deposit(path)).err.splitlines()) == 3


def test_the_same_number_with_other_content_is_refused(
    command: Command, ready: Office
) -> None:
    assert command(*ready.deposit(ready.case())).code == 0
    done = command(*ready.deposit(ready.case(title="另一题名")), "--json")
    assert done.code == 1
    assert [each["error"] for each in done.problems] == ["ConflictError"]


def test_files_are_found_beside_the_case(command: Command, ready: Office) -> None:
    folder = ready.folder / "case"
    folder.mkdir()
    (folder / "申请表.txt").write_text("申请", encoding="utf-8")
    row = json.loads(ready.case().read_text(encoding="utf-8"))
    row["documents"][0]["files"] = [{"name": "申请表.txt", "path": "申请表.txt"}]
    path = folder / "case.json"
    path.write_text(json.dumps(row), encoding="utf-8")
    assert command(*ready.deposit(path)).code == 0
    (folder / "申请表.txt").unlink()
    done = command(*ready.deposit(path))
    assert done.code == 1
    assert "$.documents[0].files[0].path" in done.err


def test_trouble_with_the_disk_is_no_finding(
    command: Command, ready: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: FileStorage, items: object) -> list[bool]:
        raise StorageError("no space", "磁盘空间不足")

    monkeypatch.setattr(FileStorage, "put_all", full)
    cases = [ready.folder / "missing.json", ready.case("C-1"), ready.case("C-2")]
    done = command(*ready.deposit(*cases))
    assert done.code == 3
    assert "no space" in done.err
    assert done.out == "Archived: 0. Refused: 3.\n"


def test_an_archive_that_is_not_there_is_told_before_any_case(
    command: Command, office: Office
) -> None:
    done = command(*office.deposit(office.folder / "missing.json"))
    assert done.code == 3
    assert "no archive in" in done.err
    assert "missing.json" not in done.err


def test_a_stopped_deposit_keeps_what_it_told(command: Command, ready: Office) -> None:
    paths = [str(ready.case(f"C-{n}")) for n in range(5)]
    signer = KeySigner.from_files(ready.key, ready.certificate)
    archive = Archive.open(ready.archive, signer=signer)
    _, first = next(outcomes(archive, paths))
    assert isinstance(first, Entry)
    assert Archive.open(ready.archive).entry(first.code) == first


def test_it_needs_a_case(command: Command, ready: Office) -> None:
    done = command("deposit", "--archive", ready.archive, "--lang", "zh")
    assert done.code == 2
    assert "缺少必需的参数：CASE.json" in done.err
