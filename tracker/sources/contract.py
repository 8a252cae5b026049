"""What a source is: a module, or a folder, of this package that fulfils `Source`. It is found by its place.

    TITLE = "Epoch Capabilities Index"
    URL = "https://epoch.ai/data"             # its address; TRACKER_<NAME>_URL puts another in its place
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

Nothing else has to be written or listed: runs, pruning, storage by vintage, publishing with comments, exports that
keep to the use rights, `tracker collect`, `tracker sources`, a line in `status` and in `doctor` follow from it.

An archive of the Hub's past is found the same way: instead of `collect` and `parse` it has what `Archive` says,
and `tracker backfill` reads it.
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

HUB_TOKEN = "the Hub's token"  # NEEDS of a source that speaks to the configured Hub, through huggingface_hub alone
SQL_TYPES: Mapping[type[pl.DataType] | pl.DataType, str] = {
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime("us", "UTC"): "timestamptz",
    pl.Float64: "double",
    pl.Int64: "bigint",
    pl.String: "varchar",
}
# what a gate may bound, and whether that is of one column
BOUNDED: Mapping[str, bool] = {"rows": False, "change": False, "least": True, "most": True, "filled": True}
VINTAGE = ("snapshot_date", "run_id")  # columns that the store puts before a table's own


@dataclass(frozen=True)
class Column:
    """One column of a source's table: its polars type, and what it means, with its unit."""

    type: type[pl.DataType] | pl.DataType
    comment: str

    @property
    def sql_type(self) -> str | None:
        """The type as the store calls it; None for one that no table of a source may have."""
        return next((name for kind, name in SQL_TYPES.items() if kind == self.type), None)


@dataclass(frozen=True)
class Table:
    """One table that a source gives. Every run adds its rows, under its `snapshot_date` and `run_id`: the vintage.

    No two rows of a run have one `key`. `<name>_current` shows the rows of the newest snapshot; with a key the newest
    row of each key, for a source that says a few days at a time. Where a run says all rows of a day, and one that it
    leaves out is gone, `whole` names the day's column: of each day the rows of the newest run that says it.
    """

    name: str
    grain: str  # "one row per ..."
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    whole: tuple[str, ...] | None = None  # the key, where not said otherwise; (): a run says everything

    @property
    def schema(self) -> pl.Schema:
        """Names and types that a parsed frame must have, in this order."""
        return pl.Schema({name: column.type for name, column in self.columns.items()})

    @property
    def current_by(self) -> tuple[str, ...]:
        """The columns by which the newest rows are told; none where the newest snapshot counts as a whole."""
        return self.key if self.whole is None else self.whole


@dataclass(frozen=True)
class Gate:
    """A bound that a parsed table must keep, or the snapshot is refused and the last good one stays.

    `what` is bounded: `rows`; `change`, the rows as a multiple of the last landed run's; `least` and `most` of a
    column; `filled`, the share of rows that have a value in it. `story` tells the incident that the gate is for.
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
    """A gate that is more than one bound: `wrong` yields a sentence, with numbers, for each thing that is not right.

    It is given the tables of the run and those of the last landed one, None for a first. What does not refuse is a
    remark: the snapshot is taken, and the run says it.
    """

    wrong: Callable[[Tables, Tables | None], Iterator[str]]
    story: str
    refuses: bool = True


class Progress(Protocol):
    """Something that is told after each page how far a walk over the Hub has come."""

    def page(
        self, models: int, pages: int, expected_models: int | None, quota_left: int | None, wait_seconds: float
    ) -> None:
        """Take note; `wait_seconds` is the pause that comes now."""
        ...


@dataclass(frozen=True)
class Context:
    """What a source collects with. What follows `remarks` matters to the Hub's walk alone.

    `last` is the newest run that landed and passed its gates. `held` returns the different values that earlier runs
    brought of some columns of one of its tables, `namespaces` those of the second hub that makers publish under, by the
    registry. `meant_day` is the day that somebody asked for; it is refused where the Hub says another, unless `force`.
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
        """Let the run say something that does not keep it from being taken."""
        self.remarks.append(sentence)

    def land(self, answers: Mapping[str, Answer]) -> LandedRun:
        """Put answers on the disk under these file names, byte for byte, and return the run."""
        for name, answer in answers.items():
            self.run.put(name, answer.content, url=answer.url, etag=answer.etag, synthetic=answer.synthetic)
        return self.run.note(**self.http.counts())


class About(Protocol):
    """What every source says of itself. Its name is that of its module."""

    TITLE: str
    URL: str
    LICENCE: str
    ATTRIBUTION: str  # the line that goes with its figures wherever they are shown
    USE_RIGHTS: UseRights  # what may leave this machine: rows, rows under the same licence only, aggregates, none
    CADENCE: timedelta  # how often it is worth asking
    NEEDS: str | None  # nothing, the name of the environment variable with its key, or HUB_TOKEN
    TABLES: Sequence[Table]  # empty: its rows go into the store's own tables, by a job of its own
    GATES: Sequence[Gate | Rule]

    @property
    def __name__(self) -> str: ...


class Source(About, Protocol):
    """A source that is asked night by night, or as often as its cadence says."""

    def collect(self, context: Context) -> LandedRun:
        """Land raw bytes, with a manifest, and return the run. Raises SourceError; what fails otherwise is a fault."""
        ...

    def parse(self, landed: LandedRun) -> Mapping[str, pl.DataFrame]:
        """Return the tables of a landed run as frames of their schema. Pure: reads the run's folder and nothing else.

        Raises SourceRefused for an answer that is not what the source gives.
        """
        ...


@dataclass(frozen=True)
class Revision:
    """One observation that an archive holds: `day` is the UTC day that it tells of, `commit` and `path` where it is.

    The day is that of the commit by which the observation came about, and never what a folder is called. `size` is
    that of the whole file in bytes, where the archive says so. Where old files were put into one new commit, the day is
    a guess (`is_certain` is false) until their rows are read, and it is theirs then.
    """

    day: date
    commit: str
    path: str
    committed_at: datetime
    size: int | None = None
    is_certain: bool = True


@dataclass(frozen=True)
class Reach:
    """What an archive is read with: the settings, a clock, and a folder on this machine instead of the Hub.

    `keep`: what is fetched stays in the data folder, with hashes. `beside`: the revisions before and after the one that
    is fetched, which it may be compared with. `shared`: what is opened once for all of them.
    """

    settings: Settings
    clock: Clock
    local: Path | None = None
    keep: bool = False
    beside: Sequence[Revision] = ()
    shared: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    def close(self) -> None:
        """Close what was opened once for all revisions."""
        for name in [name for name, each in self.shared.items() if hasattr(each, "close")]:
            self.shared.pop(name).close()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Cost:
    """What fetching one revision costs: models that it holds, requests, bytes that travel, bytes on the disk."""

    models: int
    requests: int
    bytes: int
    kept_bytes: int


class Archive(About, Protocol):
    """A public archive of the Hub's past, read once, revision by revision. Its rows go into the record of nights.

    Beside the typed rows of an observation (`COUNTERS`, one row a model) a landed run has only its manifest.
    """

    def revisions(self, reach: Reach) -> Sequence[Revision]:
        """Return all that the archive holds, the oldest first. Raises SourceError."""
        ...

    def fetch(self, reach: Reach, revision: Revision) -> LandedRun:
        """Land one revision and return its run. Raises SnapshotRefused for one that is no observation of its day."""
        ...

    def cost(self, reach: Reach, revision: Revision) -> Cost:
        """Return what fetching a revision would cost, without fetching it. Raises SourceError, SnapshotRefused."""
        ...

    def describe(self, reach: Reach, revision: Revision, names: Sequence[str]) -> Path:
        """Return a Parquet file of what a revision says of models, in the columns of a landed night.

        One row a model that is there; what the archive does not know is null. The caller deletes it.
        """
        ...

    def renames(self, reach: Reach) -> Sequence[tuple[date | None, str, str]]:
        """Return day, name before and name after of every rename that the archive knows; empty where it has no list."""
        ...


# of a landed run of an archive, one row a model: model_id (its name as of that day), hub_id (null where the archive has
# none), created_at (UTC), downloads_30d, downloads_all_time (null where it was not counted yet, never 0), likes
COUNTERS = "counters.parquet"

MAY_USE = "MAY_USE"  # of a source that asks for more where this environment variable holds a key; it need not be there
ABOUT = ("TITLE", "URL", "LICENCE", "ATTRIBUTION", "USE_RIGHTS", "CADENCE", "NEEDS", "TABLES", "GATES")
OF_SOURCES = ("collect", "parse")
OF_ARCHIVES = ("revisions", "fetch", "cost", "describe", "renames")


def name_of(source: About) -> str:
    """Return the name of a source: that of its module."""
    return source.__name__.rpartition(".")[2]


def is_signal(source: About) -> bool:
    """Return whether a source stands beside the Hub's nights and gives tables of its own."""
    return bool(source.TABLES)


def is_archive(source: About) -> bool:
    """Return whether a source is an archive, of which nights of the past are taken."""
    return any(hasattr(source, member) for member in OF_ARCHIVES)
