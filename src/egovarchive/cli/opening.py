"""Opening: the archive and the signer that a command works with."""

from __future__ import annotations

import getpass
import os
import sys
import warnings
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from egovarchive.archive import Archive
from egovarchive.cli.problems import ENVIRONMENT, WRONG_USE
from egovarchive.errors import ContentError, InvalidValueError, SigningError
from egovarchive.records.archival_code import ArchivalCode, LookalikeWarning
from egovarchive.records.schedule import RetentionSchedule
from egovarchive.signing import Closing, Signer

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from egovarchive.archive.means import Means
    from egovarchive.cli.screen import Screen

ARCHIVE: Final = "EGOVARCHIVE_ARCHIVE"
KEY: Final = "EGOVARCHIVE_KEY"
CERTIFICATE: Final = "EGOVARCHIVE_CERTIFICATE"
PASSWORD: Final = "EGOVARCHIVE_KEY_PASSWORD"  # noqa: S105 - the variable's name
SIGNER: Final = "EGOVARCHIVE_SIGNER"
SECRET: Final = "EGOVARCHIVE_SIGNER_SECRET"  # noqa: S105 - the variable's name


def archive_path(args: Namespace) -> Path:
    """Return the folder of the archive, or raise `InvalidValueError`."""
    path = args.archive or os.environ.get(ARCHIVE)
    if not path:
        raise InvalidValueError(
            f"name the archive: --archive DIR, or the variable {ARCHIVE}",
            f"须指明档案库：--archive DIR，或环境变量 {ARCHIVE}",
            place="--archive",
        )
    return Path(path)


def open_archive(args: Namespace, **means: Unpack[Means]) -> Archive:
    """Return the archive that *args* name; *means* as for `Archive.open`."""
    return Archive.open(archive_path(args), **means)


def code_of(text: str) -> ArchivalCode:
    """
    Return the archival code that *text* writes, or raise `InvalidValueError`.

    A look-alike of the middle dot is taken for it: what is found has the right one.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LookalikeWarning)
        return ArchivalCode.parse(text)


def certificate_path(args: Namespace) -> str | None:
    """Return where the certificate lies, if that was said."""
    return args.certificate or os.environ.get(CERTIFICATE) or None


@contextmanager
def signing(args: Namespace, screen: Screen) -> Iterator[Signer | None]:
    """
    Yield the signer that *args* or the environment name; None if they name none.

    It is closed in the end. Options go before variables.

    Raises:
        InvalidValueError: A key was named, and no certificate; both a key and a
            signer were; or the signer's URI is not one.
        SigningError: They cannot be read, are no pair, or the password is wrong; or
            the signer cannot be opened.
    """
    signer = _signer_of(args, screen)
    try:
        yield signer
    finally:
        if isinstance(signer, Closing):
            signer.close()


def needed_signer(signer: Signer | None) -> Signer:
    """Return *signer*, or raise `InvalidValueError` if there is none."""
    if signer is None:
        raise InvalidValueError(
            f"who signs must be named: --key PEM, --signer URI, {KEY} or {SIGNER}",
            f"须指明签名者：--key PEM、--signer URI、{KEY} 或 {SIGNER}",
            place="--key",
        )
    return signer


def _signer_of(args: Namespace, screen: Screen) -> Signer | None:
    key, uri = args.key, args.signer
    if not key and not uri:
        key, uri = os.environ.get(KEY), os.environ.get(SIGNER)
    if key and uri:
        raise InvalidValueError(
            "both a key and a signer are named: which of them signs?",
            "同时指明了私钥和签名者，无法确定由谁签名",
            place="--signer",
        )
    if uri:
        from egovarchive.signing.registry import Registry  # noqa: PLC0415 - heavy

        return Registry.installed().open(
            uri, lambda uri, what: _secret(uri, what, screen)
        )
    return _key_signer(key, args, screen) if key else None


def _key_signer(key: str, args: Namespace, screen: Screen) -> Signer:
    certificate = certificate_path(args)
    if certificate is None:
        raise InvalidValueError(
            f"a key needs its certificate: --certificate PEM, or {CERTIFICATE}",
            f"私钥须与证书一并提供：--certificate PEM，或 {CERTIFICATE}",
            place="--certificate",
        )
    from egovarchive.signing.keys import KeySigner  # noqa: PLC0415 - cryptography

    password = _password(key, screen) if b"ENCRYPTED" in read_pem_file(key) else None
    return KeySigner.from_files(key, certificate, password=password)


def read_pem_file(path: str) -> bytes:
    """
    Return what stands in the file at *path*, as far as a PEM file may reach.

    Raises:
        SigningError: It cannot be read.
    """
    from egovarchive.signing.certificates import MAX_PEM_SIZE  # noqa: PLC0415

    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_PEM_SIZE)
    except OSError as error:
        raise SigningError(
            f"cannot read {path!r}: {error.strerror}",
            f"无法读取 {path!r}：{error.strerror}",
        ) from error


def read_schedule(path: str, screen: Screen) -> RetentionSchedule | int:
    """Return the schedule at *path*, or the exit code if it is told to be wrong."""
    from egovarchive.exchange.schedule_files import load_schedule  # noqa: PLC0415

    try:
        return load_schedule(path)
    except InvalidValueError as error:
        screen.problem(error, about=path, also={"file": path})
        return WRONG_USE
    except ContentError as error:
        # The file was named by whoever calls; it is no finding in a record.
        screen.problem(error)
        return ENVIRONMENT


def _password(key: str, screen: Screen) -> bytes:
    if (given := os.environ.get(PASSWORD)) is not None:
        return os.fsencode(given)
    if not sys.stdin.isatty():
        raise SigningError(
            f"the key {key!r} is encrypted: set {PASSWORD}, or use a terminal",
            f"私钥 {key!r} 已加密：请设置 {PASSWORD}，或在终端上运行",
        )
    return _asked(f"Password of {key}: ", f"私钥 {key} 的口令：", screen)


def _secret(uri: str, what: str, screen: Screen) -> bytes:
    """Return the PIN, password or token of the signer at *uri*."""
    if (given := os.environ.get(SECRET)) is not None:
        return os.fsencode(given)
    if not sys.stdin.isatty():
        raise SigningError(
            f"the signer asks for its {what}: set {SECRET}, or use a terminal",
            f"签名者需要 {what}：请设置 {SECRET}，或在终端上运行",
        )
    return _asked(f"{what} of {uri}: ", f"{uri} 的 {what}：", screen)


def _asked(en: str, zh: str, screen: Screen) -> bytes:
    try:
        asked = getpass.getpass(screen.say(en, zh))
    except EOFError:
        raise SigningError("no password was given", "未输入口令") from None
    return asked.encode()
