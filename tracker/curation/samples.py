"""Read samples of the Hub that others recorded, in the shapes they come in, as one row a model.

Known shapes, told by their columns: model id `model_id`, `modelId` or `id`; downloads of the last 30 days
`downloads_30d` or `downloads`; `tags` as a list, or as text that holds a Python or JSON list, or absent;
`created_at` or `createdAt`; a date of observation `snapshot_date`, `fetched_at` or `day`. A list of edges has `source`
(the parent), `target` and `edge` (finetuned, quantized, merged, adapter), one row an edge.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import polars as pl

from tracker import disk
from tracker.errors import TrackerError

# downloads are those of 30 days, so rows further apart than that do not describe one time
WINDOW = timedelta(days=30)

NAMES = {
    "model_id": ("model_id", "modelId", "id"),
    "downloads_30d": ("downloads_30d", "downloads"),
    "tags": ("tags",),
    "created_at": ("created_at", "createdAt"),
    "seen_on": ("snapshot_date", "fetched_at", "day"),
}


def read_sample(path: Path | str) -> pl.DataFrame:
    """Return `model_id`, `downloads_30d`, `tags` (list, empty where the sample has none) and `created_at` (UTC).

    Of a series, each model's last row within 30 days of the newest counts. Raises TrackerError where a
    needed column is missing.
    """
    path = Path(path)
    with disk.explained(f"cannot read {path}"):
        is_there = disk.has_file(path)
    if not is_there:
        raise TrackerError(
            f"{path}: there is no such file; give a CSV, JSON lines or Parquet file with one row a model"
        )
    raw = _raw(path)
    if {"source", "target", "edge"} <= set(raw.columns):
        raw = _of_edges(raw)
    named = raw.select(pl.col(column).alias(name) for name, column in _columns(raw.columns, path).items())
    typed = named.select(
        pl.col("model_id").cast(pl.String),
        pl.col("downloads_30d").cast(pl.Int64, strict=False).fill_null(0),
        _tags(named),
        _time(named, "created_at"),
        _time(named, "seen_on"),
    ).drop_nulls("model_id")
    newest = typed["seen_on"].max()
    if newest is not None:
        typed = typed.filter(pl.col("seen_on") > pl.lit(newest) - WINDOW).sort("seen_on")
    return typed.unique("model_id", keep="last", maintain_order=True).drop("seen_on").sort("model_id")


def _raw(path: Path) -> pl.DataFrame:
    kind = "".join(path.suffixes[-2:]).removesuffix(".gz")
    if kind.endswith(".csv"):
        return pl.read_csv(path, infer_schema_length=10_000)
    if kind.endswith((".jsonl", ".ndjson")):
        return pl.read_ndjson(path, infer_schema_length=None)
    return pl.read_parquet(path)


def _of_edges(edges: pl.DataFrame) -> pl.DataFrame:
    """Return one row a model of a list of edges: what each declares; parents that declare nothing have no tags."""
    relation = pl.col("edge").replace({"finetuned": "finetune", "merged": "merge"})
    tag = pl.concat_str(pl.lit("base_model:"), relation, pl.lit(":"), "source")
    declaring = edges.select(model_id="target", tags=tag).group_by("model_id").agg("tags")
    others = edges.select(model_id="source").unique().join(declaring, on="model_id", how="anti")
    others = others.with_columns(tags=pl.lit([], dtype=pl.List(pl.String)))
    return pl.concat([declaring, others]).with_columns(downloads=pl.lit(None, dtype=pl.Int64))


def _columns(columns: Sequence[str], path: Path) -> dict[str, str]:
    found = {}
    for name, spellings in NAMES.items():
        spelling = next((each for each in spellings if each in columns), None)
        if spelling:
            found[name] = spelling
        elif name in ("model_id", "downloads_30d"):
            raise TrackerError(f"{path}: no column {' or '.join(spellings)}; it has {', '.join(columns)}")
    return found


def _tags(frame: pl.DataFrame) -> pl.Series:
    empty: list[list[str]] = [[]] * len(frame)
    if "tags" not in frame.columns:
        return pl.Series("tags", empty, dtype=pl.List(pl.String))
    if frame["tags"].dtype == pl.String:
        lists = [ast.literal_eval(text) if text else [] for text in frame["tags"]]
        return pl.Series("tags", lists, dtype=pl.List(pl.String))
    return frame["tags"].fill_null([])


def _time(frame: pl.DataFrame, name: str) -> pl.Series:
    moment = pl.Datetime("us", "UTC")
    if name not in frame.columns:
        return pl.Series(name, [None] * len(frame), dtype=moment)
    column = frame[name]
    if column.dtype != pl.String:
        return (
            column.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
            if column.dtype == pl.Date
            else column.cast(moment)
        )
    text = column.str.replace(r"Z$", "+00:00")
    only_day = text.str.len_chars() <= 10
    full = pl.select(pl.when(only_day).then(text + "T00:00:00+00:00").otherwise(text))[:, 0]
    return full.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False).alias(name)
