"""The places that a night is written to: is each what it must be, and may it be written?"""

from __future__ import annotations

import os
from pathlib import Path

from tracker import disk
from tracker.errors import StoreError
from tracker.sql.connect import explained
from tracker.store.base import LINK, generations, kept_registry

WORK = "work.duckdb"
LOG = f"{WORK}.wal"  # what its newest runs changed, until that is written back into it

_FOLDERS = (
    "snapshots",
    "descriptions",
    "history",
    "rollups",
    "parts",
    "pieces",
    "sources",
    generations.FOLDER,
    kept_registry.FOLDER,
)


def require_places(data_dir: Path) -> None:
    """Raise StoreError where something else stands in one of them, one may not be written, or the database is lost."""
    with explained(f"no night can be kept in {data_dir}"):
        for folder in (data_dir, *(data_dir / name for name in _FOLDERS)):
            disk.require_free_use(folder)
        if disk.has_file(data_dir / WORK):
            disk.require_rights(data_dir / WORK, os.R_OK | os.W_OK)
        if not (data_dir / LINK).is_symlink():  # a link, wherever it leads, is rebuilt
            disk.has_file(data_dir / LINK)
    require_work(data_dir)


def copy_bytes(data_dir: Path) -> int:
    """Return how large the published copy is; 0 where none can be read."""
    link = data_dir / LINK
    return link.stat().st_size if disk.obstacle(link) is None and link.exists() else 0


def published_name(data_dir: Path) -> str | None:
    """Return the name of the database that readers get, another one after each publish; None where there is none."""
    link = data_dir / LINK
    return link.readlink().name if link.is_symlink() else None


def require_work(data_dir: Path) -> None:
    """Refuse to begin again beside a record: a new database would give its keys to other models."""
    if not disk.has_file(data_dir / WORK) and disk.matching(data_dir / "snapshots", "*/*.parquet"):
        raise StoreError(
            f"{data_dir / WORK} is missing, but the record in {data_dir / 'snapshots'} counts on its keys; "
            "put it back from a backup"
        )
