"""The embedded archive: one folder with settings, storage and catalog."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from egovarchive.archive.archive import Archive
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.errors import ArchiveError, EgovArchiveError
from egovarchive.exchange.schedule_files import dump_schedule, load_schedule
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.arrangement import Arrangement
from egovarchive.records.deadlines import Level
from egovarchive.records.series import Template
from egovarchive.signing import Signer, Verifier
from egovarchive.signing.trust import TrustStore
from egovarchive.storage.files import FileStorage

FORMAT: Final = 1
SETTINGS: Final = "archive.json"
SCHEDULE: Final = "schedule.json"
TRUST: Final = "trust.pem"
STORE: Final = "store"
CATALOG: Final = "catalog.sqlite"
PROFILES: Final = {GBT42727_2023.name: GBT42727_2023}


def create(
    path: Path,
    *,
    arrangement: Arrangement,
    signer: Signer | None,
    trust: Iterable[bytes] | None,
    digests: tuple[str, ...],
    clock: Callable[[], datetime],
) -> Archive:
    """Make the folder; see `Archive.create`."""
    if trust is None and signer is not None:
        trust = [(signer.certificate, *signer.chain)[-1]]
    anchors = tuple(trust or ())
    settings = {
        "format": FORMAT,
        "profile": GBT42727_2023.name,
        "digests": list(digests),
        "arrangement": {
            "fonds": arrangement.fonds,
            "unit": arrangement.unit,
            "unit_code": arrangement.unit_code,
            "category": list(arrangement.category),
            "office": arrangement.office,
            "level": arrangement.level and arrangement.level.value,
            "template": arrangement.template.value,
        },
    }
    text = json.dumps(settings, ensure_ascii=False, indent=2) + "\n"
    files = {
        SCHEDULE: dump_schedule(arrangement.schedule),
        TRUST: _pem(anchors),
        # Last: a folder is an archive from the moment that it has its settings.
        SETTINGS: text.encode(),
    }
    made = not path.exists()
    try:
        if not made and (not path.is_dir() or any(path.iterdir())):
            raise ArchiveError(
                f"{path} is not an empty folder", f"{path} 不是空文件夹"
            )
        path.mkdir(parents=True, exist_ok=True)
        try:
            for name, data in files.items():
                _write(path / name, data)
            _sync(path)
            _sync(path.parent)
        except BaseException:
            for name in files:
                (path / name).unlink(missing_ok=True)
            if made:
                shutil.rmtree(path, ignore_errors=True)
            raise
    except OSError as error:
        raise _failed(path, error) from error
    return _assemble(
        path,
        arrangement=arrangement,
        signer=signer,
        verifier=TrustStore(anchors) if anchors else None,
        digests=digests,
        clock=clock,
    )


def open_(
    path: Path, *, signer: Signer | None, clock: Callable[[], datetime]
) -> Archive:
    """Open the folder; see `Archive.open`."""
    try:
        settings = json.loads((path / SETTINGS).read_bytes())
        schedule = load_schedule((path / SCHEDULE).read_bytes(), format="json")
        trust = (path / TRUST).read_bytes()
    except FileNotFoundError as error:
        raise ArchiveError(
            f"no archive in {path}: {Path(error.filename).name} is missing",
            f"{path} 中没有档案库：缺少 {Path(error.filename).name}",
        ) from error
    except OSError as error:
        raise _failed(path, error) from error
    except ValueError as error:
        raise _broken(path, error) from error
    try:
        if settings["format"] != FORMAT:
            raise ValueError(f"format {settings['format']!r}, not {FORMAT}")
        if settings["profile"] not in PROFILES:
            raise ValueError(f"unknown profile {settings['profile']!r}")
        archive = _assemble(
            path,
            arrangement=_arrangement(settings["arrangement"], schedule),
            signer=signer,
            verifier=TrustStore.from_pem(trust) if trust.strip() else None,
            digests=tuple(settings["digests"]),
            clock=clock,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(path, error) from error
    archive.refresh()
    return archive


def _arrangement(settings: dict[str, Any], schedule: Any) -> Arrangement:
    level = settings["level"]
    return Arrangement(
        fonds=settings["fonds"],
        unit=settings["unit"],
        unit_code=settings["unit_code"],
        category=settings["category"],
        office=settings["office"],
        level=None if level is None else Level(level),
        template=Template(settings["template"]),
        schedule=schedule,
    )


def _assemble(
    path: Path,
    *,
    arrangement: Arrangement,
    signer: Signer | None,
    verifier: Verifier | None,
    digests: tuple[str, ...],
    clock: Callable[[], datetime],
) -> Archive:
    storage = FileStorage(path / STORE)
    storage.sweep_staging()
    return Archive(
        arrangement=arrangement,
        storage=storage,
        catalog=SqliteCatalog(path / CATALOG),
        signer=signer,
        verifier=verifier,
        digests=digests,
        clock=clock,
    )


def _pem(certificates: Iterable[bytes]) -> bytes:
    from cryptography import x509  # noqa: PLC0415 - only where certificates are kept
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    return b"".join(
        x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
        for der in certificates
    )


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(path: Path, error: OSError) -> ArchiveError:
    return ArchiveError(
        f"cannot use {path}: {error.strerror}", f"无法使用 {path}：{error.strerror}"
    )


def _broken(path: Path, error: Exception) -> EgovArchiveError:
    return ArchiveError(
        f"the settings of {path} are broken: {error}", f"{path} 的设置已损坏：{error}"
    )
