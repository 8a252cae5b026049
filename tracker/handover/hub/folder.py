"""A data set in a folder, as it goes to the Hub: its files with their hashes, and what it tells of itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path, PurePosixPath

import polars as pl

from tracker import disk, files
from tracker.errors import StoreError
from tracker.handover.hub.card import CARD

SUMS = "SHA256SUMS"
ABOUT = "about.parquet"


@dataclass(frozen=True)
class About:
    """What a copy says of itself."""

    day: date
    generation: int
    endpoint: str | None
    synthetic: bool

    @classmethod
    def read(cls, content: bytes) -> About:
        """Read the table. Raises ValueError for what is none of ours."""
        try:
            told = dict(pl.read_parquet(BytesIO(content)).select("key", "value").rows())
            day, generation = date.fromisoformat(told["snapshot_date"]), int(told["generation"])
        except (pl.exceptions.PolarsError, KeyError, TypeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from error
        return cls(day, generation, told.get("endpoint"), told.get("synthetic") == "true")


@dataclass(frozen=True)
class Folder:
    """A data set that was written: path -> sha256 of all its files but the card and the list of hashes."""

    path: Path
    sums: Mapping[str, str]
    about: About

    @classmethod
    def read(cls, path: Path) -> Folder:
        """Read what `data_set.write` wrote."""
        sums = parsed(disk.read_text(path / SUMS))
        return cls(path, without_card(sums), About.read(disk.read_bytes(path / ABOUT)))

    @property
    def card(self) -> str:
        """The card as the tracker makes it."""
        return disk.read_text(self.path / CARD)

    def listed(self) -> bytes:
        """Return the list of hashes as it stands on the Hub: without the card, which others may edit there."""
        return "".join(f"{digest}  {path}\n" for path, digest in self.sums.items()).encode()

    def git_oid(self, path: str) -> str:
        """Return the hash by which git knows a file."""
        return git_oid(disk.read_bytes(self.path / path))

    def size(self, path: str) -> int:
        """Return how many bytes a file has."""
        return (self.path / path).stat().st_size


def without_card(sums: Mapping[str, str]) -> dict[str, str]:
    """Return a list of hashes without that of the card."""
    return {path: digest for path, digest in sums.items() if path not in (CARD, SUMS)}


def parsed(text: str) -> dict[str, str]:
    """Return path -> sha256. Raises ValueError for lines that are none, and for a path that leads out of the folder."""
    found = {}
    for line in text.splitlines():
        digest, gap, path = line.partition("  ")
        parts = PurePosixPath(path).parts
        if len(digest) != 64 or not gap or not path or path.startswith("/") or ".." in parts or "\\" in path:
            raise ValueError(f"{line[:80]!r} is no line of {SUMS}")
        found[path] = digest
    return found


def wrong_files(folder: Path, sums: Mapping[str, str]) -> list[str]:
    """Return the files of a folder that are missing, or not what their hashes say."""
    return [path for path, digest in sums.items() if _digest(folder / path) != digest]


def git_oid(content: bytes) -> str:
    """Return the hash by which git knows a file of that content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _digest(path: Path) -> str | None:
    try:
        return files.sha256(path)
    except FileNotFoundError:
        return None


def require_ours(sums: Mapping[str, str], what: str) -> None:
    """Raise StoreError for a list of hashes of something else."""
    if ABOUT not in sums or "nights.parquet" not in sums:
        raise StoreError(f"{what} is no data set that the tracker published: its {SUMS} names no {ABOUT}")
