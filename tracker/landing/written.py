"""A run that is being written: its folder, its manifest, and the error of a failed write."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tracker import disk, files
from tracker.errors import StoreError, redact
from tracker.landing.manifest import Manifest
from tracker.landing.runs import LandedRun


class WrittenRun:
    """The folder of a run and its manifest, which is rewritten with each change."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest

    def note(self, **changes: Any) -> LandedRun:
        """Write the manifest with these changes, atomically and synced."""
        if changes.get("reason"):
            changes["reason"] = redact(changes["reason"])
        self.manifest = dataclasses.replace(self.manifest, **changes)
        path = self.folder / "manifest.json"
        with writing(path):
            files.write(path, self.manifest.to_json())
        return LandedRun(self.folder, self.manifest)

    def book(self, data_dir: Path, snapshot_date: date, **changes: Any) -> LandedRun:
        """Move the run's folder to its day, once the Hub or its rows have determined it, and apply further changes."""
        folder = folder_of(data_dir, dataclasses.replace(self.manifest, snapshot_date=snapshot_date))
        if folder != self.folder:
            with writing(folder):
                folder.parent.mkdir(parents=True, exist_ok=True)
                self.folder.rename(folder)
                if not any(self.folder.parent.iterdir()):
                    self.folder.parent.rmdir()
            self.folder = folder
        return self.note(snapshot_date=snapshot_date, **changes)


CUT_OFF = "cut off, as by a kill"


def close_cut_off(run: LandedRun, at: datetime) -> bool:
    """Mark a run as interrupted if its status is `running`; return whether it did.

    The caller must know that no process is writing the run.
    """
    if run.manifest.status != "running":
        return False
    WrittenRun(run.folder, run.manifest).note(status="interrupted", reason=CUT_OFF, finished_at=at)
    return True


def folder_of(data_dir: Path, manifest: Manifest) -> Path:
    """Return the folder of a run."""
    return data_dir / "landing" / manifest.source / manifest.snapshot_date.isoformat() / manifest.run_id


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failed write (mostly a full disk) into a StoreError with the next step."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {disk.told(error)}; what was landed and published is unharmed: "
            "run again, and the walk goes on"
        ) from error
