"""One data set that is written: commits, each a whole tree of files, and tags."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tracker.demo.listing.trees import Entry

MAIN = "main"
LARGE = (".parquet", ".png", ".duckdb", ".gz", ".zip", ".pdf")
LARGE_BYTES = 10_000_000
ATTRIBUTES = ".gitattributes"  # a new repository holds it, and says by it what is large


class Outdated(ValueError):
    """The branch is not any more where the one who commits takes it to be."""


@dataclass(frozen=True)
class Commit:
    """A state of all files, and what made it."""

    revision: str
    title: str
    uploaded_at: datetime
    files: Mapping[str, Entry]


@dataclass
class Repository:
    """The history of a data set, newest first; it begins with the file that says what is large."""

    name: str
    made_at: datetime
    folder: Path  # of the contents of small files
    is_private: bool = False
    commits: list[Commit] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = "".join(f"*{suffix} filter=lfs diff=lfs merge=lfs -text\n" for suffix in LARGE)
        self.add("initial commit", self.made_at, {ATTRIBUTES: self.small(lines.encode())}, None)

    def at(self, revision: str) -> Commit | None:
        """Return the commit that a branch, a tag or a hash names."""
        if revision in (MAIN, f"refs/heads/{MAIN}"):
            return self.commits[0]
        wanted = self.tags.get(revision.removeprefix("refs/tags/"), revision)
        return next((commit for commit in self.commits if commit.revision == wanted), None)

    def entry(self, revision: str, path: str) -> Entry | None:
        """Return a file as it was at a revision."""
        commit = self.at(revision)
        return None if commit is None else commit.files.get(path)

    def brought(self, at: Commit) -> Mapping[str, Commit]:
        """Return the paths of a state, each with the commit that brought it as it is."""
        history = self.commits[self.commits.index(at) :]
        found = dict.fromkeys(at.files, history[0])
        for path, entry in at.files.items():
            for commit in history:
                if commit.files.get(path) != entry:
                    break
                found[path] = commit
        return found

    def add(self, title: str, moment: datetime, files: Mapping[str, Entry], parent: str | None) -> Commit:
        """Make these files the state of the branch. Raises Outdated where `parent` is another than the newest."""
        newest = self.commits[0].revision if self.commits else ""
        if parent is not None and not newest.startswith(parent):
            raise Outdated(newest)
        told = f"{self.name} {len(self.commits)} {newest} {title} {moment.isoformat()}"
        revision = hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()
        self.commits.insert(0, Commit(revision, title, moment, dict(files)))
        return self.commits[0]

    def small(self, content: bytes) -> Entry:
        """Return the entry of a file that stands in git itself."""
        oid = git_oid(content)
        place = self.folder / oid
        place.write_bytes(content)
        return Entry(place, oid, oid)


def large(digest: str, file: Path) -> Entry:
    """Return the entry of a file that git holds a pointer to; it is known by the sha256 of its content."""
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {file.stat().st_size}\n"
    return Entry(file, git_oid(pointer.encode()), digest, is_large=True)


def git_oid(content: bytes) -> str:
    """Return the hash by which git knows a file."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def is_large(path: str, size: int) -> bool:
    """Return whether a file goes to the store of large objects."""
    return path.endswith(LARGE) or size > LARGE_BYTES
