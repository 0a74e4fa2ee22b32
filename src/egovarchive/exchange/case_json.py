"""Case JSON: a case 办件 as other systems write it (docs/reference/case-json.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from cattrs import BaseConverter

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.case_content import (
    ContentAt,
    from_base64,
    in_folder,
    nowhere,
    path_in,
    to_base64,
)
from egovarchive.exchange.invalid_file import InvalidFileError
from egovarchive.exchange.json_scalars import text_of
from egovarchive.exchange.json_values import (
    Members,
    ObjectReader,
    Source,
    members_of,
    new_converter,
    text_hook,
)
from egovarchive.exchange.source import DEFAULT_LIMITS, AnyPath, Limits, bytes_of
from egovarchive.exchange.strict_json import parse
from egovarchive.records.case import Case
from egovarchive.records.content import Content
from egovarchive.records.digest import Digest
from egovarchive.records.document import File


class CaseJsonError(InvalidFileError):
    """
    Case JSON that is no case; places are such as ``$.documents[2].name``.

    First it is read as strict JSON, then its fields one by one, then the rules
    across fields: what is told at each of these stages is told all at once.
    """


def load_case(
    source: bytes | AnyPath,
    *,
    folder: AnyPath | None = None,
    content: ContentAt | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Case:
    """
    Return the case that *source* describes. The files of its documents are not read.

    Args:
        source: The JSON as bytes, or the path of a file that holds it.
        folder: Folder that the paths of files lead down from; by default that of
            *source*, if it is a path.
        content: Gives the content for a path, in place of *folder*; the path may
            then be any text.
        limits: How large the JSON may be.

    Raises:
        CaseJsonError: It is no case; tells all that is wrong with it.
        ContentError: The file at *source* cannot be read.
    """
    if content is None:
        if folder is None and not isinstance(source, bytes):
            folder = Path(source).parent
        content = nowhere if folder is None else in_folder(folder)
    try:
        tree = parse(bytes_of(source, limits), limits)
    except InvalidFileError as error:
        raise CaseJsonError([error]) from None
    try:
        return _reader(content).structure(tree, Case)
    except InvalidValueError as error:
        raise CaseJsonError([error.within("$")]) from None


def dump_case(
    case: Case,
    *,
    content: Literal["base64", "paths"] = "base64",
    folder: AnyPath | None = None,
) -> bytes:
    """
    Return *case* as JSON: UTF-8, indented, fields in the order of the model.

    What is absent is left out. `load_case` reads an equal case from it.

    Args:
        case: The case.
        content: Whether files are written as base64, for which they are read, or
            as paths.
        folder: Folder that the paths lead down from.

    Raises:
        CaseJsonError: A file is not in *folder*, or no folder was named.
        ContentError: A file cannot be read.
    """
    tree: dict[str, Any] = _WRITER.unstructure(case)
    errors: list[InvalidValueError] = []
    for i, document in enumerate(case.documents):
        for j, file in enumerate(document.files):
            written: dict[str, Any] = tree["documents"][i]["files"][j]
            if content == "base64":
                written["base64"] = to_base64(file.content)
                continue
            try:
                written["path"] = path_in(folder, file.content)
            except InvalidValueError as error:
                errors.append(error.within(f"$.documents[{i}].files[{j}]"))
    if errors:
        raise CaseJsonError(errors)
    return f"{json.dumps(tree, ensure_ascii=False, indent=2)}\n".encode()


def _reader(content: ContentAt) -> BaseConverter:
    converter = new_converter()
    converter.register_structure_hook(Digest, text_hook(Digest.parse))
    source = Source(("path", "base64"), lambda members: _content(members, content))
    file = ObjectReader(File, converter.structure, sources={"content": source})
    converter.register_structure_hook(File, file)
    return converter


def _new_writer() -> BaseConverter:
    converter = new_converter()
    converter.register_unstructure_hook(Digest, str)
    converter.register_unstructure_hook(
        File, lambda file: members_of(file, converter, without="content")
    )
    return converter


_WRITER = _new_writer()


def _content(members: Members, content_at: ContentAt) -> Content:
    named = {"path": content_at, "base64": from_base64}
    found = [(name, read) for name, read in named.items() if name in members]
    if len(found) != 1:
        raise InvalidValueError(
            "a file has either a path or base64",
            "文件须有 path 或 base64，且只能有其一",
            rule="content of a file",
        )
    ((name, read),) = found
    try:
        return read(text_of(members[name]))
    except InvalidValueError as error:
        raise error.within(name) from None
