"""Boards of the Arena: what people prefer of two answers, as ratings of models, from its data set on the Hub.

The data set is read at one commit. Of each arena `latest` holds the newest board; `full`, which is a hundred times as
large, is read where nothing is held, and after weeks without a poll for the boards that came in between. Boards of a
day are compared within themselves: what a rating is has changed with the method (2024-01-09, 2025-05-16, 2025-07-23),
and boards of before 2026 hold only models that were still listed. No file of the data set was recorded; its form is
known from a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from tracker.settings import DEFAULT_ENDPOINT
from tracker.sources.arena import boards, gates
from tracker.sources.contract import HUB_TOKEN, Column, Context, Gate, Rule, Table
from tracker.words import UseRights

if TYPE_CHECKING:
    from tracker.landing import LandedRun

TITLE = "Arena leaderboards"
URL = f"{DEFAULT_ENDPOINT}/datasets/{boards.DATA_SET}"
LICENCE = "CC BY 4.0"
ATTRIBUTION = "Arena (arena.ai), 'Leaderboard dataset', licensed under CC BY 4.0"
USE_RIGHTS: UseRights = "rows"
CADENCE = timedelta(days=7)
MISSED = 2  # cadences after which boards of the weeks between are asked for
NEEDS: str | None = HUB_TOKEN
TABLES = (
    Table(
        "arena_ratings",
        "one row per arena, category, board and model",
        {
            "arena": Column(pl.String, "what is judged: text, text_style_control, vision, webdev"),
            "category": Column(pl.String, "kind of prompts; overall alone is taken"),
            "board_date": Column(pl.Date, "day on which the board was published"),
            "model_name": Column(pl.String, "name on that board; it may be another on the next"),
            "rating": Column(pl.Float64, "points; of use within one board alone"),
            "low": Column(pl.Float64, "lower end of the 95 % interval; null before 2024-01-09"),
            "high": Column(pl.Float64, "upper end of it"),
            "votes": Column(pl.Int64, "votes that it rests on; null before 2024-01-09"),
            "rank": Column(pl.Int64, "place by rating"),
            "organization_raw": Column(pl.String, "its maker in the source's spelling of that day; null for none"),
            "license_raw": Column(pl.String, "free text on its licence, which does not tell open from closed"),
            "revision": Column(pl.String, "commit of the data set that it was read at"),
        },
        key=("arena", "category", "board_date", "model_name"),
        whole=("arena", "category", "board_date"),
    ),
)
GATES: Sequence[Gate | Rule] = gates.GATES


def collect(context: Context) -> LandedRun:
    """Land the newest board of each arena; where none is held, or polls were missed, all since the newest that is."""
    from tracker.sources.arena import data_set  # the Hub's client takes half a second to import

    held = max(context.held("arena_ratings", "board_date")["board_date"].to_list(), default=None)
    return data_set.collect(context, held, MISSED * CADENCE)


def parse(landed: LandedRun) -> Mapping[str, pl.DataFrame]:
    """Return the boards of a run, without those that say the same as the one before."""
    return {"arena_ratings": boards.of(landed, TABLES[0].schema)}
