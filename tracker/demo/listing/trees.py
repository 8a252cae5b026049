"""Datasets with a history: a folder of folders, each named after the day on which its files were uploaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from tracker.errors import SettingsError

UPLOAD_TIME = time(4, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Commit:
    """One file uploaded on one day, as the daily exports on the Hub do it."""

    revision: str
    title: str
    uploaded_at: datetime
    path: str
    file: Path


class DatasetTree:
    """The commits of one dataset, newest first."""

    def __init__(self, name: str, folder: Path) -> None:
        """Read `folder/YYYY-MM-DD/<files>`. Raises SettingsError for a folder of another name."""
        self.name = name
        uploads = [(_day(day), file, day) for day in sorted(folder.iterdir()) for file in sorted(day.rglob("*"))]
        self.commits = [
            _commit(name, uploaded, at, file, file.relative_to(day).as_posix())
            for at, (uploaded, file, day) in enumerate(uploads)
            if file.is_file()
        ][::-1]
        if not self.commits:
            raise SettingsError(f"{folder}: no YYYY-MM-DD/<file> to serve as dataset {name}")

    def at(self, revision: str) -> Commit | None:
        """Return the commit that a branch or hash names; `main` is the newest."""
        if revision == "main":
            return self.commits[0]
        return next((commit for commit in self.commits if commit.revision == revision), None)

    def file(self, revision: str, path: str) -> Path | None:
        """Return a file as it was at a revision."""
        top = self.at(revision)
        if top is None:
            return None
        history = self.commits[self.commits.index(top) :]
        return next((commit.file for commit in history if commit.path == path), None)


def _commit(name: str, day: date, at: int, file: Path, path: str) -> Commit:
    uploaded_at = datetime.combine(day, UPLOAD_TIME) + timedelta(minutes=at)
    revision = hashlib.sha1(f"{name} {day} {path}".encode(), usedforsecurity=False).hexdigest()
    return Commit(revision, f"Upload {path} with huggingface_hub", uploaded_at, path, file)


def _day(folder: Path) -> date:
    try:
        return date.fromisoformat(folder.name)
    except ValueError as error:
        raise SettingsError(f"{folder}: a folder of uploads is named after its day, YYYY-MM-DD") from error
