"""May these boards be taken? Bounds and rules, with the story that each is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import polars as pl

from tracker.sources.contract import Gate, Rule, Tables

COUNTED_SINCE = date(2024, 1, 10)  # boards of before say no votes
PRESENT = 0.95
SOON, POINTS, ALIKE = timedelta(days=40), 40.0, 0.98


def _votes_are_there(tables: Tables, _: Tables | None) -> Iterator[str]:
    counted = tables["arena_ratings"].filter(pl.col("board_date") >= COUNTED_SINCE)
    votes = pl.col("votes").fill_null(0)
    found = counted.group_by("arena", "board_date").agg((votes > 0).mean().alias("there")).sort("arena", "board_date")
    for arena, day, there in found.filter(pl.col("there") < PRESENT).head(1).iter_rows():
        yield f"{arena}, board of {day}: {there:.0%} of its models have votes"


def _intervals_hold(tables: Tables, _: Tables | None) -> Iterator[str]:
    frame = tables["arena_ratings"]
    wrong = frame.filter((pl.col("low") > pl.col("rating")) | (pl.col("high") < pl.col("rating")))
    for arena, day, name in wrong.select("arena", "board_date", "model_name").head(1).iter_rows():
        yield f"{arena}, board of {day}: {name} lies outside of its interval; {wrong.height:,} rows like it"


def _newest(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    newest = frame.filter(pl.col("board_date") == pl.col("board_date").max().over("arena"))
    return {str(arena): rows for (arena,), rows in newest.group_by("arena")}


def _boards_go_on(tables: Tables, before: Tables | None) -> Iterator[str]:
    now, then = _newest(tables["arena_ratings"]), _newest(before["arena_ratings"]) if before else {}
    for arena in sorted(now.keys() & then.keys()):
        newest, last = now[arena]["board_date"][0], then[arena]["board_date"][0]
        if newest < last:
            yield f"{arena}: the newest board is of {newest}, and one of {last} is held"


def _models_stay(tables: Tables, before: Tables | None) -> Iterator[str]:
    now, then = _newest(tables["arena_ratings"]), _newest(before["arena_ratings"]) if before else {}
    for arena in sorted(now.keys() & then.keys()):
        names, held = set(now[arena]["model_name"]), set(then[arena]["model_name"])
        new = names - held
        gone = [name for name in held - names if not any(each.startswith(_stem(name)) for each in new)]
        if len(gone) > (1 - PRESENT) * len(held):
            yield f"{arena}: {len(gone):,} of {len(held):,} models are gone, as {min(gone)}"


def _stem(name: str) -> str:
    """Return what a renamed model keeps of its name: `-thinking` became `-high`, kimi-k3 became kimi-k3-max."""
    return name.removesuffix("-thinking")


def _levels_stay(tables: Tables, before: Tables | None) -> Iterator[str]:
    now, then = _newest(tables["arena_ratings"]), _newest(before["arena_ratings"]) if before else {}
    for arena in sorted(now.keys() & then.keys()):
        if now[arena]["board_date"][0] - then[arena]["board_date"][0] >= SOON:
            continue
        both = now[arena].join(then[arena], on="model_name", suffix="_before")
        moved = (both["rating"] - both["rating_before"]).drop_nulls().to_list()
        far = sum(abs(points) > POINTS for points in moved)
        if far > (1 - ALIKE) * len(moved):
            mean = sum(moved) / len(moved)
            yield f"{arena}: {far:,} of {len(moved):,} models moved by over {POINTS:g} points, {mean:+.1f} on average"


GATES: Sequence[Gate | Rule] = (
    Gate("arena_ratings", "rows", "the first board of all had 13 models", at_least=10),
    Gate("arena_ratings", "least", "ratings are 600 to 1800; others are of another scale", "rating", at_least=600.0),
    Gate("arena_ratings", "most", "ratings are 600 to 1800; others are of another scale", "rating", at_most=1800.0),
    Gate("arena_ratings", "filled", "26 ratings of one category are no number", "rating", at_least=0.95),
    Rule(_votes_are_there, "a board was published whose votes were not counted yet"),
    Rule(_intervals_hold, "columns that were swapped"),
    Rule(_boards_go_on, "an earlier revision in the place of the newest"),
    Rule(_models_stay, "boards of before were made anew without 80 models that were no longer listed"),
    Rule(_levels_stay, "2024-01-09: another method raised all ratings by 33 points; look, then take it"),
)
