"""Possession 实存: what is registered is there, whole, before that is signed for."""

from __future__ import annotations

from egovarchive.archive.archiving import Archiving
from egovarchive.archive.sealing.leaves import documents_of
from egovarchive.archive.stored import VerifyingReader, open_whole
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.records.content import CHUNK_SIZE


def held_whole(archiving: Archiving, entry: Entry) -> Package:
    """
    Return the package of *entry*, all of whose bytes were read and compared.

    Who sent it may give up its own copy by a receipt: the catalog alone cannot say
    that there is another.

    Raises:
        NotStoredError: It is not there.
        PackageError: It is damaged, or not the one that was registered.
    """
    package = open_whole(archiving.storage, entry, archiving.profile)
    documents_of(package, entry.row())
    for member in package.members:
        with VerifyingReader(package, member) as reader:
            while reader.read(CHUNK_SIZE):
                pass
    return package
