"""The landed runs of a source: find them by day, check that they are whole, delete old ones.

<data_dir>/landing/<source>/<YYYY-MM-DD>/<run_id>/
    pages/00001.json.gz    one answer each, as the Hub compressed it
    journal.jsonl          one line a page, written after the page and before the next request
    manifest.json          what was requested, how the run ended, counts
    models/00000.parquet   the typed rows, one a model, in parts of some pages each
    quarantine.jsonl       records, or single values of records, that could not be used
    raw/<name>             files of a source with tables of its own; such a run has only these and the manifest
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker import disk, files
from tracker.errors import StoreError
from tracker.landing.journal import read_journal
from tracker.landing.manifest import Manifest, RawFile


@dataclass(frozen=True)
class LandedRun:
    """A folder of landing/ and its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def parts(self) -> list[Path]:
        """The files of the typed rows, in the order of the walk; [] if they are missing."""
        return parts_of(self.folder)

    @property
    def is_whole(self) -> bool:
        """Whether the typed rows have their full size; a power cut may lose them and leave the manifest."""
        sizes = [part.stat().st_size for part in self.parts]
        return bool(sizes) and sum(sizes) == self.manifest.bytes_parquet

    @property
    def quarantine_path(self) -> Path:
        """The file of records that could not be used; it does not exist if there are none."""
        return self.folder / "quarantine.jsonl"

    @property
    def journal_path(self) -> Path:
        """The journal, one line a page."""
        return self.folder / "journal.jsonl"

    def raw(self, name: str) -> bytes:
        """Return a file of raw/ as downloaded. Raises StoreError if it is missing or changed since."""
        landed = next((each for each in self.manifest.files if each.name == name), None)
        path = self.folder / "raw" / name
        with disk.explained(f"cannot read {path}"):
            content = disk.read_bytes(path) if landed is not None and disk.has_file(path) else None
        if landed is None or content is None:
            raise StoreError(f"{self.folder} holds no raw file {name!r}; collect the source again")
        if hashlib.sha256(content).hexdigest() != landed.sha256:
            raise StoreError(f"{path} is not as it was landed; collect the source again")
        return content

    def raw_of(self, url: str) -> RawFile | None:
        """Return the intact file of an address that has an ETag, for a conditional request; None if there is none."""
        for each in self.manifest.files:
            path = self.folder / "raw" / each.name
            if each.url == url and each.etag and path.is_file() and files.sha256(path) == each.sha256:
                return each
        return None

    def set_aside_ids(self) -> list[str]:
        """Return the hub_ids of listed records that could not be used: these models are not gone."""
        with disk.explained(f"cannot read {self.quarantine_path}"):
            if not disk.has_file(self.quarantine_path):
                return []
            lines = [json.loads(line) for line in disk.read_text(self.quarantine_path).splitlines()]
        return [line["hub_id"] for line in lines if line["outcome"] == "set aside" and line.get("hub_id")]

    def private_ids(self) -> list[str]:
        """Return the hub_ids of repositories that were left out because only the walk's token could see them."""
        lines = read_journal(self.folder) if self.manifest.private else []
        return sorted({hub_id for line in lines for hub_id in line.private_ids})


def parts_of(folder: Path) -> list[Path]:
    """Return the files of the typed rows in a run's folder; earlier versions wrote one, models.parquet."""
    return disk.matching(folder, "models/*.parquet") or disk.matching(folder, "models.parquet")


def runs(data_dir: Path, source: str = "hub_models", snapshot_date: date | None = None) -> list[LandedRun]:
    """Return the runs of a source, of one day or of all, oldest first. Raises StoreError if they cannot be read."""
    folder = data_dir / "landing" / source
    day = "*" if snapshot_date is None else snapshot_date.isoformat()
    with disk.explained(f"cannot read the runs in {folder}"):
        manifests = disk.matching(folder, f"{day}/*/manifest.json")
        found = [LandedRun(path.parent, read_manifest(path)) for path in manifests]
    return sorted(found, key=lambda run: (run.manifest.snapshot_date, *run.manifest.age))


def read_manifest(path: Path) -> Manifest:
    """Read a run's manifest. Raises StoreError if it is no valid manifest, OSError if it cannot be read."""
    try:
        return Manifest.from_json(disk.read_text(path))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{path} is no manifest of a run ({error!r}); move its folder away, then run again") from error


def prune(data_dir: Path, *, keep_nights: int, source: str = "hub_models") -> list[Path]:
    """Delete old runs of a source; return the folders deleted.

    It keeps all runs from the oldest of the newest `keep_nights` landed days on. While there are no more than
    `keep_nights` landed days, it keeps all of them, and the newest `keep_nights` runs that did not land.
    """
    found = runs(data_dir, source)
    nights = sorted({run.manifest.snapshot_date for run in found if run.manifest.status == "landed"})
    if len(nights) > keep_nights:
        old = [run for run in found if run.manifest.snapshot_date < nights[-keep_nights]]
    else:
        old = [run for run in found if run.manifest.status != "landed"][:-keep_nights]
    for run in old:
        shutil.rmtree(run.folder)
        if not any(run.folder.parent.iterdir()):
            run.folder.parent.rmdir()
    return [run.folder for run in old]
