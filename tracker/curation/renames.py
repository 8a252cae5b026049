"""Namespaces that may be one under two names: the same models under both, or models that moved from one to the other.

A publisher who renamed itself is two publishers here until aliases.csv says so, and derivatives that name the old one
lead nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tracker.registry import Registry

if TYPE_CHECKING:
    from tracker.store import Published

FEW = 3  # namespaces that may have a model of one name for it to tell anything: `my-model` is everybody's
LEAST = 3  # models that two namespaces share
PART = 0.5  # of the models of the smaller one

SCHEMA = {"namespace": pl.String, "other": pl.String, "evidence": pl.String, "models": pl.Int64, "example": pl.String}

_MOVED = """
select split_part(before, '/', 1) as namespace, split_part(after, '/', 1) as other, before || ' > ' || after as example
from events
where kind = 'renamed' and contains(before, '/') and contains(after, '/')
  and lower(split_part(before, '/', 1)) <> lower(split_part(after, '/', 1))
"""


def renames(names: list[str], registry: Registry, published: Published | None = None) -> pl.DataFrame:
    """Return one row per pair of namespaces that may be one (see SCHEMA), those with most models first.

    `names` are those of models and of parents that others declare. Pairs of aliases.csv, and re-uploaders of
    mirrors.csv, are left out. `evidence` is `moved` (the Hub renamed models from `namespace` to `other`) or
    `same names`, which says nothing of the direction.
    """
    found = [_alike(names, registry)]
    if published is not None:
        moved = published.query(_MOVED)
        found.append(_counted(moved, "moved"))
    pairs = pl.concat(found)
    present = pl.struct("namespace", "other").map_elements(lambda pair: _is_known(pair, registry), pl.Boolean)
    return pairs.filter(~present).sort("models", "namespace", "other", descending=[True, False, False])


def _is_known(pair: dict[str, str], registry: Registry) -> bool:
    one, other = (registry.present_name(name).lower() for name in pair.values())
    return one == other


def _counted(rows: pl.DataFrame, evidence: str) -> pl.DataFrame:
    counted = rows.group_by("namespace", "other").agg(
        pl.lit(evidence).first().alias("evidence"),
        pl.len().cast(pl.Int64).alias("models"),
        pl.col("example").min(),
    )
    return counted.select(*SCHEMA)


def _alike(names: list[str], registry: Registry) -> pl.DataFrame:
    """Return the pairs of namespaces that share rare names of models."""
    parts = pl.DataFrame({"id": pl.Series(names, dtype=pl.String)}).filter(pl.col("id").str.count_matches("/") == 1)
    parts = parts.with_columns(pl.col("id").str.split_exact("/", 1).struct.rename_fields(["namespace", "name"]))
    parts = parts.unnest("id").with_columns(lower=pl.col("name").str.to_lowercase())
    parts = parts.filter(~pl.col("namespace").str.to_lowercase().is_in(sorted(registry.mirror_namespaces)))
    parts = parts.unique(["namespace", "lower"])
    sizes = parts.group_by("namespace").agg(pl.len().alias("size"))
    rare = parts.filter(pl.len().over("lower").is_between(2, FEW)).join(sizes, on="namespace")
    pairs = rare.join(rare, on="lower", suffix="_other").filter(pl.col("namespace") < pl.col("namespace_other"))
    pairs = pairs.with_columns(
        smaller=pl.min_horizontal("size", "size_other"), shared=pl.len().over("namespace", "namespace_other")
    )
    told = pairs.filter((pl.col("shared") >= LEAST) & (pl.col("shared") >= PART * pl.col("smaller")))
    return _counted(
        told.select("namespace", pl.col("namespace_other").alias("other"), pl.col("name").alias("example")),
        "same names",
    )
