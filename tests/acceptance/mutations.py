"""All mutations, and the table of which check caught each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from acceptance.file_mutations import FILES
from acceptance.metadata_mutations import METADATA
from acceptance.mutation import Bench, Caught, Mutation, OnceTools, victims
from acceptance.package_mutations import PACKAGES
from egovarchive.formats.tools import installed_tools

MUTATIONS: Final[tuple[Mutation, ...]] = (*PACKAGES, *METADATA, *FILES)


def all_caught() -> Iterator[Caught]:
    """Yield what came of each mutation of each victim that it can be made of."""
    with installed_tools() as tools:
        bench = Bench(OnceTools.of(tools))
        each = victims()
        for mutation in MUTATIONS:
            for victim in each:
                caught = bench.caught(victim, mutation)
                if caught is not None:
                    yield caught
