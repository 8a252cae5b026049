"""Write a site so that nobody ever sees half of it: build beside, carry over what stays, exchange the folders.

What is there stays as it is until the exchange, which the system does in one step: a run that is killed leaves it.
Files whose bytes are the same are not written again. What the site did not write (a host's own files, `v/`) stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tracker import disk
from tracker.errors import SettingsError
from tracker.files import folders
from tracker.pages.site.build import File

LISTING = "site.json"
WHAT = "written by `tracker site`: the files that it replaces; whatever else stands here stays"


@dataclass
class Written:
    """What a build did: how many files there are, how many are new or changed, how many are gone."""

    root: Path
    files: int = 0
    changed: int = 0
    gone: int = 0


@dataclass
class _Listing:
    """What a site wrote: path -> sha256 of its content, and of what was made slowly, the basis it was made from."""

    files: dict[str, str] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    copy: str = ""  # the id of the copy that it is of

    def text(self) -> str:
        return (
            json.dumps(
                {"what": WHAT, "copy": self.copy, "files": self.files, "bases": self.bases}, indent=0, sort_keys=True
            )
            + "\n"
        )


def write(files: Iterable[File], root: Path, copy: str = "") -> Written:
    """Write a site into a folder, replacing the one that is there; `copy` is the id of what it is made of.

    Raises SettingsError for a folder with something else in it, Busy where another run writes there.
    """
    root = root.resolve()
    with disk.explained(f"cannot write {root}"):
        _require_ours(root)
        with folders.anew(root, f"the site {root}") as new:
            return _build(files, root, new, copy)


def _require_ours(root: Path) -> None:
    if disk.has_folder(root) and any(root.iterdir()) and not disk.has_file(root / LISTING):
        raise SettingsError(f"{root} holds something that `tracker site` did not write; name a new or empty folder")


def shown(root: Path) -> str:
    """Return the id of the copy whose site stands in a folder; empty where there is none."""
    return _read(root).copy


def _build(files: Iterable[File], root: Path, new: Path, copy: str) -> Written:
    old, now, written = _read(root), _Listing(copy=copy), Written(root)
    seen: set[str] = set()
    for file in files:
        if file.path.lower() in seen:
            raise RuntimeError(f"two files of the site would stand at {file.path}")
        seen.add(file.path.lower())
        written.files += 1
        written.changed += _place(file, root, new, old, now)
    for path in folders.others(root):
        if path not in now.files and path not in old.files and path != LISTING and not (new / path).exists():
            folders.carry(root / path, new / path)
    written.gone = len(set(old.files) - set(now.files))
    (new / LISTING).write_text(now.text(), encoding="utf-8")
    return written


def _read(root: Path) -> _Listing:
    path = root / LISTING
    if not disk.has_file(path):
        return _Listing()
    try:
        found = json.loads(disk.read_text(path))
        return _Listing(dict(found["files"]), dict(found["bases"]), str(found.get("copy", "")))
    except (ValueError, KeyError, TypeError):  # whatever it was, all is rewritten
        return _Listing()


def _place(file: File, root: Path, new: Path, old: _Listing, now: _Listing) -> bool:
    """Put a file into the new tree, by a link where the old one has the same; say whether it is new or changed."""
    before, after = root / file.path, new / file.path
    if file.is_kept and disk.has_file(before):
        folders.carry(before, after)
        return False
    if file.basis and old.bases.get(file.path) == file.basis and _digest(before) == old.files.get(file.path):
        _note(file, old.files[file.path], now)
        folders.carry(before, after)
        return False
    content = file.make() if file.make else file.content
    if not file.is_kept:
        _note(file, hashlib.sha256(content).hexdigest(), now)
    if disk.has_file(before) and before.stat().st_size == len(content) and disk.read_bytes(before) == content:
        folders.carry(before, after)
        return False
    after.parent.mkdir(parents=True, exist_ok=True)
    after.write_bytes(content)
    return True


def _note(file: File, digest: str, now: _Listing) -> None:
    now.files[file.path] = digest
    if file.basis:
        now.bases[file.path] = file.basis


def _digest(path: Path) -> str | None:
    return hashlib.sha256(disk.read_bytes(path)).hexdigest() if disk.has_file(path) else None
