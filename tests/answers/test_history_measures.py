"""Measures of history give what plain Python reckons: in small worlds made by chance, and of the demo's nights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests import planted
from tests.answers import reckoned, worlds
from tests.answers.reckoned import Credit, Model, World
from tracker import measures, store
from tracker.answers.measured import measure

Rows = list[dict[str, Any]]
SEEDS = (1, pytest.param(2, marks=pytest.mark.slow))

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
        assert (at, row) == (
            at,
            {name: pytest.approx(value) if isinstance(value, float) else value for name, value in other.items()},
        )


def rows(published: store.Published, name: str, asked: Mapping[str, Any]) -> Rows:
    return list(measure(published, name, asked).frame.iter_rows(named=True))


@pytest.mark.parametrize("name", ASKED)
def test_a_small_world_is_counted_as_python_reckons(small: tuple[World, store.Published], name: str) -> None:
    world, published = small
    reckon: Callable[..., Rows] = getattr(reckoned, name)
    expected = reckon(world, **ASKED[name][0])
    assert expected, "nothing would be compared"
    close(rows(published, name, ASKED[name][0]), expected)


def test_a_part_of_the_hub_is_named_and_has_no_bounds() -> None:
    with planted.published(scope="top:10", synthetic=True) as published:
        answer = measure(published, "countries_by_month", {"thin": 1})
        assert answer.denominator == "each publisher country's new derivatives among the 10 most downloaded"
        assert answer.frame["low"].null_count() == answer.frame["high"].null_count() == answer.frame.height > 0
        assert answer.frame["share"].null_count() == 0
        downloads = measure(published, "concentration_by_month", {"thin": 1})
        assert downloads.denominator.endswith("of all its models among the 10 most downloaded")
        assert downloads.frame["top_10"].to_list() == [None], "all that a part holds are no part of it"


@pytest.mark.parametrize("name", [name for name in ASKED if measures.load(name).denominator])
def test_what_is_thin_has_no_share(small: tuple[World, store.Published], name: str) -> None:
    answer = measure(small[1], name, {**ASKED[name][0], "thin": 10**6})
    shares = {"share", "low", "high", "top_10", "herfindahl", "days", "within_month", "late"} & {*answer.frame.columns}
    assert answer.frame.height and shares
    assert all(answer.frame[column].null_count() == answer.frame.height for column in shares)
    assert "flag" not in answer.frame.columns or set(answer.frame["flag"]) == {"thin"}
    assert answer.denominator and any(note.startswith("coverage: ") for note in answer.notes)


CREDITS = """
select model_key, root_key, family, line, origin_country, credit, coalesce(relation, 'root') as relation, status
from lineage
"""
MODELS = "select model_key, model_id, created_at, relation, library_name, publisher_country, removed_at from models"
RELEASES = "select line, first_release from families where first_release <> ''"


@pytest.fixture(scope="module")
def demo(demo_folder: Path) -> Iterator[tuple[World, store.Published]]:
    """The demo's nights as their files have them, and who the models are."""
    with store.open_published(demo_folder) as published:
        nights, sources = {}, {}
        for night, source, file in published.table("select snapshot_date, source, file from nights").rows:
            frame = pl.read_parquet(demo_folder / file)
            counters = frame.select("model_key", "downloads_30d", "downloads_all_time").iter_rows()
            nights[night], sources[night] = {key: (window, ever) for key, window, ever in counters}, source
        models = {
            key: Model(name, created, relation, library, country, removed is not None)
            for key, name, created, relation, library, country, removed in published.query(MODELS).iter_rows()
        }
        credits: dict[int, list[Credit]] = {key: [] for key in models}
        for key, root, family, line, origin, credit, relation, status in published.query(CREDITS).iter_rows():
            credits[key].append(Credit(root, family, line, origin, Fraction(credit, 10**9), relation, status))
        released = {
            line: date.fromisoformat(day if len(day) == 10 else f"{day}-01")
            for line, day in published.query(RELEASES).iter_rows()
        }
        yield World(nights, sources, models, credits, released), published


STOOD_STILL, CAUGHT_UP = date(2026, 11, 4), date(2026, 11, 5)  # all models at once


@pytest.mark.parametrize("name", [name for name in ASKED if name != "downloads_of_derivatives"])
def test_the_demo_is_counted_as_python_reckons(demo: tuple[World, store.Published], name: str) -> None:
    world, published = demo
    expected = getattr(reckoned, name)(world, **ASKED[name][1])
    found = rows(published, name, ASKED[name][1])
    assert min([*row.values()].count(None) for row in expected) <= 1, "nothing would be compared"
    for row, other in zip(found, expected, strict=True):
        if row.get("flag") in ("stall", "catch-up"):  # what classes of models do together is told apart below
            other["flag"] = row["flag"]
    close(found, expected)


def test_downloads_of_derivatives_of_the_demo_are_those_of_its_nights(demo: tuple[World, store.Published]) -> None:
    """A closed month keeps the parents that it was published with; a few models have named others since."""
    world, published = demo
    found = rows(published, "downloads_of_derivatives", {})
    expected = reckoned.downloads_of_derivatives(world)
    newest = reckoned.of_month(world.newest)
    close([row for row in found if row["month"] == newest], [row for row in expected if row["month"] == newest])
    for row, other in zip(found, expected, strict=True):
        keys = ("month", "snapshot_date", "source", "relation", "n", "flag")
        assert {key: row[key] for key in keys} == {key: other[key] for key in keys}
        assert row["share"] == pytest.approx(other["share"], abs=0.002)


def test_curves_of_families_and_lines_are_sums_by_lineage(demo: tuple[World, store.Published]) -> None:
    world, published = demo
    names = ["Qwen", "Qwen3", "Llama"]
    first, *_, last = (row["downloads"] for row in reckoned.launch(world, ["Qwen"]))
    mark = (first + last) / 2
    expected = reckoned.launch(world, names, mark=mark)
    found = rows(published, "launch", {"names": ",".join(names), "mark": mark})
    assert {row["name"] for row in found} == set(names) and any(row["passed"] for row in found)
    for row, other in zip(found, expected, strict=True):
        if row["flag"] in ("stall", "catch-up"):
            other["flag"] = row["flag"]
        assert row.pop("downloads") == pytest.approx(
            other.pop("downloads"), rel=0.001
        )  # as of what it was built on then
    close(found, expected)


def test_a_night_that_stood_still_is_told_in_every_curve(demo: tuple[World, store.Published]) -> None:
    _, published = demo
    for asked in ({}, {"names": "Qwen,Llama,Gemma"}):
        flags: dict[date, set[str]] = {}
        for row in rows(published, "launch", asked):
            flags.setdefault(row["snapshot_date"], set()).add(row["flag"])
        assert (flags[STOOD_STILL] - {"fall"}, flags[CAUGHT_UP] - {"fall"}) == ({"stall"}, {"catch-up"})
