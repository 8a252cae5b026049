"""The filters of a list request. Their index is built only when a request filters: a full walk never needs it."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.demo.state import NightState

UNITS = {"": 1.0, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


@dataclass(frozen=True)
class Filters:
    """What a model must be to be listed. All conditions hold together."""

    tags: tuple[str, ...] = ()
    author: str | None = None
    pipeline_tag: str | None = None
    search: str | None = None
    gated: bool | None = None
    smallest: float | None = None  # parameters
    largest: float | None = None


class Facets:
    """Tags, publishers, tasks and gates of a night, each with the rows that have it."""

    def __init__(self, state: NightState) -> None:
        self._parameters = state.keys["num_parameters"]
        self._names: list[str] = []
        self._rows: dict[tuple[str, str], array[int]] = {}
        for row in range(len(state)):
            self._index(row, state.item(row))

    def mask(self, filters: Filters) -> NDArray[np.bool_]:
        """Return which rows pass."""
        passed = np.ones(len(self._names), dtype=np.bool_)
        facets = [("tag", tag) for tag in filters.tags]
        facets += [("author", filters.author)] if filters.author is not None else []
        facets += [("pipeline_tag", filters.pipeline_tag)] if filters.pipeline_tag is not None else []
        for facet in facets:
            passed &= self._has(facet)
        if filters.gated is not None:
            passed &= self._has(("gated", "yes")) == filters.gated
        if filters.search is not None:
            wanted = filters.search.lower()
            passed &= np.array([wanted in name for name in self._names], dtype=np.bool_)
        if filters.smallest is not None:
            passed &= self._parameters >= filters.smallest
        if filters.largest is not None:
            passed &= self._parameters <= filters.largest
        return passed

    def _index(self, row: int, item: dict[str, Any]) -> None:
        name = item["id"]
        self._names.append(name.lower())
        self._add("author", item.get("author") or name.partition("/")[0], row)
        if item.get("pipeline_tag"):
            self._add("pipeline_tag", item["pipeline_tag"], row)
        if item.get("gated"):
            self._add("gated", "yes", row)
        for tag in item.get("tags") or ():
            self._add("tag", str(tag), row)

    def _add(self, kind: str, value: str, row: int) -> None:
        self._rows.setdefault((kind, value), array("i")).append(row)

    def _has(self, facet: tuple[str, str]) -> NDArray[np.bool_]:
        has = np.zeros(len(self._names), dtype=np.bool_)
        has[np.array(self._rows.get(facet, ()), dtype=np.int64)] = True
        return has


def parse_size(text: str) -> tuple[float | None, float | None]:
    """Read `min:6B,max:128B`, `min:6B` or `max:128B`. Raises ValueError."""
    bounds: dict[str, float] = {}
    for part in text.split(","):
        match = re.fullmatch(r"(min|max):([0-9.]+)([KMBT]?)", part.strip())
        if match is None:
            raise ValueError(f"Invalid num_parameters: {text}")
        bounds[match[1]] = float(match[2]) * UNITS[match[3]]
    return bounds.get("min"), bounds.get("max")
