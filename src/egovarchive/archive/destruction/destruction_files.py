"""Where a destruction list and all that belongs to it are kept."""

from __future__ import annotations

from hashlib import sha256

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.errors import (
    AlreadyStoredError,
    InvalidValueError,
    NotStoredError,
    StorageError,
)
from egovarchive.lifecycle.certificate import DestructionCertificate
from egovarchive.lifecycle.destruction_list import DestructionList
from egovarchive.lifecycle.dialogue.forms import check_sha256
from egovarchive.lifecycle.tombstone import Tombstone


def _digest(value: str) -> str:
    try:
        return check_sha256(value)
    except InvalidValueError as error:
        raise error.within("list_id") from None


@frozen
class DestructionFiles:
    """
    The objects of one destruction list: each is put once, and stays.

    Args:
        acting: Keeps them.
        list_id: The list's id.
    """

    acting: Acting = field(repr=False)
    list_id: str = field(converter=_digest)

    def key(self, name: str) -> str:
        """Return what the object *name* is stored under."""
        return f"destructions/{self.acting.fonds}/{self.list_id}/{name}"

    def put(self, name: str, data: bytes) -> bytes:
        """Store *data* as *name*, unless something is there; return what is there."""
        try:
            self.acting.archiving.storage.put(self.key(name), (data,))
        except AlreadyStoredError:
            return self.acting.kept(self.key(name))
        return data

    def get(self, name: str) -> bytes | None:
        """Return what is stored as *name*, or None."""
        try:
            return self.acting.kept(self.key(name))
        except NotStoredError:
            return None

    def list(self) -> DestructionList:
        """
        Return the list.

        Raises:
            NotStoredError: It is missing.
            StorageError: It was altered.
        """
        data = self.acting.kept(self.key(LIST))
        if sha256(data).hexdigest() != self.list_id:
            raise self.altered(LIST)
        return DestructionList.decode(data)

    def tombstones(self) -> dict[str, Tombstone] | None:
        """
        Return the tombstones that were kept, by archival code; None: none were yet.

        Raises:
            StorageError: They are not of this list.
        """
        data = self.get(TOMBSTONES)
        if data is None:
            return None
        try:
            found = [Tombstone.decode(line) for line in data.splitlines(keepends=True)]
        except InvalidValueError as error:
            raise self.altered(TOMBSTONES) from error
        if any(tombstone.list != self.list_id for tombstone in found):
            raise self.altered(TOMBSTONES)
        return {str(tombstone.code): tombstone for tombstone in found}

    def certificate(self, digest: str) -> DestructionCertificate:
        """
        Return the certificate whose SHA-256 is *digest*.

        Raises:
            NotStoredError: It is missing.
            StorageError: It was altered.
        """
        data = self.acting.kept(self.key(CERTIFICATE))
        if sha256(data).hexdigest() != digest:
            raise self.altered(CERTIFICATE)
        return DestructionCertificate.decode(data)

    def altered(self, name: str) -> StorageError:
        """Return the error of an object that is not what it was."""
        key = self.key(name)
        return StorageError(f"{key} was altered", f"{key} 已被改动")


LIST = "list.json"
LIST_SIGNATURE = "list.json.p7s"
LIST_TOKEN = "list.json.tst"  # noqa: S105 - a name
TOMBSTONES = "tombstones.jsonl"
CERTIFICATE = "certificate.json"
SIGNATURE = "certificate.json.p7s"
TOKEN = "certificate.json.p7s.tst"  # noqa: S105 - a name


def evidence_name(digest: str) -> str:
    """Return the name of the evidence record whose SHA-256 is *digest*."""
    return f"evidence/{digest}.ers"
