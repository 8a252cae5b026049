"""Which models a list request means, in which order: filters, keyset order, and the page after a cursor."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.demo.hub.hub_state import DATE_KEYS, NightState, cursor_value, milliseconds
from tracker.demo.listing.cursor import BadCursor, Cursor
from tracker.demo.listing.filters import Filters

KEPT_ORDERS = 8  # one of 3.5 million models takes 42 MB


@dataclass(frozen=True)
class Order:
    """Rows by (key descending, `_id` ascending), those without the key last."""

    rows: NDArray[np.int32]
    descending: NDArray[np.float64]  # the key with its sign turned, hence ascending; NaN at the end


@dataclass(frozen=True)
class Slice:
    """The rows of one page. `more`: others follow."""

    rows: NDArray[np.int32]
    first: int  # how many models of the order come before
    total: int
    more: bool


class Listing:
    """Sorted and filtered views of one night, computed when asked for and again after a change."""

    def __init__(self, state: NightState) -> None:
        self.state = state
        self._generation = state.generation
        self._by_id: NDArray[np.int32] | None = None
        self._orders: OrderedDict[tuple[str, Filters], Order] = OrderedDict()

    def page(self, filters: Filters, key: str, limit: int, cursor: Cursor | None) -> Slice:
        """Return the `limit` rows after the cursor, as things stand now."""
        order = self._order(filters, key)
        first = 0 if cursor is None else self._position(order, cursor)
        rows = order.rows[first : first + limit]
        if cursor is not None and not cursor.nulls:
            rows = rows[~np.isnan(self.state.key(key)[rows])]
        return Slice(rows, first, len(order.rows), first + len(rows) < len(order.rows))

    def cursor_after(self, key: str, row: int) -> Cursor:
        """Return the position after a row."""
        return Cursor(key, cursor_value(key, float(self.state.key(key)[row])), self.state.hub_id(row))

    def cursor_before(self, key: str, row: int) -> Cursor:
        """Return a position that starts at a row: after the greatest `_id` below its own."""
        hub_id = self.state.hub_id(row)
        below = f"{int(hub_id, 16) - 1:0{len(hub_id)}x}"
        return Cursor(key, cursor_value(key, float(self.state.key(key)[row])), below)

    def count(self, tag: str) -> int:
        """Return how many visible models carry a tag."""
        return int(Filters(tags=(tag,)).mask(self.state).sum())

    def _order(self, filters: Filters, key: str) -> Order:
        self._refresh()
        wanted = (key, filters)
        if wanted in self._orders:
            self._orders.move_to_end(wanted)
            return self._orders[wanted]
        by_id = self._rows_by_id()
        rows = by_id[filters.mask(self.state)[by_id]]
        descending = -self.state.key(key)[rows]
        sequence = np.argsort(descending, kind="stable")  # stable: equal keys stay in `_id` order
        order = self._orders[wanted] = Order(rows[sequence].astype(np.int32), descending[sequence])
        if len(self._orders) > KEPT_ORDERS:
            self._orders.popitem(last=False)
        return order

    def _refresh(self) -> None:
        if self._generation != self.state.generation:
            self._generation = self.state.generation
            self._orders.clear()
            if self._by_id is not None and len(self._by_id) != len(self.state):
                self._by_id = None

    def _rows_by_id(self) -> NDArray[np.int32]:
        if self._by_id is None:
            self._by_id = np.argsort(self.state.hub_ids, kind="stable").astype(np.int32)
        return self._by_id

    def _position(self, order: Order, cursor: Cursor) -> int:
        value = _comparable(cursor)
        if np.isnan(value):
            first, last = int(np.searchsorted(order.descending, np.nan, "left")), len(order.rows)
        else:
            first = int(np.searchsorted(order.descending, -value, "left"))
            last = int(np.searchsorted(order.descending, -value, "right"))
        hub_ids, after = self.state.hub_ids, cursor.after.encode()
        return bisect_right(range(last), after, lo=first, key=lambda at: bytes(hub_ids[order.rows[at]]))


def _comparable(cursor: Cursor) -> float:
    if cursor.value is None:
        return np.nan
    if cursor.key in DATE_KEYS:
        value = milliseconds(cursor.value) if isinstance(cursor.value, str) else np.nan
        if np.isnan(value):
            raise BadCursor(f"Invalid cursor for sort key {cursor.key}")
        return value
    if isinstance(cursor.value, str):
        raise BadCursor(f"Invalid cursor for sort key {cursor.key}")
    return float(cursor.value)
