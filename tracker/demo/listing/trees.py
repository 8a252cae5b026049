"""Datasets with a history: a folder of folders, each named after the day on which its files were uploaded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from tracker.errors import SettingsError

UPLOAD_TIME = time(4, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One file at a revision: its hash in git, and the one that answers tell, by which the Hub knows a large one."""

    file: Path
    oid: str
    etag: str
    is_large: bool = False  # git holds a pointer to it


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

    def entry(self, revision: str, path: str) -> Entry | None:
        """Return the same with its hashes."""
        file = self.file(revision, path)
        if file is None:
            return None
        digest = _hashed(file, file.stat().st_mtime_ns)
        return Entry(file, digest[:40], digest)

    def brought(self, at: Commit) -> Mapping[str, Commit]:
        """Return the paths of a state, each with the commit that brought it last."""
        return {commit.path: commit for commit in reversed(self.commits[self.commits.index(at) :])}


def _commit(name: str, day: date, at: int, file: Path, path: str) -> Commit:
    uploaded_at = datetime.combine(day, UPLOAD_TIME) + timedelta(minutes=at)
    revision = hashlib.sha1(f"{name} {day} {path}".encode(), usedforsecurity=False).hexdigest()
    return Commit(revision, f"Upload {path} with huggingface_hub", uploaded_at, path, file)


def _day(folder: Path) -> date:
    try:
        return date.fromisoformat(folder.name)
    except ValueError as error:
        raise SettingsError(f"{folder}: a folder of uploads is named after its day, YYYY-MM-DD") from error


@lru_cache(4096)
def _hashed(path: Path, _: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
