from __future__ import annotations

import pytest

from cli.office import Command, Office
from egovarchive import Archive


def test_it_makes_an_archive(command: Command, office: Office) -> None:
    done = command(*office.init)
    assert (done.code, done.err) == (0, "")
    assert str(office.archive) in done.out
    assert "2026-1, service items: 1" in done.out
    assert "CN=Test" in done.out
    arrangement = Archive.open(office.archive).arrangement
    assert (arrangement.fonds, arrangement.category) == ("J019", ("ZY", "XK"))
    assert arrangement.level is None


def test_every_option_is_kept(command: Command, office: Office) -> None:
    done = command(
        *office.init,
        *("--office", "BGS", "--level", "county", "--template", "dat22_2015"),
        *("--unit-code", "91350100M000100Y43", "--json"),
    )
    assert done.rows == [
        {
            "archive": str(office.archive),
            "fonds": "J019",
            "category": "ZY·XK",
            "unit": "某某局",
            "unit_code": "91350100M000100Y43",
            "office": "BGS",
            "level": "county",
            "template": "dat22_2015",
            "schedule": "2026-1",
            "rules": 1,
            "trusts": ["CN=Test"],
        }
    ]
    arrangement = Archive.open(office.archive).arrangement
    assert arrangement.office == "BGS"
    assert arrangement.level is not None
    assert arrangement.level.value == "county"
    assert arrangement.template.value == "dat22_2015"
    assert arrangement.unit_code == "91350100M000100Y43"


def test_a_certificate_alone_is_trusted(command: Command, office: Office) -> None:
    arguments = [each for each in office.init if each not in {"--key", str(office.key)}]
    assert "CN=Test" in command(*arguments, "--lang", "zh").out
    assert command(*office.deposit(office.case())).code == 0
    assert command("verify", "--archive", office.archive).code == 0


def test_without_a_certificate_nothing_is_called_fine(
    command: Command, office: Office
) -> None:
    done = command(*[each for each in office.init if each not in office.signing])
    assert done.code == 0
    assert "No certificate is trusted" in done.out
    assert command(*office.deposit(office.case())).code == 0
    verified = command("verify", "--archive", office.archive)
    assert verified.code == 1
    assert "authenticity.signature not performed" in verified.out


def test_the_archive_may_come_from_the_environment(
    command: Command, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGOVARCHIVE_ARCHIVE", str(office.archive))
    monkeypatch.setenv("EGOVARCHIVE_KEY", str(office.key))
    monkeypatch.setenv("EGOVARCHIVE_CERTIFICATE", str(office.certificate))
    given = {"--archive", str(office.archive), *office.signing}
    assert command(*[each for each in office.init if each not in given]).code == 0
    assert command("deposit", office.case()).code == 0
    assert len(command("list", "--json").rows) == 1


def test_all_that_is_wrong_with_a_schedule_is_told(
    command: Command, office: Office
) -> None:
    text = office.schedule.read_text(encoding="utf-8")
    text = text.replace("30年", "forever").replace("2026-01-01", "2026-02-30")
    office.schedule.write_text(text, encoding="utf-8")
    done = command(*office.init)
    assert done.code == 2
    lines = done.err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{office.schedule}: line ") for line in lines)
    places = {each["place"] for each in command(*office.init, "--json").problems}
    assert places == {"line 4, 生效日期", "line 7, 保管期限"}
    assert not office.archive.exists()


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("--fonds", "j019", "not a fonds number: 'j019'"),
        ("--category", "ZY.XK", "not a category: 'ZY.XK'"),
        ("--unit", " ", "unit: it is empty"),
        ("--unit-code", "91350100M000100Y44", "91350100M000100Y44"),
        ("--office", "a/b", "not an office or subject code"),
        ("--level", "village", "invalid choice: 'village'"),
        ("--template", "dat", "invalid choice: 'dat'"),
    ],
)
def test_a_value_that_breaks_its_rule_is_named(
    command: Command, office: Office, option: str, value: str, word: str
) -> None:
    done = command(*office.init, option, value)
    assert (done.code, done.out) == (2, "")
    assert word in done.err
    assert done.err.count("\n") == 1
    assert not office.archive.exists()


def test_a_schedule_that_cannot_be_read_is_no_wrong_use(
    command: Command, office: Office
) -> None:
    office.schedule.unlink()
    done = command(*office.init)
    assert done.code == 3
    assert str(office.schedule) in done.err


def test_a_folder_in_use_is_left_alone(command: Command, office: Office) -> None:
    office.archive.mkdir()
    (office.archive / "mine").write_text("mine")
    done = command(*office.init)
    assert done.code == 3
    assert "not an empty folder" in done.err
    assert [path.name for path in office.archive.iterdir()] == ["mine"]


def test_a_path_that_is_no_folder_is_told(command: Command, office: Office) -> None:
    inside_a_file = office.schedule / "archive"
    done = command(*office.init, "--archive", inside_a_file)
    assert done.code == 3
    assert "Traceback" not in done.err
    assert str(inside_a_file) in done.err
