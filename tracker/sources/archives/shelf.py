"""Archives on a disk: what `--keep` kept, and folders in the shapes of the data sets themselves.

kept/<source>/revisions.jsonl              one line a revision: day, commit, path, where it came from, sha256
kept/<source>/2025-03-01/<commit>.parquet  the columns that were needed, typed and named as they came

A folder that somebody fetched by himself has `YYYY-MM-DD/models.parquet`, or that below `models/`. There the folder is
all that says a day, so the file is held to it all the harder: its newest model must be of that time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tracker import disk, files
from tracker.errors import SnapshotRefused, SourceRefused
from tracker.landing.written import writing
from tracker.sources.archives.judged import day_end
from tracker.sources.contract import Reach, Revision
from tracker.sql import connect
from tracker.sql.connect import Connection

INDEX = "revisions.jsonl"


def folder_of(reach: Reach, source: str) -> Path:
    """Return where what is fetched of an archive is kept."""
    return reach.settings.data_dir / "kept" / source


def revisions(folder: Path, name: str) -> list[Revision]:
    """Return what a folder holds of files of a name, the oldest first. Raises SourceRefused for none."""
    found = _kept(folder) if disk.has_file(folder / INDEX) else list(_by_folder(folder, name))
    if not found:
        raise SourceRefused(
            f"{folder} holds no {INDEX} and no YYYY-MM-DD/{name}; name the folder that --keep wrote, or one of those"
        )
    return sorted(found, key=lambda each: each.day)


def place_of(folder: Path, revision: Revision) -> Path:
    """Return the file of a revision. Raises SnapshotRefused for one that is missing, or not as it was kept."""
    path = folder / revision.path
    if not disk.has_file(path):
        raise SnapshotRefused(f"{path} is missing")
    said = next((line for line in _lines(folder) if line["path"] == revision.path), None)
    if said is not None and files.sha256(path) != said["sha256"]:
        raise SnapshotRefused(f"{path} is not as it was kept: its hash is another; fetch it again")
    return path


def name_of(revision: Revision) -> str:
    """Return under which name the file of one day is kept."""
    digest = hashlib.sha256(f"{revision.commit} {revision.path}".encode()).hexdigest()[:12]
    return f"{revision.day}/{digest}.parquet"


def keep(
    connection: Connection, folder: Path, name: str, revision: Revision, place: Path, columns: Iterable[str], url: str
) -> Path:
    """Keep these columns of a file under a name, as they came; return the file. That of the same commit stays."""
    lines = _lines(folder)
    if any((line["path"], line["commit"]) == (name, revision.commit) for line in lines):
        return folder / name
    quoted = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
    with writing(folder / name), files.whole(folder / name) as temporary:
        connection.execute(
            f"copy (select {quoted} from {connect.parquet(place)}) to {connect.literal(str(temporary))} "
            "(format parquet, compression zstd)"
        )
    note(folder, name, revision, url)
    return folder / name


def note(folder: Path, name: str, revision: Revision, url: str) -> None:
    """Write down the hash of a file that is kept, and where it came from; what was said of that name before goes."""
    line = {
        "day": revision.day.isoformat(),
        "commit": revision.commit,
        "committed_at": revision.committed_at.isoformat(),
        "path": name,
        "of": url,
        "bytes": (folder / name).stat().st_size,
        "sha256": files.sha256(folder / name),
    }
    others = [each for each in _lines(folder) if each["path"] != name]
    with writing(folder / INDEX):
        files.write(folder / INDEX, "".join(json.dumps(each) + "\n" for each in (*others, line)))


def _kept(folder: Path) -> list[Revision]:
    return [
        Revision(
            date.fromisoformat(line["day"]),
            str(line["commit"]),
            str(line["path"]),
            datetime.fromisoformat(line["committed_at"]),
            int(line["bytes"]),
        )
        for line in _lines(folder)
    ]


def _by_folder(folder: Path, name: str) -> Iterator[Revision]:
    with disk.explained(f"cannot read {folder}"):
        found = [*disk.matching(folder, f"*/{name}"), *disk.matching(folder, f"*/*/{name}")]
    for path in found:
        try:
            day = date.fromisoformat(path.parent.name)
        except ValueError:
            continue
        relative = path.relative_to(folder).as_posix()
        yield Revision(day, f"on disk: {relative}", relative, day_end(day) - timedelta(seconds=1), path.stat().st_size)


def _lines(folder: Path) -> list[Mapping[str, Any]]:
    """Return the lines of what was kept; a last one that is torn is left out, and so is its file."""
    if not disk.has_file(folder / INDEX):
        return []
    with disk.explained(f"cannot read {folder / INDEX}"):
        text = disk.read_text(folder / INDEX)
    try:
        return [json.loads(line) for line in text.splitlines() if line]
    except ValueError as error:
        raise SourceRefused(f"{folder / INDEX} cannot be read ({error}); correct or remove the line") from error
