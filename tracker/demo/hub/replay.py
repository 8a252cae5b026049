"""Serve recorded models: a folder with one `YYYY-MM-DD.jsonl` (or `.jsonl.gz`) a night, one list item a line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from tracker.errors import SettingsError


class ReplayedEcosystem:
    """Recorded list items, served as they were recorded.

    Renames are read off the recordings: an `_id` whose `id` changes from one night to a later one.
    """

    synthetic = False

    def __init__(self, folder: Path) -> None:
        """Find the nights in `folder`. Raises SettingsError if there are none."""
        self.folder = folder
        self._files = {_night(path): path for path in sorted(folder.glob("*.jsonl*"))}
        if not self._files:
            raise SettingsError(f"{folder}: no YYYY-MM-DD.jsonl or YYYY-MM-DD.jsonl.gz to replay")
        self._names: dict[date, dict[str, str]] = {}

    @property
    def nights(self) -> Sequence[date]:
        """The nights that have a file, ascending."""
        return sorted(self._files)

    def lines(self, night: date) -> Iterator[bytes]:
        """Yield the night's lines; empty lines are skipped."""
        path = self._files[night]
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for line in file:
                if stripped := line.strip():
                    yield stripped

    def renames(self, night: date) -> Mapping[str, str]:
        """Return names that an `_id` bore before -> its name in the newest recording up to `night`."""
        ever: dict[str, set[str]] = {}
        newest: dict[str, str] = {}
        for each in (each for each in self.nights if each <= night):
            for hub_id, name in self._names_of(each).items():
                ever.setdefault(hub_id, set()).add(name)
                newest[hub_id] = name
        return {name: newest[hub_id] for hub_id, names in ever.items() for name in names if name != newest[hub_id]}

    def _names_of(self, night: date) -> dict[str, str]:
        if night not in self._names:
            items = (json.loads(line) for line in self.lines(night))
            self._names[night] = {item["_id"]: item["id"] for item in items}
        return self._names[night]


def _night(path: Path) -> date:
    try:
        return date.fromisoformat(path.name.split(".")[0])
    except ValueError as error:
        raise SettingsError(f"{path}: the name of a recorded night is its date, YYYY-MM-DD.jsonl") from error
