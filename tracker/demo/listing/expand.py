"""Which fields of an item a request gets: `expand`, `full`, or the short default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tracker.demo.hub.http import BadRequest
from tracker.demo.hub.hub_state import Item, NightState, encode

ALWAYS = ("_id", "id")
PROPERTIES = (
    "author", "baseModels", "cardData", "childrenModelCount", "config", "createdAt", "disabled", "downloads",
    "downloadsAllTime", "evalResults", "gated", "gguf", "inference", "inferenceProviderMapping", "lastModified",
    "library_name", "likes", "mask_token", "model-index", "pipeline_tag", "private", "resourceGroup", "safetensors",
    "sha", "siblings", "spaces", "tags", "transformersInfo", "trendingScore", "usedStorage", "widgetData", "xetEnabled",
)  # fmt: skip
NOT_ON_LISTS = ("childrenModelCount", "usedStorage")  # refused there in June 2025 (huggingface_hub#3182)
LIST_DEFAULT = (
    "likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag", "library_name", "createdAt",
)  # fmt: skip
LIST_FULL = ("author", "sha", "lastModified", "gated", "siblings")
MODEL_DEFAULT = (
    "private", "pipeline_tag", "library_name", "tags", "downloads", "likes", "author", "sha", "lastModified", "gated",
    "inference", "disabled", "mask_token", "widgetData", "model-index", "config", "cardData", "transformersInfo",
    "gguf", "siblings", "spaces", "createdAt", "safetensors", "usedStorage",
)  # fmt: skip

Projection: TypeAlias = Callable[[Item], Item]


def check_expand(names: Sequence[str], *, on_list: bool) -> frozenset[str] | None:
    """Return the fields asked for, None if none were. Raises BadRequest for one that is not offered."""
    allowed = [name for name in PROPERTIES if not (on_list and name in NOT_ON_LISTS)]
    for at, name in enumerate(names):
        if name not in allowed:
            options = "|".join(f'"{each}"' for each in allowed)
            raise BadRequest(f"✖ Invalid option: expected one of {options}\n  → at expand[{at}]")
    return frozenset(names) if names else None


def expanded(fields: frozenset[str]) -> Projection:
    """Return what keeps `_id`, `id` and the fields, in the item's own order."""
    return lambda item: {
        key: value for key, value in _with_author(item, fields).items() if key in fields or key in ALWAYS
    }


def plain(fields: Sequence[str]) -> Projection:
    """Return what keeps the fields and ends in `modelId`, as answers without `expand` do."""
    return lambda item: {**expanded(frozenset(fields))(item), "modelId": item["id"]}


def project(state: NightState, rows: NDArray[np.int32], fields: frozenset[str]) -> list[bytes]:
    """Return the items of some rows with `_id`, `id` and `fields`: as stored where they hold nothing else."""
    whole = np.array([keys <= fields | set(ALWAYS) and _has_author(keys, fields) for keys in state.key_sets])
    keep = expanded(fields)
    return [
        state.items[row] if as_stored else encode(keep(state.item(row)))
        for row, as_stored in zip(rows.tolist(), whole[state.key_set[rows]].tolist(), strict=True)
    ]


def _has_author(keys: frozenset[str], fields: frozenset[str]) -> bool:
    return "author" in keys or "author" not in fields


def _with_author(item: Item, fields: frozenset[str]) -> Item:
    """Return the item with the `author` that recordings leave out and the Hub always knows."""
    if "author" not in fields or "author" in item or "/" not in item["id"]:
        return item
    return {**item, "author": item["id"].partition("/")[0]}
