"""Messages between two systems, as files in a folder."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from egovarchive.archive.transfer.outbox import write_whole
from egovarchive.cli.opening import code_of, read_pem_file
from egovarchive.errors import ContentError, InvalidValueError, StorageError
from egovarchive.lifecycle.dialogue.kind import FileName, MessageKind
from egovarchive.lifecycle.dialogue.reason import Ground, Reason
from egovarchive.lifecycle.dialogue.signed_message import (
    MAX_SIGNATURE,
    SignedMessage,
    file_names,
)
from egovarchive.lifecycle.dialogue.wire import MAX_SIZE
from egovarchive.packages.package import SIGNATURE_SUFFIX
from egovarchive.records.archival_code import ArchivalCode

if TYPE_CHECKING:
    from egovarchive.signing import Verifier


def read_message(path: str, kind: MessageKind) -> SignedMessage:
    """
    Return the message in the file at *path*, whose signature lies beside it.

    Args:
        path: The file; or a folder, in which there is one message of the kind.
        kind: What message it must be.

    Raises:
        InvalidValueError: Going by its name it is no message of this *kind*; or
            there are several in the folder, or none.
        ContentError: One of the two cannot be read, or is too large.
    """
    place = _place(Path(path), kind)
    name = FileName.parse(place.name)
    if name is None or name.kind is not kind or name.is_signature:
        raise InvalidValueError(
            f"{place.name!r} is no name of a {kind.label('en')}: "
            f"{kind.value}-….json, its signature beside it",
            f"{place.name!r} 不是{kind.zh}的文件名：应为 {kind.value}-….json，"
            "签名在同一文件夹",
            rule="names of messages",
            place=path,
        )
    signature = place.with_name(place.name + SIGNATURE_SUFFIX)
    return SignedMessage(
        kind=kind,
        data=_read(place, MAX_SIZE),
        signature=_read(signature, MAX_SIGNATURE),
    )


def _place(path: Path, kind: MessageKind) -> Path:
    """Return *path*; of a folder, the one message of *kind* in it."""
    if not path.is_dir():
        return path
    found = list(islice(path.glob(f"{kind.value}-*.json"), 2))
    if len(found) != 1:
        raise InvalidValueError(
            f"not one {kind.label('en')} in {path}: name the file",
            f"{path} 中没有或有多份{kind.zh}，请指明文件",
            rule="names of messages",
            place=str(path),
        )
    return found[0]


def _read(path: Path, limit: int) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ContentError(f"{path} is no file", f"{path} 不是文件")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise ContentError(
            f"cannot read {path}: {error.strerror}",
            f"无法读取 {path}：{error.strerror}",
        ) from error
    if not 0 < len(data) <= limit:
        raise ContentError(
            f"{path} is empty, or has more than {limit} bytes",
            f"{path} 为空或超过 {limit} 字节",
        )
    return data


def write_message(message: SignedMessage, folder: Path) -> tuple[Path, Path]:
    """
    Write *message* and its signature into *folder*; return where they are.

    Raises:
        StorageError: They cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot make {folder}: {error.strerror}",
            f"无法建立 {folder}：{error.strerror}",
        ) from error
    name, signature = (folder / str(each) for each in file_names(message.read()))
    # Who waits for the message finds its signature there.
    write_whole(signature, message.signature)
    write_whole(name, message.data)
    return name, signature


def trusted(path: str) -> Verifier:
    """Return who trusts the certificates in the file at *path*."""
    from egovarchive.signing.trust import TrustStore  # noqa: PLC0415 - cryptography

    try:
        return TrustStore.from_pem(read_pem_file(path))
    except InvalidValueError as error:
        raise error.within(path) from None


def reasons_of(texts: Iterable[str], place: str) -> dict[ArchivalCode, Reason]:
    """
    Return why records are not taken, of *texts* such as ``CODE=ground:words``.

    Raises:
        InvalidValueError: One has another form, or names no ground.
    """
    return dict(_reasons(texts, place))


def _reasons(texts: Iterable[str], place: str) -> Iterator[tuple[ArchivalCode, Reason]]:
    for text in texts:
        code, _, why = text.partition("=")
        ground, _, words = why.partition(":")
        if ground not in {each.value for each in Ground}:
            known = ", ".join(each.value for each in Ground)
            raise InvalidValueError(
                f"not CODE=GROUND: {text!r}; grounds are {known}",
                f"不是“档号=理由”：{text!r}；理由可为 {known}",
                rule="grounds of archives",
                place=place,
            )
        said = words or None
        yield code_of(code), Reason(ground=Ground(ground), en=said, zh=said)
