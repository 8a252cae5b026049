"""What one run brought home: raw pages, a journal and a manifest, later one Parquet file.

    <data_dir>/landing/<source>/<YYYY-MM-DD>/<run_id>/
        pages/00001.json.gz    one answer each, as the Hub compressed it
        journal.jsonl          one line a page, written after the page and before the next request
        manifest.json          what was asked, how it ended, the counts
        models.parquet         the typed rows, one a model
        quarantine.jsonl       records, or single values of records, that could not be used

A landed run is never changed again. A walk that was cut off is continued from its journal: the line
is the promise that the page before it is whole. Nothing is synced to the platter page by page; after
a power cut the journal's hashes say up to where the pages can be believed (`Walk.reopen`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, Literal

from tracker.errors import StoreError

DEMO_HEADER = "x-demo-data"  # on every answer of an endpoint that serves made-up models
Status = Literal["running", "landed", "refused", "interrupted", "failed"]


@dataclass(frozen=True)
class Manifest:
    """One run of a source. Counts are of this run, over all its sittings."""

    run_id: str
    source: str
    endpoint: str
    scope: str
    snapshot_date: date
    expand: tuple[str, ...]
    started_at: datetime
    finished_at: datetime | None = None
    status: Status = "running"
    reason: str | None = None
    pages: int = 0
    models: int = 0  # distinct hub_ids
    duplicates: int = 0  # records left out because the same hub_id was seen later in the walk
    quarantined: int = 0  # records listed in quarantine.jsonl, wholly or for single values
    set_aside: int = 0  # those of them that are not in models.parquet at all
    requests: int = 0
    rate_limited: int = 0  # answers that said 429, in whatever way
    retries: int = 0
    bytes_raw: int = 0  # pages as landed, compressed
    bytes_parquet: int = 0
    last_page_seen: bool = False
    oldest_created_at: datetime | None = None
    synthetic: bool = False  # the endpoint said so, see DEMO_HEADER

    def to_json(self) -> str:
        """Return the text of manifest.json."""
        values = {each.name: _plain(getattr(self, each.name)) for each in dataclasses.fields(self)}
        return json.dumps(values, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read manifest.json; fields that this version does not know are left out."""
        values = json.loads(text)
        known = {each.name for each in dataclasses.fields(cls)}
        values = {name: value for name, value in values.items() if name in known}
        values["snapshot_date"] = date.fromisoformat(values["snapshot_date"])
        values["expand"] = tuple(values["expand"])
        for name in ("started_at", "finished_at", "oldest_created_at"):
            if values.get(name):
                values[name] = datetime.fromisoformat(values[name])
        return cls(**values)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True)
class LandedRun:
    """A folder of landing/ and its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def models_path(self) -> Path:
        """The typed rows."""
        return self.folder / "models.parquet"

    @property
    def is_whole(self) -> bool:
        """Whether the typed rows are there in full length; a power cut may take them and leave the manifest."""
        return self.models_path.is_file() and self.models_path.stat().st_size == self.manifest.bytes_parquet

    @property
    def quarantine_path(self) -> Path:
        """What could not be used; absent where everything could."""
        return self.folder / "quarantine.jsonl"

    @property
    def journal_path(self) -> Path:
        """One line a page."""
        return self.folder / "journal.jsonl"

    def set_aside_ids(self) -> list[str]:
        """Return the hub_ids of records that were listed but could not be used: these models are not gone."""
        if not self.quarantine_path.is_file():
            return []
        lines = [json.loads(line) for line in self.quarantine_path.read_text(encoding="utf-8").splitlines()]
        return [line["hub_id"] for line in lines if line["outcome"] == "set aside" and line.get("hub_id")]


@dataclass(frozen=True)
class PageLine:
    """One line of the journal: a page that is on the disk, and where the walk goes from it."""

    number: int
    url: str
    next: str | None
    sha256: str  # of the file
    bytes: int  # of the file
    body_bytes: int  # after decompression
    records: int  # as counted in passing; the parse counts exactly
    status: int
    fetched_at: str
    headers: Mapping[str, str] = field(default_factory=dict)
    requests: int = 1
    rate_limited: int = 0
    retries: int = 0

    @property
    def file_name(self) -> str:
        """The page's name inside pages/."""
        return page_name(self.number)


def page_name(number: int) -> str:
    """Return the file name of a page."""
    return f"{number:05}.json.gz"


def run_id(moment: datetime, salt: bytes) -> str:
    """Return `<UTC time>-<6 hex>`: sortable by time, unique by the salt."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}-{hashlib.sha256(salt).hexdigest()[:6]}"


def runs(data_dir: Path, source: str = "hub_models", snapshot_date: date | None = None) -> list[LandedRun]:
    """Return the runs of a source, of one day or of all, oldest first. Raises StoreError where they cannot be read."""
    folder = data_dir / "landing" / source
    day = "*" if snapshot_date is None else snapshot_date.isoformat()
    try:
        manifests = folder.glob(f"{day}/*/manifest.json")
        found = [LandedRun(path.parent, Manifest.from_json(path.read_text(encoding="utf-8"))) for path in manifests]
    except OSError as error:
        raise StoreError(f"cannot read {folder}: {error.strerror}; check its owner and its rights") from error
    return sorted(found, key=lambda run: (run.manifest.snapshot_date, run.manifest.run_id))


def prune(data_dir: Path, *, keep_nights: int, source: str = "hub_models") -> list[Path]:
    """Delete the runs of all but the newest `keep_nights` landed days; return the folders deleted."""
    nights = sorted({run.manifest.snapshot_date for run in runs(data_dir, source) if run.manifest.status == "landed"})
    if len(nights) <= keep_nights:
        return []
    oldest_kept = nights[-keep_nights]
    old = [run.folder for run in runs(data_dir, source) if run.manifest.snapshot_date < oldest_kept]
    for folder in old:
        shutil.rmtree(folder)
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()
    return old


def read_journal(folder: Path) -> list[PageLine]:
    """Return the journal's whole lines; a last line that was torn by a crash is left out."""
    path = folder / "journal.jsonl"
    if not path.exists():
        return []
    lines = []
    for text in path.read_bytes().split(b"\n")[:-1]:
        try:
            lines.append(PageLine(**json.loads(text)))
        except (ValueError, TypeError):
            break
    return lines


@dataclass
class Sums:
    """What the lines of a journal add up to; all but the records, which are an estimate, go into the manifest."""

    records: int = 0
    pages: int = 0
    requests: int = 0
    rate_limited: int = 0
    retries: int = 0
    bytes_raw: int = 0
    synthetic: bool = False

    def add(self, line: PageLine) -> None:
        """Count one more line."""
        self.pages += 1
        self.records += line.records
        self.requests += line.requests
        self.rate_limited += line.rate_limited
        self.retries += line.retries
        self.bytes_raw += line.bytes
        self.synthetic = self.synthetic or DEMO_HEADER in line.headers

    def for_manifest(self) -> dict[str, int | bool]:
        """Return the sums that stand in the manifest."""
        return {name: value for name, value in vars(self).items() if name != "records"}


class Walk:
    """The writer of one run: pages, then lines, then the end of the manifest.

    Of the lines only the last and their sums are kept: with addresses and headers they are 3 KB each.
    """

    def __init__(self, folder: Path, manifest: Manifest, lines: Sequence[PageLine]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.sums = Sums()
        self.last: PageLine | None = None
        for line in lines:
            self._count(line)
        self._journal: IO[bytes] | None = None

    @classmethod
    def create(cls, data_dir: Path, manifest: Manifest) -> Walk:
        """Begin a new run."""
        folder = data_dir / "landing" / manifest.source / manifest.snapshot_date.isoformat() / manifest.run_id
        with writing(folder):
            (folder / "pages").mkdir(parents=True)
        walk = cls(folder, manifest, [])
        walk.note()
        return walk

    @classmethod
    def reopen(cls, run: LandedRun) -> Walk:
        """Continue a run after its last whole page; what cannot be believed is cut off."""
        lines: list[PageLine] = []
        for line in read_journal(run.folder):
            if line.number != len(lines) + 1 or not _is_whole(run.folder, line):
                break
            lines.append(line)
        with writing(run.journal_path):
            _replace(run.journal_path, b"".join(map(_encode, lines)))
        walk = cls(run.folder, run.manifest, lines)
        walk.note(status="running", reason=None, finished_at=None)
        return walk

    def append(self, line: PageLine, content: bytes) -> None:
        """Put one page on the disk, then say so in the journal."""
        path = self.folder / "pages" / line.file_name
        with writing(path):
            temporary = path.with_suffix(".tmp")
            temporary.write_bytes(content)
            temporary.replace(path)
            if self._journal is None:
                self._journal = (self.folder / "journal.jsonl").open("ab")
            self._journal.write(_encode(line))
            self._journal.flush()
        self._count(line)

    def _count(self, line: PageLine) -> None:
        self.sums.add(line)
        self.last = line

    def note(self, **changes: Any) -> LandedRun:
        """Write the manifest with these changes; it is whole and synced before it takes its place."""
        self.manifest = dataclasses.replace(self.manifest, **changes)
        path = self.folder / "manifest.json"
        with writing(path):
            _replace(path, self.manifest.to_json().encode())
        return LandedRun(self.folder, self.manifest)

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None


def _encode(line: PageLine) -> bytes:
    return json.dumps(vars(line), separators=(",", ":")).encode() + b"\n"


def _is_whole(folder: Path, line: PageLine) -> bool:
    try:
        content = (folder / "pages" / line.file_name).read_bytes()
    except OSError:
        return False
    return len(content) == line.bytes and hashlib.sha256(content).hexdigest() == line.sha256


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failed write (a full disk above all) into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror}; what was landed and published is unharmed: "
            "make room, then run again and the walk goes on"
        ) from error
