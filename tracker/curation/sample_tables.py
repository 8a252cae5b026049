"""The published tables, made in memory from a recorded sample, so that the same questions can be asked of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import polars as pl

from tracker.curation.licensed.sampled import licensed, licenses_of
from tracker.lineage import EVIDENCES, NO_EVIDENCE, RELATIONS, STATUSES, Candidates, Named, Resolved, choose, resolve
from tracker.lineage.choose.from_tags import candidates_from_tags
from tracker.registry import Registry
from tracker.registry.patterns import split


@dataclass(frozen=True)
class SampleTables:
    """models, parents, lineage (also as inferred), nearest and licences of a sample: what curation asks for."""

    models: pl.DataFrame
    parents: pl.DataFrame
    lineage: pl.DataFrame
    lineage_inferred: pl.DataFrame
    nearest: pl.DataFrame
    licenses: pl.DataFrame
    license_tags: pl.DataFrame

    def query(self, sql: str) -> pl.DataFrame:
        """Return the rows of one SELECT over the tables."""
        context = pl.SQLContext({each.name: getattr(self, each.name) for each in fields(self)})
        return context.execute(sql, eager=True)


def sample_tables(sample: pl.DataFrame, registry: Registry) -> SampleTables:
    """Return the tables of a sample as `read_sample` gives it; parents it does not hold are outside, not gone."""
    candidates = candidates_from_tags(sample)
    named = Named(candidates, registry)
    resolved, inferred = (resolve(choose(candidates, registry, variant, named)) for variant in ("default", "inferred"))
    rulings = _rulings(resolved, registry)
    return SampleTables(
        models=_models(sample, candidates, registry),
        parents=_parents(candidates),
        lineage=_lineage(resolved, rulings),
        lineage_inferred=_lineage(inferred, _rulings(inferred, registry)),
        nearest=_nearest(resolved, registry),
        licenses=_classes("number", {number: row.license_class for number, row in enumerate(registry.licenses)}),
        license_tags=_classes("tag", {name: tag.license_class for name, tag in registry.licensing.tags.items()}),
    )


def _classes(name: str, classes: Mapping[Any, str]) -> pl.DataFrame:
    kind = pl.Int64 if name == "number" else pl.String
    return pl.DataFrame(list(classes.items()), {name: kind, "license_class": pl.String}, orient="row")


def _nearest(resolved: Resolved, registry: Registry) -> pl.DataFrame:
    rows = pl.DataFrame({"model_key": resolved.near_model, "credit": resolved.near_credit})
    return rows.with_columns(_codes(resolved.near_line)).join(_lines(registry), on="code").drop("code")


def _codes(line: np.typing.NDArray[np.int16]) -> pl.Series:
    return pl.Series("code", line, dtype=pl.Int16)


def _lines(registry: Registry) -> pl.DataFrame:
    """Return family, line, developer and origin_country by code of a line; the codes of no line below 0."""
    rows = [(code, *answer) for code, answer in registry.answers().items()]
    texts = dict.fromkeys(("family", "line", "developer", "origin_country"), pl.String)
    return pl.DataFrame(rows, {"code": pl.Int16, **texts}, orient="row")


def _rulings(resolved: Resolved, registry: Registry) -> pl.DataFrame:
    """Return one row a node: its name, and the answer on the weights that its own line has."""
    codes = _codes(registry.whose_weights(resolved.line))
    nodes = pl.DataFrame({"root_id": resolved.names}).with_columns(codes)
    return nodes.join(_lines(registry), on="code", maintain_order="left").drop("code")


def _models(sample: pl.DataFrame, candidates: Candidates, registry: Registry) -> pl.DataFrame:
    publishers = [split(name)[0] for name in sample["model_id"]]
    known = {name: registry.publisher(name).country for name in set(publishers)}
    declared = pl.DataFrame(
        {"model_key": candidates.derivative, "code": candidates.relation, "parent": candidates.parent}
    )
    words = pl.DataFrame({"code": pl.Series(range(len(RELATIONS)), dtype=pl.Int8), "relation": RELATIONS})
    relation = (
        declared.filter(pl.col("model_key") != pl.col("parent"))
        .sort("model_key", "code")
        .unique("model_key", keep="first")
        .join(words, on="code")
        .select("model_key", "relation")
    )
    return sample.select(
        pl.int_range(pl.len(), dtype=pl.Int32).alias("model_key"),
        "model_id",
        *licensed(sample["model_id"], licenses_of(sample["tags"]), registry),
        pl.Series("publisher", publishers, dtype=pl.String),
        pl.Series("publisher_country", [known[name] for name in publishers], dtype=pl.String),
        "downloads_30d",
        pl.lit(None, dtype=pl.Date).alias("removed_at"),
    ).join(relation, on="model_key", how="left", maintain_order="left")


def _parents(candidates: Candidates) -> pl.DataFrame:
    count = len(candidates.model_keys)
    frame = pl.DataFrame({"model_key": candidates.derivative, "parent": candidates.parent}).unique(maintain_order=True)
    parent_id = candidates.names.gather(frame["parent"])
    return frame.select(
        "model_key",
        candidates.names.gather(frame["model_key"]).alias("model_id"),
        pl.when(pl.col("parent") < count).then(pl.col("parent")).alias("parent_key"),
        parent_id.alias("parent_id"),
        pl.Series("parent_publisher", [split(name)[0] for name in parent_id], dtype=pl.String),
        pl.lit("tag").alias("evidence"),
    )


def _lineage(resolved: Resolved, rulings: pl.DataFrame) -> pl.DataFrame:
    rows = pl.DataFrame(
        {
            "model_key": resolved.model,
            "credit": resolved.credit,
            "depth": resolved.depth,
            "status": np.array(STATUSES)[resolved.status],
            "evidence": [None if code == NO_EVIDENCE else EVIDENCES[code] for code in resolved.evidence.tolist()],
        },
        schema_overrides={"evidence": pl.String},
    )
    return pl.concat([rows, rulings[resolved.root]], how="horizontal")
