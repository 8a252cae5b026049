"""Can a night be kept here? All that can be known of folder, disk and registry is asked before the first request.

A walk of the whole Hub is half an hour, and its day does not come back: what would stop it at the end stops it here.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tracker import disk, files, landing, registry, store
from tracker.errors import RegistryError, StoreError
from tracker.scope import Scope
from tracker.settings import Settings

log = logging.getLogger(__name__)

LEAST_BYTES = 64 * 2**20  # of a night of any scope: databases, their logs, files that replace others


def require_ready(settings: Settings, scope: Scope) -> None:
    """Raise StoreError or RegistryError with what stands in the way of a night of this scope, and ask nobody.

    The caller holds the folder's lock.
    """
    store.require_places(settings.data_dir)
    with disk.explained(f"no night can be kept in {settings.data_dir}"):
        for name in ("landing", "landing/hub_models"):
            disk.require_free_use(settings.data_dir / name)
    _require_registry(settings)
    store.check_endpoint(settings)
    try_out(settings.data_dir)
    _require_room(settings, scope)


def _require_registry(settings: Settings) -> None:
    """Raise RegistryError where there is none to read; one with faults costs no night, and is told of."""
    try:
        registry.load(settings.registry)
    except RegistryError as error:
        if os.path.lexists(settings.data_dir / "registries"):
            return  # the last good one stands in, and is told of where it does
        if not registry.is_there(settings.registry):
            raise
        log.warning("the registry does not load: %s; the night is landed and waits for it", error.in_short)


def try_out(data_dir: Path) -> None:
    """Do with small files what a night does with large ones; raise StoreError with what is not possible."""
    with disk.explained(f"no night can be kept in {data_dir}"), files.scratch(data_dir) as place:
        for what, attempt in _attempts(place).items():
            with disk.explained(f"no night can be kept in {data_dir}, where it is not possible to {what}"):
                attempt()


def _attempts(place: Path) -> dict[str, Callable[[], object]]:
    file, link = place / "file", place / "link"
    return {
        "write a file": lambda: file.write_bytes(b"x"),
        "wait until a file is on the disk (fsync)": lambda: files.sync_folder(file),
        "take the right to write from a file (chmod)": lambda: file.chmod(0o444),
        "make a symbolic link": lambda: link.symlink_to(file.name),
        "put a link in the place of another": lambda: link.replace(place / "other"),
    }


def _require_room(settings: Settings, scope: Scope) -> None:
    """Raise StoreError where the disk has no room for a night like the last of this scope."""
    free, needed = shutil.disk_usage(settings.data_dir).free, _needed_bytes(settings, scope)
    if free < needed:
        raise StoreError(
            f"{settings.data_dir} has {free / 2**20:,.0f} MB left, and a night needs about {needed / 2**20:,.0f} MB; "
            "make room, or keep fewer landings (TRACKER_KEEP_LANDINGS), then run again"
        )


def _needed_bytes(settings: Settings, scope: Scope) -> int:
    """Return about how much a night takes: pages and rows as the last of its scope, and a new copy."""
    landed = [run.manifest for run in landing.runs(settings.data_dir) if run.manifest.status == "landed"]
    alike = [manifest for manifest in landed if manifest.scope == str(scope)]
    newest = max(alike, key=lambda manifest: manifest.age, default=None)
    pages = newest.bytes_raw + newest.bytes_parquet if newest else 0
    return LEAST_BYTES + pages + store.copy_bytes(settings.data_dir)
