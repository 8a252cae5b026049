"""manifest.json of a run: what was requested from a source, how the run ended, and counts."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from tracker.words import RunStatus

DEMO_HEADER = "x-demo-data"  # on every answer of an endpoint that serves synthetic models


@dataclass(frozen=True)
class RawFile:
    """A file of raw/, byte for byte as downloaded."""

    name: str
    url: str
    sha256: str
    bytes: int
    etag: str | None = None


@dataclass(frozen=True)
class Manifest:
    """One run of a source. Counts cover all its sessions, if it was resumed."""

    run_id: str
    source: str
    endpoint: str
    scope: str
    snapshot_date: date
    started_at: datetime
    hub_time: datetime | None = None  # the Hub's clock when the walk began, UTC; None until it has answered
    expand: tuple[str, ...] = ()  # fields that were requested from the Hub
    finished_at: datetime | None = None
    status: RunStatus = "running"
    reason: str | None = None
    pages: int = 0
    models: int = 0  # distinct hub_ids
    rows: int = 0  # of a source with tables of its own: rows of all tables
    files: tuple[RawFile, ...] = ()  # of such a source
    unchanged_since: str | None = None  # of such a source: the run that had the same bytes
    duplicates: int = 0  # records left out because the same hub_id was seen later in the walk
    quarantined: int = 0  # records listed in quarantine.jsonl, wholly or for single values
    set_aside: int = 0  # those of them that have no typed row at all
    private: int = 0  # repositories that only a token can see, which are left out
    requests: int = 0
    rate_limited: int = 0  # answers with HTTP 429, in any form
    retries: int = 0
    bytes_raw: int = 0  # pages as landed, compressed
    bytes_parquet: int = 0
    last_page_seen: bool = False
    oldest_created_at: datetime | None = None
    synthetic: bool = False  # the endpoint said so, see DEMO_HEADER
    commit: str | None = None  # of an archive: the commit and path of the file that was read
    path: str | None = None
    committed_at: datetime | None = None
    bytes_fetched: int = 0  # of an archive: all bodies received, used or not
    sums: Mapping[str, int] = field(default_factory=dict, hash=False)  # of an archive: the sums of its counters

    @property
    def age(self) -> tuple[datetime, str]:
        """The sort key of runs: ids alone do not order two runs that began within one second."""
        return self.started_at, self.run_id

    @property
    def hub_day(self) -> date | None:
        """The Hub's own day when the walk began."""
        return self.hub_time.date() if self.hub_time else None

    def to_json(self) -> str:
        """Return the text of manifest.json."""
        values = {name: _plain(value) for name, value in dataclasses.asdict(self).items()}
        return json.dumps(values, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read manifest.json; fields that this version does not know are left out."""
        values = json.loads(text)
        known = {each.name for each in dataclasses.fields(cls)}
        values = {name: value for name, value in values.items() if name in known}
        values["snapshot_date"] = date.fromisoformat(values["snapshot_date"])
        values["expand"] = tuple(values.get("expand", ()))
        values["files"] = tuple(RawFile(**each) for each in values.get("files", ()))
        for name in ("started_at", "finished_at", "hub_time", "oldest_created_at", "committed_at"):
            if values.get(name):
                values[name] = datetime.fromisoformat(values[name])
        return cls(**values)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def run_id(moment: datetime, salt: bytes) -> str:
    """Return `<UTC time>-<6 hex>`: sortable by time, unique by the salt."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}-{hashlib.sha256(salt).hexdigest()[:6]}"
