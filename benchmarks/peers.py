"""Peers: what a Python developer would take otherwise, called as their pages say."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from attrs import frozen

from benchmarks.contender import Act, WrongResultError
from benchmarks.sources import Group, link

Make = Callable[[Path, Path], None]
Check = Callable[[Path], None]


@frozen
class Making:
    """
    A peer that makes something of each case.

    Args:
        needs: The peer's module.
        make: Makes it of a case's folder, at a new path.
        before: What is done off the clock, of a case's folder, at that path.
    """

    needs: str
    make: Make
    before: Make | None = None

    def ready(self, group: Group, folder: Path) -> Act:
        pairs = [(case, folder / case.name) for case in group.folders()]
        if self.before is not None:
            for case, to in pairs:
                self.before(case, to)
        return partial(self._run, pairs)

    def _run(self, pairs: Sequence[tuple[Path, Path]]) -> None:
        for case, to in pairs:
            self.make(case, to)


@frozen
class Checking:
    """
    A peer that validates what it made.

    Args:
        making: How it was made.
        check: Raises if it is not valid.
    """

    making: Making
    check: Check

    @property
    def needs(self) -> str:
        return self.making.needs

    def ready(self, group: Group, folder: Path) -> Act:
        self.making.ready(group, folder)()
        return partial(self._run, sorted(folder.iterdir()))

    def _run(self, made: Sequence[Path]) -> None:
        for each in made:
            self.check(each)


# Imported by name, where they are used: one that is not there is not run, and none
# of them is typed.


def _bag_in_place(_: Path, to: Path) -> None:
    bagit = import_module("bagit")

    bagit.make_bag(str(to), {"External-Identifier": to.name}, checksums=["sha256"])


def _copy_and_bag(case: Path, to: Path) -> None:
    shutil.copytree(case / "data", to)
    _bag_in_place(case, to)


def _check_bag(made: Path) -> None:
    bagit = import_module("bagit")

    bagit.Bag(str(made)).validate()


def _build_bag(case: Path, to: Path) -> None:
    bag = import_module("bagit_utils").Bag

    # It would validate what it built; we ask it to at the other workload.
    bag.build_from(
        case, to, {"External-Identifier": [to.name]}, ["sha256"], validate=False
    )


def _check_built(made: Path) -> None:
    bag = import_module("bagit_utils").Bag

    report = bag(made).validate()
    if not report.valid:
        raise WrongResultError(str(report.issues))


def _create_object(case: Path, to: Path) -> None:
    ocfl = import_module("ocfl")

    ocfl.Object(identifier=f"urn:case:{to.name}", digest_algorithm="sha256").create(
        srcdir=str(case / "data"),
        objdir=str(to),
        metadata=ocfl.VersionMetadata(created="2026-12-01T09:00:00+08:00"),
    )


def _check_object(made: Path) -> None:
    ocfl = import_module("ocfl")

    passed, validator = ocfl.Object().validate(objdir=str(made), log_warnings=False)
    if not passed:
        raise WrongResultError(str(validator))


BAGIT_IN_PLACE = Making("bagit", _bag_in_place, before=link)
BAGIT_COPYING = Making("bagit", _copy_and_bag)
BAGIT_UTILS = Making("bagit_utils", _build_bag)
OCFL_PY = Making("ocfl", _create_object)

BAGIT_CHECK = Checking(BAGIT_IN_PLACE, _check_bag)
BAGIT_UTILS_CHECK = Checking(BAGIT_UTILS, _check_built)
OCFL_PY_CHECK = Checking(OCFL_PY, _check_object)
