"""Archives of a synthetic past, as data sets with histories: files are made when they are first asked for.

Each has what the real ones have: columns that come and go by era, types that change, payloads in odd columns, days that
are missing, one that holds a part, one that repeats the day before, weeks named by the day on which they begin.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import polars as pl

from tracker.demo.listing.trees import UPLOAD_TIME, Commit, DatasetTree
from tracker.demo.synthetic.past import Past

HUB_STATS, WEEKLY, PULSE = (
    "cfahlgren1/hub-stats",
    "hfmlsoc/hub_weekly_snapshots",
    "modelpulse/model-pulse-data",
)
ALL_TIME_SINCE = date(2025, 2, 27)
TEXT_SINCE, ZONED_AGAIN = date(2025, 9, 1), date(2026, 8, 1)
NEVER_MADE = 11  # counted from the newest, one day in so many is missing
PARTIAL, REPEATED = 17, 23  # days before the first night: one holds a quarter, one is the day before it once more
PAYLOAD = "data:text/html;base64,PHNjcmlwdD4=" * 3
OPTIONS = {"compression": "lz4", "row_group_size": 100_000}


@dataclass(frozen=True)
class MadeTree:
    """What a tree is made of: the file of a day, and how it is written."""

    day: date
    path: str
    write: Callable[[Path], None]


class GrownTree(DatasetTree):
    """A data set whose files are written when they are first asked for."""

    def __init__(self, name: str, folder: Path, made: list[MadeTree]) -> None:
        self.name = name
        self._write = {}
        self.commits = []
        for at, each in enumerate(made):
            file = folder / hashlib.sha1(f"{each.day} {each.path}".encode(), usedforsecurity=False).hexdigest()[:16]
            self._write[file] = each.write
            revision = hashlib.sha1(f"{name} {each.day} {each.path}".encode(), usedforsecurity=False).hexdigest()
            moment = datetime.combine(each.day, UPLOAD_TIME) + timedelta(seconds=at % 60)
            self.commits.insert(
                0, Commit(revision, f"Upload {each.path} with huggingface_hub", moment, each.path, file)
            )

    def file(self, revision: str, path: str) -> Path | None:
        """Return a file as it was at a revision, written now if it never was."""
        file = super().file(revision, path)
        if file is not None and not file.exists():
            self._write[file](file)
        return file


def trees(past: Past, folder: Path) -> Mapping[str, DatasetTree]:
    """Return the three archives of a past, by name; their files go into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {HUB_STATS: list(_daily(past)), WEEKLY: list(_weekly(past)), PULSE: list(_series(past))}
    return {name: GrownTree(name, folder / name.replace("/", "-"), each) for name, each in made.items() if each}


def _daily(past: Past) -> Iterator[MadeTree]:
    for day in _listed(past):
        yield MadeTree(day, "models.parquet", _writer(past, _content_day(past, day), day))


def _weekly(past: Past) -> Iterator[MadeTree]:
    """Yield the last list of each week, under the day on which the week begins."""
    by_week: dict[date, date] = {}
    for day in _listed(past):
        by_week[day - timedelta(days=day.weekday())] = day
    flawed = _flawed(past)
    for begins, day in by_week.items():
        if day not in flawed:
            yield MadeTree(day, f"models/{begins}/models.parquet", _writer(past, day, day))


def _series(past: Past) -> Iterator[MadeTree]:
    """Yield one file a month of the newest sixty days, and what stands beside them."""
    listed, newest = _listed(past)[-60:], past.days[-1]
    for month in sorted({day.replace(day=1) for day in listed}):
        within = [day for day in listed if day.replace(day=1) == month]
        yield MadeTree(newest, f"series/{month:%Y-%m}.parquet", partial(_write_series, past, within))
    yield MadeTree(newest, "renames.parquet", partial(_write_renames, past))
    yield MadeTree(newest, "models.parquet", partial(_write_models, past))
    part = [str(day) for day in _flawed(past) if day in listed][:1]
    meta = {"days": [str(day) for day in listed], "skip_days": part, "partial": part}
    yield MadeTree(newest, "meta.json", partial(_put, json.dumps(meta).encode()))


def _listed(past: Past) -> list[date]:
    """Return the days of which there is a list."""
    return [day for back, day in enumerate(reversed(past.days)) if back % NEVER_MADE != NEVER_MADE - 1][::-1]


def _flawed(past: Past) -> tuple[date, date]:
    """Return the day whose list is partial, and the one whose list is that of the day before."""
    last = past.days[-1]
    return last - timedelta(days=PARTIAL), last - timedelta(days=REPEATED)


def _content_day(past: Past, day: date) -> date:
    return day - timedelta(days=1) if day == _flawed(past)[1] else day


def _writer(past: Past, content: date, day: date) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        frame = past.models(content)
        if day == _flawed(past)[0]:
            frame = frame.gather_every(4)
        file.parent.mkdir(parents=True, exist_ok=True)
        of_era(frame, content).write_parquet(file, **OPTIONS)  # type: ignore[arg-type]

    return write


def of_era(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return a list of models in the columns and types of a day's era."""
    created: pl.Expr = pl.col("created")
    columns = ["id", "author", "lastModified", "library_name", "pipeline_tag", "tags", "safetensors", "baseModels"]
    counters = [pl.col("downloads").cast(pl.Int32), pl.col("likes").cast(pl.Int32)]
    more: list[pl.Expr] = []
    if day >= ALL_TIME_SINCE:
        counters = [pl.col("downloads"), pl.col("likes"), pl.col("downloadsAllTime").cast(pl.Float64)]
        created = created.dt.replace_time_zone("UTC")
        more = [pl.col("gated"), pl.lit(False).alias("private"), pl.col("sha")]
    if TEXT_SINCE <= day < ZONED_AGAIN:
        created = pl.col("createdAt")
    if day >= ZONED_AGAIN:
        more = []
    card = (pl.lit('{"note":"' + PAYLOAD) + pl.col("id") + '"}').alias("cardData")
    return frame.select(*columns, created.alias("createdAt"), card, *counters, *more)


def _write_series(past: Past, within: list[date], file: Path) -> None:
    found = []
    for day in within:
        models = past.models(_content_day(past, day)).filter((pl.col("downloads") >= 10) | (pl.col("likes") >= 1))
        shown = pl.col("downloadsAllTime") if day >= ALL_TIME_SINCE else pl.lit(None, pl.Int64)
        found.append(
            models.select(
                "id",
                pl.lit(day).alias("day"),
                pl.col("downloads").cast(pl.Int32).alias("dl30"),
                shown.alias("dl_all"),
                pl.col("likes").cast(pl.Int32),
            )
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    pl.concat(found).sort("id", "day").write_parquet(file, **OPTIONS)  # type: ignore[arg-type]


def _write_renames(past: Past, file: Path) -> None:
    renames = past.renames()
    came = pl.Series([day for day, _, _ in renames], dtype=pl.Date)
    columns = {"old": [old for _, old, _ in renames], "new": [new for _, _, new in renames], "gone": came, "came": came}
    file.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(columns, schema_overrides={"old": pl.String, "new": pl.String}).write_parquet(file)


def _write_models(past: Past, file: Path) -> None:
    models = past.models(past.days[-1])
    parents = pl.col("baseModels").struct.field("models").list.eval(pl.element().struct.field("id"))
    license_tag = pl.col("tags").list.eval(pl.element().filter(pl.element().str.starts_with("license:"))).list.first()
    file.parent.mkdir(parents=True, exist_ok=True)
    models.select(
        "id",
        "author",
        "pipeline_tag",
        "library_name",
        license_tag.str.strip_prefix("license:").alias("license"),
        pl.col("safetensors").struct.field("total").alias("params"),
        pl.col("created").dt.replace_time_zone("UTC").alias("created_at"),
        pl.col("baseModels").struct.field("relation").alias("base_relation"),
        parents.alias("base_ids"),
    ).write_parquet(file, **OPTIONS)  # type: ignore[arg-type]


def _put(content: bytes, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
