"""Case JSON: what is read, what is written, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import ContentError
from egovarchive.exchange.case_json import CaseJsonError, dump_case, load_case
from egovarchive.exchange.source import Limits
from egovarchive.records.case import Case
from egovarchive.records.content import BytesContent, FileContent, StreamContent
from egovarchive.records.document import File
from egovarchive.testing.strategies.cases import cases

Edit = Callable[[dict[str, Any]], object]
MINIMAL: dict[str, Any] = {
    "number": "1",
    "item": {"code": "12441500196720244T3442199806003", "name": "食品经营许可"},
    "title": "题名",
    "applicant": {"kind": "natural", "name": "赵某"},
    "concluded_on": "2026-03-04",
    "decision": "granted",
    "documents": [
        {
            "name": "申请书",
            "role": "application",
            "files": [{"name": "a.txt", "base64": "YQ=="}],
        }
    ],
}

WRONG_CODE = "12441500196720244X3442199806003"
JOINT = {"number": "1", "name": "n", "lead": "l", "parts": ["a", ""]}
STEP = {"activity": "a", "actor": "b", "unit": "c", "at": "2026-03-04"}
LICENCE = {"name": "n", "valid_until": "2026-13-01"}


def minimal() -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(MINIMAL))
    return copy


def as_json(tree: object) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode()


def contents(case: Case) -> list[bytes]:
    return [
        b"".join(file.content.chunks())
        for document in case.documents
        for file in document.files
    ]


def refused(source: bytes | Path, **how: Any) -> CaseJsonError:
    with pytest.raises(CaseJsonError) as caught:
        load_case(source, **how)
    return caught.value


@given(cases)
def test_a_case_that_was_written_is_read_back(case: Case) -> None:
    data = dump_case(case)
    again = load_case(data)
    assert again == case
    assert contents(again) == contents(case)
    assert dump_case(again) == data


@given(cases)
def test_a_case_with_paths_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, case: Case
) -> None:
    folder = tmp_path_factory.mktemp("案")
    documents = []
    for i, document in enumerate(case.documents):
        files = []
        for j, file in enumerate(document.files):
            path = folder / f"文件 {i}" / f"{j}.bin"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"".join(file.content.chunks()))
            files.append(evolve(file, content=path))
        documents.append(evolve(document, files=files))
    placed = evolve(case, documents=documents)
    path = folder / "case.json"
    path.write_bytes(dump_case(placed, content="paths", folder=folder))
    for again in (
        load_case(path),
        load_case(str(path)),
        load_case(path.read_bytes(), folder=folder),
    ):
        assert again == case
        assert contents(again) == contents(case)


def test_what_is_written_is_for_people_too() -> None:
    case = load_case(as_json(minimal()))
    text = dump_case(case).decode()
    assert text.startswith('{\n  "number": "1",\n  "item": {\n    "code": "1244')
    assert '"title": "题名"' in text
    assert text.endswith("}\n")
    assert "null" not in text
    assert "steps" not in text


def test_defaults_are_those_of_the_model() -> None:
    (document,) = load_case(as_json(minimal())).documents
    assert document.provenance.value == "evidentiary"
    assert document.classification.value == "none"


@pytest.mark.parametrize(
    ("edit", "place", "what"),
    [
        (lambda t: t.pop("number"), "$.number", "it is missing"),
        (lambda t: t.update(number=1), "$.number", "expected a text, found 1"),
        (lambda t: t.update(number="x" * 65), "$.number", "65 characters"),
        (lambda t: t.update(title=" "), "$.title", "empty"),
        (lambda t: t.update(title="a\nb"), "$.title", "U+000A"),
        (lambda t: t.update(title="\ud800"), "$.title", "U+D800"),
        (lambda t: t.update(agent=None), "$.agent", "found null"),
        (lambda t: t.update(Title="x"), "$.Title", "did you mean 'title'?"),
        (lambda t: t.update({"": 1}), "$['']", "unknown name ''"),
        (lambda t: t.update(decision="准予"), "$.decision", "none of granted"),
        (lambda t: t.update(concluded_on="2026-02-29"), "$.concluded_on", "calendar"),
        (lambda t: t.update(concluded_on="1899-12-31"), "$.concluded_on", "between"),
        (lambda t: t.update(accepted_on="2026-03-05"), "$.accepted_on", "after"),
        (lambda t: t.update(documents=[]), "$.documents", "no document"),
        (lambda t: t.update(documents={}), "$.documents", "expected an array"),
        (
            lambda t: t["documents"][0].update(files=[]),
            "$.documents[0].files",
            "no file",
        ),
        (
            lambda t: t["documents"][0].update(files="a"),
            "$.documents[0].files",
            "array",
        ),
        (lambda t: t["item"].update(code=WRONG_CODE), "$.item.code", "check character"),
        (lambda t: t["item"].update(code=""), "$.item.code", "it is empty"),
        (
            lambda t: t["item"].update(basic_code="x"),
            "$.item.basic_code",
            "not the basic code",
        ),
        (
            lambda t: t["applicant"].update(identifier="1"),
            "$.applicant.identifier",
            "together",
        ),
        (lambda t: t.update(joint=JOINT), "$.joint.parts[1]", "empty"),
        (
            lambda t: t.update(licences=[LICENCE]),
            "$.licences[0].valid_until",
            "calendar",
        ),
        (lambda t: t.update(steps=[STEP]), "$.steps[0].at", "not a moment"),
    ],
)
def test_each_error_has_its_exact_place(edit: Edit, place: str, what: str) -> None:
    tree = minimal()
    edit(tree)
    error = refused(json.dumps(tree).encode())
    assert [e.place for e in error.errors] == [place]
    assert what in str(error)
    assert error.message("zh") != error.message("en")


@pytest.mark.parametrize(
    ("file", "places", "what"),
    [
        ({"name": "a"}, [""], "either a path or base64"),
        ({"name": "a", "path": "a", "base64": "YQ=="}, [""], "either a path or base64"),
        ({"name": "a", "base64": ""}, [".base64"], "no base64"),
        ({"name": "a", "base64": None}, [".base64"], "found null"),
        ({"name": "a", "path": "a"}, [".path"], "leads nowhere"),
        ({"name": "a", "content": "a", "base64": "YQ=="}, [".content"], "unknown name"),
        ({"name": "../a", "base64": "YQ=="}, [".name"], "U+002F"),
        (
            {"name": "a:", "base64": "Y", "digest": "md5:0"},
            [".base64", ".digest", ".name"],
            "md5",
        ),
        (
            {"name": "a", "base64": "YQ==", "digest": "sha256:0"},
            [".digest"],
            "64 digits",
        ),
        ({"name": "文" * 81, "base64": "YQ=="}, [".name"], "243 bytes"),
        ({"name": "a", "base64": "YQ==", "program": "x" * 101}, [".program"], "101"),
        ("a.pdf", [""], "expected an object, found 'a.pdf'"),
    ],
)
def test_each_error_of_a_file_has_its_place(
    file: object, places: list[str], what: str
) -> None:
    tree = minimal()
    tree["documents"][0]["files"].append(file)
    error = refused(as_json(tree))
    assert sorted(e.place for e in error.errors) == [
        f"$.documents[0].files[1]{place}" for place in sorted(places)
    ]
    assert what in str(error)


def test_personal_numbers_are_not_repeated() -> None:
    tree = minimal()
    tree["applicant"] |= {
        "identifier_kind": "resident_id",
        "identifier": "110105194912310021",
    }
    tree["concluded_on"] = "11010519491231002X"
    tree["11010519491231002X"] = 1
    for text in (
        refused(as_json(tree)).message("en"),
        refused(as_json(tree)).message("zh"),
    ):
        assert "19491231" not in text
        assert text.count("110105********") >= 3


def test_a_relative_path_leads_from_the_file_it_stands_in(tmp_path: Path) -> None:
    tree = minimal()
    tree["documents"][0]["files"] = [{"name": "b.txt", "path": "申请/甲.txt"}]
    path = tmp_path / "case.json"
    path.write_bytes(as_json(tree))
    assert "No such file" in str(refused(path))
    (tmp_path / "申请").mkdir()
    (tmp_path / "申请" / "甲.txt").write_bytes(b"b")
    case = load_case(path)
    assert case.documents[0].files[0].name == "b.txt"
    assert contents(case) == [b"b"]
    assert "No such file" in str(refused(path, folder=tmp_path / "申请"))


def test_the_caller_may_supply_the_content(tmp_path: Path) -> None:
    tree = minimal()
    tree["documents"][0]["files"] = [{"name": "b.txt", "path": "oss://../x"}]
    path = tmp_path / "case.json"
    path.write_bytes(as_json(tree))
    case = load_case(path, content=lambda text: BytesContent(text.encode()))
    assert contents(case) == [b"oss://../x"]


def test_a_file_that_cannot_be_read_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="No such file"):
        load_case(tmp_path / "missing.json")


def test_limits_are_the_callers() -> None:
    data = as_json(minimal())
    values = sum(map(data.count, (b",", b"[", b"{")))
    exact = Limits(size=len(data), depth=5, values=values)
    assert load_case(data, limits=exact) == load_case(data)
    for less, what in (
        ({"size": len(data) - 1}, "bytes"),
        ({"depth": 4}, "one within the other"),
        ({"values": values - 1}, "values"),
    ):
        assert what in str(refused(data, limits=evolve(exact, **less)))


def _with_content(*content: Any) -> Case:
    case = load_case(as_json(minimal()))
    files = [File(f"{i}.txt", what) for i, what in enumerate(content)]
    return evolve(case, documents=[evolve(case.documents[0], files=files)])


def test_a_path_is_written_only_for_a_file_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("out.txt", "in/a.txt"):
        (tmp_path / name).write_bytes(b"x")
    case = _with_content(b"bytes", tmp_path / "out.txt", tmp_path / "in" / "a.txt")
    with pytest.raises(CaseJsonError) as caught:
        dump_case(case, content="paths", folder=tmp_path / "in")
    assert [e.place for e in caught.value.errors] == [
        "$.documents[0].files[0]",
        "$.documents[0].files[1]",
    ]
    with pytest.raises(CaseJsonError, match="name it"):
        dump_case(_with_content(tmp_path / "in" / "a.txt"), content="paths")


def test_what_cannot_be_read_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ContentError):
        dump_case(_with_content(FileContent(tmp_path / "missing")))
    with (tmp_path / "a").open("wb+") as file:
        stream = StreamContent(file)
        dump_case(_with_content(stream))
        with pytest.raises(ContentError, match="read before"):
            dump_case(_with_content(stream))


@given(st.binary(max_size=100) | st.text(max_size=50).map(str.encode))
def test_no_bytes_give_another_error(data: bytes) -> None:
    refused(data)
