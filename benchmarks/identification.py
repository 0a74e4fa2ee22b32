"""
Identification: how often each tool is right about a file, and how fast it says so.

``python -m benchmarks.identification [--rounds N]``. All tools see the same files,
by their content: the files have no extension.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from attrs import frozen

from benchmarks.rounds import ROOT
from benchmarks.tables import table
from egovarchive.formats import BytesSource, FileSource, Identification
from egovarchive.formats.ends import HEAD_SIZE, TAIL_SIZE, Ends
from egovarchive.formats.identify import CoreIdentifier
from egovarchive.formats.pronom import PronomIdentifier
from egovarchive.formats.table import FORMATS
from egovarchive.testing import samples

Ask = Callable[["Known"], str]
"""Returns the id or media type of a file, or nothing; `Known.path` is asked about."""

GENERIC: Final = frozenset({"", "zip", "ole", "txt"})
# What peers call formats otherwise than our table does.
ALIASES: Final[Mapping[str, str]] = {
    "application/x-zip-compressed": "zip",
    "application/x-ole-storage": "ole",
    "application/CDFV2": "ole",
    "application/octet-stream": "",
    "text/xml": "xml",
    "text/rtf": "rtf",
    "text/x-shellscript": "script",
    "text/x-script.python": "script",
    "text/csv": "txt",
    "image/x-ms-bmp": "bmp",
    "image/x-bmp": "bmp",
    "image/wmf": "wmf",
    "image/x-wmf": "wmf",
    "image/jpx": "jp2",
    "image/jpeg2000": "jp2",
    "image/dwg": "dwg",
    "image/x-dwg": "dwg",
    "application/acad": "dwg",
    "audio/x-wav": "wav",
    "audio/wave": "wav",
    "audio/mp3": "mp3",
    "audio/x-flac": "flac",
    "audio/x-m4a": "m4a",
    "audio/x-hx-aac-adts": "aac",
    "audio/x-aac": "aac",
    "audio/AMR": "amr",
    "application/ogg": "ogg",
    "video/ogg": "ogg",
    "video/x-ms-asf": "wmv wma",
    "application/vnd.ms-asf": "wmv wma",
    "video/3gpp": "mp4",
    "video/x-m4v": "mp4",
    "video/avi": "avi",
    "video/mp2p": "mpg",
    "video/mp2t": "mpg",
    "video/MP2T": "mpg",
    "video/webm": "mkv",
    "video/x-matroska": "mkv",
    "application/x-rar": "rar",
    "application/x-rar-compressed": "rar",
    "application/x-gzip": "gzip",
    "application/x-dosexec": "exe",
    "application/x-msdownload": "exe",
    "application/x-executable": "elf",
    "application/x-sharedlib": "elf",
    "application/pkcs7-signature": "p7s",
    "application/pgp-signature": "",
}


@frozen
class Known:
    """A file whose format is known."""

    path: Path
    id: str
    head: bytes
    tail: bytes
    size: int


@frozen
class Tool:
    """One that tells formats: its name, the module it needs, and how to ask it."""

    name: str
    needs: str
    ready: Callable[[], Ask]


def _id(found: Identification) -> str:
    return "" if found.format is None else found.format.id


def _core() -> Ask:
    core = CoreIdentifier()
    return lambda file: _id(core.identify(FileSource.of(file.path)))


def _ends() -> Ask:
    core = CoreIdentifier()
    return lambda file: _id(core.identify(Ends(file.head, file.tail, file.size)))


def _pronom() -> Ask:
    pronom = PronomIdentifier()
    return lambda file: _id(pronom.identify(FileSource.of(file.path)))


def _pygfried() -> Ask:
    from egovarchive.formats.pronom import PUIDS  # noqa: PLC0415 - beside its module

    identify = import_module("pygfried").identify
    return lambda file: PUIDS.get(identify(str(file.path)) or "", "")


def _magic() -> Ask:
    from_file = import_module("magic").Magic(mime=True).from_file
    return lambda file: str(from_file(str(file.path)))


def _puremagic() -> Ask:
    module = import_module("puremagic")

    def ask(file: Known) -> str:
        with suppress(module.PureError, ValueError):
            return str(module.from_file(str(file.path), mime=True))
        return ""

    return ask


def _filetype() -> Ask:
    guess = import_module("filetype").guess_mime
    return lambda file: guess(str(file.path)) or ""


TOOLS: Final = (
    Tool("egovarchive, bytes at hand", "egovarchive", _ends),
    Tool("egovarchive, from disk", "egovarchive", _core),
    Tool("egovarchive, PRONOM", "pygfried", _pronom),
    Tool("pygfried", "pygfried", _pygfried),
    Tool("python-magic", "magic", _magic),
    Tool("puremagic", "puremagic", _puremagic),
    Tool("filetype", "filetype", _filetype),
)


def main() -> int:
    """Print the table; return 1 if ours is wrong about any of the samples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds: int = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="egovarchive-bench-") as folder:
        sets = dict(_sets(Path(folder)))
        asked = {tool.name: tool.ready() for tool in TOOLS if find_spec(tool.needs)}
        rates = _rates(asked, sets["samples"], rounds)
        print(_heading(sets))
        print(table(_header(sets), list(_rows(asked, sets, rates))))
        print(f"\n{_polyglots()}")
        core = _core()
        return int(any(core(file) != file.id for file in sets["samples"]))


def _polyglots() -> str:
    """Return how many files of two formats are told as both; no peer tells a second."""
    found = import_module("corpus.identification").POLYGLOTS
    core = CoreIdentifier()
    told = [core.identify(BytesSource("", make())).also for make, _ in found.values()]
    both = sum(
        also is not None and also.id == other
        for also, (_, other) in zip(told, found.values(), strict=True)
    )
    return f"Files of two formats told as both: {both} of {len(found)}, by the peers: 0"


def _sets(folder: Path) -> Iterator[tuple[str, list[Known]]]:
    """Yield files by where they are from, without extensions, in *folder*."""
    sys.path.insert(0, str(ROOT / "tests"))
    corpus = import_module("corpus.identification")
    extensions = {
        each: form.id for form in FORMATS.values() for each in form.extensions
    }
    paths = sorted(path for path in samples.FILES.rglob("*.*") if path.is_file())
    makers: dict[str, list[tuple[str, bytes]]] = {
        "samples": [(extensions[path.suffix[1:]], path.read_bytes()) for path in paths],
        "whole": [(name, make()) for name, make in corpus.VALID.items()],
        "starts": [(name, make()) for name, make in corpus.STARTS.items()],
    }
    for kind, files in makers.items():
        found = []
        for number, (name, data) in enumerate(files):
            path = folder / f"{kind}-{number}"
            path.write_bytes(data)
            ends = data[:HEAD_SIZE], data[-TAIL_SIZE:]
            found.append(Known(path, name.split("/")[0], *ends, len(data)))
        yield kind, found


def _rates(
    asked: Mapping[str, Ask], files: Sequence[Known], rounds: int
) -> dict[str, float]:
    """Return how many files a second each tool does, the median of rounds by turns."""
    found: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(-1, rounds):  # the first one loads what is loaded late
        for name, ask in asked.items():
            start = perf_counter()
            for file in files:
                ask(file)
            rate = len(files) / (perf_counter() - start)
            found[name].extend([rate] if number >= 0 else [])
    return {name: median(each) for name, each in found.items()}


def _judged(ask: Ask, files: Sequence[Known]) -> str:
    """Return how many answers are right, generic and wrong."""
    mimes = {form.mime: form.id for form in FORMATS.values()}
    counted: Counter[str] = Counter()
    for file in files:
        said = ask(file)
        said = ALIASES.get(said, mimes.get(said, said))
        if file.id in said.split():
            counted["right"] += 1
        else:
            counted["generic" if said in GENERIC else "wrong"] += 1
    return f"{counted['right']} / {counted['generic']} / {counted['wrong']}"


def _rows(
    asked: Mapping[str, Ask],
    sets: Mapping[str, Sequence[Known]],
    rates: Mapping[str, float],
) -> Iterator[tuple[str, ...]]:
    ours = rates["egovarchive, from disk"]
    for tool in TOOLS:
        ask = asked.get(tool.name)
        if ask is None:
            yield (f"{tool.name}: not installed", *["-"] * (len(sets) + 2))
            continue
        yield (
            tool.name,
            *(_judged(ask, files) for files in sets.values()),
            f"{rates[tool.name]:,.0f}",
            f"{rates[tool.name] / ours:.2f}",
        )


def _header(sets: Mapping[str, Sequence[Known]]) -> tuple[str, ...]:
    return (
        "right / generic / wrong",
        *(f"{kind} ({len(files)})" for kind, files in sets.items()),
        "samples/s",
        "ratio",
    )


def _heading(sets: Mapping[str, Sequence[Known]]) -> str:
    size = sum(file.size for file in sets["samples"]) / len(sets["samples"])
    return (
        f"## Identification, by content\n"
        f"Python {platform.python_version()}, "
        f"samples of {size / 1e3:.0f} KB on average\n"
    )


if __name__ == "__main__":
    sys.exit(main())
