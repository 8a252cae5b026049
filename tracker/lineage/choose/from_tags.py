"""Candidates from nothing but names and tags: for samples of the Hub that come without structured base models."""

from __future__ import annotations

import numpy as np
import polars as pl

from tracker.graph import hub_names
from tracker.graph.shapes import TAG, Candidates
from tracker.words import ARCHITECTURES, HUB_RELATIONS, RELATIONS

_TAG = rf"^base_model:(?:({'|'.join(HUB_RELATIONS)}):)?(.+)$"


def candidates_from_tags(models: pl.DataFrame, full_scope: bool = False) -> Candidates:
    """Return candidates for one row a model: `model_id`, `tags` (a list), and `created_at` if it is there (aware).

    A sample is no whole Hub, so parents that it does not hold are outside unless `full_scope` says otherwise.
    """
    count = len(models)
    declared = _declared(models.select(derivative=pl.int_range(count, dtype=pl.Int32), tag="tags"))
    ids = models["model_id"].to_list()
    names = list(dict.fromkeys([*ids, *declared["name"]]))
    node = {name: number for number, name in enumerate(names)}
    relation = declared["relation"].fill_null("other").to_list()
    return Candidates(
        model_keys=np.arange(1, count + 1, dtype=np.int32),
        names=pl.Series(names, dtype=pl.String),
        created_at=_seconds(models),
        present=np.ones(count, dtype=np.bool_),
        derivative=declared["derivative"].to_numpy(),
        parent=np.array([node[name] for name in declared["name"]], dtype=np.int32),
        relation=np.array([RELATIONS.index(each) for each in relation], dtype=np.int8),
        evidence=np.full(len(declared), TAG, dtype=np.int8),
        ordinal=declared["ordinal"].to_numpy(),
        full_scope=full_scope,
        hints=_hints(models),
    )


def _declared(tags: pl.DataFrame) -> pl.DataFrame:
    """Return one row per tag that counts: derivative, relation, name, ordinal.

    Where a model has the Hub's pair, the plain tag and the one with a relation, a tag without its twin is text of
    its card.
    """
    said = (
        tags.explode("tag")
        .drop_nulls()
        .with_columns(relation=pl.col("tag").str.extract(_TAG, 1), name=pl.col("tag").str.extract(_TAG, 2))
        .drop_nulls("name")
    )
    said = said.with_columns(pl.col("name").replace(hub_names.disguised(said["name"].unique())))
    typed = pl.col("relation").is_not_null()
    is_pair = (typed.any() & ~typed.all()).over("derivative", "name")
    return (
        said.with_columns(is_pair=is_pair)
        .filter(pl.col("is_pair") | ~pl.col("is_pair").any().over("derivative"))
        .with_columns(ordinal=pl.int_range(pl.len(), dtype=pl.Int32).over("derivative"))
    )


def _seconds(models: pl.DataFrame) -> np.typing.NDArray[np.int64]:
    if "created_at" not in models.columns:
        return np.full(len(models), -1, dtype=np.int64)
    return models["created_at"].dt.epoch("s").fill_null(-1).to_numpy()


def _hints(models: pl.DataFrame) -> list[str]:
    known = pl.element().filter(pl.element().is_in(sorted(ARCHITECTURES))).first()
    return models.select(pl.col("tags").list.eval(known).list.first().fill_null(""))["tags"].to_list()
