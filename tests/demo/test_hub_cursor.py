"""Cursors are predicates over the present state; checked against a predicate written out."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.made_models import made_model
from tracker.demo.hub.hub_state import SORT_KEYS, NightState, cursor_value, encode, milliseconds, sort_value
from tracker.demo.listing.cursor import BadCursor, Cursor
from tracker.demo.listing.filters import Filters
from tracker.demo.listing.listing import Listing

values = st.one_of(st.none(), st.integers(0, 6))
hub_ids = st.integers(0, 40).map(lambda number: f"{number:024x}")


def packed(value: object) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


@given(st.sampled_from(["downloads", "likes"]), st.one_of(values, st.floats(0, 9)), hub_ids)
def test_what_was_written_is_read(key: str, value: float | None, after: str) -> None:
    cursor = Cursor(key, value, after)
    assert Cursor.decode(cursor.encode(), key) == cursor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!",
        packed([]),
        packed({"$or": []}),
        packed({"$or": [{"downloads": 1}]}),
        packed({"$or": [{"downloads": 1, "_id": {"$gt": 5}}]}),
        packed({"$or": [{"downloads": {"$lt": 1}, "_id": {"$gt": "a"}}]}),
        packed({"$or": [{"downloads": 1, "_id": {"$gt": "a"}}, {"likes": {"$lt": 1}}]}),
        packed({"$or": [{"downloads": 1, "_id": {"$gt": "a"}}, {"downloads": {"$gt": 1}}]}),
        packed({"$where": "sleep(1000)"}),
    ],
)
def test_anything_else_is_no_cursor(text: str) -> None:
    with pytest.raises(BadCursor):
        Cursor.decode(text, "downloads")


def follows(item: dict[str, Any], cursor: Cursor) -> bool:
    """What the filter says, clause by clause; null is below everything."""
    value, hub_id = item.get(cursor.key), item["_id"]
    if cursor.value is None:
        return value is None and hub_id > cursor.after
    if value is None:
        return cursor.nulls
    return (value == cursor.value and hub_id > cursor.after) or value < cursor.value


@given(
    st.lists(st.tuples(hub_ids, values), unique_by=lambda pair: pair[0], min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.one_of(values, st.just("delete"), st.just("hide"))), max_size=8),
    values,
    hub_ids,
    st.integers(1, 5),
    st.booleans(),
)
def test_a_page_is_what_the_filter_says_of_the_models_as_they_are(
    models: list[tuple[str, int | None]],
    changes: list[tuple[int, int | str | None]],
    value: int | None,
    after: str,
    limit: int,
    nulls: bool,
) -> None:
    items = [{"_id": hub_id, "id": f"a/{hub_id}", "downloads": value} for hub_id, value in models]
    items = [{key: value for key, value in item.items() if value is not None} for item in items]
    state = NightState(encode(item) for item in items)
    listing = Listing(state)
    listing.page(Filters(), "downloads", 3, None)  # an order exists before anything changes
    alive = dict(enumerate(items))
    for row, change in changes:
        if row not in alive:
            continue
        if change == "delete":
            state.remove(row)
        elif change == "hide":
            state.replace(row, {**alive[row], "private": True})
        else:
            alive[row] = {**alive[row], "downloads": change}
            state.replace(row, alive[row])
            continue
        del alive[row]
    cursor = Cursor("downloads", value, after, nulls=nulls or value is None)
    rest = sorted(
        (item for item in alive.values() if follows(item, cursor)),
        key=lambda item: (-1 * item["downloads"] if item.get("downloads") is not None else math.inf, item["_id"]),
    )
    found = listing.page(Filters(), "downloads", limit, cursor)
    assert [state.hub_id(int(row)) for row in found.rows] == [item["_id"] for item in rest[:limit]]
    if cursor.nulls:
        assert found.more == (len(rest) > limit)


def test_new_models_enter_every_order() -> None:
    state = NightState(encode(made_model(number)) for number in range(5))
    listing = Listing(state)
    listing.page(Filters(), "downloads", 9, None)
    row = state.append({**made_model(9), "downloads": 10_000})
    assert listing.page(Filters(), "downloads", 9, None).rows[0] == row
    assert listing.page(Filters(), "createdAt", 9, None).rows[0] == row
    assert state.rows_named("Maker-4/model-9") == [row]


@pytest.mark.parametrize("text", ["2022-03-02T23:29:04.000Z", "2026-11-22T10:00:00.123Z"])
def test_dates_stand_in_cursors_as_the_hub_writes_them(text: str) -> None:
    assert cursor_value("createdAt", milliseconds(text)) == text


@pytest.mark.parametrize(
    ("item", "key", "expected"),
    [
        ({"downloads": 3}, "downloads", 3),
        ({"trendingScore": 0.5}, "trendingScore", 0.5),
        ({"safetensors": {"total": 7}}, "num_parameters", 7),
        ({"downloads": None}, "downloads", math.nan),
        ({"downloads": "many"}, "downloads", math.nan),
        ({"downloads": 10**400}, "downloads", math.nan),
        ({"createdAt": "yesterday"}, "createdAt", math.nan),
        ({"safetensors": "7B"}, "num_parameters", math.nan),
    ],
)
def test_what_cannot_be_sorted_by_is_null(item: dict[str, Any], key: str, expected: float) -> None:
    assert key in SORT_KEYS
    assert sort_value(item, key) == pytest.approx(expected, nan_ok=True)
