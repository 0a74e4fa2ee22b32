"""All files of the corpus of formats, and the check that each is there for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final
from unittest import SkipTest

from attrs import field, frozen

from corpus.cannot_make import CannotMakeError
from egovarchive.formats import Aspect
from egovarchive.formats.table import FORMATS

TABLES: Final = (
    "identification",
    "packaged",
    "archives",
    "pdf",
    "images",
    "media",
    "ofd",
    "compounds",
    "texts",
)
FORMAT: Final = "usability.format"
CHECK_OF: Final[Mapping[Aspect, str]] = {
    Aspect.COMPLETE: "integrity.content",
    Aspect.READABLE: "usability.readable",
    Aspect.UNENCRYPTED: "usability.unencrypted",
    Aspect.SELF_CONTAINED: "usability.self_contained",
    Aspect.PASSIVE: "security.active_content",
    Aspect.EMBEDDED: "security.embedded_files",
    Aspect.BOUNDED: "security.hidden_data",
    Aspect.CONFORMANT: "usability.conformance",
}
NO_RECORDS: Final[Mapping[str, str]] = {
    "identification:xml/with_a_doctype": "usability.readable",  # readers differ on it
    "identification:txt/latin1": "usability.readable",  # in no encoding of ours
    "identification:script/shell": FORMAT,  # runs
    "texts:txt/empty": "usability.readable",  # nothing is in it
    "archives:rar/rar4": FORMAT,  # not archived by the default policy
    "archives:rar/rar5": FORMAT,
}
"""Right for what they are, and no records: the check that says so."""

TOLD_AS_ANOTHER: Final = frozenset(
    {
        # A damage that takes away what its format is told by.
        "packaged:docx/no_content_types",
        "packaged:docx/is_a_presentation",
        "packaged:odt/no_mimetype",
        "packaged:odt/wrong_mimetype",
        "ofd:ofd/no_entry_point",
        "compounds:doc/no_main_stream",
        "texts:html/nul",
        "texts:txt/nul",
        "texts:txt/binary",
        "texts:txt/odd_utf_16",
        "texts:json/cut_off",
        "texts:json/two_values",
        "texts:eml/unknown_coding",
        "texts:eml/of_a_mailbox",
        # <a> is HTML, unless it is declared to be XML.
        "texts:xml/cut_off",
        "texts:xml/two_roots",
        "texts:xml/not_in_its_encoding",
        "texts:xml/style_sheet",
    }
)
"""What its content tells as another format than its name: for `usability.format`."""

BEYOND_LIMITS: Final = frozenset({"ofd:ofd/deep_blocks", "archives:gzip/bomb"})
"""What nobody looks at to its end, as that takes too much: not performed."""


@frozen
class CorpusFile:
    """
    One file, and what must come of it.

    Args:
        name: Its table and its name there.
        path: Where it lies.
        check: The check that must fail or warn; empty if none may fail.
        open: Whether that check may leave it open instead.
    """

    name: str
    path: str
    check: str
    open: bool = field(default=False)


def written(table: str, folder: Path) -> list[CorpusFile]:
    """Write into *folder* the files of *table* that this machine can make."""
    module = import_module(f"corpus.{table}")
    rows: list[tuple[str, Callable[[], bytes], Aspect | None]] = [
        (name, make, None) for name, make in module.VALID.items()
    ]
    rows += [(name, make, aspect) for name, (make, aspect) in module.INVALID.items()]
    found = []
    for number, (name, make, aspect) in enumerate(rows):
        try:
            data = make()
        except (CannotMakeError, SkipTest):
            continue
        form, _, what = name.partition("/")
        extensions = FORMATS[form].extensions
        end = f".{extensions[0]}" if extensions else ""
        path = f"{number:03}-{form}-{what.replace('/', '-')}{end}"
        (folder / path).write_bytes(data)
        whole = f"{table}:{name}"
        check = "" if aspect is None else CHECK_OF[aspect]
        if whole in TOLD_AS_ANOTHER:
            check = FORMAT
        check = NO_RECORDS.get(whole, check)
        found.append(CorpusFile(whole, path, check, whole in BEYOND_LIMITS))
    return found
