"""What the tests of the collector share: a clock that runs fast, settings, and a look at what was landed."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.demo.made_models import NIGHT
from tracker.landing import LandedRun
from tracker.landing.parse.rows import rows_sql
from tracker.settings import Settings
from tracker.sql import connect

BEGAN = datetime(2026, 11, 22, 10, 17, tzinfo=UTC)


class FastClock:
    """So many seconds in a real one, as the Hub's clock under `scale`."""

    def __init__(self, scale: float = 200.0, began: datetime = BEGAN) -> None:
        self.scale, self.began, self.started = scale, began, time.monotonic()
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return (time.monotonic() - self.started) * self.scale

    def now(self) -> datetime:
        return self.began + timedelta(seconds=self.monotonic())

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        time.sleep(seconds / self.scale)


def settings_for(data_dir: Path, endpoint: str, **changes: Any) -> Settings:
    patience = {"read_timeout_seconds": 5.0, "page_deadline_seconds": 10.0, "threads": 1}
    return Settings(data_dir=data_dir, endpoint=endpoint, **{**patience, **changes})


def rows_of(run: LandedRun) -> list[dict[str, Any]]:
    """The landed models, as dictionaries in the order of the walk."""
    with connect.instance("200MB", 1) as connection:
        sql = (
            "select * replace (epoch_us(created_at) as created_at, epoch_us(last_modified) as last_modified) "
            f"from {rows_sql(run.parts)} order by page, position"
        )
        result = connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def quarantine_of(run: LandedRun) -> list[dict[str, Any]]:
    if not run.quarantine_path.exists():
        return []
    return [json.loads(line) for line in run.quarantine_path.read_text(encoding="utf-8").splitlines()]


def micros(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1_000_000)


def _live_providers(mappings: list[dict[str, str]] | None) -> int | None:
    return None if mappings is None else len({each["provider"] for each in mappings if each["status"] == "live"})


def as_row(item: dict[str, Any]) -> dict[str, Any]:
    """A list item as the landed row says it, without page and position."""
    parents = item.get("baseModels")
    gated = item.get("gated")
    return {
        "hub_id": item["_id"],
        "model_id": item["id"],
        "publisher": item["id"].partition("/")[0] if "/" in item["id"] else "",
        "created_at": micros(item["createdAt"]) if item.get("createdAt") else None,
        "last_modified": micros(item["lastModified"]) if item.get("lastModified") else None,
        "downloads_30d": item.get("downloads"),
        "downloads_all_time": item.get("downloadsAllTime"),
        "likes": item.get("likes"),
        "trending_score": item.get("trendingScore"),
        "live_providers": _live_providers(item.get("inferenceProviderMapping")),
        "pipeline_tag": item.get("pipeline_tag"),
        "library_name": item.get("library_name"),
        "gated": {False: "false", None: None}.get(gated, gated),
        "private": item.get("private"),
        "disabled": item.get("disabled"),
        "tags": item.get("tags"),
        "parameters": (item.get("safetensors") or {}).get("total"),
        "base_relation": parents and parents["relation"],
        "base_models": parents and [{"hub_id": one["_id"], "model_id": one["id"]} for one in parents["models"]],
    }


def without_place(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("page", "position")}


__all__ = ["NIGHT", "FastClock", "as_row", "quarantine_of", "rows_of", "settings_for", "without_place"]
