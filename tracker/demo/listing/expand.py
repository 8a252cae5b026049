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

# members of every item that the nightly walk does not ask for, as they begin where they are stored
_MEMBERS = {name: b',"%b":"' % name.encode() for name in ("author", "sha")}

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
    """Return the items of some rows with `_id`, `id` and `fields`, without parsing where that can be helped."""
    spare = [keys - fields - set(ALWAYS) if _has_author(keys, fields) else keys for keys in state.key_sets]
    keep = expanded(fields)
    return [
        _without(state.items[row], spare[keys]) or encode(keep(state.item(row)))
        for row, keys in zip(rows.tolist(), state.key_set[rows].tolist(), strict=True)
    ]


def _without(item: bytes, spare: frozenset[str]) -> bytes | None:
    """Return a stored item without some of its members; None where it has to be parsed for that."""
    for name in spare:
        begins = _MEMBERS.get(name)
        start = -1 if begins is None else item.find(begins)
        if begins is None or start < 0 or item.find(begins, start + 1) >= 0:
            return None
        end = item.index(b'"', start + len(begins)) + 1
        if b"\\" in item[start:end]:
            return None
        item = item[:start] + item[end:]
    return item


def _has_author(keys: frozenset[str], fields: frozenset[str]) -> bool:
    return "author" in keys or "author" not in fields


def _with_author(item: Item, fields: frozenset[str]) -> Item:
    """Return the item with the `author` that recordings leave out and the Hub always knows."""
    if "author" not in fields or "author" in item or "/" not in item["id"]:
        return item
    return {**item, "author": item["id"].partition("/")[0]}
