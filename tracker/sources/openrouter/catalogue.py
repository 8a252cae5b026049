"""The catalogue: which slug is which model, and where its weights are. Models leave it; what it said stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl

from tracker.errors import SourceError, SourceRefused
from tracker.landing import LandedRun
from tracker.sources.contract import Context
from tracker.sources.http import Answer
from tracker.sources.reading import exact, keys

PATH, NAME = "models", "catalogue.json"
KNOWN = (
    *("id", "canonical_slug", "hugging_face_id", "name", "created", "description", "context_length", "architecture"),
    *("pricing", "top_provider", "per_request_limits", "supported_parameters", "default_parameters", "links"),
    *("expiration_date", "knowledge_cutoff", "supported_voices", "benchmarks", "reasoning", "alias_target"),
)
ALL = {"output_modalities": "all"}  # without it pictures and embeddings are left out


def files(context: Context) -> Mapping[str, Answer]:
    """Return its answer; none where it cannot be had or read: tokens are worth having without it."""
    try:
        answer = context.http.get(PATH, ALL, with_key=False)
        items = _items(answer.content)
    except SourceError as error:
        context.remark(f"the catalogue is left out: {error}")
        return {}
    keys.remark_new(context, "the catalogue", items, KNOWN)
    return {NAME: answer}


def table(landed: LandedRun, schema: pl.Schema) -> pl.DataFrame:
    """Return its rows, none where a run landed none."""
    there = any(file.name == NAME for file in landed.manifest.files)
    rows = [_row(item) for item in _items(landed.raw(NAME))] if there else []
    return pl.DataFrame(rows, schema=schema, orient="row").unique("listed_id", keep="first", maintain_order=True)


def _items(content: bytes) -> list[Mapping[str, object]]:
    items = exact.named(exact.document(content, "the catalogue"), "data", "the catalogue")
    if not isinstance(items, list):
        raise SourceRefused("the catalogue holds no list of models")
    return [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]


def _row(item: Mapping[str, object]) -> tuple[str, str, str | None, str | None, datetime | None]:
    created = item.get("created")
    listed = datetime.fromtimestamp(created, UTC) if isinstance(created, int) and 0 < created < 2**32 else None
    slug = _text(item, "canonical_slug") or str(item["id"])
    return str(item["id"]), slug, _text(item, "hugging_face_id"), _text(item, "name"), listed


def _text(item: Mapping[str, object], name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) and value else None
