"""Storage in memory 内存存储: for tests and trials; gone with the process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock

from egovarchive.errors import AlreadyStoredError, NotStoredError, StorageError
from egovarchive.storage.chunks import CHUNK_SIZE, fixed
from egovarchive.storage.keys import check_key
from egovarchive.storage.ranges import byte_range


class MemoryStorage:
    """
    A storage in memory, safe to share between threads. Fulfils `GroupPut` too.

    As in a file system, and other than in most object stores, a name is either
    an object or a folder of objects: ``a`` is refused beside ``a/b``. Durable
    means here: until the process ends.
    """

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}
        self._folders: set[str] = set()
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        (stored,) = self.put_all([(key, chunks)])
        if not stored:
            raise AlreadyStoredError.of(key)

    def put_all(self, items: Sequence[tuple[str, Iterable[bytes]]]) -> Sequence[bool]:
        new = [(check_key(key), b"".join(map(fixed, chunks))) for key, chunks in items]
        with self._lock:
            objects, folders = dict[str, bytes](), set[str]()
            outcome = []
            for key, content in new:
                outcome.append(key not in self._objects and key not in objects)
                if outcome[-1]:
                    objects[key] = content
                    folders.update(_folders_of(key))
            self._refuse_object_as_folder(objects, folders)
            self._objects.update(objects)
            self._folders |= folders
        return outcome

    def get(
        self, key: str, offset: int = 0, size: int | None = None
    ) -> Iterator[bytes]:
        check_key(key)
        with self._lock:
            content = self._objects.get(key)
        if content is None:
            raise NotStoredError.of(key)
        positions = byte_range(len(content), offset, size)
        return (
            content[start : min(start + CHUNK_SIZE, positions.stop)]
            for start in positions[::CHUNK_SIZE]
        )

    def keys(self, prefix: str = "") -> Iterator[str]:
        with self._lock:
            keys = [key for key in self._objects if key.startswith(prefix)]
        return iter(sorted(keys))

    def delete(self, key: str) -> None:
        check_key(key)
        with self._lock:
            if self._objects.pop(key, None) is None:
                raise NotStoredError.of(key)

    def _refuse_object_as_folder(
        self, objects: dict[str, bytes], folders: set[str]
    ) -> None:
        clashes = objects.keys() & (folders | self._folders)
        clashes |= folders & (objects.keys() | self._objects.keys())
        for name in sorted(clashes):
            raise StorageError(
                f"cannot store {name!r} as an object and as a folder of objects",
                f"{name!r} 不能既是对象又是对象的文件夹",
            )


def _folders_of(key: str) -> Iterator[str]:
    """Yield every folder that *key* lies in."""
    end = key.find("/")
    while end != -1:
        yield key[:end]
        end = key.find("/", end + 1)
