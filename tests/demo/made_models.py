"""List items made for the tests of the loopback Hub: ties, gaps and odd ones included."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

NIGHT = date(2026, 11, 22)
FIRST = datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)
EXPAND = (
    "author", "baseModels", "createdAt", "disabled", "downloads", "downloadsAllTime", "gated",
    "inferenceProviderMapping", "lastModified", "library_name", "likes", "pipeline_tag", "private", "safetensors",
    "sha", "tags", "trendingScore",
)  # fmt: skip


def made_model(number: int) -> dict[str, Any]:
    """One item: every 7th has no task, every 11th no downloads key, every 13th is gated, counters repeat."""
    moment = FIRST + timedelta(hours=number // 3)  # three are created in the same second
    created_at = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    publisher = f"maker-{number % 5}"
    item: dict[str, Any] = {
        "_id": f"{int(moment.timestamp()):08x}{number * 2_654_435_761 % 2**64:016x}",
        "id": f"{publisher}/Model-{number}",
        "author": publisher,
        "disabled": False,
        "gated": "manual" if number % 13 == 0 else False,
        "lastModified": created_at,
        "likes": number % 4,
        "trendingScore": 3 if number % 50 == 0 else 0,
        "private": False,
        "sha": f"{number:040x}",
        "downloads": number * 37 % 101,
        "downloadsAllTime": number * 1_000,
        "tags": ["transformers", f"license:{'mit' if number % 2 else 'apache-2.0'}", "region:us"],
        "pipeline_tag": "text-generation",
        "library_name": "transformers",
        "createdAt": created_at,
        "safetensors": {"parameters": {"BF16": number * 10_000_000}, "total": number * 10_000_000},
    }
    if number % 7 == 0:
        del item["pipeline_tag"]
    if number % 11 == 0:
        del item["downloads"]
    if number % 9 == 2:
        item["inferenceProviderMapping"] = provider_mappings(number % 4)
    if number % 3 == 1:
        parent = made_model(number // 3 * 3)
        item["baseModels"] = {"relation": "finetune", "models": [{"_id": parent["_id"], "id": parent["id"]}]}
        item["tags"] += [f"base_model:{parent['id']}", f"base_model:finetune:{parent['id']}"]
    return item


def provider_mappings(live: int) -> list[dict[str, str]]:
    """As on lists of models: one of the live providers twice, for another task, and one that is not live yet."""
    names = [f"provider-{place}" for place in range(live)]
    tasks = [(name, "live", "text-generation") for name in names] + [
        (name, "live", "conversational") for name in names[:1]
    ]
    return [
        {"provider": name, "providerId": f"id-{name}", "status": status, "task": task}
        for name, status, task in [*tasks, ("late", "staging", "text-generation")]
    ]


@cache
def made_models(count: int) -> list[dict[str, Any]]:
    """Several, in an order that is none. Made once; not to be changed."""
    return [made_model(number * 617 % count) for number in range(count)]
