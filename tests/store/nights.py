"""Landed runs made of a few models, as the collector would leave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from tests.registry_folder import write_registry
from tracker import registry, store
from tracker.landing import LandedRun, Manifest
from tracker.pipeline import trace
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.signals.collecting import abouts

FIRST = date(2026, 11, 1)

SCHEMA: Mapping[str, Any] = {
    "hub_id": pl.String,
    "model_id": pl.String,
    "publisher": pl.String,
    "created_at": pl.Datetime("us", "UTC"),
    "last_modified": pl.Datetime("us", "UTC"),
    "downloads_30d": pl.Int64,
    "downloads_all_time": pl.Int64,
    "likes": pl.Int64,
    "trending_score": pl.Float64,
    "pipeline_tag": pl.String,
    "library_name": pl.String,
    "gated": pl.String,
    "private": pl.Boolean,
    "disabled": pl.Boolean,
    "live_providers": pl.Int64,
    "tags": pl.List(pl.String),
    "parameters": pl.Int64,
    "base_relation": pl.String,
    "base_models": pl.List(pl.Struct({"hub_id": pl.String, "model_id": pl.String})),
    "page": pl.Int32,
    "position": pl.Int32,
}


def model(model_id: str, number: int, **values: Any) -> dict[str, Any]:
    """Return one landed row. `parents` is shorthand for structured parents: {(number, name): relation}."""
    made = {
        "hub_id": hub_id(number),
        "model_id": model_id,
        "publisher": model_id.partition("/")[0] if "/" in model_id else "",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number),
        "downloads_30d": number,
        "downloads_all_time": 10 * number,
        "likes": number % 7,
        "gated": "false",
        "private": False,
        "disabled": False,
        "tags": [],
    }
    parents = values.pop("parents", None)
    if parents:
        made["base_models"] = [{"hub_id": hub_id(key), "model_id": name} for key, name in parents]
        made["base_relation"] = values.pop("relation", "finetune")
    return made | values


def hub_id(number: int) -> str:
    return f"{number:024x}"


def land(
    data_dir: Path,
    snapshot_date: date,
    models: Iterable[Mapping[str, Any]],
    *,
    scope: str = "full",
    attempt: int = 1,
    **about: Any,
) -> LandedRun:
    """Write a landed run of these models."""
    rows = [{"page": 1, "position": place, **each} for place, each in enumerate(models)]
    started = datetime(snapshot_date.year, snapshot_date.month, snapshot_date.day, 7, 17, tzinfo=UTC)
    run_id = f"{started:%Y%m%dT%H%M%SZ}-{attempt:06x}"
    folder = data_dir / "landing" / about.get("source", "hub_models") / snapshot_date.isoformat() / run_id
    (folder / "models").mkdir(parents=True)
    pl.DataFrame(rows, schema=SCHEMA).write_parquet(folder / "models" / "00000.parquet")
    facts = {
        "run_id": run_id,
        "source": "hub_models",
        "endpoint": "https://hub.example",
        "scope": scope,
        "snapshot_date": snapshot_date,
        "expand": (),
        "started_at": started,
        "finished_at": started + timedelta(minutes=40),
        "status": "landed",
        "models": len(rows),
        "last_page_seen": True,
    }
    manifest = Manifest(**(facts | about))  # type: ignore[arg-type]
    (folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    return LandedRun(folder, manifest)


def update(
    settings: Settings,
    registry: Registry,
    landed: LandedRun,
    confirmations: Sequence[Any] = (),
    *,
    publish: bool = True,
) -> store.LoadSummary:
    """Load, resolve and publish one landed run."""
    with store.open_work(settings) as work:
        summary = work.load(landed, confirmations=confirmations)
        trace(work, registry)
        if publish:
            work.tell_sources(abouts())
            work.publish()
    return summary


def night(number: int) -> date:
    """Return the date of the nth night, 0 first."""
    return FIRST + timedelta(days=number)


def small_registry(folder: Path) -> Registry:
    """Write and load a registry of two families, two publishers, a mirror rule."""
    write_registry(
        folder,
        organizations=[
            {"namespace": "Qwen", "organization": "Alibaba", "country": "CN"},
            {"namespace": "meta-llama", "organization": "Meta", "country": "US"},
            {"namespace": "unsloth", "organization": "Unsloth", "country": "US"},
        ],
        families=[
            {"line": "Qwen", "developer": "Alibaba", "first_release": "2023-08-03"},
            {"line": "Qwen3", "parent": "Qwen", "developer": "Alibaba", "first_release": "2025-04-28"},
            {"line": "Llama", "developer": "Meta", "first_release": "2023-02-24"},
        ],
        roots=[
            {"pattern": "Qwen/Qwen3-*", "line": "Qwen3"},
            {"pattern": "meta-llama/*", "line": "Llama"},
        ],
        mirrors=[
            {"pattern": "unsloth/*-bnb-4bit", "rule": "same_name", "target": "Qwen meta-llama", "relation": "quantized"}
        ],
    )
    return registry.load(folder)
