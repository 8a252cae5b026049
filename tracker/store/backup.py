"""Back up and restore what cannot be recovered otherwise: the working database, and the files that it names.

    <folder>/work-<digest>.duckdb            as of the newest backup
    <folder>/snapshots/ descriptions/ ...    the record, and what kept generations name; each is copied once
    <folder>/generations/ registries/        manifests of all generations, and the registries that they name
    <folder>/watches/watches.json            what is watched for
    <folder>/backup.json                     what belongs together, with checksums; written last, in one step

Until then the backup before stays whole. Landed pages are left out: a night is loaded from them once. So is the
published copy, which is built again from the rest.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker import __version__, disk, files
from tracker.errors import StoreError
from tracker.settings import Settings
from tracker.sql.connect import explained
from tracker.store.base import generations
from tracker.store.places import LOG, WORK
from tracker.store.publish import keeping
from tracker.store.work import open_work, write_back

LIST = "backup.json"
WATCHES = "watches/watches.json"


@dataclass(frozen=True)
class Backup:
    """What a backup holds: files, how many of them were copied this time, and their bytes in all."""

    folder: Path
    files: int
    copied: int
    bytes: int


def back_up(settings: Settings, folder: Path) -> Backup:
    """Bring the backup in `folder` up to the state of the data folder, whose lock the caller holds.

    Raises StoreError where there is nothing to keep, where a file of the record is not as it was written
    (the backup before then stays as it was), or where the backup is of another folder's record.
    """
    data_dir = settings.data_dir.resolve()
    with explained(f"cannot back up {data_dir} to {folder}"):
        is_there = disk.has_file(data_dir / WORK)
        disk.has_folder(folder)
    if folder.resolve().is_relative_to(data_dir):
        raise StoreError(f"{folder} lies in the data folder and would be lost with it; name a folder elsewhere")
    if not is_there:
        raise StoreError(f"{data_dir} has no {WORK}, so there is nothing to back up")
    with open_work(settings) as work:
        record = work.record_files()
    write_back(settings)
    _check_same_record(folder, data_dir, record)
    with explained(f"cannot back up to {folder}"):
        record |= {**generations.beside(data_dir), **keeping.files(data_dir), **_watches(data_dir)}
        copied = [name for name, digest in record.items() if _copy(data_dir / name, folder / name, digest)]
        digest = files.sha256(data_dir / WORK)
        database = f"work-{digest[:16]}.duckdb"
        _copy(data_dir / WORK, folder / database, digest)
        _write_list(folder, {database: digest, **record}, database)
        for old in disk.matching(folder, "work-*.duckdb"):
            if old.name != database:
                old.unlink()
    size = sum((folder / name).stat().st_size for name in (database, *record))
    return Backup(folder, len(record) + 1, len(copied) + 1, size)


def _check_same_record(folder: Path, data_dir: Path, record: Collection[str]) -> None:
    """Refuse to let a backup go that shares no night with this record: it may be all that is left of another."""
    if os.path.lexists(folder / LIST):
        nights = {name for name in _read_list(folder)[1] if name.startswith("snapshots/")}
        if nights and nights.isdisjoint(record) and nights.isdisjoint(_named(data_dir)):
            raise StoreError(f"{folder} is the backup of another record, which would be lost; name another folder")


def _watches(data_dir: Path) -> dict[str, str]:
    """Return the file of watches, where there is one; what waits to be sent is sent by the folder that found it."""
    return {WATCHES: files.sha256(data_dir / WATCHES)} if disk.has_file(data_dir / WATCHES) else {}


def _named(data_dir: Path) -> set[str]:
    """Return every file that a generation of this folder names or named."""
    chain = generations.Chain(data_dir)
    manifests = (chain.read_if_whole(number) for number in generations.numbers(data_dir))
    return {each["file"] for manifest in manifests if manifest for each in manifest.files()}


def restore(settings: Settings, folder: Path) -> Backup:
    """Put a backup into a new data folder, whose lock the caller holds; every file is checked on its way.

    One that was cut off may be repeated. Raises StoreError where the data folder holds other data, or the
    backup is not whole.
    """
    data_dir = settings.data_dir
    database, listed = _read_list(folder)
    with explained(f"cannot restore into {data_dir}"):
        record = {
            path.relative_to(data_dir).as_posix()
            for path in disk.matching(data_dir, "snapshots/snapshot_date=*/*.parquet")
        }
        is_there = disk.has_file(data_dir / WORK)
    if is_there or record - set(listed):
        raise StoreError(f"{data_dir} holds data already; restore into a new --data-dir, then change places")
    with explained(f"cannot restore from {folder}"):
        for name, digest in listed.items():
            if name != database:
                _copy(folder / name, data_dir / name, digest)
        (data_dir / LOG).unlink(missing_ok=True)  # of a database that is gone
        _copy(folder / database, data_dir / WORK, listed[database])  # last: without it nothing runs
    size = sum((folder / name).stat().st_size for name in listed)
    return Backup(folder, len(listed), len(listed), size)


def _copy(source: Path, target: Path, digest: str) -> bool:
    """Copy a file and the manifest beside it; return whether it was not there yet, whole."""
    if disk.has_file(target) and files.sha256(target) == digest:
        return False
    if not disk.has_file(source):
        raise StoreError(f"{source} is missing; `tracker doctor --record` says what else is")
    with files.whole(target) as temporary:
        shutil.copyfile(source, temporary)
        if files.sha256(temporary) != digest:
            raise StoreError(f"{source} does not have the checksum it was written with; nothing takes its place")
    manifest = source.with_suffix(".json")
    if manifest.is_file() and manifest != source:
        with files.whole(target.with_suffix(".json")) as temporary:
            shutil.copyfile(manifest, temporary)
    return True


def _write_list(folder: Path, listed: Mapping[str, str], database: str) -> None:
    facts = {"tracker_version": __version__, "database": database, "files": listed}
    files.write(folder / LIST, json.dumps(facts, indent=1) + "\n")


def _read_list(folder: Path) -> tuple[str, dict[str, str]]:
    try:
        facts: dict[str, Any] = json.loads(disk.read_text(folder / LIST))
        listed = {str(name): str(digest) for name, digest in facts["files"].items()}
        database = str(facts["database"])
        listed[database]
    except FileNotFoundError as error:
        raise StoreError(f"{folder} holds no {LIST}, so it is no whole backup; name the folder of one") from error
    except OSError as error:
        raise StoreError(f"cannot read {folder / LIST}: {disk.told(error)}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{folder / LIST} cannot be read, so {folder} is no whole backup: {error}") from error
    outside = [name for name in listed if Path(name).is_absolute() or ".." in Path(name).parts]
    if outside:
        raise StoreError(f"{folder / LIST} names {outside[0]}, which lies outside the backup; it was tampered with")
    return database, listed
