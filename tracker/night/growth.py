"""How the folder grows: its size after each night, and how long the disk lasts at that pace.

<data_dir>/growth.json    [{"snapshot_date": "2026-11-21", "bytes": 123456789}, ...], the newest nights
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tracker import disk, files
from tracker.landing import writing

NAME = "growth.json"
KEPT_NIGHTS = 30  # longer than landings are kept: what those add ends after some nights


@dataclass(frozen=True)
class Growth:
    """Bytes a night, over so many nights up to the newest; free bytes of the disk."""

    bytes_a_night: float
    nights: int
    free: int

    @property
    def days_left(self) -> float | None:
        """Days until the disk is full, at a night a day; None where the folder does not grow."""
        return self.free / self.bytes_a_night if self.bytes_a_night > 0 else None


def note(data_dir: Path, night: date) -> None:
    """Note how large the folder is after a night."""
    sizes = {**_noted(data_dir), night: _size(data_dir)}
    newest = sorted(sizes.items())[-KEPT_NIGHTS:]
    rows = [{"snapshot_date": day.isoformat(), "bytes": size} for day, size in newest]
    with writing(data_dir / NAME):
        files.write(data_dir / NAME, json.dumps(rows, indent=1) + "\n")


def growth(data_dir: Path) -> Growth | None:
    """Return how fast the folder grows; None before its second night."""
    sizes = sorted(_noted(data_dir).items())
    if len(sizes) < 2:
        return None
    (first, before), (last, now) = sizes[0], sizes[-1]
    nights = (last - first) // timedelta(days=1)
    return Growth((now - before) / nights, nights, shutil.disk_usage(data_dir).free)


def _noted(data_dir: Path) -> dict[date, int]:
    try:
        rows = json.loads(disk.read_text(data_dir / NAME))
        return {date.fromisoformat(row["snapshot_date"]): int(row["bytes"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _size(folder: Path) -> int:
    size = 0
    for each in _files(folder):
        with suppress(OSError):  # another source may be at work in its own folder
            size += each.stat(follow_symlinks=False).st_size
    return size


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    with suppress(OSError), os.scandir(folder) as entries:  # what may not be looked at is not counted
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path))
            else:
                yield entry
