"""Run the benchmarks: ``python -m benchmarks [--quick] [--only NAME ...]``."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import ssl
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import imports, rounds
from benchmarks.tables import show
from benchmarks.workloads import WORKLOADS

# What measures in a way of its own: the arguments of all of it, and of a tenth.
MODULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "catalog": (("1000000",), ("100000",)),
    "checks": ((), ("1",)),
    "identification": ((), ("--rounds", "1")),
    "isolation": ((), ("30",)),
    "metadata_checks": ((), ()),
    "mutations": ((), ("samples", "corpus")),
    "timestamps": ((), ("--rounds", "1", "--tokens", "30")),
    "signers": ((), ()),
    "evidence": ((), ("100000",)),
    "audit": (("10000000",), ("1000000",)),
    "transfer": ((), ("200", "--rounds", "1")),
}
# Who is told where to work.
PLACED = {"catalog": "--dir", "evidence": "--folder", "transfer": "--folder"}
OTHERS = ("import", *MODULES)
PACKAGES = ("egovarchive", "cryptography", "lxml", "bagit", "bagit-utils", "ocfl-py")


def main() -> int:
    """Print a table for each workload; return 1 if a contender failed."""
    options = _options()
    names = options.only or [*WORKLOADS, *OTHERS]
    print(_circumstances(options.folder))
    good = True
    for name in names:
        if name in MODULES:
            good &= _module(name, options.folder, quick=options.quick)
        elif name == "import":
            print(imports.show(imports.run(10 if options.quick else 40)))
        else:
            good &= _workload(name, options)
        sys.stdout.flush()
    return 0 if good else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work")
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="NAME",
        choices=[*WORKLOADS, *OTHERS],
        help=", ".join([*WORKLOADS, *OTHERS]),
    )
    parser.add_argument("--rounds", type=int, help="turns of each contender")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()),
        help="where to work: on a disk, with 10 GB of room (default: %(default)s)",
    )
    return parser.parse_args()


def _workload(name: str, options: argparse.Namespace) -> bool:
    workload = WORKLOADS[name]
    scale = rounds.scaled(
        workload.quick if options.quick else workload.full, options.rounds
    )
    folder = Path(tempfile.mkdtemp(prefix="egovarchive-bench-", dir=options.folder))
    try:
        outcomes = rounds.run(name, workload, scale, folder)
    finally:
        shutil.rmtree(folder)
    print(show(workload, scale, outcomes))
    return not any(
        isinstance(each, str) and each.startswith("failed")
        for each in outcomes.values()
    )


def _module(name: str, folder: Path, *, quick: bool) -> bool:
    arguments = MODULES[name][quick]
    if name in PLACED:
        arguments = (*arguments, PLACED[name], str(folder))
    print(f"## {name}\n", flush=True)
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    return subprocess.run(command, cwd=rounds.ROOT, check=False).returncode == 0


def _circumstances(folder: Path) -> str:
    """Return what figures depend on."""
    machine = [
        f"Python {platform.python_version()}",
        ssl.OPENSSL_VERSION,
        platform.machine(),
        f"{os.cpu_count()} cores",
        f"load {os.getloadavg()[0]:.1f} at the start",
    ]
    packages = [f"{name} {_version(name)}" for name in PACKAGES]
    place = f"{folder}: {_file_system(folder)}"
    return "\n".join(
        ["# Benchmarks", ", ".join([*machine, place]), ", ".join(packages), ""]
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _file_system(folder: Path) -> str:
    """Return the type of file system that *folder* is on."""
    mounts = [
        line.split()[1:3] for line in Path("/proc/self/mounts").read_text().splitlines()
    ]
    inside = [each for each in mounts if folder.resolve().is_relative_to(each[0])]
    _, kind = max(inside, key=lambda each: len(each[0]))
    if kind in {"tmpfs", "ramfs"}:
        return f"{kind}: syncing costs nothing here, give another --folder"
    return kind


if __name__ == "__main__":
    sys.exit(main())
