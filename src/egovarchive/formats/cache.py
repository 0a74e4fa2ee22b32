"""Cache: the same question about the same bytes is asked once."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol, TypeVar

from attrs import astuple, frozen

from egovarchive.errors import ToolError
from egovarchive.formats.cached_answer import CachedAnswer, from_json, lasts, to_json
from egovarchive.formats.limits import DEFAULT_LIMITS, Limits
from egovarchive.formats.observation import Tool

A = TypeVar("A", bound=CachedAnswer)

FORM: Final = 1  # how keys and entries are written; another is another cache
LARGEST: Final = 16 << 20  # bytes of an entry that are read


@frozen(kw_only=True)
class Key:
    """
    What was asked. Two that are equal have the same answer.

    Args:
        sha256: The digest of the file's bytes, in hex.
        question: What was asked of it, such as ``validate:pdf``.
        tool: Who was asked, with the version of its data: newer virus signatures are
            another tool.
        limits: Within which it looked.
        policy: What else the answer depends on, in any form that is the same when
            that is the same.
    """

    sha256: str
    question: str
    tool: Tool
    limits: Limits = DEFAULT_LIMITS
    policy: str = ""

    @property
    def digest(self) -> str:
        """The digest of the key, in hex: 64 characters."""
        parts = [
            FORM,
            self.sha256,
            self.question,
            astuple(self.tool),
            astuple(self.limits),
            self.policy,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Cache(Protocol):
    """Answers that were given before. Any of them may be gone at any time."""

    def get(self, key: Key) -> CachedAnswer | None:
        """Return the answer to *key*; None if it is not there."""
        ...

    def put(self, key: Key, answer: CachedAnswer) -> None:
        """Keep *answer* to *key*, if possible."""
        ...


def remembered(cache: Cache | None, key: Key, kind: type[A], ask: Callable[[], A]) -> A:
    """
    Return the answer of *kind* to *key*: from *cache*, or else of *ask*.

    An answer that is none, such as *not performed* or *not scanned*, is not kept.
    """
    if cache is None:
        return ask()
    found = cache.get(key)
    if isinstance(found, kind):
        return found
    answer = ask()
    if lasts(answer):
        cache.put(key, answer)
    return answer


class MemoryCache:
    """
    A cache that lasts as long as this object. Threads may share it.

    Args:
        most: Answers that are kept; the one that was not used for longest goes first.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answers: OrderedDict[Key, CachedAnswer] = OrderedDict()

    def get(self, key: Key) -> CachedAnswer | None:
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, key: Key, answer: CachedAnswer) -> None:
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)

    def __len__(self) -> int:
        return len(self._answers)


class FolderCache:
    """
    A cache in a folder of its own, which may be deleted at any time.

    Processes may share it. An entry is JSON with its own digest: one that is damaged,
    or of another form, is as good as none and is written anew. Whoever may write into
    the folder can make up answers.

    Args:
        path: The folder; it is made if it is not there.

    Raises:
        ToolError: It cannot be made.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ToolError(
                f"no cache can be made at {self._path}: {error.strerror}",
                f"无法在 {self._path} 建立缓存：{error.strerror}",
            ) from error

    def get(self, key: Key) -> CachedAnswer | None:
        try:
            with self._place(key).open("rb") as file:
                entry = file.read(LARGEST)
        except OSError:
            return None
        digest, _, text = entry.partition(b"\n")
        if digest != _digest(key, text):
            return None
        try:
            return from_json(text.decode("ascii"))
        except ValueError:
            return None  # of another version of this library

    def put(self, key: Key, answer: CachedAnswer) -> None:
        text = to_json(answer).encode("ascii")
        if len(text) >= LARGEST - 100:
            return
        place = self._place(key)
        # A full disk costs the answer's reuse, not the answer.
        with suppress(OSError):
            place.parent.mkdir(mode=0o700, exist_ok=True)
            self._replace(place, _digest(key, text) + b"\n" + text)

    def _place(self, key: Key) -> Path:
        name = key.digest
        return self._path / name[:2] / f"{name[2:]}.json"

    @staticmethod
    def _replace(place: Path, entry: bytes) -> None:
        """Write *entry*: it either appears whole or not at all."""
        handle, name = tempfile.mkstemp(prefix=".", dir=place.parent)
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor
                file.write(entry)
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _digest(key: Key, text: bytes) -> bytes:
    """Return the digest of an entry and its key: none stands for another."""
    return hashlib.sha256(key.digest.encode() + text).hexdigest().encode()
