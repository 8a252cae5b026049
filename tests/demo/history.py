"""Landed nights of the synthetic ecosystem without the way through HTTP and JSON: for benchmarks of the store.

What a frame holds is what the bulk parser would make of the same night's pages, row for row and type for type;
a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracker.demo.synthetic import words
from tracker.demo.synthetic.ecosystem import LAST_NIGHT, SyntheticEcosystem
from tracker.demo.synthetic.items import Scene, live_providers
from tracker.demo.synthetic.population.names import hub_ids, publisher_of, replaced_numbers
from tracker.words import HUB_RELATIONS

PAGE = 1_000
COLUMNS = (
    "hub_id", "model_id", "publisher", "created_at", "last_modified", "downloads_30d", "downloads_all_time", "likes",
    "trending_score", "live_providers", "pipeline_tag", "library_name", "gated", "private", "disabled", "tags",
    "parameters", "base_relation", "base_models", "page", "position",
)  # fmt: skip

Rows = NDArray[np.int64]


def synthetic_nights(
    models: int,
    nights: int,
    seed: int = 1,
    last_night: date = LAST_NIGHT,
    registry: Path | None = None,
    tags: bool = True,
) -> Iterator[tuple[date, pl.DataFrame]]:
    """Yield each night with its models, oldest night first; `tags` false leaves out all but the parents' tags.

    Made for stress: about 45 % of the models derive from others, 3 % are merges, of up to ten parents, and from a
    million models on one chain is 45 long.
    """
    ecosystem = SyntheticEcosystem(models, nights, seed, last_night, registry, stress=True)
    every = np.arange(models - 1, -1, -1)
    usual = _describe(_quiet(ecosystem.scene(ecosystem.nights[0]), ecosystem.life.reused), every, tags)
    for night in ecosystem.nights:
        scene = ecosystem.scene(night)
        changed = _changed(scene)
        as_usual = every[(scene.declared.public & ~changed)[every]]
        unusual = np.flatnonzero(scene.declared.public & changed)[::-1]
        parts = [usual.filter((scene.declared.public & ~changed)[every]), _describe(scene, unusual, tags)]
        yield night, _count(pl.concat(parts), scene, np.concatenate([as_usual, unusual]))


def landed(ecosystem: SyntheticEcosystem, night: date) -> pl.DataFrame:
    """Return one night as landing leaves it: one row per hub_id, the newest first, with page and position."""
    rows, scene = ecosystem.rows(night)[::-1], ecosystem.scene(night)
    return _count(_describe(scene, rows), scene, rows)


def _quiet(scene: Scene, reused: Mapping[int, str]) -> Scene:
    """Return a scene in which nothing has happened yet and everything is there."""
    public = np.ones_like(scene.declared.public)
    return replace(scene, declared=replace(scene.declared, public=public), renamed=reused, last_commits={})


def _changed(scene: Scene) -> NDArray[np.bool_]:
    """Return which rows look other than on the first night: they, or a parent, were touched, or a parent is gone."""
    rows = len(scene.population)
    touched = np.zeros(rows, dtype=np.bool_)
    touched[[*scene.renamed, *scene.last_commits]] = True
    unusual = touched | ~scene.declared.public
    changed = touched.copy()
    changed[scene.declared.derivative[unusual[np.maximum(scene.declared.parent, 0)] & (scene.declared.parent >= 0)]] = (
        True
    )
    return changed


def _describe(scene: Scene, rows: Rows, tags: bool = True) -> pl.DataFrame:
    """Return all columns that do not move every night."""
    traits, population = scene.traits, scene.population
    model_ids, created = scene.model_ids(rows), population.created[rows]
    commits = replaced_numbers(traits.last_commit[rows], rows, scene.last_commits)
    parents = _parents(scene, rows)
    return pl.DataFrame(
        {
            "hub_id": hub_ids(population, rows),
            "model_id": model_ids,
            "publisher": publisher_of(model_ids),
            "created_at": _moments(created),
            "last_modified": _moments(commits),
            "pipeline_tag": _PIPELINES.gather(traits.profile[rows]),
            "library_name": _LIBRARIES.gather(traits.profile[rows]),
            "gated": _GATES.gather(traits.gated[rows]),
            "private": pl.repeat(False, len(rows), dtype=pl.Boolean, eager=True),
            "disabled": traits.disabled[rows],
            "tags": _tags(scene, rows, parents["tags"], tags),
            "parameters": _SIZES.gather(traits.size[rows].astype(np.int64) + 1),
            "base_relation": parents["relation"],
            "base_models": parents["base_models"],
        }
    )


def _count(described: pl.DataFrame, scene: Scene, rows: Rows) -> pl.DataFrame:
    """Add what moves every night, and where in the walk a row stood."""
    shown, at = scene.shown, np.arange(len(rows))
    return described.with_columns(
        downloads_30d=pl.Series(shown.downloads_30d[rows]),
        downloads_all_time=pl.Series(shown.downloads_all_time[rows]),
        likes=pl.Series(shown.likes[rows]),
        live_providers=_live(live_providers(shown.downloads_30d[rows])),
        trending_score=pl.Series(shown.trending_score[rows].astype(np.float64)),
        page=pl.Series((at // PAGE + 1).astype(np.int32)),
        position=pl.Series((at % PAGE).astype(np.int32)),
    ).select(COLUMNS)


def _live(providers: Rows) -> pl.Series:
    return pl.select(pl.when(pl.lit(pl.Series(providers)) > 0).then(pl.lit(pl.Series(providers)))).to_series()


def _parents(scene: Scene, rows: Rows) -> pl.DataFrame:
    """Return relation, base_models and base_model tags of each row; null where there is none."""
    declared = scene.declared
    counts = declared.starts[rows + 1] - declared.starts[rows]
    total = int(counts.sum())
    at = np.repeat(np.arange(len(rows)), counts)
    edges = np.repeat(declared.starts[rows] - np.cumsum(counts) + counts, counts) + np.arange(total)
    parent = declared.parent[edges].astype(np.int64)
    names = scene.model_ids(np.maximum(parent, 0))
    stubs = np.flatnonzero(parent < 0)
    names = names.scatter(stubs, [declared.stubs[-2 - number] for number in parent[stubs].tolist()])
    relation = _RELATIONS.gather(np.maximum(scene.population.relation[rows][at], 0))
    listed = (parent >= 0) & declared.public[np.maximum(parent, 0)]
    one = pl.DataFrame({"at": at, "model_id": names, "relation": relation, "listed": listed}).with_columns(
        hub_id=hub_ids(scene.population, np.maximum(parent, 0)),
        plain=pl.concat_str(pl.lit("base_model:"), "model_id"),
        related=pl.concat_str(pl.lit("base_model:"), "relation", pl.lit(":"), "model_id"),
    )
    models = one.filter("listed").group_by("at", maintain_order=True)
    tagged = one.group_by("at", maintain_order=True)
    return (
        pl.DataFrame({"at": np.arange(len(rows))})
        .join(models.agg(pl.first("relation"), base_models=pl.struct("hub_id", "model_id")), "at", "left")
        .join(tagged.agg("plain", "related"), "at", "left")
        .select("relation", "base_models", tags=pl.concat_list("plain", "related").fill_null([]))
    )


def _tags(scene: Scene, rows: Rows, of_parents: pl.Series, everything: bool) -> pl.Series:
    if not everything:
        return of_parents
    traits = scene.traits
    hostile = np.flatnonzero(np.isin(rows, np.fromiter(traits.hostile_tags, np.int64, len(traits.hostile_tags))))
    number = traits.extra[rows].astype(np.int64)
    number[hostile] = len(words.EXTRAS) + np.arange(len(hostile))
    extras = [*map(list, words.EXTRAS), *([traits.hostile_tags[row]] for row in rows[hostile].tolist())]
    parts = pl.DataFrame(
        {
            "head": _HEADS.gather(traits.profile[rows]),
            "extra": pl.Series(extras, dtype=pl.List(pl.String)).gather(number),
            "parents": of_parents,
            "license": _LICENSES.gather(traits.license[rows]),
        }
    )
    return parts.select(tags=pl.concat_list("head", "extra", "parents", "license")).to_series()


def _moments(seconds: Rows) -> pl.Series:
    return pl.Series(seconds * 1_000_000).cast(pl.Datetime("us", "UTC"))


_PROFILES = words.profiles()
_PIPELINES = pl.Series([profile.pipeline for profile in _PROFILES], dtype=pl.String)
_LIBRARIES = pl.Series([profile.library for profile in _PROFILES], dtype=pl.String)
_HEADS = pl.Series([list(profile.tags) for profile in _PROFILES], dtype=pl.List(pl.String))
_LICENSES = pl.Series([[f"license:{each}", "region:us"] if each else ["region:us"] for each in words.LICENSES])
_GATES = pl.Series([each.strip('"') for each in words.GATES])
_SIZES = pl.Series([None, *words.SIZES], dtype=pl.Int64)
_RELATIONS = pl.Series(HUB_RELATIONS)
