"""An export in an object store as a folder of this machine, to be asked like any other.

The newest manifest is asked for again each time; where the store cannot be reached, the last one that was fetched
answers. An object never changes under its name: it is fetched once, and held to the hash that the manifest gives.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

from tracker import disk, files
from tracker.errors import SourceError, StoreError
from tracker.handover.objects import manifests
from tracker.handover.objects.manifests import Manifest
from tracker.handover.objects.place import Place, endpoint

log = logging.getLogger(__name__)

KEPT = 2


def fetched(url: str) -> Path:
    """Return the folder that holds the newest export of `s3://BUCKET/PREFIX`, fetched as far as it is not there.

    Raises SettingsError for what is no such address, SourceError where the place has no export, or does not answer and
    nothing is kept of it; StoreError where an object is not what its hash says.
    """
    place = Place(url)
    folder = _kept() / hashlib.sha256(f"{endpoint()} {place.url}".encode()).hexdigest()[:16]
    try:
        numbers = manifests.numbers(place.objects())
    except SourceError as error:
        if not disk.matching(folder / files.EXPORTS, "*.json"):
            raise
        log.warning("%s; answered from what was fetched before", error)
        return folder
    if not numbers:
        raise SourceError(f"{place.url} holds no export; `tracker export --to {place.url}` puts one there")
    with disk.explained(f"cannot keep {place.url} in {folder}"):
        content = place.get(manifests.key(numbers[-1]))
        if content is None:
            raise SourceError(f"{place.url}/{manifests.key(numbers[-1])} is gone; run it again")
        _fetch(place, manifests.parse(place.url, numbers[-1], content), folder)
        files.write(folder / manifests.key(numbers[-1]), content)  # the last, since it makes all others count
        _let_go(place, folder)
    return folder


def _kept() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tracker" / "exports"


def _fetch(place: Place, newest: Manifest, folder: Path) -> None:
    """Fetch the objects of an export that are not there."""
    for key, each in newest.objects.items():
        path = folder / key
        if not path.resolve().is_relative_to(folder.resolve()):
            raise StoreError(f"{place.url} names an object outside of itself, {key!r}; it is not read")
        if path.is_file() and path.stat().st_size == each.bytes:
            continue
        content = place.get(key)
        if content is None:
            raise SourceError(f"{place.url}/{key} is gone; a newer export may have taken its place: run it again")
        if hashlib.sha256(content).hexdigest() != each.sha256:
            raise StoreError(f"{place.url}/{key} is not what its export says; export it again")
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, content)
    (folder / files.EXPORTS).mkdir(exist_ok=True)


def _let_go(place: Place, folder: Path) -> None:
    """Delete what neither the newest export names nor the one fetched before it, which a session may still read."""
    held = sorted(disk.matching(folder / files.EXPORTS, "*.json"), key=lambda path: int(path.stem))[-KEPT:]
    kept = [manifests.parse(place.url, int(path.stem), path.read_bytes()) for path in held]
    named = {*(folder / key for each in kept for key in each.objects), *held}
    for path in [each for each in folder.rglob("*") if each.is_file() and each not in named]:
        path.unlink()
