"""The filters of a list request.

There is no index: one would cost more memory than the models' numbers, and a full walk never filters. Lines
that do not even contain what is asked for are passed over unparsed, which makes a publisher's models among
3.5 million a matter of a second; the listing remembers what passed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.demo.hub.hub_state import Item, NightState, sort_value

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

    def mask(self, state: NightState) -> NDArray[np.bool_]:
        """Return which visible rows pass."""
        if self == Filters():
            return state.visible
        rows, lines = np.flatnonzero(state.visible).tolist(), state.items
        for text in (*self.tags, self.author, self.pipeline_tag):
            needle = _needle(text or "")
            rows = [row for row in rows if needle in lines[row]]
        passed = np.zeros(len(state), dtype=np.bool_)
        passed[[row for row in rows if self.holds(state.item(row))]] = True
        return passed

    def holds(self, item: Item) -> bool:
        """Whether one item passes."""
        parameters = sort_value(item, "num_parameters")
        return (
            set(self.tags) <= {str(tag) for tag in item.get("tags") or ()}
            and self.author in (None, item.get("author") or item["id"].partition("/")[0])
            and self.pipeline_tag in (None, item.get("pipeline_tag"))
            and (self.search is None or self.search.lower() in item["id"].lower())
            and self.gated in (None, bool(item.get("gated")))
            and (self.smallest is None or parameters >= self.smallest)
            and (self.largest is None or parameters <= self.largest)
        )


def parse_size(text: str) -> tuple[float | None, float | None]:
    """Read `min:6B,max:128B`, `min:6B` or `max:128B`. Raises ValueError."""
    bounds: dict[str, float] = {}
    for part in text.split(","):
        match = re.fullmatch(r"(min|max):([0-9.]+)([KMBT]?)", part.strip())
        if match is None:
            raise ValueError(f"Invalid num_parameters: {text}")
        bounds[match[1]] = float(match[2]) * UNITS[match[3]]
    return bounds.get("min"), bounds.get("max")


def _needle(text: str) -> bytes:
    """Return the longest part of a text that JSON writes in one way only."""
    return max(re.findall(r"[\w.:-]+", text, re.ASCII), key=len, default="").encode()
