"""Measures of history give what plain Python reckons: in small worlds made by chance, and of the demo's nights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from tests.answers import reckoned, worlds
from tests.answers.reckoned import World
from tracker import store
from tracker.answers.measured import measure

Rows = list[dict[str, Any]]
SEEDS = (1, 2)

# measure -> what is asked of a small world, and of the demo; the reckoning takes the same
ASKED: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "downloads_of_derivatives": ({"thin": 40}, {}),
    "concentration_by_month": ({"thin": 40}, {}),
    "countries_by_month": ({"thin": 4}, {"thin": 20}),
    "base_switches": ({"least": 1, "thin": 2}, {"least": 1, "thin": 3}),
    "days_to": ({"mark": 900}, {"mark": 50_000}),
    "days_to_by_relation": ({"mark": 900, "thin": 4}, {"mark": 50_000}),
    "first_gguf": ({"least": 3}, {}),
    "gguf_uptake": ({"least": 3, "thin": 2}, {}),
    "half_life": ({"least": 100, "thin": 3}, {}),
    "launch": ({"mark": 700}, {}),
}


@pytest.fixture(scope="module", params=SEEDS)
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Any]]:
    world, listed = worlds.planted(request.param)
    with worlds.published(tmp_path_factory.mktemp("world"), world, listed) as published:
        yield world, published


def close(rows: Rows, expected: Rows) -> None:
    assert len(rows) == len(expected)
    for at, (row, other) in enumerate(zip(rows, expected, strict=True)):
        assert (at, row) == (at, {name: pytest.approx(value) if isinstance(value, float) else value for name, value in other.items()})


def rows(published: store.Published, name: str, asked: Mapping[str, Any]) -> Rows:
    return list(measure(published, name, asked).frame.iter_rows(named=True))


@pytest.mark.parametrize("name", ASKED)
def test_a_small_world_is_counted_as_python_reckons(small: tuple[World, store.Published], name: str) -> None:
    world, published = small
    reckon: Callable[..., Rows] = getattr(reckoned, name)
    expected = reckon(world, **ASKED[name][0])
    assert expected, "nothing would be compared"
    close(rows(published, name, ASKED[name][0]), expected)
