"""What the published copy says of a year, held against what the world knows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from tests.year.calendar import Year
from tests.year.expected import Flag, compared, expected, ordinary, unfound
from tests.year.world import FIRST, PAST, Ints
from tracker import store

OF_MODELS = ("spike", "retroactive")

_VALUES = """
select d.snapshot_date, m.hub_id, coalesce(d.downloads, 0)::bigint as downloads, d.days, d.flag
from daily_downloads as d
join models as m on m.model_key = d.model_key
"""
_SETTLED = """
select label, family, (sum(downloads_credit)::double) / 1000000000 as downloads from daily_flow group by label, family
"""
_INCIDENTS = "select kind, cohort, first_label, last_label, is_open from flow_incidents where model_key is null"
_LABELS = "select label, first_day, last_day, publisher from night_labels"
_RENAMED = (
    "select e.snapshot_date, m.hub_id, e.before, e.after from events as e join models as m using (model_key)"
    " where e.kind = 'renamed'"
)


@dataclass(frozen=True)
class Figures:
    """How a year was told."""

    phantom: int  # downloads counted that never were
    unfound: list[tuple[date, str]]  # planted, and said of nobody
    wanted: int  # flags of classes
    lacking: list[Flag]  # of them: not said of a class
    false: set[tuple[date, str]]  # said of ordinary days
    astray: list[Flag]  # said of days on which something else was planted
    ordinary: int  # days that nothing befell
    missed: list[str]  # what was planted of single models or accounts, and not said
    off: dict[str, float]  # family -> settled downloads by what was downloaded, less 1
    by_day: float  # median of how far a day of all is off
    still_open: int


class Judge:
    """A year, and the copy of it."""

    def __init__(self, made: Year, data_dir: Path) -> None:
        self._made, self._world = made, made.world
        with store.open_published(data_dir) as published:
            self._values = published.query(_VALUES)
            self._settled = published.query(_SETTLED)
            self._incidents = published.query(_INCIDENTS)
            self._labels = published.query(_LABELS)
            self._renamed = published.query(_RENAMED)

    def figures(self) -> Figures:
        """Return how the year was told."""
        found = {
            Flag(first + timedelta(days=at), kind, cohort)
            for kind, cohort, first, last, _ in self._incidents.iter_rows()
            for at in range((last - first).days + 1)
        }
        lacking, extra = compared(self._made, found)
        wanted = len(expected(self._made))
        plain = set(ordinary(self._made))
        wrong = [*extra, *self._of_models()]
        false = {(flag.day, flag.kind) for flag in wrong if flag.day in plain}
        astray = [flag for flag in wrong if flag.day not in plain]
        off, by_day = self._off()
        return Figures(
            phantom=self._phantom(), unfound=unfound(self._made, found), wanted=wanted, lacking=lacking, false=false,
            astray=astray, ordinary=len(plain),
            missed=list(self._missed()), off=off, by_day=by_day,
            still_open=int(self._incidents["is_open"].sum()),
        )  # fmt: skip

    @cached_property
    def _number(self) -> dict[str, int]:
        return {self._world.hub_id(model): model for model in range(self._world.models)}

    @cached_property
    def _was_there(self) -> Ints:
        """What was downloaded by day, from the first night on, of each model while the Hub had it."""
        true = self._world.true[PAST:-1].copy()
        days = np.arange(len(true))
        true[days[:, None] > self._world.gone - 2] = 0
        for night, which, _ in self._world.leaps:  # what a day brought is not told where all days before came with it
            true[night - 1, which] = 0
        return true

    def _phantom(self) -> int:
        """Return by how much the values of any model have ever been more than what was downloaded till then."""
        world = self._world
        counted = np.zeros((world.nights, world.models), dtype=np.int64)
        for day, hub_id, downloads, _, _ in self._values.iter_rows():
            counted[(day - FIRST).days, self._number[hub_id]] += downloads
        true = np.vstack([np.zeros((1, world.models), dtype=np.int64), np.cumsum(world.true[PAST:-1], axis=0)])
        return int(np.maximum(np.cumsum(counted, axis=0) - true, 0).max(axis=0).sum())

    def _of_models(self) -> Iterator[Flag]:
        """Yield flags of single models that nothing was planted for."""
        wanted = {
            (day, kind, model)
            for each in self._made.planted
            for kind, days in each.flags.items()
            for day in days
            for model in each.models
        }
        anew = {day for each in self._made.of("counted anew") for day in each.flags["retroactive"]}
        for day, hub_id, _, _, flag in self._values.filter(pl.col("flag").is_in(OF_MODELS)).iter_rows():
            label = day - timedelta(days=1)
            if label not in anew and (label, flag, self._number[hub_id]) not in wanted:
                yield Flag(label, flag, hub_id)

    def _missed(self) -> Iterator[str]:
        """Yield what was planted of models and accounts and not said."""
        said = {(day, self._number[hub_id]): flag for day, hub_id, _, _, flag in self._values.iter_rows()}
        spans = {(day, self._number[hub_id]): days for day, hub_id, _, days, _ in self._values.iter_rows()}
        nights = Counter((day, flag) for day, _, _, _, flag in self._values.iter_rows())
        labels = {(label, day) for label, first, last, _ in self._labels.iter_rows() for day in (first, last)}
        renamed = {self._number[hub_id] for _, hub_id, _, _ in self._renamed.iter_rows()}
        for each in self._made.planted:
            night, label = self._world.day(each.first), self._world.day(each.first - 1)
            if each.kind in ("burst", "counted anew"):
                (kind,) = each.flags
                yield from (f"{kind} {night} {model}" for model in each.models if said.get((night, model)) != kind)
            elif "gap" in each.flags:
                after = self._world.day(each.last)
                if nights[after, "gap"] < 0.5 * nights[after, "ok"] or nights[after, "ok"] > 0:
                    yield f"gap {after}: {nights[after, 'gap']} gaps, {nights[after, 'ok']} ok"
            elif each.kind == "farm" and ("bulk upload", label) not in labels:
                yield f"farm {label}"
            elif each.kind == "deletion" and ("mass deletion", night) not in labels:
                yield f"deletion {night}"
            elif each.kind == "renamed" and not set(each.models) <= renamed:
                yield f"renamed {night}"
            elif each.kind == "fallen" and said.get((night, each.models[0])) != "fall":
                yield f"fallen {night}"
            elif each.kind == "hidden" and spans.get((self._world.day(self._there(each.last)), each.models[0]), 0) < 4:
                yield f"hidden {night}"

    def _there(self, night: int) -> int:
        """Return the first night from one on that the Hub gave in whole."""
        gone = {*self._made.away, *(each.first for each in self._made.of("refused"))}
        return next(each for each in range(night, self._world.nights) if each not in gone)

    def _off(self) -> tuple[dict[str, float], float]:
        """Return how far settled sums are off, by family, and by the median of days."""
        true = self._was_there
        told = dict(self._settled.group_by("family").agg(pl.col("downloads").sum()).iter_rows())
        off = {
            family: told.get(family, 0.0) / int(true[:, self._world.families == family].sum()) - 1
            for family in sorted(set(self._world.families.tolist()))
        }
        off["all"] = sum(told.values()) / int(true.sum()) - 1
        days = dict(self._settled.group_by("label").agg(pl.col("downloads").sum()).iter_rows())
        each = [days.get(FIRST + timedelta(days=day), 0.0) / int(true[day].sum()) - 1 for day in range(len(true))]
        return off, float(np.median(np.abs(each)))
