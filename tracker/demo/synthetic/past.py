"""The past of the synthetic ecosystem, before its first night: who was there on a day, by which name, with what counts.

The models of the first night as far back as they reach; some of them bore another name until a day, and some more were
there for a while and are gone since, so that nobody but an archive has them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import numpy as np
import polars as pl

from tracker.demo.synthetic.ecosystem import SyntheticEcosystem
from tracker.demo.synthetic.population.population import Ints
from tracker.demo.synthetic.trend import days

RENAMED_EVERY = 400  # one model in so many bore another name once
GONE = 40  # models that only the past has
GONE_AT = 4  # days on which they went
OLD = "-preview"  # what a former name ended in
COMMIT_TIME = time(4, 30)

_ITEM = pl.Struct(
    {
        "_id": pl.String,
        "id": pl.String,
        "author": pl.String,
        "createdAt": pl.String,
        "lastModified": pl.String,
        "gated": pl.String,
        "library_name": pl.String,
        "pipeline_tag": pl.String,
        "sha": pl.String,
        "tags": pl.List(pl.String),
        "safetensors": pl.Struct({"parameters": pl.Struct({"BF16": pl.Int64}), "total": pl.Int64}),
        "baseModels": pl.Struct(
            {"relation": pl.String, "models": pl.List(pl.Struct({"_id": pl.String, "id": pl.String}))}
        ),
    }
)


class Past:
    """Days before the first night of an ecosystem, the oldest first."""

    def __init__(self, ecosystem: SyntheticEcosystem, length: int) -> None:
        """Let the past begin so many days before the first night."""
        self._ecosystem = ecosystem
        self.days = [ecosystem.nights[0] - timedelta(days=back) for back in range(length, 0, -1)]

    def models(self, day: date) -> pl.DataFrame:
        """Return one row a model that a list of that day held: what is said of it, `created` in UTC, its counters."""
        described = self._described
        rows = described["row"].to_numpy()
        shown = self._ecosystem.shown(day)
        frame = described.with_columns(
            downloads=pl.Series(shown.downloads_30d[rows]),
            downloadsAllTime=pl.Series(np.maximum(shown.downloads_all_time[rows], 0)),
            likes=pl.Series(shown.likes[rows]),
            id=pl.Series(np.where(self._renamed_on > days(day), self._former, described["id"].to_numpy())),
        )
        until = datetime.combine(day, COMMIT_TIME)
        found = pl.concat([frame, self._gone(day)])
        return found.filter((pl.col("created") < until) & (pl.col("until") > days(day))).drop("row", "until")

    def renames(self) -> list[tuple[date, str, str]]:
        """Return the day from which a name was shown, the name before and the name after."""
        epoch = date(1970, 1, 1)
        return [
            (epoch + timedelta(days=int(self._renamed_on[at])), self._former[at], str(self._described["id"][int(at)]))
            for at in np.flatnonzero(self._renamed_on)
        ]

    @cached_property
    def _described(self) -> pl.DataFrame:
        night = self._ecosystem.nights[0]
        lines = pl.Series([line.decode("utf-8", "replace") for line in self._ecosystem.lines(night)])
        items = lines.str.json_decode(_ITEM).struct.unnest()
        return items.with_columns(
            row=pl.Series(self._ecosystem.rows(night)),
            until=pl.lit(2**31 - 1, pl.Int64),
            created=pl.col("createdAt").str.strptime(pl.Datetime("us"), "%Y-%m-%dT%H:%M:%S%.fZ"),
        ).select(sorted([*items.columns, "row", "until", "created"]))

    @cached_property
    def _renamed_on(self) -> Ints:
        """Return the day on which each row took its name; 0 for one that never had another."""
        renamed = np.zeros(len(self._described), dtype=np.int64)
        at = np.arange(RENAMED_EVERY // 2, len(renamed), RENAMED_EVERY)
        first, last = days(self.days[0]), days(self.days[-1])
        renamed[at] = first + (at * 7919) % max(1, last - first)
        born = self._described["created"].dt.epoch("d").to_numpy()
        return np.where((renamed > 0) & (renamed > born + 1), renamed, 0)

    @cached_property
    def _former(self) -> np.ndarray:
        return (self._described["id"] + OLD).to_numpy()

    def _gone(self, day: date) -> pl.DataFrame:
        """Return models that are not there any more, in the columns of the others."""
        described = self._described.head(GONE)
        number = np.arange(len(described), dtype=np.int64)
        first, length = days(self.days[0]), len(self.days)
        until = first + length * (number % GONE_AT + 1) // (GONE_AT + 1)
        born = until - 60 - number
        age = np.maximum(days(day) - born, 0)
        created = [datetime.fromtimestamp(int(each) * 86_400, UTC).replace(tzinfo=None) for each in born]
        return described.with_columns(
            _id=pl.Series([f"{int(each) * 86_400:08x}{at:016x}" for at, each in enumerate(born)]),
            id=pl.Series([f"gone-lab-{at % 5}/tuned-{at}" for at in range(len(described))]),
            author=pl.Series([f"gone-lab-{at % 5}" for at in range(len(described))]),
            createdAt=pl.Series([f"{each:%Y-%m-%dT%H:%M:%S}.000Z" for each in created]),
            created=pl.Series(created, dtype=pl.Datetime("us")),
            until=pl.Series(until),
            downloads=pl.Series(np.minimum(age, 30) * (1 + number)),
            downloadsAllTime=pl.Series(age * (1 + number)),
            likes=pl.Series(age // 9),
        ).select([*described.columns, "downloads", "downloadsAllTime", "likes"])
