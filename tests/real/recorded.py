"""Recorded real Hub data as list items that the loopback Hub can serve.

The recordings are no part of this repository: they are looked for in the folder that
TRACKER_REAL_DATA names, else in `shared/real` beside the checkout. Where a source has no `_id`, one is
made from the name, beginning with the creation time as real ones do, so that it is the same in every poll.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

FOLDER = Path(os.environ.get("TRACKER_REAL_DATA") or Path(__file__).parents[3] / "shared" / "real")
ABSENT = f"the recorded real data is not at {FOLDER.name!r} beside the checkout; set TRACKER_REAL_DATA to its folder"

Item = dict[str, Any]


def hub_id(name: str, created_at: str | None) -> str:
    """Return 24 hex digits: the creation second, then a digest of the name."""
    seconds = int(datetime.fromisoformat(created_at).timestamp()) if created_at else 0x621FFDC1
    return f"{seconds:08x}{hashlib.sha1(name.encode()).hexdigest()[:16]}"


def present(values: Mapping[str, Any]) -> Item:
    """Return the item without absent values, which the Hub omits."""
    return {key: value for key, value in values.items() if value is not None}


def starscreener() -> dict[date, list[Item]]:
    """31 polls of the trending models of spring 2026, one virtual night a poll."""
    frame = pl.read_parquet(FOLDER / "starscreener" / "hf_trending_1000_series.parquet")
    polls = frame["fetched_at"].unique().sort().to_list()
    first = date(2026, 5, 5)  # every model was there by then, whichever poll saw it first
    return {
        first + timedelta(days=i): [_trending(row) for row in frame.filter(pl.col("fetched_at") == poll).to_dicts()]
        for i, poll in enumerate(polls)
    }


def _trending(row: Mapping[str, Any]) -> Item:
    return present(
        {
            "_id": hub_id(row["id"], row["createdAt"]),
            "id": row["id"],
            "author": row["author"],
            "createdAt": row["createdAt"],
            "downloads": row["downloads"],
            "lastModified": row["lastModified"],
            "library_name": row["libraryName"],
            "likes": row["likes"],
            "pipeline_tag": row["pipelineTag"],
            "private": False,
            "tags": row["tags"],
            "trendingScore": row["trendingScore"],
        }
    )


def enochlev() -> list[Item]:
    """The 9,715 most downloaded models of 2024-09-20, with their whole tags."""
    frame = pl.read_csv(FOLDER / "enochlev" / "hf_models_top10k_2024-09.csv")
    return [
        present(
            {
                "_id": hub_id(row["modelId"], None),
                "id": row["modelId"],
                "author": row["author"],
                "downloads": row["downloads"],
                "lastModified": row["lastModified"].replace(" ", "T").replace("+00:00", ".000Z"),
                "pipeline_tag": row["pipeline_tag"],
                "private": False,
                "sha": row["sha"],
                "tags": ast.literal_eval(row["tags"]),
            }
        )
        for row in frame.to_dicts()
    ]


def saranscript() -> Iterator[Item]:
    """29,432 raw bodies of February 2022: the whole Hub of that day, names without a namespace among them."""
    frame = pl.read_parquet(FOLDER / "saranscript2022" / "infos_2022-02.parquet")
    for body in frame["raw"]:
        record = json.loads(body)
        kept = {key: record.get(key) for key in ("sha", "lastModified", "tags", "pipeline_tag", "private", "downloads")}
        yield present(
            {
                "_id": hub_id(record["modelId"], None),
                "id": record["modelId"],
                **kept,
                "library_name": record.get("library_name"),
                "likes": record.get("likes"),
            }
        )
