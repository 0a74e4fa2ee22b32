"""The embedded archive: one folder with settings, storage and catalog."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from egovarchive.archive.archive import Archive
from egovarchive.archive.means import Means
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.errors import ArchiveError, EgovArchiveError, InvalidValueError
from egovarchive.exchange.schedule_files import dump_schedule, load_schedule
from egovarchive.exchange.strict_json import parse
from egovarchive.profiles import Profile
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.arrangement import Arrangement
from egovarchive.records.deadlines import Level
from egovarchive.records.digest import check_algorithms
from egovarchive.records.schedule import RetentionSchedule
from egovarchive.records.series import Template
from egovarchive.signing.certificates import write_pem
from egovarchive.signing.trust import TrustStore
from egovarchive.storage.files import FileStorage

FORMAT: Final = 1
SETTINGS: Final = "archive.json"
SCHEDULE: Final = "schedule.json"
TRUST: Final = "trust.pem"
STORE: Final = "store"
CATALOG: Final = "catalog.sqlite"


def make(
    path: Path,
    arrangement: Arrangement,
    trust: Sequence[bytes],
    digests: tuple[str, ...],
    profile: Profile,
) -> None:
    """Make *path* the folder of a new archive; see `Archive.create`."""
    anchors = TrustStore(trust).anchors if trust else ()
    _fill(
        path,
        {
            SCHEDULE: dump_schedule(arrangement.schedule),
            TRUST: write_pem(anchors) if anchors else b"",
            # Last: a folder is an archive from the moment that it has its settings.
            SETTINGS: _settings(arrangement, digests, profile),
        },
    )


def load(path: Path, means: Means) -> Archive:
    """Return the archive in *path*, its catalog as it is; see `Archive.open`."""
    try:
        settings = (path / SETTINGS).read_bytes()
        schedule = (path / SCHEDULE).read_bytes()
        trust = (path / TRUST).read_bytes()
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise ArchiveError(
            f"no archive in {path}: {name} is missing",
            f"{path} 中没有档案库：缺少 {name}",
        ) from error
    except OSError as error:
        raise _failed(path, error) from error
    place = SETTINGS
    try:
        tree: Any = parse(settings)
        _check_known(tree, means.get("profile", GBT42727_2023))
        digests = check_algorithms(tree["digests"])
        place = SCHEDULE
        rules = load_schedule(schedule, format="json")
        place = SETTINGS
        arrangement = _arrangement(tree["arrangement"], rules)
        place = TRUST
        verifier = TrustStore.from_pem(trust) if trust else None
    except (LookupError, TypeError, ValueError) as error:
        raise _broken(path / place, error) from error
    storage = FileStorage(path / STORE)
    storage.sweep_staging()
    return Archive(
        arrangement=arrangement,
        storage=storage,
        catalog=SqliteCatalog(path / CATALOG),
        verifier=verifier,
        digests=digests,
        **means,
    )


def _fill(path: Path, files: Mapping[str, bytes]) -> None:
    """Write *files* into the new or empty folder *path*: all, or none."""
    written: list[Path] = []
    made = False
    try:
        try:
            path.mkdir(parents=True)
            made = True
        except FileExistsError:
            if not path.is_dir() or any(path.iterdir()):
                raise ArchiveError(
                    f"{path} is not an empty folder", f"{path} 不是空文件夹"
                ) from None
        try:
            for name, data in files.items():
                with (path / name).open("xb") as file:
                    written.append(path / name)
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            _sync(path)
            _sync(path.parent)
        except BaseException:
            for each in written:
                each.unlink(missing_ok=True)
            if made:
                # Another who fills it at the same moment keeps it.
                with suppress(OSError):
                    path.rmdir()
            raise
    except OSError as error:
        raise _failed(path, error) from error


def _settings(
    arrangement: Arrangement, digests: tuple[str, ...], profile: Profile
) -> bytes:
    level = arrangement.level
    settings = {
        "format": FORMAT,
        "profile": profile.name,
        "digests": list(digests),
        "arrangement": {
            "fonds": arrangement.fonds,
            "unit": arrangement.unit,
            "unit_code": arrangement.unit_code,
            "category": list(arrangement.category),
            "office": arrangement.office,
            "level": None if level is None else level.value,
            "template": arrangement.template.value,
        },
    }
    return f"{json.dumps(settings, ensure_ascii=False, indent=2)}\n".encode()


def _check_known(settings: Any, profile: Profile) -> None:
    if settings["format"] != FORMAT:
        raise InvalidValueError(
            f"format {settings['format']!r} is not {FORMAT}: a newer version made it",
            f"格式 {settings['format']!r} 不是 {FORMAT}，可能由更新的版本创建",
            rule="settings of an archive",
        )
    if settings["profile"] != profile.name:
        raise InvalidValueError(
            f"its packages have the profile {settings['profile']!r}, not "
            f"{profile.name!r}: open it with that one",
            f"其信息包规范为 {settings['profile']!r}，而非 {profile.name!r}，"
            "请以该规范打开",
            rule="settings of an archive",
        )


def _arrangement(settings: dict[str, Any], schedule: RetentionSchedule) -> Arrangement:
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


def _broken(path: Path, error: Exception) -> ArchiveError:
    en, zh = (
        (error.message("en"), error.message("zh"))
        if isinstance(error, EgovArchiveError)
        else (f"{type(error).__name__}: {error}",) * 2
    )
    return ArchiveError(f"{path} is broken: {en}", f"{path} 已损坏：{zh}")
