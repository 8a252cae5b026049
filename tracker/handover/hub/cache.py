"""A data set in the client's cache: its files by commit, which commit a revision stood for, which are checked.

    <HF_HUB_CACHE>/datasets--OWNER--NAME/snapshots/<commit>/...        the client's own, links to blobs/
    <HF_HUB_CACHE>/datasets--OWNER--NAME/tracker/copies/<commit>/...   the same files, no links: what is asked is sealed
    <HF_HUB_CACHE>/datasets--OWNER--NAME/tracker/...                   what is known of revisions and commits

A file takes no room twice, whichever commits hold it. Of a checked commit the size and time of each file are kept:
where one differs, the hashes are looked at again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from huggingface_hub import constants

from tracker import disk, files

_COMMIT = re.compile(r"[0-9a-f]{40}")


class Cache:
    """The part of the cache that holds one data set of one endpoint."""

    def __init__(self, endpoint: str, name: str) -> None:
        self._endpoint = endpoint
        self.folder = Path(constants.HF_HUB_CACHE).expanduser() / f"datasets--{name.replace('/', '--')}"

    @staticmethod
    def is_commit(revision: str) -> bool:
        """Return whether a revision is the hash of a commit, which never stands for another."""
        return bool(_COMMIT.fullmatch(revision))

    def place(self, commit: str) -> Path:
        """Return the folder that holds the files of a commit."""
        return self.folder / "tracker" / "copies" / commit

    def lay(self, commit: str, paths: Iterable[str]) -> None:
        """Put the files there that the client has fetched."""
        for path in paths:
            source = (self.folder / "snapshots" / commit / path).resolve(strict=True)
            target = self.place(commit) / path
            if not target.exists() or not target.samefile(source):
                target.parent.mkdir(parents=True, exist_ok=True)
                _link(source, target)

    def drop(self, commit: str, path: str) -> None:
        """Take a file out of the client's cache, so that it is fetched again."""
        pointer = self.folder / "snapshots" / commit / path
        with suppress(FileNotFoundError):
            pointer.resolve(strict=True).unlink()
        pointer.unlink(missing_ok=True)

    def commit(self, revision: str) -> str | None:
        """Return the commit that a revision stood for when the Hub was asked last; None where that is not known."""
        said = _read(self._of_revision(revision))
        return said if said and self.is_commit(said) else None

    def note_commit(self, revision: str, commit: str) -> None:
        """Remember it."""
        if self.commit(revision) != commit:
            with disk.explained(f"cannot write to the cache {self.folder}"):
                files.write(self._of_revision(revision), commit, synced=False)

    def is_checked(self, commit: str) -> bool:
        """Return whether the files of a commit are those that were held to their hashes."""
        said = _read(self._of_commit(commit))
        try:
            known = json.loads(said or "{}")
            return bool(known) and all(told == self._state(commit, path) for path, told in known.items())
        except (OSError, ValueError, AttributeError):
            return False

    def note_checked(self, commit: str, paths: Iterable[str]) -> None:
        """Remember that these files are what their hashes say."""
        files.write(
            self._of_commit(commit), json.dumps({path: self._state(commit, path) for path in paths}), synced=False
        )

    def _state(self, commit: str, path: str) -> list[int]:
        found = (self.place(commit) / path).stat()
        return [found.st_size, found.st_mtime_ns]

    def _of_revision(self, revision: str) -> Path:
        told = hashlib.sha256(f"{self._endpoint}\n{revision}".encode()).hexdigest()
        return self.folder / "tracker" / "revisions" / told[:32]

    def _of_commit(self, commit: str) -> Path:
        return self.folder / "tracker" / "checked" / f"{commit}.json"


def _link(source: Path, target: Path) -> None:
    """Let a name stand for a file in one step; a copy of it where the file system knows one name alone."""
    new = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        os.link(source, new)
    except OSError:
        shutil.copyfile(source, new)
    new.replace(target)


def _read(path: Path) -> str | None:
    try:
        return disk.read_text(path)
    except OSError:
        return None
