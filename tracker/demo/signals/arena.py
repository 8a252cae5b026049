"""The Arena's data set: `latest` and `full` of each arena at every commit, in the columns that a text tells of.

Nothing of the data set was recorded. Its quirks are here: no votes and intervals in 2023, a name that becomes another,
spellings of makers, a licence that says nothing of weights, a board that is published twice, several categories.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import polars as pl

from tracker.demo.listing.archives import GrownTree, MadeTree
from tracker.demo.listing.trees import DatasetTree
from tracker.demo.signals.cast import PLAYERS, Player, dice

DATA_SET = "lmarena-ai/leaderboard-dataset"
ARENAS = ("text", "text_style_control", "vision", "webdev")
CATEGORIES = ("overall", "coding", "korean")
FIRST_BOARD = date(2024, 10, 4)
COUNTED_SINCE = date(2024, 1, 9)
EVERY = timedelta(days=7)
RENAMED = date(2026, 8, 12)
LICENSES = ("Apache 2.0", "Apache-2.0", "MIT", "Llama 3.1 Community", "Gemma", "MRL", "")


def boards(night: date, folder: Path) -> Mapping[str, DatasetTree]:
    """Return the data set as of a night, by its name; its files go into `folder`."""
    return {DATA_SET: GrownTree(DATA_SET, folder / DATA_SET.replace("/", "-"), list(_files(night)))}


def published(until: date) -> list[date]:
    """Return the days on which boards were published, up to a day."""
    return [FIRST_BOARD + at * EVERY for at in range((until - FIRST_BOARD).days // EVERY.days + 1)]


def _files(day: date) -> Iterator[MadeTree]:
    for arena in ARENAS:
        yield MadeTree(day, f"{arena}/latest-00000-of-00001.parquet", partial(_write, arena, day, False))
        yield MadeTree(day, f"{arena}/full-00000-of-00001.parquet", partial(_write, arena, day, True))


def _write(arena: str, day: date, is_full: bool, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    days = published(day)
    frames = [board(arena, each) for each in (days if is_full else days[-1:])]
    pl.concat(frames).write_parquet(file)


def board(arena: str, day: date) -> pl.DataFrame:
    """Return one board, all categories."""
    said = day - EVERY if day.month == 5 and day.day < 8 else day  # one board a year says what the one before it said
    rows = [
        _row(player, size, arena, category, said)
        for category in CATEGORIES
        for player in PLAYERS
        if player.maker and player.first_day < said
        for size in ("", "-thinking")
    ]
    frame = pl.DataFrame(rows, orient="row", schema=_SCHEMA).with_columns(
        pl.col("rating").rank("ordinal", descending=True).over("category").cast(pl.Float64).alias("rank"),
        pl.lit(str(day)).alias("leaderboard_publish_date"),
    )
    return frame.with_columns(pl.col("rank").cast(pl.Int64)) if "style" in arena else frame


_SCHEMA = {
    "model_name": pl.String,
    "organization": pl.String,
    "license": pl.String,
    "rating": pl.Float64,
    "rating_lower": pl.Float64,
    "rating_upper": pl.Float64,
    "variance": pl.Float64,
    "vote_count": pl.Float64,
    "category": pl.String,
}


def _row(player: Player, size: str, arena: str, category: str, day: date) -> tuple[object, ...]:
    months = (player.first_day - date(2024, 7, 1)).days / 30.4
    base = 1180 + 11 * months + 90 * dice("rating", player.name, size) - (25 if player.is_open else 0)
    rating = base + 20 * dice(arena, category) + 4 * dice(player.name, size, arena, category, day)
    name = player.name.lower() + ("-high" if size and day >= RENAMED else size)
    maker = {"Z.ai": "Zhipu AI" if day.month % 2 else "zai", "Alibaba": "Alibaba"}.get(player.maker, player.maker)
    is_said_open = player.is_open or player.name == "qwen3-max"
    license_ = LICENSES[int(dice("license", player.name) * len(LICENSES))] if is_said_open else "Proprietary"
    if category == "korean" and player.name == "Qwen3-8B":
        rating = float("nan")
    votes = 400.0 + int(40_000 * dice("votes", player.name, size, category)) + (day - FIRST_BOARD).days
    counted = day >= COUNTED_SINCE
    bounds = (rating - 5.5, rating + 5.5, 7.9, votes) if counted else (None, None, None, None)
    return (name, maker, license_, rating, *bounds, category)
