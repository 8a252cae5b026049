"""One run of a source over the loopback: collected, parsed and judged, without a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from tests.sources.loopback import Reply, Served, serving
from tests.sources.walks import FastClock, settings_for
from tracker.demo.signals import openrouter
from tracker.landing import LandedRun
from tracker.sources import find, open_context
from tracker.sources.bounds import broken, parsed, remarks
from tracker.sources.contract import Tables

NIGHT = date(2026, 11, 21)
NAMESPACES = ("Qwen", "ZhipuAI", "deepseek-ai", "nobody-there")
EXPORTS = "/datasets/exports/rankings-daily"
CATALOGUE = b'{"data": [{"id": "qwen/qwen3-8b:free", "canonical_slug": "qwen/qwen3-8b-04-28", "hugging_face_id": ""}]}'


@dataclass
class Ran:
    """What a run gave: its landing, its tables, why it is refused, and what it remarked."""

    landed: LandedRun
    tables: Tables
    refused: list[str]
    remarks: list[str]


def run(
    name: str,
    folder: Path,
    served: Served,
    *,
    day: date = NIGHT,
    held: pl.DataFrame | None = None,
    last: Tables | None = None,
    clock: FastClock | None = None,
    **changes: Any,
) -> Ran:
    """Run a source against a server. `held`: what earlier runs brought; `last`: the tables of the last of them."""
    source = find(name)
    settings = settings_for(folder, served.address, source_urls={name: served.address}, **changes)

    def of(_: str, *columns: str) -> pl.DataFrame:
        there = pl.DataFrame(schema=source.TABLES[0].schema) if held is None else held
        return there.select(columns).unique()

    context = open_context(
        settings, source, day, clock=clock or FastClock(scale=1000), held=of, namespaces=lambda: NAMESPACES
    )
    context.run.note()
    landed = source.collect(context)
    tables = parsed(source, landed)
    context.run.note(status="landed")
    said = [*remarks(source, tables, last), *context.remarks]
    return Ran(landed, tables, broken(source, tables, last), said)


def exports(*days: date, catalogue: bytes = CATALOGUE) -> dict[str, Any]:
    """Return the replies of OpenRouter with the exports of these days, the last of them the newest."""
    found: dict[str, Any] = {"/models": catalogue}
    for day in days:
        found[f"{EXPORTS}/{day}.csv"] = Reply(openrouter.csv(day), headers={"Content-Type": "text/csv"})
        found[f"{EXPORTS}/{day}.manifest.json"] = openrouter.manifest(day)
    return {**found, f"{EXPORTS}/latest.manifest.json": openrouter.manifest(days[-1])}


def days_before(day: date, count: int) -> list[date]:
    return [day - timedelta(days=back) for back in range(count, 0, -1)]


@contextmanager
def openrouter_served(*days: date, **changes: Any) -> Iterator[Served]:
    with serving({**exports(*days), **changes}) as served:
        yield served


def as_history(rows: pl.DataFrame, as_of: str, **meta: Any) -> Mapping[str, Any]:
    """Return day, slug and tokens in the form of the keyed address."""
    items = [
        {"date": str(day), "model_permaslug": slug, "total_tokens": str(tokens)}
        for day, slug, tokens in rows.iter_rows()
    ]
    return {"data": items, "meta": {"as_of": as_of, "version": "v1", **meta}}
