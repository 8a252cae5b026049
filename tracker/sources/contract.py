"""The contract of a source: a module or folder of this package that fulfils `Source`. It is discovered by its path.

    TITLE = "Epoch Capabilities Index"
    URL = "https://epoch.ai/data"             # its address; TRACKER_<NAME>_URL overrides it
    LICENCE = "CC BY 4.0"
    ATTRIBUTION = "Epoch AI, 'Epoch Capabilities Index'"
    USE_RIGHTS = "rows"
    CADENCE = timedelta(days=7)
    NEEDS = None
    TABLES = (Table("index_scores", "one row per model", {"model": Column(pl.String, "name at the source"), ...}),)
    GATES = (Gate("index_scores", "rows", "2026-10: half a file had 140 rows and no error", at_least=200),)

    def collect(context):
        return context.land({"eci_scores.csv": context.http.get("eci_scores.csv")})

    def parse(landed):
        return {"index_scores": pl.read_csv(landed.raw("eci_scores.csv"))}

Nothing else has to be written or registered. From this follow runs, pruning, storage by vintage, publishing with
comments, exports that respect the use rights, `tracker collect`, `tracker sources`, a line in `status` and in `doctor`.

An archive of the Hub's past is discovered the same way. Instead of `collect` and `parse` it has the members of
`Archive`, and `tracker backfill` reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

import polars as pl

from tracker.landing import LandedRun, RawRun
from tracker.scope import FULL, Scope
from tracker.settings import Settings
from tracker.sources.clock import Clock
from tracker.sources.http import Answer, Client
from tracker.words import UseRights

HUB_TOKEN = "the Hub's token"  # NEEDS of a source that asks the configured Hub, only through huggingface_hub
SQL_TYPES: Mapping[type[pl.DataType] | pl.DataType, str] = {
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime("us", "UTC"): "timestamptz",
    pl.Float64: "double",
    pl.Int64: "bigint",
    pl.String: "varchar",
}
# what a gate may bound -> whether it is about one column
BOUNDED: Mapping[str, bool] = {"rows": False, "change": False, "least": True, "most": True, "filled": True}
VINTAGE = ("snapshot_date", "run_id")  # columns that the store puts before a table's own


@dataclass(frozen=True)
class Column:
    """One column of a source's table: its polars type, and its meaning with its unit."""

    type: type[pl.DataType] | pl.DataType
    comment: str

    @property
    def sql_type(self) -> str | None:
        """The type in the store; None for a type that a source's table may not have."""
        return next((name for kind, name in SQL_TYPES.items() if kind == self.type), None)


@dataclass(frozen=True)
class Table:
    """One table of a source. Every run adds its rows, with its `snapshot_date` and `run_id`: the vintage.

    `key` is unique within a run. `<name>_current` shows the rows of the newest snapshot. With a key it shows the newest
    row of each key, for a source whose runs cover a few days each. If a run has all rows of a day, so that a missing
    row is gone, `whole` names the day's column: then it shows for each day the rows of the newest run that covers it.
    """

    name: str
    grain: str  # "one row per ..."
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    whole: tuple[str, ...] | None = None  # None: the key; (): a run has everything

    @property
    def schema(self) -> pl.Schema:
        """Names and types that a parsed frame must have, in this order."""
        return pl.Schema({name: column.type for name, column in self.columns.items()})

    @property
    def current_by(self) -> tuple[str, ...]:
        """The columns for whose values the newest rows are shown; () if the newest snapshot is shown as a whole."""
        return self.key if self.whole is None else self.whole


@dataclass(frozen=True)
class Gate:
    """A bound that a parsed table must keep; else the snapshot is refused and the last good one stays.

    `what` is the bounded number: `rows`; `change`, the rows as a multiple of the last landed run's; `least` and `most`
    of a column; `filled`, the share of rows with a value in it. `story` tells the incident that the gate is for.
    """

    table: str
    what: Literal["rows", "change", "least", "most", "filled"]
    story: str
    column: str | None = None
    at_least: float | None = None
    at_most: float | None = None


Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Rule:
    """A gate that is more than one bound: `wrong` yields a sentence, with numbers, for each fault.

    Its arguments are the tables of the run, and those of the last landed one (None for a first run). If `refuses` is
    false, the sentences are remarks of the run and the snapshot is accepted.
    """

    wrong: Callable[[Tables, Tables | None], Iterator[str]]
    story: str
    refuses: bool = True


class Progress(Protocol):
    """Receives the progress of a walk over the Hub after each page."""

    def page(
        self, models: int, pages: int, expected_models: int | None, quota_left: int | None, wait_seconds: float
    ) -> None:
        """Receive the progress; `wait_seconds` is the pause before the next page."""
        ...


@dataclass(frozen=True)
class Context:
    """What a source needs to collect. The fields after `remarks` matter only to the Hub's walk.

    `last` is the newest run that landed and passed its gates. `held` returns the distinct values of some columns of one
    of its tables from earlier runs. `namespaces` returns the namespaces of the second hub under which makers publish,
    by the registry. `meant_day` is the requested day; it is refused if the Hub's day differs, unless `force`.
    """

    settings: Settings
    snapshot_date: date
    http: Client
    run: RawRun
    clock: Clock
    last: LandedRun | None
    held: Callable[..., pl.DataFrame]
    namespaces: Callable[[], Sequence[str]]
    remarks: list[str] = field(default_factory=list)
    scope: Scope = FULL
    resume: bool = True
    force: bool = False
    meant_day: date | None = None
    progress: Progress | None = None

    def remark(self, sentence: str) -> None:
        """Add a remark to the run; it is accepted all the same."""
        self.remarks.append(sentence)

    def land(self, answers: Mapping[str, Answer]) -> LandedRun:
        """Write answers under these file names, byte for byte, and return the run."""
        for name, answer in answers.items():
            self.run.put(name, answer.content, url=answer.url, etag=answer.etag, synthetic=answer.synthetic)
        return self.run.note(**self.http.counts())


class About(Protocol):
    """The declarations of every source. Its name is that of its module."""

    TITLE: str
    URL: str
    LICENCE: str
    ATTRIBUTION: str  # the line that is shown with its figures everywhere
    USE_RIGHTS: UseRights  # what may leave this machine: rows, rows under the same licence only, aggregates, none
    CADENCE: timedelta  # how often it is collected
    NEEDS: str | None  # None, the name of the environment variable with its key, or HUB_TOKEN
    TABLES: Sequence[Table]  # empty: a job of its own puts its rows into the store's own tables
    GATES: Sequence[Gate | Rule]

    @property
    def __name__(self) -> str: ...


class Source(About, Protocol):
    """A source that is collected every night, or as often as its cadence says."""

    def collect(self, context: Context) -> LandedRun:
        """Land raw bytes, with a manifest, and return the run. Raises SourceError; any other exception is a bug."""
        ...

    def parse(self, landed: LandedRun) -> Mapping[str, pl.DataFrame]:
        """Return the tables of a landed run as frames of their schema. Pure: reads the run's folder and nothing else.

        Raises SourceRefused for an answer that does not have the source's form.
        """
        ...


@dataclass(frozen=True)
class Revision:
    """One observation of an archive: `day` is the UTC day of its numbers, `commit` and `path` its place.

    The day is that of the commit that created the observation, never taken from a folder's name. `size` is that of the
    whole file in bytes, if the archive states it. If old files were put into one new commit, the day is a guess
    (`is_certain` is false) until the rows are read, which have the day.
    """

    day: date
    commit: str
    path: str
    committed_at: datetime
    size: int | None = None
    is_certain: bool = True


@dataclass(frozen=True)
class Reach:
    """What is needed to read an archive: the settings, a clock, and optionally a local folder instead of the Hub.

    `keep`: fetched files stay in the data folder, with hashes. `beside`: the revisions before and after the fetched
    one, for comparison. `shared`: resources that are opened once for all revisions.
    """

    settings: Settings
    clock: Clock
    local: Path | None = None
    keep: bool = False
    beside: Sequence[Revision] = ()
    shared: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    def close(self) -> None:
        """Close the shared resources."""
        for name in [name for name, each in self.shared.items() if hasattr(each, "close")]:
            self.shared.pop(name).close()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Cost:
    """The cost of fetching one revision: its models, requests, bytes transferred, bytes on the disk."""

    models: int
    requests: int
    bytes: int
    kept_bytes: int


class Archive(About, Protocol):
    """A public archive of the Hub's past, read once, revision by revision. Its rows go into the record of nights.

    A landed run has only the typed rows of its observation (`COUNTERS`, one row a model) and the manifest.
    """

    def revisions(self, reach: Reach) -> Sequence[Revision]:
        """Return all revisions of the archive, the oldest first. Raises SourceError."""
        ...

    def fetch(self, reach: Reach, revision: Revision) -> LandedRun:
        """Land one revision and return its run. Raises SnapshotRefused for one that does not observe its day."""
        ...

    def cost(self, reach: Reach, revision: Revision) -> Cost:
        """Return the cost of fetching a revision, without fetching it. Raises SourceError, SnapshotRefused."""
        ...

    def describe(self, reach: Reach, revision: Revision, names: Sequence[str]) -> Path:
        """Return a Parquet file with a revision's values for these models, in the columns of a landed night.

        It has one row for each model that the revision has; unknown values are null. The caller deletes the file.
        """
        ...

    def renames(self, reach: Reach) -> Sequence[tuple[date | None, str, str]]:
        """Return day, old name and new name of every rename that the archive knows; () if it has no list."""
        ...


# file of a landed run of an archive, one row a model: model_id (its name on that day), hub_id (null if the archive has
# none), created_at (UTC), downloads_30d, downloads_all_time (null if it was not counted yet, never 0), likes
COUNTERS = "counters.parquet"

MAY_USE = "MAY_USE"  # optional member: the name of an environment variable; with its key the source collects more
ABOUT = ("TITLE", "URL", "LICENCE", "ATTRIBUTION", "USE_RIGHTS", "CADENCE", "NEEDS", "TABLES", "GATES")
OF_SOURCES = ("collect", "parse")
OF_ARCHIVES = ("revisions", "fetch", "cost", "describe", "renames")


def name_of(source: About) -> str:
    """Return the name of a source: that of its module."""
    return source.__name__.rpartition(".")[2]


def is_signal(source: About) -> bool:
    """Return whether a source is collected beside the Hub's nights, into tables of its own."""
    return bool(source.TABLES)


def is_archive(source: About) -> bool:
    """Return whether a source is an archive of past nights."""
    return any(hasattr(source, member) for member in OF_ARCHIVES)
